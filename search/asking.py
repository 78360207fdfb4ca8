"""What the words of a question are in this index: terms, phrases, beginnings of words, and corrected mistakes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from search import ranking
from search.ranking import COMPLETED, CORRECTED_ONE, CORRECTED_TWO
from search.schema import STOP_WORDS, stem_of, words_of
from search.snapshot import NOTHING, Postings, Snapshot
from search.spelling import Form, most_likely

MOST_UNITS = 24  # of a text; more words than anybody types on purpose
MOST_WORDS_OF_A_PHRASE = 12
MOST_LETTERS = 2_000
SHORTEST_BEGINNING = 3
MOST_COMPLETIONS, MOST_CORRECTIONS = 24, 4
QUOTED = re.compile('["“”]([^"“”]*)["“”]')
PIECES = re.compile(r"(\S+)")


@dataclass(frozen=True, slots=True)
class Unit:
    """One thing asked for: a word or a quoted phrase, where it stands, and what it was read as.

    `terms` are what it was looked up as: one for a word that the index knows, several places for a phrase or what a
    word was completed to. `corrected` is set when the word as typed is not in the index. `place` counts words from the
    beginning of the text, so that two units can be seen to be neighbours.
    """

    typed: str
    postings: Postings
    terms: tuple[str, ...]
    place: int
    is_required: bool = False
    corrected: str = ""
    is_completed: bool = False

    @property
    def is_plain(self) -> bool:
        """Is it one word that the index knows as it was typed?"""
        return len(self.terms) == 1 and not self.corrected and not self.is_completed


def units_of(text: str, snapshot: Snapshot) -> list[Unit]:
    """Look up what a text asks for, in order, each thing once. Fillers ask for nothing."""
    units: list[Unit] = []
    seen: set[str] = set()
    place = 0
    for is_quoted, piece in pieces_of(text[:MOST_LETTERS]):
        words = words_of(piece)
        if is_quoted and len(words) > 1:
            found = phrase_unit(words[:MOST_WORDS_OF_A_PHRASE], place, snapshot)
            if found is not None and found.typed not in seen:
                seen.add(found.typed)
                units.append(found)
            place += len(words) + 1
            continue
        for number, word in enumerate(words):
            term = stem_of(word)
            is_beginning = piece.endswith("*") and number == len(words) - 1
            if (term or is_beginning) and term not in seen:
                seen.add(term)
                units.append(word_unit(word, term, place, is_beginning, snapshot))
            place += 1
        if len(units) >= MOST_UNITS:
            break
    return units[:MOST_UNITS]


def pieces_of(text: str) -> list[tuple[bool, str]]:
    """The text cut into quoted stretches and pieces without blanks."""
    if '"' not in text and "“" not in text and "”" not in text:
        return [(False, piece) for piece in text.split()]
    found: list[tuple[bool, str]] = []
    end = 0
    for match in QUOTED.finditer(text):
        found.extend((False, piece) for piece in text[end : match.start()].split())
        found.append((True, match.group(1)))
        end = match.end()
    found.extend((False, piece) for piece in text[end:].split())
    return found


def phrase_unit(words: Sequence[str], place: int, snapshot: Snapshot) -> Unit | None:
    """Several words in this order, fillers standing for any word; None when there is nothing but fillers."""
    terms = [(number, stem_of(word)) for number, word in enumerate(words)]
    terms = [(number, term) for number, term in terms if term]
    if not terms:
        return None
    postings = snapshot.phrase(terms) if len(terms) > 1 else snapshot.postings(terms[0][1])
    return Unit(" ".join(words), postings, tuple(term for _, term in terms), place, is_required=True)


def word_unit(word: str, term: str, place: int, is_beginning: bool, snapshot: Snapshot) -> Unit:
    """One word: as it is, completed, taken apart, or corrected, in this order; `NOTHING` when none of that helps."""
    if not is_beginning:
        postings = snapshot.postings(term)
        if len(postings.docs):
            return Unit(word, postings, (term,), place)
    if len(word) >= SHORTEST_BEGINNING:
        forms = most_likely(
            (form for segment in snapshot.segments for form in segment.forms.beginning(word, MOST_COMPLETIONS)),
            word,
            MOST_COMPLETIONS,
        )
        found = unit_of_forms(word, forms, COMPLETED, place, snapshot)
        if found is not None:
            return found
        found = word_in_two(word, place, snapshot)
        if found is not None:
            return found
    for mistakes, factor in ((1, CORRECTED_ONE), (2, CORRECTED_TWO)):
        forms = corrections(word, mistakes, snapshot)
        found = unit_of_forms(word, forms, factor, place, snapshot)
        if found is not None:
            return found
    return Unit(word, NOTHING, (term,), place)


def corrections(word: str, mistakes: int, snapshot: Snapshot) -> list[Form]:
    """What a word that nobody wrote may have been meant to be, the likeliest first."""
    found: list[Form] = []
    for segment in snapshot.segments:
        forms = segment.forms
        found += (forms.one_mistake_from if mistakes == 1 else forms.two_mistakes_from)(word, 4 * MOST_CORRECTIONS)
    return most_likely(found, word, MOST_CORRECTIONS)


def unit_of_forms(word: str, forms: Sequence[Form], factor: float, place: int, snapshot: Snapshot) -> Unit | None:
    """A word read as any of several forms; None when none of them is in a living document.

    A correction is only told when a living document has it: what was withdrawn is offered to nobody.
    """
    terms = dict.fromkeys(stem_of(form.word) for form in forms)
    known = [(term, snapshot.postings(term)) for term in terms]
    known = [(term, postings) for term, postings in known if len(postings.docs)]
    if not known:
        return None
    stems = {term for term, _ in known}
    meant = next((form for form in forms if stem_of(form.word) in stems and snapshot.has_form(form.word)), None)
    corrected = meant.word if meant is not None and meant.mistakes else ""
    return Unit(
        word,
        either([postings for _, postings in known], factor, snapshot),
        tuple(term for term, _ in known),
        place,
        corrected=corrected,
        is_completed=not corrected,
    )


def word_in_two(word: str, place: int, snapshot: Snapshot) -> Unit | None:
    """ "foodbank" read as "food bank": two words of the index, next to one another."""
    best: Unit | None = None
    for cut in range(SHORTEST_BEGINNING - 1, len(word) - SHORTEST_BEGINNING + 2):
        first, second = word[:cut], word[cut:]
        terms = [(place, stem_of(part)) for place, part in enumerate((first, second)) if part not in STOP_WORDS]
        if not terms or any(not len(snapshot.postings(term).docs) for _, term in terms):
            continue
        postings = snapshot.phrase(terms) if len(terms) > 1 else snapshot.postings(terms[0][1])
        if len(postings.docs) and (best is None or len(postings.docs) > len(best.postings.docs)):
            best = Unit(word, postings, tuple(term for _, term in terms), place, corrected=f"{first} {second}")
    return best


def either(several: Sequence[Postings], factor: float, snapshot: Snapshot) -> Postings:
    """Documents that have any of several terms, as strongly as the strongest of them, times a factor."""
    if len(several) == 1:
        one = several[0]
        return Postings(one.docs, one.strength * np.float32(factor), one.rarity)
    row = snapshot.scratch()
    found = []
    for postings in several:
        before = row[postings.docs]
        row[postings.docs] = np.maximum(before, postings.strength)
        found.append(postings.docs[before == 0])
    docs = np.concatenate(found)
    strength = (row[docs] * factor).astype(np.float32)
    row[docs] = 0
    return Postings(docs, strength, ranking.rarity(len(snapshot.living), len(docs)))
