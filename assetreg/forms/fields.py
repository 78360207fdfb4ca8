"""Fields of forms, drawn as GOV.UK components with every word of theirs translated.

The widgets are `govuk-frontend-wtf`'s text and password inputs, whose parameters version 6 of the design system still
takes. (Its radios and checkboxes draw an empty hint when there is none; pages use the macros for those.)
"""

from __future__ import annotations

from typing import Any

from flask_babel import gettext
from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovPasswordInput, GovTextInput
from wtforms import Field


class TextInput(GovTextInput):  # type: ignore[misc]
    """One line of text."""

    def map_gov_params(self, field: Field, **kwargs: Any) -> dict[str, Any]:
        """The component's parameters."""
        return say_error(super().map_gov_params(field, **without_required(kwargs)))


class EmailInput(TextInput):
    """An e-mail address: the right keyboard on a phone, no spelling check."""

    input_type = "email"

    def map_gov_params(self, field: Field, **kwargs: Any) -> dict[str, Any]:
        """The component's parameters."""
        return {**super().map_gov_params(field, **kwargs), "spellcheck": False, "autocomplete": "username"}


class PasswordInput(GovPasswordInput):  # type: ignore[misc]
    """A password that can be shown. `autocomplete` tells password managers which one it is."""

    def __init__(self, autocomplete: str) -> None:
        super().__init__()
        self.autocomplete = autocomplete

    def map_gov_params(self, field: Field, **kwargs: Any) -> dict[str, Any]:
        """The component's parameters; what was typed is never sent back."""
        params = say_error(super().map_gov_params(field, **without_required(kwargs)))
        return {
            **params,
            "autocomplete": self.autocomplete,
            "showPasswordText": gettext("Show"),
            "hidePasswordText": gettext("Hide"),
            "showPasswordAriaLabelText": gettext("Show password"),
            "hidePasswordAriaLabelText": gettext("Hide password"),
            "passwordShownAnnouncementText": gettext("Your password can be seen"),
            "passwordHiddenAnnouncementText": gettext("Your password is hidden"),
        }


JOINERS = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"


def tidied(text: str | None) -> str | None:
    """One line of text without blanks around it, which phones and dictation add, and without control characters.

    The two joiners stay between letters: Persian, Sinhala and other scripts cannot write some names without them.
    """
    if not text:
        return text
    return "".join(one for one in text if one.isprintable() or one in JOINERS).strip(f" {JOINERS}")


def text_of(field: Field) -> str:
    """What was typed; empty when nothing was."""
    return str(field.data or "")


def say_error(params: dict[str, Any]) -> dict[str, Any]:
    """The parameters, with the word before an error message in the reader's language."""
    if "errorMessage" in params:
        params["errorMessage"]["visuallyHiddenText"] = gettext("Error")
    return params


def without_required(kwargs: dict[str, Any]) -> dict[str, Any]:
    """Browsers' own complaints speak another language than ours: we check, and say it in our words."""
    return {name: value for name, value in kwargs.items() if name != "required"}


def error_summary(form: FlaskForm) -> dict[str, Any]:
    """The parameters of “There is a problem”: what is wrong, in the order of the fields, linked to them."""
    return {
        "titleText": gettext("There is a problem"),
        "errorList": [{"text": str(error), "href": f"#{field.id}"} for field in form for error in field.errors],
    }
