"""What a change of words would do, before anybody saves it. Nothing is written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from assetreg import clock
from assetreg.queries.area_index import get_area_index
from assetreg.queries.cards import list_cards
from assetreg.queries.terms import get_taxonomy
from search.answering import from_index
from search.answers import Answer, ask, understand_line
from search.forms import LONGEST_WORDS, Asked
from search.knowing import Names, get_help
from search.lookups import Lookups
from search.phrases.lexicon import Lexicon, Named, Phrase, best_cover
from search.phrases.words import clean, split
from search.queries.naming import look_up_names
from search.queries.place_names import get_places
from search.queries.words import get_gazetteer

MOST_LINES = 6
MOST_RESULTS = 10


@dataclass(frozen=True, slots=True)
class Side:
    """What a line finds: names of needs and interests, other chips, the first results by name, and how many."""

    meant: tuple[str, ...]
    chips: tuple[str, ...]
    urgent: tuple[str, ...]
    results: tuple[str, ...]
    total: int | None


@dataclass(frozen=True, slots=True)
class Tried:
    """One line now and after the change."""

    line: str
    now: Side
    after: Side

    @property
    def is_same(self) -> bool:
        """Does the change make no difference to this line?"""
        return self.now == self.after

    @property
    def arriving(self) -> frozenset[str]:
        """Results that only the change brings."""
        return frozenset(self.after.results) - frozenset(self.now.results)


@dataclass(frozen=True, slots=True)
class Affected:
    """A line people typed, how often, and the needs it meant and would mean."""

    line: str
    times: int
    now: tuple[str, ...]
    after: tuple[str, ...]


def lexicon_of(phrases: Iterable[Phrase]) -> Lexicon:
    """These phrases, with the needs and interests by their names."""
    return Lexicon.build(phrases, (Named(term.slug, term.kind, term.name) for term in get_taxonomy().terms))


def try_lines(lines: Iterable[str], now: Lexicon, after: Lexicon) -> list[Tried]:
    """What each line finds with either lexicon."""
    wanted = list(dict.fromkeys(line for given in lines if (line := " ".join(given.split())[:LONGEST_WORDS])))
    if not wanted:
        return []
    names = [names_with(lexicon) for lexicon in (now, after)]
    return [Tried(line, side(line, names[0]), side(line, names[1])) for line in wanted[:MOST_LINES]]


def names_with(lexicon: Lexicon) -> Names:
    """Everything that understanding needs, with this lexicon."""
    gazetteer, areas = get_gazetteer(lexicon.known_words), get_area_index()
    places = get_places(areas, gazetteer)
    return Names(Lookups(), 0.0, None, areas, get_taxonomy(), lexicon, gazetteer, places)


def side(line: str, names: Names) -> Side:
    """One line with one lexicon."""
    question = look_up_names(Asked(q=line), get_area_index(), get_taxonomy())
    understood = understand_line(question, names, get_help())
    now = clock.local_now()
    found = from_index(lambda snapshot: ask(question, understood, names, snapshot, now, MOST_RESULTS))
    return Side(
        meant=tuple(names.lexicon.named(weight.term).name for weight in understood.request.hinted),
        chips=tuple(chip.label for chip in understood.chips if chip.kind not in ("need", "interest")),
        urgent=tuple(one.title for one in understood.urgent),
        results=names_of(found),
        total=found.found.total if found is not None else None,
    )


def names_of(found: Answer | None) -> tuple[str, ...]:
    """The names of the first results."""
    return tuple(card.name for card in list_cards(found.found.ids, None)) if found is not None else ()


def affected(lines: Iterable[tuple[str, int]], now: Lexicon, after: Lexicon, most: int = 20) -> list[Affected]:
    """Of lines people typed, those that would mean something else, the most frequent first."""
    found = []
    for line, times in lines:
        before, then = meant(line, now), meant(line, after)
        if before != then:
            names = [
                tuple(lexicon.named(slug).name for slug in slugs) for lexicon, slugs in ((now, before), (after, then))
            ]
            found.append(Affected(line, times, names[0], names[1]))
    return found[:most]


def meant(line: str, lexicon: Lexicon) -> tuple[str, ...]:
    """The needs and interests that a line's phrases mean, in order."""
    matches = best_cover(lexicon.matches(split(clean(line))))
    return tuple(dict.fromkeys(slug for match in matches for slug in match.phrase.terms))
