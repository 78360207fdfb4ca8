"""What the worker does when somebody has lost the link of their booking."""

from __future__ import annotations

from flask import current_app
from flask_babel import force_locale

from assetreg.messages.accounts import goodbye
from assetreg.messages.wording import Sender, Wording
from assetreg.texts.translate import gettext as _
from assetreg.worker.registry import Payload, handle
from booking.actions.lost_links import LOST_LINK_TOPIC, queue_link
from booking.links import manage_path
from booking.queries.own_bookings import find_by_reference, has_contact, is_of_sensitive_service


def send_lost_link(payload: Payload) -> None:
    """Write to whoever booked, if this reference and this contact belong together."""
    email, phone = payload["email"], payload["phone"]
    booking = find_by_reference(payload["reference"])
    if booking is None or booking.erased_at is not None or not has_contact(booking, email, phone):
        return
    link = payload["web_address"] + manage_path(booking)
    sender = Sender.of(current_app.config, payload["web_address"])
    with force_locale(payload["language"]):
        wording = lost_link(link, sender) if email else lost_link_as_text(link, sender)
    queue_link(wording, email, phone, booking.public_id, is_sensitive=is_of_sensitive_service(booking))


def lost_link(link: str, sender: Sender) -> Wording:
    """The link by e-mail. Neither the session nor the service is named: letter boxes are shared."""
    return Wording(
        kind="own_booking_link",
        subject=_("Your booking"),
        paragraphs=(
            _("Hello,"),
            _("Somebody, we hope you, asked for the link to your booking with %(service)s.", service=sender.service),
            _("See, change or cancel it here:") + "\n" + link,
            _("Keep this link to yourself: whoever has it can change your booking."),
            _("If it was not you, you need not do anything. Nobody else was shown the link."),
            *goodbye(sender),
        ),
    )


def lost_link_as_text(link: str, sender: Sender) -> Wording:
    """The link as a text."""
    said = _("%(council)s: see, change or cancel your booking here: %(link)s", council=sender.council, link=link)
    return Wording(kind="own_booking_link", subject="", paragraphs=(said,))


def register_handlers() -> None:
    """Add it to the registry (`assetreg.worker.registry`)."""
    handle(LOST_LINK_TOPIC, send_lost_link)
