"""What to offer while somebody types a place, and what they may have meant by a name that we do not know."""

from __future__ import annotations

import re
from difflib import get_close_matches

from geo.postcodes import Postcode, PostcodeError
from search.phrases.spelling import distance
from search.phrases.words import normal
from search.places.known import KINDS, KnownPlace, Places, beginning, likeliest_first, unique

MOST = 8
MOST_SIMILAR = 3
SHORTEST_FOR_BUILDINGS = 3  # letters: before that there are too many
SHORTEST_MENDED = 4
SHORTEST_FOR_TWO = 8
ALIKE = 0.72  # of a name nobody knows and one we know, as difflib counts
LONGEST_LOOKED_AT = 60
POSTCODE_BEGUN = re.compile(r"[a-z]{1,2}\d[a-z\d]?(?: ?\d(?:[a-z]{1,2})?)?", re.IGNORECASE | re.ASCII)
SPACES = re.compile(r"\s+")


def suggest(written: str, places: Places, most: int = MOST) -> tuple[KnownPlace, ...]:
    """The places that this may become, the likeliest first; mistyped names when nothing begins so."""
    typed = SPACES.sub(" ", written[:LONGEST_LOOKED_AT]).strip()
    if POSTCODE_BEGUN.fullmatch(typed):
        found = parts_of_postcodes(typed, places)
        if found:
            return found[:most]
    letters = normal(typed)
    if not letters:
        return ()
    # A blank at the end says that the word is whole: "king's " is no "Kingstanding".
    entries = beginning(places.beginnings, letters, 200)
    if len(letters) >= SHORTEST_FOR_BUILDINGS:
        entries += beginning(places.beginnings_of_buildings, letters, 60)
    found = unique(place for _, place in sorted(entries, key=lambda entry: nearest_first(letters, *entry)))
    if not found and letters in places.by_said:
        found = (places.by_said[letters],)
    return (found or mistyped(letters, places))[:most]


def nearest_first(letters: str, key: str, place: KnownPlace) -> tuple[bool, int, bool, str, int, str]:
    """Areas before buildings, names that begin so before those that contain it, whole names before longer ones."""
    name = normal(place.name)
    is_inside = not name.startswith(letters)
    rank = KINDS.index(place.kind) if place.kind in KINDS else 1
    is_outside = rank > KINDS.index("city")
    return place.kind == "location", is_inside + is_outside, key != letters, name, rank, place.said


def parts_of_postcodes(typed: str, places: Places) -> tuple[KnownPlace, ...]:
    """Outward codes and sectors that begin so; of a full postcode itself."""
    compact = typed.replace(" ", "").upper()
    try:
        Postcode.parse(typed)
    except PostcodeError:
        pass
    else:
        whole = places.find_part_of_postcode(typed)
        return (whole,) if whole else ()
    exact, _, digit = typed.upper().partition(" ")
    wanted = compact.rstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ") if digit else compact
    found = [
        place
        for name, place in places.centres.items()
        if name.replace(" ", "").startswith(wanted) and (not digit or name.split(" ")[0] == exact)
    ]
    return tuple(sorted(found, key=lambda place: natural(place.name)))


def natural(code: str) -> tuple[bool, int, str, str]:
    """ "B3" before "B30" and both before "B3 1": outward codes first, by number."""
    outward, _, sector = code.partition(" ")
    digits = re.sub(r"\D", "", outward)
    return bool(sector), int(digits or 0), outward, sector


def mistyped(letters: str, places: Places) -> tuple[KnownPlace, ...]:
    """Areas and towns whose name begins nearly so."""
    if len(letters) < SHORTEST_MENDED:
        return ()
    forgiven = 2 if len(letters) >= SHORTEST_FOR_TWO else 1
    found: list[tuple[int, str, KnownPlace]] = []
    for key, place in places.beginnings:
        if key[:1] not in letters[:2]:
            continue
        mistakes = min(distance(letters, key[:length]) for length in range(len(letters) - 1, len(letters) + 2))
        if mistakes <= forgiven:
            found.append((mistakes, key, place))
    found.sort(key=lambda entry: (entry[0], entry[1], likeliest_first(entry[2])))
    return unique(place for _, _, place in found)


def similar(written: str, places: Places) -> tuple[KnownPlace, ...]:
    """Areas and towns with a name like this one that we do not know, the likest first."""
    letters = normal(written[:LONGEST_LOOKED_AT])
    if len(letters) < SHORTEST_MENDED:
        return ()
    names = {key: place for key, place in places.beginnings if normal(place.name) == key}
    close = get_close_matches(letters, names, MOST_SIMILAR, ALIKE)
    return unique(names[name] for name in close)
