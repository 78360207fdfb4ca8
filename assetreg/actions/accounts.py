"""Accounts: passwords, links, people added and switched off."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import func, select

from assetreg import clock
from assetreg.actions import outbox
from assetreg.actions.messages import queue_message
from assetreg.db import db
from assetreg.links import LinkEnded, PasswordLink, fingerprint_of
from assetreg.messages.accounts import password_changed
from assetreg.messages.wording import Sender
from assetreg.models import Membership, Organisation, User
from assetreg.queries.errors import NotFound
from assetreg.queries.users import find_user_of_link
from assetreg.rules.passwords import WhyNot, normalise, why_not_password
from assetreg.rules.vocabulary import ROLES

LINK_TOPIC = "account.send_password_link"

# Argon2id as OWASP's Password Storage Cheat Sheet asks at least, with twice its passes: about a tenth of a second.
hasher = PasswordHasher(time_cost=2, memory_cost=47_104, parallelism=1)

# The hash of a password nobody knows, with the same costs: checked where there is no password to check, so that an
# unknown e-mail takes as long as a wrong password.
NOBODYS_HASH = "$argon2id$v=19$m=47104,t=2,p=1$RnZxdxXtwkZc133JRXVRtQ$z6JZM8H1H0voQkK0n+nvZvfgOnwFkBWo9vQhRmDcSHI"


class PasswordRefused(ValueError):
    """The change is refused: `is_current_wrong`, or `new` says why the new password will not do, or both."""

    def __init__(self, new: WhyNot | None = None, *, is_current_wrong: bool = False) -> None:
        super().__init__(new or "current")
        self.new = new
        self.is_current_wrong = is_current_wrong


class CannotAdd(ValueError):
    """The account cannot be made; the message says why, for an operator."""


def is_password_right(user: User | None, password: str) -> bool:
    """Is this the password of this person? Takes the same time for nobody, for a wrong one, and for none set."""
    stored = user.password_hash if user is not None and user.is_active else None
    try:
        hasher.verify(stored or NOBODYS_HASH, normalise(password))
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def note_sign_in(user: User, password: str) -> datetime | None:
    """Remember that this person signed in now; returns when they had the time before.

    Hashes the password anew when our idea of how costly that should be has changed.
    """
    before = user.last_signed_in_at
    user.last_signed_in_at = clock.now()
    if user.password_hash is not None and hasher.check_needs_rehash(user.password_hash):
        user.password_hash = hasher.hash(normalise(password))
    db.session.flush()
    return before


def change_password(user: User, current: str, new: str, sender: Sender) -> None:
    """Replace the password by a new one, end every session, and tell the person.

    Raises PasswordRefused with everything that is wrong at once.
    """
    lock(user)
    is_wrong = not is_password_right(user, current)
    why_not = why_not_password(new, about_of(user, sender), before=None if is_wrong else current)
    if is_wrong or why_not is not None:
        raise PasswordRefused(why_not, is_current_wrong=is_wrong)
    set_password(user, new, sender)


def choose_password(link: PasswordLink, new: str, sender: Sender) -> User:
    """Give somebody who came by a link the password they chose, end every session, and tell them; the link is used up.

    Raises LinkEnded when the link was used or overtaken meanwhile, PasswordRefused when the password will not do.
    """
    user: User | None = db.session.scalar(select(User).where(User.public_id == link.public_id).with_for_update())
    if user is None or not user.is_active or not is_for(link, user):
        raise LinkEnded
    give_password(user, new, sender)
    return user


def give_password(user: User, new: str, sender: Sender) -> None:
    """Give somebody a password, end every session, and tell them. Raises PasswordRefused when it will not do."""
    why_not = why_not_password(new, about_of(user, sender))
    if why_not is not None:
        raise PasswordRefused(why_not)
    set_password(user, new, sender)


def set_password(user: User, new: str, sender: Sender) -> None:
    """Store a password that has been found good, end every session of this person, and tell them if they had one."""
    had_one = user.password_hash is not None
    user.password_hash = hasher.hash(normalise(new))
    user.session_epoch += 1
    db.session.flush()
    if had_one:
        queue_message(user.email, password_changed(user.name, sender))


def end_sessions(user: User) -> None:
    """End every session of this person: a copied cookie is worth nothing afterwards (ASVS 5, 7.4.1)."""
    user.session_epoch += 1
    db.session.flush()


def about_of(user: User, sender: Sender) -> tuple[str, ...]:
    """What a stranger who wants in would try first."""
    return (user.email, user.name, *sender.names)


def email_of(link: PasswordLink) -> str:
    """The e-mail of the account that a link opens. Raises LinkEnded when it opens none any more."""
    user = find_user_of_link(link.public_id)
    if user is None or not is_for(link, user):
        raise LinkEnded
    return user.email


def is_for(link: PasswordLink, user: User) -> bool:
    """Was the link made for the account as it is now?"""
    return link.epoch == user.session_epoch and link.fingerprint == fingerprint_of(user.password_hash)


def lock(user: User) -> None:
    """Let nobody else change this account until the end of the transaction, and see it as it is now."""
    db.session.refresh(user, with_for_update=True)


def ask_for_password_link(email: str, web_address: str, language: str) -> None:
    """Have a link sent to whoever has this e-mail. Does the same work whether or not anybody has.

    `web_address` is where the link leads ("https://…", no slash at the end).
    """
    outbox.add(LINK_TOPIC, {"email": email, "web_address": web_address, "language": language})


def add_person(email: str, name: str, role: str) -> User:
    """Make an account without a password. Raises CannotAdd."""
    if role not in ROLES:
        raise CannotAdd(f"“{role}” is not a role. The roles are: {', '.join(ROLES)}.")
    if db.session.scalar(select(User.id).where(func.lower(User.email) == email.strip().lower())) is not None:
        raise CannotAdd("There is an account with this e-mail already.")
    user = User(email=email.strip(), name=name.strip(), role=role)
    db.session.add(user)
    db.session.flush()
    return user


def add_membership(user: User, organisation_name: str, *, is_owner: bool) -> Organisation:
    """Let somebody edit an organisation's entries. Raises NotFound when no, or more than one, has this name."""
    found = db.session.scalars(
        select(Organisation).where(func.lower(Organisation.name) == organisation_name.strip().lower()).limit(2)
    ).all()
    if len(found) != 1:
        raise NotFound
    db.session.merge(Membership(user_id=user.id, organisation_id=found[0].id, role="owner" if is_owner else "editor"))
    db.session.flush()
    return found[0]


