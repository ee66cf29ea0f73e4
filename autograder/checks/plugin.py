"""pytest's side of grading: marks, fixtures, and a CheckResult for every test.

Owns: what `pytest tests/grading/<assignment>` means. Three ways lead here and give
equal verdicts: plain pytest (the source notebook's own solution is the submission),
pytest with `--submission FILE`, and `autograder grade`, which brings its own exam.
May not: give points or write anything.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Generator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from _pytest.runner import runtestprotocol
from nbformat import NotebookNode

from autograder.cellkinds import grade_id_of
from autograder.checks.answers import Answers
from autograder.checks.exam import Exam
from autograder.checks.runs import Runs, is_run_by
from autograder.checks.submission import Caller, Submission
from autograder.checks.verdict import Quotes, Verdict, judged
from autograder.config import MAX_SECONDS, Settings, load_settings, shown
from autograder.errors import AutograderError, MalformedError
from autograder.execution.launchers import Launcher, PlainLauncher, launcher_for
from autograder.imports import keep_order
from autograder.model import Outcome
from autograder.notebook import read_course_notebook, read_submission, rebuild

__all__ = [
    "Desk",
    "NoTracebacks",
    "desk_of",
    "grade_id_for",
    "is_hidden",
    "is_on_each_device",
    "is_run_by",
    "seconds_of",
    "verdict_of",
]

_DESK = pytest.StashKey["Desk"]()
_VERDICT = pytest.StashKey[Verdict]()

#: The most that a mark may hold.
MAX_WEIGHT = 1_000_000
_MARKS = (
    "grade(grade_id): the grade cell that this check belongs to",
    "public: students have this check as a self-check",
    "device: runs on every device that the course grades on",
    "weight(number): share of the exercise's points; 1 unless said otherwise",
    "seconds(number): what one call may take, where the course's limit is shorter",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Called by pytest at its start."""
    group = parser.getgroup("autograder")
    group.addoption(
        "--submission",
        metavar="FILE",
        type=Path,
        help="grade this notebook instead of the source notebook's own solution",
    )
    group.addoption(
        "--device",
        choices=("cpu", "cuda"),
        default="cpu",
        help="where `device` checks run",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Called by pytest when options are known."""
    keep_order()  # checks and oracles may import both PyTorch and TensorFlow
    for mark in _MARKS:
        config.addinivalue_line("markers", mark)
    config.stash[_DESK] = Desk(config)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Called by pytest at its end: end the kernels that tests used."""
    if desk := config.stash.get(_DESK, None):
        desk.close()


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Called after collection: check the marks, put checks in the notebook's order."""
    try:
        for item in items:
            _require_grade(item)
    except AutograderError as error:
        raise pytest.UsageError(str(error)) from None
    checks = [item for item in items if grade_id_for(item)]
    if not checks:
        return
    desk = config.stash[_DESK]
    try:
        places = {item: desk.place_of(item) for item in checks}
        for item in checks:
            _require_weight(item)
            seconds_of(item)
        desk.read_submission()
    except AutograderError as error:
        raise pytest.UsageError(str(error)) from None
    first = items.index(checks[0])
    others = [item for item in items if item not in places]
    items[:] = [*others[:first], *sorted(checks, key=places.get), *others[first:]]  # type: ignore[arg-type]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Called by pytest after setup, call and teardown: judge what came of a check."""
    report = yield
    if grade_id_for(item):
        item.config.stash[_DESK].judge(item, call)
    return report


@pytest.fixture
def submission(request: pytest.FixtureRequest) -> Submission:
    """The submission at the position of the check's grade cell."""
    desk = request.config.stash[_DESK]
    return Submission(desk.exam_for(request.node))


@pytest.fixture
def rng(request: pytest.FixtureRequest) -> np.random.Generator:
    """A generator seeded by the course's secret and the check's name.

    Equal for all students, new for each course; PCG64 from 256 bits of SHA-256.
    """
    desk = request.config.stash[_DESK]
    secret = f"{desk.settings.seed}|{_assignment_of(request.node)}|{request.node.name}"
    digest = hashlib.sha256(secret.encode()).digest()
    return np.random.default_rng(int.from_bytes(digest, "big"))


@pytest.fixture
def device(request: pytest.FixtureRequest) -> str:
    """The device that `device` checks run on: "cpu" or "cuda"."""
    return str(request.config.getoption("--device"))


def desk_of(config: pytest.Config) -> Desk:
    """The desk of a pytest run, for the worker that serves submissions."""
    return config.stash[_DESK]


def verdict_of(item: pytest.Item) -> Verdict | None:
    """What came of a check in a plain pytest run; it may be in doubt."""
    return item.stash.get(_VERDICT, None)


def grade_id_for(item: pytest.Item) -> str | None:
    """The grade_id that a check belongs to; None for other tests."""
    mark = item.get_closest_marker("grade")
    return str(mark.args[0]) if mark and mark.args else None


def is_hidden(item: pytest.Item) -> bool:
    """Whether students don't have a check as a self-check."""
    return item.get_closest_marker("public") is None


def is_on_each_device(item: pytest.Item) -> bool:
    """Whether a check is asked on every device that the course grades on."""
    return item.get_closest_marker("device") is not None


def _assignment_of(item: pytest.Item) -> str:
    return item.path.parent.name


def _require_grade(item: pytest.Item) -> None:
    """Refuse a grade mark that names no grade cell."""
    mark = item.get_closest_marker("grade")
    if mark is None or (len(mark.args) == 1 and isinstance(mark.args[0], str)):
        return
    raise AutograderError(
        f"{item.nodeid}: pytest.mark.grade must name one grade cell, as in "
        'pytest.mark.grade("conv2d")'
    )


def _require_weight(item: pytest.Item) -> None:
    mark = item.get_closest_marker("weight")
    if mark:
        _number_of(mark, item, at_most=MAX_WEIGHT)


def seconds_of(item: pytest.Item) -> float:
    """What a check allows one call to take; 0 where it leaves that to the course."""
    mark = item.get_closest_marker("seconds")
    return _number_of(mark, item, at_most=MAX_SECONDS) if mark else 0.0


def _number_of(mark: pytest.Mark, item: pytest.Item, *, at_most: float) -> float:
    """The one number that a mark holds.

    Raises:
        AutograderError: It holds something else, or too large a one.
    """
    number: Any = mark.args[0] if len(mark.args) == 1 else None
    is_number = isinstance(number, int | float) and not isinstance(number, bool)
    if not is_number or not 0 < number < math.inf:
        raise AutograderError(
            f"{item.nodeid}: pytest.mark.{mark.name} must be a positive number, got "
            f"{number!r}"
        )
    if number > at_most:
        raise AutograderError(
            f"{item.nodeid}: pytest.mark.{mark.name} must be at most {at_most}, got "
            f"{number!r}"
        )
    return float(number)


class NoTracebacks:
    """A plugin for a run whose verdicts are all that is asked for.

    To draw a traceback, even none of its lines, takes longer than a check.
    """

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> pytest.TestReport | None:
        """Called by pytest instead of its own maker of reports."""
        if call.when == "collect":
            return None
        return pytest.TestReport(
            nodeid=item.nodeid,
            location=item.location,
            keywords={},
            outcome="failed" if call.excinfo else "passed",
            longrepr=None,
            when=call.when,
        )


class Desk:
    """Where exams lie while their checks run; who puts a check gets its verdict here.

    Attributes:
        exam: Set by a worker that serves submissions, and by the recorder of the
            self-check; None in a plain pytest run.
        launcher: Starts the source notebook's kernels where somebody has a warm one;
            cold ones when None, for there are few.
        answers: What is known of oracles and mistakes from the submissions before.
    """

    def __init__(self, config: pytest.Config) -> None:
        self.exam: Caller | None = None
        self.launcher: Launcher | None = None
        self._asked: Exam | None = None
        self.answers = Answers()
        self._config = config
        self._settings: Settings | None = None
        self._sources: dict[str, NotebookNode] = {}
        self._places: dict[str, dict[str | None, int]] = {}
        self._handed_in: NotebookNode | None = None
        self._runs: Runs | None = None
        self._stack = ExitStack()

    @property
    def settings(self) -> Settings:
        """The course that the tests belong to."""
        if self._settings is None:
            path = self._config.rootpath / "course_config.py"
            self._settings = load_settings(path)
        return self._settings

    def put(
        self, item: pytest.Item, *, following: pytest.Item | None = None
    ) -> Verdict:
        """Put a check; its verdict, which may be in doubt.

        Args:
            item: The check.
            following: The next one, which may use the same fixtures.
        """
        runtestprotocol(item, log=False, nextitem=following)
        verdict = item.stash[_VERDICT]
        del item.stash[_VERDICT]
        return verdict

    def judge(self, item: pytest.Item, call: pytest.CallInfo[None]) -> None:
        """Called after each phase of a check: what came of the check so far."""
        exam, is_first = self._asked, call.when == "setup"
        phase = judged(
            item,
            call,
            right=exam.right_answers() if exam else (),
            asked=exam.asked if exam else "" if is_first else None,
            quotes=self._quotes,
        )
        item.stash[_VERDICT] = phase if is_first else item.stash[_VERDICT].then(phase)
        if call.when == "teardown":
            self._asked = None

    @property
    def _quotes(self) -> Quotes:
        """What messages may repeat of the student's code."""
        if self.settings.show_text_after_hidden_checks:
            return Quotes.ALWAYS
        knows_hidden = self._asked is not None and self._asked.knows_hidden
        return Quotes.NEVER if knows_hidden else Quotes.PUBLIC

    def place_of(self, item: pytest.Item) -> tuple[str, int]:
        """Assignment and position of a check's grade cell.

        Raises:
            AutograderError: The source notebook has no such grade cell.
        """
        assignment, grade_id = _assignment_of(item), grade_id_for(item)
        if assignment not in self._places:
            cells = self._source(assignment).cells
            named = [(grade_id_of(cell), index) for index, cell in enumerate(cells)]
            # Of two cells of one name the first counts.
            self._places[assignment] = dict(reversed(named))
        places = self._places[assignment]
        if grade_id in places:
            return assignment, places[grade_id]
        known = ", ".join(filter(None, reversed(places)))
        raise AutograderError(
            f'{item.nodeid}: grade_id "{grade_id}" is no grade cell of '
            f"{shown(self._source_path(assignment))}. It has: {known}."
        )

    def read_submission(self) -> None:
        """Read the file that `--submission` names, if it is given.

        Raises:
            MalformedError: It is not a notebook that can be graded.
        """
        path: Path | None = self._config.getoption("--submission")
        if path is None:
            return
        try:
            most = self.settings.submission_max_mib
            self._handed_in = read_submission(path, max_mib=most)
        except MalformedError as error:
            raise MalformedError(f"--submission {path}: {error}") from None

    def exam_for(self, item: pytest.Item) -> Caller:
        """The exam at the position of a check; runs the notebook up to there."""
        exam = self.exam or self._own_exam(item)
        if isinstance(exam, Exam):
            self._asked = exam
            exam.answers = self.answers
            exam.asked = ""
            exam.call_timeout_s = seconds_of(item)
            exam.is_hidden = is_hidden(item)
        return exam

    def decided(
        self, items: Sequence[pytest.Item], verdicts: Sequence[Verdict]
    ) -> list[Verdict]:
        """Verdicts without doubt: see `verdict` for what is in doubt, and why.

        Args:
            items: Checks of one exercise that have been put.
            verdicts: What came of each.
        """
        doubtful = [
            item for item, each in zip(items, verdicts, strict=True) if each.blamed
        ]
        is_certain = not doubtful or self.is_of_source
        fit = set() if is_certain else self._passed_by_source(doubtful)
        return [
            replace(each, result=each.blamed, blamed=None)
            if each.blamed and item in fit
            else replace(each, blamed=None)
            for item, each in zip(items, verdicts, strict=True)
        ]

    def _passed_by_source(self, items: Sequence[pytest.Item]) -> set[pytest.Item]:
        """Those of some checks that the source's own solution passes, here and now."""
        before = self.exam, self._runs
        self.exam, self._runs = None, self._source_runs()
        try:
            verdicts = {item: self.put(item) for item in items}
        finally:
            self._runs.close()
            self.exam, self._runs = before
        return {
            item
            for item, each in verdicts.items()
            if each.result.outcome is Outcome.PASSED
        }

    def _own_exam(self, item: pytest.Item) -> Exam:
        """In a plain pytest run: the notebook's exam."""
        assignment, grade_id = _assignment_of(item), grade_id_for(item)
        if grade_id is None:
            raise pytest.UsageError(
                f'{item.nodeid}: uses `submission` without pytest.mark.grade("...")'
            )
        if self._runs is None:
            handed_in = self._handed_in
            self._runs = (
                self._handed_in_runs(handed_in) if handed_in else self._source_runs()
            )
        return self._runs.exam_for(assignment, grade_id)

    def close(self) -> None:
        """End every kernel of a plain pytest run."""
        if self._runs:
            self._runs.close()
        self._stack.close()

    @property
    def is_of_source(self) -> bool:
        """Whether a plain pytest run has the source's own solution as submission."""
        return self.exam is None and self._handed_in is None

    def _source_path(self, assignment: str) -> Path:
        where = self.settings.assignment(assignment)
        return where.source / where.notebook

    def _source(self, assignment: str) -> NotebookNode:
        if assignment not in self._sources:
            path = self._source_path(assignment)
            self._sources[assignment] = read_course_notebook(path)
        return self._sources[assignment]

    def _source_runs(self) -> Runs:
        """Kernels of the source notebooks; the course's own code needs no wall."""
        device = self._config.getoption("--device")
        return Runs(
            self.settings,
            device=device,
            notebook_of=self._source,
            launcher_of=lambda _: self.launcher or PlainLauncher(device=device),
        )

    def _handed_in_runs(self, handed_in: NotebookNode) -> Runs:
        """Kernels of the notebook that `--submission` names, behind the wall."""
        device = self._config.getoption("--device")

        handed_in = self._handed_in or NotebookNode()

        def notebook_of(assignment: str) -> NotebookNode:
            return rebuild(self._source(assignment), handed_in).notebook

        def launcher_of(assignment: str) -> Launcher:
            limits = self.settings.limits(assignment)
            launcher = launcher_for(self.settings.wall, limits, device=device)
            self._stack.callback(launcher.close)
            return launcher

        return Runs(
            self.settings,
            device=device,
            notebook_of=notebook_of,
            launcher_of=launcher_of,
        )
