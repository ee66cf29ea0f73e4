"""autograder.execution.engine: papermill's own calls and options, in our kernels."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import papermill
import pytest
from nbformat import NotebookNode
from papermill.engines import papermill_engines
from papermill.exceptions import PapermillExecutionError

from autograder.config import Limits
from autograder.errors import KernelError
from autograder.execution.engine import AutograderEngine, ContinuingEngine
from autograder.execution.launchers import Launcher
from autograder.execution.session import Ending, Session
from autograder.execution.stopwatch import Stopwatch

from .conftest import notebook

#: What papermill asks of a notebook's metadata.
PYTHON = {"name": "python3", "display_name": "Python 3", "language": "python"}


@pytest.fixture
def papermill_run(tmp_path: Path, launcher: Launcher) -> Callable[..., NotebookNode]:
    """Execute cells as `papermill in.ipynb out.ipynb --engine autograder` does."""

    def run(*sources: str, tags: tuple[str, ...] = (), **options: Any) -> NotebookNode:
        given = notebook(*sources)
        given.metadata["kernelspec"] = PYTHON
        given.cells[0].metadata["tags"] = list(tags)
        nbformat.write(given, tmp_path / "in.ipynb")
        return papermill.execute_notebook(
            tmp_path / "in.ipynb",
            tmp_path / "out.ipynb",
            progress_bar=False,
            **{
                "engine_name": "autograder",
                "launcher": launcher,
                "cwd": tmp_path,
                **options,
            },
        )

    return run


def written(tmp_path: Path) -> NotebookNode:
    made = nbformat.read(tmp_path / "out.ipynb", as_version=4)
    nbformat.validate(made)
    return made


def statuses(tmp_path: Path) -> list[str]:
    """papermill's word on each cell, without those that it has put in itself."""
    records = [cell.metadata.get("papermill") for cell in written(tmp_path).cells]
    return [record.status for record in records if record]


def texts(made: NotebookNode) -> list[str]:
    """What each cell has printed, without papermill's own cells."""
    return [
        "".join(each.get("text", "") for each in cell.outputs)
        for cell in made.cells
        if cell.cell_type == "code"
    ]


def test_papermill_finds_the_engine_by_its_name():
    assert papermill_engines.get_engine("autograder") is AutograderEngine


def test_notebook_is_executed_and_written(papermill_run, tmp_path):
    returned = papermill_run("a = 1", "print(a + 1)")
    assert texts(returned) == ["", "2\n"]
    assert texts(written(tmp_path)) == ["", "2\n"]
    statuses = [cell.metadata.papermill.status for cell in written(tmp_path).cells]
    assert statuses == ["completed", "completed"]


def test_parameters_are_injected_after_their_defaults(papermill_run):
    made = papermill_run(
        "DEVICE = 'cpu'", "print(DEVICE)", tags=("parameters",),
        parameters={"DEVICE": "cuda"},
    )  # fmt: skip
    assert texts(made) == ["", "", "cuda\n"]
    assert made.metadata.papermill.parameters == {"DEVICE": "cuda"}


def test_files_beside_the_notebook_can_be_read_and_imported(papermill_run, tmp_path):
    (tmp_path / "beside.py").write_text("ANSWER = 42\n")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "x.txt").write_text("from a folder")
    made = papermill_run(
        "import beside\nprint(beside.ANSWER)", "print(open('data/x.txt').read())"
    )
    assert texts(made) == ["42\n", "from a folder\n"]


def test_file_that_is_called_like_a_library_hides_nothing(papermill_run, tmp_path):
    (tmp_path / "numpy.py").write_text("raise SystemError('the wrong numpy')\n")
    made = papermill_run("import numpy\nprint(numpy.ones(2).sum())")
    assert texts(made) == ["2.0\n"]


def test_it_stops_at_the_first_failing_cell_as_papermills_own_does(
    papermill_run, tmp_path
):
    with pytest.raises(PapermillExecutionError) as caught:
        papermill_run("1 / 0", "print('not run')")
    assert caught.value.ename == "ZeroDivisionError"
    assert "not run\n" not in texts(written(tmp_path))
    assert statuses(tmp_path) == ["failed", "pending"]


@pytest.mark.parametrize("code", ["", "0"])
def test_a_polite_exit_ends_the_run_without_an_error(papermill_run, tmp_path, code):
    papermill_run("print('first')", f"import sys\nsys.exit({code})", "print('not run')")
    first, _, last = texts(written(tmp_path))
    assert (first, last) == ("first\n", "")
    assert statuses(tmp_path) == ["completed", "failed", "pending"]


def test_an_exit_with_a_status_is_an_error(papermill_run, tmp_path):
    with pytest.raises(PapermillExecutionError, match="SystemExit"):
        papermill_run("import sys\nsys.exit(3)", "print('not run')")


def test_it_goes_on_when_asked_to(papermill_run, tmp_path):
    with pytest.raises(PapermillExecutionError) as caught:
        papermill_run("1 / 0", "print('still run')", continue_on_error=True)
    assert caught.value.ename == "ZeroDivisionError"
    assert "still run\n" in texts(written(tmp_path))


