"""Load postcodes by the million: COPY into a staging table, one merge, and everything that hangs on it made true."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from sqlalchemy import text

from assetreg.actions.postcode_files import (
    BadRow,
    PostcodeRows,
    PostcodesUnreadable,
    PostcodeTable,
    Tally,
    read_tables,
)
from assetreg.audit import note_load
from assetreg.db import db
from assetreg.queries.places import find_postcodes


@dataclass(frozen=True, slots=True)
class Staged:
    """Postcodes that wait in the transaction's temporary table."""

    files: tuple[str, ...]
    tally: Tally
    copied: int


@dataclass(frozen=True, slots=True)
class PostcodesLoaded:
    """What a load did, for the summary and the audit."""

    read: int
    added: int
    changed: int
    unchanged: int
    removed: int
    repeated: int
    without_coordinates: int
    terminated: int
    rejected: int
    in_wards: int  # of all postcodes now known
    locations_found: (
        int  # locations that waited for their postcode, or had only a sector's centre, and now have a point
    )
    locations_waiting: int  # locations that still need one, or need one again


def stage_postcodes(
    tables: Sequence[PostcodeTable],
    reject: Callable[[BadRow], None],
    progress: Callable[[int], None],
    *,
    with_terminated: bool = False,
) -> Staged:
    """Read these tables (`find_tables`) into a temporary one, by COPY; `load_postcodes` makes them count.

    PostcodesUnreadable when a table is damaged or holds not one good row: nothing was changed then.
    """
    db.session.execute(text("DROP TABLE IF EXISTS incoming, fresh, added"))
    db.session.execute(
        text("CREATE TEMPORARY TABLE incoming (number bigint, code text, point geography) ON COMMIT DROP")
    )
    tally = Tally()
    copied = 0
    driver: Any = db.session.connection().connection.driver_connection
    with driver.cursor() as cursor, cursor.copy("COPY incoming (number, code, point) FROM STDIN") as copy:
        for rows in read_tables(tables, tally, reject, progress, with_terminated=with_terminated):
            copy.write(_as_copied(rows, copied))
            copied += len(rows.codes)
    if not copied:
        raise PostcodesUnreadable(f"Not one of {tally.read:,} rows could be used. Nothing was changed.")
    return Staged(tuple(sorted({table.path.name for table in tables})), tally, copied)


def load_postcodes(staged: Staged, *, is_replacing: bool = False) -> PostcodesLoaded:
    """Add and renew the staged postcodes; with `is_replacing` those that were not staged go.

    The wards come from the database's triggers. Centres of sectors and outward codes are made again, and locations that
    a postcode places are placed again. Loading the same files twice changes nothing.
    """
    db.session.execute(text("SET LOCAL work_mem = '128MB'"))
    db.session.execute(text("LOCK TABLE postcode, postcode_centre IN SHARE ROW EXCLUSIVE MODE"))
    added, changed, unchanged = _merge()
    removed = _remove_others() if is_replacing else 0
    db.session.execute(text("ANALYZE postcode"))
    renew_centres()
    found, waiting = place_by_postcode()
    tally = staged.tally
    loaded = PostcodesLoaded(
        tally.read,
        added,
        changed,
        unchanged,
        removed,
        staged.copied - added - changed - unchanged,
        tally.without_coordinates,
        tally.terminated,
        tally.rejected,
        db.session.scalar(text("SELECT count(*) FROM postcode WHERE ward_id IS NOT NULL")) or 0,
        found,
        waiting,
    )
    counts = {"added": added, "changed": changed, "removed": removed, "rejected": tally.rejected}
    note_load(db.session(), "postcode", "", {"files": list(staged.files), **counts})
    db.session.flush()
    return loaded


def renew_centres() -> None:
    """Make the centres of sectors and outward codes again: the middle of the postcodes that are loaded.

    Centres of codes without a loaded postcode stay when they came from elsewhere, and go when they were derived. Each
    step has a table with statistics to stand on: guessed plans for tables just filled are off by hours.
    """
    for statement in (
        "DROP TABLE IF EXISTS centre",
        """
        CREATE TEMPORARY TABLE centre ON COMMIT DROP AS
        WITH sector AS (
            SELECT left(code, -3) AS outward, substr(right(code, 3), 1, 1) AS digit, count(*) AS postcodes,
                   sum(ST_X(point::geometry)) AS x, sum(ST_Y(point::geometry)) AS y
              FROM postcode GROUP BY 1, 2
        )
        SELECT outward || COALESCE(' ' || digit, '') AS code, sum(postcodes)::int AS postcodes,
               ST_SetSRID(ST_MakePoint(round((sum(x) / sum(postcodes))::numeric, 6),
                                       round((sum(y) / sum(postcodes))::numeric, 6)), 4326)::geography AS point
          FROM sector GROUP BY GROUPING SETS ((outward, digit), (outward))
        """,
        "ANALYZE centre",
        "ANALYZE postcode_centre",
        """
        DELETE FROM postcode_centre AS kept
         WHERE is_derived AND NOT EXISTS (SELECT FROM centre WHERE centre.code = kept.code)
        """,
        """
        INSERT INTO postcode_centre AS kept (code, point, postcodes, is_derived)
        SELECT code, point, postcodes, true FROM centre
        ON CONFLICT (code) DO UPDATE
           SET point = excluded.point, postcodes = excluded.postcodes, is_derived = true, loaded_at = now()
         WHERE (kept.point, kept.postcodes, kept.is_derived)
               IS DISTINCT FROM (excluded.point, excluded.postcodes, true)
        """,
    ):
        db.session.execute(text(statement))


