"""An organiser's pages about series: adding, changing, copying, pausing, ending."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assetreg import clock
from assetreg.models import Location, Organisation, Service, Space, User
from booking.actions.series import publish_series
from booking.models import Occurrence, Question, Series
from tests.booking.plans import plan
from tests.factories import booking as situations
from tests.factories import register
from tests.inspecting_client import InspectingClient
from tests.sql_counting import count_statements
from tests.stopped_clock import StoppedClock


class Group:
    """A group with a partner, a service, a hall and a room."""

    def __init__(self) -> None:
        self.organisation: Organisation = register.organisation("Neighbours")
        self.hall: Location = register.location("The Hall")
        self.room: Space = situations.space(self.hall)
        self.service: Service = register.service("Chair yoga", organisation=self.organisation, at=self.hall)
        self.partner: User = register.partner(self.organisation)

    def typed(self, **values: Any) -> dict[str, Any]:
        """The one-page form filled in: Tuesdays, 10am to noon, in the room."""
        return {
            "service": str(self.service.public_id),
            "kind": "bookable",
            "frequency": "weekly",
            "weekdays": ["1"],
            "starts_on": "24/11/2026",
            "ends": "never",
            "starts_time": "10am",
            "ends_time": "12 noon",
            "place": f"room:{self.room.public_id}",
            "capacity": "12",
            "age_rule": "warn",
            "audience": "everyone",
            **values,
        }


@pytest.fixture(autouse=True)
def stopped(monkeypatch: pytest.MonkeyPatch) -> StoppedClock:
    """Sunday 22 November 2026, 9am."""
    return StoppedClock(monkeypatch, datetime(2026, 11, 22, 9, tzinfo=UTC))


@pytest.fixture
def group(session: Session) -> Group:
    """A group of neighbours."""
    assert session is not None
    return Group()


def token_of(client: InspectingClient, path: str) -> str:
    """The token of the form at this address."""
    page = BeautifulSoup(client.get(path).get_data(as_text=True), "html.parser")
    return str(page.select_one("main input[name=csrf_token]")["value"])  # type: ignore[index]


def send(client: InspectingClient, path: str, **data: Any) -> tuple[int, BeautifulSoup, str]:
    """Send a form as it was filled in; the answer's status, page and where it leads."""
    response = client.post(path, data={"csrf_token": token_of(client, path), **data})
    return response.status_code, BeautifulSoup(response.get_data(as_text=True), "html.parser"), response.location or ""


def seen_in(page: BeautifulSoup) -> str:
    """The mark of what the page shows."""
    return str(page.select_one("input[name=seen]")["value"])  # type: ignore[index]


NEW = "/organise/series/new"


def test_a_series_is_published_only_after_every_date_was_seen(
    client: InspectingClient, group: Group, session: Session
) -> None:
    client.sign_in(group.partner)
    status, page, _ = send(client, NEW, **group.typed(), button="publish")
    assert status == 422
    assert session.scalar(select(func.count()).select_from(Occurrence)) == 0
    said = page.select_one("#preview").get_text(" ", strip=True)  # type: ignore[union-attr]
    assert "13 dates" in said
    assert "Tuesday 24 November" in said
    assert "10am to 12 noon" in said
    draft = session.scalars(select(Series)).one()
    assert draft.status == "draft", "nothing typed is lost"
    address = f"{NEW}?draft={draft.public_id}"
    status, _page, leads_to = send(client, address, **group.typed(), button="publish", seen=seen_in(page))
    assert (status, leads_to) == (302, f"/organise/series/{draft.public_id}")
    session.expire_all()
    assert draft.status == "published"
    assert session.scalar(select(func.count()).select_from(Occurrence)) == 13
    shown = client.get(leads_to).get_data(as_text=True)
    assert "Every Tuesday, 10am to 12 noon" in shown
    again = client.post(address, data={"csrf_token": token_of(client, "/account"), **group.typed()})
    assert again.location == leads_to, "sent twice, published once"


