"""The shapes of all areas for the map of the list of areas."""

from __future__ import annotations

from sqlalchemy import text

from assetreg.db import db

STAMP = text("""
SELECT md5(coalesce(string_agg(concat_ws('|', a.slug, a.name, md5(ST_AsBinary(a.boundary))), ',' ORDER BY a.id), ''))
  FROM area a WHERE a.kind = 'ward' AND a.retired_at IS NULL
""")
SHAPES = text("""
SELECT a.slug, a.name, ST_AsBinary(a.boundary) AS shape
  FROM area a
 WHERE a.kind = 'ward' AND a.retired_at IS NULL AND a.boundary IS NOT NULL
 ORDER BY lower(a.name), a.id
""")


def get_shapes_stamp() -> str:
    """A word that changes when any present ward's name or boundary does."""
    return str(db.session.scalar(STAMP))


def list_ward_shapes() -> list[tuple[str, str, bytes]]:
    """Slug, name and boundary (well-known binary) of each present ward, A to Z."""
    return [(row.slug, row.name, bytes(row.shape)) for row in db.session.execute(SHAPES)]
