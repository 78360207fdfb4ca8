"""Questions about people with an account."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload, undefer

from assetreg.db import db
from assetreg.models import Membership, Organisation, User


def find_user_of_session(session_id: str) -> User | None:
    """Whose session this is ("public id:epoch"); None when it is malformed, ended, or the account is switched off."""
    public_id, _, epoch = session_id.partition(":")
    try:
        wanted = UUID(public_id)
    except ValueError:
        return None
    user: User | None = db.session.scalar(
        select(User).where(User.public_id == wanted).options(selectinload(User.memberships))
    )
    if user is None or not user.is_active or str(user.session_epoch) != epoch:
        return None
    return user


def find_user_by_email(email: str) -> User | None:
    """The person with this e-mail, whatever its capitals."""
    user: User | None = db.session.scalar(select(User).where(func.lower(User.email) == email.strip().lower()))
    return user


def find_user_to_sign_in(email: str) -> User | None:
    """As `find_user_by_email`, with what the password is checked against, in one question for known and unknown."""
    user: User | None = db.session.scalar(
        select(User).where(func.lower(User.email) == email.strip().lower()).options(undefer(User.password_hash))
    )
    return user


def find_user_of_link(public_id: UUID) -> User | None:
    """The person a password link was made for, with their present password's hash; None when switched off or gone."""
    user: User | None = db.session.scalar(
        select(User).where(User.public_id == public_id).options(undefer(User.password_hash))
    )
    return user if user is not None and user.is_active else None


def list_users() -> list[User]:
    """Everybody with an account, by e-mail, with the organisations they edit."""
    return list(
        db.session.scalars(
            select(User)
            .options(selectinload(User.memberships).joinedload(Membership.organisation))
            .order_by(func.lower(User.email), User.id)
        )
    )


def list_organisations_of(user: User) -> list[tuple[str, UUID, str]]:
    """Name, public id and part ("editor", "owner") for each organisation that somebody may edit, by name."""
    rows = db.session.execute(
        select(Organisation.name, Organisation.public_id, Membership.role)
        .join(Membership, Membership.organisation_id == Organisation.id)
        .where(Membership.user_id == user.id)
        .order_by(func.lower(Organisation.name), Organisation.id)
    )
    return [(name, public_id, role) for name, public_id, role in rows]
