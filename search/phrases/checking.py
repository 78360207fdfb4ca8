"""Whether a phrase can stand in the lexicon, and how surely it means something, said in words. Pure."""

from __future__ import annotations

from datetime import date
from typing import Literal

from search.phrases.fillers import SILENT
from search.phrases.gazetteer import Gazetteer
from search.phrases.lexicon import LIGHT, Lexicon, key_of
from search.phrases.understanding import understand
from search.phrases.words import clean, split, squeezed
from search.requests import Request

LONGEST = 120
MOST_TERMS = 6
ENOUGH_WORDS = 3  # "somewhere to live" means something, although each of its words means nothing
WhyNot = Literal["empty", "too_long", "only_fillers", "a_place", "a_day", "something_else"]

# How surely a phrase means its needs: the name, what is saved, and from which weight on an older one counts as this.
STRENGTHS = (("plain", 1.0, 0.85), ("likely", 0.7, 0.55), ("hint", 0.4, 0.0))
PLACES = {"near", "area", "place", "postcode", "within"}
DAYS = {"day", "date", "time"}


def why_not_phrase(phrase: str, gazetteer: Gazetteer, today: date) -> WhyNot | None:
    """Why this cannot be a phrase of the lexicon; None when it can.

    A place or a day is read before any phrase is, so such a phrase would never be used.
    """
    wanted = squeezed(phrase)
    if not wanted:
        return "empty"
    if len(wanted) > LONGEST:
        return "too_long"
    words = split(clean(wanted))
    is_light = all(word.text in SILENT or word.text in LIGHT for word in words)
    if not key_of(wanted) or all(word.text in SILENT for word in words) or (is_light and len(words) < ENOUGH_WORDS):
        return "only_fillers"
    if gazetteer.where_is(wanted):
        return "a_place"
    understood = understand(wanted, Request(), gazetteer, Lexicon.build([]), today)
    kinds = {chip.kind for chip in understood.chips} - {"need", "interest"}
    if not kinds or understood.urgent or understood.request.text or understood.request.extra_text:
        return None
    if kinds & PLACES:
        return "a_place"
    return "a_day" if kinds & DAYS else "something_else"


def strength_of(weight: float) -> str:
    """The name of a weight."""
    return next(name for name, _, least in STRENGTHS if weight >= least)


def weight_of(strength: str, before: float | None = None) -> float:
    """The weight of a strength; the one before where it goes by the same name, so that saving changes nothing else."""
    if before is not None and strength_of(before) == strength:
        return before
    return next(weight for name, weight, _ in STRENGTHS if name == strength)
