"""Prints of this course's own assignments: all there, stable, and none misses a use."""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.results.prints import ExercisePrint, exercise_prints

ROOT = Path(__file__).parents[2]
ASSIGNMENTS = sorted(path.name for path in (ROOT / "source").iterdir() if path.is_dir())
EMPTY = exercise_prints(ROOT, ROOT / "nothing", ROOT / "nothing", ["x"])["x"]

PRINTS = """
import json, sys
from dataclasses import asdict
from pathlib import Path
from tests.results.test_prints_of_the_course import prints
made = {each: prints(each) for each in sys.argv[1:]}
print(json.dumps({a: {g: asdict(p) for g, p in made[a].items()} for a in made}))
"""
TRACER = """
import json, os, sys, threading
import pytest

CALLED = {}


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item):
    called = CALLED.setdefault(item.get_closest_marker("grade").args[0], set())

    def note(frame, event, argument):
        code = frame.f_code
        if event == "call" and code.co_filename == os.environ["TRACED"]:
            called.add(code.co_qualname.split(".")[0])

    sys.setprofile(note)
    threading.setprofile(note)
    try:
        return (yield)
    finally:
        sys.setprofile(None)
        threading.setprofile(None)


def pytest_sessionfinish():
    with open(os.environ["CALLED"], "w") as file:
        json.dump({key: sorted(each) for key, each in CALLED.items()}, file)
"""


def grade_ids(assignment: str) -> list[str]:
    """The automatic grade cells of a source notebook."""
    path = ROOT / "source" / assignment / f"{assignment}.ipynb"
    found = [
        cell["metadata"].get("nbgrader", {})
        for cell in json.loads(path.read_text("utf-8"))["cells"]
    ]
    return [
        each["grade_id"] for each in found if each.get("grade") and each.get("points")
    ]


def prints(assignment: str, root: Path = ROOT) -> dict[str, ExercisePrint]:
    """The prints of all exercises of an assignment."""
    return exercise_prints(
        root,
        root / "tests" / "grading" / assignment,
        root / "solutions" / assignment,
        grade_ids(assignment),
    )


def copied(assignment: str, to: Path) -> Path:
    """A course of what the prints of one assignment are made from."""
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "solutions", to / "solutions", ignore=ignore)
    tests = Path("tests", "grading", assignment)
    shutil.copytree(ROOT / tests, to / tests, ignore=ignore)
    return to


def test_nothing_heavy_is_imported_for_it():
    code = (
        "import sys, autograder.results.prints, autograder.results.recall; "
        "print([m for m in ('numpy', 'nbformat', 'pytest') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_every_exercise_has_a_print_of_its_own(assignment):
    made = prints(assignment)
    assert list(made) == grade_ids(assignment)
    for part in ("checks", "oracle", "mistakes", "hints"):
        assert all(len(getattr(each, part)) == 64 for each in made.values())
    asked = [each for each in made.values() if each.checks != EMPTY.checks]
    assert len({each.checks for each in asked}) == len(asked) > 3
    assert EMPTY.oracle not in {each.oracle for each in asked}


def test_prints_are_equal_in_every_process():
    assignments = ["attention", "gan"]
    done = subprocess.run(
        [sys.executable, "-c", PRINTS, *assignments],
        env=os.environ | {"PYTHONHASHSEED": "1"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout) == {
        each: {key: vars(made) for key, made in prints(each).items()}
        for each in assignments
    }


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_formatting_and_comments_change_nothing(tmp_path, assignment):
    course = copied(assignment, tmp_path)
    before = prints(assignment, course)
    assert before == prints(assignment)
    for folder in (course / "tests", course / "solutions" / assignment):
        for path in folder.rglob("*.py"):
            plain = ast.unparse(ast.parse(path.read_text("utf-8")))
            path.write_text(f"# Said anew.\n\n{plain}\n", "utf-8")
    assert prints(assignment, course) == before


@pytest.mark.slow
def test_no_oracle_that_a_check_runs_is_missed(tmp_path):
    """Each function of an oracle is changed; whoever runs it must notice.

    What is run is seen by a profiler while the source's own solution is checked.
    """
    called = called_by_checks("convolution", tmp_path)
    course = copied("convolution", tmp_path / "course")
    path = course / "solutions" / "convolution" / "oracle.py"
    tree, right = ast.parse(path.read_text("utf-8")), prints("convolution", course)
    missed, needless, needed = [], [], []
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef):
            continue
        node.body.insert(0, ast.parse("changed = 1").body[0])
        path.write_text(ast.unparse(tree), "utf-8")
        del node.body[0]
        now = prints("convolution", course)
        for grade_id, functions in called.items():
            is_seen = now[grade_id].oracle != right[grade_id].oracle
            is_run = node.name in functions
            kind = {(True, True): needed, (True, False): needless}.get(
                (is_seen, is_run), missed if is_run else None
            )
            if kind is not None:
                kind.append((node.name, grade_id))
    assert missed == []
    assert len(needed) > 20
    assert len(needless) <= len(needed) / 4, needless


def called_by_checks(assignment: str, folder: Path) -> dict[str, list[str]]:
    """The oracle's functions that each exercise's checks of the source run."""
    (folder / "tracer.py").write_text(TRACER, "utf-8")
    found = folder / "called.json"
    oracle = ROOT / "solutions" / assignment / "oracle.py"
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "tracer"),
            *("-p", "no:cacheprovider", f"tests/grading/{assignment}"),
        ],
        env=os.environ
        | {"PYTHONPATH": str(folder), "TRACED": str(oracle), "CALLED": str(found)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    called: dict[str, list[str]] = json.loads(found.read_text("utf-8"))
    return called
