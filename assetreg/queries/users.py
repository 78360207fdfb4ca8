"""Questions about people with an account."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from assetreg.db import db
from assetreg.models import User


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
