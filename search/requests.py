"""What passes between the three parts of finding: understanding a line, asking the index, and showing the answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

Point = tuple[float, float]  # latitude, longitude in degrees (WGS 84)

MIDNIGHT = 24 * 60  # minutes; the end of a day, as `to` of a time span


@dataclass(frozen=True, slots=True)
class Weight:
    """A need or interest (by slug) that the words mean, and how surely: 1 is plain, 0.3 a mere hint; at most 1.5."""

    term: str
    weight: float


@dataclass(frozen=True, slots=True)
class Request:
    """Everything a search can ask, after understanding. An empty one asks for everything.

    Within one field any value will do (OR; of `access` all must hold), between fields all must hold (AND). Three fields
    only rank and never leave a service out: `hinted`, `extra_text` and `cheap`. `text` and `hinted` are two ways to the
    same results: a service that carries a hinted term counts as found, whether or not it uses the words; and so does
    one that uses enough of the words in `text` and `extra_text`. A hint of 0.2 or less only raises.
    """

    text: str = ""  # words that nothing else explained, in the order typed, without fillers
    extra_text: str = ""  # words that a hint already stands for: services that use them are found and raised
    point: Point | None = None  # near here; ranks by distance, and with `within_m` also filters
    point_name: str = ""  # what the point is called: "B31", "Northfield"
    point_areas: tuple[str, ...] = ()  # codes of the areas that the point is the middle of: inside, everything is near
    point_ward: str = ""  # code of the ward that the point lies in; empty outside the city and when nobody knows
    within_m: int | None = None
    areas: tuple[str, ...] = ()  # codes of wards, constituencies, localities
    needs: tuple[str, ...] = ()  # slugs from the form: hard filters, children included
    interests: tuple[str, ...] = ()
    hinted: tuple[Weight, ...] = ()
    days: tuple[int, ...] = ()  # 0 is Monday
    times: tuple[tuple[int, int], ...] = ()  # minutes of the day, from and to (not including `to`)
    dates: tuple[date, date] | None = None  # first and last day; for sessions. `days` is derived where it is narrower
    free: bool = False
    cheap: bool = False  # ranks free and low-cost higher
    age: int | None = None  # a person of this age may come
    ages: tuple[int, int] | None = None  # people of at least one age in this span may come; 120 is "and over"
    gender: str | None = None  # only services for them: "women" or "men"
    genders: tuple[str, ...] = ()  # the same, when the form asks for several
    for_gender: str | None = None  # who it is for: services only for the others are left out, services for them raised
    access: tuple[str, ...] = ()  # assetreg.rules.vocabulary.ACCESS_FEATURES
    languages: tuple[str, ...] = ()  # ISO 639
    stages: tuple[str, ...] = ()
    taking_people: bool = False
    without_referral: bool = False  # nobody has to refer you
    online: bool | None = None  # True: only online; False: only in person
    telephone: bool | None = None
    away_from_there: bool = False  # online or by telephone: nobody has to go anywhere
    kinds: tuple[str, ...] = ()
    has_places: bool = False
    in_trouble: bool = False  # a cry for help: what is for fun as well comes after what is only help
    excluded: tuple[str, ...] = ()  # words after "not", "no", "without": services that use them are pushed down
    sort: str = "best"  # best, nearest, soonest, name
    page: int = 1
    per_page: int = 20

    @property
    def has_words(self) -> bool:
        """Does something beside the filters say what is wanted?"""
        return bool(self.text or self.hinted or self.extra_text)


# What has to be taken away for a filter to be left out, by the name under which that is offered; "q" are the words.
WITHOUT: dict[str, dict[str, Any]] = {
    "q": {"text": "", "extra_text": "", "hinted": ()},
    "within": {"within_m": None},
    "area": {"areas": ()},
    "need": {"needs": ()},
    "interest": {"interests": ()},
    "day": {"days": ()},
    "time": {"times": ()},
    "date": {"dates": None},
    "free": {"free": False},
    "age": {"age": None, "ages": None},
    "gender": {"gender": None, "genders": ()},
    "for": {"for_gender": None},
    "access": {"access": ()},
    "language": {"languages": ()},
    "stage": {"stages": ()},
    "taking_people": {"taking_people": False},
    "without_referral": {"without_referral": False},
    "online": {"online": None},
    "telephone": {"telephone": None},
    "away": {"away_from_there": False},
    "kind": {"kinds": ()},
    "has_places": {"has_places": False},
}


def without(request: Request, names: Iterable[str]) -> Request:
    """The request with these filters (keys of `WITHOUT`) left out."""
    changes = {field: value for name in names for field, value in WITHOUT[name].items()}
    return replace(request, **changes)


def filters_of(request: Request) -> list[str]:
    """The names of the filters that the request makes use of."""
    return [
        name
        for name, empty in WITHOUT.items()
        if any(getattr(request, field) != value for field, value in empty.items())
    ]


@dataclass(frozen=True, slots=True)
class Chip:
    """One thing that was understood, and the words it came from.

    `kind` is the name of the filter in the address (`near`, `area`, `within`, `day`, `time`, `date`, `free`, `cheap`,
    `age`, `gender`, `for`, `access`, `language`, `taking_people`, `without_referral`, `online`, `telephone`, `need`,
    `interest`, `not`, `sort`), `value` what that filter would be given ("tue", "morning", "60-120", "energy"), `label`
    English for the screen, `source` the words as typed.
    """

    kind: str
    value: str
    label: str
    source: str

    @property
    def key(self) -> str:
        """What goes into `ignored` to have this reading left out."""
        return f"{self.kind}:{self.value}"


@dataclass(frozen=True, slots=True)
class Urgent:
    """One way to help at once, shown above the results.

    `tone` is "now" (life or safety), "today" (urgent, not 999) or "gentle" (named, in case it is wanted). `phone` and
    `url` may be empty; `text_word` is what to send to `text_number`.
    """

    group: str
    title: str
    says: str = ""
    phone: str = ""
    text_number: str = ""
    text_word: str = ""
    url: str = ""
    tone: str = "now"


@dataclass(frozen=True, slots=True)
class Somewhere:
    """A place with a name, or a postcode, and where it is. `point` is None when only its name is known.

    `kind`: postcode, sector, outward, ward, constituency, locality, city, family (several wards that share a name,
    `code` is then their codes joined with commas), location.
    """

    kind: str
    code: str
    name: str
    point: Point | None = None


@dataclass(frozen=True, slots=True)
class Understood:
    """One line, understood: what to ask, what to show of it, who can help at once, and what was not clear.

    `places` is empty unless the place could be another one: then it holds every candidate, the one that was taken
    first. `near_me` says that the person's own position was meant and nobody has it yet. `unplaced` are postcodes we
    can read but cannot find on our map.
    """

    request: Request = Request()
    chips: tuple[Chip, ...] = ()
    urgent: tuple[Urgent, ...] = ()
    places: tuple[Somewhere, ...] = ()
    near_me: bool = False
    unplaced: tuple[str, ...] = ()
