"""A course of two assignments, and checkouts that students pushed."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from autograder.config import Settings
from tests.courses import add_checks, marked


@pytest.fixture
def course(make_course, tmp_path, monkeypatch) -> Settings:
    """`squares`, released by us, and `cubes`, whose release is only copied."""
    monkeypatch.chdir(tmp_path)
    settings = make_course()
    add_checks(settings)
    made = new_notebook(
        cells=[
            new_code_cell(
                f"def {name}(x):\n    raise NotImplementedError()",
                id=f"{name}-written",
                metadata=marked(grade_id=f"{name}_solution", solution=True),
            )
            for name in ("cube", "root")
        ]
    )
    for folder in (settings.source_directory, settings.release_directory):
        (folder / "cubes").mkdir()
        nbformat.write(made, folder / "cubes" / "cubes.ipynb")
    return settings.model_copy(update={"assignments": ["squares", "cubes"]})


@pytest.fixture
def notebook(course) -> Callable[..., NotebookNode]:
    """An assignment's release notebook with code in some of its cells."""

    def make(assignment: str = "squares", **code: str) -> NotebookNode:
        path = course.assignment(assignment).release_notebook
        made: NotebookNode = copy.deepcopy(nbformat.read(path, 4))
        for cell in made.cells:
            grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
            cell.source = code.get(grade_id, cell.source)
        return made

    return make


@pytest.fixture
def push(tmp_path_factory, notebook) -> Callable[..., Path]:
    """Write a checkout; files by name, of which notebooks are made from code."""

    def write(name: str = "ada", **files: object) -> Path:
        checkout = tmp_path_factory.mktemp("runner") / name
        checkout.mkdir()
        for path, content in files.items():
            place(checkout / path, content)
        return checkout

    def place(path: Path, content: object) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, NotebookNode):
            nbformat.write(content, path)
        elif isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(str(content), encoding="utf-8")

    write.place = place  # type: ignore[attr-defined]
    return write


@pytest.fixture
def written(notebook) -> Callable[[str], NotebookNode]:
    """A notebook of `squares` with an answer in it."""
    return lambda code="def square(x):\n    return x * x": notebook(
        square_solution=code
    )
