"""Counting services over arrays, against counting them by hand."""

from __future__ import annotations

import random

import numpy as np

from assetreg.rules.counting import Pairs, SortedPairs, could_be, count_values, fewest_dropped


def array(*values: int) -> np.ndarray:
    """Whole numbers."""
    return np.array(values, dtype=np.int64)


def test_a_service_counts_once_for_a_group_however_many_of_its_keys_it_has() -> None:
    services = array(30, 10, 20)
    pairs = Pairs(services, SortedPairs(array(10, 10, 20, 30), array(1, 2, 2, 3)))
    everything = np.ones(3, dtype=bool)
    assert pairs.count(everything, {"both": (1, 2), "two": (2,), "three": (3,), "four": (4,), "none": ()}) == {
        "both": 2,
        "two": 2,
        "three": 1,
    }


def test_only_chosen_services_count_and_pairs_of_others_are_ignored() -> None:
    services = array(30, 10, 20)
    pairs = Pairs(services, SortedPairs(array(10, 99, 20, 5), array(1, 1, 1, 1)))
    assert pairs.count(np.array([True, False, True]), {"one": (1,)}) == {"one": 1}
    assert pairs.having((1,)).tolist() == [False, True, True]


def test_nothing_at_all_counts_nothing() -> None:
    nothing = Pairs(array(), SortedPairs(array(), array()))
    assert nothing.count(np.zeros(0, dtype=bool), {"one": (1,)}) == {}
    assert Pairs(array(), SortedPairs(array(7), array(1))).count(np.zeros(0, dtype=bool), {"one": (1,)}) == {}
    assert Pairs(array(7), SortedPairs(array(), array())).count(np.ones(1, dtype=bool), {"one": (1,)}) == {}


def test_counts_agree_with_counting_by_hand() -> None:
    choose = random.Random(5)  # noqa: S311  (repeatable, not secret)
    services = choose.sample(range(1, 5000), 400)
    pairs = [(choose.choice([*services, 9999]), choose.randint(1, 30)) for _ in range(3000)]
    chosen = {service for service in services if choose.random() < 0.6}
    groups = {f"group {number}": tuple(choose.sample(range(1, 33), 4)) for number in range(20)}
    by_hand = {
        name: len({service for service, key in pairs if key in keys and service in chosen})
        for name, keys in groups.items()
    }
    by_key = SortedPairs(array(*[one for one, _ in pairs]), array(*[key for _, key in pairs]))
    counted = Pairs(array(*services), by_key).count(np.array([service in chosen for service in services]), groups)
    assert counted == {name: number for name, number in by_hand.items() if number}


def test_a_service_that_fails_only_one_filter_could_be_in_that_filter() -> None:
    failed = np.array([0, 1, 2, 3], dtype=np.int64)
    assert could_be(failed, 0).tolist() == [True, False, False, False]
    assert could_be(failed, 1).tolist() == [True, True, False, False]
    assert could_be(failed, 2).tolist() == [True, False, True, False]


def test_values_are_counted_by_name_and_the_unknown_is_left_out() -> None:
    values = np.array([0, 1, 2, 2, 1], dtype=np.int64)
    among = np.array([True, True, True, True, False])
    assert count_values(values, among, ("yes", "no", "perhaps")) == {"yes": 1, "no": 2}


def test_what_to_leave_out_is_as_little_as_helps_and_the_most_helpful_first() -> None:
    bits = {"words": 1, "area": 2, "free": 4}
    assert fewest_dropped(np.array([1, 2, 2, 6, 7], dtype=np.int64), bits) == {("area",): 2, ("words",): 1}
    assert fewest_dropped(np.array([3, 3, 6, 7], dtype=np.int64), bits) == {("words", "area"): 2, ("area", "free"): 1}
    assert fewest_dropped(np.array([7, 7], dtype=np.int64), bits) == {("words", "area", "free"): 2}
    assert fewest_dropped(np.array([], dtype=np.int64), bits) == {}
