"""Where: postcodes, areas, neighbourhoods and buildings in a line, and how far is near enough."""

from __future__ import annotations

import re

from geo.postcodes import Outward, Postcode, PostcodeError, Sector
from search.phrases.gazetteer import Gazetteer
from search.phrases.line import NAMED, TAKEN, Line, Table
from search.phrases.spelling import MOST_MENDED
from search.phrases.words import listed
from search.requests import Somewhere

METRES = {"mile": 1609.344, "km": 1000, "kilometre": 1000, "kilometer": 1000, "k": 1000, "metre": 1, "m": 1, "yard": 1}
METRES |= {"mi": 1609.344}
MINUTE_ON_FOOT_M = 80  # 3 miles an hour
WALKING_DISTANCE_M = 1500
FARTHEST_M = 50_000

BEFORE = listed("in near nr around round by at from to of within close next not far the nearest nearby over up")
NEAR = listed("near nr by around round opposite behind beside")
SOFT_MISSPELLING = 6  # letters a misspelt name must have when no "in" or "near" stands before it
HARD = Table({"only|area only|ward only|constituency|ward|locality|district": True})
KINDS = {"ward": "ward", "constituency": "constituency", "locality": "locality", "district": "constituency"}
# A surname or a thing when these stand beside it: "Aston Martin", "Quinton Tarantino".
NOT_A_PLACE_AFTER = {"aston": {"martin", "villa"}, "sheldon": {"cooper"}, "soho": {"london"}, "holyhead": {"ferry"}}

NEAR_ME = Table(
    {
        "near me|near here|near us|nearby me|close to me|close to home|near home|near my home|near my house"
        "|near mine|near where i live|by me|by mine|round here|around here|round mine|round our way|round my way"
        "|in my area|in our area|in this area|in my ward|local to me|far from me|miles from me|walk from me"
        "|walk from here|far from here|walk from my house|my local|around me|round me|on my doorstep"
        "|in my neighbourhood|down my road|on my estate|in my street|on my street": 0,
        "walking distance|in walking distance|within walking distance|walking distance of me|i can walk to"
        "|can walk to|within walking distance of my house|walkable|a short walk": WALKING_DISTANCE_M,
    }
)
NEAREST = Table({"nearest|closest|the nearest one|nearest first": "nearest"})
LEVELS = listed("esol english level vitamin entry cefr ielts test grade exam visa licence german french")
_OUTWARD_ALONE = re.compile(r"^[a-z]{1,2}\d[\da-z]?$")
_GLUED = re.compile(r"^(\d{1,3})(miles?|mi|km|k|m|mins?)$", re.ASCII)
_NUMBERS = {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "ten": 10, "half": 0.5, "couple": 2, "few": 3}


def read_places(line: Line, gazetteer: Gazetteer) -> None:
    """Postcodes, then names, then distances and "near me"."""
    _read_postcodes(line, gazetteer)
    _read_names(line, gazetteer)
    _read_distances(line)
    for first, after, metres in NEAR_ME.spans(line, through_guards=True):
        has_point = "point" in line.values or line.is_settled("point")
        if metres:
            chip = line.chip("within", str(metres), "within walking distance", first, after)
            line.take(first, after, chip, within_m=metres)
        else:
            line.mark(first, after, TAKEN)
        line.near_me = not has_point
    for first, after, sort in NEAREST.spans(line):
        line.take(first, after, line.chip("sort", sort, "nearest first", first, after), sort=sort)
        line.near_me = line.near_me or not ("point" in line.values or line.is_settled("point"))


def _read_postcodes(line: Line, gazetteer: Gazetteer) -> None:
    at = 0
    while at < len(line.words):
        found = _postcode_at(line, at, gazetteer) if line.is_free(at) else None
        if found is None:
            at += 1
            continue
        after, code = found
        place = gazetteer.find_postcode(code)
        first = _with_preposition(line, at)
        if place.point is None:
            if place.name not in line.unplaced:
                line.unplaced.append(place.name)
            line.mark(first, after, TAKEN)
        elif "point" not in line.values:
            _take_near(line, first, after, place)
        at = after


