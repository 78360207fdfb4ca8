"""Which organisation a row means: one of the register with that name, or a new one."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from assetreg.actions.import_services.existing import ExistingOrganisation
from assetreg.actions.import_services.run import Run
from assetreg.actions.import_services.writing import Writes
from assetreg.models import Organisation

NUMBERS = ("charity_number", "company_number")


class Organiser:
    """Finds the organisations of one batch. Two with one name but different registered numbers are two."""

    def __init__(self, run: Run, writes: Writes, known: dict[str, list[ExistingOrganisation]]) -> None:
        self.run, self.writes, self.known = run, writes, known

    def find_or_add(self, stated: Mapping[str, str]) -> int:
        """The organisation's id. Numbers that the register lacks are filled in."""
        candidates = self.known[stated["name"].lower()]
        possible = [one for one in candidates if not contradicts(one, stated)]
        best = min(
            possible, key=lambda one: (-agreement(one, stated), one.source != self.run.source, one.id), default=None
        )
        if best is None:
            best = self.add(stated)
            candidates.append(best)
        else:
            self.fill_in(best, stated)
        self.note_url(best, stated.get("url", ""))
        return best.id

    def add(self, stated: Mapping[str, str]) -> ExistingOrganisation:
        """A new organisation."""
        numbers = {name: stated.get(name) for name in NUMBERS}
        id_, public_id = self.run.ids.next(Organisation), str(uuid.uuid4())
        row = {"id": id_, "public_id": public_id, "name": stated["name"], **numbers, "source": self.run.source}
        self.writes.organisations.append(row)
        changes = {name: [None, value] for name, value in row.items() if value and name not in ("id", "public_id")}
        self.run.note_audit(self.writes, "create", "organisation", public_id, changes)
        return ExistingOrganisation(
            id_, public_id, numbers["charity_number"], numbers["company_number"], self.run.source, []
        )

    def fill_in(self, organisation: ExistingOrganisation, stated: Mapping[str, str]) -> None:
        """Add registered numbers that the register does not have yet."""
        changes = {
            name: [None, stated[name]] for name in NUMBERS if stated.get(name) and not getattr(organisation, name)
        }
        if not changes:
            return
        for name, (_, value) in changes.items():
            setattr(organisation, name, value)
        numbers = {name: getattr(organisation, name) for name in NUMBERS}
        others = [row for row in self.writes.organisation_numbers if row["id"] != organisation.id]
        self.writes.organisation_numbers = [*others, {"id": organisation.id, **numbers, "updated_at": self.run.now}]
        self.run.note_audit(self.writes, "update", "organisation", organisation.public_id, changes)

    def note_url(self, organisation: ExistingOrganisation, url: str) -> None:
        """Keep the organisation's web address. The first row of an import that states one counts.

        One that came from elsewhere is not overwritten: only this source's own organisations change theirs.
        """
        if not url or self.run.organisation_urls.setdefault(organisation.id, url) != url or url in organisation.urls:
            return
        if organisation.urls and organisation.source != self.run.source:
            return
        changes = {"url": [organisation.urls or None, [url]]}
        organisation.urls = [url]
        self.writes.organisation_urls[organisation.id] = url
        self.run.note_audit(self.writes, "update", "organisation", organisation.public_id, changes)


def contradicts(one: ExistingOrganisation, stated: Mapping[str, str]) -> bool:
    """Whether a registered number says that this is another organisation of the same name."""
    return any(getattr(one, name) and stated.get(name) and getattr(one, name) != stated[name] for name in NUMBERS)


def agreement(one: ExistingOrganisation, stated: Mapping[str, str]) -> int:
    """How many registered numbers say that it is this organisation."""
    return sum(bool(stated.get(name)) and getattr(one, name) == stated[name] for name in NUMBERS)
