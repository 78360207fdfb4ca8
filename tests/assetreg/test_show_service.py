"""The page of one service: what to do first, then everything the register knows, and nothing it must not say."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from assetreg import clock
from assetreg.models import Assurance, ContactPoint, Service, Space
from tests.factories import register
from tests.inspecting_client import InspectingClient


def page_of(client: InspectingClient, service: Service, status: int = 200) -> str:
    """The text of a service's page."""
    answer = client.get(f"/services/{service.public_id}")
    assert answer.status_code == status
    return " ".join(answer.get_data(as_text=True).split())


def add_contact(session: Session, service: Service, kind: str = "phone", value: str = "+441214960001") -> None:
    session.add(ContactPoint(service_id=service.id, kind=kind, value=value))
    session.flush()


def test_it_says_everything_the_register_knows(client: InspectingClient, session: Session) -> None:
    ward = register.ward("Northfield")
    hall = register.location("St Sample's Hall", access=["step-free"], getting_there="The 61 stops outside.")
    session.add(Space(location_id=hall.id, name="Main room", capacity=40, is_hireable=True, hire_pence_per_hour=1250))
    service = register.service(
        "Chair yoga",
        at=hall,
        terms=("physical-activity", "fitness"),
        areas=(ward,),
        description="<p>Slow and <strong>friendly</strong>.</p>",
        cost_pence=250,
        cost_note="Pay on the door",
        min_age=50,
        gender="women",
        eligibility="Anybody who lives nearby",
        languages=["en", "ur", "bfi"],
        access=["bsl"],
        referral="self",
        stage="some_help",
        audience="adults_at_risk",
        taking_people="waiting_list",
        taking_people_said_at=datetime(2026, 11, 3, 10, tzinfo=UTC),
        wait="About two weeks",
        first_visit="Come a little early.",
        first_visit_who="Pat meets you",
        first_visit_door="The blue door",
        easy_read_url="https://example.org/easy",
        audio_url="https://example.org/listen",
        times_note="Term time only",
    )
    register.opening_time(service, weekday=1, starts=time(10, 30), ends=time(12))
    register.opening_time(service, 3, time(14), time(15), frequency="monthly", week_of_month=-1)
    add_contact(session, service)
    page = page_of(client, service)
    for words in (
        "Chair yoga", "<strong>friendly</strong>", "£2.50", "Pay on the door", "50 and over", "Women only",
        "Anybody who lives nearby", "English", "Urdu", "British Sign Language", "Has a waiting list",
        "About two weeks", "3 November", "Come a little early.", "Pat meets you", "The blue door",
        "https://example.org/easy", "https://example.org/listen", "Term time only", "10.30am to 12 noon",
        "Last Thursday of the month", "St Sample", "The 61 stops outside.", "Main room", "£12.50 an hour",
        "up to 40 people", "0121 496 0001", "tel:+441214960001", "Being active", "Exercise classes",
        service.short_code, "Adults who need extra care", "A bit of help", "You can get in without steps",
    ):  # fmt: skip
        assert words in page, words


def test_the_first_thing_to_do_follows_from_what_is_known(client: InspectingClient, session: Session) -> None:
    register.ward()
    hall = register.location()
    open_door = register.service("Open door", at=hall)
    register.opening_time(open_door)
    assert "Just turn up" in page_of(client, open_door)
    referred = register.service("By referral", at=hall, referral="professional")
    assert "Ask a worker to refer you" in page_of(client, referred)
    by_phone = register.service("Helpline", is_telephone=True)
    add_contact(session, by_phone)
    assert "Call 0121 496 0001" in page_of(client, by_phone)
    unknown = register.service("Unknown")
    assert "We can find out for you." in page_of(client, unknown)


def test_a_full_group_is_not_one_to_just_turn_up_at(client: InspectingClient, session: Session) -> None:
    register.ward()
    full = register.service(
        at=register.location(), taking_people="no", taking_people_said_at=clock.now(), wait="Until January"
    )
    register.opening_time(full)
    add_contact(session, full)
    page = page_of(client, full)
    assert "Just turn up" not in page
    assert "Not taking new people" in page


@pytest.mark.parametrize(
    ("days_ago", "words"),
    [(None, "Not checked yet"), (10, "Checked 10 days ago"), (300, "Nobody has checked this for")],
)
def test_the_trust_line_says_how_old_the_check_is(client: InspectingClient, days_ago: int | None, words: str) -> None:
    assured = None if days_ago is None else clock.today() - timedelta(days=days_ago)
    service = register.service(assured_on=assured, assured_how=None if assured is None else "phone", assured_by="Pat")
    assert words in page_of(client, service)


