"""The whole benchmark, small; its plan; its class."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from autograder.bench import NOTEBOOKS, Plan
from autograder.bench.classroom import make_class, make_course
from autograder.bench.figures import BESIDE, INSIDE
from autograder.bench.light import LIGHT
from autograder.bench.table import WORDS
from autograder.cli.machine import BenchNotebook
from autograder.config import Limits, load_settings
from autograder.errors import AssignmentError
from tests.courses import ROOT


@pytest.mark.parametrize(
    ("plan", "graded"),
    [
        (Plan(submissions=20), 5),
        (Plan(submissions=3), 3),
        (Plan(submissions=20, stock_submissions=20), 20),
        (Plan(submissions=4, stock_submissions=9), 4),
    ],
    ids=["five at most", "small class", "all if asked", "never more than there are"],
)
def test_stock_grades(plan: Plan, graded: int) -> None:
    assert plan.stock_size == graded


def test_one_worker_is_always_measured() -> None:
    assert Plan(workers=4).crews == (1, 4)
    assert Plan(workers=1).crews == (1,)


def test_command_line_offers_every_notebook() -> None:
    assert [str(each) for each in BenchNotebook] == list(NOTEBOOKS)


@pytest.mark.parametrize("assignment", [LIGHT, "convolution"])
def test_ten_students_are_right_mistaken_and_untouched(assignment: str) -> None:
    students = make_class(load_settings(ROOT), assignment, 20)
    kinds = Counter(student.kind.partition(":")[0] for student in students)
    assert kinds == {"right": 10, "mistaken": 8, "untouched": 2}
    assert len({student.name for student in students}) == 20


def test_mistakes_of_the_class_are_of_many_functions() -> None:
    students = make_class(load_settings(ROOT), "convolution", 20)
    mistaken = {each.kind for each in students if each.kind.startswith("mistaken")}
    assert len(mistaken) == 8


def test_course_of_the_benchmark_has_the_limits_of_the_course(tmp_path: Path) -> None:
    settings = load_settings(ROOT)
    made = make_course(settings, "convolution", tmp_path / "course")
    assert made.limits("convolution") == settings.limits("convolution")
    assert made.wall == settings.wall
    assert made.db_url == f"sqlite:///{tmp_path / 'course' / 'gradebook.db'}"
    assert set(Limits.model_fields) <= set(type(made).model_fields)


def test_course_without_the_assignment_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    (tmp_path / "course_config.py").write_text("c = get_config()\n", encoding="utf-8")
    with pytest.raises(AssignmentError) as caught:
        make_course(load_settings(tmp_path), "convolution", tmp_path / "bench")
    assert str(caught.value) == (
        'there is no assignment "convolution". The course has: none yet.'
    )
    assert not (tmp_path / "bench").exists()


@pytest.mark.slow
def test_bench_measures_a_small_class_and_its_numbers_add_up(tmp_path: Path) -> None:
    done = subprocess.run(
        [
            str(Path(sys.executable).with_name("autograder")),
            *("bench", "--notebook", "light", "--submissions", "3"),
            *("--stock-submissions", "2", "--workers", "2", "--json"),
            *("--course", str(ROOT)),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    (light,) = document["notebooks"]
    assert light["kinds"] == {"right": 2, "mistaken": 1}
    assert light["scores_agree"] is True
    assert [(way["command"], way["workers"]) for way in light["ways"]] == [
        ("nbgrader autograde", 1),
        ("autograder grade", 1),
        ("autograder grade", 2),
        ("autograder grade, warm", 1),
    ]
    stock, one, _, _ = light["ways"]
    assert light["warm_start_s"] > 0
    assert light["bare_import_s"] > 0
    assert stock["submissions"] == 2
    assert math.isclose(stock["total_s"], stock["wall_s"] + stock["further_s"])
    assert math.isclose(one["times_stock"], stock["total_s"] / one["wall_s"])
    costs = light["one_worker"]
    each = costs["inside_total_s"] + costs["overhead_total_s"]
    whole = costs["start_up_s"] + 3 * each + costs["end_s"]
    assert math.isclose(whole, one["wall_s"], rel_tol=1e-9)
    assert list(costs["inside_s"]) == list(INSIDE)
    assert list(costs["beside_s"]) == list(BESIDE)
    named = {*costs["inside_s"], *costs["overhead_s"], *costs["beside_s"]}
    assert named <= set(WORDS)
    assert all(spent > 0 for spent in costs["inside_s"].values())
    assert costs["overhead_s"]["start_s"] > 0
    assert list(tmp_path.iterdir()) == []
