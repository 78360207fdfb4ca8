"""Questions about what was searched for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import String, cast, func, select

from assetreg.db import db
from search.models import SearchLog

MOST_LINES = 1000


@dataclass(frozen=True, slots=True)
class Miss:
    """Words that found nothing, how often, and when last."""

    words: str
    times: int
    last_on: date


@dataclass(frozen=True, slots=True)
class Overview:
    """How many searches there were since a day: all, those that found nothing, and cries for help."""

    searches: int
    nothing: int
    nothing_known: int  # found nothing, and had no word that may be kept
    urgent: int


def list_misses(since: date, most: int) -> list[Miss]:
    """The words that found nothing most often since that day."""
    times = func.count().label("times")
    rows = db.session.execute(
        select(SearchLog.words, times, func.max(SearchLog.searched_on))
        .where(SearchLog.searched_on >= since, SearchLog.results == 0, func.cardinality(SearchLog.words) > 0)
        .group_by(SearchLog.words)
        .order_by(times.desc(), cast(SearchLog.words, String))
        .limit(most)
    )
    return [Miss(" ".join(words), number, last_on) for words, number, last_on in rows]


def list_lines(since: date, most: int = MOST_LINES) -> list[tuple[str, int]]:
    """The words of searches since that day and how often, the most frequent first."""
    times = func.count().label("times")
    rows = db.session.execute(
        select(SearchLog.words, times)
        .where(SearchLog.searched_on >= since, func.cardinality(SearchLog.words) > 0)
        .group_by(SearchLog.words)
        .order_by(times.desc(), cast(SearchLog.words, String))
        .limit(most)
    )
    return [(" ".join(words), number) for words, number in rows]


def get_overview(since: date) -> Overview:
    """The numbers since that day, in one statement."""
    nothing = SearchLog.results == 0
    found = db.session.execute(
        select(
            func.count(),
            func.count().filter(nothing),
            func.count().filter(nothing, func.cardinality(SearchLog.words) == 0),
            func.count().filter(SearchLog.is_urgent),
        ).where(SearchLog.searched_on >= since)
    ).one()
    return Overview(*found)
