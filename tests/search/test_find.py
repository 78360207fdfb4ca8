"""The page that finds things: words, places, filters and their counts, and what it does with nonsense."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from urllib.parse import quote

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from assetreg.db import db
from assetreg.models import Area, AreaLink, Service
from tests.factories import register
from tests.inspecting_client import InspectingClient
from tests.stopped_clock import StoppedClock


class Answer:
    """The page of a search, read as a person reads it."""

    def __init__(self, html: str) -> None:
        self.html = html
        self.page = BeautifulSoup(html, "html.parser")

    @property
    def names(self) -> list[str]:
        """The names of the services on the page, in order."""
        return [tag.get_text(strip=True) for tag in self.page.select(".app-card__name")]

    @property
    def text(self) -> str:
        """All the words, with single spaces."""
        return " ".join(self.page.get_text(" ").split())

    @property
    def chips(self) -> list[str]:
        """What it says was asked."""
        return [" ".join(tag.get_text(" ").split()) for tag in self.page.select(".app-chip")]

    def count(self, name: str, value: str) -> int | None:
        """The number beside a filter's value; None when the value is not offered."""
        field = self.page.find("input", attrs={"name": name, "value": value, "type": "checkbox"})
        label = field and self.page.find("label", attrs={"for": field["id"]})
        number = label and label.find(class_="app-filter__count")
        return int(number.get_text().split()[0]) if number else None


def find(client: InspectingClient, address: str = "") -> Answer:
    """Ask, and read the answer, which is always a page."""
    answer = client.get(f"/search{address}")
    assert answer.status_code == 200
    return Answer(answer.get_data(as_text=True))


@pytest.fixture
def city(session: Session) -> Area:
    """A city with two wards, Northfield in the west and Aston in the east, and a constituency around Northfield."""
    whole = register.city()
    northfield = register.ward("Northfield", west=-2.0)
    aston = register.ward("Aston", west=-1.9)
    around = register.saved(
        Area(kind="constituency", code="E1400109", name="Northfield", slug="northfield-constituency")
    )
    session.add_all([AreaLink(child_id=northfield.id, parent_id=around.id)])
    session.add_all([AreaLink(child_id=one.id, parent_id=whole.id) for one in (northfield, aston, around)])
    session.flush()
    return whole


def in_northfield(name: str, **values: object) -> Service:
    """A service at a place of its own in Northfield."""
    return register.service(name, at=register.location(f"{name} Hall", longitude=-1.99), **values)  # type: ignore[arg-type]


def in_aston(name: str, **values: object) -> Service:
    """A service at a place of its own in Aston."""
    return register.service(name, at=register.location(f"{name} Hall", longitude=-1.89), **values)  # type: ignore[arg-type]


def test_an_empty_register_says_so(client: InspectingClient) -> None:
    answer = find(client)
    assert "0 found" in answer.text
    assert "There is nothing in the register yet." in answer.text
    assert "0121 496 0123" in answer.text


@pytest.mark.usefixtures("city")
def test_without_a_question_it_lists_everything_from_a_to_z(client: InspectingClient) -> None:
    in_aston("walking group")
    in_northfield("Chair yoga")
    assert find(client).names == ["Chair yoga", "walking group"]


@pytest.mark.usefixtures("city")
@pytest.mark.parametrize(
    "values",
    [
        {"status": "closed"},
        {"valid_until": date(2026, 11, 23)},
        {"valid_from": date(2026, 11, 25)},
    ],
)
def test_what_is_over_or_not_yet_begun_is_not_listed(
    client: InspectingClient, monkeypatch: pytest.MonkeyPatch, values: dict[str, object]
) -> None:
    StoppedClock(monkeypatch)
    in_northfield("Chair yoga", **values)
    answer = find(client)
    assert answer.names == []
    assert answer.count("need", "health") is None


@pytest.mark.usefixtures("city")
def test_what_is_closed_for_now_is_listed_and_says_so(client: InspectingClient) -> None:
    in_northfield("Chair yoga", status="temporarily_closed", reopens_on=date(2027, 3, 1))
    assert "Closed for now, back on Monday 1 March 2027" in find(client).text


@pytest.mark.usefixtures("city")
@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("yoga", ["Chair yoga"]),
        ("YOGA chairs", ["Chair yoga"]),
        ("yog", ["Chair yoga"]),
        ("gentle stretching", ["Chair yoga"]),
        ("gas", ["Bill clinic"]),
        ("frankley", ["Bill clinic"]),
        ("help with a gas bill", ["Bill clinic"]),
        ("the", ["Bill clinic", "Chair yoga"]),
        ("zzzz", []),
    ],
)
def test_words_are_found_in_names_summaries_needs_and_organisations(
    client: InspectingClient, words: str, names: list[str]
) -> None:
    in_northfield("Chair yoga", summary="Gentle stretches, sitting down.")
    organisation = register.organisation("Frankley Advice")
    in_aston("Bill clinic", summary="Bring the letters.", terms=("energy",), organisation=organisation)
    assert find(client, f"?q={quote(words)}").names == names


