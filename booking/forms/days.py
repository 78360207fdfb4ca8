"""Stretches of days: closures and school terms."""

from __future__ import annotations

from datetime import date
from typing import Any

from wtforms import Form, StringField

from assetreg.forms.fields import text_of, tidied
from assetreg.texts.translate import lazy_gettext as _
from booking.rules.typed import read_date

MOST_YEARS = 50
DAYS_PROBLEMS = {
    "no_date": _("Enter a day, like 24/11/2026"),
    "not_a_date": _("We cannot read this day. Write it like 24/11/2026 or 24 November"),
    "ends_before_it_starts": _("The last day is before the first day. Choose a later one"),
    "in_the_past": _("These days are over. Choose later ones"),
    "too_long": _("These are too many days. Check the year"),
    "too_far_away": _("This day is very far away. Check the year"),
    "not_named": _("Give the term a name, like “Spring 2027”"),
    "overlaps": _("Some of these days belong to another term. Check the list"),
    "no_location": _("Choose a place"),
}
FIELD_OF = {"not_named": "name", "no_location": "location", "overlaps": "starts_on"}


def is_near(on: date, today: date) -> bool:
    """Is this day within a lifetime of today? Others are slips of the finger, and calendars end with the year 9999."""
    return abs(on.year - today.year) <= MOST_YEARS


class DaysForm(Form):
    """First and last day, with a name or a place and a reason."""

    name = StringField(_("Name of the term"), filters=[tidied])
    location = StringField(_("Place that is closed"))
    starts_on = StringField(_("First day"), filters=[tidied])
    ends_on = StringField(_("Last day"), filters=[tidied])
    reason = StringField(_("Why"), filters=[tidied])

    def days(self, today: date, is_one_day_enough: bool = False) -> tuple[date, date] | None:
        """First and last day; None when one cannot be read, which the field then says."""
        starts_on = self.day(self.starts_on, today)
        if is_one_day_enough and not text_of(self.ends_on) and starts_on is not None:
            return starts_on, starts_on
        ends_on = self.day(self.ends_on, today)
        return (starts_on, ends_on) if starts_on is not None and ends_on is not None else None

    def day(self, field: Any, today: date) -> date | None:
        """One day as typed."""
        given = text_of(field)
        found = read_date(given, today) if given else None
        if found is not None and not is_near(found, today):
            field.errors = [str(DAYS_PROBLEMS["too_far_away"])]
            return None
        if found is None:
            field.errors = [str(DAYS_PROBLEMS["not_a_date" if given else "no_date"])]
        return found

    def refuse(self, reason: str) -> None:
        """Say beside the field why these days cannot be."""
        self[FIELD_OF.get(reason, "ends_on")].errors = [str(DAYS_PROBLEMS[reason])]
