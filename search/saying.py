"""What the search page says: chips, the filters' panel, what could not be used, what to leave out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from flask import url_for

from assetreg.texts import amounts, dates, labels
from assetreg.texts.translate import gettext, lazy_gettext
from search.forms import DAYS, PARTS_OF_DAY, WITHIN_M, Asked
from search.queries.browse import WORDS, Found
from search.queries.conditions import Question

PARTS = {
    "morning": lazy_gettext("Morning"),
    "afternoon": lazy_gettext("Afternoon"),
    "evening": lazy_gettext("Evening"),
}
SORT_NAMES = {
    "best": lazy_gettext("Best match"),
    "nearest": lazy_gettext("Nearest"),
    "soonest": lazy_gettext("Soonest"),
    "name": lazy_gettext("A to Z"),
}
PLAIN = "!$'()*,/:;?@"  # what an address may say as it is, as url_for has it
LANGUAGES_OFFERED = ("en", "ur", "pa", "bn", "ar", "so", "pl", "ro", "zh", "fa", "hi", "gu", "fr", "es", "bfi")


@dataclass(frozen=True, slots=True)
class Chip:
    """One thing that was asked, and the address without it."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a filter: a parameter of the address and its value. `count` is None where nothing is counted."""

    name: str
    value: str
    label: str
    is_chosen: bool
    count: int | None = None
    is_child: bool = False

    @property
    def id(self) -> str:
        """What its box is called on the page."""
        return f"{self.name}-{self.value}"


@dataclass(frozen=True, slots=True)
class Filter:
    """One group of the panel."""

    name: str
    label: str
    options: tuple[Option, ...]
    is_open: bool
    is_long: bool = False

    @property
    def chosen(self) -> int:
        """How many of its values are chosen."""
        return sum(option.is_chosen for option in self.options)


def address(asked: Asked, page: int = 1) -> str:
    """The address of one page of a question's answer."""
    pairs = asked.pairs()
    if page > 1:
        pairs.append(("page", str(page)))
    # One page says a dozen of these: building each from its parts by url_for took a twentieth of its time.
    return f"{url_for('search.find')}?{urlencode(pairs, safe=PLAIN)}" if pairs else url_for("search.find")


def value_label(name: str, value: str, question: Question) -> str:
    """What one value of a filter is called."""
    if name == "area":
        area = question.areas.by_word[value]
        return (
            area.name if area.kind in ("ward", "city") else f"{area.name} ({str(labels.AREA_KINDS[area.kind]).lower()})"
        )
    if name in ("need", "interest"):
        return question.taxonomy.by_slug[value].name
    if name == "day":
        return str(dates.WEEKDAYS[DAYS.index(value)])
    if name == "language":
        return amounts.say_language(value)
    tables = {
        "kind": labels.KINDS,
        "time": PARTS,
        "gender": labels.GENDERS,
        "access": labels.ACCESS,
        "stage": labels.STAGES,
    }
    return str(tables[name][value])


def chips(question: Question) -> list[Chip]:
    """Everything that the form says, in the order of the panel, each with the address without it."""
    asked = question.asked
    found = []
    if question.near:
        label = gettext("Near %(place)s", place=question.near.label)
        found.append(Chip(label, address(replace(asked, near="", within=None, page=1))))
        if asked.within:
            label = gettext("Within %(miles)s", miles=amounts.say_miles(asked.within))
            found.append(Chip(label, address(asked.without("within"))))
    for name in ("area", "need", "interest", "kind", "day", "time", "access", "language", "gender", "stage"):
        for value in getattr(asked, name):
            label = value_label(name, value, question)
            found.append(Chip(label, address(asked.without(name, value))))
    if asked.free:
        found.append(Chip(gettext("Free"), address(asked.without("free"))))
    if asked.online:
        found.append(Chip(gettext("Online or by phone"), address(asked.without("online"))))
    if asked.taking_people:
        found.append(Chip(gettext("Taking new people"), address(asked.without("taking_people"))))
    if asked.age is not None:
        found.append(Chip(gettext("Age %(age)s", age=asked.age), address(asked.without("age"))))
    if asked.has_places:
        found.append(Chip(gettext("With a free place"), address(asked.without("has_places"))))
    return found


def panel(question: Question, found: Found) -> list[Filter]:
    """The groups of the filters' panel. Counted values that would bring nothing are left out unless chosen."""
    asked, counts = question.asked, found.counts
    return [
        area_filter(question, counts["area"]),
        term_filter(question, "need", gettext("Help with"), counts["need"]),
        term_filter(question, "interest", gettext("Things people do"), counts["interest"]),
        counted("kind", gettext("What kind"), labels.KINDS, asked.kind, counts["kind"]),
        Filter(
            "cost",
            gettext("Cost and places"),
            (
                Option("free", "1", gettext("Free"), asked.free, counts["free"].get("yes", 0)),
                Option("online", "1", gettext("Online or by phone"), asked.online, online_count(found)),
                Option(
                    "taking_people",
                    "1",
                    gettext("Taking new people"),
                    asked.taking_people,
                    counts["taking_people"].get("yes", 0),
                ),
                Option("has_places", "1", gettext("With a free place"), asked.has_places),
            ),
            is_open=True,
        ),
        plain(
            "day",
            gettext("Day"),
            {day: dates.WEEKDAYS[place] for place, day in enumerate(DAYS)},
            asked.day,
            counts.get("day"),
        ),
        plain("time", gettext("Time of day"), {part: PARTS[part] for part in PARTS_OF_DAY}, asked.time),
        plain("access", gettext("What you need there"), labels.ACCESS, asked.access, counts.get("access")),
        language_filter(asked, counts.get("language")),
        plain("gender", gettext("Women only, men only"), labels.GENDERS, asked.gender, counts.get("gender")),
        counted("stage", gettext("How much help"), labels.STAGES, asked.stage, counts["stage"]),
    ]