@pytest.mark.usefixtures("city")
def test_part_of_a_name_is_found_when_no_word_is(client: InspectingClient) -> None:
    in_northfield("Knitwits")
    assert find(client, "?q=wits").names == ["Knitwits"]


@pytest.mark.usefixtures("city")
def test_a_match_in_the_name_comes_before_one_in_the_text(client: InspectingClient) -> None:
    in_northfield("A quiet hour", description="<p>Some come for choir practice.</p>")
    in_northfield("Choir for everybody")
    assert find(client, "?q=choir").names == ["Choir for everybody", "A quiet hour"]


@pytest.mark.usefixtures("city")
def test_the_nearest_comes_first_and_says_how_far(client: InspectingClient) -> None:
    in_aston("Alpha")
    in_northfield("Zulu")
    answer = find(client, "?near=Northfield")
    assert answer.names == ["Zulu", "Alpha"]
    assert answer.chips == ["Leave out Near Northfield ×"]
    assert "0.1 miles (1 minute’s walk)" in answer.text
    assert "4.2 miles" in answer.text


def test_a_distance_is_measured_on_the_spheroid(client: InspectingClient, session: Session, city: Area) -> None:
    assert city
    in_aston("Alpha")
    metres = session.scalar(
        text(
            "SELECT ST_Distance(l.point, ST_MakePoint(-1.99, 52.41)::geography) FROM location l"
            " WHERE l.point IS NOT NULL"
        )
    )
    assert find(client, f"?near=52.41,-1.99&within={int(metres) + 1}").names == ["Alpha"]
    assert find(client, f"?near=52.41,-1.99&within={int(metres) - 1}").names == []


@pytest.mark.usefixtures("city")
def test_a_postcode_and_the_name_of_a_place_can_be_near(client: InspectingClient, session: Session) -> None:
    session.execute(
        text("INSERT INTO postcode (code, point) VALUES ('B312AB', 'SRID=4326;POINT(-1.99 52.41)'::geography)")
    )
    in_aston("Alpha")
    in_northfield("Zulu")
    for place in ("b31 2ab", "B312AB", "Zulu Hall"):
        assert find(client, f"?near={quote(place)}").names == ["Zulu", "Alpha"]


@pytest.mark.usefixtures("city")
def test_an_area_has_its_own_first_and_then_what_reaches_it(client: InspectingClient, city: Area) -> None:
    in_aston("Elsewhere")
    in_northfield("Zulu")
    register.service("Advice for all", areas=(city,))
    register.service("Helpline", is_telephone=True)
    answer = find(client, "?area=northfield")
    assert answer.names == ["Zulu", "Advice for all", "Helpline"]
    assert "1 in Northfield, then 2 that you can use from there" in answer.text
    assert "For the whole city, online or by phone" in answer.text
    assert find(client, "?area=northfield-constituency").names == ["Zulu", "Advice for all", "Helpline"]
    assert find(client, "?area=E1400109").names == ["Zulu", "Advice for all", "Helpline"]


@pytest.mark.usefixtures("city")
def test_an_online_service_for_one_ward_is_not_offered_in_another(client: InspectingClient, session: Session) -> None:
    aston = session.query(Area).filter_by(slug="aston").one()
    register.service("Aston online", is_online=True, areas=(aston,))
    assert find(client, "?area=northfield").names == []
    assert find(client, "?area=aston").names == ["Aston online"]


@pytest.mark.usefixtures("city")
def test_several_areas_are_either_or(client: InspectingClient) -> None:
    in_aston("Alpha")
    in_northfield("Zulu")
    assert find(client, "?area=northfield&area=aston").names == ["Alpha", "Zulu"]


@pytest.mark.usefixtures("city")
def test_a_need_includes_what_lies_under_it(client: InspectingClient) -> None:
    in_northfield("Debt clinic", terms=("debt",))
    in_northfield("Memory café", terms=("dementia",))
    assert find(client, "?need=money").names == ["Debt clinic"]
    assert find(client, "?need=health").names == ["Memory café"]
    assert find(client, "?need=money&need=health").names == ["Debt clinic", "Memory café"]


