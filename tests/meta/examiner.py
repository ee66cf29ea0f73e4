"""An assignment's checks, put to one answer after another in one warm kernel.

The way is the real one: a notebook's cell, its kernel, the wire, the checks' own pytest
items, the verdicts and the points. Only the kernel is not started anew for each answer:
an answer is one more cell, and when it has been examined, the right one follows.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from _pytest.config import _prepareconfig
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from autograder.cellkinds import grade_id_of
from autograder.checks.collecting import arguments
from autograder.checks.exam import Exam
from autograder.checks.plugin import (
    Desk,
    NoTracebacks,
    desk_of,
    grade_id_for,
    is_run_by,
)
from autograder.checks.verdict import Verdict, settle
from autograder.config import Settings
from autograder.execution.launchers import Launcher, PlainLauncher
from autograder.execution.remote import Call, Reply
from autograder.execution.session import Session
from autograder.model import ExerciseReport, Outcome
from autograder.notebook import points_of, read_course_notebook
from autograder.rehearsal import cell_for, solution_cells, with_solutions
from autograder.sandbox import Box
from tests.lending import LIMITS

__all__ = ["Answer", "Examiner", "Lesson", "collected", "examiner"]

#: Functions that make a right answer wrong; a module that answers may import.
_WRONG_ANSWERS = Path(__file__).with_name("wrong_answers.py")


class Lesson:
    """What an assignment's notebooks ask for.

    Args:
        settings: The course's settings.
        assignment: Name of the assignment.

    Attributes:
        release: The notebook without solutions.
        solved: The same with the source's solutions.
        points: Points of each automatic exercise, in notebook order.
    """

    def __init__(self, settings: Settings, assignment: str) -> None:
        folder = settings.release_directory / assignment
        source = read_course_notebook(settings.source_notebook(assignment))
        self.settings = settings
        self.assignment = assignment
        self.release = read_course_notebook(folder / f"{assignment}.ipynb")
        self.solved = with_solutions(self.release, source)
        self.points = points_of(self.release)
        self._defined = {
            home: [n for n in ast.parse(text).body if isinstance(n, ast.FunctionDef)]
            for home, text in self.sources(self.solved).items()
        }

    def functions(self, grade_id: str) -> list[str]:
        """The functions that the solution cells before a grade cell define."""
        return [
            node.name for home in self.homes(grade_id) for node in self._defined[home]
        ]

    def docstring(self, function: str) -> str:
        """What students are told about a function."""
        nodes = self._defined[self.home_of(function)]
        return next(ast.get_docstring(n) or "" for n in nodes if n.name == function)

    def exercise_of(self, function: str) -> str:
        """The grade cell that a function's cell belongs to."""
        home = self.home_of(function)
        return next(name for name in self.points if home in self.homes(name))

    def home_of(self, function: str) -> str:
        """The solution cell that defines a function."""
        for home, nodes in self._defined.items():
            if function in {node.name for node in nodes}:
                return home
        return cell_for(self.solved, function)  # a class, or an error that says so

    def homes(self, grade_id: str) -> list[str]:
        """The solution cells between a grade cell and the one before it."""
        found: list[str] = []
        for cell in self.solved.cells:
            name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
            if name == grade_id:
                return found
            if grade_id_of(cell):
                found = []
            elif name in self._defined:
                found.append(name)
        raise LookupError(grade_id)

    def built_upon(self, function: str) -> set[str]:
        """What can't be as it was when a function isn't: it, and whatever names it."""
        found, more = set(), {function}
        while more:
            found |= more
            more = {
                name
                for name, used in self._names_used.items()
                if name not in found and not used.isdisjoint(more)
            }
        return found

    @cached_property
    def _names_used(self) -> dict[str, set[str]]:
        """What each name of the notebook's own is made of."""
        found: dict[str, set[str]] = {}
        for cell in self.solved.cells:
            if cell.cell_type != "code" or grade_id_of(cell):
                continue
            for statement in ast.parse(cell.source).body:
                nodes = [x for x in ast.walk(statement) if isinstance(x, ast.Name)]
                made = {x.id for x in nodes if isinstance(x.ctx, ast.Store)}
                if isinstance(statement, ast.FunctionDef | ast.ClassDef):
                    made = {statement.name}
                for name in made:
                    found.setdefault(name, set()).update(x.id for x in nodes)
        return found

    @staticmethod
    def sources(notebook: NotebookNode) -> dict[str, str]:
        """Sources of the code cells that students write, by grade_id."""
        cells = solution_cells(notebook)
        return {home: cell.source for home, cell in cells.items()}


