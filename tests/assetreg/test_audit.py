"""Every write leaves who, when and what; nothing written there can be changed; a confidential address is taken out."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from assetreg.audit import set_actor
from assetreg.models import Audit
from tests.factories import register


def rows(session: Session, entity: str) -> list[Audit]:
    """The audit of one kind of thing, oldest first."""
    return list(session.scalars(select(Audit).where(Audit.entity == entity).order_by(Audit.id)))


def test_creating_changing_and_deleting_are_each_told(session: Session) -> None:
    set_actor(session, "steward")
    group = register.organisation("Frankley Friends")
    group.name = "Frankley Friends and Neighbours"
    session.flush()
    session.delete(group)
    session.flush()
    told = rows(session, "organisation")
    assert [row.action for row in told] == ["create", "update", "delete"]
    assert told[1].changes == {"name": ["Frankley Friends", "Frankley Friends and Neighbours"]}
    assert {row.entity_id for row in told} == {str(group.public_id)}
    assert {row.actor for row in told} == {"steward"}


def test_the_audit_names_who_did_it(session: Session) -> None:
    person = register.user("steward")
    set_actor(session, person.role, person.id)
    register.organisation()
    assert rows(session, "organisation")[-1].user_id == person.id


def test_a_write_that_changes_nothing_tells_nothing(session: Session) -> None:
    group = register.organisation("Frankley Friends")
    before = register.audit_count()
    group.name = "Frankley Friends"
    session.flush()
    assert register.audit_count() == before


def test_a_password_is_never_told(session: Session) -> None:
    person = register.user(password_hash="hash-of-a-secret")
    person.password_hash = "hash-of-another"
    session.flush()
    told = " ".join(str(row.changes) for row in rows(session, "user_account"))
    assert "hash-of" not in told
    assert "password_hash" in told


@pytest.mark.parametrize("statement", ["UPDATE audit SET actor = 'somebody else'", "DELETE FROM audit"])
def test_the_audit_can_be_read_but_not_changed(session: Session, statement: str) -> None:
    register.organisation()
    with pytest.raises(ProgrammingError, match="kept as it was written"), session.begin_nested():
        session.execute(text(statement))
    session.execute(text("ALTER TABLE audit DISABLE TRIGGER audit_kept"))
    session.execute(text(statement))


def test_an_address_that_becomes_confidential_leaves_its_own_history(session: Session) -> None:
    ward = register.ward()
    house = register.location(address="77 Canary Grove", postcode="B31 9CN")
    assert "Canary Grove" in str([row.changes for row in rows(session, "location")])
    house.visibility, house.placement, house.ward_id = "area_only", "withheld", ward.id
    house.address = house.postcode = house.point = None
    house.getting_there = ""
    session.flush()
    session.expire_all()
    told = str([row.changes for row in rows(session, "location")])
    assert "Canary Grove" not in told
    assert "B31 9CN" not in told
    assert "visibility" in told
