"""What a process knows of words and names: the stewards' phrases, the crisis list, areas, needs and places.

Kept in memory, and read again when it changed. None of it is needed for an answer: without the stewards' tables the
lists that come with the program are used, and help at once is found even when nothing else is.
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass, replace
from pathlib import Path

from flask import current_app
from sqlalchemy.exc import SQLAlchemyError

from assetreg.db import db
from assetreg.queries.area_index import AreaIndex, get_area_index
from assetreg.queries.near import NearPlace
from assetreg.queries.terms import Taxonomy, get_taxonomy
from search.lookups import Lookups
from search.phrases.gazetteer import Gazetteer
from search.phrases.lexicon import Lexicon, Named, read_phrases
from search.places.known import Places
from search.queries.naming import near_known
from search.queries.place_names import get_places, get_version_of_names
from search.queries.words import WordsVersion, get_gazetteer, get_lexicon, get_urgent_help, get_words_version
from search.reader import current_snapshot, index_root
from search.requests import Urgent
from search.snapshot import Snapshot
from search.urgent import UrgentHelp, read_urgent

LOG = logging.getLogger("search")

WORDS_EVERY_S = 2.0  # how soon a steward's change of words is used
NAMES_EVERY_S = 60.0  # how soon a new building's name is known; areas and needs are known with the index
PHONES = ("housing_phone", "children_phone", "adults_phone")


@dataclass(slots=True)
class Words:
    """The stewards' words at one version; `version` is None when their tables could not be read."""

    version: WordsVersion | None
    looked_at: float
    help: UrgentHelp


@dataclass(frozen=True, slots=True)
class Names:
    """Areas, needs and places as they were when the index had these lookups."""

    lookups: Lookups
    read_at: float
    words: WordsVersion | None
    areas: AreaIndex
    taxonomy: Taxonomy
    lexicon: Lexicon
    gazetteer: Gazetteer
    places: Places
    version_of_names: tuple[object, ...] = ()


@dataclass(frozen=True, slots=True)
class KeptPlaces:
    """Places by name while there is no index, and the areas they were read with."""

    areas: AreaIndex
    read_at: float
    places: Places


Place = tuple[str, Path]
WORDS: dict[Place, Words] = {}
NAMES: dict[Place, Names] = {}
PLACES: dict[Place, KeptPlaces] = {}
READING: set[Place] = set()


def get_help() -> UrgentHelp:
    """Who helps at once, as stewards keep it; the program's own list when that cannot be read. Never fails."""
    return kept_words().help


def get_names(snapshot: Snapshot) -> Names:
    """Everything that understanding needs, with the areas and needs of the snapshot.

    The first question after these changed waits for it. New words and new buildings are read in a thread meanwhile.
    """
    words, known = kept_words(), NAMES.get(here())
    now = time.monotonic()
    if known is None or not (known.lookups is snapshot.lookups or known.lookups == snapshot.lookups):
        known = NAMES[here()] = read_names(snapshot.lookups, words.version)
    elif known.words != words.version or now - known.read_at > NAMES_EVERY_S:
        read_meanwhile(snapshot.lookups, words.version)
    return known


def read_names(lookups: Lookups, version: WordsVersion | None) -> Names:
    """All of it from the database."""
    seen = get_version_of_names()  # before the names, so that what changes meanwhile is read the next time
    taxonomy = get_taxonomy()
    lexicon = stewards_lexicon(taxonomy)
    gazetteer, areas = get_gazetteer(lexicon.known_words), get_area_index()
    places = get_places(areas, gazetteer)
    return Names(lookups, time.monotonic(), version, areas, taxonomy, lexicon, gazetteer, places, seen)


def get_known_places() -> Places:
    """Every place by name, from memory. Areas are always right, the name of a new building may be a minute late."""
    snapshot = current_snapshot()
    return get_names(snapshot).places if snapshot is not None else places_without_index(get_area_index())


def places_without_index(areas: AreaIndex) -> Places:
    """The same while there is no index, with the areas as they are."""
    known, now = PLACES.get(here()), time.monotonic()
    if known is None or known.areas != areas or now - known.read_at > NAMES_EVERY_S:
        known = PLACES[here()] = KeptPlaces(areas, now, get_places(areas, get_gazetteer()))
    return known.places


def find_by_name(written: str) -> NearPlace | None:
    """The place that a name surely means, from memory; None when it is none that we know, or that of several."""
    meant, is_sure = get_known_places().meant(written)
    return near_known(meant[0]) if meant and is_sure else None


def read_meanwhile(lookups: Lookups, version: WordsVersion | None) -> None:
    """Read it in a thread, unless one is at it."""
    place, app = here(), current_app._get_current_object()  # type: ignore[attr-defined]

    def read() -> None:
        try:
            with app.app_context():
                known = NAMES.get(place)
                if known is not None and is_still_right(known, lookups, version):
                    NAMES[place] = replace(known, read_at=time.monotonic())
                else:
                    NAMES[place] = read_names(lookups, version)
        except Exception:
            LOG.exception("names and phrases cannot be read again, keeping those we have")
        finally:
            READING.discard(place)

    if place not in READING:
        READING.add(place)
        threading.Thread(target=read, name="search-names", daemon=True).start()


def is_still_right(known: Names, lookups: Lookups, version: WordsVersion | None) -> bool:
    """Would reading everything again bring the same? Then the seconds of work for a large region are saved."""
    is_same = known.lookups == lookups and known.words == version
    return is_same and known.version_of_names == get_version_of_names()


def forget() -> None:
    """Read everything again at the next question; for tests."""
    WORDS.clear()
    NAMES.clear()
    PLACES.clear()


def here() -> Place:
    """The database and the index that the present application works with."""
    return current_app.config["SQLALCHEMY_DATABASE_URI"], index_root()


def kept_words() -> Words:
    """The words of this process, looked at again every two seconds."""
    now, known = time.monotonic(), WORDS.get(here())
    if known is not None and now - known.looked_at < WORDS_EVERY_S:
        return known
    try:
        with db.session.begin_nested():
            version = get_words_version()
            if known is None or known.version != version:
                known = Words(version, now, get_urgent_help(settings()))
    except SQLAlchemyError:
        LOG.exception("the stewards' words cannot be read, using those of the program")
        known = Words(None, now, UrgentHelp(*read_urgent()).filled(settings()))
    known.looked_at = now
    WORDS[here()] = known
    return known


def help_at_once(words: str) -> tuple[Urgent, ...]:
    """The help that these words call for, while the database is away: by the list that was read last, or the program's.

    No SQL.
    """
    known = WORDS.get(here())
    helpers = known.help if known is not None else UrgentHelp(*read_urgent()).filled(settings())
    return helpers.recognise(words)


def stewards_lexicon(taxonomy: Taxonomy) -> Lexicon:
    """The stewards' phrases; the program's own when their table cannot be read."""
    try:
        with db.session.begin_nested():
            return get_lexicon()
    except SQLAlchemyError:
        LOG.exception("the stewards' phrases cannot be read, using those of the program")
        return Lexicon.build(read_phrases(), (Named(term.slug, term.kind, term.name) for term in taxonomy.terms))


def settings() -> dict[str, str]:
    """The council's name and numbers, as the crisis list calls them."""
    config = current_app.config
    numbers = {name: config.get(name.upper(), "") for name in PHONES}
    return {"council": config["COUNCIL_NAME"], "council_phone": config["COUNCIL_PHONE"], **numbers}
