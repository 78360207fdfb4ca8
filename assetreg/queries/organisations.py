"""Who runs things: the A to Z of organisations, and one of them with its services and rooms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import text

from assetreg.db import db
from assetreg.queries.errors import NotFound
from assetreg.queries.listed import IS_LISTED
from assetreg.rules.joining import Contact

PAGE_SIZE = 60


@dataclass(frozen=True, slots=True)
class ListedOrganisation:
    """An organisation with how many listed services it runs."""

    public_id: UUID
    name: str
    services: int

    @property
    def letter(self) -> str:
        """The letter it stands under; "#" for names that begin with something else."""
        first = self.name[:1].upper()
        return first if first.isalpha() else "#"


@dataclass(frozen=True, slots=True)
class OrganisationPage:
    """One organisation. `service_ids` are its listed services from A to Z."""

    public_id: UUID
    name: str
    summary: str
    charity_number: str | None
    company_number: str | None
    contacts: tuple[Contact, ...]
    service_ids: tuple[int, ...]


LISTED = text(f"""
SELECT o.public_id, o.name, count(*) AS services, count(*) OVER () AS total
  FROM organisation o
  JOIN service s ON s.organisation_id = o.id AND {IS_LISTED}
 WHERE CAST(:letter AS text) IS NULL OR upper(left(o.name, 1)) = :letter
 GROUP BY o.id
 ORDER BY lower(o.name), o.id
 LIMIT :size OFFSET :skip
""")  # noqa: S608  (IS_LISTED is a constant of ours)

LETTERS = text(f"""
SELECT upper(left(o.name, 1)) AS letter, count(DISTINCT o.id) AS organisations
  FROM organisation o
  JOIN service s ON s.organisation_id = o.id AND {IS_LISTED}
 GROUP BY 1 ORDER BY 1
""")  # noqa: S608

ONE = text(f"""
SELECT o.public_id, o.name, o.summary, o.charity_number, o.company_number,
       (SELECT jsonb_agg(jsonb_build_array(c.kind, c.value, c.label) ORDER BY c.kind DESC, c.id)
          FROM contact_point c WHERE c.organisation_id = o.id) AS contacts,
       (SELECT array_agg(s.id ORDER BY s.name, s.id)
          FROM service s WHERE s.organisation_id = o.id AND {IS_LISTED}) AS service_ids
  FROM organisation o
 WHERE o.public_id = :public_id
""")  # noqa: S608


def list_letters(today: date) -> list[tuple[str, int]]:
    """The first letters of organisations with something on, and how many there are of each."""
    return [(row.letter, row.organisations) for row in db.session.execute(LETTERS, {"today": today})]


def list_organisations(today: date, letter: str | None, page: int) -> tuple[list[ListedOrganisation], int]:
    """One page of the A to Z, and how many there are in all. Pages count from 1."""
    values = {"today": today, "letter": letter, "size": PAGE_SIZE, "skip": (page - 1) * PAGE_SIZE}
    rows = db.session.execute(LISTED, values).all()
    total = rows[0].total if rows else 0
    return [ListedOrganisation(row.public_id, row.name, row.services) for row in rows], total


def get_organisation(public_id: UUID, today: date) -> OrganisationPage:
    """One organisation with its listed services. Raises NotFound."""
    row = db.session.execute(ONE, {"public_id": public_id, "today": today}).one_or_none()
    if row is None:
        raise NotFound(str(public_id))
    contacts = tuple(Contact(*contact) for contact in row.contacts or ())
    return OrganisationPage(
        row.public_id,
        row.name,
        row.summary,
        row.charity_number,
        row.company_number,
        contacts,
        tuple(row.service_ids or ()),
    )
