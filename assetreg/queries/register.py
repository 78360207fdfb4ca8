"""Questions about the register as a whole."""

from __future__ import annotations

from sqlalchemy import exists, select

from assetreg.db import db
from assetreg.models import Area, Service, Source, Term


def is_register_empty() -> bool:
    """Has nobody entered a service yet?"""
    return not db.session.scalar(select(exists(select(Service.id))))


def has_terms() -> bool:
    """Has a taxonomy been loaded?"""
    return bool(db.session.scalar(select(exists(select(Term.id)))))


def has_approximate_areas() -> bool:
    """Are the areas' boundaries only sketched, until the council's own are loaded?"""
    return bool(
        db.session.scalar(select(exists(select(Area.id).where(Area.is_approximate, Area.retired_at.is_(None)))))
    )


def list_attributions() -> list[str]:
    """What the licences of the sources ask us to say, each once, in order."""
    found = db.session.scalars(
        select(Source.attribution).where(Source.attribution != "").distinct().order_by(Source.attribution)
    )
    return list(found)
