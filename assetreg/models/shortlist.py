"""A list that somebody keeps without an account, and the link by which others may read it.

Nothing here says whose it is: the row is found by the hash of a secret that only one browser has. None of it is
audited, because notes are somebody's own.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    LargeBinary,
    SmallInteger,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from assetreg.db import Model
from assetreg.models.columns import CreatedAt, Instant, Key
from assetreg.rules.shortlists import LONGEST_NOTE, MOST_ENTRIES


class Shortlist(Model):
    """One list. After `expires_at` it is as if it were not there, and the daily job removes it."""

    __tablename__ = "shortlist"

    id: Mapped[Key]
    key_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)
    created_at: Mapped[CreatedAt]

    __table_args__ = (CheckConstraint("octet_length(key_hash) = 32", name="key_is_hashed"),)


class ShortlistEntry(Model):
    """A service on a list, with a note to oneself.

    Places in the order are numbers from 1 that no two entries of a list share, checked at the commit: there can be no
    more entries than numbers. An entry that was taken off keeps its place for a while, so that it can be put back.
    """

    __tablename__ = "shortlist_entry"

    id: Mapped[Key]
    shortlist_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("shortlist.id", ondelete="CASCADE"))
    service_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("service.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(SmallInteger)
    note: Mapped[str] = mapped_column(Text, default="", server_default="")
    removed_at: Mapped[Instant | None]

    __table_args__ = (
        UniqueConstraint("shortlist_id", "service_id", name="uq_shortlist_entry_once"),
        UniqueConstraint(
            "shortlist_id", "position", name="uq_shortlist_entry_position", deferrable=True, initially="DEFERRED"
        ),
        CheckConstraint(f"position BETWEEN 1 AND {MOST_ENTRIES}", name="position_within_the_list"),
        CheckConstraint(f"char_length(note) <= {LONGEST_NOTE}", name="note_short"),
    )


class ShortlistLink(Model):
    """The one link by which others may read a list until `expires_at`. Switching it off removes the row."""

    __tablename__ = "shortlist_link"

    shortlist_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("shortlist.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    key_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    mark: Mapped[bytes] = mapped_column(LargeBinary)
    has_notes: Mapped[bool] = mapped_column(default=False, server_default="false")
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)
    created_at: Mapped[CreatedAt]

    __table_args__ = (
        CheckConstraint("octet_length(key_hash) = 32", name="key_is_hashed"),
        CheckConstraint("expires_at > created_at", name="ends_after_it_begins"),
    )
