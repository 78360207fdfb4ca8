"""One entry of the register, where and when it happens, and who checked it."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Computed, ForeignKey, Index, SmallInteger, Text
from sqlalchemy.dialects.postgresql import ARRAY, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column, relationship

from assetreg.db import Model
from assetreg.models.area import Area
from assetreg.models.columns import CreatedAt, Instant, Key, PublicId, UpdatedAt, new_short_code, one_of
from assetreg.models.location import ACCESS_ARRAY, Location
from assetreg.models.organisation import ContactPoint, Organisation
from assetreg.models.term import Term
from assetreg.rules.vocabulary import (
    ASSURANCE_METHODS,
    AUDIENCES,
    GENDERS,
    OPENING_FREQUENCIES,
    REFERRALS,
    SERVICE_KINDS,
    SERVICE_STATUSES,
    STAGES,
    TAKING_PEOPLE,
)

SEARCH_VECTOR = (
    "setweight(to_tsvector('english', name), 'A') || setweight(to_tsvector('english', summary), 'B') || "
    "setweight(to_tsvector('english', regexp_replace(description, '<[^>]*>', ' ', 'g')), 'D')"
)

# What every list and every count reads of all services: from a narrow index that takes a quarter of the time.
LISTED_COLUMNS = [
    "name",
    "kind",
    "status",
    "valid_from",
    "valid_until",
    "is_online",
    "is_telephone",
    "cost_pence",
    "stage",
    "taking_people",
]


class Service(Model):
    """An activity, a group, a support service or a place (Open Referral `service`).

    `description` is HTML that has been sanitised on the way in. Empty text means "not said"; NULL means "not known"
    for numbers and choices (`cost_pence` 0 is free). `assured_*` repeat the newest row of `assurance`.
    """

    __tablename__ = "service"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    short_code: Mapped[str] = mapped_column(Text, unique=True, default=new_short_code)
    organisation_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("organisation.id"), index=True)
    name: Mapped[str] = mapped_column(Text)
    summary: Mapped[str] = mapped_column(Text, default="", server_default="")
    description: Mapped[str] = mapped_column(Text, default="", server_default="")
    kind: Mapped[str] = mapped_column(Text, default="activity", server_default="activity")
    status: Mapped[str] = mapped_column(Text, default="active", server_default="active")
    status_note: Mapped[str] = mapped_column(Text, default="", server_default="")
    reopens_on: Mapped[date | None]
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]
    times_note: Mapped[str] = mapped_column(Text, default="", server_default="")
    is_online: Mapped[bool] = mapped_column(default=False, server_default="false")
    is_telephone: Mapped[bool] = mapped_column(default=False, server_default="false")
    cost_pence: Mapped[int | None]
    cost_note: Mapped[str] = mapped_column(Text, default="", server_default="")
    min_age: Mapped[int | None] = mapped_column(SmallInteger)
    max_age: Mapped[int | None] = mapped_column(SmallInteger)
    gender: Mapped[str | None] = mapped_column(Text)
    eligibility: Mapped[str] = mapped_column(Text, default="", server_default="")
    languages: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    access: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    referral: Mapped[str] = mapped_column(Text, default="none", server_default="none")
    stage: Mapped[str] = mapped_column(Text, default="universal", server_default="universal")
    audience: Mapped[str] = mapped_column(Text, default="everyone", server_default="everyone")
    taking_people: Mapped[str | None] = mapped_column(Text)
    wait: Mapped[str] = mapped_column(Text, default="", server_default="")
    taking_people_said_at: Mapped[Instant | None]
    first_visit: Mapped[str] = mapped_column(Text, default="", server_default="")
    first_visit_who: Mapped[str] = mapped_column(Text, default="", server_default="")
    first_visit_door: Mapped[str] = mapped_column(Text, default="", server_default="")
    first_visit_company: Mapped[str] = mapped_column(Text, default="", server_default="")
    first_visit_cost: Mapped[str] = mapped_column(Text, default="", server_default="")
    first_visit_wear: Mapped[str] = mapped_column(Text, default="", server_default="")
    easy_read_url: Mapped[str] = mapped_column(Text, default="", server_default="")
    audio_url: Mapped[str] = mapped_column(Text, default="", server_default="")
    is_sensitive: Mapped[bool] = mapped_column(default=False, server_default="false")
    source: Mapped[str | None] = mapped_column(Text, ForeignKey("source.name"))
    source_id: Mapped[str | None] = mapped_column(Text)
    source_seen_at: Mapped[Instant | None]
    assured_on: Mapped[date | None]
    assured_by: Mapped[str] = mapped_column(Text, default="", server_default="")
    assured_how: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]
    search_vector: Mapped[Any] = mapped_column(TSVECTOR, Computed(SEARCH_VECTOR, persisted=True), deferred=True)

    organisation: Mapped[Organisation] = relationship()
    terms: Mapped[list[Term]] = relationship(secondary="service_term", order_by="Term.position, Term.id")
    areas: Mapped[list[Area]] = relationship(secondary="service_area", order_by="Area.name, Area.id")
    at_locations: Mapped[list[ServiceAtLocation]] = relationship(
        back_populates="service", order_by="ServiceAtLocation.id", cascade="all, delete-orphan"
    )
    opening_times: Mapped[list[OpeningTime]] = relationship(
        order_by="OpeningTime.weekday, OpeningTime.starts_time, OpeningTime.id", cascade="all, delete-orphan"
    )
    contacts: Mapped[list[ContactPoint]] = relationship(
        order_by="ContactPoint.kind.desc(), ContactPoint.id", cascade="all, delete-orphan"
    )

    __table_args__ = (
        CheckConstraint("name <> ''", name="named"),
        CheckConstraint("char_length(name) <= 200 AND char_length(summary) <= 500", name="name_and_summary_short"),
        CheckConstraint(one_of("kind", SERVICE_KINDS), name="kind_known"),
        CheckConstraint(one_of("status", SERVICE_STATUSES), name="status_known"),
        CheckConstraint(one_of("gender", GENDERS), name="gender_known"),
        CheckConstraint(one_of("referral", REFERRALS), name="referral_known"),
        CheckConstraint(one_of("stage", STAGES), name="stage_known"),
        CheckConstraint(one_of("audience", AUDIENCES), name="audience_known"),
        CheckConstraint(one_of("taking_people", TAKING_PEOPLE), name="taking_people_known"),
        CheckConstraint("(taking_people IS NULL) = (taking_people_said_at IS NULL)", name="taking_people_said_when"),
        CheckConstraint(one_of("assured_how", ASSURANCE_METHODS), name="assured_how_known"),
        CheckConstraint("cost_pence >= 0", name="cost_not_negative"),
        CheckConstraint("min_age BETWEEN 0 AND 120 AND max_age BETWEEN 0 AND 120", name="ages_human"),
        CheckConstraint("min_age <= max_age", name="ages_in_order"),
        CheckConstraint("valid_from <= valid_until", name="dates_in_order"),
        CheckConstraint(f"access <@ ARRAY[{ACCESS_ARRAY}]::text[]", name="access_known"),
        CheckConstraint("source_id IS NULL OR source IS NOT NULL", name="source_id_has_a_source"),
        Index("uq_service_source_source_id", "source", "source_id", unique=True),
        Index("ix_service_search_vector", "search_vector", postgresql_using="gin"),
        Index("ix_service_access", "access", postgresql_using="gin"),
        Index("ix_service_languages", "languages", postgresql_using="gin"),
        Index("ix_service_name_id", "name", "id"),
        Index("ix_service_listed", "id", postgresql_include=LISTED_COLUMNS),
    )


class ServiceAtLocation(Model):
    """This service happens at this location (Open Referral `service_at_location`)."""

    __tablename__ = "service_at_location"

    id: Mapped[Key]
    service_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("service.id", ondelete="CASCADE"))
    location_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("location.id"), index=True)

    service: Mapped[Service] = relationship(back_populates="at_locations")
    location: Mapped[Location] = relationship()

    __table_args__ = (Index("uq_service_at_location_service_location", "service_id", "location_id", unique=True),)


class ServiceTerm(Model):
    """This service answers this need, or is about this interest."""

    __tablename__ = "service_term"

    service_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("service.id", ondelete="CASCADE"), primary_key=True)
    term_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("term.id"), primary_key=True, index=True)


class ServiceArea(Model):
    """This service serves everybody in this area, wherever it is based."""

    __tablename__ = "service_area"

    service_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("service.id", ondelete="CASCADE"), primary_key=True)
    area_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("area.id"), primary_key=True, index=True)


class OpeningTime(Model):
    """One regular time, local wall time. `weekday` 0 is Monday; `week_of_month` 1 to 5, or -1 for the last."""

    __tablename__ = "opening_time"

    id: Mapped[Key]
    service_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("service.id", ondelete="CASCADE"), index=True)
    location_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("location.id"), index=True)
    frequency: Mapped[str] = mapped_column(Text, default="weekly", server_default="weekly")
    weekday: Mapped[int] = mapped_column(SmallInteger)
    week_of_month: Mapped[int | None] = mapped_column(SmallInteger)
    starts_time: Mapped[time]
    ends_time: Mapped[time]

    __table_args__ = (
        CheckConstraint(one_of("frequency", OPENING_FREQUENCIES), name="frequency_known"),
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday_known"),
        CheckConstraint("week_of_month IN (-1, 1, 2, 3, 4, 5)", name="week_of_month_known"),
        CheckConstraint("(frequency = 'monthly') = (week_of_month IS NOT NULL)", name="monthly_says_which_week"),
        CheckConstraint("starts_time < ends_time", name="starts_before_it_ends"),
        Index("ix_opening_time_weekday_starts", "weekday", "starts_time"),
    )


class Assurance(Model):
    """Somebody checked that an entry is still right: who, when, how."""

    __tablename__ = "assurance"

    id: Mapped[Key]
    service_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("service.id", ondelete="CASCADE"), index=True)
    assured_on: Mapped[date]
    assured_by: Mapped[str] = mapped_column(Text, default="", server_default="")
    assured_how: Mapped[str] = mapped_column(Text)
    user_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("user_account.id", ondelete="SET NULL"))
    created_at: Mapped[CreatedAt]

    __table_args__ = (CheckConstraint(one_of("assured_how", ASSURANCE_METHODS), name="assured_how_known"),)
