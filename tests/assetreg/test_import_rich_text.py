"""Descriptions may be simple HTML or Markdown; what is stored is safe and stays the same."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from assetreg.rules.rich_text import SCHEMES, TAGS, clean_rich_text, words_of

NASTY = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<p onclick='x()'>hello</p>",
    "<a href='javascript:alert(1)'>x</a>",
    "[x](javascript:alert(1))",
    "<a href='data:text/html,x'>x</a>",
    "<svg/onload=alert(1)>",
    "<iframe src='https://example.org'></iframe>",
    "<style>p{display:none}</style>",
    "<form action='https://example.org'><input name=a></form>",
    "<p style='position:fixed'>x</p>",
    "![x](https://example.org/x.png)",
    "<<b>script>alert(1)<</b>/script>",
)


def check_safe(cleaned: str) -> None:
    """Nothing but the tags of a leaflet, no attribute but a link's, no scheme that runs."""
    for tag in BeautifulSoup(cleaned, "html.parser").find_all(True):
        assert tag.name in TAGS
        assert set(tag.attrs) <= {"href", "rel"}
        if "href" in tag.attrs:
            assert ":" not in str(tag["href"]) or str(tag["href"]).split(":")[0].lower() in SCHEMES


@pytest.mark.parametrize("text", NASTY)
def test_nothing_that_runs_or_shows_itself_is_kept(text: str) -> None:
    check_safe(clean_rich_text(text))


@given(st.text(alphabet="<>/pbaih123 =\"'*_[]()#\n-scriptonload:&;!", max_size=120))
def test_any_text_is_safe_and_cleaning_twice_is_cleaning_once(text: str) -> None:
    cleaned = clean_rich_text(text)
    check_safe(cleaned)
    assert clean_rich_text(cleaned) == cleaned


def test_markdown_becomes_html() -> None:
    found = clean_rich_text("**Bold** and [a link](https://example.org)\n\n- one\n- two\n\n# Head")
    assert "<strong>Bold</strong>" in found
    assert 'href="https://example.org"' in found
    assert "<li>one</li>" in found
    assert "<h3>Head</h3>" in found


def test_a_link_needs_a_website_of_its_own() -> None:
    found = clean_rich_text("[here](/sign-out) [there](//example.org/x) <a href='?next=1'>on</a>")
    assert "href" not in found
    assert words_of(found).split() == ["here", "there", "on"]


def test_plain_words_keep_their_paragraphs_and_signs() -> None:
    assert clean_rich_text('Tea & "cake", ages <5\nsecond line\n\nnew') == (
        '<p>Tea &amp; "cake", ages &lt;5<br>\nsecond line</p>\n<p>new</p>'
    )


def test_blocks_that_go_leave_their_words_apart() -> None:
    assert words_of(clean_rich_text("<div>one</div><div>two</div><h1>three</h1>")).split() == ["one", "two", "three"]


def test_inline_html_keeps_its_paragraphs() -> None:
    assert clean_rich_text("one <b>two</b>\n\nthree") == "<p>one <b>two</b></p>\n<p>three</p>"


@pytest.mark.parametrize("text", ["مرحبا بكم", "🎉 party", "ß é ü", "日本語"])
def test_every_script_survives(text: str) -> None:
    assert text in clean_rich_text(text)
