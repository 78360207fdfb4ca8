"""Which locations a service is at after an import: kept, changed, shared with another service, new, or made private."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from assetreg.actions.import_services.existing import (
    Existing,
    ExistingLocation,
    is_same_point,
    is_shareable,
    sharing_key,
)
from assetreg.actions.import_services.merging import AtPlace, Wanted
from assetreg.actions.import_services.run import Run
from assetreg.actions.import_services.writing import Writes
from assetreg.models import Location
from assetreg.rules.importing.columns import PLACE_COLUMNS, Problem
from assetreg.rules.importing.row import Place

STAYS_PRIVATE = (
    "The register keeps a place of this service private, and an import never makes it public. Put area_only or hidden "
    "into location_visibility, or ask a steward to make the place public first."
)


class Locator:
    """Settles the locations of one batch. `shared` are the locations of the register that new places may be."""

    def __init__(self, run: Run, writes: Writes, shared: dict[tuple[str, str, str], int]) -> None:
        self.run, self.writes, self.shared = run, writes, shared

    def why_not(self, wanted: Wanted, existing: Existing | None) -> Problem | None:
        """Why this service may not be imported as it is: it would make a private place public. None when it may."""
        if existing is None or "location_visibility" not in self.run.columns:
            return None
        is_private = any(location.place.visibility != "public" for location in existing.locations)
        told = {at.place.visibility for at in wanted.places if at.place}
        if not is_private or told - {"public"} or not self.open_places(wanted, existing)[0]:
            return None
        return Problem("location_visibility", STAYS_PRIVATE)

    def open_places(
        self, wanted: Wanted, existing: Existing | None
    ) -> tuple[list[AtPlace], list[tuple[AtPlace, ExistingLocation]], list[ExistingLocation]]:
        """Places without a location yet, places with theirs, and locations that no row speaks of."""
        left = list(existing.locations) if existing else []
        without, matched = [], []
        for at in wanted.places:
            location = next((one for one in left if at.place and one.place.key == at.place.key), None)
            if location is None:
                without.append(at)
            else:
                left.remove(location)
                matched.append((at, location))
        return without, matched, left

    def settle(self, wanted: Wanted, service_id: int, existing: Existing | None) -> tuple[dict[str, int], bool]:
        """The location of each place by the place's key, and whether anything about the service's locations changes."""
        if not self.run.columns & set(PLACE_COLUMNS):
            return {}, False
        without, matched, left = self.open_places(wanted, existing)
        found: dict[str, int] = {}
        linked = {location.id for location in existing.locations} if existing else set()
        gone: set[int] = set()
        is_changed = False
        for at, location in matched:
            id_, is_other = self.keep(location, at.place or Place())
            found[at.place.key if at.place else ""] = id_
            is_changed |= is_other
            if id_ != location.id:
                gone.add(location.id)
        is_told = "location_visibility" in self.run.columns
        private_left = [location for location in left if location.place.visibility != "public"]
        for at in without:
            place = at.place or Place()
            if place.visibility == "public" and private_left and not is_told:
                # This source does not know that the place is private; the register does, and nothing is kept of it.
                left.remove(private_left.pop())
                continue
            former = self.former(place, left) if place.visibility != "public" else None
            if former is not None:
                left.remove(former)
                self.hide(former, place)
                is_changed = True
            found[place.key] = former.id if former is not None else self.find_or_add(place)
        private_told = [at.place for at in wanted.places if at.place and at.place.visibility != "public"]
        gone |= {place.location_id for place in private_told if place.location_id in linked and place.location_id}
        if wanted.source_id and self.run.source and wanted.is_whole:
            # The source's word is whole: other places go, but a private one only when the source knows of private ones.
            dropped = [location for location in left if private_told or location.place.visibility == "public"]
            gone |= {location.id for location in dropped}
            for location in dropped if private_told else []:
                if location.uses == 1 and location.place.visibility == "public":
                    self.hide(location, Place(visibility="hidden"))
        gone -= set(found.values())
        fresh = [id_ for id_ in dict.fromkeys(found.values()) if id_ not in linked]
        self.writes.links.extend({"service_id": service_id, "location_id": id_} for id_ in fresh)
        self.writes.links_gone.extend((service_id, id_) for id_ in sorted(gone))
        return found, is_changed or bool(fresh) or bool(gone)

    def former(self, place: Place, left: list[ExistingLocation]) -> ExistingLocation | None:
        """The public location that has become this private place, if only this service is at it."""
        alone = [location for location in left if location.place.visibility == "public" and location.uses == 1]
        same = [location for location in alone if location.id == place.location_id]
        private = [location for location in left if location.place.visibility != "public"]
        return next(iter([*same, *private, *alone]), None)

    def keep(self, location: ExistingLocation, place: Place) -> tuple[int, bool]:
        """A location with what the row says of it: changed in place if no other service is there, else another one."""
        before = location.place
        after = self.after(before, place)
        changes = differences(before, after)
        if not changes:
            return location.id, False
        if location.uses <= 1:
            self.change(location, after, changes)
            return location.id, True
        is_same = sharing_key(before) == sharing_key(after) and is_same_point(point_of(before), point_of(after))
        id_ = location.id if is_same else self.find_or_add(after)
        return id_, id_ != location.id

    def after(self, before: Place, place: Place) -> Place:
        """A location as it is to be. A point that somebody set by hand stays while the postcode is the same."""
        after = Place(**{name: getattr(before, name) for name in before.__slots__})
        if "location_name" in self.run.columns:
            after.name = place.name
        if before.visibility != "public":
            return after
        if "address" in self.run.columns:
            after.address = place.address
        is_nearer = place.lat is not None and (before.lat is None or before.is_approximate)
        if place.has_coordinates or is_nearer:
            if not is_same_point(point_of(before), point_of(place)):
                after.lat, after.lon, after.placement = place.lat, place.lon, place.placement
            after.is_approximate = place.is_approximate
        elif before.lat is None:
            after.placement = place.placement
        after.has_coordinates = place.has_coordinates
        return after

    def find_or_add(self, place: Place) -> int:
        """A location for a place: one that another service has already, or a new one."""
        key = sharing_key(place)
        if is_shareable(place) and key in self.shared:
            return self.shared[key]
        id_, public_id = self.run.ids.next(Location), str(uuid.uuid4())
        row = {"id": id_, "public_id": public_id, **columns_of(place), "source": self.run.source}
        self.writes.locations.append(row)
        self.run.note_audit(self.writes, "create", "location", public_id, changes_of({}, row))
        if is_shareable(place):
            self.shared[key] = id_
        return id_

    def change(self, location: ExistingLocation, after: Place, changes: dict[str, list[Any]]) -> None:
        """Write a location's new columns."""
        self.writes.location_changes.append({"id": location.id, **columns_of(after), **self.stamp()})
        self.run.note_audit(self.writes, "update", "location", location.public_id, changes)

    def hide(self, location: ExistingLocation, place: Place) -> None:
        """Make a location private: its address, postcode, point and name go, here and in its history."""
        was = location.place
        changes = {
            name: [getattr(was, name), getattr(place, name)]
            for name in ("visibility", "ward_id")
            if getattr(was, name) != getattr(place, name) and not (name == "ward_id" and was.visibility == "public")
        }
        if not changes:
            return
        if was.visibility != "public" and "location_name" not in self.run.columns:
            place.name = was.name
        self.writes.locations_hidden.append(
            {"id": location.id, **columns_of(place), "getting_there": "", **self.stamp()}
        )
        self.writes.forgotten.append(location.public_id)
        self.run.note_audit(self.writes, "update", "location", location.public_id, changes)

    def stamp(self) -> dict[str, str]:
        """When a row was changed."""
        return {"updated_at": self.run.now}


