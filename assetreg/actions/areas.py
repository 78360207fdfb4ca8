"""Load areas' boundaries: everything is checked first, then all of one kind is replaced in one transaction."""

from __future__ import annotations

from dataclasses import dataclass

import shapely
from sqlalchemy import exists, func, select, text, update

from assetreg import clock
from assetreg.audit import note_load
from assetreg.db import db
from assetreg.models import Area, AreaLink
from assetreg.rules.areas import code_of, free_slug, likeness, why_not_replace
from geo.boundaries import BoundarySet
from geo.shapes import joined

DERIVED = "joined from its wards"  # the `source` of an area without a boundary file of its own
HALF = 0.5  # a ward that lies mostly elsewhere is not part of a joined shape


class AreasRefused(Exception):
    """Nothing was changed; the message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """One area about to be written; `wkb` is its boundary in WGS84 or None, `wkb_centre` a point on it."""

    code: str
    name: str
    wkb: bytes | None
    wkb_centre: bytes | None
    is_approximate: bool


@dataclass(frozen=True, slots=True)
class AreasLoaded:
    """What a load did, for the summary and the audit."""

    kind: str
    added: int
    changed: int
    unchanged: int
    retired: tuple[str, ...]
    moved: int  # locations that are in another ward now
    now_inside: int  # locations that were in no ward and now are
    now_outside: int  # locations that were in a ward and now are in none
    left_behind: tuple[tuple[str, tuple[str, ...]], ...]  # former areas, with the services that still serve them
    confidential_left_behind: int  # confidential locations that staff put in a ward that is no longer one
    without_parent: int  # wards in no constituency or locality


def load_areas(
    found: BoundarySet,
    kind: str,
    *,
    city: tuple[str, str],
    source: str = "",
    is_approximate: bool = False,
    is_forced: bool = False,
) -> AreasLoaded:
    """Make these the present areas of this kind; former ones are retired, not deleted, and addresses stay.

    `city` is the name and code of the city, whose boundary is joined from the wards unless it was loaded itself.
    Raises AreasRefused, having changed nothing, when too few codes are those of the present areas and it is not forced,
    or when a code belongs to an area of another kind.
    """
    db.session.execute(text("LOCK TABLE area IN SHARE ROW EXCLUSIVE MODE"))
    incoming = [
        Incoming(
            code_of(kind, boundary.code),
            boundary.name,
            shapely.to_wkb(boundary.shape),
            shapely.to_wkb(boundary.shape.representative_point()),
            is_approximate,
        )
        for boundary in found.boundaries
    ]
    codes = [area.code for area in incoming]
    if kind == "city" and len(codes) > 1:
        raise AreasRefused(f"A city is one area, and the file has {len(codes)}. Choose one with --only FIELD=VALUE.")
    present = _present_codes(kind)
    alike = likeness(present - _present_codes("city", DERIVED), codes)
    refusal = why_another_kind(kind, codes) or (None if is_forced else why_not_replace(kind, alike))
    if refusal:
        raise AreasRefused(refusal)
    remember_places()
    retired = _hand_over_slugs(kind, incoming, present - set(codes))
    added, changed = save_areas(kind, incoming, source)
    db.session.execute(
        update(Area)
        .where(Area.kind == kind, Area.retired_at.is_(None), Area.code.not_in(codes))
        .values(retired_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    if kind == "ward":
        _join_city(found, *city, is_approximate=is_approximate)
        join_parents()
    db.session.expire_all()
    moved, now_inside, now_outside = _places_changed()
    loaded = AreasLoaded(
        kind,
        added,
        changed,
        len(incoming) - added - changed,
        retired,
        moved,
        now_inside,
        now_outside,
        _services_left_behind(kind),
        _confidential_left_behind(),
        _wards_without_parent() if kind == "ward" else 0,
    )
    note_load(
        db.session(),
        "area",
        kind,
        {"added": added, "changed": changed, "retired": len(retired), "locations_moved": moved, "source": source},
    )
    db.session.flush()
    return loaded


def save_areas(kind: str, incoming: list[Incoming], source: str) -> tuple[int, int]:
    """Add or renew these areas in one statement; returns how many were added and how many changed.

    One statement, because every statement places the locations and postcodes on its ground again.
    """
    known = dict(db.session.execute(select(Area.code, Area.slug)).all())
    taken = set(known.values())
    slugs = []
    for area in incoming:
        slugs.append(known.get(area.code) or free_slug(kind, area.name, taken))
        taken.add(slugs[-1])
    rows = db.session.execute(
        text("""
            INSERT INTO area AS kept (kind, code, name, slug, boundary, centre, is_approximate, source)
            SELECT :kind, code, name, slug, ST_GeomFromWKB(wkb, 4326),
                   ST_GeomFromWKB(wkb_centre, 4326)::geography, is_approximate, :source
              FROM unnest(CAST(:codes AS text[]), CAST(:names AS text[]), CAST(:slugs AS text[]),
                          CAST(:wkbs AS bytea[]), CAST(:wkb_centres AS bytea[]), CAST(:approximate AS boolean[]))
                   AS new (code, name, slug, wkb, wkb_centre, is_approximate)
            ON CONFLICT (code) DO UPDATE
               SET name = excluded.name, boundary = COALESCE(excluded.boundary, kept.boundary),
                   centre = COALESCE(excluded.centre, kept.centre), is_approximate = excluded.is_approximate,
                   source = excluded.source, retired_at = NULL, updated_at = now()
             WHERE kept.retired_at IS NOT NULL
                OR (kept.name, kept.is_approximate, kept.source)
                   IS DISTINCT FROM (excluded.name, excluded.is_approximate, excluded.source)
                OR (excluded.boundary IS NOT NULL AND kept.boundary IS DISTINCT FROM excluded.boundary)
            RETURNING xmax = 0
        """),
        {
            "kind": kind,
            "source": source,
            "codes": [area.code for area in incoming],
            "names": [area.name for area in incoming],
            "slugs": slugs,
            "wkbs": [area.wkb for area in incoming],
            "wkb_centres": [area.wkb_centre for area in incoming],
            "approximate": [area.is_approximate for area in incoming],
        },
    ).scalars()
    is_new = list(rows)
    return sum(is_new), len(is_new) - sum(is_new)


def join_parents() -> None:
    """Draw again every constituency and locality that has no boundary file of its own, from the wards mostly in it."""
    rows = db.session.execute(
        text("""
            SELECT parent.kind, parent.code, parent.name, array_agg(ST_AsBinary(ward.boundary) ORDER BY ward.code),
                   bool_or(ward.is_approximate OR area_link.share < 1)
              FROM area AS parent
              JOIN area_link ON area_link.parent_id = parent.id AND area_link.share >= :half
              JOIN area AS ward ON ward.id = area_link.child_id AND ward.retired_at IS NULL
             WHERE parent.retired_at IS NULL AND ward.boundary IS NOT NULL
               AND (parent.boundary IS NULL OR parent.source = :derived)
             GROUP BY parent.id
             ORDER BY parent.code
        """),
        {"half": HALF, "derived": DERIVED},
    )
    for kind, code, name, wkbs, is_approximate in rows.all():
        save_areas(kind, [_joined(code, name, [bytes(wkb) for wkb in wkbs], is_approximate)], DERIVED)


def why_another_kind(kind: str, codes: list[str]) -> str | None:
    """The sentence that refuses codes which belong to areas of another kind; None when none does."""
    clash = db.session.execute(
        select(Area.code, Area.name, Area.kind)
        .where(Area.kind != kind, Area.code.in_(codes))
        .order_by(Area.code)
        .limit(1)
    ).first()
    if clash is None:
        return None
    return (
        f"The code {clash.code} already belongs to “{clash.name}”, which is a {clash.kind} and not a {kind}. "
        "Nothing was changed. Check the kind and the column of codes."
    )


def remember_places() -> None:
    """Note every location's ward for the rest of the transaction, to say afterwards what moved."""
    db.session.execute(text("DROP TABLE IF EXISTS location_before"))
    db.session.execute(
        text("CREATE TEMPORARY TABLE location_before ON COMMIT DROP AS SELECT id, ward_id FROM location")
    )