class _Overheard(Exam):
    """An exam that notes which names of the notebook are called."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.called: set[str] = set()

    def call(self, call: Call) -> Reply:
        """As an exam does."""
        self.called.add(call.target.name)
        return super().call(call)

    def gradient(self, call: Call, *, cotangent: np.ndarray | None) -> Any:
        """As an exam does."""
        self.called.add(call.target.name)
        return super().gradient(call, cotangent=cotangent)


class Examiner:
    """Puts an assignment's checks to answers.

    Args:
        lesson: What is asked.
        checks: The tests of each grade cell.
        desk: Where the tests look for the submission.
        session: The solved notebook, run to its end.
    """

    def __init__(
        self,
        lesson: Lesson,
        checks: Mapping[str, Sequence[pytest.Item]],
        desk: Desk,
        session: Session,
    ) -> None:
        self.lesson = lesson
        self.checks = checks
        self.desk = desk
        self.session = session
        self._other: set[str] = set()  # solution cells that aren't the right ones now
        self._called: dict[str, dict[pytest.Item, set[str]]] = {}

    @contextmanager
    def answer(self, code: Mapping[str, str], *, of: str = "") -> Iterator[Answer]:
        """Run other sources of solution cells; all others are the right ones.

        Args:
            code: The sources, by their cells' grade_ids.
            of: The one function that they change. Of its exercise's checks, those that
                it can't matter to are not put then.
        """
        concerned = self._concerned(of) if of else None
        self._bring_back(self._other.difference(code))
        self.session.failures.clear()
        self._other.update(code)
        begin = len(self.session.notebook.cells)
        try:
            for text in code.values():
                self.run(text)
            yield Answer(self, concerned)
        finally:
            self._forget(begin)

    def run(self, text: str) -> None:
        """Run one more cell at the notebook's end."""
        self.session.notebook.cells.append(new_code_cell(text))
        self.session.run_next()

    def _bring_back(self, homes: Iterable[str]) -> None:
        """Run the right sources of solution cells."""
        right = self.lesson.sources(self.lesson.solved)
        begin = len(self.session.notebook.cells)
        for home in sorted(homes, key=[*right].index):
            self.run(right[home])
            self._other.remove(home)
        self._forget(begin)

    def _forget(self, begin: int) -> None:
        """Let nothing from a cell on be run again after a death."""
        for cell in self.session.notebook.cells[begin:]:
            cell.cell_type = "raw"

    def _concerned(self, function: str) -> list[pytest.Item]:
        """The checks of a function's exercise that a wrong one can matter to."""
        grade_id = self.lesson.exercise_of(function)
        if len(self.lesson.functions(grade_id)) == 1:
            return [*self.checks[grade_id]]
        if grade_id not in self._called:
            self._called[grade_id] = self._listen(grade_id)
        called, changed = self._called[grade_id], self.lesson.built_upon(function)
        return [
            item
            for item in self.checks[grade_id]
            if not called.get(item, changed).isdisjoint(changed)
        ]

    def _listen(self, grade_id: str) -> dict[pytest.Item, set[str]]:
        """The functions that checks call, where the right answer passes them."""
        self._bring_back([*self._other])
        right, called = Answer(self), {}
        for item in self.checks[grade_id]:
            (verdict,) = right.verdicts(grade_id, [item])
            if verdict.result.outcome is Outcome.PASSED:
                called[item] = right.called
        return called


