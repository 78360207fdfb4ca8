"""People who sign in, and the organisations they may edit."""

from __future__ import annotations

from flask_login import UserMixin
from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Text, func
from sqlalchemy.orm import Mapped, mapped_column, relationship

from assetreg.db import Model
from assetreg.models.columns import CreatedAt, Instant, Key, PublicId, UpdatedAt, one_of
from assetreg.models.organisation import Organisation
from assetreg.rules.vocabulary import MEMBERSHIP_ROLES, ROLES


class User(UserMixin, Model):  # type: ignore[misc]
    """A person with an account. Partners are citizens with a membership; everybody else's role is in `role`.

    `session_epoch` goes up when somebody signs out or changes the password, or the account is switched off:
    every older session ends.
    """

    __tablename__ = "user_account"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    email: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(Text, default="citizen", server_default="citizen")
    password_hash: Mapped[str | None] = mapped_column(Text, deferred=True)
    session_epoch: Mapped[int] = mapped_column(default=0, server_default="0")
    disabled_at: Mapped[Instant | None]
    last_signed_in_at: Mapped[Instant | None]
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]

    memberships: Mapped[list[Membership]] = relationship(
        back_populates="user", cascade="all, delete-orphan", order_by="Membership.organisation_id"
    )

    __table_args__ = (
        CheckConstraint(one_of("role", ROLES), name="role_known"),
        CheckConstraint("email <> '' AND name <> ''", name="named"),
        Index("uq_user_account_lower_email", func.lower(email), unique=True),
    )

    @property
    def is_active(self) -> bool:
        """Flask-Login's question: may this person have a session at all?"""
        return self.disabled_at is None

    def get_id(self) -> str:
        """What the session cookie holds: who, and the epoch of their sessions."""
        return f"{self.public_id}:{self.session_epoch}"


class Membership(Model):
    """This person may edit this organisation's entries; an owner may also say who else may."""

    __tablename__ = "membership"

    user_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True
    )
    organisation_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("organisation.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    role: Mapped[str] = mapped_column(Text, default="editor", server_default="editor")
    created_at: Mapped[CreatedAt]

    user: Mapped[User] = relationship(back_populates="memberships")
    organisation: Mapped[Organisation] = relationship()

    __table_args__ = (CheckConstraint(one_of("role", MEMBERSHIP_ROLES), name="role_known"),)
