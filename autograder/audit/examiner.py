"""An assignment's checks, put to one answer after another in one warm kernel.

Owns: bringing an answer into the kernel, and the checks' verdicts on it. May not: know
which answers there are, or what they should get.

The way is the real one: a notebook's cell, its kernel behind the course's wall, the
wire, the checks' own pytest items, the verdicts and the points. Only the kernel is not
started anew for each answer: an answer is one more cell, and when it has been examined,
the right one follows.
"""

from __future__ import annotations

import copy
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from nbformat.v4 import new_code_cell

from autograder.audit.collecting import collected
from autograder.audit.lesson import Lesson
from autograder.checks.exam import Exam
from autograder.checks.plugin import (
    Desk,
    desk_of,
    grade_id_for,
    is_hidden,
    is_run_by,
)
from autograder.checks.verdict import Verdict, settle
from autograder.config import MAX_SECONDS, Limits, shown
from autograder.errors import AssignmentError
from autograder.execution.launchers import Launcher, PlainLauncher
from autograder.execution.remote import Call, Reply, Target
from autograder.execution.session import Session
from autograder.model import ExerciseReport, Outcome
from autograder.sandbox import Box

__all__ = ["Answer", "Examiner", "Observed", "examiner", "outcome_of", "patient"]

#: Functions that make a right answer wrong; a module that answers may import.
_WRONG_ANSWERS = Path(__file__).with_name("wrong_answers.py")


@dataclass(frozen=True)
class Observed:
    """What the checks of an exercise ask of its right answer.

    Attributes:
        called: The names that each check calls, where the right answer passes it.
        ways: Of each function the ways to be wrong that its results have; whether each
            changes one of them. Empty for a function that no check reaches.
    """

    called: Mapping[pytest.Item, set[str]]
    ways: Mapping[str, Mapping[str, bool]]


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
        self._observed: dict[str, Observed] = {}
        every = (item for items in checks.values() for item in items)
        self._places = {item: place for place, item in enumerate(every)}

    def place_of(self, item: pytest.Item) -> int:
        """Which of the assignment's checks one is, from 0 on."""
        return self._places[item]

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
        called = self.observed(grade_id).called
        changed = self.lesson.built_upon(function)
        return [
            item
            for item in self.checks[grade_id]
            if not called.get(item, changed).isdisjoint(changed)
        ]

    def observed(self, grade_id: str) -> Observed:
        """See what an exercise's checks ask of its right answer, once."""
        if grade_id not in self._observed:
            self._observed[grade_id] = self._observe(grade_id)
        return self._observed[grade_id]

    def _observe(self, grade_id: str) -> Observed:
        self._bring_back([*self._other])
        begin = len(self.session.notebook.cells)
        names = self.lesson.functions(grade_id)
        watch = (f"{name} = wrong_answers.observed({name})" for name in names)
        self.run("\n".join(["import wrong_answers", *watch]))
        self._other.update(self.lesson.homes(grade_id))
        right, called = Answer(self), {}
        for item in self.checks[grade_id]:
            (verdict,) = right.verdicts(grade_id, [item])
            if verdict.result.outcome is Outcome.PASSED:
                called[item] = right.called
        noted = self.session.remote.call(
            Call(Target("wrong_answers", path=("observations",))),
            timeout_s=self.session.limits.call_timeout_s,
        )
        self._forget(begin)
        return Observed(called, {name: noted.value.get(name, {}) for name in names})


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
                suspects no known mistake; public checks then come first.
        """
        checks = [
            item
            for item in self._examiner.checks[grade_id]
            if (self._concerned is None or item in self._concerned)
            and not (public_only and is_hidden(item))
        ]
        if until_refused:
            checks.sort(key=is_hidden)
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
        """Put some checks of an exercise to it, each when its verdict is asked for.

        What is in doubt counts as the answer's fault: that the source's own solution
        passes the checks is asked of it as of any right answer.
        """
        desk, session = self._examiner.desk, self._examiner.session
        exam = _Overheard(session)
        exam.turn_to(grade_id, session.position)
        self.called = exam.called
        desk.exam = exam
        items = [*checks]
        try:
            for item, following in zip(items, [*items[1:], None], strict=True):
                yield _decided(desk.put(item, following=following))
        finally:
            for item in items[:1]:  # no more is asked, even if more was expected
                item.session._setupstate.teardown_exact(None)
            desk.exam = None


def patient(limits: Limits) -> Limits:
    """The same limits of a cell and a call, and a day for thousands of answers."""
    return limits.model_copy(update={"notebook_timeout_s": float(MAX_SECONDS)})


def outcome_of(verdict: Verdict) -> Outcome:
    """A check's outcome; what is in doubt is the answer's fault."""
    return _decided(verdict).result.outcome


def _decided(verdict: Verdict) -> Verdict:
    if verdict.blamed is None:
        return verdict
    return replace(verdict, result=verdict.blamed, blamed=None)


@contextmanager
def examiner(
    lesson: Lesson,
    *,
    device: str = "cpu",
    launcher: Launcher | None = None,
    limits: Limits | None = None,
) -> Iterator[Examiner]:
    """Start a kernel with the solved notebook in it, and collect the checks.

    Args:
        lesson: What is asked.
        device: "cpu" or "cuda".
        launcher: Starts kernels on that device; a cold one is started when None.
        limits: Of the kernel; the assignment's, made patient, when None.

    Raises:
        AssignmentError: The checks can't be collected, or the source's own cells fail.
    """
    place = lesson.place
    notebook = copy.deepcopy(lesson.solved)
    with collected(lesson, device) as session_of_tests, Box() as box:
        box.copy_in(place.release, leave_out=("*.ipynb",))
        references = place.solutions.glob("[!_]*.py")
        for file in (_WRONG_ANSWERS, *references):
            (box.work / file.name).write_bytes(file.read_bytes())
        with Session(
            notebook,
            box,
            limits=limits or patient(place.limits),
            launcher=launcher or PlainLauncher(device=device),
            is_run=is_run_by(lesson.settings),
        ) as session:
            session.advance(len(lesson.solved.cells))
            if session.failures:
                reasons = "; ".join(each.message for each in session.failures.values())
                raise AssignmentError(
                    f"{shown(place.source_notebook)}: its own cells fail: {reasons}"
                )
            checks: dict[str, list[pytest.Item]] = {name: [] for name in lesson.points}
            for item in session_of_tests.items:
                if grade_id := grade_id_for(item):
                    checks.setdefault(grade_id, []).append(item)
            desk = desk_of(session_of_tests.config)
            desk.launcher = launcher
            yield Examiner(lesson, checks, desk, session)
