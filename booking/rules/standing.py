"""Whose sessions somebody may organise, and whose figures they may see."""

from __future__ import annotations

from collections.abc import Collection

from assetreg.permissions import ORGANISERS

EVERYWHERE = ORGANISERS - {"partner"}


def may_organise(roles: Collection[str], member_of: Collection[int], organisation_id: int) -> bool:
    """May somebody with these roles, member of these organisations, look after this organisation's sessions?

    Staff may everywhere; partners only where they are members.
    """
    return may_organise_everywhere(roles) or ("partner" in roles and organisation_id in member_of)


def may_organise_everywhere(roles: Collection[str]) -> bool:
    """May they look after every organisation's sessions?"""
    return not EVERYWHERE.isdisjoint(roles)


def may_see_report(roles: Collection[str], member_of: Collection[int], organisation_id: int) -> bool:
    """May they see this organisation's numbers? Commissioners see everybody's, organisers their own."""
    return "commissioner" in roles or may_organise(roles, member_of, organisation_id)
