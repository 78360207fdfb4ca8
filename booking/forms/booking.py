"""The form by which somebody books: for themselves, for somebody they know, or, at a desk, for whoever asks.

Nothing that was typed is lost, whatever is wrong with it: `values` holds all of it as it was written.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

from assetreg.texts.translate import gettext
from booking.forms.reading import (
    LONGEST_NAME,
    Unreadable,
    one_line,
    read_age,
    read_contact_email,
    read_contact_phone,
    read_party,
    some_lines,
)

LONGEST_NEEDS = 1000
LONGEST_ANSWER = 500
LONGEST_NOTE = 200
LONGEST_REASON = 300
SHORTEST_KEY, LONGEST_KEY = 8, 100

# What a form can carry, in the order of the page; answers to the organiser's questions come besides.
TEXTS = (
    "for_whom",
    "name",
    "booker_name",
    "email",
    "phone",
    "party_size",
    "comers",
    "comers_note",
    "age",
    "access_needs",
    "wants_late",
    "is_priority",
    "priority_reason",
    "overbooks",
    "overbook_reason",
    "age_seen",
    "name_seen",
)


class Asked(Protocol):
    """What the form needs to know of an organiser's question."""

    @property
    def public_id(self) -> UUID:
        """What its field is named after."""
        ...

    @property
    def kind(self) -> str:
        """text, yes_no or choice."""
        ...

    @property
    def choices(self) -> list[str]:
        """What can be chosen."""
        ...

    @property
    def is_required(self) -> bool:
        """Must it be answered?"""
        ...

    @property
    def is_emergency_contact(self) -> bool:
        """Does it ask whom to call?"""
        ...


@dataclass(frozen=True)
class Asks:
    """What one session asks for. `is_desk`: staff fill it in for somebody else, who needs no e-mail and no phone."""

    largest_party: int = 6
    asks_names: bool = False
    age_rule: str = "none"
    questions: Sequence[Asked] = ()
    is_desk: bool = False
    may_overbook: bool = False


@dataclass
class BookingForm:
    """What was typed (`values`), what is wrong with it (`problems`, by field), and what it means once it is right."""

    asks: Asks
    values: dict[str, str] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)
    key: str = ""
    party_size: int = 1
    name: str = ""
    email: str | None = None
    phone: str | None = None
    booker_name: str = ""
    comers: tuple[str, ...] = ()
    age: int | None = None
    answers: dict[UUID, str] = field(default_factory=dict)

    @property
    def errors(self) -> bool:
        """Is something wrong?"""
        return bool(self.problems)

    @property
    def is_for_other(self) -> bool:
        """Does somebody book for a person they know?"""
        return not self.asks.is_desk and self.values.get("for_whom") == "other"

    @property
    def error_summary(self) -> dict[str, Any]:
        """The parameters of “There is a problem”, each linked to its field."""
        listed = [{"text": said, "href": f"#{name}"} for name, said in self.problems.items()]
        return {"titleText": gettext("There is a problem"), "errorList": listed}

    @property
    def typed(self) -> dict[str, str]:
        """Everything that was typed, to be carried to the next page in hidden fields."""
        return {name: text for name, text in self.values.items() if text}

    def error_of(self, name: str) -> dict[str, str] | None:
        """The parameters of a component's error; None when the field is well."""
        said = self.problems.get(name)
        return {"text": said, "visuallyHiddenText": gettext("Error")} if said else None

    def is_chosen(self, name: str, value: str) -> bool:
        """Is this the one that was chosen?"""
        return self.values.get(name, "") == value


def new_key() -> str:
    """The mark of one form that is shown: however often it is sent, it books once."""
    return secrets.token_urlsafe(16)


def answer_field(public_id: UUID) -> str:
    """The name of the field for the answer to a question."""
    return f"answer-{public_id}"


def empty_form(asks: Asks) -> BookingForm:
    """The form as it is first shown."""
    return BookingForm(asks, values={"party_size": "1"}, key=new_key())


def read_form(written: Mapping[str, str], asks: Asks) -> BookingForm:
    """What was sent, as it was typed; nothing is checked yet. Another form's fields that fit here are kept."""
    names = (*TEXTS, *(answer_field(question.public_id) for question in asks.questions))
    values = {name: written.get(name, "")[:5000] for name in names}
    key = written.get("key", "")
    is_key = SHORTEST_KEY <= len(key) <= LONGEST_KEY and key.isascii() and key.isprintable()
    return BookingForm(asks, values=values, key=key if is_key else new_key())


