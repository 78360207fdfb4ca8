"""What the organisers' pages about series have in common: whose they are, what can be chosen, and drafts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any
from uuid import UUID

from flask import abort, request
from flask.blueprints import BlueprintSetupState
from flask_login import current_user

from assetreg import clock
from assetreg.permissions import roles_of
from assetreg.queries.errors import NotFound
from booking.actions.series import Problem, SeriesPlan
from booking.forms.series import SeriesForm, read_plan
from booking.queries import series as questions
from booking.queries.series import PlaceChoice, Reach, ServiceChoice
from booking.rules.standing import may_organise_everywhere
from booking.saying import say_clash, say_session_times, say_when
from booking.views.blueprint import blueprint

WRONG_FORM = 422
CHANGED_MEANWHILE = 409
MOST_SKIPS = 500
LONGEST_ASKED = 120


@blueprint.record_once
def add_words(state: BlueprintSetupState) -> None:
    """What the templates of this part say things with."""
    state.app.jinja_env.globals.update(say_clash=say_clash, session_times=say_session_times, say_session=say_when)


def own_reach() -> Reach:
    """The organisations whose series whoever asks looks after; None for staff: everybody's."""
    if may_organise_everywhere(roles_of(current_user)):
        return None
    return frozenset(each.organisation_id for each in current_user.memberships)


@dataclass(frozen=True)
class Choices:
    """What can be chosen for a series: its service, places and leaders."""

    service: ServiceChoice | None
    services: Sequence[ServiceChoice]
    has_more_services: bool
    places: Sequence[PlaceChoice]
    leaders: Sequence[str]

    def place(self, key: str) -> tuple[int | None, int | None] | None:
        """Location and room of a chosen place; (None, None) for none; None when nobody can choose that."""
        if not key:
            return None, None
        found = next((one for one in self.places if one.key == key), None)
        return (found.location_id, found.space_id) if found else None

    @property
    def service_groups(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Services by organisation, for a list to choose from."""
        return grouped((one.organisation, str(one.public_id), one.name) for one in self.services)

    @property
    def place_groups(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Places by location, for a list to choose from."""
        return grouped((one.location, one.key, one.name or one.location) for one in self.places)


def grouped(rows: Iterable[tuple[str, str, str]]) -> list[tuple[str, list[tuple[str, str]]]]:
    """(group, key, name) as groups of (key, name)."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for group, key, name in rows:
        groups.setdefault(group, []).append((key, name))
    return list(groups.items())


def choices_for(form: SeriesForm, reach: Reach, words: str = "") -> Choices:
    """What can be chosen, once the service is known."""
    service = questions.find_service_choice(read_id(form.service.data), reach)
    services, has_more = questions.list_service_choices(reach, words)
    if service is None and len(services) == 1 and not words:
        service = services[0]
        form.service.data = str(service.public_id)
    places = questions.list_place_choices(service.organisation_id) if service else []
    leaders = questions.list_leader_names(service.organisation_id) if service else []
    return Choices(service, services, has_more, places, leaders)


def plan_in(form: SeriesForm, choices: Choices, is_new: bool = True) -> tuple[SeriesPlan, list[Problem]]:
    """The plan that a form says with what can be chosen, and everything wrong with it."""
    problems = [] if choices.service else [Problem("service", "no_service")]
    place = choices.place(str(form.place.data or ""))
    if place is None:
        problems.append(Problem("place", "no_place"))
    plan, found = read_plan(
        form, choices.service.id if choices.service else 0, place or (None, None), clock.today(), is_new
    )
    return plan, [*problems, *found]


def read_id(text: Any) -> UUID | None:
    """A public id; None when it is none."""
    try:
        return UUID(str(text or ""))
    except ValueError:
        return None


def draft_asked_for(reach: Reach) -> Any:
    """The draft that the address names; None when it names none. 404 for another's."""
    asked = request.args.get("draft", "")
    if not asked:
        return None
    public_id = read_id(asked)
    if public_id is None:
        raise NotFound(asked)
    return questions.get_series(public_id, reach)


def skips_in_form() -> set[date]:
    """The dates that were ticked to be left out."""
    found = set()
    for text in request.form.getlist("skip")[:MOST_SKIPS]:
        try:
            found.add(date.fromisoformat(text))
        except ValueError:
            abort(400)
    return found


def stamp(*seen: object) -> str:
    """A short mark of what the organiser has looked at: saving something else shows it first."""
    return sha256(repr(seen).encode()).hexdigest()[:16]
