"""How somebody gets in: the one main thing to do, chosen from what the register knows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

WayKind = Literal["turn_up", "call", "email", "website", "refer", "ask_us"]


@dataclass(frozen=True, slots=True)
class Contact:
    """A public way to get in touch. `kind` is phone, email or url."""

    kind: str
    value: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Way:
    """The main thing to do, and with which contact when it needs one."""

    kind: WayKind
    contact: Contact | None = None


def main_way(
    *,
    referral: str,
    is_reachable_only: bool,
    is_running: bool,
    taking_people: str | None,
    has_times: bool,
    contacts: Sequence[Contact],
) -> Way:
    """The one main way to act.

    `is_reachable_only` says that there is no public place to go to: online, by telephone, or a private address.
    Referral comes before everything; turning up needs a place, a time, and that new people are being taken.
    """
    by_kind = {contact.kind: contact for contact in reversed(contacts)}
    if referral == "professional":
        return Way("refer", by_kind.get("phone"))
    can_turn_up = (
        referral == "none" and is_running and has_times and not is_reachable_only and taking_people in (None, "yes")
    )
    if can_turn_up:
        return Way("turn_up")
    if "phone" in by_kind:
        return Way("call", by_kind["phone"])
    if "email" in by_kind:
        return Way("email", by_kind["email"])
    if "url" in by_kind:
        return Way("website", by_kind["url"])
    return Way("ask_us")
