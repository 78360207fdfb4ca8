"""What cells may refer to: terms, areas and today, read once at the beginning of an import."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from assetreg import clock
from assetreg.db import db
from assetreg.models import Area, Term
from assetreg.rules.importing.row import Known


@dataclass(frozen=True)
class Names:
    """The way back from ids to words, for the audit."""

    terms: Mapping[int, str]
    areas: Mapping[int, str]


def read_known() -> tuple[Known, Names]:
    """The present terms and areas."""
    terms = list(db.session.execute(select(Term.id, Term.slug, Term.kind)))
    areas = list(
        db.session.execute(select(Area.id, Area.kind, Area.code, Area.slug, Area.name).where(Area.retired_at.is_(None)))
    )
    known = Known(
        needs={slug: id_ for id_, slug, kind in terms if kind == "need"},
        interests={slug: id_ for id_, slug, kind in terms if kind == "interest"},
        area_by_code={code.upper(): id_ for id_, _, code, _, _ in areas},
        area_by_slug={slug: id_ for id_, _, _, slug, _ in areas},
        wards=frozenset(id_ for id_, kind, _, _, _ in areas if kind == "ward"),
        area_names=frozenset(name for _, _, _, _, name in areas),
        city_id=next((id_ for id_, kind, _, _, _ in areas if kind == "city"), None),
        today=clock.today(),
    )
    names = Names({id_: slug for id_, slug, _ in terms}, {id_: name for id_, _, _, _, name in areas})
    return known, names
