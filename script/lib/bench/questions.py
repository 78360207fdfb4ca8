"""Two thousand different questions, drawn from the words of the index, as people type them: with mistakes, beginnings
and phrases. The same question for our engine and for PostgreSQL.
"""

from __future__ import annotations

import random
import string
from dataclasses import dataclass, replace

import numpy as np
from sqlalchemy import text

from assetreg.db import db
from search.engine import find
from search.requests import Request
from search.schema import STOP_WORDS, words_of
from search.snapshot import Snapshot

COUNT = 2_000
WITHIN_M = 3_000
SEED = 20261124
AWAY_DEGREES = 0.01  # people do not stand where the services are
# One in ten has a typing mistake, one in ten is the beginning of a word, one in ten is a phrase.
SORTS = ("plain",) * 7 + ("mistyped", "beginning", "phrase")


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody asks: for us as a request; for PostgreSQL its words one by one, phrases as a `tsquery`."""

    request: Request
    typed: tuple[str, ...]
    sort: str


def ask(snapshot: Snapshot, count: int = COUNT) -> list[Question]:
    """Questions about the register behind a snapshot; none twice, always the same ones for the same register."""
    chance = random.Random(SEED)  # noqa: S311
    words, weights = vocabulary(snapshot)
    needs = find(Request(), snapshot).facets["need"]
    pairs = phrases(chance, count)
    questions: dict[str, Question] = {}
    while len(questions) < count:
        sort = chance.choice(SORTS)
        typed = list(dict.fromkeys(chance.choices(words, weights, k=chance.choice((1, 2, 2, 3)))))
        line = " ".join(typed)
        if sort == "mistyped":
            typed[0] = mistyped(chance, typed[0])
            line = " ".join(typed)
        elif sort == "beginning":
            beginning = typed[0][: max(4, len(typed[0]) - 3)]
            line, typed = f"{beginning}*", [f"{beginning}:*"]
        elif sort == "phrase":
            first, second = pairs[len(questions)]
            line, typed = f'"{first} {second}"', [f"{first} <-> {second}"]
        if line not in questions:
            request = Request(text=line, point=somewhere(chance, snapshot), within_m=WITHIN_M)
            # A need that goes with the words, where there is one: people do not ask for bankruptcy and the tango.
            likely = find(request, snapshot).facets.get("need") or needs
            need = chance.choices(list(likely), list(likely.values()))
            questions[line] = Question(replace(request, needs=tuple(need)), tuple(typed), sort)
    return list(questions.values())


def vocabulary(snapshot: Snapshot) -> tuple[list[str], list[float]]:
    """The words of the index, and how often to draw each: frequent ones oftener, but not as much oftener."""
    times: dict[str, int] = {}
    for segment in snapshot.segments:
        for word, count in zip(segment.forms.words.tolist(), segment.forms.times.tolist(), strict=True):
            plain = word.decode()
            if len(plain) > 2 and plain.isascii() and plain.isalpha():
                times[plain] = times.get(plain, 0) + count
    return list(times), [float(np.sqrt(count)) for count in times.values()]


def phrases(chance: random.Random, count: int) -> list[tuple[str, str]]:
    """Two words that follow one another in some service's name or summary."""
    texts = db.session.scalars(text("SELECT name || ' . ' || summary FROM service ORDER BY id LIMIT 20000")).all()
    found: list[tuple[str, str]] = []
    while len(found) < count:
        words = [word for word in words_of(chance.choice(texts)) if word.isascii() and word.isalpha()]
        place = chance.randrange(max(len(words) - 1, 1))
        pair = tuple(words[place : place + 2])
        if len(pair) == 2 and not STOP_WORDS.intersection(pair):
            found.append((pair[0], pair[1]))
    return found


def mistyped(chance: random.Random, word: str) -> str:
    """A word with one letter left out, doubled, changed or swapped."""
    place = chance.randrange(1, len(word))
    before, letter, after = word[:place], word[place], word[place + 1 :]
    swapped = f"{before[:-1]}{letter}{before[-1]}{after}"
    wrong = chance.choice(string.ascii_lowercase)
    return chance.choice((before + after, before + letter + letter + after, before + wrong + after, swapped))


def somewhere(chance: random.Random, snapshot: Snapshot) -> tuple[float, float]:
    """Near one of the register's places."""
    place = chance.randrange(len(snapshot.points.lat))
    lat, lon = float(snapshot.points.lat[place]), float(snapshot.points.lon[place])
    return lat + chance.uniform(-1, 1) * AWAY_DEGREES, lon + chance.uniform(-1, 1) * AWAY_DEGREES
