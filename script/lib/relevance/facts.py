"""What judging needs to know of every service, read from the register and not from the search."""

from __future__ import annotations

import html
import re
from collections.abc import Collection

from flask import Flask
from sqlalchemy import text

from assetreg.db import db
from relevance.judging import Facts

TAGS = re.compile(r"<[^>]*>")

SERVICES = text("""
SELECT s.id, s.public_id::text AS public_id, s.name, s.summary, s.description, s.min_age, s.max_age, s.gender,
       s.cost_pence, s.languages, s.is_online, s.is_telephone, s.status, s.taking_people, s.referral,
       s.access || coalesce((
           SELECT array_agg(DISTINCT feature)
             FROM service_at_location sl JOIN location l ON l.id = sl.location_id, unnest(l.access) AS feature
            WHERE sl.service_id = s.id AND l.visibility = 'public'), '{}') AS access,
       (SELECT array_agg(DISTINCT x.slug) FROM service_term st
          JOIN term t ON t.id = st.term_id JOIN term x ON x.id IN (t.id, t.parent_id)
         WHERE st.service_id = s.id) AS terms,
       (SELECT json_agg(json_build_array(
                   weekday, extract(epoch FROM starts_time) / 60, extract(epoch FROM ends_time) / 60))
          FROM opening_time o WHERE o.service_id = s.id) AS times
  FROM service s
 WHERE s.status <> 'closed' AND coalesce(s.valid_from, current_date) <= current_date
   AND coalesce(s.valid_until, current_date) >= current_date
 ORDER BY s.id
""")  # fmt: skip
# Of a place that is only told by its ward, the middle of the ward; a hidden one has no distance.
DISTANCES = text("""
WITH place AS (
    SELECT CASE kind WHEN 'ward' THEN centre ELSE boundary::geography END AS point
      FROM area WHERE name = :name AND kind IN ('ward', 'constituency')
    UNION ALL SELECT point FROM postcode_centre WHERE code = :name
    LIMIT 1
)
SELECT sl.service_id, min(ST_Distance(
           CASE WHEN l.visibility = 'public' THEN l.point ELSE a.centre END, place.point)) AS metres
  FROM place, service_at_location sl
  JOIN location l ON l.id = sl.location_id LEFT JOIN area a ON a.id = l.ward_id
 WHERE l.visibility <> 'hidden'
 GROUP BY sl.service_id
""")


def read_facts(app: Flask, places: Collection[str]) -> dict[str, Facts]:
    """Every service that may be found, by its public id. Raises ValueError for a place nobody knows."""
    with app.app_context():
        distances: dict[str, dict[int, float]] = {}
        for name in sorted(places):
            distances[name] = {row.service_id: row.metres for row in db.session.execute(DISTANCES, {"name": name})}
            if not distances[name]:
                raise ValueError(f"Nobody knows where {name} is.")
        return {
            row.public_id: Facts(
                row.public_id,
                html.unescape(TAGS.sub(" ", f"{row.name}. {row.summary} {row.description}")),
                frozenset(row.terms or ()),
                row.min_age,
                row.max_age,
                row.gender,
                row.cost_pence,
                frozenset(row.languages),
                frozenset(row.access),
                row.is_online,
                row.is_telephone,
                row.referral == "professional",
                row.status == "temporarily_closed",
                row.taking_people == "no",
                tuple((int(day), int(opens), int(closes)) for day, opens, closes in row.times or ()),
                {name: found.get(row.id) for name, found in distances.items()},
            )
            for row in db.session.execute(SERVICES)
        }


def known_terms(app: Flask) -> frozenset[str]:
    """The slugs of all needs and interests."""
    with app.app_context():
        return frozenset(db.session.scalars(text("SELECT slug FROM term")))
