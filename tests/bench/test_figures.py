"""The arithmetic of the benchmark: parts add up, ratios are of what they say."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.bench.figures import (
    BESIDE,
    INSIDE,
    Costs,
    Figures,
    Way,
    costs_of,
    further_s,
)

STOCK = Way("nbgrader autograde", 1, 5, wall_s=40.0, further_s=8.0, peak_mib=900.0)
ONE = Way("autograder grade", 1, 20, wall_s=10.0, further_s=0.25, peak_mib=1000.0)
FOUR = Way("autograder grade", 4, 20, wall_s=8.0, further_s=0.1, peak_mib=1600.0)
COSTS = Costs(
    start_up_s=4.0,
    end_s=1.0,
    inside_s={"cells_s": 0.05, "calls_s": 0.02, "checks_s": 0.03},
    overhead_s={"start_s": 0.1, "between_s": 0.05},
    beside_s={"gradebook_s": 0.01},
)
FIGURES = Figures(
    notebook="light",
    kinds={"right": 10, "mistaken": 8, "untouched": 2},
    submissions=20,
    stock=STOCK,
    ours=(ONE, FOUR),
    costs=COSTS,
    scores_agree=True,
)

seconds = st.floats(0, 1000)
stretches = st.dictionaries(
    st.sampled_from([*INSIDE, *BESIDE, "imports_s", "start_s", "papermill_s"]), seconds
)


@given(
    timings=st.lists(stretches, min_size=1, max_size=6),
    first_s=seconds,
    later_s=seconds,
    end_s=seconds,
)
def test_start_submissions_and_end_add_up_to_the_command(
    timings: list[dict[str, float]], first_s: float, later_s: float, end_s: float
) -> None:
    wall_s = first_s + later_s + end_s
    costs = costs_of(timings, first_s=first_s, last_s=first_s + later_s, wall_s=wall_s)
    each = costs.inside_total_s + costs.overhead_total_s
    whole = costs.start_up_s + len(timings) * each + costs.end_s
    assert math.isclose(whole, wall_s, rel_tol=1e-9, abs_tol=1e-6)


def test_waiting_for_imports_belongs_to_the_start() -> None:
    timings = [
        {"imports_s": 5.0, "start_s": 0.2, "cells_s": 0.3, "gradebook_s": 9.0},
        {"imports_s": 0.0, "start_s": 0.1, "cells_s": 0.3, "gradebook_s": 9.0},
    ]
    costs = costs_of(timings, first_s=7.0, last_s=7.5, wall_s=8.0)
    assert costs.start_up_s == pytest.approx(6.5)
    assert costs.end_s == pytest.approx(0.5)
    assert costs.inside_s == pytest.approx(
        {"cells_s": 0.3, "calls_s": 0.0, "checks_s": 0.0}
    )
    assert costs.overhead_s == pytest.approx({"start_s": 0.15, "between_s": 0.05})


def test_work_of_the_main_process_is_told_but_in_no_sum() -> None:
    timings = [{"start_s": 0.2, "notebook_s": 1.0, "gradebook_s": 2.0}]
    costs = costs_of(timings, first_s=1.0, last_s=1.0, wall_s=1.0)
    assert costs.beside_s == {"record_s": 0.0, "notebook_s": 1.0, "gradebook_s": 2.0}
    assert costs.overhead_total_s == pytest.approx(0.2)


def test_further_one_is_the_mean_distance_of_finishing_times() -> None:
    assert further_s([7.0, 1.0, 3.0], wall_s=10.0) == pytest.approx(3.0)


def test_single_submission_takes_the_whole_command() -> None:
    assert further_s([7.0], wall_s=10.0) == 10.0


def test_stock_is_scaled_by_its_further_submissions_not_by_its_start() -> None:
    assert STOCK.total_s(20) == 40.0 + 15 * 8.0
    assert STOCK.each_s(20) == 8.0


def test_class_that_was_graded_whole_is_not_scaled() -> None:
    assert ONE.total_s(20) == ONE.wall_s


def test_ratios_are_of_whole_classes_and_of_further_submissions() -> None:
    assert FIGURES.times_stock(ONE) == pytest.approx(160 / 10)
    assert FIGURES.times_stock(FOUR) == pytest.approx(160 / 8)
    assert FIGURES.times_stock_further(ONE) == pytest.approx(8 / 0.25)
    assert FIGURES.times_stock(STOCK) == 1.0


def test_no_ratio_without_stock() -> None:
    alone = replace(FIGURES, stock=None)
    assert alone.times_stock(ONE) is None
    assert alone.times_stock_further(ONE) is None


def test_further_worker_is_the_memory_that_three_more_take() -> None:
    assert FIGURES.worker_mib == pytest.approx(200.0)


@pytest.mark.parametrize(
    "ours",
    [(ONE,), (ONE, replace(FOUR, peak_mib=None)), (replace(ONE, peak_mib=None), FOUR)],
    ids=["one crew only", "many not seen", "one not seen"],
)
def test_further_worker_is_unknown(ours: tuple[Way, ...]) -> None:
    assert replace(FIGURES, ours=ours).worker_mib is None


def test_a_warm_server_is_one_more_way_and_a_start() -> None:
    warm = replace(ONE, command="autograder grade, warm", peak_mib=None)
    figures = replace(FIGURES, warm=warm, warm_start_s=0.5, bare_import_s=6.0)
    document = figures.to_json()
    assert document["ways"][-1]["command"] == "autograder grade, warm"
    assert (document["warm_start_s"], document["bare_import_s"]) == (0.5, 6.0)
    assert figures.worker_mib == FIGURES.worker_mib


def test_document_has_these_keys_and_no_nan() -> None:
    document = json.loads(json.dumps(FIGURES.to_json(), allow_nan=False))
    assert sorted(document) == [
        "bare_import_s",
        "kinds",
        "notebook",
        "one_worker",
        "scores_agree",
        "submissions",
        "warm_start_s",
        "ways",
        "worker_mib",
    ]
    assert [sorted(way) for way in document["ways"]] == 3 * [
        [
            "command",
            "each_s",
            "further_s",
            "is_scaled",
            "peak_mib",
            "submissions",
            "times_stock",
            "times_stock_further",
            "total_s",
            "wall_s",
            "workers",
        ]
    ]
    assert [way["is_scaled"] for way in document["ways"]] == [True, False, False]
    assert sorted(document["one_worker"]) == [
        "beside_s",
        "end_s",
        "inside_s",
        "inside_total_s",
        "overhead_s",
        "overhead_total_s",
        "start_up_s",
    ]
    assert document["one_worker"]["overhead_total_s"] == pytest.approx(0.15)
