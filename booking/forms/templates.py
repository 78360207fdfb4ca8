"""What stewards type when they change the words of a message."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import StringField

from assetreg.forms.fields import text_of, tidied
from assetreg.texts.translate import gettext
from assetreg.texts.translate import lazy_gettext as _
from booking.rules.templates import problems_of


def straightened(text: str | None) -> str | None:
    """Lines that end as ours do, without blanks at the ends."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip() if text else text


class TemplateForm(FlaskForm):  # type: ignore[misc]
    """Subject and words."""

    subject = StringField(_("Subject"), filters=[tidied])
    body = StringField(_("Words"), filters=[straightened])

    def is_right(self, event: str, channel: str) -> bool:
        """Can these words be used? What is wrong is written beside the fields."""
        self.validate()
        self.subject.errors, self.body.errors = [], []
        for field, reason, detail in problems_of(event, channel, text_of(self.subject), text_of(self.body)):
            self[field].errors.append(say_problem(field, reason, detail))
        return not self.subject.errors and not self.body.errors


def say_problem(field: str, reason: str, detail: str) -> str:
    """What is wrong and what to do."""
    if reason == "empty":
        return gettext("Write a subject") if field == "subject" else gettext("Write what the message should say")
    if reason == "too_long":
        return gettext("Use at most %(most)s letters", most=detail)
    if reason == "missing":
        return gettext("This message needs ((%(blank)s)). Put it back in", blank=detail)
    if detail in ("((", "))"):
        return gettext("There is a bracket too many or too few. Blanks look like this: ((name))")
    if not detail.isidentifier():
        return gettext("We cannot use “%(blank)s” here. Blanks look like this: ((name))", blank=detail or "(())")
    return gettext("We do not know ((%(blank)s)). Choose one from the list below", blank=detail)
