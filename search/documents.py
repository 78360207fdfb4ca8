"""What can be found, read from the register: an allow-list of texts and facts, and never a confidential address.

A floor below offers its documents as a `Provider`; `app.py` adds those of other floors. Search knows no page by name.
Of a confidential place nothing is read but its ward (and only when it is `area_only`): not its name, not its access.
"""

from __future__ import annotations

import html
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import time
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from search.lookups import EVERYWHERE, AreaEntry, Lookups, TermEntry
from search.records import APPROXIMATE, ENTITIES, EXACT, WARD_CENTRE, Document, Place, Time

AT_ONCE = 1_000  # services read with one round of statements

TAGS = re.compile(r"<[^>]*>")


@dataclass(frozen=True)
class Provider:
    """Offers documents of one kind (`records.ENTITIES`). Both functions must be importable by name.

    `keys` lists the numbers of all that may be found now or later; `read` makes the documents of some of them, leaving
    out those that may not. A document's key is the number that `keys` gave.
    """

    entity: str
    keys: Callable[[Session], Sequence[int]]
    read: Callable[[Session, Sequence[int], Lookups], Iterable[Document]]


PROVIDERS: dict[str, Provider] = {}


def offer(provider: Provider) -> None:
    """Add a provider. Raises ValueError for a kind that has another one already, or that is not known."""
    if provider.entity not in ENTITIES:
        raise ValueError(f"{provider.entity} is not a kind of document.")
    if PROVIDERS.get(provider.entity, provider) != provider:
        raise ValueError(f"Two providers of {provider.entity}")
    PROVIDERS[provider.entity] = provider


LISTED = text("SELECT s.id FROM service s WHERE s.status <> 'closed' ORDER BY s.id")
SERVICES = text("""
SELECT s.id, s.public_id, s.name, s.summary, s.description, s.eligibility, s.times_note, s.kind, s.stage,
       s.taking_people, s.gender, s.min_age, s.max_age, s.is_online, s.is_telephone, s.status, s.referral, s.access,
       s.cost_pence, s.assured_on, s.valid_from, s.valid_until, s.languages, o.name AS organisation
  FROM service s JOIN organisation o ON o.id = s.organisation_id
 WHERE s.id = ANY(:ids) AND s.status <> 'closed'
 ORDER BY s.id
""")
PLACES = text("""
SELECT sl.service_id, l.visibility, l.ward_id, l.is_approximate,
       CASE WHEN l.visibility = 'public' THEN l.name END AS name,
       CASE WHEN l.visibility = 'public' THEN l.address END AS address,
       CASE WHEN l.visibility = 'public' THEN l.access END AS access,
       ST_Y(l.point::geometry) AS lat, ST_X(l.point::geometry) AS lon
  FROM service_at_location sl JOIN location l ON l.id = sl.location_id
 WHERE sl.service_id = ANY(:ids)
 ORDER BY sl.service_id, sl.id
""")
TERMS = text("""
SELECT service_id, array_agg(term_id ORDER BY term_id) AS numbers
  FROM service_term WHERE service_id = ANY(:ids) GROUP BY service_id
""")
AREAS = text("""
SELECT service_id, array_agg(area_id ORDER BY area_id) AS numbers
  FROM service_area WHERE service_id = ANY(:ids) GROUP BY service_id
""")
TIMES = text("""
SELECT DISTINCT service_id, weekday, starts_time, ends_time, week_of_month
  FROM opening_time WHERE service_id = ANY(:ids) ORDER BY service_id, weekday, starts_time, ends_time, week_of_month
""")
ALL_AREAS = text("""
SELECT a.id, a.kind, a.code, a.name, a.slug, ST_Y(a.centre::geometry) AS lat, ST_X(a.centre::geometry) AS lon,
       (SELECT array_agg(link.parent_id ORDER BY link.parent_id)
          FROM area_link link WHERE link.child_id = a.id) AS parents
  FROM area a WHERE a.retired_at IS NULL ORDER BY a.id
""")
ALL_TERMS = text("SELECT id, slug, kind, name, in_plain_words, parent_id FROM term ORDER BY id")
ALL_LANGUAGES = text("SELECT DISTINCT unnest(languages) AS language FROM service ORDER BY language")


def look_up(session: Session, languages: Sequence[str] = ()) -> Lookups:
    """Areas, needs and interests, and languages as they are now; known `languages` keep their numbers."""
    found = [row.language for row in session.execute(ALL_LANGUAGES)]
    return Lookups(
        tuple(
            AreaEntry(row.id, row.kind, row.code, row.name, row.slug, row.lat, row.lon, tuple(row.parents or ()))
            for row in session.execute(ALL_AREAS)
        ),
        tuple(
            TermEntry(row.id, row.slug, row.kind, row.name, row.in_plain_words, row.parent_id)
            for row in session.execute(ALL_TERMS)
        ),
        (*languages, *(language for language in found if language not in set(languages))),
    )


