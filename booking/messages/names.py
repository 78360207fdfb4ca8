"""What the parts of messages are called on screen."""

from __future__ import annotations

from assetreg.texts.translate import lazy_gettext as _

CHANNELS = {
    "email": _("E-mail"),
    "text": _("Text"),
    "letter": _("Letter"),
    "call": _("Told in person"),
    "kept": _("Kept here"),
}
STATES = {
    "all": _("All"),
    "waiting": _("Not sent yet"),
    "parked": _("Could not be sent"),
    "sent": _("Sent"),
    "kept": _("Kept here, nothing was sent"),
    "calls": _("Somebody has to be told"),
    "dropped": _("Not needed any more"),
}
OTHER_KINDS = {
    "daily_list": _("The organiser’s list of today"),
    "reset_password": _("A link for a new password"),
    "password_changed": _("A password has changed"),
}
# What a steward can put into a blank, and what it becomes.
BLANKS = {
    "name": _("the name of whoever comes"),
    "session": _("what it is; “your session” where others may see a sensitive one"),
    "when": _("day and time"),
    "all_dates": _("all dates, when several were booked together"),
    "day": _("the day"),
    "time": _("the time"),
    "place": _("where it is, never a private address"),
    "people": _("how many places"),
    "cost": _("what it costs"),
    "bring": _("the organiser’s notes, such as what to bring"),
    "reference": _("the booking’s reference"),
    "manage_link": _("the secret link to change or cancel"),
    "answer_by": _("until when to say yes or no"),
    "before": _("how it was before a change"),
    "reason": _("why it is cancelled"),
    "other_dates": _("the next dates with free places"),
    "words": _("what the organiser wrote"),
    "organiser": _("who runs it"),
    "organiser_phone": _("their phone number"),
    "phone": _("our phone number"),
    "hours": _("when we answer it"),
    "website": _("the address of this website"),
    "council": _("the name of the council"),
}
