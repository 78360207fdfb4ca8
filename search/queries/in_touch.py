"""How to get in touch with services and where their public places are: for lists that people take away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text

from assetreg.db import db

# A service's own ways to get in touch, or its organisation's when it has none. Only a public place has an address.
IN_TOUCH = text("""
SELECT s.id,
       coalesce(own.contacts, ours.contacts) AS contacts,
       (SELECT jsonb_object_agg(l.name, l.address)
          FROM service_at_location sl JOIN location l ON l.id = sl.location_id
         WHERE sl.service_id = s.id AND l.visibility = 'public' AND l.address <> '') AS addresses
  FROM service s
  LEFT JOIN LATERAL (SELECT jsonb_agg(jsonb_build_array(c.kind, c.value) ORDER BY c.id) AS contacts
                       FROM contact_point c WHERE c.service_id = s.id) own ON true
  LEFT JOIN LATERAL (SELECT jsonb_agg(jsonb_build_array(c.kind, c.value) ORDER BY c.id) AS contacts
                       FROM contact_point c WHERE c.organisation_id = s.organisation_id) ours ON own.contacts IS NULL
 WHERE s.id = ANY(:ids)
""")


@dataclass(frozen=True, slots=True)
class InTouch:
    """Contacts as pairs of kind ("phone", "email", "url") and value; addresses by the name of the place."""

    contacts: tuple[tuple[str, str], ...] = ()
    addresses: tuple[tuple[str, str], ...] = ()

    def first(self, kind: str) -> str:
        """The first contact of a kind; empty when there is none."""
        return next((value for each, value in self.contacts if each == kind), "")

    def address_of(self, name: str) -> str:
        """The address of the place with this name; empty when it has none."""
        return dict(self.addresses).get(name, "")


def list_in_touch(ids: Sequence[int]) -> dict[int, InTouch]:
    """By a service's number; one statement."""
    if not ids:
        return {}
    return {
        row.id: InTouch(
            tuple((kind, value) for kind, value in row.contacts or ()), tuple((row.addresses or {}).items())
        )
        for row in db.session.execute(IN_TOUCH, {"ids": list(ids)}).all()
    }
