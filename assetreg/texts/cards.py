"""What a service's card says in a few words: when, where, and how far it can be trusted."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Protocol

from flask import current_app

from assetreg.queries.cards import CardPlace, ServiceCard
from assetreg.texts.dates import freshness_today, next_opening, say_ago, say_day, say_next
from assetreg.texts.translate import gettext, ngettext

MOST_AREAS = 3


class Assured(Protocol):
    """What somebody may have checked."""

    @property
    def assured_on(self) -> date | None:
        """The day it was last checked."""
        ...

    @property
    def assured_by(self) -> str:
        """By whom."""
        ...


def say_when(card: ServiceCard, days: Collection[int] = (), spans: Collection[tuple[int, int]] = ()) -> str:
    """The next time in few words, or what is known instead.

    With weekdays or spans of the day that were asked for, the next time that fits them.
    """
    if card.status == "temporarily_closed":
        if card.reopens_on:
            return gettext("Closed for now, back on %(day)s", day=say_day(card.reopens_on))
        return gettext("Closed for now")
    opening = next_opening(card, days, spans)
    if opening:
        return say_next(opening)
    return card.times_note or gettext("Ask about times")


def say_where(card: ServiceCard) -> str:
    """Where it is, or how it is reached when there is nowhere to go; nothing of a private address."""
    if card.places:
        said = say_place(card.places[0])
        more = len(card.places) - 1
        return f"{said} {ngettext('and %(num)s more place', 'and %(num)s more places', more)}" if more else said
    if card.is_online:
        return gettext("Online or by phone") if card.is_telephone else gettext("Online")
    if card.is_telephone:
        return gettext("By phone")
    if card.served:
        return gettext("For people in %(areas)s", areas=", ".join(card.served[:MOST_AREAS]))
    return gettext("Ask where it is")


def say_place(place: CardPlace) -> str:
    """One place by name and ward, as far as they may be told."""
    if place.visibility == "hidden":
        return gettext("Address kept private")
    if place.visibility == "area_only":
        return gettext("In %(ward)s, address kept private", ward=place.ward_name)
    name = place.name or place.postcode or ""
    if place.placement == "outside":
        city = current_app.config["CITY_NAME"]
        outside = gettext("outside %(city)s", city=city)
        return f"{name}, {outside}" if name else outside
    if place.ward_name:
        return f"{place.name}, {place.ward_name}" if place.name else place.ward_name
    return name or gettext("Ask where it is")


def say_trust(entry: Assured) -> str:
    """When it was last checked and by whom; a plain warning when that is more than six months ago."""
    if entry.assured_on is None:
        return gettext("Not checked yet")
    ago = say_ago(entry.assured_on)
    if freshness_today(entry.assured_on) == "stale":
        return gettext("Last checked %(ago)s: please ring before you go", ago=ago)
    if entry.assured_by:
        return gettext("Checked %(ago)s by %(who)s", ago=ago, who=entry.assured_by)
    return gettext("Checked %(ago)s", ago=ago)
