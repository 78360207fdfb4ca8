"""What a batch comes to, as rows for each table, and the few statements that write them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from sqlalchemy import Connection, Table, text

from assetreg.actions.import_services.bulk import delete_rows, insert_rows, next_ids, update_rows
from assetreg.audit import PLACE_COLUMNS
from assetreg.models import (
    Assurance,
    Audit,
    ContactPoint,
    Location,
    OpeningTime,
    Organisation,
    Service,
    ServiceArea,
    ServiceAtLocation,
    ServiceTerm,
)
from assetreg.models.columns import new_short_code

Rows = list[dict[str, Any]]
DRAWN_AT_ONCE = 500

FORGET = text(
    "UPDATE audit SET changes = changes - CAST(:columns AS text[])"
    " WHERE entity = 'location' AND entity_id = ANY(CAST(:public_ids AS text[]))"
)
UNLINK = text(
    "DELETE FROM service_at_location USING unnest(CAST(:services AS bigint[]), CAST(:locations AS bigint[]))"
    " AS gone (service_id, location_id) WHERE service_at_location.service_id = gone.service_id"
    " AND service_at_location.location_id = gone.location_id"
)
REMOVE_TERMS = text(
    "DELETE FROM service_term USING unnest(CAST(:services AS bigint[]), CAST(:terms AS bigint[]))"
    " AS gone (service_id, term_id)"
    " WHERE service_term.service_id = gone.service_id AND service_term.term_id = gone.term_id"
)
REMOVE_AREAS = text(
    "DELETE FROM service_area USING unnest(CAST(:services AS bigint[]), CAST(:areas AS bigint[]))"
    " AS gone (service_id, area_id)"
    " WHERE service_area.service_id = gone.service_id AND service_area.area_id = gone.area_id"
)
REMOVE_URLS = text("DELETE FROM contact_point WHERE organisation_id = ANY(:ids) AND kind = 'url'")
TAKEN_CODES = text("SELECT short_code FROM service WHERE short_code = ANY(:codes)")
SEEN = text("UPDATE service SET source_seen_at = :now WHERE id = ANY(:ids)")


class Ids:
    """Fresh ids for new rows. A dry run draws none from the database: its ids are negative and go nowhere."""

    def __init__(self, connection: Connection, is_dry_run: bool) -> None:
        self.connection, self.is_dry_run = connection, is_dry_run
        self.drawn: dict[str, list[int]] = {}
        self.imagined = 0

    def next(self, model: Any) -> int:
        """One id for a row of this model."""
        if self.is_dry_run:
            self.imagined -= 1
            return self.imagined
        table = table_of(model)
        left = self.drawn.setdefault(table.name, [])
        if not left:
            left.extend(reversed(next_ids(self.connection, table, DRAWN_AT_ONCE)))
        return left.pop()


@dataclass(slots=True)
class Writes:
    """Rows to add, change and remove. Rows of one list all have the same columns."""

    organisations: Rows = field(default_factory=list)
    organisation_numbers: Rows = field(default_factory=list)
    organisation_urls: dict[int, str] = field(default_factory=dict)
    locations: Rows = field(default_factory=list)
    location_changes: Rows = field(default_factory=list)
    locations_hidden: Rows = field(default_factory=list)
    services: Rows = field(default_factory=list)
    service_changes: Rows = field(default_factory=list)
    seen: list[int] = field(default_factory=list)
    links: Rows = field(default_factory=list)
    links_gone: list[tuple[int, int]] = field(default_factory=list)
    terms: Rows = field(default_factory=list)
    terms_gone: list[tuple[int, int]] = field(default_factory=list)
    areas: Rows = field(default_factory=list)
    areas_gone: list[tuple[int, int]] = field(default_factory=list)
    contacts: Rows = field(default_factory=list)
    contacts_gone: list[int] = field(default_factory=list)
    times: Rows = field(default_factory=list)
    times_gone: list[int] = field(default_factory=list)
    assurances: Rows = field(default_factory=list)
    audits: Rows = field(default_factory=list)
    forgotten: list[str] = field(default_factory=list)  # public ids of locations that became private


def table_of(model: Any) -> Table:
    """The table of a model."""
    return cast(Table, model.__table__)


def write(connection: Connection, writes: Writes, now: str) -> None:
    """Write a batch, in the order in which rows refer to each other."""
    insert_rows(connection, table_of(Organisation), writes.organisations)
    update_rows(connection, table_of(Organisation), writes.organisation_numbers)
    if writes.organisation_urls:
        connection.execute(REMOVE_URLS, {"ids": list(writes.organisation_urls)})
        urls = [{"organisation_id": id_, "kind": "url", "value": url} for id_, url in writes.organisation_urls.items()]
        insert_rows(connection, table_of(ContactPoint), urls)
    insert_rows(connection, table_of(Location), writes.locations)
    update_rows(connection, table_of(Location), writes.location_changes)
    update_rows(connection, table_of(Location), writes.locations_hidden)
    give_codes(connection, writes.services)
    insert_rows(connection, table_of(Service), writes.services)
    update_rows(connection, table_of(Service), writes.service_changes)
    if writes.seen:
        connection.execute(SEEN, {"ids": writes.seen, "now": now})
    delete_rows(connection, table_of(OpeningTime), writes.times_gone)
    delete_rows(connection, table_of(ContactPoint), writes.contacts_gone)
    for statement, names, gone in (
        (UNLINK, ("services", "locations"), writes.links_gone),
        (REMOVE_TERMS, ("services", "terms"), writes.terms_gone),
        (REMOVE_AREAS, ("services", "areas"), writes.areas_gone),
    ):
        if gone:
            connection.execute(statement, {names[0]: firsts(gone), names[1]: [second for _, second in gone]})
    insert_rows(connection, table_of(ServiceAtLocation), writes.links)
    insert_rows(connection, table_of(ServiceTerm), writes.terms)
    insert_rows(connection, table_of(ServiceArea), writes.areas)
    insert_rows(connection, table_of(ContactPoint), writes.contacts)
    insert_rows(connection, table_of(OpeningTime), writes.times)
    insert_rows(connection, table_of(Assurance), writes.assurances)
    if writes.forgotten:
        connection.execute(FORGET, {"columns": list(PLACE_COLUMNS), "public_ids": writes.forgotten})
    insert_rows(connection, table_of(Audit), writes.audits)


def give_codes(connection: Connection, services: Rows) -> None:
    """Give new services short codes that nobody has: among 200,000 a clash by chance is likely."""
    given: set[str] = set()
    without = list(services)
    while without:
        for service in without:
            service["short_code"] = new_short_code()
        taken = given | set(connection.scalars(TAKEN_CODES, {"codes": [one["short_code"] for one in without]}))
        again = []
        for service in without:
            if service["short_code"] in taken:
                again.append(service)
            taken.add(service["short_code"])
        given |= taken
        without = again


def firsts(pairs: Sequence[tuple[int, int]]) -> list[int]:
    """The first of each pair."""
    return [first for first, _ in pairs]
