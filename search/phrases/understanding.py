"""The readers in their order, each taking what it understands from the line."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from search.phrases.ages import read_ages
from search.phrases.days import read_days
from search.phrases.fillers import read_greetings, read_rest
from search.phrases.gazetteer import Gazetteer
from search.phrases.lexicon import Lexicon, Match, best_cover
from search.phrases.line import FREE, KEPT, SHARED, Guard, Line
from search.phrases.negation import mark_denied, read_denied
from search.phrases.people import RAISES, raise_their_own, read_people
from search.phrases.places import read_places
from search.phrases.times import read_times
from search.phrases.ways import read_access, read_cost, read_languages, read_ways
from search.phrases.words import clean, split, squeezed
from search.requests import Chip, Request, Understood, Weight
from search.urgent import Sign, UrgentHelp, starting_help

DISTRESS = frozenset({"mental-health", "domestic-abuse"})
BESIDE_A_CRY = 0.6  # what else the words of somebody in danger may mean: "he will kill me" is not about wills
SURE, AS_WELL = 1.0, 0.8  # what a cry is about, and what it is about as well


def understand(
    line: str,
    form_filters: Request,
    gazetteer: Gazetteer,
    lexicon: Lexicon,
    today: date,
    ignored: Collection[str] = (),
    urgent_help: UrgentHelp | None = None,
) -> Understood:
    """What one typed line asks for, on top of what the form's filters say; never an error, whatever was typed.

    `today` is the local day. `ignored` are keys of chips ("day:tue") whose reading was wrong: their words are searched
    as text. `urgent_help` is what stewards keep; without it the list that comes with the program is used.
    """
    text = clean(line)
    words = split(text)
    reading = Line(text, words, form_filters, ignored)
    matches = lexicon.matches(reading.words)
    for match in best_cover(match for match in matches if match.after - match.first > 1):
        for at in range(match.first, match.after):
            reading.guards[at] = Guard(match.first, match.after)
    read_greetings(reading)
    mark_denied(reading, lexicon)
    read_places(reading, gazetteer)
    read_days(reading, today)
    read_times(reading)
    read_cost(reading)
    read_ages(reading)
    read_access(reading)
    read_languages(reading)
    read_people(reading)
    read_ways(reading)
    _read_needs(reading, matches, lexicon)
    helpers = urgent_help or starting_help()
    signs = helpers.signs_in(words)  # all of them: the cry may come at the end
    _read_signs(reading, signs, lexicon)
    if any(sign.terms for sign in signs):
        reading.values["in_trouble"] = True
    read_denied(reading)
    rest, extra_text = read_rest(reading)
    if any(sign.terms for sign in signs):  # the words of a cry are no names of services
        rest, extra_text = "", f"{extra_text} {rest}".strip()
    if any(sign.tone != "gentle" for sign in signs) or _is_in_distress(reading, today):
        reading.forget("date", "day", "time")  # "nowhere to sleep tonight": who opens on Monday can still help today
    raise_their_own(reading)
    hinted = sorted(reading.weights.items(), key=lambda hint: -hint[1])
    reading.values["hinted"] = tuple(Weight(term, round(weight, 3)) for term, weight in hinted)
    reading.values["text"] = rest
    reading.values["extra_text"] = extra_text
    return Understood(
        request=reading.request(),
        chips=tuple(reading.chips.values()),
        urgent=helpers.help_for(signs),
        places=reading.places,
        near_me=reading.near_me,
        unplaced=tuple(reading.unplaced),
    )


def _read_needs(line: Line, matches: list[Match], lexicon: Lexicon) -> None:
    """Everyday words to needs and interests, the longest phrases first."""
    for match in best_cover(match for match in matches if _is_usable(line, match)):
        chips = [_chip(line, match, slug, lexicon) for slug in match.phrase.terms]
        if all(line.is_ignored(chip.key) for chip in chips):
            line.mark(match.first, match.after, KEPT)
            continue
        line.spelt.update(match.spelt)
        for at in range(match.first, match.after):
            if line.states[at] == FREE:
                line.mark(at, at + 1, SHARED)
        for chip, (slug, weight) in zip(chips, match.weights(), strict=True):
            line.hint(slug, weight, chip)


def _read_signs(line: Line, signs: Iterable[Sign], lexicon: Lexicon) -> None:
    """A cry for help says what the results below it should be about, even in words the lexicon does not have.

    In danger that comes first, whatever else the words may mean, and what people do for fun is not offered.
    """
    signs = tuple(signs)
    about = {slug for sign in signs for slug in sign.terms}
    if any(sign.tone == "now" and sign.terms for sign in signs):
        for slug, weight in line.weights.items():
            if slug not in about:
                most = BESIDE_A_CRY if lexicon.named(slug).kind == "need" else RAISES
                line.weights[slug] = min(weight, most)
    for sign in signs:
        for slug in sign.terms:
            if slug not in line.weights:
                term = lexicon.named(slug)
                weight = SURE if slug == sign.terms[0] else AS_WELL
                line.hint(slug, weight, Chip(term.kind, slug, term.name, squeezed(line.text)[:60]))


def _is_in_distress(line: Line, today: date) -> bool:
    """ "I can't cope tonight" asks for help now, and for tomorrow's rather than for none."""
    return line.values.get("dates") == (today, today) and not DISTRESS.isdisjoint(line.weights)


def _chip(line: Line, match: Match, slug: str, lexicon: Lexicon) -> Chip:
    term = lexicon.named(slug)
    return Chip(term.kind, slug, term.name, line.source(match.first, match.after))


def _is_usable(line: Line, match: Match) -> bool:
    """Whether nobody took the words that carry a phrase, and no "not" outside it denies them."""
    for at in match.carried:
        if line.states[at] not in (FREE, SHARED):
            return False
        cue = line.denied.get(at)
        if cue is not None and not match.first <= cue < match.after:
            return False
    return True