def list_service_keys(session: Session) -> Sequence[int]:
    """Every service that is not closed; those that have not begun or are over are left out when asking."""
    return list(session.scalars(LISTED))


def read_services(session: Session, keys: Sequence[int], lookups: Lookups) -> Iterator[Document]:
    """The documents of these services, in the order of their numbers."""
    terms = {term.id: term for term in lookups.terms}
    areas = {area.id: area for area in lookups.areas}
    ordered = sorted(keys)
    for low in range(0, len(ordered), AT_ONCE):
        some = {"ids": ordered[low : low + AT_ONCE]}
        places: dict[int, list[Any]] = defaultdict(list)
        for row in session.execute(PLACES, some):
            places[row.service_id].append(row)
        times: dict[int, list[Time]] = defaultdict(list)
        for row in session.execute(TIMES, some):
            times[row.service_id].append(
                Time(row.weekday, minutes(row.starts_time), minutes(row.ends_time), row.week_of_month)
            )
        term_ids = {row.service_id: tuple(row.numbers) for row in session.execute(TERMS, some)}
        area_ids = {row.service_id: tuple(row.numbers) for row in session.execute(AREAS, some)}
        for service in session.execute(SERVICES, some):
            number = service.id
            its_terms = [terms[term] for term in term_ids.get(number, ()) if term in terms]
            yield service_document(
                service, places[number], area_ids.get(number, ()), its_terms, times[number], terms, areas
            )


def service_document(
    service: Any,
    places: Sequence[Any],
    served: Sequence[int],
    its_terms: Sequence[TermEntry],
    times: Sequence[Time],
    terms: dict[int, TermEntry],
    areas: dict[int, AreaEntry],
) -> Document:
    """One service as a document, from its row and the rows that belong to it."""
    known = [place for place in places if place.visibility != "hidden"]
    wards = {place.ward_id for place in known if place.ward_id is not None}
    reached = {*wards, *served}
    if not served and (service.is_online or service.is_telephone or not known):
        reached.add(EVERYWHERE)
    access = {*service.access, *(feature for place in known for feature in place.access or ())}
    return Document(
        key=service.id,
        public_id=service.public_id,
        parts=(
            service.name,
            " ".join(term.name for term in its_terms),
            service.summary,
            service.organisation,
            term_words(its_terms, terms),
            " ".join(place_words(place, areas) for place in known),
            f"{plain(service.description)} {service.eligibility} {service.times_note}",
        ),
        kind=service.kind,
        stage=service.stage,
        taking_people=service.taking_people,
        gender=service.gender,
        ages=(service.min_age, service.max_age),
        is_online=service.is_online,
        is_telephone=service.is_telephone,
        is_in_person=bool(places) or not (service.is_online or service.is_telephone),
        is_paused=service.status == "temporarily_closed",
        is_referred=service.referral == "professional",
        access=tuple(sorted(access)),
        cost_pence=service.cost_pence,
        assured_on=service.assured_on,
        valid_from=service.valid_from,
        valid_until=service.valid_until,
        places=tuple(found for found in (place_of(place, areas) for place in known) if found is not None),
        area_ids=tuple(sorted(reached)),
        term_ids=tuple(term.id for term in its_terms),
        times=tuple(times),
        languages=tuple(sorted(set(service.languages))),
    )


def place_of(place: Any, areas: dict[int, AreaEntry]) -> Place | None:
    """Where a place is on the map; an `area_only` one is at the middle of its ward. None when nobody knows."""
    if place.visibility == "public" and place.lat is not None:
        return Place(place.lat, place.lon, place.ward_id, APPROXIMATE if place.is_approximate else EXACT)
    ward = areas.get(place.ward_id) if place.visibility == "area_only" else None
    if ward is None or ward.lat is None or ward.lon is None:
        return None
    return Place(ward.lat, ward.lon, ward.id, WARD_CENTRE)


def place_words(place: Any, areas: dict[int, AreaEntry]) -> str:
    """What a place can be found by: its name, address and ward; only the ward when it is confidential."""
    ward = areas.get(place.ward_id)
    return " ".join(part for part in (place.name, place.address, ward.name if ward else None) if part)


def term_words(its_terms: Iterable[TermEntry], terms: dict[int, TermEntry]) -> str:
    """Needs and interests in plain words, and the names of what they belong to."""
    own = [term.in_plain_words for term in its_terms]
    above = {term.parent: terms[term.parent].name for term in its_terms if term.parent in terms}
    return " ".join([*own, *above.values()])


def plain(description: str) -> str:
    """A description without its HTML."""
    return html.unescape(TAGS.sub(" ", description))


def minutes(of_day: time) -> int:
    """Minutes since midnight."""
    return of_day.hour * 60 + of_day.minute


offer(Provider("service", list_service_keys, read_services))
