"""A list by e-mail, to whoever asked for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from assetreg.messages.accounts import goodbye
from assetreg.messages.wording import Sender, Wording
from assetreg.queries.shortlists import Entry
from assetreg.rules.shortlists import without_links
from assetreg.texts.amounts import say_cost
from assetreg.texts.dates import say_day_with_year
from assetreg.texts.lists import say_access, say_address, say_ended, say_phone_or_way, say_regular_times
from assetreg.texts.translate import gettext as _


def own_list(entries: Sequence[Entry], *, with_notes: bool, on: date, sender: Sender) -> Wording:
    """The list in plain text. The subject names nothing that is on it: letter boxes are shared."""
    return Wording(
        kind="own_list",
        subject=_("The list you asked for"),
        paragraphs=(
            _("Hello,"),
            _("Somebody, we hope you, asked us to send you this list from %(service)s.", service=sender.service)
            + "\n"
            + _("It is how things stood on %(day)s. Check before you go.", day=say_day_with_year(on)),
            *(say_entry(number, entry, with_notes, sender) for number, entry in enumerate(entries, start=1)),
            _("If it was not you, you need not do anything. We do not keep your e-mail address."),
            *goodbye(sender),
        ),
    )


def say_entry(number: int, entry: Entry, with_notes: bool, sender: Sender) -> str:
    """One service: what, who, when, where, what it costs, how to get in and to get in touch."""
    card = entry.card
    lines = [f"{number}. {card.name}", card.organisation_name]
    if entry.standing == "over":
        lines.append(say_ended(card))
    else:
        lines += [
            _("When: %(said)s", said=say_regular_times(card)),
            _("Where: %(said)s", said=say_address(entry)),
            _("Cost: %(said)s", said=say_cost(card.cost_pence)),
        ]
        way, access = say_phone_or_way(entry), say_access(card)
        lines += [_("Get in touch: %(said)s", said=way)] if way else []
        lines += [_("Getting in: %(said)s", said=access)] if access else []
        lines.append(f"{sender.web_address}/s/{entry.short_code}")
    if with_notes and entry.note:
        note = without_links(entry.note).replace("\n", "\n   ")
        lines.append(_("Note: %(said)s", said=note))
    return "\n   ".join(lines)
