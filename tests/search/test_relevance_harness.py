"""script/relevance: its sums against hand-worked ones, its judgements, its list of queries, and foreign lists."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from search.requests import Chip, Request, Understood, Weight
from tests.conftest import ROOT

LIB = str(ROOT / "script" / "lib")


@pytest.fixture(autouse=True, scope="module")
def _library() -> Iterator[None]:
    sys.path.append(LIB)
    yield
    sys.path.remove(LIB)


def module(name: str) -> ModuleType:
    """A module of the harness, which is no package of the product."""
    return importlib.import_module(f"relevance.{name}")


def facts(**values: Any) -> Any:
    """A service that is open to everybody."""
    plain: dict[str, Any] = {
        "id": "1",
        "text": "Knit and natter. Wool and tea.",
        "terms": frozenset({"crafts", "loneliness"}),
        "min_age": None,
        "max_age": None,
        "gender": None,
        "cost_pence": 0,
        "languages": frozenset({"en"}),
        "access": frozenset({"step-free"}),
        "is_online": False,
        "is_telephone": False,
        "is_referred": False,
        "is_paused": False,
        "is_full": False,
        "times": ((1, 600, 720),),
        "distance_m": {"Northfield": 500.0},
    }
    return module("judging").Facts(**{**plain, **values})


def judged(**values: Any) -> Any:
    """A judged query about knitting."""
    questions = module("questions")
    plain: dict[str, Any] = {
        "question": questions.Question("knit", "knitting"),
        "best": ("~knit+crafts",),
        "good": ("crafts",),
        "fair": ("loneliness",),
        "where": "",
        "days": frozenset(),
        "part": "",
        "wanted": (),
    }
    return questions.Judged(**{**plain, **values})


# Gains are 7, 3, 1 and 0; the second place counts 1/log2(3) = 0.63093, the third 0.5, the fourth 0.43068.


def test_gain_of_a_list_is_the_hand_worked_one() -> None:
    assert module("measures").dcg([3, 0, 2, 1]) == pytest.approx(7 + 0 + 3 * 0.5 + 1 * 0.430677, abs=1e-5)


def test_a_perfect_list_is_one_and_a_worse_one_is_less() -> None:
    ndcg = module("measures").ndcg
    assert ndcg([3, 2], [0, 2, 3, 0]) == pytest.approx(1)
    assert ndcg([2, 3], [0, 2, 3, 0]) == pytest.approx((3 + 7 * 0.63093) / (7 + 3 * 0.63093), abs=1e-4)
    assert ndcg([], [3, 1]) == 0


def test_what_nobody_could_have_found_costs_nothing() -> None:
    assert module("measures").ndcg([0, 0], [0, 0, 0]) == 1


def test_only_the_first_ten_count() -> None:
    ndcg = module("measures").ndcg
    assert ndcg([0] * 10 + [3], [3]) == 0
    assert ndcg([3] * 10, [3] * 40) == pytest.approx(1)


def test_the_rank_is_that_of_the_first_that_answers() -> None:
    rank = module("measures").reciprocal_rank
    assert rank([0, 1, 2, 3]) == pytest.approx(1 / 3)
    assert rank([3]) == 1
    assert rank([0, 1, 1]) == 0
    assert rank([0] * 10 + [3]) == 0


def test_figures_are_means() -> None:
    measures = module("measures")
    found = measures.figures([measures.score([3], [3]), measures.score([], [3]), measures.score([0, 3], [3])])
    assert found.queries == 3
    assert found.ndcg == pytest.approx((1 + 0 + 0.63093) / 3, abs=1e-5)
    assert found.mrr == pytest.approx((1 + 0 + 0.5) / 3)
    assert found.zero_rate == pytest.approx(1 / 3)
    assert measures.figures([]).queries == 0


@pytest.mark.parametrize(
    ("query", "service", "expected"),
    [
        ({}, {}, 3),
        ({}, {"text": "Pottery"}, 2),
        ({}, {"text": "Pottery", "terms": frozenset({"loneliness"})}, 1),
        ({}, {"terms": frozenset({"debt"})}, 0),
        ({"best": ("crafts+!loneliness",)}, {}, 2),
        ({"wanted": (("age", "12"),)}, {"min_age": 18}, 0),
        ({"wanted": (("gender", "men"),)}, {"gender": "women"}, 0),
        ({"wanted": (("free", ""),)}, {"cost_pence": 200}, 1),
        ({"wanted": (("lang", "ur"),)}, {}, 1),
        ({"wanted": (("access", "step-free"),)}, {}, 3),
        ({"where": "Northfield"}, {}, 3),
        ({"where": "Northfield"}, {"distance_m": {"Northfield": 4_000.0}}, 2),
        ({"where": "Northfield"}, {"distance_m": {"Northfield": 9_000.0}}, 1),
        ({"where": "Northfield"}, {"distance_m": {"Northfield": None}}, 2),
        ({"days": frozenset({1}), "part": "morning"}, {}, 3),
        ({"days": frozenset({1}), "part": "evening"}, {}, 1),
        ({"days": frozenset({2})}, {}, 1),
        ({}, {"is_paused": True}, 1),
        ({}, {"is_full": True}, 2),
    ],
)
def test_a_judgement_follows_its_rules(query: dict[str, Any], service: dict[str, Any], expected: int) -> None:
    assert module("judging").grade(judged(**query), facts(**service)) == expected


def test_the_judged_list_is_long_enough_and_in_two_halves() -> None:
    questions = module("questions")
    listed = questions.read_judged()
    ids = [each.question.id for each in listed]
    held_out = sum(each.is_held_out for each in listed)
    assert len(listed) >= 150
    assert len(set(ids)) == len(ids)
    assert held_out >= 60
    assert len(listed) - held_out >= 60
    assert all(each.question.query and each.best for each in listed)


def test_the_judged_list_speaks_of_needs_that_there_are() -> None:
    rows = (ROOT / "assetreg/data/needs.csv").read_text(encoding="utf-8").splitlines()
    known = frozenset(row.split(",")[0] for row in rows)
    listed = module("questions").read_judged()
    assert [slip for each in listed for slip in module("judging").unknown_parts(each, known)] == []


def test_which_half_a_query_is_in_never_changes() -> None:
    is_held_out = module("questions").is_held_out
    assert {name: is_held_out(name) for name in ("gas-bill", "chess", "langar")} == {
        "gas-bill": False,
        "chess": False,
        "langar": True,
    }


def test_a_foreign_list_is_read(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(b'\xef\xbb\xbfID,Query,Near\r\n1,"gas, electric",B31\r\n\r\n2,\r\n')
    question = module("questions").Question
    assert module("questions").read_foreign(path) == [question("1", "gas, electric", "B31"), question("2", "", "")]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"id,text\n1,gas\n", "no column “query”"),
        (b"query\ngas\n", "no column “id”"),
        (b"id,query\n", "nothing below"),
        (b"id,query\n1,caf\xe9\n", "not in UTF-8 (line 2)"),
        (b"id,query\n1," + b"x" * 10_000, "10,000 characters"),
        (b"id,query\n1,gas,electric\n", "more cells"),
        (b"id,query\n1,gas\n1,oil\n", "twice"),
        (b"id,query\n,gas\n", "has no id"),
        (b'id,query\n1,"gas\n', "is not CSV"),
    ],
)
def test_a_bad_list_gets_one_clear_sentence(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(content)
    stop = importlib.import_module("say").Stop
    with pytest.raises(stop) as told:
        module("questions").read_foreign(path)
    assert says in str(told.value)
    assert "\n" not in str(told.value)


def test_a_list_that_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(importlib.import_module("say").Stop, match="There is no file"):
        module("questions").read_foreign(tmp_path / "none.csv")


def test_any_of_the_words_is_wanted_and_none_of_the_unwanted() -> None:
    any_of = module("postgres").any_of
    assert any_of("'gas' & 'bill' & !'church'") == "( 'gas' | 'bill' ) & !'church'"
    assert any_of("!'church'") == "!'church'"


def test_an_answer_is_printed_with_all_that_is_promised() -> None:
    systems = module("systems")
    entry = systems.Entry("11111111-1111-4111-8111-111111111111", "Energy Café", ("energy",), ("coffee-and-chat",))
    asked = systems.Asked(
        module("questions").Question("1", "gas bill", "B31"),
        {"chips": [], "text": ""},
        3,
        {"ours": [systems.Hit(5, 0.75)], "postgres": [], "whoosh": [systems.Hit(5, 2.0)]},
    )
    printed = json.loads(json.dumps(systems.as_printed(asked, {5: entry})))
    assert {"id", "query", "near", "understood", "total", "ours", "postgres", "whoosh"} <= set(printed)
    assert printed["ours"] == [
        {
            "id": entry.id,
            "name": "Energy Café",
            "needs": ["energy"],
            "interests": ["coffee-and-chat"],
            "score": 0.75,
        }
    ]
    assert printed["postgres"] == []


def test_what_was_understood_is_printed() -> None:
    answers = importlib.import_module("search.answers")
    browse = importlib.import_module("search.queries.browse")
    chip = Chip("need", "energy", "Fuel and water bills", "gas bill")
    request = Request(text="", extra_text="gas bill", hinted=(Weight("energy", 1.0),), excluded=("church",))
    question = importlib.import_module("types").SimpleNamespace(asked=importlib.import_module("search.forms").Asked())
    found = answers.Answer(
        question, Understood(request, (chip,)), browse.Found((), 0, 0, 1, 1, {}, {}), None, did_you_mean=None
    )
    printed = module("systems").understood(found)
    assert printed["chips"] == [
        {"kind": "need", "value": "energy", "label": "Fuel and water bills", "source": "gas bill"}
    ]
    assert printed["hinted"] == {"energy": 1.0}
    assert printed["excluded"] == ["church"]


def test_the_promise_is_kept_only_well_ahead_of_both() -> None:
    running, measures = module("running"), module("measures")

    def told(ours: float, postgres: float, whoosh: float) -> list[str]:
        found = {"ours": ours, "postgres": postgres, "whoosh": whoosh}
        return list(running.failures({name: measures.Figures(9, ndcg, 1.0, 0.0) for name, ndcg in found.items()}))

    assert told(0.9, 0.5, 0.6) == []
    (only,) = told(0.9, 0.8, 0.5)
    assert "postgres" in only
    assert len(told(0.84, 0.1, 0.1)) == 1
    assert len(told(0.84, 0.8, 0.8)) == 3
