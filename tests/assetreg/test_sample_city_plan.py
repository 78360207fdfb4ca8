"""The sample city before it is written: how many of what, where, and that large ones keep their promises too."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date

import pytest

from assetreg.actions.sample_city.areas import Ground
from assetreg.actions.sample_city.chances import Deck, chance, shares
from assetreg.actions.sample_city.composing import has_echo
from assetreg.actions.sample_city.entries import Entries
from assetreg.actions.sample_city.ground import approximate_shapes, outwards, read_groups, read_sectors, read_wards
from assetreg.actions.sample_city.making import plan_city
from assetreg.actions.sample_city.plan import how_many_of_each
from assetreg.actions.sample_city.sense import goes_with, setting_of
from assetreg.actions.sample_city.siting import accepts, settle, spread_services, tell_sites
from assetreg.actions.sample_city.texts import read_archetypes
from assetreg.actions.sample_city.writing import COLUMNS, Row
from assetreg.rules.times import read_times
from geo.postcodes import Sector
from geo.shapes import neighbours


class KeptRows:
    """Takes rows as the database would, and keeps them."""

    def __init__(self) -> None:
        self.tables: dict[str, list[Row]] = defaultdict(list)

    def add(self, table: str, *values: object) -> None:
        """Keep one row."""
        self.tables[table].append(values)

    def column(self, table: str, name: str) -> list[object]:
        """One column of a table's rows."""
        position = COLUMNS[table].split().index(name)
        return [row[position] for row in self.tables[table]]


def written(count: int, seed: int = 1) -> KeptRows:
    """The rows of a sample of so many services."""
    wards = read_wards()
    shapes = approximate_shapes(wards)
    ids = {ward.code: number for number, ward in enumerate(wards, start=1)}
    ground = Ground(dict(shapes), ids, neighbours(shapes), {}, 1000, ())
    drafts, sites, teams, namer = plan_city(count, seed)
    spread_services(drafts, sites, ground.beside, seed)
    tell_sites(drafts)
    terms = {slug: 1 for archetype in read_archetypes() for slug in archetype.terms}
    entries = Entries(seed, date(2026, 3, 2), ground, terms, namer)
    rows = KeptRows()
    entries.rows = rows  # type: ignore[assignment]
    for team in teams:
        entries.add_team(team, team.number)
    for site in sites:
        entries.add_site(site, site.number)
    for draft in drafts:
        assert draft.team is not None
        entries.add_service(draft, draft.number, draft.team.number, [site.number for site in draft.sites])
    return rows


@pytest.mark.parametrize("count", [1, 40, 249, 600, 1000, 2500])
def test_as_many_services_are_planned_as_asked(count: int) -> None:
    archetypes = read_archetypes()
    assert sum(how_many_of_each(archetypes, count)) == count
    drafts, _, _, _ = plan_city(count, 1)
    assert len(drafts) == count


def test_no_archetype_is_used_more_often_than_it_has_alternatives_while_that_is_possible() -> None:
    archetypes = read_archetypes()
    numbers = how_many_of_each(archetypes, 600)
    assert all(1 <= n <= archetype.alternatives for n, archetype in zip(numbers, archetypes, strict=True))


def test_a_hundred_services_come_upon_nearly_every_need() -> None:
    archetypes = read_archetypes()
    numbers = how_many_of_each(archetypes, 100)
    used = {slug for n, archetype in zip(numbers, archetypes, strict=True) if n for slug in archetype.terms}
    assert used == {slug for archetype in archetypes for slug in archetype.terms}


def test_services_are_only_at_places_their_archetype_allows() -> None:
    drafts, sites, _, _ = plan_city(600, 3)
    for draft in drafts:
        for site in draft.sites:
            assert site.kind == "withheld" or accepts(draft, site.kind), (draft.archetype.key, site.kind)
    used = {id(site) for draft in drafts for site in draft.sites}
    assert len(used) == len(sites) == 300


def test_no_archetype_is_twice_at_one_place_or_twice_in_one_ward() -> None:
    drafts, _, _, _ = plan_city(600, 1)
    at = Counter((id(site), draft.archetype.key) for draft in drafts for site in draft.sites)
    assert max(at.values()) == 1
    in_ward = Counter((draft.ward.code, draft.archetype.key) for draft in drafts)
    assert max(in_ward.values()) == 1


def test_ten_thousand_descriptions_are_all_different_and_no_ward_has_a_name_twice() -> None:
    rows = written(10_000)
    assert len(set(rows.column("service", "description"))) == 10_000
    assert len(set(rows.column("service", "short_code"))) == 10_000
    wards = [draft.ward.code for draft in plan_city(10_000, 1)[0]]
    names = Counter(zip(wards, rows.column("service", "name"), strict=True))
    assert max(names.values()) == 1
    assert len(rows.tables["organisation"]) == pytest.approx(3_667, rel=0.02)
    assert len(rows.tables["location"]) == 5_000


def test_dates_follow_the_day_and_nothing_else_does() -> None:
    rows, again = written(120), written(120)
    assert rows.tables == again.tables


def test_facts_of_the_ground_hang_together() -> None:
    wards, groups = read_wards(), read_groups()
    codes = {ward.code for ward in wards}
    assert len(codes) == 69
    for kind in ("constituency", "locality"):
        shares_of = Counter[str]()
        for group in groups:
            if group.kind == kind:
                shares_of.update(group.shares)  # type: ignore[arg-type]
        assert set(shares_of) == codes
        assert all(share == pytest.approx(1, abs=0.001) for share in shares_of.values())
    sectors = read_sectors()
    assert all(str(Sector.parse(sector.sector)) == sector.sector for sector in sectors)
    assert sum(outward.weight for outward in outwards(sectors)) == sum(sector.weight for sector in sectors)


def test_shares_add_up_and_settling_keeps_limits_and_total() -> None:
    assert shares(10, [1, 1, 1]) == [4, 3, 3]
    assert shares(7, [5, 0.1, 0.1], least=1) == [5, 1, 1]
    assert shares(0, []) == []
    assert settle([3, 3, 3], [5, 1, 1], [9, 9, 9]) == [5, 2, 2]
    assert settle([3, 3], [1, 1], [2, 2]) == [2, 2]


def test_a_deck_deals_every_card_before_any_comes_again() -> None:
    deck = Deck("abc", chance(1, "cards"), "de")
    assert sorted(deck.deal() for _ in range(3)) == list("abc")
    assert sorted(deck.deal() for _ in range(5)) == list("abcde")


@pytest.mark.parametrize(
    ("text", "place", "times", "does"),
    [
        ("The librarian keeps a seat.", "library", "Tue 10:00-12:00", True),
        ("The librarian keeps a seat.", "church-hall", "Tue 10:00-12:00", False),
        ("Saturday mornings are busy.", "hub", "Sat 10:00-12:00", True),
        ("Saturday mornings are busy.", "hub", "Tue 10:00-12:00", False),
        ("Evenings suit most of us.", "hub", "Tue 10:00-12:00", False),
        ("Evenings suit most of us.", "hub", "", True),
        ("Meet in the car park.", "hub", "", False),
    ],
)
def test_a_text_goes_only_with_what_it_takes_for_granted(text: str, place: str, times: str, does: bool) -> None:
    assert goes_with(text, setting_of(place, (), read_times(times).times)) is does


@pytest.mark.parametrize(
    ("name", "is_so"),
    [("Northfield Northfield Choir", True), ("Hill Advice Debt Advice", True), ("Out of the Red", False)],
)
def test_an_echo_in_a_name_is_heard(name: str, is_so: bool) -> None:
    assert has_echo(name) is is_so
