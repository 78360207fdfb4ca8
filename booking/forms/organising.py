"""What an organiser may type: a day, a time, a number who came, a reason, a note."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from flask_wtf import FlaskForm
from wtforms import BooleanField, StringField
from wtforms.validators import DataRequired, Length

from assetreg.clock import LOCAL_ZONE
from assetreg.forms.fields import text_of, tidied
from assetreg.texts.translate import gettext
from assetreg.texts.translate import lazy_gettext as _
from booking.forms.series import minutes_between
from booking.forms.series_words import PROBLEMS
from booking.rules.bookable import Reason
from booking.rules.recurrence import to_utc
from booking.rules.typed import read_time
from booking.rules.vocabulary import MOST_PLACES
from booking.saying_sessions import say_why_not

FIRST_YEAR, LAST_YEAR = 2000, 2200
LONGEST_REASON = 300
LONGEST_NOTE = 600
BRITISH_DAY = re.compile(r"(\d{1,2})[/. -](\d{1,2})[/. -](\d{4})")
SHORTEST_MINUTES = 5
FARTHEST = timedelta(days=5 * 366)


@dataclass(frozen=True, slots=True)
class Planned:
    """When a session would begin and end."""

    starts_at: datetime
    ends_at: datetime


def tidied_lines(text: str | None) -> str | None:
    """A text of several lines, each tidied, with at most one empty line between two."""
    if not text:
        return text
    lines = [tidied(line) or "" for line in text.replace("\r\n", "\n").split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def read_day(text: str) -> date | None:
    """A day as addresses and date fields write it (2026-11-24), or as people do (24/11/2026); None when it is none."""
    given = text.strip()
    british = BRITISH_DAY.fullmatch(given)
    try:
        on = date(int(british[3]), int(british[2]), int(british[1])) if british else date.fromisoformat(given)
    except ValueError:
        return None
    return on if FIRST_YEAR <= on.year < LAST_YEAR else None


def read_number(text: str, most: int) -> int | None:
    """A whole number from 0 to `most`; None when it is none. Blanks around it do not matter."""
    digits = text.strip()
    if not re.fullmatch(r"[0-9]{1,6}", digits):
        return None
    return int(digits) if int(digits) <= most else None


def read_uuid(text: str) -> UUID | None:
    """A public id; None when it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None


class PlacesForm(FlaskForm):  # type: ignore[misc]
    """How many places one date has, and how many more on purpose."""

    capacity = StringField(_("Number of places"), filters=[tidied])
    overbooked = StringField(_("More places than that, on purpose"), filters=[tidied])
    reason = StringField(_("Why more than the room has?"), filters=[tidied])

    def validate(self, extra_validators: Any = None) -> bool:
        """Numbers that can be, and a reason for more than there is."""
        super().validate(extra_validators)
        if not read_number(text_of(self.capacity), MOST_PLACES):
            self.capacity.errors = [gettext("Enter a number of places from 1 to 100,000")]
        overbooked = read_number(text_of(self.overbooked) or "0", MOST_PLACES)
        if overbooked is None:
            self.overbooked.errors = [gettext("Enter how many more places, as a number. 0 means none")]
        if overbooked and not text_of(self.reason):
            self.reason.errors = [gettext("Say why there are more places than the room has")]
        return not self.errors

    def read(self) -> tuple[int, int, str]:
        """Places, places over that, and why; after `validate`."""
        overbooked = read_number(text_of(self.overbooked) or "0", MOST_PLACES) or 0
        return read_number(text_of(self.capacity), MOST_PLACES) or 1, overbooked, text_of(self.reason)[:LONGEST_REASON]

    def refuse(self, reason: Reason | None) -> None:
        """Say beside the right field why it cannot be; what was typed stays."""
        if reason is not None and reason.name == "below_places_taken":
            self.capacity.errors = [
                gettext(
                    "%(taken)s places are taken. Enter at least %(taken)s, or say below that there are %(over)s more on"
                    " purpose, and why",
                    taken=reason.facts["taken"],
                    over=reason.facts["over"],
                )
            ]
        else:
            self.capacity.errors = [say_why_not(reason)]


class CancelForm(FlaskForm):  # type: ignore[misc]
    """Why a date is called off."""

    reason = StringField(
        _("Why is it cancelled?"),
        filters=[tidied],
        validators=[
            DataRequired(_("Say why this date is cancelled. People read it")),
            Length(max=LONGEST_REASON, message=_("Use at most 300 letters")),
        ],
    )

    def written(self) -> str:
        """What was typed."""
        return text_of(self.reason)


class MoveForm(FlaskForm):  # type: ignore[misc]
    """The new day and times of one date."""

    on = StringField(_("Day"), filters=[tidied])
    starts = StringField(_("Starts at"), filters=[tidied])
    ends = StringField(_("Ends at"), filters=[tidied])

    def fill(self, starts_at: datetime, ends_at: datetime) -> None:
        """Put in when it is now."""
        starts, ends = starts_at.astimezone(LOCAL_ZONE), ends_at.astimezone(LOCAL_ZONE)
        self.on.data = starts.date().isoformat()
        self.starts.data, self.ends.data = f"{starts:%H:%M}", f"{ends:%H:%M}"

    def validate(self, extra_validators: Any = None) -> bool:
        """A day and two times in order."""
        super().validate(extra_validators)
        if read_day(text_of(self.on)) is None:
            self.on.errors = [gettext("Enter a day, like 24/11/2026")]
        starts, ends = read_time(text_of(self.starts)), read_time(text_of(self.ends))
        if starts is None:
            self.starts.errors = [gettext("Enter the time it starts, like 10:30")]
        if ends is None:
            self.ends.errors = [gettext("Enter the time it ends, like 12:00")]
        if starts is not None and ends is not None and minutes_between(starts, ends) < SHORTEST_MINUTES:
            self.ends.errors = [gettext("It must end after it starts")]
        return not self.errors

    def refuse_past(self, starts_at: datetime, now: datetime) -> bool:
        """Say so when the new start is over already, or so far away that it must be a slip of the finger."""
        if starts_at > now + FARTHEST:
            self.on.errors = [str(PROBLEMS["too_far_away"])]
        elif starts_at <= now:
            self.on.errors = [gettext("This time is over. Enter a day and time to come")]
        return bool(self.on.errors)

    def read(self) -> tuple[datetime, int]:
        """The new start in UTC, and how many minutes it lasts; after `validate`."""
        on, starts, ends = read_day(text_of(self.on)), read_time(text_of(self.starts)), read_time(text_of(self.ends))
        if on is None or starts is None or ends is None:
            raise ValueError("read a form only after it was found to be right")
        return to_utc(on, starts, LOCAL_ZONE.key), minutes_between(starts, ends)

    def planned(self) -> Planned | None:
        """When it would be; None while it cannot be read."""
        if self.errors or read_day(text_of(self.on)) is None:
            return None
        starts_at, minutes = self.read()
        return Planned(starts_at, starts_at + timedelta(minutes=minutes))


class NoteForm(FlaskForm):  # type: ignore[misc]
    """A message to everybody of one date."""

    words = StringField(
        _("Your message"),
        filters=[tidied_lines],
        validators=[
            DataRequired(_("Write your message")),
            Length(max=LONGEST_NOTE, message=_("Use at most 600 letters")),
        ],
    )
    with_waiting = BooleanField(_("Also to people on the waiting list"))

    def written(self) -> str:
        """What was typed."""
        return text_of(self.words)