def online_count(found: Found) -> int | None:
    """How many are online or by phone; None when that was not counted together."""
    return found.counts["online"].get("yes", 0) if "online" in found.counts else None


def area_filter(question: Question, counts: Mapping[str, int]) -> Filter:
    """Wards with something in them, after the wards and wider areas that were chosen."""
    chosen = question.asked.area
    wider = [area for area in question.chosen_areas if area.kind != "ward"]
    wards = [ward for ward in question.areas.of_kind("ward") if counts.get(ward.slug) or ward.slug in chosen]
    wards.sort(key=lambda ward: ward.slug not in chosen)
    options = [Option("area", area.slug, value_label("area", area.slug, question), is_chosen=True) for area in wider]
    options += [Option("area", ward.slug, ward.name, ward.slug in chosen, counts.get(ward.slug, 0)) for ward in wards]
    return Filter("area", gettext("Where"), tuple(options), is_open=bool(chosen), is_long=len(options) > 8)


def term_filter(question: Question, name: str, label: str, counts: Mapping[str, int]) -> Filter:
    """The topmost needs or interests, and what lies under those that are chosen (or above, of a chosen child)."""
    taxonomy, chosen = question.taxonomy, getattr(question.asked, name)
    opened = {taxonomy.root_of(taxonomy.by_slug[slug]).id for slug in chosen}
    options = []
    for root in taxonomy.roots(name):
        if counts.get(root.slug) or root.slug in chosen or root.id in opened:
            options.append(Option(name, root.slug, root.name, root.slug in chosen, counts.get(root.slug, 0)))
        if root.id in opened:
            under = taxonomy.with_descendants(root)[1:]
            options += [
                Option(name, term.slug, term.name, term.slug in chosen, counts.get(term.slug, 0), is_child=True)
                for term in under
                if counts.get(term.slug) or term.slug in chosen
            ]
    return Filter(name, label, tuple(options), is_open=bool(chosen) or name == "need", is_long=len(options) > 12)


def counted(
    name: str, label: str, names: Mapping[str, object], chosen: Iterable[str], counts: Mapping[str, int]
) -> Filter:
    """A filter whose values are counted."""
    options = tuple(
        Option(name, value, str(said), value in chosen, counts.get(value, 0))
        for value, said in names.items()
        if counts.get(value) or value in chosen
    )
    return Filter(name, label, options, is_open=any(option.is_chosen for option in options))


def plain(
    name: str,
    label: str,
    names: Mapping[str, object],
    chosen: Iterable[str],
    counts: Mapping[str, int] | None = None,
) -> Filter:
    """A filter that offers all its values, with numbers when somebody counted."""
    options = tuple(
        Option(name, value, str(said), value in chosen, None if counts is None else counts.get(value, 0))
        for value, said in names.items()
    )
    return Filter(name, label, options, is_open=any(option.is_chosen for option in options))


def language_filter(asked: Asked, counts: Mapping[str, int] | None = None) -> Filter:
    """The languages most spoken here, and whatever other was asked for, by name."""
    codes = dict.fromkeys((*LANGUAGES_OFFERED, *asked.language))
    names = {code: amounts.say_language(code) for code in codes}
    in_order = dict(sorted(names.items(), key=lambda item: item[1]))
    return replace(plain("language", gettext("Language"), in_order, asked.language, counts), is_long=True)


def filter_name(name: str) -> str:
    """What a filter is called when somebody may leave it out."""
    names = {
        WORDS: gettext("your words"),
        "near": gettext("the place"),
        "area": gettext("the area"),
        "within": gettext("how far it may be"),
        "need": gettext("what you need help with"),
        "interest": gettext("what you like doing"),
        "kind": gettext("the kind"),
        "free": gettext("“free”"),
        "online": gettext("“online or by phone”"),
        "telephone": gettext("“by phone”"),
        "taking_people": gettext("“taking new people”"),
        "without_referral": gettext("“nobody has to refer you”"),
        "has_places": gettext("“with a free place”"),
        "day": gettext("the day"),
        "date": gettext("the date"),
        "time": gettext("the time of day"),
        "access": gettext("what you need there"),
        "language": gettext("the language"),
        "gender": gettext("“women only” or “men only”"),
        "for": gettext("who it is for"),
        "stage": gettext("how much help"),
        "age": gettext("the age"),
    }
    return names.get(name, gettext("one thing"))


def and_listed(words: Sequence[str]) -> str:
    """Words in a row: a, b and c."""
    if len(words) == 1:
        return words[0]
    return gettext("%(first)s and %(last)s", first=", ".join(words[:-1]), last=words[-1])


def sorts(asked: Asked, present: str, *, has_place: bool, has_best: bool) -> list[tuple[str, str, bool]]:
    """The orders that make sense for this question: name, address, and whether it is the `present` one."""
    offered = ["best", "nearest", "soonest", "name"] if has_place else ["best", "soonest", "name"]
    if not has_best:
        offered = [sort for sort in offered if sort != "best"]
    if present not in offered:
        present = offered[0] if has_best else "name"
    return [(str(SORT_NAMES[sort]), address(replace(asked, sort=sort, page=1)), sort == present) for sort in offered]


def distances() -> list[tuple[int, str]]:
    """What the page offers for "how far": metres and words."""
    return [(metres, gettext("Up to %(miles)s", miles=amounts.say_miles(metres))) for metres in WITHIN_M]
