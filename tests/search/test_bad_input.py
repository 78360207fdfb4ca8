"""Whatever stands in the address: an answer, the part that could not be used named, and nothing of it run or shown."""

from __future__ import annotations

import csv
import io
import string
from typing import Any
from urllib.parse import quote, quote_from_bytes, urlencode

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from assetreg.models import ContactPoint, Service
from search.forms import PARAMETERS
from search.index.writing import rebuild
from search.reader import index_root, reader_of
from tests.factories import register
from tests.inspecting_client import InspectingClient

PATHS = ("/search", "/search.json", "/search.csv")
NAMES = (*(name for name in PARAMETERS if name != "ignored"), "not", "page")
MARK = "<img src=x onerror=alert(1)>"
MEASURED = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
NASTY = {
    "nothing": "",
    "blanks": " \t\r\n\u2003\u00a0",
    "nul": "a\0b",
    "control characters": "".join(map(chr, range(32))),
    "half a letter": "\ud83e",
    "right to left": "\u202egas bill\u202c مساعدة",
    "zero width": "ga\u200bs\u200d b\ufeffill",
    "marks upon marks": "e" + "\u0301" * 500,
    "emoji": "🧶🧑‍🤝‍🧑🏳️‍🌈",
    "stop words": "the of and to in for with a",
    "a regular expression": "(a+)+$ [z-a] \\1 (?P<x>.*",
    "a query": 'name:* AND NOT (x OR "y) ^2 ~3 [a TO z} +-&&||!',
    "stars": "*" * 300,
    "quotes": '"' * 299,
    "odd quotes": "“gas ”bill\" 'x",
    "statements": "'; DROP TABLE service; -- \" OR 1=1 /* %s %(x)s :name $1 \\",
    "a template": "${7*7} #{7*7} <%= 7*7 %> %(q)s {0.__class__}",
    "markup": f"{MARK}</title></textarea><script>alert(1)</script>",
    "a header": "x\r\nSet-Cookie: a=b",
    "digits": "9" * 400,
    "a date": "31/2/2026 99/99 29/02/2027 25:61 0/0",
    "ages": "-1 to 999 year olds over 10000000000s",
    "one letter": "x" * 10_000,
    "words": "gas bill " * 2_000,
    "different words": " ".join(f"w{number}" for number in range(2_000)),
    "commas": "," * 5_000,
    "near itself": "near near near in in of near B31 near",
    "a path": "../../../../etc/passwd",
}
NUMBERS = (
    "-1",
    "0",
    "1e9",
    "1000000000",
    "9" * 400,
    "1.5",
    "½",
    "٣",
    "nan",
    "inf",
    "-inf",
    "0x10",
    " 1 ",
    "abc",
    "+1",
    "",
)


@pytest.fixture(params=[True, False], ids=["index", "database"])
def town(request: pytest.FixtureRequest, app: Flask, session: Session) -> None:
    """Two wards and a service in each; answered from the index, and from the database."""
    assert app is not None
    register.city()
    for name, west in (("Northfield", -2.0), ("Aston", -1.9)):
        register.ward(name, west=west)
        hall = register.location(f"{name} Hall", longitude=west + 0.01)
        register.opening_time(register.service(f"Gas bill help {name}", at=hall, terms=("energy",), cost_pence=0))
    session.execute(
        text("INSERT INTO postcode (code, point) VALUES ('B312AB', 'SRID=4326;POINT(-1.99 52.41)'::geography)")
    )
    session.flush()
    if request.param:
        rebuild(session, index_root(), processes=1)
        assert reader_of(index_root()).look()


def sane(client: InspectingClient, path: str, query: str) -> Any:
    """Ask, and see that the answer is one: a page, a table, or JSON that either answers or names what is wrong."""
    answer = client.get(f"{path}?{query}")
    if path == "/search.json":
        assert answer.status_code in (200, 400)
        told = answer.get_json()
        if answer.status_code == 400:
            assert set(told) == {"errors"}
            assert told["errors"]
            assert all(
                isinstance(sentence, str) and sentence.endswith((".", "?")) for sentence in told["errors"].values()
            )
        else:
            assert told["total"] >= len(told["results"])
        return told
    assert answer.status_code == 200
    written = answer.get_data(as_text=True)
    if path == "/search.csv":
        assert len(next(csv.reader(io.StringIO(written)))) > 10
        return written
    assert MARK not in written
    assert "<script>alert" not in written
    assert "app-find__count" in written
    return written


