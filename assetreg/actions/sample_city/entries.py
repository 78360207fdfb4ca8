"""The sample city's plan turned into rows: organisations, places, and services with everything that hangs on them."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any

from assetreg.actions.sample_city.areas import Ground
from assetreg.actions.sample_city.chances import chance, uuid_from
from assetreg.actions.sample_city.composing import Composer, Wording
from assetreg.actions.sample_city.contacts import ContactBook
from assetreg.actions.sample_city.facts import Facts, facts_of
from assetreg.actions.sample_city.naming import Namer
from assetreg.actions.sample_city.placing import Placer
from assetreg.actions.sample_city.plan import Draft, Site, Team
from assetreg.actions.sample_city.texts import read_toml
from assetreg.actions.sample_city.visiting import card_of
from assetreg.actions.sample_city.writing import Rows
from assetreg.models.columns import READABLE
from assetreg.rules.opening import RegularTime

SOURCE = "Sample city"
SENSITIVE_NEEDS = frozenset({"domestic-abuse", "exploitation"})


class Entries:
    """Adds rows for teams, sites and drafts; keys are given beforehand, so that rows can point at one another."""

    def __init__(self, seed: int, today: date, ground: Ground, terms: dict[str, int], namer: Namer) -> None:
        """`terms` are the keys of needs and interests by slug."""
        self.rows = Rows()
        self._seed, self._today, self._ground, self._terms = seed, today, ground, terms
        self._composer = Composer(seed, namer)
        self._placer = Placer(seed, ground.shapes)
        self._book = ContactBook(chance(seed, "contacts"))
        self._phrases = read_toml("phrases")
        self._codes: set[str] = set()

    def add_team(self, team: Team, key: int) -> None:
        """An organisation and how to reach it."""
        draw = chance(self._seed, "team", team.number)
        self.rows.add(
            "organisation", key, uuid_from(draw), team.name, self._summary(team, draw), SOURCE, f"o{team.number}"
        )
        for kind, value, label in self._book.of_team(team, draw):
            self.rows.add("contact_point", key, None, kind, value, label)

    def add_site(self, site: Site, key: int) -> None:
        """A place and its rooms; of a confidential one nothing but that there is one, and perhaps its ward."""
        public_id = uuid_from(chance(self._seed, "site id", site.number))
        if site.visibility != "public":
            ward_id = self._ground.ward_ids.get(site.ward.code)
            visibility = "hidden" if ward_id is None else site.visibility
            shown = ward_id if visibility == "area_only" else None
            self.rows.add(
                "location", key, public_id, "", None, None, None, visibility, "withheld", shown, [], "", SOURCE
            )
            return
        facts = self._placer.facts(site)
        point = f"SRID=4326;POINT({facts.lon} {facts.lat})"
        self.rows.add(
            "location", key, public_id, site.name, facts.address, facts.postcode, point, "public", "needs_location",
            None, facts.access, facts.getting_there, SOURCE,
        )  # fmt: skip
        for room in facts.rooms:
            self.rows.add(
                "space", room.public_id, key, room.name, room.capacity, room.is_hireable, room.pence, room.note,
                room.access,
            )  # fmt: skip

    def add_service(self, draft: Draft, key: int, team_key: int, site_keys: list[int]) -> None:
        """A service with its places, times, terms, areas, contacts and checks."""
        draw = chance(self._seed, "service", draft.number)
        wording = self._composer.compose(draft)
        facts = facts_of(draft, wording, self._phrases, self._today, draw)
        self._add_row(draft, key, team_key, wording, facts, draw)
        for slug in draft.archetype.terms:
            self.rows.add("service_term", key, self._terms[slug])
        for site_key in site_keys:
            self.rows.add("service_at_location", key, site_key)
        self._add_times(key, wording.times, site_keys)
        for area_id in self._areas(draft, draw):
            self.rows.add("service_area", key, area_id)
        for kind, value, label in self._book.of_service(draft, wording.name, wording.leader, draw):
            self.rows.add("contact_point", None, key, kind, value, label)
        for check in facts.checks:
            self.rows.add("assurance", key, check.on, check.by, check.how)

    def _add_row(self, draft: Draft, key: int, team_key: int, wording: Wording, facts: Facts, draw: Random) -> None:
        archetype, public_id, code = draft.archetype, uuid_from(draw), self._code(draw)
        card = card_of(draft, wording, facts.cost_pence, facts.cost_note, self._phrases["first_visit"], draw)
        is_read = draw.random() < (0.6 if "learning-disability" in archetype.needs else 0.05)
        is_heard = draw.random() < (0.6 if "sensory-loss" in archetype.needs else 0.03)
        newest = facts.checks[0] if facts.checks else None
        is_sensitive = archetype.sensitive or bool(SENSITIVE_NEEDS & set(archetype.needs))
        self.rows.add(
            "service", key, public_id, code, team_key, wording.name, wording.summary, wording.description,
            archetype.kind, facts.status, facts.status_note, facts.reopens_on, facts.valid_from, facts.valid_until,
            facts.times_note, archetype.delivery == "online", archetype.delivery == "telephone", facts.cost_pence,
            facts.cost_note, facts.min_age, facts.max_age, archetype.gender or None, wording.eligibility,
            facts.languages, facts.access, archetype.referral, archetype.stage, archetype.audience,
            facts.taking_people, facts.wait, facts.said_at, wording.first_visit, card.who, card.door, card.company,
            card.cost, card.wear, f"https://example.org/easy-read/{code}" if is_read else "",
            f"https://example.org/audio/{code}" if is_heard else "", is_sensitive, SOURCE, f"s{draft.number}", None,
            newest.on if newest else None, newest.by if newest else "", newest.how if newest else None,
            facts.created_at, facts.created_at,
        )  # fmt: skip

    def _add_times(self, key: int, times: tuple[RegularTime, ...], site_keys: list[int]) -> None:
        """Regular times. A service at several places has each time at one of them, and some time at each."""
        turns = list(times)
        while turns and len(turns) < len(site_keys):
            last = turns[-1]
            turns.append(RegularTime((last.weekday + 1) % 5, last.starts_time, last.ends_time, last.week_of_month))
        for number, turn in enumerate(turns):
            where = site_keys[number % len(site_keys)] if len(site_keys) > 1 else None
            frequency = "weekly" if turn.week_of_month is None else "monthly"
            self.rows.add(
                "opening_time", key, where, frequency, turn.weekday, turn.week_of_month, turn.starts_time,
                turn.ends_time,
            )  # fmt: skip

    def _areas(self, draft: Draft, draw: Random) -> list[int]:
        """Keys of the areas that the service serves from wherever it is."""
        ground, code = self._ground, draft.ward.code
        own = [ground.ward_ids[code]] if code in ground.ward_ids else []
        near = [ground.ward_ids[other] for other in ground.beside.get(code, ()) if other in ground.ward_ids]
        if draft.reach == "city":
            return [ground.city_id] if ground.city_id else []
        group = ground.groups.get((draft.reach, code))
        if group:
            return [group]
        beside = draw.sample(near, min(len(near), draw.choice((0, 1, 1, 2, 2))))
        return list(dict.fromkeys(own + beside)) if draft.reach else []

    def _code(self, draw: Random) -> str:
        """A short code that no other service of the sample has."""
        while (code := "".join(draw.choices(READABLE, k=7))) in self._codes:
            pass
        self._codes.add(code)
        return code

    def _summary(self, team: Team, draw: Random) -> str:
        firsts: Any = self._phrases["organisation_first"]
        kind = f"charity-{team.theme}" if team.kind == "charity" else team.kind
        first = draw.choice(firsts[kind]).format(place=team.place)
        is_small = team.kind in ("charity", "cic", "arts")
        if is_small and draw.random() < 0.7:
            return f"{first} {draw.choice(self._phrases['organisation_more']['all'])}"
        return str(first)
