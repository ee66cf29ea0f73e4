"""The source notebooks as instructors run them: by papermill alone, with no grading."""

from __future__ import annotations

import subprocess
import sys

import nbformat
import pytest

from autograder.config import load_settings
from tests.courses import ROOT

COURSE = load_settings(ROOT)

#: tests/meta runs every cell of all of them, in our own kernel.
FIRST, *_, LAST = COURSE.assignments


@pytest.mark.slow
@pytest.mark.parametrize("assignment", [FIRST, LAST])
def test_papermill_alone_runs_it_clean(tmp_path, assignment):
    source, executed = COURSE.source_notebook(assignment), tmp_path / "executed.ipynb"
    command = [sys.executable, "-m", "papermill", "--no-progress-bar", "--cwd"]
    done = subprocess.run(
        [*command, source.parent, source, executed],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    cells = [c for c in nbformat.read(executed, 4).cells if c.cell_type == "code"]
    assert [cell.source for cell in cells if not cell.execution_count] == []
    outputs = [output for cell in cells for output in cell.outputs]
    assert [each for each in outputs if each.get("name") == "stderr"] == []
    pictures = [each for each in outputs if "image/png" in each.get("data", {})]
    assert len(pictures) > 3
