"""What an import does to each service of a batch: add it, change it, or find that nothing has changed."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from assetreg.actions.import_services.existing import (
    Existing,
    find_organisations,
    find_shared_locations,
    read_existing,
)
from assetreg.actions.import_services.locating import Locator
from assetreg.actions.import_services.merging import Wanted
from assetreg.actions.import_services.organising import Organiser
from assetreg.actions.import_services.run import Run
from assetreg.actions.import_services.writing import Writes
from assetreg.models import Service
from assetreg.rules.importing.row import SERVICE_READERS
from assetreg.rules.opening import RegularTime
from assetreg.rules.times import format_time, order_of

ATTRIBUTES = {"online": "is_online", "telephone": "is_telephone"}
DEFAULTS: dict[str, Any] = {
    "kind": "activity",
    "status": "active",
    "is_online": False,
    "is_telephone": False,
    "cost_pence": None,
    "min_age": None,
    "max_age": None,
    "gender": None,
    "languages": [],
    "access": [],
    "referral": "none",
    "stage": "universal",
    "audience": "everyone",
    "taking_people": None,
    "taking_people_said_at": None,
    "is_sensitive": False,
    "source": None,
    "source_id": None,
    "source_seen_at": None,
    "assured_on": None,
    "assured_by": "",
    "assured_how": None,
}
# Columns of the spreadsheet that are columns of `service`: both names, and what an empty cell means.
OWN_COLUMNS = [
    (column, ATTRIBUTES.get(column, column), DEFAULTS.get(ATTRIBUTES.get(column, column), ""))
    for column in SERVICE_READERS
    if column != "assured_by"
]
SENSITIVE_NEEDS = {"domestic-abuse", "exploitation"}
SEEN_AGAIN_AFTER = timedelta(days=1)


@dataclass(slots=True)
class Counts:
    """What became of services, and where the file says they are.

    `places` counts each place of each service as placed, approximate (placed, but only by the middle of a sector or an
    outward code), outside, needs_location or withheld; a service without a place is nowhere.
    """

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    places: Counter[str] = field(default_factory=Counter)

    def add(self, other: Counts) -> None:
        """Add the counts of a batch."""
        self.added += other.added
        self.changed += other.changed
        self.unchanged += other.unchanged
        self.places.update(other.places)

    def note_places(self, wanted: Wanted) -> None:
        """Count where one service is."""
        found = [at.place for at in wanted.places if at.place]
        self.places.update(
            "approximate" if place.placement == "placed" and place.is_approximate else place.placement
            for place in found
        )
        if not found:
            self.places["nowhere"] += 1


class Decider:
    """Decides about one batch of services, and collects what is to be written."""

    def __init__(self, run: Run, batch: Sequence[Wanted]) -> None:
        self.run, self.batch = run, batch
        self.writes, self.counts = Writes(), Counts()
        told = run.columns | ({"times_note"} if "times" in run.columns else set())
        self.told = [own for own in OWN_COLUMNS if own[0] in told]

    def decide(self) -> Writes:
        """Go through the batch."""
        for wanted in self.batch:
            # Two rows may both look like one service of the register; the first has it, the other is a new service.
            if wanted.service_id in self.run.taken:
                wanted.service_id = None
            elif wanted.service_id is not None:
                self.run.taken.add(wanted.service_id)
        known = [wanted.service_id for wanted in self.batch if wanted.service_id is not None]
        existing = read_existing(self.run.connection, known)
        names = [wanted.organisation["name"] for wanted in self.batch]
        organiser = Organiser(self.run, self.writes, find_organisations(self.run.connection, names))
        places = [at.place for wanted in self.batch for at in wanted.places if at.place]
        locator = Locator(self.run, self.writes, find_shared_locations(self.run.connection, places))
        for wanted in self.batch:
            former = existing.get(wanted.service_id) if wanted.service_id is not None else None
            problem = locator.why_not(wanted, former)
            if problem is not None:
                for line in wanted.lines:
                    self.run.tell(line, problem)
                continue
            self.counts.note_places(wanted)
            self.decide_one(wanted, former, organiser.find_or_add(wanted.organisation), locator)
        return self.writes

    def decide_one(self, wanted: Wanted, existing: Existing | None, organisation_id: int, locator: Locator) -> None:
        """One service."""
        id_ = existing.id if existing else self.run.ids.next(Service)
        locations, has_moved = locator.settle(wanted, id_, existing)
        before = existing.columns if existing else {}
        after = self.columns(wanted, before, organisation_id)
        changes = {
            name: [before.get(name), value]
            for name, value in after.items()
            if value != before.get(name)
            and name != "source_seen_at"
            and (existing or value not in (None, "", [], False))
        }
        changes.update(self.terms(wanted, id_, existing))
        changes.update(self.areas(wanted, id_, existing))
        changes.update(self.contacts(wanted, id_, existing))
        changes.update(self.times(wanted, id_, existing, locations))
        if "assured_on" in changes:
            assured = {name: after[name] for name in ("assured_on", "assured_by", "assured_how")}
            self.writes.assurances.append({"service_id": id_, "user_id": self.run.user_id, **assured})
        if existing is None:
            public_id = str(uuid.uuid4())
            row = {"id": id_, "public_id": public_id, "short_code": "", **after}
            self.writes.services.append(row)
            self.run.note_audit(self.writes, "create", "service", public_id, changes)
            self.counts.added += 1
        elif changes or has_moved:
            self.writes.service_changes.append({"id": id_, **after, "updated_at": self.run.now})
            self.run.note_audit(self.writes, "update", "service", existing.public_id, changes)
            self.counts.changed += 1
        else:
            self.counts.unchanged += 1
            if after["source_seen_at"] != before["source_seen_at"]:
                self.writes.seen.append(id_)

    def columns(self, wanted: Wanted, before: dict[str, Any], organisation_id: int) -> dict[str, Any]:
        """The service's own columns as they are to be. Columns that the file does not have stay as they are."""
        after = dict(before)
        for column, attribute, default in self.told if before else OWN_COLUMNS:
            after[attribute] = wanted.service.get(column, default)
        after["organisation_id"] = organisation_id
        after["taking_people_said_at"] = before.get("taking_people_said_at")
        if after["taking_people"] != before.get("taking_people"):
            after["taking_people_said_at"] = None if after["taking_people"] is None else self.run.now
        needs = {self.run.names.terms[term] for term in wanted.needs or ()}
        is_private = any(at.place and at.place.visibility != "public" for at in wanted.places)
        after["is_sensitive"] = bool(before.get("is_sensitive") or needs & SENSITIVE_NEEDS or is_private)
        after["source"] = before.get("source") or self.run.source
        after["source_id"] = (wanted.source_id or None) if self.run.source else None
        after["source_id"] = after["source_id"] or before.get("source_id")
        after["source_seen_at"] = self.seen_at(before.get("source_seen_at"))
        self.assure(wanted, before, after)
        return after

    def seen_at(self, before: str | None) -> str | None:
        """When the service was last seen in its source: to the day, so that reading a file twice changes nothing."""
        if self.run.source is None:
            return before
        if before and datetime.fromisoformat(self.run.now) - datetime.fromisoformat(before) < SEEN_AGAIN_AFTER:
            return before
        return self.run.now

    def assure(self, wanted: Wanted, before: dict[str, Any], after: dict[str, Any]) -> None:
        """Who checked the service, when the file knows of a newer check than the register."""
        for name in ("assured_on", "assured_by", "assured_how"):
            after[name] = before.get(name, DEFAULTS[name])
        assured_on = wanted.service.get("assured_on")
        if assured_on and assured_on > (before.get("assured_on") or ""):
            after.update(assured_on=assured_on, assured_by=wanted.service.get("assured_by", ""), assured_how="import")

    def terms(self, wanted: Wanted, id_: int, existing: Existing | None) -> dict[str, list[Any]]:
        """Needs and interests that come or go."""
        changes: dict[str, list[Any]] = {}
        for column, kind, told in (("needs", "need", wanted.needs), ("interests", "interest", wanted.interests)):
            if column not in self.run.columns:
                continue
            before = {term for term, of in existing.terms.items() if of == kind} if existing else set()
            after = set(told or ())
            self.writes.terms.extend({"service_id": id_, "term_id": term} for term in sorted(after - before))
            self.writes.terms_gone.extend((id_, term) for term in sorted(before - after))
            if before != after:
                changes[column] = [sorted(self.run.names.terms[term] for term in terms) for terms in (before, after)]
        return changes

    def areas(self, wanted: Wanted, id_: int, existing: Existing | None) -> dict[str, list[Any]]:
        """Areas served that come or go."""
        if "area" not in self.run.columns:
            return {}
        before, after = existing.areas if existing else set(), set(wanted.areas or ())
        self.writes.areas.extend({"service_id": id_, "area_id": area} for area in sorted(after - before))
        self.writes.areas_gone.extend((id_, area) for area in sorted(before - after))
        if before == after:
            return {}
        return {"areas": [sorted(self.run.names.areas.get(area, "") for area in areas) for areas in (before, after)]}

    def contacts(self, wanted: Wanted, id_: int, existing: Existing | None) -> dict[str, list[Any]]:
        """Phones, e-mails and web addresses that come or go."""
        changes: dict[str, list[Any]] = {}
        for kind in ("phone", "email", "url"):
            if kind not in self.run.columns:
                continue
            former = [(contact, value) for contact, of, value in existing.contacts if of == kind] if existing else []
            before, after = [value for _, value in former], wanted.contacts.get(kind, [])
            self.writes.contacts.extend(
                {"service_id": id_, "kind": kind, "value": value} for value in after if value not in before
            )
            self.writes.contacts_gone.extend(contact for contact, value in former if value not in after)
            if set(before) != set(after):
                changes[kind] = [before, after]
        return changes

    def times(
        self, wanted: Wanted, id_: int, existing: Existing | None, locations: dict[str, int]
    ) -> dict[str, list[Any]]:
        """Regular times that come or go."""
        if "times" not in self.run.columns:
            return {}
        before = {regular: time_id for time_id, regular in existing.times} if existing else {}
        after = {
            RegularTime(regular.weekday, regular.starts_time, regular.ends_time, regular.week_of_month, location)
            for regular, key in wanted.regular_times() or ()
            for location in [locations.get(key)]
        }
        fresh = sorted(after - before.keys(), key=order_of)
        self.writes.times.extend(time_row(id_, regular) for regular in fresh)
        self.writes.times_gone.extend(time_id for regular, time_id in before.items() if regular not in after)
        if after == before.keys():
            return {}
        return {"times": [[format_time(one) for one in sorted(times, key=order_of)] for times in (before, after)]}


def time_row(service_id: int, regular: RegularTime) -> dict[str, Any]:
    """A regular time as a row of `opening_time`."""
    return {
        "service_id": service_id,
        "location_id": regular.location_id,
        "frequency": "weekly" if regular.week_of_month is None else "monthly",
        "weekday": regular.weekday,
        "week_of_month": regular.week_of_month,
        "starts_time": regular.starts_time.isoformat(),
        "ends_time": regular.ends_time.isoformat(),
    }
