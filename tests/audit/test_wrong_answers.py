"""Which ways to be wrong a function has: seen from what it gives, not from its text."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.audit import wrong_answers
from autograder.audit.wrong_answers import WAYS, observations, observed

HALVES = np.array([0.5, 1.5, 2.5])


@pytest.fixture(autouse=True)
def unseen(monkeypatch):
    monkeypatch.setattr(wrong_answers, "_seen_of", {})


def ways_of(function, *calls):
    """The ways that are wrong, and those that change nothing, after some calls."""
    watched = observed(function)
    for args in calls:
        try:
            watched(*args)
        except ValueError:
            continue
    ways = observations()[function.__name__]
    assert set(ways) <= set(WAYS)
    return {n for n, wrong in ways.items() if wrong}, {n for n in ways if not ways[n]}


def twice(x):
    return 2 * x


def count(x):
    return len(x)


def test_arrays_can_be_wrong_in_their_numbers_shape_and_dtype():
    wrong, same = ways_of(twice, (HALVES,))
    assert {"zeros", "shuffled", "in_single", "flat", "changes_input"} <= wrong
    assert same == {"in_double", "refuses_nothing"}


def test_a_dtype_counts_where_a_check_asks_for_it():
    wrong, _ = ways_of(twice, (HALVES,), (HALVES.astype(np.float32),))
    assert "in_double" in wrong


def test_one_number_has_no_order_and_pythons_float_any_dtype():
    def mean(x):
        return x.mean()

    wrong, same = ways_of(mean, (np.array([0.1, 0.2], np.float32),), (HALVES / 7,))
    assert {"constant", "shuffled", "in_double"} <= same
    assert {"in_single", "whole_numbers", "nan_in_one_place"} <= wrong


def test_counts_can_be_off_by_one():
    wrong, _ = ways_of(count, (HALVES,))
    assert {"one", "one_too_many", "nan", "as_float"} <= wrong
    assert wrong.isdisjoint({"in_single", "slightly_wrong", "whole_numbers"})


def test_bools_and_whole_numbers_count():
    def below(x):
        return x < 1

    wrong, _ = ways_of(below, (HALVES,))
    assert {"as_float", "shuffled"} <= wrong


def test_a_refusal_is_seen():
    def refuse(x):
        raise ValueError("no")

    wrong, _ = ways_of(refuse, (HALVES,))
    assert wrong == {"refuses_nothing"}


def test_a_function_that_is_asked_nothing_has_no_way_to_be_wrong():
    wrong, _ = ways_of(twice)
    assert wrong == set()


def test_an_input_that_the_right_answer_changes_may_be_changed():
    def clear(x):
        x[...] = 0
        return x.sum()

    wrong, _ = ways_of(clear, (HALVES.copy(),))
    assert "changes_input" not in wrong


def test_a_function_that_gives_a_function_has_no_numbers():
    def maker(x):
        return twice

    wrong, same = ways_of(maker, (HALVES,))
    assert "in_single" not in wrong | same
    assert {"nothing", "text", "refuses_everything"} <= wrong


def test_several_results_are_looked_into():
    def both(x):
        return {"sum": x.sum(), "all": (x, 3)}

    wrong, _ = ways_of(both, (HALVES,))
    assert {"shuffled", "nan_in_one_place", "in_single"} <= wrong


def test_the_observed_function_gives_what_it_gave():
    np.testing.assert_array_equal(observed(twice)(HALVES), 2 * HALVES)
    assert observed(twice).__name__ == "twice"
