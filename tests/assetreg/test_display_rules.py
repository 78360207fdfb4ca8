"""Choices of display in a cookie, and the addresses that somebody may be sent back to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetreg.rules.display import CHOICES, Display, classes_of, read_display, write_display
from assetreg.rules.ways_back import own_path, own_path_of_referrer

DISPLAYS = st.builds(Display, **{name: st.sampled_from(values) for name, values in CHOICES.items()})


@given(DISPLAYS)
def test_what_is_written_is_read_back(display: Display) -> None:
    assert read_display(write_display(display)) == display


@given(st.text())
def test_a_cookie_that_somebody_tampered_with_is_harmless(cookie: str) -> None:
    display = read_display(cookie)
    for name, values in CHOICES.items():
        assert getattr(display, name) in values


def test_classes_name_only_what_differs() -> None:
    assert classes_of(Display()) == ""
    assert classes_of(Display(text="large", colours="dark")) == "app-text-large app-colours-dark"


def test_half_a_cookie_keeps_the_good_half() -> None:
    assert read_display("text-large.colours-plaid.nonsense") == Display(text="large")


@pytest.mark.parametrize("path", ["/", "/areas/northfield", "/search?q=tea+and+cake&near=B31", "/a#b", "/caf%C3%A9"])
def test_our_own_pages_may_be_gone_back_to(path: str) -> None:
    assert own_path(path) == path


@pytest.mark.parametrize(
    "address",
    [
        None,
        "",
        "areas",
        "https://evil.example",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        " /areas",
        "javascript:alert(1)",
        "/areas\r\nSet-Cookie: a=b",
        "http:/evil.example",
        "//[evil",
        "/" + "a" * 3000,
    ],
)
def test_nowhere_else(address: str | None) -> None:
    assert own_path(address) is None


def test_a_referrer_of_ours_gives_its_path() -> None:
    ours = "https://example.org/"
    assert own_path_of_referrer("https://example.org/areas?x=1", ours) == "/areas?x=1"
    assert own_path_of_referrer("https://example.org.evil.example/areas", ours) is None
    assert own_path_of_referrer("https://example.org//evil.example", ours) is None
    assert own_path_of_referrer("http://example.org/areas", ours) is None
    assert own_path_of_referrer(None, ours) is None
