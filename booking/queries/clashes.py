"""What is in the way: which sessions already use a space, or are led by the same person, at given times."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, DateTime, bindparam, text

from assetreg.db import db

CLASHES = text("""
SELECT wanted.number - 1 AS number, found.why, o.id AS occurrence_id, o.public_id, o.starts_at, o.ends_at, o.series_id,
       CASE WHEN v.is_sensitive THEN '' ELSE coalesce(nullif(s.title, ''), v.name) END AS title,
       CASE WHEN v.is_sensitive THEN '' ELSE g.name END AS organisation, v.organisation_id,
       coalesce(sp.name, '') AS space, coalesce(l.name, '') AS leader
  FROM unnest(CAST(:starts AS timestamptz[]), CAST(:ends AS timestamptz[]))
       WITH ORDINALITY AS wanted (starts_at, ends_at, number)
 CROSS JOIN LATERAL (
       SELECT 'space' AS why, id FROM occurrence
        WHERE status = 'scheduled' AND space_id = :space_id AND space_id IS NOT NULL
          AND during && tstzrange(wanted.starts_at, wanted.ends_at, '[)')
        UNION ALL
       SELECT 'leader', id FROM occurrence
        WHERE status = 'scheduled' AND leader_id = :leader_id AND leader_id IS NOT NULL
          AND during && tstzrange(wanted.starts_at, wanted.ends_at, '[)')
       ) AS found
  JOIN occurrence o ON o.id = found.id AND NOT o.id = ANY (:but_ids)
  JOIN series s ON s.id = o.series_id
  JOIN service v ON v.id = o.service_id
  JOIN organisation g ON g.id = v.organisation_id
  LEFT JOIN space sp ON sp.id = o.space_id
  LEFT JOIN leader l ON l.id = o.leader_id
 ORDER BY wanted.number, o.starts_at, found.why DESC, o.id
""").bindparams(
    bindparam("starts", type_=ARRAY(DateTime(timezone=True))),
    bindparam("ends", type_=ARRAY(DateTime(timezone=True))),
    bindparam("space_id", type_=BigInteger()),
    bindparam("leader_id", type_=BigInteger()),
    bindparam("but_ids", type_=ARRAY(BigInteger())),
)


@dataclass(frozen=True, slots=True)
class Clash:
    """A session that is in the way: because it uses the space ("space") or has the leader ("leader").

    `title` and `organisation` are empty when the session is of a sensitive service: nobody may learn of it here.
    """

    why: Literal["space", "leader"]
    public_id: UUID
    series_id: int
    title: str
    organisation: str
    organisation_id: int
    starts_at: datetime
    ends_at: datetime
    space: str
    leader: str


def list_clashes(
    spans: Sequence[tuple[datetime, datetime]],
    space_id: int | None,
    leader_id: int | None,
    but_ids: Collection[int] = (),
) -> dict[int, list[Clash]]:
    """Position in `spans` → what is in the way there; positions without a clash are absent. One statement.

    Back to back is no clash. Occurrences with these ids are not looked at: those that are about to move themselves.
    """
    if not spans or (space_id is None and leader_id is None):
        return {}
    rows = db.session.execute(
        CLASHES,
        {
            "starts": [starts_at for starts_at, _ends_at in spans],
            "ends": [ends_at for _starts_at, ends_at in spans],
            "space_id": space_id,
            "leader_id": leader_id,
            "but_ids": list(but_ids),
        },
    )
    found: dict[int, list[Clash]] = {}
    for row in rows:
        found.setdefault(row.number, []).append(
            Clash(
                row.why,
                row.public_id,
                row.series_id,
                row.title,
                row.organisation,
                row.organisation_id,
                row.starts_at,
                row.ends_at,
                row.space,
                row.leader,
            )
        )
    return found
