"""Reads an index into a snapshot. Segments that the last snapshot had are taken over with everything they remember."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assetreg.rules.vocabulary import ACCESS_FEATURES, GENDERS, SERVICE_KINDS, STAGES, TAKING_PEOPLE
from search import ranking
from search.columns import Segment, open_segment
from search.index.folder import Current, IndexMissing, lookups_path, read_current, read_segments
from search.lookups import Lookups, Name, read_lookups
from search.metres import Plane
from search.nearness import Points, grid_of
from search.records import EPOCH, IN_PERSON, ONLINE, PAUSED, REFERRED, TELEPHONE
from search.sets import Combinations, Lists, ValueSets, joined, side_by_side, starts_of, value_sets
from search.snapshot import Columns, Snapshot
from search.timetable import timetable_of

NO_MERIDIAN = 0.0


def load(root: Path, today: date, before: Snapshot | None = None) -> Snapshot:
    """The index at `root` as it is now. Raises IndexMissing when there is none that can be read."""
    for _ in range(3):
        current = read_current(root)
        try:
            return read(root, current, today, before)
        except Exception as problem:  # damaged files may raise anything
            if read_current(root).token == current.token:
                raise IndexMissing(f"The index cannot be read ({type(problem).__name__}).") from problem
    raise IndexMissing("The index changes faster than it can be read.")


def read(root: Path, current: Current, today: date, before: Snapshot | None) -> Snapshot:
    """One generation as a snapshot."""
    contents = read_segments(root, current)
    known = {segment.name: segment for segment in before.segments} if before else {}
    segments = tuple(
        known.get(each.segment_id()) or open_segment(root / current.folder, each, current.words) for each in contents
    )
    sizes = [segment.documents for segment in segments]
    offsets = tuple(int(offset) for offset in starts_of(np.array(sizes, np.int64))[:-1])
    alive = np.ones(sum(sizes), np.bool_)
    for each, offset in zip(contents, offsets, strict=True):
        alive[[doc + offset for doc in each.deleted_docs()]] = False
    return compose(current.token, read_lookups(lookups_path(root, current)), segments, offsets, alive, today)


def compose(
    token: str,
    lookups: Lookups,
    segments: tuple[Segment, ...],
    offsets: tuple[int, ...],
    alive: NDArray[np.bool_],
    today: date,
) -> Snapshot:
    """Put segments together. `alive` says which rows are not deleted; what has not begun or is over is left out too."""
    day = (today - EPOCH).days
    flags = whole(segments, "flags")
    starts = whole(segments, "valid_from")
    alive = alive & (starts <= day) & (whole(segments, "valid_until") >= day) & (whole(segments, "entity") == 0)
    assured = whole(segments, "assured_on")
    cost, gender, taking = whole(segments, "cost_pence"), whole(segments, "gender"), whole(segments, "taking_people")
    columns = Columns(
        key=whole(segments, "key"),
        public_id=whole(segments, "public_id"),
        name=whole(segments, "name"),
        min_age=whole(segments, "min_age"),
        max_age=whole(segments, "max_age"),
        cost_pence=cost,
        gender=gender,
        next_session=whole(segments, "next_session"),
        places_left=whole(segments, "places_left"),
        is_online=(flags & ONLINE) > 0,
        is_telephone=(flags & TELEPHONE) > 0,
        is_in_person=(flags & IN_PERSON) > 0,
        is_referred=(flags & REFERRED) > 0,
        quality=ranking.quality(
            np.where(assured > 0, day - assured, -1),
            (flags & PAUSED) > 0,
            taking,
        ),
    )
    profile_codes = np.zeros(len(flags), np.int32)
    for bits, place in ((whole(segments, "kind"), 0), (whole(segments, "stage"), 3), (taking, 6), (gender, 9)):
        profile_codes |= bits.astype(np.int32) << place
    profile_codes |= flags.astype(np.int32) << 12 | (cost == 0).astype(np.int32) << 20
    terms = sets_of([segment.terms for segment in segments], lookups.term_meanings())
    areas = sets_of([segment.areas for segment in segments], lookups.reached())
    languages = sets_of([segment.languages for segment in segments], lookups.language_meanings())
    profiles = coded_sets(profile_codes, profile_names)
    access = coded_sets(whole(segments, "access").astype(np.int32), access_names)
    timetable = timetable_of(joined([segment.times for segment in segments]))
    days = coded_sets(timetable.days().astype(np.int32)[timetable.of], day_names)
    return Snapshot(
        token=token,
        today=today,
        lookups=lookups,
        segments=segments,
        offsets=offsets,
        columns=columns,
        points=points_of(segments),
        terms=terms,
        areas=areas,
        has_area=np.bincount(areas.members, minlength=areas.size) > 0,
        inside=sets_of([segment.areas for segment in segments], lookups.lain_in()),
        languages=languages,
        profiles=profiles,
        access=access,
        timetable=timetable,
        facets=side_by_side((terms, areas, profiles, access, languages, days)),
        alive=alive,
        living=np.flatnonzero(alive).astype(np.int32),
    )


def whole(segments: Sequence[Segment], name: str) -> NDArray[Any]:
    """One column of all segments."""
    if not segments:
        return np.empty(0, np.int64)
    return np.concatenate([segment.records[name] for segment in segments])


def points_of(segments: Sequence[Segment]) -> Points:
    """All points, projected around their middle meridian."""
    counts = np.concatenate([segment.points.counts() for segment in segments] or [np.empty(0, np.int64)])
    lat, lon, ward, precision = (
        np.concatenate([segment.points.values[name] for segment in segments] or [np.empty(0)])
        for name in ("lat", "lon", "ward", "precision")
    )
    plane = Plane(round(float(np.median(lon)), 2) if len(lon) else NO_MERIDIAN)
    x, y = plane.metres(lat, lon)
    starts = starts_of(counts)
    first_x, first_y = np.full(len(counts), np.inf), np.full(len(counts), np.inf)
    somewhere = np.flatnonzero(counts)
    first_x[somewhere], first_y[somewhere] = x[starts[somewhere]], y[starts[somewhere]]
    docs = np.arange(len(counts), dtype=np.int32).repeat(counts)
    return Points(plane, x, y, lat, lon, ward, precision, starts, first_x, first_y, counts > 1, grid_of(x, y, docs))


def sets_of(parts: Sequence[Combinations], meanings: tuple[Lists, list[int], list[Name]]) -> ValueSets:
    """The combinations of a list in all segments, with what their numbers mean."""
    lists, numbers, names = meanings
    return value_sets(joined(parts), lists, np.array(numbers, np.int64), names)


def coded_sets(codes: NDArray[np.int32], names_of: Any) -> ValueSets:
    """Combinations that fit into one number; `names_of` says what a number stands for."""
    different, of = np.unique(codes, return_inverse=True)
    each = [names_of(int(code)) for code in different]
    names: list[Name] = sorted({name for row in each for name in row})
    place = {name: number for number, name in enumerate(names)}
    values = np.array([place[name] for row in each for name in row], np.int32)
    lists = Lists(values, starts_of(np.array([len(row) for row in each], np.int64)))
    alone = Lists(np.arange(len(names), dtype=np.int32), np.arange(len(names) + 1))
    combinations = Combinations(of.astype(np.int32), lists, np.empty(0, np.uint64))
    return value_sets(combinations, alone, np.arange(len(names)), names)


def profile_names(code: int) -> list[Name]:
    """What a profile's bits stand for."""
    kind, stage, taking, gender, flags = code & 7, code >> 3 & 7, code >> 6 & 7, code >> 9 & 7, code >> 12 & 255
    names: list[Name] = [("kind", SERVICE_KINDS[kind]), ("stage", STAGES[stage])]
    if taking:
        names.append(("taking_people", TAKING_PEOPLE[taking - 1]))
    if gender:
        names.append(("gender", GENDERS[gender - 1]))
    names.append(("online", "yes" if flags & ONLINE else "no"))
    if flags & TELEPHONE:
        names.append(("telephone", "yes"))
    if flags & IN_PERSON:
        names.append(("in_person", "yes"))
    if not flags & REFERRED:
        names.append(("without_referral", "yes"))
    if code >> 20:
        names.append(("free", "yes"))
    return names


def access_names(bits: int) -> list[Name]:
    """What the bits of access stand for."""
    return [("access", feature) for number, feature in enumerate(ACCESS_FEATURES) if bits >> number & 1]


def day_names(bits: int) -> list[Name]:
    """What the bits of a week stand for."""
    return [("day", str(day)) for day in range(7) if bits >> day & 1]
