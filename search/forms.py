"""What a person may ask of the search page: the parameters of its address, read with patience.

Nothing here raises. What cannot be used is left out and named in `problems`, so that the page can say so.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any, Protocol

from assetreg.rules.vocabulary import ACCESS_FEATURES, GENDERS, SERVICE_KINDS, STAGES
from search.phrases.spelling import distance

LONGEST_WORDS = 200
LONGEST_PLACE = 80
LONGEST_KEY = 120
MOST_VALUES = 40
MOST_GIVEN = 400  # of one parameter, repeated ones too: what comes after is not looked at
MOST_PAGES = 10_000
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
PARTS_OF_DAY = ("morning", "afternoon", "evening")
SORTS = ("best", "nearest", "soonest", "name")
WITHIN_M = (800, 1600, 3200, 8000)  # half a mile, one, two and five miles: what the page offers; any number is taken
FARTHEST_M = 100_000
OLDEST = 120
MOST_NAMES = 60  # of parameters that are looked at for typing mistakes
YES = ("1", "yes", "true", "on")
NO = ("0", "no", "false", "off", "any", "")
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LANGUAGE = re.compile(r"[a-z]{2,3}")


class Answers(Protocol):
    """A request's parameters: several values for one name."""

    def getlist(self, key: str) -> list[str]:
        """Every value that was given under this name, in order."""
        ...

    def __iter__(self) -> Iterator[str]:
        """Every name, once."""
        ...


