"""Words with blanks: "Hello ((name))". Nothing can be done in a blank but name one of a closed list of things.

What fills a blank is never looked at for blanks again, so that nobody's name can fill one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

# What stewards may use, and what it is.
PLACEHOLDERS = (
    "name",
    "session",
    "day",
    "time",
    "when",
    "all_dates",
    "place",
    "organiser",
    "organiser_phone",
    "reference",
    "people",
    "manage_link",
    "bring",
    "cost",
    "reason",
    "answer_by",
    "before",
    "other_dates",
    "words",
    "phone",
    "hours",
    "website",
    "council",
)
# Nobody may take these out of a message: without them it cannot be acted on.
NEEDED = {
    "offered": ("answer_by", "manage_link"),
    "organiser_note": ("words",),
    "changed": ("when",),
    "reminder_2_days": ("when",),
    "reminder_2_hours": ("time", "when"),  # one of them
}
BLANK = re.compile(r"\(\(\s*([^()\n]*?)\s*\)\)")
ODD = re.compile(r"\(\(|\)\)")
LONGEST_SUBJECT = 120
LONGEST_BODY = 5000
LONGEST_TEXT = 600


@dataclass(frozen=True)
class Template:
    """A message's words with their blanks. `is_house`: nobody has changed them. A text has no subject."""

    subject: str
    body: str
    is_house: bool = True


def problems_of(event: str, channel: str, subject: str, body: str) -> list[tuple[str, str, str]]:
    """What is wrong with a steward's words: (field, reason, detail), in the order of the fields; empty when nothing is.

    Reasons: `empty`, `too_long`, `unknown` (detail: the blank), `missing` (detail: the blank it needs).
    """
    found = []
    if channel != "text":
        if not subject.strip():
            found.append(("subject", "empty", ""))
        elif len(subject) > LONGEST_SUBJECT:
            found.append(("subject", "too_long", str(LONGEST_SUBJECT)))
        found += [("subject", "unknown", name) for name in unknown_in(subject)[:1]]
    longest = LONGEST_TEXT if channel == "text" else LONGEST_BODY
    if not body.strip():
        found.append(("body", "empty", ""))
    elif len(body) > longest:
        found.append(("body", "too_long", str(longest)))
    unknown = unknown_in(body)
    found += [("body", "unknown", name) for name in unknown[:1]]
    if body.strip() and not unknown:
        found += [("body", "missing", name) for name in missing_in(event, channel, body)[:1]]
    return found


def unknown_in(template: str) -> list[str]:
    """What stands in blanks but is none of the things above, and brackets that make no blank; in order."""
    found = [name for name in BLANK.findall(template) if name not in PLACEHOLDERS]
    return list(dict.fromkeys([*found, *ODD.findall(BLANK.sub("", template))]))


def missing_in(event: str, channel: str, template: str) -> list[str]:
    """What this event's message cannot do without and does not have. One of several is enough for a reminder.

    A link is of no use to whoever tells somebody in person.
    """
    used = set(BLANK.findall(template))
    needed = [name for name in NEEDED.get(event, ()) if name != "manage_link" or channel != "call"]
    if event == "reminder_2_hours":
        return [] if used & set(needed) else ["when"]
    return [name for name in needed if name not in used]


def fill(template: str, values: Mapping[str, str]) -> str:
    """The words with every blank filled.

    A line whose blanks are all empty is left out, with the line before it when that ends in a colon ("Other dates:").
    """
    lines: list[str] = []
    for line in template.replace("\r\n", "\n").split("\n"):
        names = BLANK.findall(line)
        if names and not any(values.get(name, "") for name in names):
            if lines and lines[-1].endswith(":"):
                lines.pop()
            continue
        lines.append(BLANK.sub(lambda found: values.get(found[1], ""), line).rstrip())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def fill_line(template: str, values: Mapping[str, str]) -> str:
    """As `fill`, for a subject: one line, whatever fills it."""
    return " ".join(fill(template, values).split())


def names_any(said: str, secret: tuple[str, ...]) -> bool:
    """Does this say one of these names? Whole names only, in any case."""
    folded = " ".join(said.casefold().split())
    return any(
        re.search(rf"(?<!\w){re.escape(' '.join(name.casefold().split()))}(?!\w)", folded) is not None
        for name in secret
        if name.strip()
    )