@pytest.mark.usefixtures("city")
@pytest.mark.parametrize(
    ("address", "names"),
    [
        ("?free=1", ["Zulu"]),
        ("?online=1", ["Zulu"]),
        ("?kind=group", ["Zulu"]),
        ("?stage=crisis", ["Zulu"]),
        ("?gender=women", ["Zulu"]),
        ("?language=ur", ["Zulu"]),
        ("?taking_people=1", ["Zulu"]),
        ("?access=step-free&access=bsl", ["Zulu"]),
        ("?access=step-free", ["Alpha", "Zulu"]),
        ("?age=17", ["Alpha"]),
        ("?age=18", ["Alpha", "Zulu"]),
        ("?day=tue", ["Zulu"]),
        ("?day=tue&time=morning", ["Zulu"]),
        ("?day=tue&time=evening", []),
        ("?day=wed", ["Alpha"]),
        ("?time=evening", ["Alpha"]),
        ("?free=1&kind=place", []),
    ],
)
def test_filters_filter(client: InspectingClient, address: str, names: list[str]) -> None:
    alpha = register.service("Alpha", at=register.location("Hall", access=["step-free"]), cost_pence=200)
    zulu = register.service(
        "Zulu",
        at=register.location("Other hall", longitude=-1.89, access=["step-free"]),
        cost_pence=0,
        is_online=True,
        kind="group",
        stage="crisis",
        gender="women",
        languages=["en", "ur"],
        access=["bsl"],
        min_age=18,
        taking_people="yes",
        taking_people_said_at=datetime(2026, 11, 1, tzinfo=UTC),
    )
    register.opening_time(alpha, weekday=2, starts=time(18), ends=time(20))
    register.opening_time(zulu, weekday=1)
    assert find(client, address).names == names


@pytest.mark.usefixtures("city")
def test_counts_say_what_each_value_would_bring(client: InspectingClient) -> None:
    in_northfield("One", terms=("debt", "budgeting"), cost_pence=0, kind="support")
    in_northfield("Two", terms=("debt",), cost_pence=100, kind="support")
    in_aston("Three", terms=("music",), cost_pence=0, kind="group")
    everything = find(client)
    assert {value: everything.count("area", value) for value in ("northfield", "aston")} == {
        "northfield": 2,
        "aston": 1,
    }
    assert (everything.count("need", "money"), everything.count("interest", "music")) == (2, 1)
    assert (everything.count("free", "1"), everything.count("kind", "support")) == (2, 2)
    narrowed = find(client, "?area=northfield&need=money")
    assert narrowed.names == ["One", "Two"]
    assert narrowed.count("area", "aston") is None, "no money advice in Aston"
    assert narrowed.count("need", "debt") == 2
    assert narrowed.count("need", "budgeting") == 1
    assert narrowed.count("free", "1") == 1
    other_kind = find(client, "?kind=group")
    assert other_kind.count("kind", "support") == 2, "other values of the same filter count as alternatives"
    assert other_kind.count("need", "money") is None


@pytest.mark.usefixtures("city")
def test_every_count_is_what_pressing_it_brings(client: InspectingClient) -> None:
    for number in range(12):
        make = in_northfield if number % 2 else in_aston
        terms = [("debt",), ("music", "debt"), ("walking", "budgeting"), ("dementia",)][number % 4]
        make(f"Service {number}", terms=terms, cost_pence=100 * (number % 3), kind=["group", "support"][number % 2])
    for question in ("", "kind=group", "area=aston&free=1"):
        answer = find(client, f"?{question}")
        for name, value in [("kind", "support"), ("need", "money"), ("interest", "music"), ("free", "1")]:
            if f"{name}=" not in question and (number := answer.count(name, value)):
                assert f" {number} found" in find(client, f"?{question}&{name}={value}").text


@pytest.mark.usefixtures("city")
def test_each_chip_leaves_one_thing_out(client: InspectingClient) -> None:
    in_northfield("Chair yoga", cost_pence=0)
    answer = find(client, "?q=yoga&need=health&free=1&age=0&sort=name")
    links = {chip: tag["href"] for chip, tag in zip(answer.chips, answer.page.select(".app-chip"), strict=True)}
    assert links == {
        "Leave out “yoga” ×": "/search?need=health&free=1&age=0&sort=name",
        "Leave out Health and wellbeing ×": "/search?q=yoga&free=1&age=0&sort=name",
        "Leave out Free ×": "/search?q=yoga&need=health&age=0&sort=name",
        "Leave out Age 0 ×": "/search?q=yoga&need=health&free=1&sort=name",
    }


@pytest.mark.usefixtures("city")
def test_nothing_found_says_what_to_leave_out_and_what_that_brings(client: InspectingClient) -> None:
    in_northfield("Chair yoga", cost_pence=100)
    in_northfield("Choir", cost_pence=100, terms=("music",))
    answer = find(client, "?free=1&interest=music")
    assert answer.names == []
    assert "“free” : 1 found" in answer.text
    assert "what you like doing" not in answer.text, "leaving it out brings nothing"
    link = answer.page.select_one(".app-empty li a")
    assert link is not None
    assert link["href"] == "/search?interest=music"
    assert "0121 496 0123" in answer.page.select_one(".app-empty").get_text()  # type: ignore[union-attr]


