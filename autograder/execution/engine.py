"""papermill's engine `autograder`, which runs notebooks in our walled kernels.

Owns: walking a notebook cell by cell for papermill, and handing each grade cell to a
checker. May not: compare or score. Like papermill's own engine it stops at the first
cell that fails, by an error, `sys.exit()` or a kernel's end; a tag `raises-exception`
lets one cell fail. For grading it continues to the last cell, as nbgrader does.

papermill imports this module while it is being imported itself, to register the engine:
code that needs the engine imports papermill and gets it by name.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any, Protocol

from nbformat import NotebookNode
from papermill.engines import Engine, NotebookExecutionManager

from autograder.config import Limits
from autograder.errors import KernelError
from autograder.execution.launchers import Launcher, shared_launcher
from autograder.execution.livekernel import LiveKernel
from autograder.execution.provisioner import box_for
from autograder.execution.session import CellFailure, Ending, Session
from autograder.execution.stopwatch import Stopwatch
from autograder.sandbox import Box

__all__ = ["AutograderEngine", "Checker", "ContinuingEngine"]


class Checker(Protocol):
    """Puts questions to the kernel when a grade cell is reached."""

    def begin(self, session: Session) -> None:
        """Called once, before the first cell."""

    def wants(self, cell: NotebookNode) -> bool:
        """Whether this cell is a grade cell to be checked instead of run."""

    def check(self, cell: NotebookNode, index: int) -> None:
        """Called when execution has reached such a cell."""

    @property
    def is_done(self) -> bool:
        """Whether no more cells need to be run."""


class AutograderEngine(Engine):
    """Executes a managed notebook in a walled kernel.

    `papermill in.ipynb out.ipynb --engine autograder` works without a checker.
    """

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: NotebookExecutionManager,
        kernel_name: str,
        *,
        checker: Checker | None = None,
        box: Box | None = None,
        limits: Limits | None = None,
        launcher: Launcher | None = None,
        is_run: Callable[[NotebookNode], bool] | None = None,
        stopwatch: Stopwatch | None = None,
        continue_on_error: bool = False,
        execution_timeout: float | None = None,
        ahead: LiveKernel | None = None,
        **_papermill: Any,
    ) -> None:
        """Called by papermill with the parameterised notebook.

        Args:
            nb_man: Holds the notebook and keeps papermill's records.
            kernel_name: Ignored: a notebook does not choose its kernel here.
            checker: Checks the grade cells; without one they are run like others. With
                one, papermill's record of when each cell ran is not kept: nobody reads
                it, and it takes longer than many cells.
            box: The kernel's folder; if None, one with a copy of papermill's `cwd`.
            limits: Seconds per cell, call and notebook.
            launcher: Starts the kernel; when None, one behind the full wall.
            is_run: Says whether a cell is to be run; all are when None.
            stopwatch: Told where the time goes.
            continue_on_error: Run the cells after one that failed; papermill reports
                the first failure at the end.
            execution_timeout: papermill's own option: seconds per cell.
            ahead: A kernel already started in the box.
        """
        if limits is None and execution_timeout:
            limits = Limits(cell_timeout_s=execution_timeout)
        with (
            nullcontext(box) if box else box_for(Path.cwd(), limits) as place,
            Session(
                nb_man.nb,
                place,
                limits=limits,
                launcher=launcher or shared_launcher("full"),
                is_run=is_run,
                stopwatch=stopwatch,
                ahead=ahead,
            ) as session,
        ):
            if checker:
                checker.begin(session)
            for index, cell in enumerate(nb_man.nb.cells):
                if checker is None:
                    nb_man.cell_start(cell, index)
                if checker and checker.wants(cell):
                    session.skip_next()
                    checker.check(cell, index)
                    if checker.is_done:
                        break
                    continue
                if failure := session.run_next():
                    nb_man.cell_exception(cell, index, exception=failure)
                if checker is None:
                    nb_man.cell_complete(cell, index)
                if failure and not (continue_on_error or _may_fail(cell, failure)):
                    break
            if checker is None:
                _raise_for_lost_cells(session)


class ContinuingEngine(AutograderEngine):
    """The engine named `autograder-continue`: it runs every cell, whatever fails.

    For papermill's command line, which passes no options to an engine.
    """

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: NotebookExecutionManager, kernel_name: str, **options: Any
    ) -> None:
        """Called by papermill with the parameterised notebook."""
        options = {**options, "continue_on_error": True}
        super().execute_managed_notebook(nb_man, kernel_name, **options)


def _may_fail(cell: NotebookNode, failure: CellFailure) -> bool:
    """Whether a cell may raise, by nbclient's tag."""
    tags = cell.metadata.get("tags", ())
    return failure.ending is Ending.RAISED and "raises-exception" in tags


def _raise_for_lost_cells(session: Session) -> None:
    """Report failures that papermill can't see: it considers such cells done.

    It looks for an error among a cell's outputs, and reports that itself.
    """
    for index, failure in session.failures.items():
        outputs = session.notebook.cells[index].outputs
        is_seen = any(output.output_type == "error" for output in outputs)
        if failure.ending is not Ending.RAISED or not is_seen:
            raise KernelError(f"cell {index}: {failure.message}")
