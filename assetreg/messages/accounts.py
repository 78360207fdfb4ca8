"""What we tell people about their account."""

from __future__ import annotations

from assetreg.messages.wording import Sender, Wording
from assetreg.texts.translate import gettext as _


def reset_password(name: str, link: str, sender: Sender) -> Wording:
    """The link that lets somebody choose a new password."""
    return Wording(
        kind="reset_password",
        subject=_("Choose a new password"),
        paragraphs=(
            _("Hello %(name)s,", name=name),
            _("Somebody, we hope you, asked for a new password for %(service)s.", service=sender.service),
            _("Follow this link to choose one:") + "\n" + link,
            _("The link works once, and for one hour."),
            _("If it was not you, you need not do anything. Your password stays as it is."),
            *goodbye(sender),
        ),
    )


def password_changed(name: str, sender: Sender) -> Wording:
    """The news that the password is a new one, so that a stranger cannot change it quietly."""
    return Wording(
        kind="password_changed",
        subject=_("Your password has changed"),
        paragraphs=(
            _("Hello %(name)s,", name=name),
            _("The password for your account with %(service)s has just been changed.", service=sender.service),
            _("We have signed you out on every other phone and computer."),
            _(
                "If it was not you, call us on %(phone)s (%(hours)s), or choose a new password here:",
                phone=sender.phone,
                hours=sender.hours,
            )
            + "\n"
            + sender.web_address
            + "/reset-password",
            *goodbye(sender),
        ),
    )


def goodbye(sender: Sender) -> tuple[str, ...]:
    """How every message of ours ends: whom to call, and who wrote."""
    return (
        _("Questions? Call us on %(phone)s, %(hours)s.", phone=sender.phone, hours=sender.hours),
        sender.council + "\n" + sender.service,
    )
