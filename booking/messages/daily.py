"""The organiser's list of today, by e-mail at 7 in the morning. It names nobody who comes."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from assetreg.messages.accounts import goodbye
from assetreg.messages.wording import Sender, Wording
from assetreg.texts.dates import say_day, say_times
from assetreg.texts.translate import gettext as _
from assetreg.texts.translate import ngettext
from booking.queries.reminders import DailyList, ListedSession


def daily_list(listed: DailyList, on: date, sender: Sender) -> Wording:
    """What this person organises today. The subject names no session: letter boxes are shared."""
    count = len(listed.sessions)
    return Wording(
        kind="daily_list",
        subject=ngettext("Today: %(num)s session", "Today: %(num)s sessions", count),
        paragraphs=(
            _("Hello %(name)s,", name=listed.name),
            _("This is on today, %(day)s:", day=say_day(on)),
            *(say_session(session, sender) for session in listed.sessions),
            _("Sign in to see who is coming and what they need. We do not send names by e-mail."),
            *goodbye(sender),
        ),
    )


def say_session(session: ListedSession, sender: Sender) -> str:
    """One session: when, what, where, how many."""
    zone = ZoneInfo(session.zone)
    times = say_times(session.starts_at.astimezone(zone).time(), session.ends_at.astimezone(zone).time())
    lines = [f"{times}: {session.session}"]
    if session.place:
        lines.append(session.place)
    lines.append(say_places(session))
    if session.waiting:
        lines.append(ngettext("%(num)s on the waiting list", "%(num)s on the waiting list", session.waiting))
    if session.asking:
        lines.append(
            ngettext(
                "%(num)s person waits for your yes or no", "%(num)s people wait for your yes or no", session.asking
            )
        )
    lines.append(f"{sender.web_address}/organise/sessions/{session.public_id}")
    return "\n".join(lines)


def say_places(session: ListedSession) -> str:
    """How many come."""
    if session.capacity is None and not session.taken:
        return _("People just turn up")
    if session.capacity is None:
        return ngettext("%(num)s place booked", "%(num)s places booked", session.taken)
    return _("%(taken)s of %(all)s places booked", taken=session.taken, all=session.capacity)