def _joined(code: str, name: str, wkbs: list[bytes], is_approximate: bool) -> Incoming:
    shape = joined(list(shapely.from_wkb(wkbs)))
    return Incoming(code, name, shapely.to_wkb(shape), shapely.to_wkb(shape.representative_point()), is_approximate)


def _join_city(found: BoundarySet, name: str, code: str, *, is_approximate: bool) -> None:
    own: str | None = db.session.scalar(select(Area.source).where(Area.kind == "city", Area.retired_at.is_(None)))
    if own is None or own == DERIVED:
        wkbs = [shapely.to_wkb(boundary.shape) for boundary in found.boundaries]
        save_areas("city", [_joined(code, name, wkbs, is_approximate)], DERIVED)


def _present_codes(kind: str, source: str | None = None) -> set[str]:
    wanted = select(Area.code).where(Area.kind == kind, Area.retired_at.is_(None))
    return set(db.session.scalars(wanted if source is None else wanted.where(Area.source == source)))


def _hand_over_slugs(kind: str, incoming: list[Incoming], leaving: set[str]) -> tuple[str, ...]:
    """Names of the areas that will be retired. A newcomer of the same name takes over the address, so that links to
    "Northfield" lead to the Northfield of today."""
    known = set(db.session.scalars(select(Area.code)))
    wanted = {free_slug(kind, area.name, ()) for area in incoming if area.code not in known}
    taken = set(db.session.scalars(select(Area.slug)))
    former = select(Area).where(Area.kind == kind, Area.code.in_(leaving) | Area.retired_at.is_not(None))
    names = []
    for area in db.session.scalars(former.order_by(Area.name, Area.id)):
        if area.code in leaving:
            names.append(area.name)
        if area.slug in wanted:
            area.slug = free_slug(kind, f"{area.name} former", taken)
            taken.add(area.slug)
    db.session.flush()
    return tuple(names)


