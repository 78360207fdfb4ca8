"""Making the sample city: plan it, lay the ground, write everything by COPY."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import exists, func, select, text

from assetreg import clock
from assetreg.actions.accounts import add_sample_people
from assetreg.actions.sample_city.areas import lay_ground
from assetreg.actions.sample_city.entries import SOURCE, Entries
from assetreg.actions.sample_city.ground import read_wards
from assetreg.actions.sample_city.naming import Namer
from assetreg.actions.sample_city.parts import SAMPLE_PARTS
from assetreg.actions.sample_city.plan import Draft, Site, Team, draft_services
from assetreg.actions.sample_city.siting import site_services, spread_services, tell_sites
from assetreg.actions.sample_city.staffing import staff_services
from assetreg.actions.sample_city.texts import read_archetypes
from assetreg.actions.sample_city.writing import next_ids
from assetreg.actions.terms import load_terms
from assetreg.audit import note_load
from assetreg.db import db
from assetreg.models import Audit, Organisation, Service, Source, Term

SERVICES = 600
ORGANISATIONS, LOCATIONS = 220, 300  # for SERVICES; other sizes in proportion
PART = 5_000  # services written at a time
ENTITY = "sample_city"


class SampleRefused(Exception):
    """Nothing was changed; the message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class SampleMade:
    """What is in the register now. `is_new` is false when it was there already. `parts`: what other floors added."""

    services: int
    organisations: int
    locations: int
    areas: int
    is_new: bool
    parts: dict[str, int] = field(default_factory=dict)


def add_sample_city(
    services: int = SERVICES,
    seed: int = 1,
    *,
    is_forced: bool = False,
    tell: Callable[[int], None] | None = None,
) -> SampleMade:
    """Add the sample city; does nothing when the same one is there. `tell` hears how many services were written.

    Raises SampleRefused when another sample is there, or when the register holds other entries and it is not forced.
    """
    db.session.execute(text("LOCK TABLE source IN SHARE ROW EXCLUSIVE MODE"))
    if find_sample() is not None:
        return _same_again(services, seed)
    others = db.session.scalar(select(func.count()).select_from(Service)) or 0
    if others and not is_forced:
        raise SampleRefused(
            f"The register already has {others:,} services that are not the sample's. "
            "To put the sample city beside them all the same, add --force."
        )
    load_missing_terms()
    wards = read_wards()
    ground = lay_ground(wards)
    drafts, sites, teams, namer = plan_city(services, seed)
    spread_services(drafts, sites, ground.beside, seed)
    tell_sites(drafts)
    db.session.merge(Source(name=SOURCE, kind="demo", attribution="Invented for this sample. Nobody in it is real."))
    db.session.flush()
    terms = dict(db.session.execute(select(Term.slug, Term.id)).all())
    _write(Entries(seed, clock.today(), ground, terms, namer), drafts, sites, teams, tell)
    add_sample_people(_partners_organisation(drafts))
    parts: dict[str, int] = {}
    for part in SAMPLE_PARTS:
        parts |= part.make(seed, services)
    note_load(
        db.session(),
        ENTITY,
        SOURCE,
        {
            "seed": seed,
            "asked": services,
            "services": len(drafts),
            "organisations": len(teams),
            "locations": len(sites),
            "area_codes": ground.added,
            **parts,
        },
    )
    db.session.flush()
    db.session.execute(text("ANALYZE"))
    return SampleMade(len(drafts), len(teams), len(sites), len(ground.added), True, parts)


def plan_city(services: int, seed: int) -> tuple[list[Draft], list[Site], list[Team], Namer]:
    """Which services there will be, where, and who runs them."""
    namer = Namer(seed)
    drafts = draft_services(read_archetypes(), read_wards(), services, seed)
    sites = site_services(drafts, round(services * LOCATIONS / SERVICES), seed, namer)
    teams = staff_services(drafts, round(services * ORGANISATIONS / SERVICES), seed, namer)
    return drafts, sites, teams, namer


def find_sample() -> Source | None:
    """The sample's entry among the sources, if the sample is in the register."""
    return db.session.get(Source, SOURCE)


def find_making() -> dict[str, Any] | None:
    """What the newest sample was asked to be, and what came of it, as the audit has it."""
    row: dict[str, Any] | None = db.session.scalar(
        select(Audit.changes)
        .where(Audit.entity == ENTITY, Audit.changes.has_key("asked"))
        .order_by(Audit.id.desc())
        .limit(1)
    )
    return row


def load_missing_terms() -> None:
    """Load the needs and interests if there are none."""
    if not db.session.scalar(select(exists(select(Term.id)))):
        load_terms()


def _write(
    entries: Entries, drafts: list[Draft], sites: list[Site], teams: list[Team], tell: Callable[[int], None] | None
) -> None:
    """All rows: who, then where, then what, in parts."""
    team_keys = dict(zip(map(id, teams), next_ids("organisation", len(teams)), strict=True))
    site_keys = dict(zip(map(id, sites), next_ids("location", len(sites)), strict=True))
    service_keys = next_ids("service", len(drafts))
    for team in teams:
        entries.add_team(team, team_keys[id(team)])
    entries.rows.write()
    for site in sites:
        entries.add_site(site, site_keys[id(site)])
    entries.rows.write()
    for draft, key in zip(drafts, service_keys, strict=True):
        entries.add_service(draft, key, team_keys[id(draft.team)], [site_keys[id(site)] for site in draft.sites])
        if (draft.number + 1) % PART == 0 or draft.number + 1 == len(drafts):
            entries.rows.write()
            if tell is not None:
                tell(draft.number % PART + 1)


def _same_again(services: int, seed: int) -> SampleMade:
    """What is there, when it is the sample that is asked for. Raises SampleRefused for another."""
    made = find_making()
    if made is None or (made["asked"], made["seed"]) != (services, seed):
        what = f"of {made['asked']:,} services (seed {made['seed']})" if made else "of another kind"
        raise SampleRefused(f"A sample city {what} is in the register already. Take it out first: demo --remove.")
    return SampleMade(
        made["services"], made["organisations"], made["locations"], len(made.get("area_codes", ())), False
    )


def _partners_organisation(drafts: list[Draft]) -> list[Organisation]:
    """The organisation whose entries the sample's partners may edit: a charity with three services or so."""
    numbers = Counter(draft.team.number for draft in drafts if draft.team and draft.team.kind == "charity")
    if not numbers:
        return []
    best = min(numbers, key=lambda number: (abs(numbers[number] - 3), number))
    wanted = select(Organisation).where(Organisation.source == SOURCE, Organisation.source_id == f"o{best}")
    return list(db.session.scalars(wanted))
