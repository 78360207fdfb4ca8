"""What is meant to happen again and again: the rule of a series, what it asks, and who leads it."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, SmallInteger, Text, func, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from assetreg.db import Model
from assetreg.models import Location, Organisation, Service, Space, User
from assetreg.models.columns import CreatedAt, Instant, Key, PublicId, UpdatedAt, one_of
from assetreg.rules.vocabulary import AUDIENCES
from booking.rules.vocabulary import (
    AGE_RULES,
    COURSE_BOOKINGS,
    LARGEST_PARTY,
    LONGEST_KEEP_DAYS,
    LONGEST_SESSION_MINUTES,
    MOST_PLACES,
    MOST_SESSIONS,
    QUESTION_KINDS,
    SERIES_FREQUENCIES,
    SERIES_KINDS,
    SERIES_STATUSES,
    SHORTEST_SESSION_MINUTES,
    WEEKS_OF_MONTH,
)

WEEKS_ARRAY = ", ".join(str(week) for week in WEEKS_OF_MONTH)


class Leader(Model):
    """Somebody who leads sessions of an organisation, by the name that the organisation knows them by."""

    __tablename__ = "leader"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    organisation_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("organisation.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(Text)
    user_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("user_account.id", ondelete="SET NULL"), index=True
    )

    organisation: Mapped[Organisation] = relationship()
    user: Mapped[User | None] = relationship()

    __table_args__ = (
        CheckConstraint("name <> ''", name="named"),
        Index("uq_leader_organisation_id_lower_name", "organisation_id", func.lower(name), unique=True),
    )


class Series(Model):
    """Sessions that follow one rule, and how people get a place at them.

    `starts_time` is wall time in `zone`; `weekdays` are 0 (Monday) to 6; `weeks_of_month` are 1 to 5, or -1 for the
    last. With both `ends_on` and `sessions` the earlier end holds. `capacity` NULL: places are not counted.
    `topped_up_to` is the last day that has its sessions. `version` refuses the second of two editors.
    A series with `feed_url` follows somebody's calendar: its dates come from there, not from the rule.
    `draft` is what was typed so far of a series that is not published, field by field as typed. `unsettled` are the
    dates that could not be made because something is in the way: [{"on": "2026-12-01", "said": "…"}].
    """

    __tablename__ = "series"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    service_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("service.id", ondelete="CASCADE"), index=True)
    location_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("location.id"), index=True)
    space_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("space.id"), index=True)
    leader_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("leader.id", ondelete="SET NULL"), index=True)
    title: Mapped[str] = mapped_column(Text, default="", server_default="")
    kind: Mapped[str] = mapped_column(Text, default="bookable", server_default="bookable")
    status: Mapped[str] = mapped_column(Text, default="draft", server_default="draft")
    is_paused: Mapped[bool] = mapped_column(default=False, server_default="false")
    is_listed: Mapped[bool] = mapped_column(default=True, server_default="true")

    frequency: Mapped[str] = mapped_column(Text, default="weekly", server_default="weekly")
    every_weeks: Mapped[int] = mapped_column(SmallInteger, default=1, server_default="1")
    weekdays: Mapped[list[int]] = mapped_column(ARRAY(SmallInteger), default=list, server_default="{}")
    weeks_of_month: Mapped[list[int]] = mapped_column(ARRAY(SmallInteger), default=list, server_default="{}")
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    sessions: Mapped[int | None] = mapped_column(SmallInteger)
    starts_time: Mapped[time]
    duration_minutes: Mapped[int] = mapped_column(SmallInteger)
    zone: Mapped[str] = mapped_column(Text, default="Europe/London", server_default="Europe/London")
    skips_bank_holidays: Mapped[bool] = mapped_column(default=False, server_default="false")
    term_time_only: Mapped[bool] = mapped_column(default=False, server_default="false")
    slot_minutes: Mapped[int | None] = mapped_column(SmallInteger)

    capacity: Mapped[int | None]
    largest_party: Mapped[int] = mapped_column(SmallInteger, default=6, server_default="6")
    course_booking: Mapped[str | None] = mapped_column(Text)
    opens_days: Mapped[int | None] = mapped_column(SmallInteger)
    closes_minutes: Mapped[int] = mapped_column(default=0, server_default="0")
    asks_names: Mapped[bool] = mapped_column(default=False, server_default="false")
    allows_repeats: Mapped[bool] = mapped_column(default=False, server_default="false")
    takes_waiting: Mapped[bool] = mapped_column(default=True, server_default="true")
    min_age: Mapped[int | None] = mapped_column(SmallInteger)
    max_age: Mapped[int | None] = mapped_column(SmallInteger)
    age_rule: Mapped[str] = mapped_column(Text, default="none", server_default="none")
    audience: Mapped[str] = mapped_column(Text, default="everyone", server_default="everyone")
    cost_pence: Mapped[int | None]
    cost_note: Mapped[str] = mapped_column(Text, default="", server_default="")
    note: Mapped[str] = mapped_column(Text, default="", server_default="")
    reminds_2_days: Mapped[bool] = mapped_column(default=True, server_default="true")
    reminds_2_hours: Mapped[bool] = mapped_column(default=False, server_default="false")

    feed_url: Mapped[str | None] = mapped_column(Text)
    feed_checked_at: Mapped[Instant | None]
    feed_report: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default="{}")
    topped_up_to: Mapped[date | None]
    draft: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default="{}")
    unsettled: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list, server_default="[]")
    made_by_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("user_account.id", ondelete="SET NULL"), index=True
    )
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]

    service: Mapped[Service] = relationship()
    location: Mapped[Location | None] = relationship()
    space: Mapped[Space | None] = relationship()
    leader: Mapped[Leader | None] = relationship()
    skips: Mapped[list[SeriesSkip]] = relationship(order_by="SeriesSkip.left_out_on", cascade="all, delete-orphan")
    questions: Mapped[list[Question]] = relationship(
        order_by="Question.position, Question.id", cascade="all, delete-orphan", back_populates="series"
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012
    __table_args__ = (
        CheckConstraint(one_of("kind", SERIES_KINDS), name="kind_known"),
        CheckConstraint(one_of("status", SERIES_STATUSES), name="status_known"),
        CheckConstraint(one_of("frequency", SERIES_FREQUENCIES), name="frequency_known"),
        CheckConstraint(one_of("audience", AUDIENCES), name="audience_known"),
        CheckConstraint(one_of("age_rule", AGE_RULES), name="age_rule_known"),
        CheckConstraint(
            "weekdays <@ ARRAY[0, 1, 2, 3, 4, 5, 6]::smallint[] AND array_position(weekdays, NULL) IS NULL",
            name="weekdays_known",
        ),
        CheckConstraint(
            f"weeks_of_month <@ ARRAY[{WEEKS_ARRAY}]::smallint[] AND array_position(weeks_of_month, NULL) IS NULL",
            name="weeks_of_month_known",
        ),
        CheckConstraint("(frequency = 'once') = (cardinality(weekdays) = 0)", name="repeating_says_which_days"),
        CheckConstraint("(frequency = 'monthly') = (cardinality(weeks_of_month) > 0)", name="monthly_says_which_weeks"),
        CheckConstraint(
            "every_weeks BETWEEN 1 AND 52 AND (frequency = 'weekly' OR every_weeks = 1)", name="every_weeks_sensible"
        ),
        CheckConstraint("ends_on >= starts_on", name="ends_after_it_starts"),
        CheckConstraint(
            "frequency <> 'once' OR ((ends_on IS NULL OR ends_on = starts_on) AND sessions IS NULL)",
            name="once_is_one_day",
        ),
        CheckConstraint(f"sessions BETWEEN 1 AND {MOST_SESSIONS}", name="sessions_sensible"),
        CheckConstraint(
            f"duration_minutes BETWEEN {SHORTEST_SESSION_MINUTES} AND {LONGEST_SESSION_MINUTES}",
            name="duration_sensible",
        ),
        CheckConstraint("zone <> ''", name="zone_said"),
        CheckConstraint("(kind = 'appointments') = (slot_minutes IS NOT NULL)", name="appointments_say_how_long"),
        CheckConstraint(
            f"slot_minutes BETWEEN {SHORTEST_SESSION_MINUTES} AND duration_minutes", name="slot_fits_the_session"
        ),
        CheckConstraint(f"capacity BETWEEN 1 AND {MOST_PLACES}", name="capacity_sensible"),
        CheckConstraint("status = 'draft' OR kind = 'drop_in' OR capacity IS NOT NULL", name="booked_places_counted"),
        CheckConstraint(f"largest_party BETWEEN 1 AND {LARGEST_PARTY}", name="largest_party_sensible"),
        CheckConstraint(one_of("course_booking", COURSE_BOOKINGS), name="course_booking_known"),
        CheckConstraint("(kind = 'course') = (course_booking IS NOT NULL)", name="course_says_how_it_is_booked"),
        CheckConstraint("kind <> 'course' OR ends_on IS NOT NULL OR sessions IS NOT NULL", name="course_has_an_end"),
        CheckConstraint("opens_days BETWEEN 0 AND 400", name="opens_sensible"),
        CheckConstraint("closes_minutes BETWEEN 0 AND 43200", name="closes_sensible"),
        CheckConstraint("min_age BETWEEN 0 AND 120 AND max_age BETWEEN 0 AND 120", name="ages_human"),
        CheckConstraint("min_age <= max_age", name="ages_in_order"),
        CheckConstraint("age_rule = 'none' OR num_nonnulls(min_age, max_age) > 0", name="age_rule_has_an_age"),
        CheckConstraint("cost_pence >= 0", name="cost_not_negative"),
        CheckConstraint("char_length(title) <= 200", name="title_short"),
        CheckConstraint("space_id IS NULL OR location_id IS NOT NULL", name="space_has_a_location"),
        CheckConstraint("feed_url ~ '^https?://'", name="feed_is_on_the_web"),
        Index("ix_series_topped_up_to", "topped_up_to", postgresql_where=text("status = 'published'")),
    )


class SeriesSkip(Model):
    """A date that a series leaves out on purpose."""

    __tablename__ = "series_skip"

    series_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("series.id", ondelete="CASCADE"), primary_key=True)
    left_out_on: Mapped[date] = mapped_column(primary_key=True)
    reason: Mapped[str] = mapped_column(Text, default="", server_default="")


class Question(Model):
    """What an organiser asks whoever books, and for how many days after the session the answers are kept."""

    __tablename__ = "question"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    series_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("series.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    wording: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text, default="text", server_default="text")
    choices: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    is_required: Mapped[bool] = mapped_column(default=False, server_default="false")
    keep_days: Mapped[int] = mapped_column(SmallInteger, default=30, server_default="30")
    is_emergency_contact: Mapped[bool] = mapped_column(default=False, server_default="false")

    series: Mapped[Series] = relationship(back_populates="questions")

    __table_args__ = (
        CheckConstraint(one_of("kind", QUESTION_KINDS), name="kind_known"),
        CheckConstraint("char_length(wording) BETWEEN 1 AND 300", name="wording_said"),
        CheckConstraint(
            "CASE kind WHEN 'choice' THEN cardinality(choices) BETWEEN 2 AND 20 ELSE cardinality(choices) = 0 END",
            name="choice_has_choices",
        ),
        CheckConstraint(f"keep_days BETWEEN 0 AND {LONGEST_KEEP_DAYS}", name="kept_a_year_at_most"),
        CheckConstraint("NOT is_emergency_contact OR kind = 'text'", name="emergency_contact_is_text"),
    )
