"""What stewards teach the search: everyday phrases, and the signs and numbers of help at once."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index, Numeric, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from assetreg.db import Model
from assetreg.models.columns import CreatedAt, Key, UpdatedAt, one_of
from search.urgent import TONES


class LexiconPhrase(Model):
    """What people say, and the needs and interests (slugs, the surest first) that they mean by it.

    `phrase_key` is what makes two phrases the same (`search.phrases.lexicon.key_of`). No terms at all: the words mean
    no need, and must not be taken for one ("hit me up"). `is_from_file` until a steward changes the row: then the file
    no longer renews it.
    """

    __tablename__ = "lexicon_phrase"

    id: Mapped[Key]
    phrase: Mapped[str] = mapped_column(Text)
    phrase_key: Mapped[str] = mapped_column(Text)
    terms: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    weight: Mapped[float] = mapped_column(Numeric(3, 2, asdecimal=False), default=1, server_default="1")
    note: Mapped[str] = mapped_column(Text, default="", server_default="")
    is_active: Mapped[bool] = mapped_column(default=True, server_default="true")
    is_from_file: Mapped[bool] = mapped_column(default=False, server_default="false")
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]

    __table_args__ = (
        CheckConstraint("char_length(phrase) BETWEEN 1 AND 120 AND phrase_key <> ''", name="phrase_said"),
        CheckConstraint("weight > 0 AND weight <= 1", name="weight_is_a_part"),
        Index("uq_lexicon_phrase_phrase_key", "phrase_key", unique=True),
    )


class UrgentSign(Model):
    """How one kind of emergency is said, and who helps (keys of `UrgentHelpEntry`, the best first)."""

    __tablename__ = "urgent_sign"

    id: Mapped[Key]
    key: Mapped[str] = mapped_column(Text, unique=True)
    tone: Mapped[str] = mapped_column(Text)
    patterns: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    unless: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    help: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    terms: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    position: Mapped[int] = mapped_column(default=0, server_default="0")
    is_active: Mapped[bool] = mapped_column(default=True, server_default="true")
    is_from_file: Mapped[bool] = mapped_column(default=False, server_default="false")
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]

    __table_args__ = (
        CheckConstraint("key ~ '^[a-z0-9]+(-[a-z0-9]+)*$'", name="key_plain"),
        CheckConstraint(one_of("tone", TONES), name="tone_known"),
    )


class UrgentHelpEntry(Model):
    """Somebody who helps at once. `{council_phone}` and the like in `title` and `phone` come from the settings."""

    __tablename__ = "urgent_help"

    id: Mapped[Key]
    key: Mapped[str] = mapped_column(Text, unique=True)
    title: Mapped[str] = mapped_column(Text)
    says: Mapped[str] = mapped_column(Text, default="", server_default="")
    phone: Mapped[str] = mapped_column(Text, default="", server_default="")
    text_number: Mapped[str] = mapped_column(Text, default="", server_default="")
    text_word: Mapped[str] = mapped_column(Text, default="", server_default="")
    url: Mapped[str] = mapped_column(Text, default="", server_default="")
    position: Mapped[int] = mapped_column(default=0, server_default="0")
    is_active: Mapped[bool] = mapped_column(default=True, server_default="true")
    is_from_file: Mapped[bool] = mapped_column(default=False, server_default="false")
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]

    __table_args__ = (
        CheckConstraint("key ~ '^[a-z0-9]+(-[a-z0-9]+)*$'", name="key_plain"),
        CheckConstraint("title <> ''", name="titled"),
        CheckConstraint("phone <> '' OR text_number <> '' OR url <> ''", name="can_be_reached"),
    )
