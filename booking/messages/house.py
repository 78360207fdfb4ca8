"""The house's own words for every event and every way a message goes. Blanks: `booking.rules.templates`.

Subjects and texts may be read by others: what names a sensitive service in them is taken out when they are written
(`booking.messages.writing`). A line whose blanks are all empty is left out. A letter is the e-mail on paper.
"""

from __future__ import annotations

from dataclasses import dataclass

from assetreg.texts.translate import lazy_gettext as _

GREETING = _("Hello ((name)),")
DETAILS = _(
    "What: ((session))\nWhen: ((when))\nWhere: ((place))\nPlaces: ((people))\nCost: ((cost))"
    "\nAll your dates:\n((all_dates))"
)
BRING = _("From the organiser:\n((bring))")
REFERENCE = _("Your reference is ((reference)). Read it out if you call us.")
CANNOT_COME = _(
    "If you cannot come, please tell us, so that somebody else can have the place. You can change or cancel here:"
    "\n((manage_link))\nOr call us on ((phone)).\nThe organiser’s number: ((organiser_phone))"
)
QUESTIONS = _("Questions? Call ((phone)), ((hours)).\n((council))\n((website))")


@dataclass(frozen=True)
class HouseWords:
    """One event's words. `email` and `call` are paragraphs; what is told in a call is what to say."""

    title: object
    subject: object
    email: tuple[object, ...]
    text: object
    call: object

    def template(self, channel: str) -> tuple[str, str]:
        """Subject and body for a channel, in the language of the moment. A text has no subject."""
        if channel == "text":
            return "", str(self.text)
        if channel == "call":
            return str(self.subject), str(self.call)
        body = "\n\n".join(str(part) for part in (GREETING, *self.email, QUESTIONS))
        return str(self.subject), body


