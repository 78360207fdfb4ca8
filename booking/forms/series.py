"""What organisers type about a series: one form for the page with everything, and for one question a page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, cast

from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Form, HiddenField, SelectMultipleField, StringField

from assetreg.forms.fields import text_of, tidied
from assetreg.texts.labels import AUDIENCES
from assetreg.texts.translate import lazy_gettext as _
from booking.forms.series_words import PROBLEMS
from booking.rules.plans import MOST_QUESTIONS, PlannedQuestion, Problem, SeriesPlan, plan_problems, tidied_plan
from booking.rules.recurrence import Frequency
from booking.rules.typed import read_date, read_hours, read_number, read_pence, read_time
from booking.rules.vocabulary import AGE_RULES, COURSE_BOOKINGS, QUESTION_KINDS, SERIES_FREQUENCIES, SERIES_KINDS

QUESTIONS = tuple(range(1, MOST_QUESTIONS + 1))
# What a form says that nobody has touched.
UNTOUCHED: Mapping[str, Any] = {
    "kind": "bookable",
    "frequency": "weekly",
    "every_weeks": "1",
    "ends": "never",
    "largest_party": "6",
    "course_booking": "whole",
    "takes_waiting": "y",
    "is_listed": "y",
    "age_rule": "warn",
    "audience": "everyone",
    "reminds_2_days": "y",
    **{f"q{number}_kind": "text" for number in QUESTIONS},
    **{f"q{number}_keep_days": "30" for number in QUESTIONS},
}
FLAGS = (
    "skips_bank_holidays",
    "term_time_only",
    "takes_waiting",
    "is_listed",
    "asks_names",
    "allows_repeats",
    "reminds_2_days",
    "reminds_2_hours",
)
NUMBERS = (
    "every_weeks",
    "sessions",
    "slot_minutes",
    "capacity",
    "largest_party",
    "opens_days",
    "min_age",
    "max_age",
)


def line(label: Any) -> StringField:
    """One line of text."""
    return StringField(label, filters=[tidied])


class SeriesForm(Form):
    """Everything as typed. Nothing is checked by the fields: `read_plan` reads it."""

    service = StringField(_("What it is"))
    title = line(_("Name of these sessions"))
    kind = StringField(_("How people get a place"))
    frequency = StringField(_("How often"))
    every_weeks = line(_("Weeks from one to the next"))
    weekdays = SelectMultipleField(_("Days of the week"), validate_choice=False)
    weeks_of_month = SelectMultipleField(_("Weeks of the month"), validate_choice=False)
    starts_on = line(_("First day"))
    ends = StringField(_("End"))
    ends_on = line(_("Last day"))
    sessions = line(_("Number of sessions"))
    starts_time = line(_("Starts at"))
    ends_time = line(_("Ends at"))
    slot_minutes = line(_("Minutes for each appointment"))
    skips_bank_holidays = BooleanField(_("Not on bank holidays"))
    term_time_only = BooleanField(_("In school term time only"))
    place = StringField(_("Place"))
    leader_name = line(_("Leader"))
    capacity = line(_("Places"))
    largest_party = line(_("Most people in one booking"))
    takes_waiting = BooleanField(_("Keep a waiting list when it is full"))
    course_booking = StringField(_("How the course is booked"))
    opens_days = line(_("Booking opens this many days before"))
    closes_hours = line(_("Booking closes this many hours before"))
    asks_names = BooleanField(_("Ask for the names of everybody who comes"))
    allows_repeats = BooleanField(_("The same person may book more than once"))
    is_listed = BooleanField(_("Show these sessions to everybody"))
    min_age = line(_("Youngest age"))
    max_age = line(_("Oldest age"))
    age_rule = StringField(_("If somebody has another age"))
    audience = StringField(_("Who it is for"))
    cost = line(_("Cost for each person"))
    cost_note = line(_("More about the cost"))
    note = StringField(_("What to bring or know"))
    reminds_2_days = BooleanField(_("Remind people 2 days before"))
    reminds_2_hours = BooleanField(_("Remind people 2 hours before"))
    version = HiddenField()


for _number in QUESTIONS:
    setattr(SeriesForm, f"q{_number}_wording", line(_("Question %(number)s", number=_number)))
    setattr(SeriesForm, f"q{_number}_kind", StringField(_("How is question %(number)s answered?", number=_number)))
    setattr(SeriesForm, f"q{_number}_choices", line(_("Answers to choose from, with commas between")))
    setattr(SeriesForm, f"q{_number}_keep_days", line(_("Days to keep the answers after the session")))
    setattr(SeriesForm, f"q{_number}_is_required", BooleanField(_("People have to answer it")))
    setattr(SeriesForm, f"q{_number}_is_emergency", BooleanField(_("It asks who to call in an emergency")))


def form_of(typed: Mapping[str, Any]) -> SeriesForm:
    """A form filled with what was typed before; what was never asked is as untouched."""
    return SeriesForm(MultiDict({**UNTOUCHED, **typed}))


def typed_in(form: SeriesForm) -> dict[str, Any]:
    """What a form says, field by field, as it is kept in a draft."""
    kept: dict[str, Any] = {}
    for field in form:
        if field.name != "version":
            value = field.data
            is_plain = isinstance(value, list)
            kept[field.name] = value if is_plain else ("y" if value is True else str(value or ""))
    return kept


class Read:
    """Reads fields one after the other and remembers what cannot be read."""

    def __init__(self, form: SeriesForm, today: date) -> None:
        """Read from this form."""
        self.form, self.today = form, today
        self.problems: list[Problem] = []

    def text(self, name: str) -> str:
        """One line, or several."""
        return text_of(self.form[name]).strip()

    def one_of(self, name: str, known: Iterable[str]) -> str:
        """A choice; the untouched one instead of what nobody can choose."""
        given = self.text(name)
        return given if given in known else str(UNTOUCHED[name])

    def day(self, name: str) -> date | None:
        """A day; None, and a problem, when it cannot be read."""
        given = self.text(name)
        found = read_date(given, self.today) if given else None
        if found is None:
            self.problems.append(Problem(name, "not_a_date" if given else "no_date"))
        return found

    def clock(self, name: str) -> time | None:
        """A time of day; None, and a problem, when it cannot be read."""
        given = self.text(name)
        found = read_time(given) if given else None
        if found is None:
            self.problems.append(Problem(name, "not_a_time" if given else "no_time"))
        return found

    def number(self, name: str, otherwise: int | None = None) -> int | None:
        """A whole number; `otherwise` when nothing is typed, or, with a problem, when it cannot be read."""
        given = self.text(name)
        found = read_number(given) if given else otherwise
        if given and found is None:
            self.problems.append(Problem(name, "not_a_number"))
            return otherwise
        return found

    def hours(self, name: str) -> int:
        """Hours, perhaps with a part of one, in minutes; 0 when nothing is typed, or, with a problem, unreadable."""
        given = self.text(name)
        found = read_hours(given) if given else 0
        if found is None:
            self.problems.append(Problem(name, "not_a_number"))
        return found or 0

    def numbers(self, name: str, known: Iterable[int]) -> tuple[int, ...]:
        """The chosen ones of a closed list."""
        chosen = {str(one) for one in self.form[name].data or ()}
        return tuple(one for one in known if str(one) in chosen)

    def flag(self, name: str) -> bool:
        """Is it ticked?"""
        return bool(self.form[name].data)


def read_plan(
    form: SeriesForm, service_id: int, place: tuple[int | None, int | None], today: date, is_new: bool = True
) -> tuple[SeriesPlan, list[Problem]]:
    """The plan that a form says, and everything wrong with it. With problems the plan is no more than a guess."""
    read = Read(form, today)
    frequency = cast(Frequency, read.one_of("frequency", SERIES_FREQUENCIES))
    kind = read.one_of("kind", SERIES_KINDS)
    starts_on = read.day("starts_on")
    starts_time, ends_time = read.clock("starts_time"), read.clock("ends_time")
    ends = "never" if frequency == "once" else read.text("ends")
    ends_on = read.day("ends_on") if ends == "on" else None
    if ends == "after" and not read.text("sessions"):
        read.problems.append(Problem("sessions", "no_number"))
    cost = read.text("cost")
    if cost and read_pence(cost) is None:
        read.problems.append(Problem("cost", "not_money"))
    plan = SeriesPlan(
        service_id=service_id,
        starts_on=starts_on or today,
        starts_time=starts_time or time(0),
        duration_minutes=minutes_between(starts_time, ends_time),
        frequency=frequency,
        every_weeks=(read.number("every_weeks", 1) or 0) if frequency == "weekly" else 1,
        weekdays=() if frequency == "once" else read.numbers("weekdays", range(7)),
        weeks_of_month=read.numbers("weeks_of_month", (1, 2, 3, 4, 5, -1)) if frequency == "monthly" else (),
        ends_on=ends_on,
        sessions=read.number("sessions") if ends == "after" else None,
        slot_minutes=read.number("slot_minutes") if kind == "appointments" else None,
        location_id=place[0],
        space_id=place[1],
        leader_name=read.text("leader_name"),
        title=read.text("title"),
        kind=kind,
        capacity=read.number("capacity"),
        largest_party=read.number("largest_party", 6) or 0,
        course_booking=read.one_of("course_booking", COURSE_BOOKINGS) if kind == "course" else None,
        opens_days=read.number("opens_days"),
        closes_minutes=read.hours("closes_hours"),
        min_age=read.number("min_age"),
        max_age=read.number("max_age"),
        age_rule=read.one_of("age_rule", AGE_RULES),
        audience=read.one_of("audience", AUDIENCES),
        cost_pence=read_pence(cost) if cost else None,
        cost_note=read.text("cost_note"),
        note=read.text("note"),
        questions=read_questions(read),
        **cast(Any, {name: read.flag(name) for name in FLAGS}),
    )
    plan = tidied_plan(plan)
    unreadable = {problem.field for problem in read.problems}
    if {"starts_time", "ends_time"} & unreadable:
        unreadable |= {"ends_time", "slot_minutes"}
    if "starts_on" in unreadable:
        unreadable |= {"ends_on"}
    found = [one for one in plan_problems(plan, today, is_new) if one.field not in unreadable]
    return plan, [*read.problems, *found]


def minutes_between(starts: time | None, ends: time | None) -> int:
    """How long it takes; 0 when that is not known. Midnight is the end of the day."""
    if starts is None or ends is None:
        return 0
    day = date(2026, 6, 1)
    end = datetime.combine(day, ends) + timedelta(days=1 if ends == time(0) else 0)
    return int((end - datetime.combine(day, starts)) / timedelta(minutes=1))


def read_questions(read: Read) -> tuple[PlannedQuestion, ...]:
    """The organiser's own questions; lines without a question are left out."""
    found = []
    for number in QUESTIONS:
        wording = read.text(f"q{number}_wording")
        if not wording:
            continue
        is_emergency = read.flag(f"q{number}_is_emergency")
        kind = "text" if is_emergency else read.one_of(f"q{number}_kind", QUESTION_KINDS)
        choices = [one.strip() for one in read.text(f"q{number}_choices").split(",") if one.strip()]
        found.append(
            PlannedQuestion(
                wording,
                kind,
                tuple(dict.fromkeys(choices)) if kind == "choice" else (),
                read.flag(f"q{number}_is_required"),
                read.number(f"q{number}_keep_days", 30) or 0,
                is_emergency,
            )
        )
    return tuple(found)


