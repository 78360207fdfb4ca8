"""What people type to sign in and to change their password."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import DataRequired, Email

from assetreg.forms.fields import EmailInput, PasswordInput, tidied
from assetreg.rules.passwords import LONGEST, SHORTEST, WhyNot
from assetreg.texts.translate import lazy_gettext as _

NEW_PASSWORD_HINT = _(
    "Use %(shortest)s or more letters, numbers or signs. Spaces are fine. A few words that mean something only to you"
    " are easy to remember and hard to guess.",
    shortest=SHORTEST,
)

WHY_NOT_PASSWORD: dict[WhyNot, str] = {
    "empty": _("Enter a new password"),
    "too_short": _(
        "Your new password is too short. Use %(shortest)s or more letters, numbers or signs", shortest=SHORTEST
    ),
    "too_long": _("Your new password is too long. Use at most %(longest)s letters, numbers or signs", longest=LONGEST),
    "same_as_before": _("This is the password you have now. Choose a different one"),
    "easy_to_guess": _(
        "Somebody could guess this password. Choose one that is not made of common words, rows of keys, or your name or"
        " e-mail address"
    ),
}
WRONG_SIGN_IN = _("We do not know this e-mail address and password together. Check both and try again")
WRONG_CURRENT_PASSWORD = _("This is not your password now. Check it and try again")


def email_field() -> StringField:
    """An e-mail address."""
    unlikely = _("Enter an e-mail address in the right form, like name@example.org")
    return StringField(
        _("E-mail address"),
        filters=[tidied],
        widget=EmailInput(),
        validators=[
            DataRequired(_("Enter your e-mail address")),
            Email(unlikely),
        ],
    )


class SignInForm(FlaskForm):  # type: ignore[misc]
    """Who somebody is."""

    email = email_field()
    password = PasswordField(
        _("Password"), widget=PasswordInput("current-password"), validators=[DataRequired(_("Enter your password"))]
    )


class AskForLinkForm(FlaskForm):  # type: ignore[misc]
    """Where to send a link."""

    email = email_field()


class ChangePasswordForm(FlaskForm):  # type: ignore[misc]
    """The password now, and the one from now on."""

    current = PasswordField(
        _("Your password now"),
        widget=PasswordInput("current-password"),
        validators=[DataRequired(_("Enter the password you have now"))],
    )
    new = PasswordField(_("New password"), description=NEW_PASSWORD_HINT, widget=PasswordInput("new-password"))


class ChoosePasswordForm(FlaskForm):  # type: ignore[misc]
    """The password from now on, for somebody who came by a link."""

    new = PasswordField(_("New password"), description=NEW_PASSWORD_HINT, widget=PasswordInput("new-password"))