def test_a_clash_is_named_and_left_out_by_choice(client: InspectingClient, group: Group, session: Session) -> None:
    choir = register.service("Choir", organisation=register.organisation("Singers"))
    situations.occurrence(
        situations.series(choir, in_space=group.room), starts_at=datetime(2026, 12, 1, 11, tzinfo=UTC)
    )
    client.sign_in(group.partner)
    _status, page, _ = send(client, NEW, **group.typed(), button="look")
    assert "Main hall is in use by “Choir” of Singers, 11am to 1pm" in page.get_text(" ", strip=True)
    assert page.find("button", value="publish") is None
    draft = session.scalars(select(Series).where(Series.status == "draft")).one()
    address = f"{NEW}?draft={draft.public_id}"
    _status, page, _ = send(client, address, **group.typed(skip="2026-12-01"), button="look")
    ticked = page.select_one("input[name=skip][checked]")
    assert ticked is not None
    assert ticked["value"] == "2026-12-01"
    status, _page, _ = send(client, address, **group.typed(skip="2026-12-01"), button="publish", seen=seen_in(page))
    assert status == 302
    days = session.scalars(select(Occurrence.rule_on).where(Occurrence.series_id == draft.id)).all()
    assert date(2026, 12, 1) not in days
    assert len(days) == 12


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"starts_on": "21/11/2026"}, "starts_on", "This day is in the past"),
        ({"starts_on": "31/2/2027"}, "starts_on", "We cannot read this day"),
        ({"starts_on": ""}, "starts_on", "Enter a day"),
        ({"starts_time": "25:00"}, "starts_time", "There is no such time"),
        ({"ends_time": "9am"}, "ends_time", "The end is not after the start"),
        ({"ends": "on", "ends_on": "1/11/2026"}, "ends_on", "The last day is before the first day"),
        ({"ends": "after", "sessions": "0"}, "sessions", "from 1 to 400"),
        ({"capacity": "0"}, "capacity", "from 1 to 100,000"),
        ({"capacity": "1000000"}, "capacity", "from 1 to 100,000"),
        ({"capacity": "10^6"}, "capacity", "Enter a whole number"),
        ({"capacity": ""}, "capacity", "Enter how many people can come"),
        ({"weekdays": []}, "weekdays", "Choose at least one day"),
        ({"cost": "a lot"}, "cost", "Write the cost like"),
        ({"largest_party": "1000"}, "largest_party", "from 1 to 200"),
        ({"min_age": "60", "max_age": "50"}, "max_age", "The oldest age is below the youngest"),
        ({"title": "x" * 201}, "title", "This is too long"),
        ({"place": "room:7"}, "place", "Choose a place from the list"),
        ({"kind": "course"}, "ends", "A course has an end"),
        ({"kind": "appointments"}, "slot_minutes", "how many minutes each appointment"),
        ({"q1_wording": "Tea?", "q1_kind": "choice", "q1_choices": "yes"}, "q1_choices", "Give 2 to 20"),
    ],
)
def test_every_mistake_has_a_sentence_and_nothing_typed_is_lost(
    client: InspectingClient, group: Group, session: Session, typed: dict[str, Any], field: str, said: str
) -> None:
    client.sign_in(group.partner)
    status, page, _ = send(client, NEW, **group.typed(note="Bring a mat", **typed), button="publish")
    assert status == 422
    summary = page.select_one(".govuk-error-summary")
    assert summary is not None
    assert summary.select_one(f"a[href='#{field}']") is not None
    assert said in summary.get_text(" ")
    assert page.select_one("textarea[name=note]").get_text(strip=True) == "Bring a mat"  # type: ignore[union-attr]
    for name, value in typed.items():
        box = page.select_one(f"input[type=text][name={name}]")
        assert box is None or box["value"] == value
    assert session.scalar(select(func.count()).select_from(Occurrence)) == 0


def test_a_newcomer_is_asked_one_question_a_page(client: InspectingClient, group: Group, session: Session) -> None:
    client.sign_in(group.partner)
    response = client.fill_in(f"{NEW}/service", title="Yoga for all")
    answers = [
        {"kind": "bookable"},
        {"frequency": "monthly"},
        {"weekdays": ["1"], "weeks_of_month": ["1", "3"], "starts_on": "1/12/2026"},
        {"ends": "on", "ends_on": "31/3/2027"},
        {"term_time_only": "y"},
        {"starts_time": "10am", "ends_time": "noon"},
        {"place": f"room:{group.room.public_id}"},
        {"leader_name": "Priya"},
        {"capacity": "12"},
        {"audience": "everyone"},
        {"cost": "free"},
        {"note": "Bring a mat"},
    ]
    for answer in answers:
        assert response.status_code == 302, BeautifulSoup(response.get_data(as_text=True), "html.parser").get_text()
        status, page, leads_to = send(client, response.location, **answer, button="next")
        assert status == 302, page.select_one(".govuk-error-summary")
        response.location = leads_to
    assert "/new/check" in response.location
    page = BeautifulSoup(client.get(response.location).get_data(as_text=True), "html.parser")
    said = page.get_text(" ", strip=True)
    assert "Every 1st and 3rd Tuesday, 10am to 12 noon, in term time" in said
    assert "Tuesday 16 February 2027 not in term time" in said
    status, _page, leads_to = send(client, response.location, button="publish", seen=seen_in(page))
    assert status == 302
    series = session.scalars(select(Series)).one()
    assert (series.title, series.leader.name if series.leader else "", series.cost_pence) == (
        "Yoga for all",
        "Priya",
        0,
    )
    assert series.status == "published"


