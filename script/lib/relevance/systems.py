"""The three that are compared. Each answers a question with the ids and scores of its first results.

All three are given the same services with the same texts, made by `search.documents`, and the same point for "near".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol
from uuid import UUID

from flask import Flask
from sqlalchemy import text
from werkzeug.datastructures import MultiDict

from assetreg import clock
from assetreg.db import db
from relevance.measures import DEPTH
from relevance.questions import Question
from search import engine
from search.answers import Answer, answer
from search.documents import list_service_keys, look_up, read_services
from search.forms import read_asked
from search.reader import index_root, reader_of
from search.records import Document

FIELDS = ("name", "terms", "summary", "organisation", "meaning", "place", "description")
NEAR_M = 8_000  # five miles: what a sensible engineer would keep to
HALF_M = 3_000  # and where being near counts half
NOWHERE_M = 3_000  # as far away as by telephone

TERMS = text("""
SELECT s.id, s.public_id::text AS public_id, s.name,
       array_remove(array_agg(t.slug ORDER BY t.slug) FILTER (WHERE t.kind = 'need'), NULL) AS needs,
       array_remove(array_agg(t.slug ORDER BY t.slug) FILTER (WHERE t.kind = 'interest'), NULL) AS interests
  FROM service s LEFT JOIN service_term st ON st.service_id = s.id LEFT JOIN term t ON t.id = st.term_id
 WHERE s.status <> 'closed' GROUP BY s.id ORDER BY s.id
""")


@dataclass(frozen=True, slots=True)
class Entry:
    """A service as it is printed."""

    id: str
    name: str
    needs: tuple[str, ...]
    interests: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """One result: a service's number in the register, and its score there."""

    key: int
    score: float


Point = tuple[float, float]


class Baseline(Protocol):
    """A search to be compared with."""

    name: str

    def ask(self, words: str, near: Point | None) -> list[Hit]:
        """The first results."""
        ...


@dataclass(frozen=True, slots=True)
class Asked:
    """One question, answered by all three."""

    question: Question
    understood: dict[str, Any]
    total: int
    hits: dict[str, list[Hit]] = field(default_factory=dict)


class Ours:
    """The product's own search, as the page asks it."""

    name = "ours"

    def __init__(self) -> None:
        """Needs the application's context and an index."""
        reader_of(index_root()).look()

    def ask(self, question: Question) -> tuple[Answer, list[Hit]]:
        """The whole answer, and its first results with their scores."""
        given = {"q": question.query, "near": question.near}
        found = answer(read_asked(MultiDict({name: value for name, value in given.items() if value})), per_page=DEPTH)
        snapshot = reader_of(index_root()).snapshot
        if snapshot is None or not found.is_from_index:
            return found, [Hit(key, 0.0) for key in found.found.ids[:DEPTH]]
        request = replace(found.understood.request, per_page=DEPTH)
        scores = {hit.key: hit.score for hit in engine.find(request, snapshot, clock.local_now()).results}
        return found, [Hit(key, scores.get(key, 0.0)) for key in found.found.ids[:DEPTH]]


def understood(found: Answer) -> dict[str, Any]:
    """What our search made of a line, for a program."""
    request = found.understood.request
    return {
        "chips": [
            {"kind": chip.kind, "value": chip.value, "label": chip.label, "source": chip.source}
            for chip in found.understood.chips
        ],
        "text": request.text,
        "extra_text": request.extra_text,
        "hinted": {weight.term: weight.weight for weight in request.hinted},
        "excluded": list(request.excluded),
        "near": found.near.label if found.near else None,
        "urgent": [one.group for one in found.understood.urgent],
        "did_you_mean": found.did_you_mean,
        "problems": [{"name": problem.name, "reason": problem.reason} for problem in found.asked.problems],
    }


def ask_all(app: Flask, questions: Sequence[Question], baselines: Sequence[Baseline]) -> list[Asked]:
    """Every question answered by all."""
    answered = []
    with app.app_context():
        ours = Ours()
        for question in questions:
            found, hits = ours.ask(question)
            form_point = found.question.near.point if found.question.near else None
            near = (form_point.latitude, form_point.longitude) if form_point else None
            asked = Asked(question, understood(found), found.found.total, {Ours.name: hits})
            for baseline in baselines:
                asked.hits[baseline.name] = baseline.ask(question.query, near)
            answered.append(asked)
    return answered


def read_entries(app: Flask) -> dict[int, Entry]:
    """How services are printed, by number."""
    with app.app_context():
        return {
            row.id: Entry(row.public_id, row.name, tuple(row.needs or ()), tuple(row.interests or ()))
            for row in db.session.execute(TERMS)
        }


def read_documents(app: Flask) -> list[Document]:
    """Every service that may be found today, as our own index gets it."""
    with app.app_context():
        session = db.session()
        today = clock.today()
        documents = read_services(session, list_service_keys(session), look_up(session))
        return [
            document
            for document in documents
            if (document.valid_from is None or document.valid_from <= today)
            and (document.valid_until is None or document.valid_until >= today)
        ]


def as_printed(asked: Asked, entries: Mapping[int, Entry]) -> dict[str, Any]:
    """A question and its answers, for a program."""
    return {
        "id": asked.question.id,
        "query": asked.question.query,
        "near": asked.question.near,
        "understood": asked.understood,
        "total": asked.total,
        **{
            system: [
                {
                    "id": str(UUID(entries[hit.key].id)),
                    "name": entries[hit.key].name,
                    "needs": list(entries[hit.key].needs),
                    "interests": list(entries[hit.key].interests),
                    "score": round(hit.score, 5),
                }
                for hit in hits
                if hit.key in entries
            ]
            for system, hits in asked.hits.items()
        },
    }
