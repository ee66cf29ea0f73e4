"""The same class for stock nbgrader: asserts in the notebook, nbgrader's own Execute.

Owns: the plain-assert notebook and its course. May not: know our engine.

The notebook is the source with two changes. Each grade cell holds the public examples
of its exercise as asserts; there are no hidden checks, so stock nbgrader has less to
compute. Cells that only draw pictures are left out, because we do not run them when
grading.
"""

from __future__ import annotations

import copy
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from autograder.bench.classroom import Student, hand_in
from autograder.config import Settings
from autograder.errors import AutograderError
from autograder.notebook import cells_of, read_course_notebook, write_notebook

__all__ = [
    "asserts",
    "make_stock_course",
    "nbgrader_command",
    "stock_environment",
    "stock_notebook",
]

_CONFIG = """\
c = get_config()
c.CourseDirectory.course_id = "bench"
c.Execute.timeout = 600
"""


def make_stock_course(
    settings: Settings, assignment: str, students: list[Student], root: Path
) -> None:
    """Write a stock nbgrader course with a class that has handed in.

    Args:
        settings: The released course whose assignment it is.
        assignment: Name of the assignment.
        students: The class.
        root: A folder that does not exist yet.

    Raises:
        AutograderError: nbgrader fails to generate the assignment.
    """
    released = settings.assignment(assignment).release
    folder = root / "source" / assignment
    leave_out = shutil.ignore_patterns("*.ipynb")
    shutil.copytree(released, folder, ignore=leave_out)
    (root / "nbgrader_config.py").write_text(_CONFIG, encoding="utf-8")
    source = read_course_notebook(settings.source_notebook(assignment))
    examples = json.loads((released / "selfcheck.json").read_text(encoding="utf-8"))
    notebook = stock_notebook(source, examples["exercises"])
    write_notebook(notebook, folder / f"{assignment}.ipynb")
    done = subprocess.run(
        nbgrader_command("generate_assignment", assignment),
        cwd=root,
        env=stock_environment(root),
        capture_output=True,
        text=True,
        check=False,
    )
    made = root / "release" / assignment / f"{assignment}.ipynb"
    if done.returncode or not made.is_file():
        reason = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise AutograderError(f"nbgrader generate_assignment failed: {reason}")
    blank = nbformat.read(made, as_version=4)
    hand_in(students, blank, root / "submitted", assignment)


def nbgrader_command(*arguments: str) -> list[str]:
    """A command line for this environment's own nbgrader."""
    return [sys.executable, "-m", "nbgrader", *arguments]


def stock_environment(root: Path) -> dict[str, str]:
    """The environment for nbgrader: `alembic` on PATH, no personal Jupyter settings.

    TensorFlow's log on stderr is switched off, since it would cost points there.
    """
    programs = Path(sys.executable).parent
    return {
        **os.environ,
        "PATH": os.pathsep.join([str(programs), os.environ.get("PATH", os.defpath)]),
        "JUPYTER_CONFIG_DIR": str(root / ".jupyter"),
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }


def stock_notebook(
    source: NotebookNode, exercises: Mapping[str, list[dict[str, Any]]]
) -> NotebookNode:
    """The source notebook with asserts in its grade cells, without its pictures.

    Args:
        source: The instructor's notebook; not changed.
        exercises: The public examples by grade_id, as selfcheck.json has them.
    """
    notebook = copy.deepcopy(source)
    for view in cells_of(notebook):
        if view.kind == "grade":
            examples = exercises.get(view.grade_id, [])
            notebook.cells[view.index].source = asserts(examples)
    notebook.cells = [
        cell
        for cell in notebook.cells
        if "picture" not in cell.metadata.get("tags", ())
    ]
    return notebook


def asserts(examples: list[dict[str, Any]]) -> str:
    """Python code that an instructor might have written for these examples."""
    blocks = [_one_assert(example) for example in examples]
    return "\n\n".join(["import numpy as np", *blocks])


def _one_assert(example: Mapping[str, Any]) -> str:
    arguments = [_literal(value) for value in example["args"]]
    arguments += [f"{key}={_literal(v)}" for key, v in example["kwargs"].items()]
    call = f"{example['function']}({', '.join(arguments)})"
    title = f"# {example['name']}"
    if wanted := example.get("raises"):
        return (
            f"{title}\ntry:\n    {call}\nexcept {wanted}:\n    pass\nelse:\n"
            f'    raise AssertionError("no {wanted}")'
        )
    expected = example["expected"]
    if isinstance(expected, dict) and "tuple" in expected:
        return (
            f"{title}\ngot, expected = {call}, {_literal(expected)}\n"
            "assert len(got) == len(expected)\n"
            "for one, other in zip(got, expected):\n"
            "    assert np.shape(one) == np.shape(other)\n"
            "    assert np.allclose(one, other, rtol=1e-4)"
        )
    return (
        f"{title}\ngot, expected = {call}, {_literal(expected)}\n"
        "assert np.shape(got) == np.shape(expected)\n"
        "assert np.allclose(got, expected, rtol=1e-4)"
    )


def _literal(value: Any) -> str:
    """A value of selfcheck.json as a Python expression."""
    if isinstance(value, list):
        return f"[{', '.join(map(_literal, value))}]"
    if not isinstance(value, dict):
        return repr(value)
    if "name" in value:
        return str(value["name"])
    if "tuple" in value:
        return f"({''.join(f'{_literal(item)}, ' for item in value['tuple'])})"
    if "dict" in value:
        items = (f"{key!r}: {_literal(item)}" for key, item in value["dict"].items())
        return f"{{{', '.join(items)}}}"
    return _numbers(value)


def _numbers(value: Mapping[str, Any]) -> str:
    """An array, a numpy scalar, a tensor or a special float as a Python expression."""
    if "dtype" not in value:
        return f"float({value['data']!r})"
    text = f"np.array({value['data']!r}, dtype={value['dtype']!r})"
    if "imag" in value:
        text = f"({text} + 1j * np.array({value['imag']!r}))"
    if "shape" not in value:
        return f"{text}[0]"
    text = f"{text}.reshape({tuple(value['shape'])!r})"
    if "framework" not in value:
        return text
    make = {"torch": "torch.from_numpy", "tensorflow": "tf.constant"}
    return f"{make[value['framework']]}({text})"
