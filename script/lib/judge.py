"""judge.py [--queries FILE] [--json] [--worst N]: runs script/relevance; exit status 1 when a promise is not kept."""

from __future__ import annotations

import argparse
import json
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from relevance.questions import Question, read_foreign
from relevance.running import HALVES, LEAST_AHEAD, LEAST_NDCG, SYSTEMS, Report, Result, report, run_foreign, run_judged
from say import run, step


def main() -> int:
    """Run and print."""
    reader = argparse.ArgumentParser(
        prog="script/relevance", description="Measure how good the first ten results are (docs/relevance.md)."
    )
    reader.add_argument("--queries", type=Path, metavar="FILE", help="a CSV list (id, query, near) for your register")
    reader.add_argument("--json", action="store_true", help="one JSON object a line")
    reader.add_argument("--worst", type=int, default=0, metavar="N", help="also the N worst queries of the tuning half")
    wanted = reader.parse_args()
    questions = read_foreign(wanted.queries) if wanted.queries else []
    logging.disable(logging.WARNING)
    if questions:
        return print_foreign(questions, is_json=wanted.json)
    step("Making a sample city, and asking it …")
    results = run_judged()
    found = report(results)
    if wanted.json:
        print_figures_as_json(found)
    else:
        print_figures(found)
    for result in worst(results, wanted.worst):
        print_result(result, is_json=wanted.json)
    for failure in found.failures:
        step(f"Not kept: {failure}.")
    return 1 if found.failures else 0


def print_figures(found: Report) -> None:
    """For a person."""
    print(f"{'half':<10}{'system':<10}{'queries':>8}{'nDCG@10':>9}{'MRR':>7}{'nothing found':>15}")
    for half in HALVES:
        for system in SYSTEMS:
            each = found.figures[half][system]
            print(
                f"{half:<10}{system:<10}{each.queries:>8}{each.ndcg:>9.3f}{each.mrr:>7.3f}{each.zero_rate:>14.1%}".rstrip()
            )


def print_figures_as_json(found: Report) -> None:
    """For a program."""
    for half in HALVES:
        for system in SYSTEMS:
            print(as_line({"half": half, "system": system, **found.figures[half][system].as_dict()}))
    promised = {"least_ndcg@10": LEAST_NDCG, "least_ahead": LEAST_AHEAD}
    print(as_line({"holds": not found.failures, "failures": list(found.failures), **promised}))


def worst(results: Sequence[Result], most: int) -> list[Result]:
    """The queries of the tuning half that are answered worst."""
    tuning = [result for result in results if not result.judged.is_held_out]
    return sorted(tuning, key=lambda result: result.scores["ours"].ndcg)[:most]


def print_result(result: Result, *, is_json: bool) -> None:
    """One query."""
    question, score = result.judged.question, result.scores["ours"]
    if is_json:
        ndcg = {system: round(each.ndcg, 4) for system, each in result.scores.items()}
        print(as_line({"id": question.id, "query": question.query, "ndcg@10": ndcg, "grades": result.grades}))
        return
    theirs = ", ".join(f"{system} {result.scores[system].ndcg:.2f}" for system in SYSTEMS[1:])
    grades = "".join(map(str, result.grades["ours"]))
    print(f"{score.ndcg:.2f} {question.id}: {question.query} [{question.near}] {grades} ({theirs})")


def print_foreign(questions: Sequence[Question], *, is_json: bool) -> int:
    """Every query with what was understood and the first ten of all three."""
    for found in run_foreign(questions):
        print(as_line(found) if is_json else "\n".join(lines_of(found)), flush=True)
    return 0


def lines_of(found: dict[str, Any]) -> list[str]:
    """One foreign query for a person."""
    near = f" near {found['near']}" if found["near"] else ""
    chips = "; ".join(chip["label"] for chip in found["understood"]["chips"]) or "only words"
    lines = [f"{found['id']}: {found['query']}{near}", f"  understood: {chips}; words: {found['understood']['text']}"]
    for system in SYSTEMS:
        lines.append(f"  {system}:")
        lines += [
            f"    {rank:>2} {hit['score']:8.4f}  {hit['name']}  ({', '.join(hit['needs'])})  {hit['id']}"
            for rank, hit in enumerate(found[system], start=1)
        ] or ["     nothing"]
    return lines


def as_line(found: dict[str, Any]) -> str:
    """One JSON object."""
    return json.dumps(found, ensure_ascii=False)


if __name__ == "__main__":
    run(main)