def disable(user: User) -> None:
    """Switch an account off and end its sessions. What the person did stays theirs."""
    if user.disabled_at is None:
        user.disabled_at = clock.now()
        user.session_epoch += 1
        db.session.flush()


def enable(user: User) -> None:
    """Switch an account on again."""
    user.disabled_at = None
    db.session.flush()


# For development and for showing the register to others. Written here for everybody to read, and therefore refused in
# production wherever it is typed (`views.accounts.sign_in`).
SAMPLE_PASSWORD = "tea and cake in the sample city"  # noqa: S105
SAMPLE_PEOPLE = (
    ("citizen@example.org", "Casey Citizen", "citizen", None),
    ("editor@example.org", "Eddie Editor", "citizen", "editor"),
    ("owner@example.org", "Olive Owner", "citizen", "owner"),
    ("adviser@example.org", "Addy Adviser", "adviser", None),
    ("connector@example.org", "Connie Connector", "connector", None),
    ("steward@example.org", "Stevie Steward", "steward", None),
    ("commissioner@example.org", "Corrie Commissioner", "commissioner", None),
    ("administrator@example.org", "Ada Administrator", "administrator", None),
)


def is_sample_password(password: str) -> bool:
    """Is this the password of the sample city's people?"""
    return normalise(password) == SAMPLE_PASSWORD


def add_sample_people(organisations: Sequence[Organisation]) -> list[User]:
    """Make one account of every role, all with SAMPLE_PASSWORD; the two partners get the first organisation.

    For the sample city only. Accounts that are there already stay as they are.
    """
    password_hash = hasher.hash(normalise(SAMPLE_PASSWORD))
    people = []
    for email, name, role, part in SAMPLE_PEOPLE:
        user = db.session.scalar(select(User).where(func.lower(User.email) == email))
        if user is None:
            user = add_person(email, name, role)
            user.password_hash = password_hash
        is_member = db.session.scalar(select(Membership.organisation_id).where(Membership.user_id == user.id).limit(1))
        if part and organisations and is_member is None:  # also when an earlier sample's organisation went
            db.session.add(Membership(user_id=user.id, organisation_id=organisations[0].id, role=part))
        people.append(user)
    db.session.flush()
    return people
