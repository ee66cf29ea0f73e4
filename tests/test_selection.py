"""Which tests run for one assignment, which share a worker, and which come first."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.selection import (
    ASSIGNMENTS,
    ROOT,
    assignment_of,
    group_of,
    may_hold,
    rank_of,
)

NODES = [
    # test, its assignment, its group
    (
        "tests/grading/pooling/test_max_pool2d.py::test_row[2]",
        "pooling",
        "tests/grading/pooling",
    ),
    (
        "tests/solutions/gan/test_gan_twins.py::test_losses[torch]",
        "gan",
        "tests/solutions/gan/test_gan_twins.py",
    ),
    (
        "tests/meta/test_answers.py::test_a_memory[recurrent-lstm_step]",
        "recurrent",
        "tests/meta[recurrent]",
    ),
    (
        "tests/meta/test_mutants.py::test_sample[recurrent]",
        "recurrent",
        "tests/meta[recurrent]",
    ),
    (
        "tests/test_demo.py::TestSampleClass::test_all[attention]",
        "attention",
        "tests/test_demo.py[attention]",
    ),
    (
        "tests/comparison/test_noise.py::test_bound[float32-gan]",
        None,
        "tests/comparison/test_noise.py",
    ),
    (
        "tests/cli/test_app.py::test_gan",
        None,
        "tests/cli/test_app.py",
    ),
]


@pytest.mark.parametrize(
    ("nodeid", "assignment", "group"), NODES, ids=range(len(NODES))
)
def test_a_folder_or_the_first_parameter_names_the_assignment(
    nodeid, assignment, group
):
    assert (assignment_of(nodeid), group_of(nodeid)) == (assignment, group)


def test_the_tests_of_one_assignments_checks_are_spread():
    function = "tests/meta/test_answers.py::test_bad[recurrent-lstm_step"
    for node in (f"{function}-zeros]", f"{function}-in_single]"):
        assert group_of(node, are_spread=True) == function
    mistake = "tests/meta/test_answers.py::test_mistake[recurrent-no_forgetting]"
    assert group_of(mistake, are_spread=True) == mistake
    for nodeid, _, group in NODES:
        is_examined = group.startswith("tests/meta[")
        assert (group_of(nodeid, are_spread=True) == group) is not is_examined


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("tests/grading/gan", False),
        ("tests/grading/gan/test_device.py", False),
        ("tests/grading/pooling/test_device.py", True),
        ("tests/grading", True),
        ("tests/meta/test_answers.py", True),
        ("tests/wire", True),
        ("tests/wire/test_frames.py", False),
    ],
)
def test_what_may_hold_tests_of_pooling(path, expected):
    assert may_hold(Path(path), ["pooling"]) is expected


def test_no_test_of_an_assignment_stands_where_it_alone_is_not_looked_for(request):
    astray = {
        item.nodeid
        for item in request.session.items
        if (name := assignment_of(item.nodeid))
        and not may_hold(item.path.relative_to(ROOT), [name])
    }
    assert astray == set()


def test_the_slowest_files_come_first():
    names = ["tests/wire/test_a.py", "tests/meta/test_b.py", "tests/attacks/test_c.py"]
    assert sorted(names, key=rank_of) == names[::-1]


def collect(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Ask a pytest of its own what it would run of the tests of oracles and twins."""
    return subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_one_assignment_alone_runs_its_own_tests_only():
    wanted, *_ = sorted(ASSIGNMENTS)
    done = collect(f"--assignment={wanted}", "tests/meta", "tests/grading")
    assert done.returncode == 0, done.stdout + done.stderr
    nodes = [line for line in done.stdout.splitlines() if "::" in line]
    assert {assignment_of(node) for node in nodes} == {wanted}
    assert {Path(node.partition("::")[0]).parts[1] for node in nodes} == {
        "grading",
        "meta",
    }


def test_an_assignment_that_there_is_not_is_refused_in_one_line():
    done = collect("--assignment=poling")
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert done.stderr.strip() == (
        "ERROR: --assignment=poling: course_config.py has no such assignment; "
        f"there are {', '.join(sorted(ASSIGNMENTS))}"
    )
