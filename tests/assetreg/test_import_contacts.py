"""Phone numbers, e-mail and web addresses: kept one way, refused with a sentence, found in mixed cells."""

from __future__ import annotations

import pytest

from assetreg.rules.contacts import ContactError, read_email, read_phone, read_url
from assetreg.rules.importing.mixed_contacts import take_contacts


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("0121 496 0123", "+441214960123"),
        ("+44 (0)121 496 0123", "+441214960123"),
        ("(0121) 496-0123", "+441214960123"),
        ("07700 900123", "+447700900123"),
        ("01632 960000", "+441632960000"),
        ("0800 1111", "+448001111"),
        ("116 123", "116123"),
        ("+33 1 23 45 67 89", "+33123456789"),
    ],
)
def test_a_phone_is_kept_as_it_is_dialled_from_anywhere(typed: str, kept: str) -> None:
    assert read_phone(typed) == kept


@pytest.mark.parametrize(
    "typed", ["12345", "0121 496 012345", "call us", "0121 496 0123 ext 5", "Ask for Sam: 0121 496 0123"]
)
def test_what_is_no_phone_gets_a_sentence(typed: str) -> None:
    with pytest.raises(ContactError, match=r"Write|Check"):
        read_phone(typed)


def test_an_email_is_checked_by_its_shape_alone() -> None:
    assert read_email(" Hello@Example.org ") == "Hello@example.org"
    for typed in ("hello", "hello@", "a b@example.org", "x@y"):
        with pytest.raises(ContactError, match=r"name@example\.org"):
            read_email(typed)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("https://example.org/a?b=1", "https://example.org/a?b=1"),
        ("www.example.org", "https://www.example.org"),
        ("http://example.org", "http://example.org"),
    ],
)
def test_a_web_address_is_complete(typed: str, kept: str) -> None:
    assert read_url(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://example.org",
        "https://user:secret@example.org",
        "https://example .org",
        "https://localhost",
        "//example.org",
        "nonsense",
        "https://example.org/" + "x" * 1000,
    ],
)
def test_only_the_web_is_linked_to(typed: str) -> None:
    with pytest.raises(ContactError):
        read_url(typed)


@pytest.mark.parametrize(
    ("cell", "phones", "emails", "urls", "left"),
    [
        ("01632 960000or 01632 960001", ["+441632960000", "+441632960001"], [], [], ""),
        ("01632 960000/ a@example.org", ["+441632960000"], ["a@example.org"], [], ""),
        ("01632 960000a@example.org", ["+441632960000"], ["a@example.org"], [], ""),
        ("O1632 960 000", ["+441632960000"], [], [], ""),
        ("a@example.org 0161 \n274 2186", ["+441612742186"], ["a@example.org"], [], ""),
        ("http://a.example.org  www.example.org", [], [], ["http://a.example.org", "https://www.example.org"], ""),
        ("a@example.org;", [], ["a@example.org"], [], ""),
        ("01632 960000 (mornings)", ["+441632960000"], [], [], "( mornings)"),
        ("Ask at the desk", [], [], [], "Ask the desk"),
    ],
)
def test_mixed_cells_are_sorted_and_words_stay(
    cell: str, phones: list[str], emails: list[str], urls: list[str], left: str
) -> None:
    found: dict[str, list[str]] = {"phone": [], "email": [], "url": []}
    rest = take_contacts(cell, found)
    assert found == {"phone": phones, "email": emails, "url": urls}
    assert rest.replace(" ", "") == left.replace(" ", "")
