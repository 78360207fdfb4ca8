"""The words that stewards keep, ready for understanding, and where places and postcodes are."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, text

from assetreg.db import db
from assetreg.models import Term
from assetreg.queries.places import find_postcode
from search.models import LexiconPhrase, UrgentHelpEntry, UrgentSign
from search.phrases.gazetteer import Gazetteer
from search.phrases.lexicon import Lexicon, Named, Phrase, read_phrases
from search.requests import Point, Somewhere, Urgent
from search.urgent import Sign, UrgentHelp, from_rows

AREAS = text("""
SELECT kind, code, name, ST_Y(centre::geometry) AS lat, ST_X(centre::geometry) AS lon
  FROM area WHERE retired_at IS NULL ORDER BY kind, name, id
""")
# Only public places have a point; the others must not be found by name either.
LOCATIONS = text("""
SELECT public_id::text AS code, name, ST_Y(point::geometry) AS lat, ST_X(point::geometry) AS lon
  FROM location WHERE visibility = 'public' AND point IS NOT NULL AND name <> '' ORDER BY id
""")
CENTRES = text("SELECT code, ST_Y(point::geometry) AS lat, ST_X(point::geometry) AS lon FROM postcode_centre")


@dataclass(frozen=True, slots=True)
class WordsVersion:
    """Tells whether stewards changed any words since: the newest change, and how many rows there are."""

    changed_at: datetime | None
    rows: int


class Postcodes(Mapping[str, Point]):
    """Full postcodes by compact code, each asked of the database when it is wanted. Not to be listed."""

    def __getitem__(self, code: str) -> Point:
        """Where it is; KeyError when that is not known."""
        found = find_postcode(code)
        if found is None or found.lat is None or found.lon is None:
            raise KeyError(code)
        return found.lat, found.lon

    def __iter__(self) -> Iterator[str]:
        """Nothing: nobody may walk through two million postcodes."""
        return iter(())

    def __len__(self) -> int:
        """As many as `iter` gives."""
        return 0


def get_words_version() -> WordsVersion:
    """The present state of the stewards' tables, in one statement."""
    newest, rows = [], []
    for table in (LexiconPhrase, UrgentSign, UrgentHelpEntry):
        newest.append(select(func.max(table.updated_at)).scalar_subquery())
        rows.append(select(func.count()).select_from(table).scalar_subquery())
    found = db.session.execute(select(func.greatest(*newest), rows[0] + rows[1] + rows[2])).one()
    return WordsVersion(found[0], found[1])


def get_lexicon(right_words: Collection[str] = ()) -> Lexicon:
    """The stewards' phrases, or those that come with the program while there are none.

    `right_words`, such as the index's own, are never taken for typing mistakes.
    """
    rows = db.session.execute(
        select(LexiconPhrase.phrase, LexiconPhrase.terms, LexiconPhrase.weight)
        .where(LexiconPhrase.is_active)
        .order_by(LexiconPhrase.phrase, LexiconPhrase.id)
    ).all()
    phrases = [Phrase(phrase, tuple(terms), float(weight)) for phrase, terms, weight in rows] or read_phrases()
    terms = db.session.execute(select(Term.slug, Term.kind, Term.name).order_by(Term.position, Term.id))
    return Lexicon.build(phrases, (Named(slug, kind, name) for slug, kind, name in terms), right_words)


def get_urgent_help(settings: Mapping[str, str]) -> UrgentHelp:
    """The stewards' list of signs and help with the council's own numbers; the file's while theirs is empty.

    `settings`: council, council_phone, housing_phone, children_phone, adults_phone; a missing number is the council's.
    """
    signs = db.session.scalars(
        select(UrgentSign).where(UrgentSign.is_active).order_by(UrgentSign.position, UrgentSign.id)
    )
    entries = db.session.scalars(
        select(UrgentHelpEntry).where(UrgentHelpEntry.is_active).order_by(UrgentHelpEntry.position, UrgentHelpEntry.id)
    )
    return from_rows(
        [
            Sign(row.key, row.tone, tuple(row.patterns), tuple(row.unless), tuple(row.help), tuple(row.terms))
            for row in signs
        ],
        [
            (row.key, Urgent("", row.title, row.says, row.phone, row.text_number, row.text_word, row.url))
            for row in entries
        ],
    ).filled(settings)


def get_gazetteer(right_words: Collection[str] = ()) -> Gazetteer:
    """Every area and public place by name, and every postcode. `right_words` are never taken for misspelt places."""
    rows = [Somewhere(row.kind, row.code, row.name, _point(row.lat, row.lon)) for row in db.session.execute(AREAS)]
    rows += [
        Somewhere("location", row.code, row.name, _point(row.lat, row.lon)) for row in db.session.execute(LOCATIONS)
    ]
    centres = {row.code: (row.lat, row.lon) for row in db.session.execute(CENTRES)}
    return Gazetteer.build(rows, centres, Postcodes(), right_words=right_words)


def _point(lat: float | None, lon: float | None) -> Point | None:
    return (lat, lon) if lat is not None and lon is not None else None