def test_a_question_answered_wrongly_is_asked_again_and_the_others_are_kept(
    client: InspectingClient, group: Group, session: Session
) -> None:
    client.sign_in(group.partner)
    client.fill_in(f"{NEW}/service", title="Yoga for all")
    draft = session.scalars(select(Series)).one()
    status, page, _ = send(client, f"{NEW}/times?draft={draft.public_id}", starts_time="25:00", ends_time="26:00")
    assert status == 422
    assert page.select_one("input[name=starts_time]")["value"] == "25:00"  # type: ignore[index]
    session.expire_all()
    assert draft.draft["title"] == "Yoga for all"
    listed = client.get("/organise/series?status=draft").get_data(as_text=True)
    assert "Yoga for all" in listed


def test_other_groups_series_are_not_there(client: InspectingClient, group: Group, session: Session) -> None:
    _stranger, other = situations.partner_with_series(title="Secret circle")
    client.sign_in(group.partner)
    for path in ("", "/change", "/end", "/calendar"):
        assert client.get(f"/organise/series/{other.public_id}{path}").status_code == 404
    for path in ("/copy", "/pause", "/end"):
        token = token_of(client, "/account")
        answer = client.post(f"/organise/series/{other.public_id}{path}", data={"csrf_token": token, "booked": "keep"})
        assert answer.status_code == 404
    assert client.get(f"{NEW}?draft={other.public_id}").status_code == 404
    assert "Secret circle" not in client.get("/organise/series").get_data(as_text=True)
    status, page, _ = send(client, NEW, **group.typed(service=str(other.service.public_id)), button="publish")
    assert status in (200, 422)
    assert session.scalar(select(func.count()).select_from(Series).where(Series.status == "draft")) <= 1
    assert "Coffee morning" not in page.get_text()


def test_a_change_is_shown_then_saved_and_bookings_stay(
    client: InspectingClient, group: Group, session: Session
) -> None:
    series = publish_series(plan(group.service, location_id=group.hall.id), group.partner, clock.now())
    booked = session.scalars(select(Occurrence).where(Occurrence.rule_on == date(2026, 12, 1))).one()
    situations.booking(booked)
    client.sign_in(group.partner)
    address = f"/organise/series/{series.public_id}/change"
    chooser = client.get(address).get_data(as_text=True)
    assert "One date and all after it" in chooser
    from_second = f"{address}?scope=following&from={booked.public_id}"
    typed = group.typed(
        starts_on="1/12/2026", starts_time="2pm", ends_time="4pm", version=str(series.version), place=""
    )
    status, page, _ = send(client, from_second, **typed, button="look")
    said = page.select_one("#preview").get_text(" ", strip=True)  # type: ignore[union-attr]
    assert status == 200
    assert "1 booking, Tuesday 1 December" in said
    assert "2pm to 4pm" in said
    status, _page, leads_to = send(client, from_second, **typed, button="save", seen=seen_in(page))
    assert (status, leads_to) == (302, f"/organise/series/{series.public_id}")
    session.expire_all()
    hours = session.scalars(select(Occurrence.starts_at).order_by(Occurrence.starts_at)).all()
    assert [one.hour for one in hours[:3]] == [10, 14, 14]
    assert booked.places_taken == 1


def test_the_second_of_two_editors_keeps_what_they_typed(
    client: InspectingClient, group: Group, session: Session
) -> None:
    series = publish_series(plan(group.service), group.partner, clock.now())
    client.sign_in(group.partner)
    address = f"/organise/series/{series.public_id}/change?scope=all"
    typed = group.typed(version=str(series.version), place="", note="Mine")
    _status, page, _ = send(client, address, **typed, button="look")
    series.note = "Theirs"
    session.commit()
    status, late, _ = send(client, address, **typed, button="save", seen=seen_in(page))
    assert status == 409
    assert "Somebody else changed this series while you were writing" in late.get_text(" ")
    assert late.select_one("textarea[name=note]").get_text(strip=True) == "Mine"  # type: ignore[union-attr]
    session.expire_all()
    assert series.note == "Theirs"
    typed["version"] = str(late.select_one("input[name=version]")["value"])  # type: ignore[index]
    _status, page, _ = send(client, address, **typed, button="look")
    status, _page, _ = send(client, address, **typed, button="save", seen=seen_in(page))
    assert status == 302
    session.expire_all()
    assert series.note == "Mine"


@pytest.mark.parametrize("version", ["²", "9" * 5000, "-1", ""])
@pytest.mark.parametrize("rest", ["change?scope=all", "end", "calendar"])
def test_a_forged_version_is_no_error_of_ours(
    client: InspectingClient, group: Group, session: Session, rest: str, version: str
) -> None:
    series = publish_series(plan(group.service), group.partner, clock.now())
    session.commit()
    client.sign_in(group.partner)
    typed = {**group.typed(), "version": version, "address": "", "button": "stop" if rest == "calendar" else "save"}
    assert client.post(f"/organise/series/{series.public_id}/{rest}", data=typed).status_code < 500