HOUSE: dict[str, HouseWords] = {
    "booked": HouseWords(
        title=_("A place is booked"),
        subject=_("Your place is booked: ((session)), ((day))"),
        email=(_("We have saved your place."), DETAILS, BRING, REFERENCE, CANNOT_COME),
        text=_(
            "Your place is booked: ((session)), ((when)). Reference ((reference)).\n((place))"
            "\nChange or cancel: ((manage_link))"
        ),
        call=_(
            "Tell ((name)) that their place is booked: ((session)), ((when)).\nPlace: ((place))"
            "\nReference: ((reference))"
        ),
    ),
    "waiting": HouseWords(
        title=_("Somebody is on the waiting list"),
        subject=_("You are on the waiting list: ((session)), ((day))"),
        email=(
            _("There is no free place just now. You are on the waiting list, and need not do anything."),
            DETAILS,
            _("When a place comes free we write to you, in the order in which people asked."),
            REFERENCE,
            _("If you no longer want a place, take yourself off the list here:\n((manage_link))"),
        ),
        text=_(
            "You are on the waiting list: ((session)), ((when)). We text you if a place comes free. "
            "Reference ((reference)).\nLeave the list: ((manage_link))"
        ),
        call=_("Tell ((name)) that they are on the waiting list: ((session)), ((when)).\nReference: ((reference))"),
    ),
    "requested": HouseWords(
        title=_("Somebody has asked for a place"),
        subject=_("We have passed on your question: ((session)), ((day))"),
        email=(
            _(
                "The organiser of this session says yes or no to each person. We have asked them. We "
                "keep a place for you until ((answer_by)), unless they say no."
            ),
            DETAILS,
            REFERENCE,
            CANNOT_COME,
        ),
        text=_(
            "You asked for a place: ((session)), ((when)). The organiser will answer. Reference ((reference))"
            ".\nChange your mind: ((manage_link))"
        ),
        call=_(
            "Tell ((name)) that the organiser has been asked for a place: ((session)), ((when))"
            ".\nReference: ((reference))"
        ),
    ),
    "request_confirmed": HouseWords(
        title=_("The organiser says yes"),
        subject=_("Yes, you have a place: ((session)), ((day))"),
        email=(_("The organiser says yes. We have saved your place."), DETAILS, BRING, REFERENCE, CANNOT_COME),
        text=_(
            "Yes, you have a place: ((session)), ((when)). Reference ((reference)).\n((place))"
            "\nChange or cancel: ((manage_link))"
        ),
        call=_(
            "Tell ((name)) that the organiser says yes: ((session)), ((when)).\nPlace: ((place))"
            "\nReference: ((reference))"
        ),
    ),
    "request_declined": HouseWords(
        title=_("The organiser says no"),
        subject=_("No place this time: ((session)), ((day))"),
        email=(
            _("Sorry, you do not have a place at this session."),
            _("What: ((session))\nWhen: ((when))"),
            _("The reason: ((reason))"),
            _("Other dates with free places:\n((other_dates))"),
            _("Call us and we help you find something else."),
        ),
        text=_(
            "Sorry, you do not have a place: ((session)), ((when)). Call ((phone)) and we help you find something else."
        ),
        call=_(
            "Tell ((name)) that the organiser cannot give them a place: ((session)), ((when))"
            ".\nThe reason: ((reason))\nOther dates:\n((other_dates))"
        ),
    ),
    "offered": HouseWords(
        title=_("A place has come free"),
        subject=_("A place is free for you: ((session)), ((day))"),
        email=(
            _("Good news: a place has come free, and you are next in line."),
            DETAILS,
            _(
                "Please say yes or no by ((answer_by)). After that we offer the place to the next "
                "person. Answer here:\n((manage_link))\nOr call ((phone)) and read out your "
                "reference, ((reference))."
            ),
        ),
        text=_("A place is free for you: ((session)), ((when)). Say yes or no by ((answer_by)): ((manage_link))"),
        call=_(
            "A place is free for ((name)): ((session)), ((when)). We need a yes or no by ((answer_by))"
            ".\nPlace: ((place))\nReference: ((reference))"
        ),
    ),
    "offer_lapsed": HouseWords(
        title=_("An offer was not answered in time"),
        subject=_("The place has gone to the next person: ((session)), ((day))"),
        email=(
            _("We offered you a place and did not hear from you in time, so we have passed it on."),
            _("What: ((session))\nWhen: ((when))"),
            _("Other dates with free places:\n((other_dates))"),
            _("Would you still like to come? Call us and we see what we can do."),
        ),
        text=_(
            "We did not hear from you in time, so the place has gone to the next person: ((session)), "
            "((when)). Still want to come? Call ((phone))."
        ),
        call=_(
            "Tell ((name)) that the place they were offered has gone to the next person: ((session))"
            ", ((when)).\nOther dates:\n((other_dates))"
        ),
    ),
    "reminder_2_days": HouseWords(
        title=_("Reminder, two days before"),
        subject=_("See you on ((day)): ((session))"),
        email=(_("This is to remind you of your session."), DETAILS, BRING, REFERENCE, CANNOT_COME),
        text=_("See you soon: ((session)), ((when)).\n((place))\nCannot come? ((manage_link))"),
        call=_("Remind ((name)): ((session)), ((when)).\nPlace: ((place))"),
    ),
    "reminder_2_hours": HouseWords(
        title=_("Reminder, two hours before"),
        subject=_("Today at ((time)): ((session))"),
        email=(_("Your session is today."), DETAILS, BRING, REFERENCE, CANNOT_COME),
        text=_("Today: ((session)), ((time)).\n((place))\nCannot come? ((manage_link))"),
        call=_("Remind ((name)): ((session)), ((when)).\nPlace: ((place))"),
    ),
    "changed": HouseWords(
        title=_("Time or place has changed"),
        subject=_("Changed: ((session)), now ((day))"),
        email=(
            _("Your session has changed. This is how it is now:"),
            DETAILS,
            _("Before it was: ((before))"),
            _("Your place is safe. You need not do anything if the new time suits you."),
            REFERENCE,
            CANNOT_COME,
        ),
        text=_("Changed: ((session)) is now ((when)).\n((place))\nBefore: ((before))\nCannot come? ((manage_link))"),
        call=_(
            "Tell ((name)) about a change: ((session)) is now ((when)).\nPlace: ((place))"
            "\nBefore: ((before))\nAsk whether that suits them. Reference: ((reference))"
        ),
    ),
    "party_changed": HouseWords(
        title=_("The number of people has changed"),
        subject=_("Your booking has changed: ((session)), ((day))"),
        email=(_("We have changed how many people you are coming with."), DETAILS, REFERENCE, CANNOT_COME),
        text=_("Your booking is now for ((people)): ((session)), ((when)). Reference ((reference)).\n((manage_link))"),
        call=_(
            "Tell ((name)) that the booking is now for ((people)): ((session)), ((when)).\nReference: ((reference))"
        ),
    ),
    "cancelled_by_guest": HouseWords(
        title=_("A booking is cancelled"),
        subject=_("We have cancelled your booking: ((session)), ((day))"),
        email=(
            _("Your booking is cancelled. Somebody else can have the place now."),
            _("What: ((session))\nWhen: ((when))\nAll these dates:\n((all_dates))\nReference: ((reference))"),
            _("Other dates with free places:\n((other_dates))"),
            _("Did you not ask for this? Call us."),
        ),
        text=_("Your booking ((reference)) is cancelled: ((session)), ((when)). Not you? Call ((phone))."),
        call=_("Tell ((name)) that the booking is cancelled: ((session)), ((when)).\nReference: ((reference))"),
    ),
    "session_cancelled": HouseWords(
        title=_("The session is cancelled"),
        subject=_("Cancelled: ((session)), ((day))"),
        email=(
            _("Sorry, this session is cancelled. Please do not go."),
            _("What: ((session))\nWhen: ((when))\nWhere: ((place))"),
            _("The reason: ((reason))"),
            _("Other dates with free places:\n((other_dates))"),
            _("Need help to find something else? Call us."),
        ),
        text=_("Cancelled: ((session)), ((when)). Please do not go.\n((reason))\nQuestions? Call ((phone))."),
        call=_(
            "Tell ((name)) that this session is cancelled: ((session)), ((when)).\nThe reason: ((reason))"
            "\nOther dates:\n((other_dates))"
        ),
    ),
    "organiser_note": HouseWords(
        title=_("A note from the organiser"),
        subject=_("From the organiser: ((session)), ((day))"),
        email=(_("The organiser of your session writes:"), "((words))", DETAILS, REFERENCE, CANNOT_COME),
        text=_("From the organiser of ((session)), ((when)):\n((words))\nQuestions? Call ((phone))."),
        call=_("Tell ((name)), who comes to ((session)), ((when)):\n((words))"),
    ),
}
