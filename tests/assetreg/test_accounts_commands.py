"""What operators do to accounts on the command line."""

from __future__ import annotations

import re

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from assetreg.actions import accounts
from assetreg.models import Audit, Membership, User
from assetreg.queries.users import find_user_by_email
from assetreg.rules.vocabulary import ROLES
from tests.factories.register import organisation, user
from tests.inspecting_client import InspectingClient

NEW = "violet kettle on the harbour"


def run(app: Flask, *arguments: str, typed: str = "") -> Result:
    """One `users` command."""
    return app.test_cli_runner().invoke(args=["users", *arguments], input=typed)


def test_add_prints_a_link_by_which_a_password_is_chosen(app: Flask, client: InspectingClient) -> None:
    result = run(app, "add", "Stevie@Example.org", "--name", "Stevie", "--role", "steward")
    assert result.exit_code == 0
    found = re.search(r"/reset-password/\S+", result.output)
    assert found is not None
    assert client.fill_in(found[0], new=NEW).status_code == 302
    assert client.fill_in("/sign-in", email="stevie@example.org", password=NEW).status_code == 302


def test_add_asks_for_a_password_when_told_to(app: Flask, client: InspectingClient) -> None:
    result = run(app, "add", "a@example.org", "--name", "A", "--password", typed=f"{NEW}\n{NEW}\n")
    assert result.exit_code == 0, result.output
    assert NEW not in result.output
    assert client.fill_in("/sign-in", email="a@example.org", password=NEW).status_code == 302


def test_a_weak_password_adds_nobody(app: Flask, session: Session) -> None:
    result = run(app, "add", "a@example.org", "--name", "A", "--password", typed="short\nshort\n")
    assert result.exit_code == 1
    assert "too short" in result.output
    session.rollback()  # as when the command's process ends without a commit
    assert find_user_by_email("a@example.org") is None


def test_add_makes_an_owner_of_an_organisation(app: Flask, session: Session) -> None:
    group = organisation("Frankley Friends")
    assert (
        run(app, "add", "o@example.org", "--name", "O", "--organisation", "frankley friends", "--owner").exit_code == 0
    )
    row = session.scalars(select(Membership)).one()
    assert (row.organisation_id, row.role) == (group.id, "owner")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("not-an-address", "--name", "N"), "is not an e-mail address"),
        (("taken@example.org", "--name", "N"), "already"),
        (("n@example.org", "--name", "N", "--organisation", "No Such Group"), "not exactly one organisation"),
        (("n@example.org", "--name", "N", "--role", "king"), "king"),
    ],
)
def test_what_cannot_be_added_is_one_sentence(app: Flask, arguments: tuple[str, ...], said: str) -> None:
    user(email="taken@example.org")
    result = run(app, "add", *arguments)
    assert result.exit_code != 0
    assert said in result.output
    assert "Traceback" not in result.output


def test_every_change_is_in_the_history_as_a_command(app: Flask, session: Session) -> None:
    run(app, "add", "a@example.org", "--name", "A")
    assert session.scalars(select(Audit.actor).where(Audit.entity == "user_account")).all() == ["command: users"]


def test_disable_and_enable(app: Flask, client: InspectingClient) -> None:
    person = user(email="a@example.org")
    client.sign_in(person)
    assert run(app, "disable", "A@example.org").exit_code == 0
    assert client.get("/account").status_code == 302
    assert "switched off" in run(app, "list").output
    assert run(app, "enable", "a@example.org").exit_code == 0
    assert "switched off" not in run(app, "list").output
    assert client.get("/account").status_code == 302


def test_password_by_typing_and_by_link(app: Flask, client: InspectingClient) -> None:
    user(email="a@example.org")
    assert run(app, "password", "a@example.org", typed=f"{NEW}\n{NEW}\n").exit_code == 0
    assert client.fill_in("/sign-in", email="a@example.org", password=NEW).status_code == 302
    found = re.search(r"/reset-password/\S+", run(app, "password", "a@example.org", "--link").output)
    assert found is not None
    assert client.get(found[0]).status_code == 200


def test_nobody_of_that_name_is_one_sentence(app: Flask) -> None:
    for command in ("disable", "enable", "password"):
        result = run(app, command, "nobody@example.org")
        assert (result.exit_code, "Nobody has an account" in result.output) == (1, True)


def test_samples_prints_one_of_every_role(app: Flask, session: Session) -> None:
    group = organisation()
    people = accounts.add_sample_people([group])
    assert {person.role for person in people} == set(ROLES)
    assert sorted(session.scalars(select(Membership.role))) == ["editor", "owner"]
    output = run(app, "samples").output
    for person in people:
        assert person.email in output
        assert person.email.endswith("@example.org")
    assert accounts.SAMPLE_PASSWORD in output


def test_sample_people_are_made_once(app: Flask, session: Session) -> None:
    assert app is not None
    first = accounts.add_sample_people([organisation()])
    assert accounts.add_sample_people([organisation()]) == first
    assert len(session.scalars(select(User)).all()) == len(accounts.SAMPLE_PEOPLE)


def test_samples_says_when_there_are_none(app: Flask) -> None:
    result = run(app, "samples")
    assert (result.exit_code, "There are no sample people" in result.output) == (1, True)


def test_production_shows_no_samples(app: Flask) -> None:
    accounts.add_sample_people([])
    app.config["IS_PRODUCTION"] = True
    try:
        result = run(app, "samples")
    finally:
        app.config["IS_PRODUCTION"] = False
    assert result.exit_code == 1
    assert accounts.SAMPLE_PASSWORD not in result.output
