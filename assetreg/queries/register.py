"""Questions about the register as a whole."""

from __future__ import annotations

from sqlalchemy import exists, select

from assetreg.db import db
from assetreg.models import Service, Term


def is_register_empty() -> bool:
    """Has nobody entered a service yet?"""
    return not db.session.scalar(select(exists(select(Service.id))))


def has_terms() -> bool:
    """Has a taxonomy been loaded?"""
    return bool(db.session.scalar(select(exists(select(Term.id)))))