def point_of(place: Place) -> tuple[float | None, float | None]:
    """A place's point as a pair."""
    return (place.lat, place.lon)


def columns_of(place: Place) -> dict[str, Any]:
    """A place as columns of `location`. Of a private one nothing but its ward and its name."""
    is_public = place.visibility == "public"
    has_point = is_public and place.lat is not None
    return {
        "name": place.name,
        "address": place.address or None if is_public else None,
        "postcode": place.postcode or None if is_public else None,
        "point": f"SRID=4326;POINT({place.lon!r} {place.lat!r})" if has_point else None,
        "is_approximate": place.is_approximate if has_point else False,
        "visibility": place.visibility,
        "placement": place.placement if is_public else "withheld",
        "ward_id": None if is_public else place.ward_id,
    }


def differences(before: Place, after: Place) -> dict[str, list[Any]]:
    """What changes of a location, for the audit: {column: [before, after]}."""
    return changes_of(columns_of(before), columns_of(after))


def changes_of(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """{column: [before, after]}; a new row's empty columns and keys are left out.

    The name of a public building stands in front of its address: it leads to the door as well, and the history must
    lose both at once should the place become private.
    """
    old, new = told(before), told(after)
    return {
        column: [old.get(column), value]
        for column, value in new.items()
        if value != old.get(column) and (before or value not in (None, "", [], False))
    }


def told(columns: Mapping[str, Any]) -> dict[str, Any]:
    """Columns of a location as its history has them."""
    found = {column: value for column, value in columns.items() if column not in ("id", "public_id")}
    if found.get("visibility") == "public":
        parts = (found.pop("name", ""), found.get("address"))
        found["address"] = ", ".join(part for part in parts if part) or None
    return found
