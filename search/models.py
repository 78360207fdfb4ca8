"""What stewards teach the search: phrases, and the signs and numbers of help at once. And what was searched for."""

from __future__ import annotations

import uuid
from datetime import date

from sqlalchemy import CheckConstraint, Index, Numeric, SmallInteger, Text, Uuid, func
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from assetreg.db import Model
from assetreg.models.columns import CreatedAt, Key, PublicId, UpdatedAt, one_of
from search.urgent import TONES


class LexiconPhrase(Model):
    """What people say, and the needs and interests (slugs, the surest first) that they mean by it.

    `phrase_key` is what makes two phrases the same (`search.phrases.lexicon.key_of`). No terms at all: the words mean
    no need, and must not be taken for one ("hit me up"). `is_from_file` until a steward changes the row: then the file
    no longer renews it.
    """

    __tablename__ = "lexicon_phrase"

    id: Mapped[Key]
    public_id: Mapped[PublicId] = mapped_column(server_default=func.gen_random_uuid())
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


class SearchLog(Model):
    """One search, on its day, and nothing of whoever searched.

    `words` are everyday words and names of services that are in the index (`search.kept_words`), `left_out` how many
    others there were. `meant` are needs and interests, `filters` their names and values of closed lists, `areas` codes
    of areas, at the finest the ward of the place that was called near. `results` is how many were found. Of a cry for
    help nothing is kept but that there was one. The key is drawn by lot, so that it tells no order.
    """

    __tablename__ = "search_log"

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, server_default=func.gen_random_uuid())
    searched_on: Mapped[date]
    words: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    left_out: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    meant: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    filters: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    areas: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    results: Mapped[int | None]
    is_from_index: Mapped[bool] = mapped_column(default=True, server_default="true")
    is_urgent: Mapped[bool] = mapped_column(default=False, server_default="false")

    __table_args__ = (
        CheckConstraint(
            "array_to_string(words, ' ') !~ '[0-9@]' AND array_position(words, NULL) IS NULL",
            name="words_hold_no_number",
        ),
        CheckConstraint(
            "NOT is_urgent OR (words = '{}' AND left_out = 0 AND meant = '{}' AND filters = '{}' AND areas = '{}'"
            " AND results IS NULL)",
            name="urgent_is_only_counted",
        ),
        Index("ix_search_log_searched_on", "searched_on"),
    )
