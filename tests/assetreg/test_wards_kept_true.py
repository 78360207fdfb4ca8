"""Every location and postcode knows its ward, whatever changes: its point, a boundary, or which wards there are.

Each promise is tested with its guard taken away too, so that we know the test could see it broken.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.orm import Session

from assetreg.models import Area, Location, Postcode, PostcodeCentre
from tests.factories.register import confidential_location, location, point, square, ward

# Every row whose ward is not the one that covers its point, found without the functions that the triggers use.
WRONG = text("""
    SELECT kind, key FROM (
        SELECT 'location' AS kind, id::text AS key, point, ward_id FROM location WHERE visibility = 'public'
        UNION ALL SELECT 'postcode', code, point, ward_id FROM postcode
        UNION ALL SELECT 'centre', code, point, ward_id FROM postcode_centre
    ) AS placed
    WHERE ward_id IS DISTINCT FROM (
        SELECT area.id FROM area
         WHERE area.kind = 'ward' AND area.retired_at IS NULL AND ST_Intersects(area.boundary, placed.point::geometry)
         ORDER BY area.code LIMIT 1)
""")
MISPLACED = text("""
    SELECT id FROM location
     WHERE visibility = 'public' AND point IS NOT NULL
       AND placement <> CASE WHEN ward_id IS NULL THEN 'outside' ELSE 'placed' END
""")


def wrong(session: Session) -> list[Any]:
    """What does not know its ward."""
    session.flush()
    return [*session.execute(WRONG), *session.execute(MISPLACED)]


def some_places(session: Session) -> None:
    """Two wards side by side, and locations, postcodes and a centre in both, on their edge, and outside."""
    ward("West", west=-2.00, south=52.40, side=0.01)
    ward("East", west=-1.99, south=52.40, side=0.01)
    for number in range(12):
        longitude = -2.0025 + number * 0.0025
        location(f"Place {number}", longitude, 52.405)
        session.add(Postcode(code=f"B31{number % 10}A{'AB'[number // 10]}", point=point(longitude, 52.404)))
    session.add(PostcodeCentre(code="B31", point=point(-1.985, 52.405)))
    session.flush()


def shift(session: Session, degrees: float = 0.004) -> None:
    """Move the boundary between the wards."""
    session.execute(text("UPDATE area SET boundary = ST_Translate(boundary, :x, 0)"), {"x": degrees})


def test_everything_is_placed_when_it_is_written(session: Session) -> None:
    some_places(session)
    assert wrong(session) == []
    assert session.scalar(select(PostcodeCentre.ward_id)) is not None


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE area SET boundary = ST_Translate(boundary, 0.004, 0)",
        "UPDATE area SET boundary = ST_Translate(boundary, 0.004, 0) WHERE name = 'East'",
        "UPDATE area SET boundary = ST_Translate(boundary, 1, 0) WHERE name = 'West'",
        "UPDATE area SET boundary = NULL WHERE name = 'East'",
        "UPDATE area SET retired_at = now() WHERE name = 'West'",
        "UPDATE area SET kind = 'locality' WHERE name = 'West'",
        "UPDATE area SET code = 'E00000001' WHERE name = 'East'",
        "DELETE FROM area WHERE name = 'West'",
        "DELETE FROM area",
        "UPDATE location SET point = ST_Translate(point::geometry, 0.006, 0)::geography",
        "UPDATE location SET ward_id = NULL",
        "UPDATE location SET placement = 'needs_location'",
        "UPDATE postcode SET point = ST_Translate(point::geometry, 0.006, 0)::geography",
        "UPDATE postcode_centre SET point = ST_Translate(point::geometry, -0.01, 0)::geography",
    ],
)
def test_any_change_leaves_every_ward_true(session: Session, change: str) -> None:
    some_places(session)
    session.execute(text(change))
    assert wrong(session) == []


def test_a_new_ward_takes_in_what_lies_in_it(session: Session) -> None:
    some_places(session)
    ward("North", west=-2.01, south=52.39, side=0.05, code="A00000000")
    assert wrong(session) == []
    assert set(session.scalars(select(Location.placement))) == {"placed"}


def test_wards_that_come_back_take_their_places_again(session: Session) -> None:
    some_places(session)
    before = session.execute(select(Location.id, Location.ward_id).order_by(Location.id)).all()
    session.execute(text("UPDATE area SET retired_at = now()"))
    assert set(session.scalars(select(Location.placement))) == {"outside"}
    session.execute(text("UPDATE area SET retired_at = NULL"))
    assert session.execute(select(Location.id, Location.ward_id).order_by(Location.id)).all() == before


def test_a_place_on_the_edge_of_two_wards_is_in_the_one_of_the_lower_code(session: Session) -> None:
    lower = ward("Lower", west=-2.00, south=52.40, side=0.01, code="E05000001")
    higher = ward("Higher", west=-1.99, south=52.40, side=0.01, code="E05000002")
    assert location("On the edge", -1.99, 52.405).ward_id == lower.id
    session.execute(update(Area).where(Area.id == higher.id).values(code="E04000000"))
    assert wrong(session) == []
    assert session.scalar(select(Location.ward_id)) == higher.id


def test_a_confidential_place_keeps_the_ward_that_staff_chose(session: Session) -> None:
    some_places(session)
    chosen = session.scalars(select(Area).where(Area.name == "West")).one()
    kept = confidential_location(chosen)
    shift(session, 1.0)
    session.refresh(kept)
    assert (kept.ward_id, kept.placement) == (chosen.id, "withheld")


def test_a_place_without_a_point_is_in_no_ward(session: Session) -> None:
    here = ward()
    waiting = location("Waiting", point=None, ward_id=here.id, placement="placed")
    assert wrong(session) == []
    assert (waiting.ward_id, waiting.placement) == (None, "needs_location")


@pytest.mark.parametrize(
    ("table", "trigger", "change"),
    [
        ("area", "wards_changed", "UPDATE area SET boundary = ST_Translate(boundary, 0.004, 0)"),
        ("area", "wards_changed", "UPDATE area SET retired_at = now() WHERE name = 'West'"),
        ("area", "wards_removed", "DELETE FROM area WHERE name = 'West'"),
        (
            "location",
            "location_placed",
            "UPDATE location SET point = ST_Translate(point::geometry, 0.006, 0)::geography",
        ),
        (
            "postcode",
            "postcode_placed",
            "UPDATE postcode SET point = ST_Translate(point::geometry, 0.006, 0)::geography",
        ),
        (
            "postcode_centre",
            "postcode_centre_placed",
            "UPDATE postcode_centre SET point = ST_Translate(point::geometry, -0.01, 0)::geography",
        ),
    ],
)
def test_without_its_trigger_the_check_would_fail(session: Session, table: str, trigger: str, change: str) -> None:
    """The positive control: the same changes, the guard off."""
    some_places(session)
    session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}"))
    session.execute(text(change))
    assert wrong(session) != []


def test_without_the_trigger_a_new_ward_would_take_in_nothing(session: Session) -> None:
    some_places(session)
    session.execute(text("ALTER TABLE area DISABLE TRIGGER wards_added"))
    ward("North", west=-2.01, south=52.39, side=0.05, code="A00000000")
    assert wrong(session) != []


def test_renaming_wards_touches_no_location(session: Session) -> None:
    some_places(session)
    before = session.execute(text("SELECT id, xmin FROM location ORDER BY id")).all()
    session.execute(text("UPDATE area SET name = name || ' ward', slug = slug || '-ward'"))
    assert session.execute(text("SELECT id, xmin FROM location ORDER BY id")).all() == before


def test_a_boundary_change_writes_only_what_moves(session: Session) -> None:
    some_places(session)
    far = location("Far away", -1.5, 52.6)
    before = dict(map(tuple, session.execute(text("SELECT id, ctid::text FROM location")).all()))
    wards = dict(map(tuple, session.execute(select(Location.id, Location.ward_id)).all()))
    shift(session)
    after = dict(map(tuple, session.execute(text("SELECT id, ctid::text FROM location")).all()))
    moved = {key for key, ward_id in session.execute(select(Location.id, Location.ward_id)) if wards[key] != ward_id}
    assert moved
    assert {key for key in before if before[key] != after[key]} == moved
    assert far.id not in moved


@pytest.mark.parametrize("metres_inside", [1, 500])
def test_places_along_a_long_northern_edge_are_not_overlooked(session: Session, metres_inside: int) -> None:
    """A ward as wide as the Highlands': straight in degrees, its edge bends away from the great circle by 300 m."""
    wide = ward("Wide", west=-5.5, south=57.0, side=1.6)
    session.execute(delete(Area).where(Area.id == wide.id))
    for number in range(17):
        location(f"North {number}", -5.45 + number / 11, 58.6 - metres_inside / 111_000)
        location(f"South {number}", -5.45 + number / 11, 57.0 + metres_inside / 111_000)
    ward("Wide again", west=-5.5, south=57.0, side=1.6)
    assert wrong(session) == []
    assert set(session.scalars(select(Location.placement))) == {"placed"}


