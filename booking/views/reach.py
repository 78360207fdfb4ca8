"""Whose sessions whoever asks may look after."""

from __future__ import annotations

from flask_login import current_user

from assetreg.permissions import roles_of
from booking.queries.organising import Reach
from booking.rules.standing import may_organise_everywhere


def own_reach() -> Reach:
    """The organisations of whoever is signed in; None for staff, who may look after everybody's."""
    if may_organise_everywhere(roles_of(current_user)):
        return None
    return frozenset(each.organisation_id for each in current_user.memberships)


def report_reach() -> Reach:
    """As `own_reach`, for numbers without names: commissioners see everybody's too."""
    return None if "commissioner" in roles_of(current_user) else own_reach()
