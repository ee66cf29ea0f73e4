"""GitLab's metrics: a name, a blank and a value in each line."""

from __future__ import annotations

from autograder.report import ClassReport
from autograder.runner.gitlab import metrics
from tests.report.made import graded, hostile_class, one


def values(data: bytes) -> dict[str, float]:
    """Name and value of each line, as GitLab splits it."""
    lines = [line for line in data.decode().splitlines() if not line.startswith("#")]
    pairs = [line.split() for line in lines]
    assert all(len(pair) == 2 for pair in pairs)
    return {name: float(value) for name, value in pairs}


def test_metrics_are_points_that_stand_and_points_that_are_open():
    assert metrics(one()).decode().splitlines()[:3] == [
        "# TYPE autograder_score gauge",
        "# HELP autograder_score automatic points that stand",
        'autograder_score{assignment="convolution"} 1.5',
    ]
    assert values(metrics(one())) == {
        'autograder_score{assignment="convolution"}': 1.5,
        'autograder_points{assignment="convolution"}': 3.0,
        'autograder_open_points{assignment="convolution"}': 3.0,
    }
    assert metrics(one()).endswith(b"# EOF\n")


def test_a_class_has_its_students():
    found = values(metrics([ClassReport("convolution", [graded("a b"), graded("c")])]))
    assert 'autograder_score{assignment="convolution",student="a_b"}' in found


def test_hostile_names_are_one_label():
    made = metrics(hostile_class())
    assert values(made)
    assert made.decode().isascii()
