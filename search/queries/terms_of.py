"""The needs and interests of a page's services: one statement for any number of them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import text

from assetreg.db import db

TERMS_OF = text("""
SELECT st.service_id, t.kind, array_agg(t.slug ORDER BY t.position, t.id) AS slugs
  FROM service_term st JOIN term t ON t.id = st.term_id
 WHERE st.service_id = ANY(:ids)
 GROUP BY st.service_id, t.kind
""")


def list_terms_of(ids: Sequence[int]) -> dict[int, dict[str, list[str]]]:
    """Slugs by a service's number, then by kind ("need", "interest"); a service without any is not there."""
    found: dict[int, dict[str, list[str]]] = {}
    if ids:
        for service_id, kind, slugs in db.session.execute(TERMS_OF, {"ids": list(ids)}).all():
            found.setdefault(service_id, {})[kind] = list(slugs)
    return found
