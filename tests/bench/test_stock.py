"""Stock nbgrader gets the same class and asks the same public examples."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pytest
from nbformat import NotebookNode
from nbgrader.api import Gradebook

from autograder.bench.classroom import (
    Student,
    hand_in,
    make_class,
    make_course,
    release_notebook,
)
from autograder.bench.light import LIGHT, MISTAKEN, RIGHT
from autograder.bench.measure import measure
from autograder.bench.stock import (
    asserts,
    make_stock_course,
    nbgrader_command,
    stock_environment,
    stock_notebook,
)
from autograder.config import Settings, load_settings
from autograder.grading.course import grade_class
from autograder.notebook import (
    cells_of,
    points_of,
    read_course_notebook,
    solution_cells,
)
from autograder.rehearsal import with_code

ROOT = Path(__file__).parents[2]
CONVOLUTION = "convolution"


@pytest.fixture(scope="module")
def settings() -> Settings:
    return load_settings(ROOT)


@pytest.fixture(scope="module")
def source(settings: Settings) -> NotebookNode:
    return read_course_notebook(settings.source_notebook(CONVOLUTION))


@pytest.fixture(scope="module")
def examples(settings: Settings) -> dict[str, list[dict[str, Any]]]:
    path = settings.release_directory / CONVOLUTION / "selfcheck.json"
    exercises: dict[str, list[dict[str, Any]]] = json.loads(path.read_bytes())[
        "exercises"
    ]
    return exercises


@pytest.fixture(scope="module")
def stock(
    source: NotebookNode, examples: dict[str, list[dict[str, Any]]]
) -> NotebookNode:
    return stock_notebook(source, examples)


def verdicts(notebook: NotebookNode, *, without: tuple[str, ...]) -> dict[str, bool]:
    """Run a notebook's cells here; which of its grade cells passed."""
    names: dict[str, Any] = {"np": np}
    passed = {}
    for view in cells_of(notebook):
        cell = notebook.cells[view.index]
        if cell.cell_type != "code" or view.grade_id in without:
            continue
        try:
            exec(compile(cell.source, view.grade_id, "exec"), names)
        except (AssertionError, NotImplementedError):
            passed[view.grade_id] = False
        else:
            passed[view.grade_id] = True
    return {
        grade_id: passed[grade_id]
        for grade_id in points_of(notebook)
        if grade_id not in without
    }


#: Cells that need a framework or the self-check's file beside the notebook.
_NOT_HERE = ("setup", "libraries", "device_solution", "device")


def test_source_passes_every_assert(stock: NotebookNode) -> None:
    found = verdicts(stock, without=_NOT_HERE)
    assert len(found) == 11
    assert all(found.values()), found


def test_mistaken_students_fail_what_they_got_wrong_and_nothing_else(
    settings: Settings, stock: NotebookNode
) -> None:
    taught = {cell.grade_id: cell.source for cell in solution_cells(stock)}
    seen = 0
    for student in make_class(settings, CONVOLUTION, 24):
        if not student.kind.startswith("mistaken"):
            continue
        changed = {
            grade_id.removesuffix("_solution")
            for grade_id, code in student.code.items()
            if code != taught[grade_id] and grade_id.endswith("_solution")
        }
        assert len(changed) == 1
        found = verdicts(with_code(stock, student.code), without=_NOT_HERE)
        wrong = {grade_id for grade_id, is_right in found.items() if not is_right}
        # `filters` goes through the student's own conv2d.
        assert wrong <= changed | {"filters"}, student.kind
        seen += bool(wrong)
    assert seen >= 4


def test_untouched_notebook_passes_nothing(
    settings: Settings, stock: NotebookNode
) -> None:
    blank = release_notebook(settings, CONVOLUTION)
    untouched = {cell.grade_id: cell.source for cell in solution_cells(blank)}
    found = verdicts(with_code(stock, untouched), without=_NOT_HERE)
    assert not any(found.values()), found


def test_pictures_are_left_out_and_nothing_else(
    source: NotebookNode, stock: NotebookNode
) -> None:
    kept = [
        cell for cell in source.cells if "picture" not in cell.metadata.get("tags", [])
    ]
    assert len(kept) < len(source.cells)
    assert [cell.id for cell in stock.cells] == [cell.id for cell in kept]
    for ours, theirs in zip(kept, stock.cells, strict=True):
        assert ours.metadata == theirs.metadata
        if not ours.metadata.get("nbgrader", {}).get("points"):
            assert ours.source == theirs.source