@pytest.mark.usefixtures("city")
def test_soonest_first_reads_weekly_and_monthly_times(
    client: InspectingClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    StoppedClock(monkeypatch)
    for name, weekday, values in [
        ("Tuesday, over for today", 1, {"starts": time(8), "ends": time(9)}),
        ("Wednesday", 2, {}),
        ("Last Friday", 4, {"frequency": "monthly", "week_of_month": -1}),
        ("On now", 1, {"starts": time(10), "ends": time(11)}),
        ("First Tuesday", 1, {"frequency": "monthly", "week_of_month": 1, "starts": time(7), "ends": time(8)}),
    ]:
        register.opening_time(in_northfield(name), weekday=weekday, **values)  # type: ignore[arg-type]
    in_northfield("Ask us")
    assert find(client, "?sort=soonest").names == [
        "On now",
        "Wednesday",
        "Last Friday",
        "First Tuesday",
        "Tuesday, over for today",
        "Ask us",
    ]


@pytest.mark.usefixtures("city")
def test_pages_follow_one_another_and_none_is_lost(client: InspectingClient) -> None:
    for number in range(45):
        in_northfield(f"Service {number:02}")
    seen = [name for page in (1, 2, 3) for name in find(client, f"?page={page}").names]
    assert seen == [f"Service {number:02}" for number in range(45)]
    beyond = find(client, "?page=999")
    assert beyond.names == [f"Service {number:02}" for number in range(40, 45)]
    assert "page 3 of 3" in beyond.text


@pytest.mark.usefixtures("city")
@pytest.mark.parametrize(
    "address",
    [
        "?kind=foo&free=perhaps&age=old&page=minus&sort=paid&day=1&need=nope&interest=nope&area=nowhere",
        "?within=1600",
        "?sort=nearest",
        "?near=QQ1+1QQ",
        "?near=Nowhere+at+all",
        "?near=91,181",
        "?near=%F0%9F%98%80",
        "?near=%00",
    ],
)
def test_what_cannot_be_used_is_said_and_the_rest_is_kept(client: InspectingClient, address: str) -> None:
    in_northfield("Chair yoga")
    answer = find(client, address)
    assert answer.names == ["Chair yoga"]
    assert answer.page.select(".app-notice") or address == "?near=%00"


@pytest.mark.usefixtures("city")
@pytest.mark.parametrize(
    "words",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "مساعدة في الديون",
        "🧶🧶🧶",
        "' OR 1=1; --",
        "100% _ \\ : & | ! ( ) <-> *",
        "%00%00",
        "a:* & b",
        "${7*7}",
        "x" * 5000,
        "word " * 200,
    ],
)
def test_any_words_are_harmless(client: InspectingClient, words: str) -> None:
    in_northfield("Chair yoga")
    answer = find(client, f"?q={quote(words)}&near={quote(words)}&area={quote(words)}")
    assert "<script>alert" not in answer.html
    assert "<img src=x" not in answer.html


def test_a_private_address_is_in_no_answer(client: InspectingClient, city: Area, session: Session) -> None:
    assert city
    northfield = session.query(Area).filter_by(slug="northfield").one()
    register.service("Known ward", at=register.confidential_location(northfield, name="Rose House"))
    register.service("Hidden", at=register.confidential_location(northfield, "hidden", name="Secret House"))
    everywhere = find(client, "?near=Northfield")
    assert "In Northfield, address kept private" in everywhere.text
    assert "Address kept private" in everywhere.text
    assert "Secret House" not in everywhere.html
    assert "miles" not in " ".join(tag.get_text() for tag in everywhere.page.select(".app-card"))
    assert find(client, "?near=Northfield&within=8000").names == []
    assert find(client).count("area", "northfield") == 1, "a hidden place counts in no ward"
    assert find(client, "?area=northfield").names == ["Known ward", "Hidden"], "the hidden one comes as for everybody"


@pytest.mark.usefixtures("city")
def test_a_search_asks_few_questions_of_the_database(client: InspectingClient, session: Session) -> None:
    for number in range(30):
        in_northfield(f"Service {number}", terms=("debt", "music"))
    session.execute(
        text("INSERT INTO postcode (code, point) VALUES ('B312AB', 'SRID=4326;POINT(-1.99 52.41)'::geography)")
    )
    sent: list[str] = []

    def collect(*arguments: object) -> None:
        sent.append(str(arguments[2]))

    find(client)  # the crisis list is read once for each process, and again when a steward has changed it
    event.listen(db.engine, "before_cursor_execute", collect)
    try:
        find(client, "?q=service&near=B31+2AB&area=northfield&need=money&free=&page=2")
    finally:
        event.remove(db.engine, "before_cursor_execute", collect)
    assert len([one for one in sent if not one.startswith(("SAVEPOINT", "RELEASE"))]) <= 8