@pytest.mark.usefixtures("town")
@pytest.mark.parametrize("kind", NASTY)
def test_any_words_in_any_box_are_answered(client: InspectingClient, session: Session, kind: str) -> None:
    nasty = quote(NASTY[kind].encode("utf-8", "surrogatepass"))
    for path in PATHS:
        sane(client, path, f"q={nasty}")
        sane(client, path, f"near={nasty}")
        sane(client, path, "&".join(f"{name}={nasty[:2000]}" for name in NAMES))
    assert client.get(f"/places.json?q={nasty}").status_code == 200
    assert client.get(f"/areas?near={nasty}").status_code == 200
    assert session.scalar(select(func.count()).select_from(Service)) == 2


@pytest.mark.usefixtures("town")
@pytest.mark.parametrize("raw", [bytes(range(256)), b"\xff\xfe", b"\xc0\x80", b"\xed\xa0\x80", b"\xf8\x88\x80\x80\x80"])
def test_bytes_that_are_no_letters_are_answered(client: InspectingClient, raw: bytes) -> None:
    for path in (*PATHS, "/places.json"):
        for name in ("q", "near", "area", "page", "not"):
            assert client.get(f"{path}?{name}={quote_from_bytes(raw)}").status_code in (200, 400)
    assert client.get("/search?q=%&near=%zz&area=%u0041&&&=&=x&q").status_code == 200


@pytest.mark.usefixtures("town")
@pytest.mark.parametrize("name", ["page", "within", "age"])
def test_numbers_that_are_none_are_named(client: InspectingClient, name: str) -> None:
    for number in NUMBERS:
        near = "near=B31+2AB&" if name == "within" else ""
        told = sane(client, "/search.json", f"{near}{name}={quote(number)}")
        is_right = number.strip() in ("", "0") if name == "age" else number.strip() == ""
        if is_right or number == " 1 ":
            assert "results" in told, number
        else:
            assert set(told["errors"]) == {name}, number
        sane(client, "/search", f"{near}{name}={quote(number)}")


@pytest.mark.usefixtures("town")
@settings(parent=MEASURED)
@given(st.lists(st.tuples(st.sampled_from(NAMES), st.text(max_size=60)), max_size=8), st.sampled_from(PATHS))
def test_any_values_of_any_filters_are_answered(
    client: InspectingClient, pairs: list[tuple[str, str]], path: str
) -> None:
    sane(client, path, urlencode([(name, value.encode("utf-8", "surrogatepass")) for name, value in pairs]))


@pytest.mark.usefixtures("town")
@settings(parent=MEASURED)
@given(st.binary(max_size=200), st.sampled_from(PATHS))
def test_any_bytes_after_the_question_mark_are_answered(client: InspectingClient, raw: bytes, path: str) -> None:
    answer = client.get(f"{path}?{quote_from_bytes(raw, safe='=&+%;')}")
    assert answer.status_code in (200, 400)


@pytest.mark.usefixtures("town")
@settings(parent=MEASURED)
@given(st.text(string.ascii_lowercase + " 0123456789.,-&'", max_size=30))
def test_any_place_is_found_asked_back_or_said_to_be_unknown(client: InspectingClient, written: str) -> None:
    told = sane(client, "/search.json", urlencode({"near": written}))
    assert "results" in told or set(told["errors"]) == {"near"}
    assert len(client.get("/places.json", query_string={"q": written}).get_json()["places"]) <= 8


@pytest.mark.usefixtures("town")
def test_every_bad_value_is_named_with_its_filter(client: InspectingClient) -> None:
    query = "day=purple&day=mon&within=-1&kind=blue&access=wings&language=klingon&area=Atlantis&free=maybe&near=B31+2AB"
    errors = client.get(f"/search.json?{query}").get_json()["errors"]
    assert set(errors) == {"day", "within", "kind", "access", "language", "area", "free"}
    assert errors["day"] == "We could not use “purple” as a day, so we left it out."
    page = BeautifulSoup(client.get(f"/search?{query}").get_data(as_text=True), "html.parser")
    said = page.select_one(".app-notice")
    assert said is not None
    for sentence in errors.values():
        assert sentence in " ".join(said.get_text(" ").split())
    chips = [" ".join(chip.get_text(" ").split()) for chip in page.select(".app-chip")]
    assert any("Monday" in chip for chip in chips), "what can be used is used"


@pytest.mark.usefixtures("town")
def test_many_bad_values_of_one_filter_are_one_sentence(client: InspectingClient) -> None:
    query = "&".join(f"day=d{number}" for number in range(30))
    errors = client.get(f"/search.json?{query}").get_json()["errors"]
    assert errors == {"day": "We could not use “d0”, “d1”, “d2” and 27 more as a day, so we left them out."}


