"""People with an account."""

from __future__ import annotations

import sys

import click
from email_validator import EmailNotValidError, validate_email
from flask import current_app

from assetreg.actions import accounts
from assetreg.audit import set_actor
from assetreg.db import db
from assetreg.forms.accounts import WHY_NOT_PASSWORD
from assetreg.links import sign_password_link
from assetreg.messages.wording import Sender
from assetreg.models import User
from assetreg.queries.errors import NotFound
from assetreg.queries.users import find_user_to_sign_in, list_users
from assetreg.rules.vocabulary import ROLES


@click.group("users")
def users() -> None:
    """People with an account."""
    set_actor(db.session(), "command: users")


@users.command("add")
@click.argument("email")
@click.option("--name", required=True, help="What to call them.")
@click.option("--role", type=click.Choice(ROLES), default="citizen", show_default=True)
@click.option("--organisation", help="The organisation whose entries they may edit, by its exact name.")
@click.option("--owner", is_flag=True, help="They may also say who else may edit it.")
@click.option("--password", "asks", is_flag=True, help="Ask for a password now, instead of printing a link.")
def add(email: str, name: str, role: str, organisation: str | None, owner: bool, asks: bool) -> None:
    """Add somebody, and print a link by which they choose a password (it works once, for three days)."""
    try:
        address = validate_email(email, check_deliverability=False).normalized
        user = accounts.add_person(address, name, role)
        if organisation:
            accounts.add_membership(user, organisation, is_owner=owner)
    except EmailNotValidError:
        sys.exit(f"“{email}” is not an e-mail address.")
    except NotFound:
        sys.exit(f"There is not exactly one organisation called “{organisation}”.")
    except accounts.CannotAdd as problem:
        sys.exit(str(problem))
    if asks:
        give_password(user)
    db.session.commit()
    click.echo(f"{user.email} can sign in." if asks else f"{user.email} was added. Send them this link:")
    if not asks:
        click.echo(link_for(user))


@users.command("list")
def list_everybody() -> None:
    """List everybody with an account."""
    for user in list_users():
        parts = [f"{part.role} of {part.organisation.name}" for part in user.memberships]
        state = "" if user.is_active else "\tswitched off"
        click.echo(f"{user.email}\t{user.name}\t{', '.join([user.role, *parts])}{state}")


@users.command("disable")
@click.argument("email")
def disable(email: str) -> None:
    """Switch an account off; its sessions end at once."""
    accounts.disable(get_user(email))
    db.session.commit()
    click.echo(f"{email} can no longer sign in.")


@users.command("enable")
@click.argument("email")
def enable(email: str) -> None:
    """Switch an account on again."""
    accounts.enable(get_user(email))
    db.session.commit()
    click.echo(f"{email} can sign in again.")


@users.command("password")
@click.argument("email")
@click.option("--link", "wants_link", is_flag=True, help="Print a link instead of asking for a password.")
def password(email: str, wants_link: bool) -> None:
    """Give somebody a new password; their sessions end."""
    user = get_user(email)
    if wants_link:
        click.echo(link_for(user))
        return
    give_password(user)
    db.session.commit()
    click.echo(f"{email} has a new password.")


@users.command("samples")
def samples() -> None:
    """Print the sign-ins of the sample city. Not in production."""
    if current_app.config["IS_PRODUCTION"]:
        sys.exit("Production has no sample sign-ins, and their password is refused here.")
    known = {user.email for user in list_users()}
    there = [person for person in accounts.SAMPLE_PEOPLE if person[0] in known]
    if not there:
        sys.exit("There are no sample people. “demo” makes them.")
    for email, _, role, part in there:
        click.echo(f"{email:<28} {f'partner ({part})' if part else role}")
    click.echo(f"\nPassword of all of them: {accounts.SAMPLE_PASSWORD}")


def get_user(email: str) -> User:
    """The person with this e-mail; ends the command when there is none."""
    user = find_user_to_sign_in(email)
    if user is None:
        sys.exit(f"Nobody has an account with the e-mail {email}.")
    return user


def give_password(user: User) -> None:
    """Ask for a password twice, and set it; ends the command when it will not do."""
    new = click.prompt("New password", hide_input=True, confirmation_prompt="The same again")
    try:
        accounts.give_password(user, new, Sender.of(current_app.config))
    except accounts.PasswordRefused as refused:
        sys.exit(f"{WHY_NOT_PASSWORD[refused.new or 'empty']}.")


def link_for(user: User) -> str:
    """A link by which this person chooses a password; without PUBLIC_URL only its path."""
    token = sign_password_link(user.public_id, user.session_epoch, user.password_hash, "welcome")
    return f"{current_app.config['PUBLIC_URL']}/reset-password/{token}"
