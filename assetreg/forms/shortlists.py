"""What people type and press on their list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, StringField
from wtforms.validators import DataRequired, Email, Length

from assetreg.forms.fields import EmailInput, tidied
from assetreg.rules.shortlists import LONGEST_NOTE, MOST_ENTRIES, is_note_too_long, tidy_note
from assetreg.texts.translate import gettext
from assetreg.texts.translate import lazy_gettext as _

# A note, what it was, and as much again for what was taken off; then the button and what guards the form.
MOST_FIELDS = 4 * MOST_ENTRIES + 20
BUTTONS = ("save", "up", "down", "remove", "restore")


class OwnEmailInput(EmailInput):
    """One's own e-mail address, which a browser may know and which is not the name of an account."""

    def map_gov_params(self, field: Field, **kwargs: Any) -> dict[str, Any]:
        """The component's parameters."""
        return {**super().map_gov_params(field, **kwargs), "autocomplete": "email"}


class EmailListForm(FlaskForm):  # type: ignore[misc]
    """Where to send the list, and whether with its notes."""

    email = StringField(
        _("Your e-mail address"),
        description=_("We use it once, to send the list. We do not keep it."),
        filters=[tidied],
        widget=OwnEmailInput(),
        validators=[
            DataRequired(_("Enter your e-mail address")),
            Length(max=254, message=_("This e-mail address is too long. Check it")),
            # Letters outside ASCII before the @ are beyond many mail servers: better said now than never arrived.
            Email(_("Enter one e-mail address in the right form, like name@example.org"), allow_smtputf8=False),
        ],
    )
    with_notes = BooleanField(_("Send my notes too"))


class ShareListForm(FlaskForm):  # type: ignore[misc]
    """Whether a link shows the notes."""

    with_notes = BooleanField(_("Show my notes too"))


@dataclass(frozen=True, slots=True)
class ListChanges:
    """What was pressed, beside which service, and what was typed: `notes` by service, as typed, only where changed.

    `problems` says what is wrong with a note. `is_too_much` is set when there is more than any list holds; then nothing
    of it was read.
    """

    button: str = "save"
    public_id: UUID | None = None
    notes: Mapping[UUID, str] = field(default_factory=dict)
    typed: Mapping[UUID, str] = field(default_factory=dict)
    problems: Mapping[UUID, str] = field(default_factory=dict)
    is_too_much: bool = False

    @property
    def written(self) -> list[str]:
        """The notes that were changed and say something."""
        return [text for text in self.notes.values() if text.strip()]

    @property
    def errors(self) -> bool:
        """Is something wrong?"""
        return self.is_too_much or bool(self.problems)

    @property
    def error_summary(self) -> dict[str, Any]:
        """The parameters of “There is a problem”."""
        listed: list[dict[str, str]] = []
        if self.is_too_much:
            said = gettext(
                "That is more than a list can hold. It holds %(most)s things. We saved nothing of it.",
                most=MOST_ENTRIES,
            )
            listed.append({"text": said})
        listed += [{"text": said, "href": f"#note-{public_id}"} for public_id, said in self.problems.items()]
        return {"titleText": gettext("There is a problem"), "errorList": listed}


def read_changes(form: Mapping[str, str]) -> ListChanges:
    """What the form of a whole list says. Whatever was pressed, every note that was changed comes along.

    A note is changed when it differs from what the page showed: another window's newer note is not overwritten by one
    that nobody touched.
    """
    if len(form) > MOST_FIELDS:
        return ListChanges(is_too_much=True)
    typed = dict(notes_of(form, "note-"))
    shown = dict(notes_of(form, "was-"))
    notes = {one: text for one, text in typed.items() if tidy_note(text) != tidy_note(shown.get(one, ""))}
    problems = {
        one: gettext(
            "This note is too long. Use at most %(most)s letters; you have %(number)s",
            most=LONGEST_NOTE,
            number=len(tidy_note(text)),
        )
        for one, text in notes.items()
        if is_note_too_long(tidy_note(text))
    }
    button, _colon, written = form.get("button", "save").partition(":")
    return ListChanges(button if button in BUTTONS else "save", read_id(written), notes, typed, problems)


def read_press(form: Mapping[str, str]) -> tuple[str, UUID | None]:
    """Which of a card's two buttons was pressed, "add" or "remove", and for which service; None when for none."""
    for button in ("add", "remove"):
        public_id = read_id(form.get(button, ""))
        if public_id is not None:
            return button, public_id
    return "add", None


def notes_of(form: Mapping[str, str], prefix: str) -> Iterator[tuple[UUID, str]]:
    """The fields that begin so, by the service they are about."""
    for name, text in form.items():
        if name.startswith(prefix):
            public_id = read_id(name[len(prefix) :])
            if public_id is not None:
                yield public_id, text


def read_id(text: str) -> UUID | None:
    """A public id; None when it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None