def check(form: BookingForm) -> bool:
    """Understand what was typed. False when something is wrong: `problems` says what, in the order of the page."""
    form.problems = {}
    asks, values = form.asks, form.values
    if not asks.is_desk and values["for_whom"] not in ("self", "other"):
        form.problems["for_whom"] = gettext("Choose who you are booking for")
    form.name = checked_name(form, "name", name_missing(form))
    if form.is_for_other:
        form.booker_name = checked_name(form, "booker_name", gettext("Enter your own name"))
    check_contact(form)
    size = understood(form, "party_size", lambda text: read_party(text, most_people(asks)))
    form.party_size = size or 1
    check_comers(form)
    if asks.age_rule != "none":
        check_age(form)
    if len(values["access_needs"]) > LONGEST_NEEDS:
        form.problems["access_needs"] = too_long(LONGEST_NEEDS)
    for question in asks.questions:
        check_answer(form, question)
    if asks.is_desk:
        check_desk(form)
    return not form.problems


def name_missing(form: BookingForm) -> str:
    """What to say when nobody is named."""
    if form.asks.is_desk or form.is_for_other:
        return gettext("Enter the name of the person who is coming")
    return gettext("Enter your name")


def most_people(asks: Asks) -> int:
    """How many people one booking may be for. Whoever looks after the session decides about its limits."""
    return 200 if asks.may_overbook else asks.largest_party


def understood(form: BookingForm, name: str, read: Callable[[str], Any]) -> Any:
    """What a field means; None, and a problem, when it means nothing."""
    try:
        return read(form.values[name])
    except Unreadable as problem:
        form.problems[name] = str(problem)
        return None


def checked_name(form: BookingForm, field_name: str, missing: str) -> str:
    """A name in whatever script."""
    name = one_line(form.values[field_name])
    if not name:
        form.problems[field_name] = missing
    elif len(name) > LONGEST_NAME:
        form.problems[field_name] = too_long(LONGEST_NAME)
    return name


def check_contact(form: BookingForm) -> None:
    """An e-mail or a phone number; one is enough, and at a desk none is needed."""
    if form.values["email"].strip():
        form.email = understood(form, "email", read_contact_email)
    if form.values["phone"].strip():
        form.phone = understood(form, "phone", read_contact_phone)
    is_there = form.values["email"].strip() or form.values["phone"].strip()
    if not is_there and not form.asks.is_desk:
        form.problems["email"] = gettext(
            "Enter an e-mail address or a phone number, so that we can tell you of changes"
        )
    if form.values["wants_late"] and not form.values["phone"].strip():
        form.problems["phone"] = gettext("Enter a phone number that gets texts, or untick the box about late places")


def check_comers(form: BookingForm) -> None:
    """Who comes along: names where the organiser needs them, else a note."""
    lines = some_lines(form.values["comers"]).split("\n")
    form.comers = tuple(line for line in lines if line)
    if form.asks.asks_names and form.party_size > 1 and "party_size" not in form.problems:
        wanted = form.party_size - 1
        if len(form.comers) != wanted:
            form.problems["comers"] = gettext(
                "Enter the name of everybody who comes along, one on each line: %(wanted)s in all", wanted=wanted
            )
    if any(len(name) > LONGEST_NAME for name in form.comers):
        form.problems["comers"] = too_long(LONGEST_NAME)
    if len(form.values["comers_note"]) > LONGEST_NOTE:
        form.problems["comers_note"] = too_long(LONGEST_NOTE)


def check_age(form: BookingForm) -> None:
    """The age, where the session has a rule about it; needed only where the rule refuses."""
    if form.values["age"].strip():
        form.age = understood(form, "age", read_age)
    elif form.asks.age_rule == "refuse":
        form.problems["age"] = gettext("Enter the age of the person who is coming")


def check_answer(form: BookingForm, question: Asked) -> None:
    """One answer: one of the choices where there are some."""
    name = answer_field(question.public_id)
    said = some_lines(form.values.get(name, ""))
    allowed = {"yes_no": ["yes", "no"], "choice": list(question.choices)}.get(question.kind)
    if said and allowed is not None and said not in allowed:
        said = ""
    if len(said) > LONGEST_ANSWER:
        form.problems[name] = too_long(LONGEST_ANSWER)
    elif said:
        form.answers[question.public_id] = said
    elif question.is_required:
        form.problems[name] = gettext("Choose an answer") if allowed else gettext("Answer this question")


def check_desk(form: BookingForm) -> None:
    """What only staff may ask for, each with its reason."""
    if form.values["is_priority"] and not one_line(form.values["priority_reason"]):
        form.problems["priority_reason"] = gettext("Say why this person should come first")
    if form.asks.may_overbook and form.values["overbooks"] and not one_line(form.values["overbook_reason"]):
        form.problems["overbook_reason"] = gettext("Say why there is one more place than there should be")
    for name in ("priority_reason", "overbook_reason"):
        if len(form.values[name]) > LONGEST_REASON:
            form.problems[name] = too_long(LONGEST_REASON)


def too_long(most: int) -> str:
    """What to say of a text that is too long."""
    return gettext("This is too long. Use at most %(most)s letters", most=most)