def test_copying_pausing_and_ending(client: InspectingClient, group: Group, session: Session) -> None:
    series = publish_series(plan(group.service, title="Yoga", note="Bring a mat"), group.partner, clock.now())
    booked = session.scalars(select(Occurrence).where(Occurrence.rule_on == date(2026, 12, 1))).one()
    situations.booking(booked)
    client.sign_in(group.partner)
    path = f"/organise/series/{series.public_id}"
    copied = client.fill_in(path, to=f"{path}/copy")
    assert "Bring a mat" in client.get(copied.location).get_data(as_text=True)
    client.fill_in(path, to=f"{path}/pause", button=("button", "pause"))
    session.expire_all()
    assert series.is_paused
    client.fill_in(path, to=f"{path}/pause", button=("button", "open"))
    asked = client.fill_in(f"{path}/end")
    assert asked.status_code == 422
    assert "Choose what becomes of the dates" in asked.get_data(as_text=True)
    client.fill_in(f"{path}/end", booked="cancel", reason="The hall is sold.")
    session.expire_all()
    assert (series.status, series.is_paused, booked.status) == ("ended", False, "cancelled")
    assert booked.cancel_reason == "The hall is sold."


def test_own_questions_are_kept_with_how_long(client: InspectingClient, group: Group, session: Session) -> None:
    client.sign_in(group.partner)
    asked = group.typed(q1_wording="Who can we call?", q1_is_emergency="y", q1_keep_days="2", q2_wording="Tea?")
    asked |= {"q2_kind": "choice", "q2_choices": "Tea, Coffee", "q2_is_required": "y"}
    _status, page, _ = send(client, NEW, **asked, button="look")
    draft = session.scalars(select(Series)).one()
    send(client, f"{NEW}?draft={draft.public_id}", **asked, button="publish", seen=seen_in(page))
    rows = session.scalars(select(Question).order_by(Question.position)).all()
    assert [(one.wording, one.kind, one.keep_days, one.is_emergency_contact) for one in rows] == [
        ("Who can we call?", "text", 2, True),
        ("Tea?", "choice", 30, False),
    ]
    assert rows[1].choices == ["Tea", "Coffee"]


def test_the_list_takes_the_same_few_statements_however_long_it_is(
    client: InspectingClient, group: Group, session: Session
) -> None:
    client.sign_in(group.partner)
    client.get("/organise/series")
    for number in range(40):
        situations.series(group.service, at=group.hall, title=f"Series {number:02d}")
    session.commit()
    with count_statements() as counted:
        page = client.get("/organise/series").get_data(as_text=True)
    assert "Series 00" in page
    assert "Series 39" not in page
    assert "Series 39" in client.get("/organise/series?words=39").get_data(as_text=True)
    assert len(counted) <= 8, counted


def test_a_date_is_added_by_hand_and_what_is_in_the_way_is_named(
    client: InspectingClient, group: Group, session: Session
) -> None:
    hall, room = group.hall, group.room
    wanted = plan(group.service, location_id=hall.id, space_id=room.id)
    series = publish_series(wanted, group.partner, clock.now())
    session.commit()
    client.sign_in(group.partner)
    path = f"/organise/series/{series.public_id}/dates"
    taken = client.fill_in(path, starts_on="24/11/2026", starts_time="11am")
    assert taken.status_code == 422
    assert "Main hall is in use by “Chair yoga” of Neighbours, 10am to 12 noon" in taken.get_data(as_text=True)
    assert client.fill_in(path, starts_on="22/11/2026", starts_time="8am").status_code == 422
    assert client.fill_in(path, starts_on="25/11/2026", starts_time="26:00").status_code == 422
    assert client.fill_in(path, starts_on="31/12/9999", starts_time="11pm").status_code == 422
    assert client.fill_in(path, starts_on="25/11/2026", starts_time="11am").status_code == 302
    added = session.scalars(select(Occurrence).where(Occurrence.rule_on.is_(None))).one()
    assert added.starts_at == datetime(2026, 11, 25, 11, tzinfo=UTC)


def test_one_date_only_leads_to_moving_it(client: InspectingClient, group: Group, session: Session) -> None:
    series = publish_series(plan(group.service), group.partner, clock.now())
    first = session.scalars(select(Occurrence).order_by(Occurrence.starts_at)).first()
    assert first is not None
    client.sign_in(group.partner)
    path = f"/organise/series/{series.public_id}/change"
    answer = client.get(f"{path}?scope=this&from={first.public_id}")
    assert answer.location == f"/organise/sessions/{first.public_id}/move"
    missing = client.get(f"{path}?scope=this")
    assert "Choose a date from the list" in missing.get_data(as_text=True)
