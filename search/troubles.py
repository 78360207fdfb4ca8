"""What could not be used of a question, in sentences that name the filter and say what to do."""

from __future__ import annotations

from collections.abc import Iterable

from assetreg.texts.translate import gettext, ngettext
from search.forms import FARTHEST_M, OLDEST, Problem

MOST_NAMED = 3  # values of one filter that a sentence names; of more it says how many


def sentences(problems: Iterable[Problem]) -> dict[str, list[str]]:
    """For each parameter that could not be used its sentences; values of one kind are named together."""
    together: dict[tuple[str, str], dict[str, None]] = {}
    for problem in problems:
        together.setdefault((problem.name, problem.reason), {})[problem.value] = None
    found: dict[str, list[str]] = {}
    for (name, reason), values in together.items():
        found.setdefault(name, []).append(say(name, reason, list(values)))
    return found


def say(name: str, reason: str, values: list[str]) -> str:
    """One sentence, or two, on values of one parameter."""
    value = values[0]
    if reason == "too_long":
        if name == "near":
            return gettext("We used the first %(number)s letters of the place.", number=value)
        return gettext("We used the first %(number)s letters of your words.", number=value)
    if reason == "too_many":
        return gettext("That was a lot at once. We used the first %(number)s.", number=value)
    if reason == "needs_near":
        return gettext("To show what is nearest, tell us a place in the “Near” box.")
    if reason == "mistyped_name":
        return gettext("We do not know a filter called “%(name)s”, so we left it out.", name=name) + " " + gettext(
            "Did you mean “%(name)s”?", name=value
        )  # fmt: skip
    if name == "near":
        return say_near(reason, value)
    if name == "area":
        if len(values) == 1:
            return gettext("We do not know an area called “%(place)s”, so we left it out.", place=value)
        return gettext("We do not know the areas %(places)s, so we left them out.", places=quoted(values))
    return say_value(name, values)


def say_near(reason: str, value: str) -> str:
    """Why the place in the box could not be used."""
    if reason == "not_on_the_map":
        return gettext(
            "“%(place)s” is not a point in or near this country, so nothing here is near it. Try a postcode like"
            " B31 2AB, or latitude and longitude like 52.48,-1.90.",
            place=value,
        )
    if reason in ("unplaced", "has_no_middle"):
        return gettext(
            "We do not know where %(place)s is. Check it, or try the first half of the postcode or the name of a ward.",
            place=value,
        )
    if reason == "several":
        return gettext("“%(place)s” could be one of several places. Tell us which one.", place=value)
    return gettext(
        "We do not know a place called “%(place)s”. We know places in and around the city. Try a postcode like"
        " B31 2AB, or the name of a ward.",
        place=value,
    )


def say_value(name: str, values: list[str]) -> str:
    """What was no value of this filter."""
    value = quoted(values)
    if name == "page":
        return gettext("There is no page %(value)s, so this is the first one.", value=value)
    if name == "within":
        return gettext(
            "We could not use %(value)s as a distance. Give a whole number of metres, from 1 to %(most)s.",
            value=value,
            most=f"{FARTHEST_M:,}",
        )
    if name == "age":
        return gettext(
            "We could not use %(value)s as an age. Give a whole number from 0 to %(most)s.", value=value, most=OLDEST
        )
    if name == "sort":
        return gettext("We could not use %(value)s as an order, so we left it out.", value=value)
    if name in ("free", "online", "taking_people", "has_places"):
        return gettext("We could not use %(value)s for “%(name)s”. It can be 1 or 0.", value=value, name=name)
    said = {
        "need": gettext("something to get help with"),
        "interest": gettext("something to do"),
        "kind": gettext("a kind"),
        "day": gettext("a day"),
        "time": gettext("a time of day"),
        "gender": gettext("“women only” or “men only”"),
        "access": gettext("something you need there"),
        "language": gettext("a language"),
        "stage": gettext("how much help"),
    }
    if name in said:
        return ngettext(
            "We could not use %(value)s as %(what)s, so we left it out.",
            "We could not use %(value)s as %(what)s, so we left them out.",
            len(values),
            value=value,
            what=said[name],
        )
    return gettext("We could not use %(value)s, so we left it out.", value=value)


def quoted(values: list[str]) -> str:
    """The first few values in quotation marks, and how many more there are."""
    named = [f"“{value}”" for value in values[:MOST_NAMED]]
    if len(values) > MOST_NAMED:
        return gettext("%(some)s and %(number)s more", some=", ".join(named), number=len(values) - MOST_NAMED)
    if len(named) == 1:
        return named[0]
    return gettext("%(first)s and %(last)s", first=", ".join(named[:-1]), last=named[-1])
