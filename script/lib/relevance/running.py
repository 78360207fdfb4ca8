"""The two ways to run: our judged queries on a sample city of their own, or anybody's list on the present register."""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.measuring import NO_TIMEOUT, command, fresh_register
from flask import Flask
from say import Stop, step
from sqlalchemy.exc import SQLAlchemyError

from assetreg.app import create_app
from assetreg.config import read_settings
from assetreg.db import db
from relevance.facts import known_terms, read_facts
from relevance.judging import Facts, grade, unknown_parts
from relevance.measures import Figures, Score, figures, score
from relevance.plain_whoosh import PlainWhoosh
from relevance.postgres import PostgresText
from relevance.questions import Judged, Question, read_judged
from relevance.systems import Asked, as_printed, ask_all, read_documents, read_entries

SYSTEMS = ("ours", "postgres", "whoosh")
HALVES = ("tuning", "held-out")
LEAST_NDCG, LEAST_AHEAD = 0.85, 0.15


@dataclass(frozen=True, slots=True)
class Result:
    """One judged query: how good each system's answer is, and the grades of its results."""

    judged: Judged
    asked: Asked
    scores: dict[str, Score]
    grades: dict[str, list[int]]


@dataclass(frozen=True, slots=True)
class Report:
    """The figures by half and system, and what the held-out half does not keep of what is promised."""

    figures: dict[str, dict[str, Figures]]
    failures: tuple[str, ...]


def run_judged() -> list[Result]:
    """Answer and grade every judged query on a sample city made for it."""
    judged = read_judged()
    with fresh_register("relevance") as app:
        command(app, "demo")
        command(app, "search", "rebuild")
        unknown = [slip for each in judged for slip in unknown_parts(each, known_terms(app))]
        if unknown:
            raise Stop(f"The judgements name needs or interests that there are not: {', '.join(unknown)}.")
        facts = read_facts(app, {each.where for each in judged if each.where})
        asked = ask_everybody(app, [each.question for each in judged])
        ids = {key: entry.id for key, entry in read_entries(app).items()}
    return [grade_answers(each, answers, facts, ids) for each, answers in zip(judged, asked, strict=True)]


def grade_answers(judged: Judged, asked: Asked, facts: dict[str, Facts], ids: dict[int, str]) -> Result:
    """The grades of one query's results, and what they come to."""
    grades = {key: grade(judged, each) for key, each in facts.items()}
    found = {system: [grades[ids[hit.key]] for hit in hits] for system, hits in asked.hits.items()}
    every = list(grades.values())
    return Result(judged, asked, {system: score(each, every) for system, each in found.items()}, found)


def ask_everybody(app: Flask, questions: Sequence[Question]) -> list[Asked]:
    """Make both baselines and ask all three."""
    documents = read_documents(app)
    with ExitStack() as stack:
        postgres = stack.enter_context(closing(PostgresText(app.config["SQLALCHEMY_DATABASE_URI"], documents)))
        whoosh = stack.enter_context(closing(PlainWhoosh(documents)))
        return ask_all(app, questions, (postgres, whoosh))


def run_foreign(questions: Sequence[Question]) -> Iterator[dict[str, Any]]:
    """Answer somebody's queries over the register of DATABASE_URL, with an index made for it."""
    with present_register() as app:
        step("Making an index of the present register …")
        try:
            command(app, "search", "rebuild")
            entries = read_entries(app)
            answered = ask_everybody(app, questions)
        except (RuntimeError, SQLAlchemyError) as problem:
            logging.getLogger("relevance").debug("register cannot be read", exc_info=problem)
            reason = str(getattr(problem, "orig", None) or problem.__cause__ or problem).strip().splitlines()[0]
            raise Stop(
                f"The register cannot be read ({reason}): run “script/manage db upgrade”, then this again."
            ) from None
    return (as_printed(asked, entries) for asked in answered)


@contextmanager
def present_register() -> Iterator[Flask]:
    """The application on the register as it is, with a folder of its own for the index: the site's is not touched."""
    with tempfile.TemporaryDirectory() as var:
        settings = read_settings(
            {
                **NO_TIMEOUT,
                "DATABASE_URL": os.environ["DATABASE_URL"],
                "SECRET_KEY": "relevance",
                "ASSETREG_VAR": str(Path(var)),
            }
        )
        app = create_app({**settings, "TESTING": True})
        try:
            yield app
        finally:
            with app.app_context():
                db.engine.dispose()


def report(results: Sequence[Result]) -> Report:
    """The figures of both halves, and what fails."""
    found = {
        half: {
            system: figures(
                [each.scores[system] for each in results if each.judged.is_held_out == (half == "held-out")]
            )
            for system in SYSTEMS
        }
        for half in HALVES
    }
    return Report(found, tuple(failures(found["held-out"])))


def failures(held_out: dict[str, Figures]) -> Iterator[str]:
    """What the held-out half does not keep."""
    ours = held_out["ours"].ndcg
    if ours < LEAST_NDCG:
        yield f"nDCG@10 is {ours:.3f}; at least {LEAST_NDCG:.2f} is promised"
    for system in SYSTEMS[1:]:
        ahead = ours - held_out[system].ndcg
        if ahead < LEAST_AHEAD:
            yield f"nDCG@10 is {ahead:.3f} ahead of {system}; at least {LEAST_AHEAD:.2f} is promised"