def _postcode_at(line: Line, at: int, gazetteer: Gazetteer) -> tuple[int, Postcode | Sector | Outward] | None:
    """A postcode that begins with this word, and the index after it."""
    text = line.word(at)
    if len(text) > 7 or not text.isascii() or not text[:1].isalpha() or at in line.guards:
        return None
    following = line.word(at + 1) if at + 1 < len(line.words) and not line.words[at + 1].has_pause_before else ""
    if any(letter.isdigit() for letter in following) or any(letter.isdigit() for letter in text):
        for after, together in ((at + 2, f"{text} {following}"), (at + 1, text)):
            if after == at + 2 and not (len(following) == 3 and len(text) <= 4 and line.is_free(at + 1)):
                continue
            try:
                return after, Postcode.parse(together)
            except PostcodeError:
                continue
    if not _OUTWARD_ALONE.match(text) or not any(letter.isdigit() for letter in text):
        return None
    if line.word(at - 1) in LEVELS or following in LEVELS:
        return None
    try:
        outward = Outward.parse(text)
    except PostcodeError:
        return None
    is_known = gazetteer.knows_outward(outward.code)
    if not is_known and line.word(at - 1) not in NEAR | {"in", "to", "from"}:
        return None
    if is_known and len(following) == 1 and following.isdigit() and not _counts(line, at + 2):
        return at + 2, Sector(outward.code, following)
    return at + 1, outward


def _counts(line: Line, at: int) -> bool:
    """Whether a number before this word counts something: "B31 4 year old"."""
    return line.word(at) in {"year", "years", "yr", "yo", "month", "months", "mile", "miles", "kids", "children"}


def _take_near(line: Line, first: int, after: int, place: Somewhere) -> None:
    chip = line.chip("near", place.code, f"near {place.name}", first, after)
    line.take(first, after, chip, point=place.point, point_name=place.name)


def _with_preposition(line: Line, at: int) -> int:
    """The index of the first of the little words that lead to a place: "not far from the"."""
    first = at
    while first > 0 and first > at - 4 and line.is_free(first - 1) and line.word(first - 1) in BEFORE:
        if line.words[first].has_pause_before or first - 1 in line.guards or first - 1 in line.cues:
            break
        first -= 1
    return first


def _read_names(line: Line, gazetteer: Gazetteer) -> None:
    at = 0
    while at < len(line.words):
        found = _name_at(line, at, gazetteer) if line.is_free(at) else None
        if found is None:
            at += 1
            continue
        after, places = found
        _take_place(line, at, after, places)
        at = max(after, at + 1)


def _name_at(line: Line, at: int, gazetteer: Gazetteer) -> tuple[int, tuple[Somewhere, ...]] | None:
    """The places named from this word on (longest name first), and the index after the name."""
    previous = line.word(at - 1)
    is_led = previous in BEFORE or (previous == "the" and line.word(at - 2) in BEFORE)
    longest = min(gazetteer.longest, len(line.words) - at)
    for length in range(longest, 0, -1):
        after = at + length
        if not line.is_open(at, after) or line.has_pause_inside(at, after):
            continue
        texts = [line.words[index].text for index in range(at, after)]
        name = " ".join(texts)
        if line.word(after) in NOT_A_PLACE_AFTER.get(name, ()):
            continue
        if length > 1 and previous in NEAR | {"the", "of", "to", "from"}:
            buildings = gazetteer.locations_called(name)
            if buildings and (previous in NEAR or is_led):
                return after, buildings
        places = gazetteer.areas_called(name)
        if not places and length <= 3:
            places = gazetteer.areas_called(" ".join(line.singulars[at:after]))
        if not places and length == 2 and not line.words[at + 1].has_pause_before:
            places = gazetteer.areas_called("".join(texts))
        if not places and after <= MOST_MENDED:
            places = _misspelt(line, at, after, is_led, gazetteer)
        if places and not (places[0].kind == "city" and length == 1 and _is_part_of_a_name(line, after)):
            return after, places
    return None


def _is_part_of_a_name(line: Line, after: int) -> bool:
    return line.word(after) in {"city", "children", "womens", "mind", "council", "hippodrome", "royal", "rep", "lgbt"}


def _misspelt(line: Line, at: int, after: int, is_led: bool, gazetteer: Gazetteer) -> tuple[Somewhere, ...]:
    """A name with a typing mistake; a short one only after "in" or "near", where a place must come."""
    mended: list[str] = []
    for word in line.words[at:after]:
        right = gazetteer.right_spelling(word.text)
        if right is not None and not is_led and len(word.text) < SOFT_MISSPELLING and after - at == 1:
            return ()
        mended.append(right or word.text)
    if mended == [word.text for word in line.words[at:after]]:
        return ()
    found = gazetteer.areas_called(" ".join(mended))
    if found:
        line.spelt.update(zip(range(at, after), mended, strict=True))
    return found


