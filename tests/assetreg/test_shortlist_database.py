"""The database keeps the promises of lists itself: each is broken with the guard in place, and with it taken away."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assetreg import clock
from assetreg.actions import shortlists
from assetreg.models import Shortlist, ShortlistEntry, ShortlistLink
from assetreg.rules.shortlists import MOST_ENTRIES
from tests.factories import register
from tests.factories.lists import a_list, a_shared_list

AGAIN = (
    "INSERT INTO shortlist_entry (shortlist_id, service_id, position)"
    " SELECT shortlist_id, service_id, 9 FROM shortlist_entry LIMIT 1"
)
SAME_PLACE = "UPDATE shortlist_entry SET position = 1"
SAME_KEY = "UPDATE {} SET key_hash = decode(repeat('ab', 32), 'hex')"
TOO_SHORT = "UPDATE shortlist_link SET key_hash = decode(md5(shortlist_id::text), 'hex')"

PROMISES = [
    ("shortlist_entry", "uq_shortlist_entry_once", AGAIN),
    ("shortlist_entry", "uq_shortlist_entry_position", SAME_PLACE),
    (
        "shortlist_entry",
        "ck_shortlist_entry_position_within_the_list",
        "UPDATE shortlist_entry SET position = position + 50",
    ),
    (
        "shortlist_entry",
        "ck_shortlist_entry_position_within_the_list",
        "UPDATE shortlist_entry SET position = -position",
    ),
    ("shortlist_entry", "ck_shortlist_entry_note_short", "UPDATE shortlist_entry SET note = repeat('é', 501)"),
    ("shortlist", "ck_shortlist_key_is_hashed", "UPDATE shortlist SET key_hash = decode(md5(id::text), 'hex')"),
    ("shortlist", "uq_shortlist_key_hash", SAME_KEY.format("shortlist")),
    ("shortlist_link", "ck_shortlist_link_key_is_hashed", TOO_SHORT),
    ("shortlist_link", "uq_shortlist_link_key_hash", SAME_KEY.format("shortlist_link")),
    ("shortlist_link", "ck_shortlist_link_ends_after_it_begins", "UPDATE shortlist_link SET expires_at = created_at"),
]


@pytest.fixture
def two_lists(session: Session) -> None:
    """Two lists with links, one with two things on it."""
    a_shared_list(register.service(), register.service())
    a_shared_list()
    session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))


@pytest.mark.parametrize(("table", "promise", "breaking"), PROMISES)
@pytest.mark.usefixtures("two_lists")
def test_the_database_refuses_to_break_it(session: Session, table: str, promise: str, breaking: str) -> None:
    with pytest.raises(IntegrityError, match=promise), session.begin_nested():
        session.execute(text(breaking))
    session.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {promise}"))
    session.execute(text(breaking))


def test_an_erased_service_goes_from_every_list_and_the_rest_stays(session: Session) -> None:
    gone, stays = register.service("Gone"), register.service("Stays")
    shortlist, _key = a_list(gone, stays)
    session.execute(text("DELETE FROM service WHERE id = :id"), {"id": gone.id})
    session.expire_all()
    assert [entry.service_id for entry in shortlists.list_entries(shortlist)] == [stays.id]


def test_an_erased_list_takes_everything_with_it(session: Session) -> None:
    a_shared_list(register.service())
    session.execute(text("DELETE FROM shortlist"))
    assert session.scalars(select(ShortlistEntry.id)).all() == []
    assert session.scalars(select(ShortlistLink.shortlist_id)).all() == []


def test_a_list_holds_fifty_things_and_makes_room_by_what_was_taken_off(app: Flask, session: Session) -> None:
    assert app is not None
    services = [register.service(f"Thing {number}") for number in range(MOST_ENTRIES + 2)]
    shortlist, _key = a_list(*services[:MOST_ENTRIES])
    assert shortlists.add(shortlist, services[-1].id) == "full"
    assert shortlists.add(shortlist, services[0].id) == "already"
    shortlists.remove(shortlist, services[3].id)
    assert shortlists.add(shortlist, services[-1].id) == "added"
    assert shortlists.add(shortlist, services[-2].id) == "full"
    session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    on_it = [entry.service_id for entry in shortlists.list_entries(shortlist)]
    assert on_it == [one.id for one in (*services[:3], *services[4:MOST_ENTRIES], services[-1])]


def test_nothing_of_a_list_is_audited(app: Flask, session: Session) -> None:
    assert app is not None
    yoga = register.service()
    before = register.audit_count()
    shortlist, key = a_list(yoga)
    shortlists.write_notes(shortlist, {yoga.public_id: "a private thought"})
    shortlists.share(shortlist, key, has_notes=True)
    shortlists.clear(key)
    session.flush()
    assert register.audit_count() == before


def test_only_hashes_of_secrets_are_stored(session: Session) -> None:
    link = a_shared_list(register.service())
    _shortlist, key = a_list(register.service())
    for table in (Shortlist, ShortlistLink, ShortlistEntry):
        rows = session.execute(text(f"SELECT row_to_json(t)::text FROM {table.__tablename__} t")).scalars()
        for row in rows:
            assert key not in row
            assert link not in row


def test_the_daily_job_removes_what_is_over_and_nothing_else(session: Session) -> None:
    now = clock.now()
    for name, list_ends, link_ends in [
        ("both over", "-1 day", "-1 hour"),
        ("list over, link not", "-1 day", "1 day"),
        ("link over, list not", "1 day", "-1 hour"),
        ("neither", "1 day", "1 day"),
    ]:
        a_shared_list(register.service(name))
        newest = session.scalars(select(Shortlist.id).order_by(Shortlist.id.desc()).limit(1)).one()
        values = {"id": newest, "now": now, "list_ends": list_ends, "link_ends": link_ends}
        session.execute(
            text("UPDATE shortlist SET expires_at = CAST(:now AS timestamptz) + CAST(:list_ends AS interval)"
                 " WHERE id = :id"), values,
        )  # fmt: skip
        session.execute(
            text("UPDATE shortlist_link SET created_at = created_at - interval '200 days',"
                 " expires_at = CAST(:now AS timestamptz) + CAST(:link_ends AS interval) WHERE shortlist_id = :id"),
            values,
        )  # fmt: skip
    assert shortlists.purge(now) == (2, 1)
    left = session.execute(
        text(
            "SELECT s.name, k.shortlist_id IS NOT NULL FROM shortlist_entry e JOIN service s ON s.id = e.service_id"
            " LEFT JOIN shortlist_link k ON k.shortlist_id = e.shortlist_id ORDER BY s.name"
        )
    ).all()
    assert [tuple(row) for row in left] == [
        ("link over, list not", False),
        ("list over, link not", True),
        ("neither", True),
    ]