def test_points_are_the_same(source: NotebookNode, stock: NotebookNode) -> None:
    assert points_of(stock) == points_of(source)


def test_every_exercise_asserts_each_public_example(
    stock: NotebookNode, examples: dict[str, list[dict[str, Any]]]
) -> None:
    for view in cells_of(stock):
        if view.kind == "grade":
            asked = examples[view.grade_id]
            assert asked, view.grade_id
            for example in asked:
                assert f"# {example['name']}\n" in view.source
                assert f"{example['function']}(" in view.source


def passes(example: Mapping[str, Any], **names: Any) -> bool:
    try:
        exec(asserts([{"name": "it", "kwargs": {}, **example}]), names)
    except AssertionError:
        return False
    return True


def test_expected_error_is_asserted() -> None:
    def refuses(x: float) -> float:
        raise ValueError(x)

    example = {"function": "f", "args": [1.5], "raises": "ValueError"}
    assert passes(example, f=refuses)
    assert not passes(example, f=abs)


@pytest.mark.parametrize(
    ("encoded", "value"),
    [
        (3, 3),
        ({"data": "inf"}, float("inf")),
        ({"tuple": [1, 2]}, (1, 2)),
        ([1, [2, 3]], [1, [2, 3]]),
        ({"dict": {"a": 1}}, {"a": 1}),
        ({"dtype": "float32", "data": [2.5]}, np.float32(2.5)),
        (
            {"dtype": "float32", "shape": [1, 2], "data": [1.0, 2.0]},
            np.array([[1, 2]], np.float32),
        ),
        (
            {"dtype": "complex128", "shape": [1], "data": [1.0], "imag": [2.0]},
            np.array([1 + 2j]),
        ),
    ],
    ids=str,
)
def test_values_are_written_as_they_are(encoded: Any, value: Any) -> None:
    seen = []

    def look(x: Any) -> int:
        seen.append(x)
        return 7

    assert passes({"function": "look", "args": [encoded], "expected": 7}, look=look)
    (got,) = seen
    assert repr(got) == repr(value)  # its type, dtype and numbers


def test_wrong_shape_and_wrong_value_fail() -> None:
    expected = {"dtype": "float64", "shape": [2], "data": [1.0, 2.0]}
    example = {"function": "f", "args": [], "expected": expected}
    assert passes(example, f=lambda: np.array([1.0, 2.0]))
    assert not passes(example, f=lambda: np.array([1.0, 2.1]))
    assert not passes(example, f=lambda: np.array([[1.0, 2.0]]))


def test_each_part_of_a_tuple_is_compared() -> None:
    expected = {"tuple": [1.0, {"dtype": "float64", "shape": [2], "data": [1.0, 2.0]}]}
    example = {"function": "f", "args": [], "expected": expected}
    assert passes(example, f=lambda: (1.0, np.array([1.0, 2.0])))
    assert not passes(example, f=lambda: (1.0, np.array([1.0, 3.0])))
    assert not passes(example, f=lambda: (1.0,))


@pytest.mark.slow
def test_nbgrader_gives_the_light_class_the_scores_that_we_give(
    settings: Settings, tmp_path: Path
) -> None:
    course = make_course(settings, LIGHT, tmp_path / "course")
    kinds = {**RIGHT, **MISTAKEN}
    students = [
        Student(f"student-{number}", kind, {"row_means_solution": code})
        for number, (kind, code) in enumerate(kinds.items())
    ]
    students = [students[0], students[-1], Student("student-9", "untouched", {})]
    root = tmp_path / "stock"
    make_stock_course(course, LIGHT, students, root)
    hand_in(
        students, release_notebook(course, LIGHT), course.submitted_directory, LIGHT
    )
    for student in students:
        ours = course.submitted_directory / student.name / LIGHT / f"{LIGHT}.ipynb"
        theirs = root / "submitted" / student.name / LIGHT / f"{LIGHT}.ipynb"
        assert [cell.source for cell in solution_cells(nbformat.read(ours, 4))] == [
            cell.source for cell in solution_cells(nbformat.read(theirs, 4))
        ]
    measure(
        nbgrader_command("autograde", LIGHT),
        folder=root,
        environment=stock_environment(root),
    )
    reports = grade_class(course.assignment(LIGHT), workers=1)
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}", "bench") as gradebook:
        stock_scores = {
            student.name: gradebook.find_submission(LIGHT, student.name).score
            for student in students
        }
    assert stock_scores == {"student-0": 1.0, "student-3": 0.0, "student-9": 0.0}
    assert {report.student: report.score for report in reports} == stock_scores
