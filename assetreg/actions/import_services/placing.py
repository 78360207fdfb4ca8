"""Batches of rows: where their postcodes are, and which services of the register they already are.

Private places end here: what was typed as their postcode gives them a ward and the service they belong to, and goes no
further than this module's memory.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from sqlalchemy import Connection, text

from assetreg.actions.import_services.staging import Staged
from assetreg.queries.places import Placed, find_postcodes
from assetreg.rules.importing.columns import Problem
from assetreg.rules.importing.packing import pack
from assetreg.rules.importing.row import Place, Row

MOST_REMEMBERED = 50_000  # postcodes

NEEDS_LOCATION = "We do not know where this is, so the entry waits for a location. Check the postcode."
WARDS_OF_POINTS = text(
    "SELECT ward_covering(ST_SetSRID(ST_MakePoint(lon, lat), 4326)::geography)"
    " FROM unnest(CAST(:lats AS float8[]), CAST(:lons AS float8[])) WITH ORDINALITY AS points (lat, lon, number)"
    " ORDER BY number"
)
BY_ID = text("SELECT source_id, id FROM service WHERE source = :source AND source_id = ANY(:ids)")
# Organisation, name and postcode: of services that have no id of their own, and are of this source or of none. An empty
# postcode asks for services without one, PRIVATE for those with a place that is kept private.
BY_NATURE = text("""
    SELECT given.number, min(service.id)
      FROM unnest(CAST(:numbers AS int[]), CAST(:organisations AS text[]), CAST(:names AS text[]),
                  CAST(:postcodes AS text[])) AS given (number, organisation, name, postcode)
      JOIN organisation ON lower(organisation.name) = lower(given.organisation)
      JOIN service ON service.organisation_id = organisation.id AND lower(service.name) = lower(given.name)
      LEFT JOIN LATERAL (
          SELECT array_agg(replace(postcode, ' ', '')) FILTER (WHERE postcode IS NOT NULL) AS postcodes,
                 bool_or(location.visibility <> 'public') AS has_private
            FROM service_at_location JOIN location ON location.id = service_at_location.location_id
           WHERE service_at_location.service_id = service.id
      ) AS places ON true
     WHERE service.source_id IS NULL
       AND (CAST(:source AS text) IS NULL OR service.source IS NULL OR service.source = :source)
       AND CASE given.postcode WHEN '' THEN places.postcodes IS NULL WHEN '*' THEN places.has_private
                ELSE replace(given.postcode, ' ', '') = ANY (places.postcodes) END
     GROUP BY given.number
""")
PRIVATE = "*"
HAS_NAMELESS = text("""
    SELECT EXISTS (SELECT FROM service WHERE source_id IS NULL
                   AND (CAST(:source AS text) IS NULL OR source IS NULL OR source = :source))
""")
PLACES_OF_PRIVATE = text("""
    SELECT given.number, min(location.id)
      FROM unnest(CAST(:numbers AS int[]), CAST(:services AS bigint[]), CAST(:postcodes AS text[]))
           AS given (number, service_id, postcode)
      JOIN service_at_location ON service_at_location.service_id = given.service_id
      JOIN location ON location.id = service_at_location.location_id AND location.postcode = given.postcode
     GROUP BY given.number