class Answer:
    """An answer that is in the kernel now.

    Args:
        examiner: Who has put it there.
        concerned: The checks that it can matter to; all do when None.

    Attributes:
        called: Functions that the last checks have called.
    """

    def __init__(
        self, examiner: Examiner, concerned: Sequence[pytest.Item] | None = None
    ) -> None:
        self._examiner = examiner
        self._concerned = concerned
        self.called: set[str] = set()

    @property
    def failures(self) -> list[str]:
        """Why cells of the answer did not run to their end."""
        failed = self._examiner.session.failures.values()
        return [failure.message for failure in failed]

    def run(self, text: str) -> None:
        """Run one more cell after the answer."""
        self._examiner.run(text)

    def report(
        self, grade_id: str, *, public_only: bool = False, until_refused: bool = False
    ) -> ExerciseReport:
        """Put an exercise's checks to it.

        Args:
            grade_id: The exercise.
            public_only: Whether to put no hidden check.
            until_refused: Whether to end with the first check that refuses it and
                suspects no known mistake.
        """
        checks = [
            item
            for item in self._examiner.checks[grade_id]
            if (self._concerned is None or item in self._concerned)
            and (not public_only or item.get_closest_marker("public"))
        ]
        verdicts = []
        with closing(self.verdicts(grade_id, checks)) as asked:
            for verdict in asked:
                verdicts.append(verdict)
                is_refused = verdict.result.outcome is not Outcome.PASSED
                if until_refused and is_refused and not verdict.suspects:
                    break
        points = self._examiner.lesson.points[grade_id]
        return ExerciseReport(grade_id, points, settle(verdicts))

    def verdicts(
        self, grade_id: str, checks: Iterable[pytest.Item]
    ) -> Generator[Verdict, None, None]:
        """Put some checks of an exercise to it, each when its verdict is asked for."""
        desk, session = self._examiner.desk, self._examiner.session
        exam = _Overheard(session)
        exam.turn_to(grade_id, session.position)
        self.called = exam.called
        desk.exam = exam
        items = [*checks]
        try:
            for item, following in zip(items, [*items[1:], None], strict=True):
                yield desk.put(item, following=following)
        finally:
            for item in items[:1]:  # no more is asked, even if more was expected
                item.session._setupstate.teardown_exact(None)
            desk.exam = None


@contextmanager
def examiner(
    lesson: Lesson, *, device: str = "cpu", launcher: Launcher | None = None
) -> Iterator[Examiner]:
    """Start a kernel with the solved notebook in it, and collect the checks.

    Args:
        lesson: What is asked.
        device: "cpu" or "cuda".
        launcher: Starts kernels on that device; a cold one is started when None.
    """
    settings, assignment = lesson.settings, lesson.assignment
    references = settings.solutions_directory / assignment
    notebook = copy.deepcopy(lesson.solved)
    with collected(lesson, device) as session_of_tests, Box() as box:
        box.copy_in(settings.release_directory / assignment, leave_out=("*.ipynb",))
        for file in (_WRONG_ANSWERS, *references.glob("[!_]*.py")):
            (box.work / file.name).write_bytes(file.read_bytes())
        with Session(
            notebook,
            box,
            limits=LIMITS,
            launcher=launcher or PlainLauncher(device=device),
            is_run=is_run_by(settings),
        ) as session:
            session.advance(len(lesson.solved.cells))
            if session.failures:
                raise RuntimeError(f"the source's own cells fail: {session.failures}")
            checks: dict[str, list[pytest.Item]] = {}
            for item in session_of_tests.items:
                if grade_id := grade_id_for(item):
                    checks.setdefault(grade_id, []).append(item)
            yield Examiner(lesson, checks, desk_of(session_of_tests.config), session)


@contextmanager
def collected(lesson: Lesson, device: str) -> Iterator[pytest.Session]:
    """A pytest session within this one, as pytest's own pytester makes them."""
    settings = lesson.settings
    unwanted = (
        "terminal",
        "faulthandler",
        "unraisableexception",
        "threadexception",
    )
    assignment = settings.assignment(lesson.assignment).on(device)
    options = (f"-pno:{name}" for name in unwanted)
    config = _prepareconfig([*arguments(assignment), *options])
    try:
        config.pluginmanager.register(NoTracebacks())
        config._do_configure()
        session = pytest.Session.from_config(config)
        config.hook.pytest_sessionstart(session=session)
        session.perform_collect()
        yield session
        config.hook.pytest_sessionfinish(session=session, exitstatus=0)
    finally:
        config._ensure_unconfigure()