def test_closed_for_now_says_until_when(client: InspectingClient) -> None:
    service = register.service(
        status="temporarily_closed", status_note="The roof is being mended.", reopens_on=date(2027, 3, 1)
    )
    page = page_of(client, service)
    assert "Monday 1 March 2027" in page
    assert "The roof is being mended." in page


def test_what_has_ended_is_gone_and_says_what_to_try(client: InspectingClient) -> None:
    register.ward()
    ended = register.service("Old choir", at=register.location(), terms=("music",), status="closed")
    other = register.service("New choir", at=register.location(), terms=("music",))
    page = page_of(client, ended, status=410)
    assert "Old choir" in page
    assert str(other.public_id) in page


def test_what_is_over_by_its_dates_is_gone(client: InspectingClient) -> None:
    service = register.service(valid_until=clock.today() - timedelta(days=1))
    page_of(client, service, status=410)


def test_what_has_not_begun_says_when_it_will(client: InspectingClient) -> None:
    service = register.service(valid_from=clock.today() + timedelta(days=30))
    assert "Not started yet" in page_of(client, service)


@pytest.mark.parametrize("visibility", ["area_only", "hidden"])
def test_a_confidential_place_says_neither_address_nor_point(client: InspectingClient, visibility: str) -> None:
    ward = register.ward("Northfield")
    house = register.confidential_location(ward, visibility, name="Safe House")
    page = page_of(client, register.service("Safe place", at=house, is_sensitive=True))
    assert "kept private" in page
    assert "geo:" not in page
    assert ("Northfield" in page) == (visibility == "area_only")
    assert ("Safe House" in page) is False


def test_a_sensitive_page_can_be_left_at_once_and_its_tab_gives_nothing_away(client: InspectingClient) -> None:
    service = register.service("Help after abuse", is_sensitive=True)
    page = page_of(client, service)
    assert "Exit this page" in page
    title = page.partition("<title>")[2].partition("</title>")[0]
    assert "abuse" not in title


def test_outside_the_city_and_not_on_the_map_are_said(client: InspectingClient) -> None:
    register.ward()
    outside = register.service("Far away", at=register.location(longitude=-2.4, latitude=53.5))
    assert "This is outside Birmingham." in page_of(client, outside)
    nowhere = register.service("Somewhere", at=register.location(point=None, placement="needs_location"))
    assert "We do not know yet where this is on the map." in page_of(client, nowhere)


def test_where_it_came_from_is_said(client: InspectingClient, session: Session) -> None:
    session.execute(text("INSERT INTO source (name, attribution) VALUES ('libraries', 'City libraries, OGL v3')"))
    assert "City libraries, OGL v3" in page_of(client, register.service(source="libraries", source_id="1"))


def test_a_source_that_ends_in_a_full_stop_gets_no_second_one(client: InspectingClient, session: Session) -> None:
    session.execute(text("INSERT INTO source (name, attribution) VALUES ('libraries', 'Made by us.')"))
    page = page_of(client, register.service(source="libraries", source_id="1"))
    assert "Made by us." in page
    assert "Made by us.." not in page


def test_markup_in_plain_fields_is_harmless(client: InspectingClient) -> None:
    nasty = "<script>alert(1)</script> مرحبا 👋🏽 " + "x" * 120
    service = register.service(nasty, summary=nasty, eligibility=nasty, first_visit=nasty)
    page = page_of(client, service)
    assert "<script>alert" not in page
    assert "مرحبا" in page


def test_unknown_and_malformed_ids_are_not_found(client: InspectingClient) -> None:
    for address in (f"/services/{uuid4()}", "/services/not-a-uuid", "/services/1", "/s/ZZZZZZZ", "/s/%00", "/s/'"):
        assert client.get(address).status_code == 404, address


def test_the_short_code_leads_to_the_service(client: InspectingClient) -> None:
    service = register.service()
    answer = client.get(f"/s/{service.short_code.lower()}")
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/services/{service.public_id}"


def test_the_newest_check_counts_with_who_and_how(client: InspectingClient, session: Session) -> None:
    service = register.service(assured_on=clock.today(), assured_by="Frankley Friends", assured_how="self")
    session.add(Assurance(service_id=service.id, assured_on=clock.today(), assured_by="x", assured_how="self"))
    page = page_of(client, service)
    assert "Checked today by Frankley Friends" in page
    assert "by the people who run it" in page


def test_the_pages_that_lead_to_sensitive_help_can_be_left_at_once(client: InspectingClient) -> None:
    for address in ("/needs/domestic-abuse", "/search?need=domestic-abuse", "/needs/exploitation"):
        assert "Exit this page" in client.get(address).get_data(as_text=True), address
    title = client.get("/needs/domestic-abuse").get_data(as_text=True).partition("<title>")[2].partition("</title>")[0]
    assert "abuse" not in title.lower()
    assert "Exit this page" not in client.get("/needs/money").get_data(as_text=True)