@dataclass(frozen=True, slots=True)
class Problem:
    """A part of the question that could not be used.

    `reason` is `unknown`, `too_long`, `not_a_number`, `too_many`, `needs_near`, `mistyped_name` (then `value` is the
    right name); of a place also `several`, `not_on_the_map`, `unplaced` or `has_no_middle`.
    """

    name: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to the register. Empty and None mean: any."""

    q: str = ""
    near: str = ""
    within: int | None = None
    area: tuple[str, ...] = ()
    need: tuple[str, ...] = ()
    interest: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    day: tuple[str, ...] = ()
    time: tuple[str, ...] = ()
    free: bool = False
    online: bool = False
    age: int | None = None
    gender: tuple[str, ...] = ()
    access: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    stage: tuple[str, ...] = ()
    taking_people: bool = False
    has_places: bool = False
    ignored: tuple[str, ...] = ()  # keys of chips whose reading was wrong; `not` in the address
    sort: str = "best"
    page: int = 1
    problems: tuple[Problem, ...] = field(default=(), compare=False)

    def pairs(self) -> list[tuple[str, str]]:
        """The question as the parameters of an address, without the page and without what is not asked."""
        found: list[tuple[str, str]] = []
        for name in PARAMETERS:
            value = getattr(self, name)
            if isinstance(value, tuple):
                found += [(IN_ADDRESS.get(name, name), one) for one in value]
            elif value is True:
                found.append((name, "1"))
            elif value and not (name == "sort" and value == "best"):
                found.append((name, str(value)))
            elif name == "age" and value == 0:
                found.append((name, "0"))
        return found

    def without(self, name: str, value: str | None = None) -> Asked:
        """The same question without one value of a parameter, or without the parameter."""
        present = getattr(self, name)
        if isinstance(present, tuple):
            changed: Any = tuple(one for one in present if one != value) if value is not None else ()
        else:
            changed = getattr(NOTHING, name)
        return replace(self, page=1, **{name: changed})

    @property
    def is_narrowed(self) -> bool:
        """Has anything been asked at all?"""
        return self != replace(NOTHING, sort=self.sort, page=self.page)


PARAMETERS = (
    "q",
    "near",
    "within",
    "area",
    "need",
    "interest",
    "kind",
    "day",
    "time",
    "free",
    "online",
    "age",
    "gender",
    "access",
    "language",
    "stage",
    "taking_people",
    "has_places",
    "ignored",
    "sort",
)
IN_ADDRESS = {"ignored": "not"}
KNOWN_NAMES = {IN_ADDRESS.get(name, name) for name in PARAMETERS} | {"page"}
LONGEST_NAME = max(map(len, KNOWN_NAMES)) + 1
NOTHING = Asked()


class Reader:
    """Reads one parameter after the other and remembers what could not be used."""

    def __init__(self, answers: Answers) -> None:
        """Read from these parameters."""
        self.answers = answers
        self.problems: list[Problem] = []

    def values(self, name: str) -> list[str]:
        """Every value given for a name, cleaned; values may also be joined by commas."""
        found: dict[str, None] = {}
        for given in islice(self.answers.getlist(name), MOST_GIVEN):
            for one in clean(given, 2000).split(","):
                if one.strip():
                    found[one.strip()] = None
        values = list(found)
        if len(values) > MOST_VALUES:
            self.problems.append(Problem(name, str(MOST_VALUES), "too_many"))
        return values[:MOST_VALUES]

    def first(self, name: str) -> str:
        """The first value that is not empty, on one line."""
        return next((one for one in map(whole_line, self.answers.getlist(name)) if one), "")

    def lines(self, name: str) -> tuple[str, ...]:
        """Every value given for a name, each on one line, commas and all; too many are left out without a word."""
        found = dict.fromkeys(whole_line(given)[:LONGEST_KEY] for given in self.answers.getlist(name)[:MOST_VALUES])
        return tuple(one for one in found if one)

    def text(self, name: str, longest: int) -> str:
        """One line of text, cut where it is too long to use."""
        given = self.first(name)
        if len(given) > longest:
            self.problems.append(Problem(name, str(longest), "too_long"))
        return given[:longest].strip()

    def choices(self, name: str, known: Sequence[str]) -> tuple[str, ...]:
        """Values of a closed list; the others are problems."""
        return self.matching(name, lambda value: value in known)

    def matching(self, name: str, is_possible: Callable[[str], object]) -> tuple[str, ...]:
        """Values that pass a test, in small letters; the others are problems."""
        found = [value.lower() for value in self.values(name)]
        self.problems += [Problem(name, value[:40], "unknown") for value in found if not is_possible(value)]
        return tuple(value for value in found if is_possible(value))

    def number(self, name: str, lowest: int, highest: int) -> int | None:
        """A whole number within bounds; anything else is a problem and None."""
        given = self.first(name)
        if not given:
            return None
        if len(given) < 9 and given.isascii() and given.isdigit() and lowest <= int(given) <= highest:
            return int(given)
        self.problems.append(Problem(name, given[:40], "not_a_number"))
        return None

    def flag(self, name: str) -> bool:
        """Yes or no."""
        given = self.first(name).lower()
        if given not in YES and given not in NO:
            self.problems.append(Problem(name, given[:40], "unknown"))
        return given in YES

    def names(self) -> None:
        """Name the parameters that are a slip of the finger away from ours; any other ("utm_source") is not for us."""
        for name in islice(self.answers, MOST_NAMES):
            if name not in KNOWN_NAMES and 4 <= len(name) <= LONGEST_NAME and name.isascii():
                meant = next((one for one in sorted(KNOWN_NAMES) if distance(name.lower(), one) == 1), None)
                if meant is not None:
                    self.problems.append(Problem(name, meant, "mistyped_name"))


def read_asked(answers: Answers) -> Asked:
    """The question in the parameters of an address; never raises."""
    read = Reader(answers)
    sort = read.first("sort").lower()
    if sort not in ("", *SORTS):
        read.problems.append(Problem("sort", sort[:40], "unknown"))
    asked = Asked(
        q=read.text("q", LONGEST_WORDS),
        near=read.text("near", LONGEST_PLACE),
        within=read.number("within", 1, FARTHEST_M),
        area=tuple(value[:80] for value in read.values("area")),
        need=read.matching("need", SLUG.fullmatch),
        interest=read.matching("interest", SLUG.fullmatch),
        kind=read.choices("kind", SERVICE_KINDS),
        day=read.choices("day", DAYS),
        time=read.choices("time", PARTS_OF_DAY),
        free=read.flag("free"),
        online=read.flag("online"),
        age=read.number("age", 0, OLDEST),
        gender=read.choices("gender", GENDERS),
        access=read.choices("access", ACCESS_FEATURES),
        language=read.matching("language", LANGUAGE.fullmatch),
        stage=read.choices("stage", STAGES),
        taking_people=read.flag("taking_people"),
        has_places=read.flag("has_places"),
        ignored=read.lines("not"),
        sort=sort if sort in SORTS else "best",
        page=read.number("page", 1, MOST_PAGES) or 1,
    )
    read.names()
    return replace(asked, problems=tuple(read.problems))


def with_problems(asked: Asked, kept: Mapping[str, Sequence[str]], more: Iterable[Problem]) -> Asked:
    """The same question with only the values that turned out to exist, and the problems of the others."""
    changed: dict[str, Any] = {name: tuple(values) for name, values in kept.items()}
    return replace(asked, problems=(*asked.problems, *more), **changed)


def clean(written: str, longest: int) -> str:
    """Text without what no person types and no database takes: control characters and broken halves of letters."""
    kept = (character for character in written[:longest] if unicodedata.category(character) not in ("Cc", "Cs"))
    return "".join(kept)


def whole_line(written: str) -> str:
    """Text on one line with single spaces. A little more than the longest is kept, so that too long can be seen."""
    spaced = re.sub(r"\s", " ", written[: 4 * LONGEST_WORDS])
    return " ".join(clean(spaced, 4 * LONGEST_WORDS).split())