def show_problems(form: SeriesForm, problems: Iterable[Problem], fields: Iterable[str] | None = None) -> bool:
    """Say beside each field (of these) what is wrong with it: the first thing only. True when something is."""
    shown = None if fields is None else set(fields)
    for problem in problems:
        name = problem.field if problem.field in form else "starts_on"
        if (shown is None or name in shown) and not form[name].errors:
            form[name].errors = [str(PROBLEMS[problem.reason]) % {"number": f"{problem.number:,}"}]
    return any(field.errors for field in form)


def typed_of(plan: SeriesPlan, service: str, place: str) -> dict[str, Any]:
    """A plan as it would be typed. `service` and `place` are the choices' keys."""
    start = datetime.combine(plan.starts_on, plan.starts_time)
    typed: dict[str, Any] = {
        **UNTOUCHED,
        **{name: "" if getattr(plan, name) is None else str(getattr(plan, name)) for name in NUMBERS},
        **{name: "y" if getattr(plan, name) else "" for name in FLAGS},
        "service": service,
        "place": place,
        "title": plan.title,
        "kind": plan.kind,
        "frequency": plan.frequency,
        "weekdays": [str(one) for one in plan.weekdays],
        "weeks_of_month": [str(one) for one in plan.weeks_of_month],
        "starts_on": f"{plan.starts_on:%d/%m/%Y}",
        "ends": "after" if plan.sessions is not None else ("on" if plan.ends_on is not None else "never"),
        "ends_on": f"{plan.ends_on:%d/%m/%Y}" if plan.ends_on else "",
        "starts_time": f"{plan.starts_time:%H:%M}",
        "ends_time": f"{start + timedelta(minutes=plan.duration_minutes):%H:%M}",
        "leader_name": plan.leader_name,
        "course_booking": plan.course_booking or "whole",
        "closes_hours": f"{plan.closes_minutes / 60:g}" if plan.closes_minutes else "",
        "age_rule": plan.age_rule,
        "audience": plan.audience,
        "cost": "" if plan.cost_pence is None else f"£{plan.cost_pence / 100:.2f}" if plan.cost_pence else "free",
        "cost_note": plan.cost_note,
        "note": plan.note,
    }
    for number, asked in enumerate(plan.questions[: len(QUESTIONS)], start=1):
        typed |= {
            f"q{number}_wording": asked.wording,
            f"q{number}_kind": asked.kind,
            f"q{number}_choices": ", ".join(asked.choices),
            f"q{number}_keep_days": str(asked.keep_days),
            f"q{number}_is_required": "y" if asked.is_required else "",
            f"q{number}_is_emergency": "y" if asked.is_emergency_contact else "",
        }
    return typed
