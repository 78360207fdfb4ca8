"""Whoosh as it comes: a field for each text, stemming, any of the words in any of the fields, BM25F."""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import asin, cos, radians, sin, sqrt
from typing import Any

from whoosh.analysis import StemmingAnalyzer
from whoosh.fields import ID, TEXT, Schema
from whoosh.filedb.filestore import RamStorage
from whoosh.qparser import MultifieldParser, OrGroup

from relevance.measures import DEPTH
from relevance.systems import FIELDS, HALF_M, NEAR_M, NOWHERE_M, Hit, Point
from search.records import Document

EARTH_M = 6_371_000
MOST_NEAR = 500  # so many of the best by words are ordered by place
WORD = re.compile(r"\w+")


class PlainWhoosh:
    """An index in memory."""

    name = "whoosh"

    def __init__(self, documents: Sequence[Document]) -> None:
        analyser = StemmingAnalyzer()
        schema = Schema(key=ID(stored=True), **{field: TEXT(analyzer=analyser) for field in FIELDS})
        self.index = RamStorage().create_index(schema)
        writer = self.index.writer(limitmb=256)
        for document in documents:
            writer.add_document(key=str(document.key), **dict(zip(FIELDS, document.parts, strict=True)))
        writer.commit()
        self.searcher = self.index.searcher()
        self.places = {document.key: [(place.lat, place.lon) for place in document.places] for document in documents}
        self.parser = MultifieldParser(FIELDS, schema, group=OrGroup)

    def ask(self, words: str, near: Point | None) -> list[Hit]:
        """The first results; near a point those within five miles, by score and nearness."""
        found = [
            Hit(int(hit["key"]), float(hit.score))
            for hit in self.searcher.search(self.read(words), limit=MOST_NEAR if near else DEPTH)
        ]
        if near is None:
            return found
        placed = [(hit, self.distance_m(hit.key, near)) for hit in found]
        ranked = [
            Hit(hit.key, hit.score / (1 + (NOWHERE_M if metres is None else metres) / HALF_M))
            for hit, metres in placed
            if metres is None or metres <= NEAR_M
        ]
        return sorted(ranked, key=lambda hit: (-hit.score, hit.key))[:DEPTH]

    def read(self, words: str) -> Any:
        """Whoosh's query; what is not in its language is asked without its marks."""
        try:
            return self.parser.parse(words)
        except Exception:  # noqa: BLE001 (its parser fails in many ways on what people type)
            return self.parser.parse(" ".join(WORD.findall(words)))

    def distance_m(self, key: int, near: Point) -> float | None:
        """Metres to the nearest place of a service; None when it has none."""
        return min((metres(near, place) for place in self.places.get(key, ())), default=None)

    def close(self) -> None:
        """Let go of it."""
        self.searcher.close()


def metres(one: Point, other: Point) -> float:
    """Between two points, on a ball."""
    lat, other_lat = radians(one[0]), radians(other[0])
    across = sin((other_lat - lat) / 2) ** 2
    across += cos(lat) * cos(other_lat) * sin(radians(other[1] - one[1]) / 2) ** 2
    return 2 * EARTH_M * asin(sqrt(across))