""")


class Placer:
    """Places batches of rows. One for each import: `salt` makes the keys of one import useless outside it."""

    def __init__(self, connection: Connection, source: str | None, salt: bytes) -> None:
        self.connection, self.source, self.salt = connection, source, salt
        self.postcodes: dict[str, Placed] = {}
        # Nothing of this import is in the register yet, so this stays true for all of it.
        self.may_find_by_nature = bool(connection.scalar(HAS_NAMELESS, {"source": source}))

    def place(self, rows: Sequence[Row]) -> tuple[list[Staged], list[tuple[int, Problem]]]:
        """The rows ready to be put down, and what is wrong with the places of the others."""
        self.look_up(rows)
        problems = [(row.line, problem) for row in rows if row.place for problem in self.settle(row.place)]
        self.settle_points([row.place for row in rows if row.place and row.place.has_coordinates])
        rejected = {line for line, _ in problems}
        services = self.find_services(rows)
        staged = [self.stage(row, service, row.line in rejected) for row, service in zip(rows, services, strict=True)]
        return staged, problems

    def look_up(self, rows: Sequence[Row]) -> None:
        """Ask for the postcodes that are not remembered, all at once."""
        wanted = {row.place.postcode or row.place.typed_postcode for row in rows if row.place}
        if len(self.postcodes) > MOST_REMEMBERED:
            self.postcodes.clear()
        missing = sorted(wanted - self.postcodes.keys() - {""})
        if missing:
            self.postcodes.update(find_postcodes(missing))

    def settle(self, place: Place) -> list[Problem]:
        """Say where a place is: by its own coordinates, else by its postcode."""
        if place.visibility == "public":
            if not place.has_coordinates and place.postcode:
                found = self.postcodes[place.postcode]
                place.lat, place.lon, place.is_approximate = found.lat, found.lon, found.is_approximate
                place.placement = found.placement
        elif place.visibility == "area_only" and place.ward_id is None:
            found = self.postcodes[place.typed_postcode]
            if found.ward_id is None or found.is_approximate:
                sentence = "Its postcode does not tell us the ward of this private place. Say the ward in area."
                return [Problem("area", sentence)]
            place.ward_id = found.ward_id
        return []

    def settle_points(self, places: Sequence[Place]) -> None:
        """Whether places with coordinates of their own are in the city; saving them asks the database again."""
        if places:
            lats, lons = [place.lat for place in places], [place.lon for place in places]
            wards = self.connection.scalars(WARDS_OF_POINTS, {"lats": lats, "lons": lons})
            for place, ward_id in zip(places, wards, strict=True):
                place.placement = "outside" if ward_id is None else "placed"

    def notes(self, rows: Sequence[Row]) -> list[tuple[int, Problem]]:
        """What to say of rows that are kept although their place is not known."""
        return [
            (row.line, Problem("postcode", NEEDS_LOCATION))
            for row in rows
            if row.place is not None and row.place.placement == "needs_location"
        ]

    def find_services(self, rows: Sequence[Row]) -> list[int | None]:
        """The service of the register that each row is about, by its source's id or else by its nature."""
        ids = [row.source_id for row in rows if row.source_id]
        by_id: dict[str, int] = {}
        if self.source and ids:
            by_id = dict(self.connection.execute(BY_ID, {"source": self.source, "ids": ids}).all())
        found = [by_id.get(row.source_id) for row in rows]
        if self.may_find_by_nature:
            self.find_by_nature(rows, found)
        self.find_former_places(rows, found)
        return found

    def find_by_nature(self, rows: Sequence[Row], found: list[int | None]) -> None:
        """Fill in the services that are known by organisation, name and postcode.

        A private place is first looked for among private ones, then under its postcode (it may have been public).
        """
        for attempt in range(3):
            asked = []
            for number, row in enumerate(rows):
                postcodes = postcodes_to_try(row)
                if found[number] is None and attempt < len(postcodes) and is_named(row):
                    asked.append((number, row.organisation["name"], row.service["name"], postcodes[attempt]))
            if asked:
                names = ("numbers", "organisations", "names", "postcodes")
                columns = (list(values) for values in zip(*asked, strict=True))
                parameters = {**dict(zip(names, columns, strict=True)), "source": self.source}
                for number, service_id in self.connection.execute(BY_NATURE, parameters):
                    found[number] = service_id

    def find_former_places(self, rows: Sequence[Row], found: Sequence[int | None]) -> None:
        """For places that are private now: the location with that postcode that their service has."""
        asked = [
            (number, service_id, place.typed_postcode)
            for number, (row, service_id) in enumerate(zip(rows, found, strict=True))
            if service_id is not None and (place := row.place) is not None and place.typed_postcode
        ]
        if asked:
            numbers, services, postcodes = (list(values) for values in zip(*asked, strict=True))
            parameters = {"numbers": numbers, "services": services, "postcodes": postcodes}
            for number, location_id in self.connection.execute(PLACES_OF_PRIVATE, parameters):
                place = rows[number].place
                if place is not None:
                    place.location_id = location_id

    def stage(self, row: Row, service_id: int | None, is_rejected: bool) -> Staged:
        """The row as it waits; its keys say nothing that must not be kept."""
        postcode = (row.place.postcode or row.place.typed_postcode) if row.place else ""
        kept_postcode = "" if is_private(row) else postcode
        group = f"id {row.source_id}" if row.source_id else f"nature {self.key_of(row, kept_postcode)}"
        packed = None if is_rejected else pack(row)
        return Staged(row.line, group, self.key_of(row, postcode), bool(row.source_id), service_id, packed)

    def key_of(self, row: Row, postcode: str) -> str:
        """Organisation, name and postcode as a key of this import."""
        parts = (row.organisation.get("name", ""), row.service.get("name", ""), postcode)
        joined = "\x1f".join(part.casefold() for part in parts)
        return hashlib.blake2b(joined.encode(), key=self.salt, digest_size=16).hexdigest()


def is_private(row: Row) -> bool:
    """Whether the row's place is to be kept private."""
    return row.place is not None and row.place.visibility != "public"


def is_named(row: Row) -> bool:
    """Whether the row says enough to be recognised."""
    return bool(row.organisation.get("name") and row.service.get("name"))


def postcodes_to_try(row: Row) -> list[str]:
    """What a row's service may be found under, the surest first."""
    if row.place is None:
        return [""]
    if row.place.visibility == "public":
        return [row.place.postcode]
    return [PRIVATE, *([row.place.typed_postcode] if row.place.typed_postcode else []), ""]