def test_a_second_name_asks_for_it_where_papermill_has_no_options(
    papermill_run, tmp_path, monkeypatch
):
    named = {"autograder-continue": ContinuingEngine}
    monkeypatch.setattr(papermill_engines, "_engines", named)
    with pytest.raises(PapermillExecutionError):
        papermill_run("1 / 0", "print('still run')", engine_name="autograder-continue")
    assert "still run\n" in texts(written(tmp_path))


def test_a_cell_that_is_tagged_so_may_raise(papermill_run, tmp_path):
    with pytest.raises(PapermillExecutionError):  # as by papermill's own engine
        papermill_run("1 / 0", "print('run')", tags=("raises-exception",))
    assert "run\n" in texts(written(tmp_path))


LOST = [
    ("import os\nos._exit(9)", "the cell ended the kernel (exit code 9)"),
    ("while True: pass", "the cell was stopped after 1 s, its limit"),
    (
        "while True: display(1)",
        "the cell was stopped: it printed more than 20 messages, its limit",
    ),
    (
        "display(*range(100))\nraise ValueError('not seen')",
        "the cell was stopped: it printed more than 20 messages, its limit",
    ),
]


@pytest.mark.parametrize(
    ("source", "told"), LOST, ids=["dies", "hangs", "floods", "floods and raises"]
)
@pytest.mark.parametrize("goes_on", [False, True], ids=["stops", "goes on"])
def test_cell_that_papermill_would_call_done_is_told(
    papermill_run, tmp_path, source, told, goes_on
):
    limits = Limits(cell_timeout_s=1, output_messages=20)
    with pytest.raises(KernelError) as caught:
        papermill_run(source, "print('run')", limits=limits, continue_on_error=goes_on)
    assert str(caught.value) == f"cell 0: {told}"
    assert texts(written(tmp_path))[1] == ("run\n" if goes_on else "")


def test_papermills_own_timeout_is_the_cells_limit(papermill_run):
    with pytest.raises(KernelError, match="the cell was stopped after 1 s, its limit"):
        papermill_run("import time\ntime.sleep(100)", execution_timeout=1)


def test_notebook_does_not_choose_its_kernel(papermill_run):
    made = papermill_run("import sys\nprint(sys.version_info.major)", kernel_name="ir",
                         language="python")  # fmt: skip
    assert texts(made) == ["3\n"]


class Recorder:
    """A checker that takes the cells that say CHECK, and notes where it is called.

    Args:
        most: After how many of them it needs no cell any more.
    """

    def __init__(self, most: int = 1000) -> None:
        self.most = most
        self.session: Session | None = None
        self.seen: list[tuple[int, int, Any]] = []

    def begin(self, session: Session) -> None:
        self.session = session

    def wants(self, cell: NotebookNode) -> bool:
        return "CHECK" in cell.source

    @property
    def is_done(self) -> bool:
        return len(self.seen) >= self.most

    def check(self, cell: NotebookNode, index: int) -> None:
        assert self.session is not None
        ending = getattr(self.session.failures.get(index - 1), "ending", None)
        self.seen.append((index, self.session.position, ending))


def test_checker_gets_its_cells_when_they_are_reached_and_they_are_not_run(
    papermill_run, tmp_path
):
    checker = Recorder()
    with pytest.raises(PapermillExecutionError):  # for the cell that died
        papermill_run(
            "a = 1",
            "print('CHECK must not run')",
            "import os\nos._exit(1)",
            "print('CHECK')",
            "print(a)",
            checker=checker,
            continue_on_error=True,
        )
    assert checker.seen == [(1, 2, None), (3, 4, Ending.DIED)]
    assert texts(written(tmp_path))[-1] == "1\n"
    assert not any("CHECK" in text for text in texts(written(tmp_path)))


def test_no_cell_is_run_that_the_checker_does_not_need(papermill_run, tmp_path):
    cells = ["print(1)", "print('CHECK')", "print(3)", "print('CHECK')", "print(5)"]
    checker = Recorder(most=1)
    papermill_run(*cells, checker=checker)
    assert checker.seen == [(1, 2, None)]
    assert texts(written(tmp_path)) == ["1\n", "", "", "", ""]


def test_cells_that_do_not_count_are_left_out(papermill_run):
    made = papermill_run(
        "print(1)", "print(2)", is_run=lambda cell: "1" not in cell.source
    )
    assert texts(made) == ["", "2\n"]


def test_stopwatch_hears_where_the_time_goes(papermill_run):
    stopwatch = Stopwatch()
    papermill_run("print(1)", stopwatch=stopwatch)
    assert {"imports_s", "start_s", "cells_s", "end_s"} <= set(stopwatch.parts_s)


def test_nothing_is_left_in_the_folder(papermill_run, tmp_path):
    papermill_run("open('written.txt', 'w').write('in the box')")
    assert {each.name for each in tmp_path.iterdir()} == {"in.ipynb", "out.ipynb"}
