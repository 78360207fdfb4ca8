"""The form of somebody who has lost the link of their booking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from assetreg.texts.translate import gettext
from booking.forms.reading import Unreadable, read_contact_email, read_contact_phone
from booking.rules.references import tidy_reference


@dataclass
class FindForm:
    """The reference, and the e-mail or phone that was used; staff need only the reference."""

    typed_reference: str = ""
    typed_contact: str = ""
    reference: str = ""
    email: str | None = None
    phone: str | None = None
    problems: dict[str, str] = field(default_factory=dict)

    @property
    def errors(self) -> bool:
        """Is something wrong?"""
        return bool(self.problems)

    @property
    def error_summary(self) -> dict[str, Any]:
        """The parameters of “There is a problem”."""
        listed = [{"text": said, "href": f"#{name}"} for name, said in self.problems.items()]
        return {"titleText": gettext("There is a problem"), "errorList": listed}

    def error_of(self, name: str) -> dict[str, str] | None:
        """The parameters of a component's error; None when the field is well."""
        said = self.problems.get(name)
        return {"text": said, "visuallyHiddenText": gettext("Error")} if said else None


def read_find_form(written: Mapping[str, str], *, needs_contact: bool) -> FindForm:
    """What was typed, and what is wrong with it."""
    form = FindForm(written.get("reference", "")[:60], written.get("contact", "")[:300])
    reference = tidy_reference(form.typed_reference)
    if reference is None:
        form.problems["reference"] = gettext(
            "Enter your booking reference: 6 letters and numbers, like KX4-T9M. It is on your confirmation"
        )
    form.reference = reference or ""
    if needs_contact:
        try:
            if "@" in form.typed_contact:
                form.email = read_contact_email(form.typed_contact)
            else:
                form.phone = read_contact_phone(form.typed_contact)
        except Unreadable:
            form.problems["contact"] = gettext("Enter the e-mail address or the phone number that you booked with")
    return form
