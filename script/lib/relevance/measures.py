"""How good a list of results is, when every service has a grade from 0 (not it) to 3 (just right). Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log2

DEPTH = 10
GOOD_ENOUGH = 2  # the lowest grade of a result that answers


@dataclass(frozen=True, slots=True)
class Score:
    """One query's: nDCG at ten, one over the rank of the first answer (0: none), and whether nothing was found."""

    ndcg: float
    reciprocal_rank: float
    is_empty: bool


@dataclass(frozen=True, slots=True)
class Figures:
    """The means of several scores."""

    queries: int
    ndcg: float
    mrr: float
    zero_rate: float

    def as_dict(self) -> dict[str, float]:
        """For a program, to four places."""
        return {
            "queries": self.queries,
            "ndcg@10": round(self.ndcg, 4),
            "mrr": round(self.mrr, 4),
            "zero_result_rate": round(self.zero_rate, 4),
        }


def gain(grade: int) -> int:
    """What a result of this grade is worth: 0, 1, 3, 7 (Burges and others 2005), so that just right counts most."""
    return (1 << grade) - 1


def dcg(grades: Sequence[int]) -> float:
    """Discounted cumulative gain of grades in the order of the results."""
    return sum(gain(grade) / log2(rank + 1) for rank, grade in enumerate(grades, start=1))


def ndcg(found: Sequence[int], all_grades: Sequence[int], depth: int = DEPTH) -> float:
    """The first results' gain as a part of the best that was possible with all that there is; 1 when that is nothing.

    `found` are the grades of the results in their order, `all_grades` those of every service, in any order.
    """
    ideal = dcg(sorted(all_grades, reverse=True)[:depth])
    return dcg(found[:depth]) / ideal if ideal else 1.0


def reciprocal_rank(found: Sequence[int], depth: int = DEPTH) -> float:
    """One over the place of the first result that answers; 0 when none of the first ten does."""
    return next((1 / rank for rank, grade in enumerate(found[:depth], start=1) if grade >= GOOD_ENOUGH), 0.0)


def score(found: Sequence[int], all_grades: Sequence[int]) -> Score:
    """All three for one query."""
    return Score(ndcg(found, all_grades), reciprocal_rank(found), not found)


def figures(scores: Sequence[Score]) -> Figures:
    """The means; of nothing, zeros."""
    count = len(scores)
    if not count:
        return Figures(0, 0.0, 0.0, 0.0)
    return Figures(
        count,
        sum(each.ndcg for each in scores) / count,
        sum(each.reciprocal_rank for each in scores) / count,
        sum(each.is_empty for each in scores) / count,
    )