def _take_place(line: Line, at: int, after: int, places: tuple[Somewhere, ...]) -> None:
    """The likeliest of these places goes into the request: near it, or, when that was said, only in it."""
    first = _with_preposition(line, at)
    wanted = KINDS.get(line.word(after), "") if line.is_free(after) else ""
    hard = HARD.at(line, after) if after < len(line.words) and not line.words[after].has_pause_before else None
    is_only = line.word(first - 1) in ("only", "just") and line.is_free(first - 1) and line.word(first) == "in"
    if is_only:
        first -= 1
    if hard is not None and line.is_open(after, hard[0]):
        after = hard[0]
    else:
        hard = None
    fitting = tuple(place for place in places if place.kind == wanted) or places
    place = fitting[0]
    if place.kind == "city":
        line.take(first, after, line.chip("area", place.code, f"in {place.name}", first, after))
        return
    if "point" in line.values or "areas" in line.values:
        _take_another(line, first, after, place)
        return
    codes = tuple(place.code.split(",")) if place.kind != "location" else ()
    if hard is not None or is_only or (place.point is None and codes) or place.kind == "locality":
        label = f"in {place.name}" + (f" {place.kind}" if place.kind in ("constituency", "locality") else "")
        taken = line.take(
            first, after, line.chip("area", place.code, label, first, after), state=NAMED,
            areas=codes, point=place.point, point_name=place.name,
        )  # fmt: skip
    else:
        chip = line.chip("near", place.code, f"near {place.name}", first, after)
        taken = line.take(first, after, chip, state=NAMED, point=place.point, point_name=place.name, point_areas=codes)
    if taken and len(fitting) > 1 and not wanted:
        line.places = fitting


def _take_another(line: Line, first: int, after: int, place: Somewhere) -> None:
    """A second place: "Northfield or Longbridge". Both are near; the point stays where the first is."""
    codes = tuple(place.code.split(",")) if place.kind != "location" else ()
    if "areas" in line.values and codes:
        line.take(first, after, line.chip("area", place.code, f"in {place.name}", first, after), areas=codes)
    elif codes and line.values.get("point_areas"):
        chip = line.chip("near", place.code, f"near {place.name}", first, after)
        line.take(first, after, chip, state=NAMED, point_areas=codes)


def _read_distances(line: Line) -> None:
    """ "within 2 miles", "up to 5km", "10 minutes walk", "a mile away"."""
    for at in range(len(line.words)):
        found = _distance_at(line, at) if line.is_free(at) else None
        if found is None or not line.is_open(at, found[1]):
            continue
        metres, after = found
        first = at
        while line.is_free(first - 1) and line.word(first - 1) in ("within", "less", "than", "up", "to", "under"):
            first -= 1
        label = f"within {line.source(at, after)}"
        while line.is_free(after) and line.word(after) in ("of", "from", "away", "radius", "max", "or", "so"):
            after += 1
        whole = int(min(max(metres, 100), FARTHEST_M))
        line.take(first, after, line.chip("within", str(whole), label, first, after), within_m=whole)
        line.near_me = line.near_me or not ("point" in line.values or line.is_settled("point"))
        return


def _distance_at(line: Line, at: int) -> tuple[float, int] | None:
    """Metres meant by the words from here on, and the index after them."""
    amount, unit, after = _amount_at(line, at)
    if not amount:
        return None
    if unit in ("minute", "min") and line.word(after) in ("walk", "walking", "on"):
        return amount * MINUTE_ON_FOOT_M, after + (2 if line.word(after + 1) == "foot" else 1)
    is_led = line.word(at - 1) in ("within", "under", "than", "to")
    if unit in METRES and (is_led or (len(unit) > 1 and line.word(after) in ("away", "from", "of", "radius", "max"))):
        return amount * METRES[unit], after
    return None


def _amount_at(line: Line, at: int) -> tuple[float, str, int]:
    """A number, its unit, and the index after both: "2 miles", "2km", "half a mile", "a couple of miles"."""
    text, unit_at = line.word(at), at + 1
    glued = _GLUED.match(text)
    if glued:
        return float(glued[1]), glued[2].removesuffix("s"), unit_at
    if not (text.isascii() and text.isdigit() and len(text) <= 4) and text not in _NUMBERS:
        return 0, "", at
    amount = _NUMBERS.get(text) or float(text)
    if text in _NUMBERS:
        while line.word(unit_at) in ("a", "of", "couple", "few", "half"):
            amount = amount if text == "half" else _NUMBERS.get(line.word(unit_at), amount)
            unit_at += 1
    if not line.is_free(unit_at) or line.words[unit_at].has_pause_before:
        return 0, "", at
    return amount, line.words[unit_at].singular, unit_at + 1