def _places_changed() -> tuple[int, int, int]:
    """How many locations moved from ward to ward, came into one, and fell out of all."""
    row = db.session.execute(
        text("""
            SELECT count(*) FILTER (WHERE location.ward_id <> before.ward_id),
                   count(*) FILTER (WHERE before.ward_id IS NULL AND location.ward_id IS NOT NULL),
                   count(*) FILTER (WHERE before.ward_id IS NOT NULL AND location.ward_id IS NULL)
              FROM location JOIN location_before AS before ON before.id = location.id
        """)
    ).one()
    return row[0], row[1], row[2]


def _services_left_behind(kind: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    rows = db.session.execute(
        text("""
            SELECT area.name, array_agg(service.name ORDER BY service.name)
              FROM area JOIN service_area ON service_area.area_id = area.id
              JOIN service ON service.id = service_area.service_id
             WHERE area.kind = :kind AND area.retired_at IS NOT NULL
             GROUP BY area.id ORDER BY area.name, area.id
        """),
        {"kind": kind},
    )
    return tuple((name, tuple(services)) for name, services in rows)


def _confidential_left_behind() -> int:
    return (
        db.session.scalar(
            text(
                "SELECT count(*) FROM location JOIN area ON area.id = location.ward_id"
                " WHERE location.placement = 'withheld' AND area.retired_at IS NOT NULL"
            )
        )
        or 0
    )


def _wards_without_parent() -> int:
    has_parent = exists(select(AreaLink.child_id).where(AreaLink.child_id == Area.id))
    wards = select(func.count()).select_from(Area).where(Area.kind == "ward", Area.retired_at.is_(None), ~has_parent)
    return db.session.scalar(wards) or 0