def place_by_postcode() -> tuple[int, int]:
    """Look up again every location that only its postcode can place; how many were placed, and how many still wait.

    These are the public locations without a point, or with the middle of a sector or outward code for one. The look-up
    order makes some better (the full postcode is known now) and some honest (it is known now not to exist).
    """
    rows = db.session.execute(
        text("""
            SELECT id, postcode, placement, is_approximate, ST_Y(point::geometry) AS lat, ST_X(point::geometry) AS lon
              FROM location
             WHERE visibility = 'public' AND postcode <> '' AND (point IS NULL OR is_approximate)
             ORDER BY id
        """)
    ).all()
    places = find_postcodes(row.postcode for row in rows)
    changed: list[tuple[int, float | None, float | None, bool, str]] = []
    waiting = 0
    for row in rows:
        place = places.get(row.postcode)
        if place is None:  # it is no postcode, so it never placed anything
            waiting += row.placement == "needs_location"
            continue
        waiting += place.placement == "needs_location"
        now = (place.lat, place.lon, place.is_approximate, place.placement)
        if now != (row.lat, row.lon, row.is_approximate, row.placement):
            changed.append((row.id, *now))
    if changed:
        ids, lats, lons, approximate, placements = map(list, zip(*changed, strict=True))
        db.session.execute(
            text("""
                UPDATE location
                   SET point = ST_SetSRID(ST_MakePoint(new.lon, new.lat), 4326)::geography,
                       is_approximate = new.is_approximate, placement = new.placement, updated_at = now()
                  FROM unnest(CAST(:ids AS bigint[]), CAST(:lats AS float8[]), CAST(:lons AS float8[]),
                              CAST(:approximate AS boolean[]), CAST(:placements AS text[]))
                       AS new (id, lat, lon, is_approximate, placement)
                 WHERE location.id = new.id
            """),
            {"ids": ids, "lats": lats, "lons": lons, "approximate": approximate, "placements": placements},
        )
        db.session.expire_all()
    return sum(lat is not None for _, lat, *_ in changed), waiting


def _as_copied(rows: PostcodeRows, before: int) -> str:
    """Rows as COPY reads them: a running number, the code, and the point as hexadecimal EWKB."""
    points = shapely.set_srid(shapely.points(np.array(rows.lon), np.array(rows.lat)), 4326)
    shapes = np.asarray(shapely.to_wkb(points, hex=True, include_srid=True))
    return "".join(
        f"{number}\t{code}\t{shape}\n"
        for number, (code, shape) in enumerate(zip(rows.codes, shapes.tolist(), strict=True), start=before)
    )


def _merge() -> tuple[int, int, int]:
    """Write what differs; returns how many were added, changed and left as they were.

    Two statements and not one with ON CONFLICT: a BEFORE trigger runs for every row offered, also for the unchanged.
    What is to be added is settled in a table of its own first. Asked while adding, the plan made for the empty table of
    a new register goes through all that was added so far for every row.
    """
    for statement in (
        "CREATE TEMPORARY TABLE fresh ON COMMIT DROP AS"
        " SELECT DISTINCT ON (code) code, point FROM incoming ORDER BY code, number DESC",
        "ANALYZE fresh",
        "CREATE TEMPORARY TABLE added ON COMMIT DROP AS SELECT code, point FROM fresh"
        " WHERE NOT EXISTS (SELECT FROM postcode WHERE postcode.code = fresh.code)",
    ):
        db.session.execute(text(statement))
    _move_locations()
    changed = _rowcount(
        "UPDATE postcode SET point = fresh.point FROM fresh"
        " WHERE postcode.code = fresh.code AND postcode.point IS DISTINCT FROM fresh.point"
    )
    added = _rowcount("INSERT INTO postcode (code, point) SELECT code, point FROM added ORDER BY code")
    known: int = db.session.scalar(text("SELECT count(*) FROM fresh")) or 0
    return added, changed, known - added - changed


def _remove_others() -> int:
    """Take out what was not staged; returns how many. Not by NOT IN, which becomes quadratic beyond work_mem."""
    return _rowcount("DELETE FROM postcode WHERE NOT EXISTS (SELECT FROM fresh WHERE fresh.code = postcode.code)")


def _move_locations() -> None:
    """A location that stands exactly where its postcode stood was placed by it, and moves with it."""
    db.session.execute(
        text("""
            UPDATE location SET point = fresh.point, updated_at = now()
              FROM fresh JOIN postcode ON postcode.code = fresh.code
             WHERE replace(upper(location.postcode), ' ', '') = postcode.code AND NOT location.is_approximate
               AND location.point = postcode.point AND postcode.point IS DISTINCT FROM fresh.point
        """)
    )


def _rowcount(statement: str) -> int:
    result: Any = db.session.execute(text(statement))
    return int(result.rowcount)