@pytest.mark.usefixtures("town")
def test_a_mistyped_filter_is_named_and_a_foreign_one_is_not(client: InspectingClient) -> None:
    errors = client.get("/search.json?neeed=energy").get_json()["errors"]
    assert errors["neeed"].endswith("Did you mean “need”?")
    assert "“neeed”" in client.get("/search?neeed=energy").get_data(as_text=True)
    assert "results" in sane(client, "/search.json", "utm_source=x&fbclid=y&bbox=1&zzz=" + quote(MARK))
    assert "utm_source" not in client.get("/search?utm_source=letter").get_data(as_text=True).partition("<main")[2]


@pytest.mark.usefixtures("town")
@pytest.mark.parametrize("many", [3_000, 20_000])
def test_thousands_of_parameters_are_answered(client: InspectingClient, many: int) -> None:
    for path in PATHS:
        sane(client, path, "&".join(f"p{number}={number}" for number in range(many)))
        sane(client, path, "&".join(f"need=n{number}" for number in range(many)))
        sane(client, path, "&".join(["q=gas"] * many))
        sane(client, path, "&".join(["not=day"] * many))


@pytest.mark.usefixtures("town")
def test_of_repeated_parameters_the_first_that_says_something_counts(client: InspectingClient) -> None:
    told = sane(client, "/search.json", "q=&q=gas&q=zzzz&near=&near=B31+2AB&page=1&page=x")
    assert told["query"]["q"] == "gas"
    assert told["total"] == 2


@pytest.mark.usefixtures("town")
def test_a_page_far_beyond_the_last_is_the_last(client: InspectingClient) -> None:
    told = sane(client, "/search.json", "page=9999")
    assert (told["page"], told["pages"], len(told["results"])) == (1, 1, 2)
    assert "errors" in sane(client, "/search.json", "page=1000000000")
    assert "Gas bill help" in sane(client, "/search", "page=1000000000")


@pytest.mark.usefixtures("town")
@pytest.mark.parametrize("near", ["0,0", "91,200", "nan,nan", "1e308,1", "-1e400,inf", "52.48;-1.9e9", "900,-1.9"])
def test_points_that_are_nowhere_here_say_so(client: InspectingClient, near: str) -> None:
    errors = client.get("/search.json", query_string={"near": near, "q": "gas"}).get_json()["errors"]
    assert set(errors) == {"near"}
    assert "is not a point in or near this country" in errors["near"]
    assert "Gas bill help" in client.get("/search", query_string={"near": near, "q": "gas"}).get_data(as_text=True)


def spreadsheet(client: InspectingClient, query: str) -> list[dict[str, str]]:
    """The rows of a spreadsheet by the names of their columns."""
    written = client.get(f"/search.csv?{query}").get_data()
    assert written.startswith(b"\xef\xbb\xbf"), "so that Excel knows that it is UTF-8"
    return list(csv.DictReader(io.StringIO(written.decode("utf-8-sig"))))


@pytest.mark.usefixtures("town")
def test_a_spreadsheet_has_every_result_and_what_people_need(client: InspectingClient, session: Session) -> None:
    hall = register.location("Long Hall", longitude=-1.99, address="1 High Street", postcode="B31 2AB")
    for number in range(45):
        register.service(f"Tea dance {number}", at=hall, cost_pence=150)
    kept = register.service("=HYPERLINK(1)", at=hall)
    session.add(ContactPoint(service_id=kept.id, kind="phone", value="+441214960999"))
    session.flush()
    rebuild(session, index_root(), processes=1)
    reader_of(index_root()).look()
    rows = spreadsheet(client, "near=B31+2AB&page=2&sort=name")
    assert len(rows) == 48
    first = next(row for row in rows if "HYPERLINK" in row["name"])
    assert first["name"] == "'=HYPERLINK(1)"
    assert first["phone"] == "0121 496 0999"
    assert (first["place"], first["address"], first["postcode"]) == ("Long Hall", "1 High Street", "B31 2AB")
    assert float(first["distance_miles"]) < 2
    assert first["page"].startswith("http")


@pytest.mark.usefixtures("town")
def test_a_spreadsheet_that_is_cut_says_so_in_its_name(
    client: InspectingClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "results.csv" in client.get("/search.csv").headers["Content-Disposition"]
    monkeypatch.setattr("search.views.MOST_ROWS", 1)
    answer = client.get("/search.csv")
    assert "results-first-1-of-2.csv" in answer.headers["Content-Disposition"]
    assert len(spreadsheet(client, "")) == 1
    assert "the first 1" in client.get("/search").get_data(as_text=True)