def test_finding_a_ward_uses_the_index_on_boundaries(session: Session) -> None:
    """With as many wards as the country has, the plan goes by the index and not through the table."""
    session.execute(text("ALTER TABLE area DISABLE TRIGGER USER"))
    session.execute(
        text("""
            INSERT INTO area (kind, code, name, slug, boundary)
            SELECT 'ward', 'W' || x || '-' || y, 'Ward', 'w-' || x || '-' || y,
                   ST_Multi(ST_MakeEnvelope(-4 + x * 0.05, 51 + y * 0.05, -3.95 + x * 0.05, 51.05 + y * 0.05, 4326))
              FROM generate_series(1, 80) AS x, generate_series(1, 80) AS y
        """)
    )
    session.execute(text("ANALYZE area"))
    body: str = session.scalar(text("SELECT prosrc FROM pg_proc WHERE proname = 'ward_covering'")) or ""
    assert "ST_Covers" in body
    here = "ST_GeogFromText('SRID=4326;POINT(-1.9 52.48)')"
    plan = session.scalar(text(f"EXPLAIN (FORMAT JSON) {body.replace('place', here)}"))
    assert "ix_area_boundary" in json.dumps(plan)


def test_the_square_of_the_factory_is_what_it_says() -> None:
    """The tests above stand on it: a square of the given side with its corner where it should be."""
    assert square(-2.0, 52.4, 0.01).startswith("SRID=4326;MULTIPOLYGON(((-2.0 52.4, -1.99 52.4, -1.99 52.41")
