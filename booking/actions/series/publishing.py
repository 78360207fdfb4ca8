"""Publishing a series: its dates are made, and nothing is in anybody's way."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError

from assetreg import clock
from assetreg.db import db
from assetreg.models import Service, User
from booking.models import Leader, Occurrence, Question, Series, SeriesSkip
from booking.queries.previews import Preview, find_leader_id, preview_series
from booking.rules.plans import Problem, SeriesPlan, plan_problems, tidied_plan
from booking.rules.recurrence import PlannedDate

EXCLUSION = "23P01"
DEADLOCK = "40P01"
# What of a plan is not a column of the same name.
NOT_COLUMNS = {"leader_name", "questions"}


class PlanRefused(Exception):
    """The plan cannot be published; `problems` say why."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(problems)
        self.problems = problems


class DatesClash(Exception):
    """Something is in the way on dates that nobody chose to leave out; `preview` names it all.

    `is_just_taken`: it came in between, after the organiser looked.
    """

    def __init__(self, preview: Preview, is_just_taken: bool = False) -> None:
        super().__init__(f"{len(preview.clashing)} dates")
        self.preview = preview
        self.is_just_taken = is_just_taken


class ChangedMeanwhile(Exception):
    """Somebody else saved this series since the page was made."""


def publish_series(
    plan: SeriesPlan,
    user: User | None,
    now: datetime,
    skip_dates: Collection[date] = (),
    series: Series | None = None,
    version: int | None = None,
) -> Series:
    """Publish a plan: as a new series, or as the draft `series`, whose address stays.

    All sessions of a fixed run are made, twelve weeks of one without an end. Raises PlanRefused, DatesClash when
    something is in the way on a date that is not in `skip_dates`, ChangedMeanwhile when the draft was saved elsewhere.
    """
    plan = tidied_plan(plan)
    problems = plan_problems(plan, clock.local_day(now))
    if problems:
        raise PlanRefused(problems)
    preview = preview_series(plan, now, skip_dates)
    if preview.clashing:
        raise DatesClash(preview)
    if not preview.sittings:
        raise PlanRefused([Problem("starts_on", "nothing_held")])
    series = series or Series(service_id=plan.service_id, made_by_id=user.id if user else None)
    check_version(series, version)
    write_plan(series, plan)
    series.status, series.draft = "published", {}
    series.topped_up_to = preview.until
    db.session.add(series)
    flush_series()
    write_questions(series, plan)
    db.session.add_all(SeriesSkip(series_id=series.id, left_out_on=on) for on in sorted(set(skip_dates)))
    db.session.flush()
    try:
        insert_occurrences(series, preview.sittings)
    except JustTaken:
        raise DatesClash(preview_series(plan, now, skip_dates), is_just_taken=True) from None
    return series


class JustTaken(Exception):
    """The database's last word: the space or the leader was taken between looking and saving."""


def insert_occurrences(series: Series, planned: Iterable[PlannedDate]) -> None:
    """Make these sessions of a series in one statement. Raises JustTaken, and then none is made."""
    rows = [occurrence_values(series, one) for one in planned]
    if not rows:
        return
    try:
        with db.session.begin_nested():
            db.session.execute(insert(Occurrence), rows)
    except (IntegrityError, OperationalError) as problem:
        if getattr(problem.orig, "sqlstate", None) not in (EXCLUSION, DEADLOCK):
            raise
        raise JustTaken from None


def occurrence_values(series: Series, planned: PlannedDate) -> dict[str, Any]:
    """The row of one session as the series says it."""
    return {
        "public_id": uuid.uuid4(),
        "series_id": series.id,
        "service_id": series.service_id,
        "rule_on": planned.on,
        "slot": planned.slot,
        "starts_at": planned.starts_at,
        "ends_at": planned.ends_at,
        "location_id": series.location_id,
        "space_id": series.space_id,
        "leader_id": series.leader_id,
        "capacity": series.capacity,
    }


def write_plan(series: Series, plan: SeriesPlan) -> None:
    """Write a plan into the columns of a series; a new leader is added to the organisation."""
    for name in SeriesPlan.__dataclass_fields__:
        if name not in NOT_COLUMNS:
            value = getattr(plan, name)
            setattr(series, name, list(value) if isinstance(value, tuple) else value)
    series.leader_id = get_or_make_leader(plan)


def get_or_make_leader(plan: SeriesPlan) -> int | None:
    """The leader whom the plan names."""
    name = " ".join(plan.leader_name.split())
    if not name:
        return None
    found = find_leader_id(plan)
    if found is not None:
        return found
    organisation_id = db.session.scalars(select(Service.organisation_id).where(Service.id == plan.service_id)).one()
    leader = Leader(organisation_id=organisation_id, name=name)
    db.session.add(leader)
    db.session.flush()
    return leader.id


def write_questions(series: Series, plan: SeriesPlan) -> None:
    """The questions of a series as the plan has them.

    One that stays word for word keeps its answers, and so does one whose words are corrected in its place.
    """
    by_wording = {question.wording: question for question in series.questions}
    wordings = {asked.wording for asked in plan.questions}
    corrected = {
        (place, question.kind): question
        for place, question in enumerate(series.questions)
        if question.wording not in wordings
    }
    written: list[Question] = []
    for position, asked in enumerate(plan.questions):
        question = by_wording.get(asked.wording) or corrected.get((position, asked.kind)) or Question()
        question.wording = asked.wording
        question.position, question.kind, question.choices = position, asked.kind, list(asked.choices)
        question.is_required, question.keep_days = asked.is_required, asked.keep_days
        question.is_emergency_contact = asked.is_emergency_contact
        written.append(question)
    series.questions = written
    db.session.flush()


def check_version(series: Series, version: int | None) -> None:
    """Raise ChangedMeanwhile when the series is not the one that the organiser saw."""
    if version is not None and series.version != version:
        raise ChangedMeanwhile


def flush_series() -> None:
    """Write it down now. Raises ChangedMeanwhile when somebody else saved in this very moment."""
    try:
        with db.session.begin_nested():
            db.session.flush()
    except StaleDataError:
        raise ChangedMeanwhile from None
