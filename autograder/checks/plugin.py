"""pytest's side of grading: marks, fixtures, and a CheckResult for every test.

Owns: what `pytest tests/grading/<assignment>` means. Three ways lead here and give
equal verdicts: plain pytest (the source notebook's own solution is the submission),
pytest with `--submission FILE`, and `autograder grade`, which brings its own exam.
May not: give points or write anything.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Generator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from nbformat import NotebookNode

from autograder.checks.exam import Exam, grade_id_of
from autograder.checks.submission import Caller, Submission
from autograder.checks.verdict import Quotes, Verdict, judged
from autograder.config import Settings, load_settings, shown
from autograder.errors import AutograderError, MalformedError
from autograder.execution.launchers import Launcher, PlainLauncher, launcher_for
from autograder.execution.parameters import with_parameters
from autograder.execution.session import Session
from autograder.model import Outcome
from autograder.notebook import read_course_notebook, read_submission, rebuild
from autograder.sandbox import Box

__all__ = ["Desk", "NoTracebacks", "desk_of", "grade_id_for"]

_DESK = pytest.StashKey["Desk"]()
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
    checks = [item for item in items if grade_id_for(item)]
    if not checks:
        return
    desk = config.stash[_DESK]
    try:
        places = {item: desk.place_of(item) for item in checks}
        for item in checks:
            _require_weight(item)
            _seconds_of(item)
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
    """Called by pytest after setup, call and teardown: note what became of a check."""
    report = yield
    if grade_id_for(item):
        item.config.stash[_DESK].note(item, call)
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


def grade_id_for(item: pytest.Item) -> str | None:
    """The grade_id that a check belongs to; None for other tests."""
    mark = item.get_closest_marker("grade")
    return str(mark.args[0]) if mark and mark.args else None


def _assignment_of(item: pytest.Item) -> str:
    return item.path.parent.name


def _require_weight(item: pytest.Item) -> None:
    mark = item.get_closest_marker("weight")
    if mark is None:
        return
    weight: Any = mark.args[0] if mark.args else None
    is_number = isinstance(weight, int | float) and not isinstance(weight, bool)
    if not is_number or not 0 < weight < math.inf:
        raise AutograderError(
            f"{item.nodeid}: a weight of {weight!r} gives no share of the points. Give "
            "pytest.mark.weight a number above 0."
        )


def _seconds_of(item: pytest.Item) -> float:
    """What a check allows one call to take; 0 where it leaves that to the course."""
    mark = item.get_closest_marker("seconds")
    if mark is None:
        return 0.0
    seconds: Any = mark.args[0] if mark.args else None
    is_number = isinstance(seconds, int | float) and not isinstance(seconds, bool)
    if not is_number or not 0 < seconds < math.inf:
        raise AutograderError(
            f"{item.nodeid}: {seconds!r} seconds are no time for a call. Give "
            "pytest.mark.seconds a number above 0."
        )
    return float(seconds)


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
    """Where exams lie while their checks run, and the verdicts that came of them.

    Attributes:
        exam: Set by a worker that serves submissions, and by the recorder of the
            self-check; None in a plain pytest run.
        launcher: Starts the source notebook's kernels in a plain pytest run, where
            somebody has a warm one; cold ones when None, for there are few.
        verdicts: By item; filled by `note`.
    """

    def __init__(self, config: pytest.Config) -> None:
        self.exam: Caller | None = None
        self.launcher: Launcher | None = None
        self._asked: Exam | None = None
        self.verdicts: dict[pytest.Item, Verdict] = {}
        self._config = config
        self._settings: Settings | None = None
        self._sources: dict[str, NotebookNode] = {}
        self._handed_in: NotebookNode | None = None
        self._exams: dict[str, Exam] = {}
        self._stack = ExitStack()

    @property
    def settings(self) -> Settings:
        """The course that the tests belong to."""
        if self._settings is None:
            path = self._config.rootpath / "course_config.py"
            self._settings = load_settings(path)
        return self._settings

    def note(self, item: pytest.Item, call: pytest.CallInfo[None]) -> None:
        """Keep what a phase of a check showed; the first bad phase decides."""
        right = self._asked.right_answers() if self._asked else ()
        if call.when == "setup" or item not in self.verdicts:
            self.verdicts[item] = judged(item, call, right=right, quotes=self._quotes)
            return
        before = self.verdicts[item]
        verdict, seconds = before, before.result.seconds
        if before.result.outcome is Outcome.PASSED:
            verdict = judged(item, call, seconds=seconds, quotes=self._quotes)
        self.verdicts[item] = replace(verdict, right=before.right + right)

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
        cells = self._source(assignment).cells
        for index, cell in enumerate(cells):
            if grade_id_of(cell) == grade_id:
                return assignment, index
        known = ", ".join(filter(None, map(grade_id_of, cells)))
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
            exam.call_timeout_s = _seconds_of(item)
            exam.is_hidden = item.get_closest_marker("public") is None
        return exam

    def _own_exam(self, item: pytest.Item) -> Exam:
        """In a plain pytest run: the notebook's exam."""
        assignment, grade_id = _assignment_of(item), grade_id_for(item)
        if grade_id is None:
            raise pytest.UsageError(
                f'{item.nodeid}: uses `submission` without pytest.mark.grade("...")'
            )
        exam = self._exams.get(assignment)
        index = self._position(exam, grade_id) if exam else None
        if exam is None or index is None or exam.session.position > index:
            exam = self._exams[assignment] = self._open(assignment)
            index = self._position(exam, grade_id) or 0
        exam.session.advance(index)
        exam.turn_to(grade_id, index)
        return exam

    def close(self) -> None:
        """End every kernel of a plain pytest run."""
        self._stack.close()

    def _position(self, exam: Exam, grade_id: str) -> int | None:
        for index, cell in enumerate(exam.session.notebook.cells):
            if grade_id_of(cell) == grade_id:
                return index
        return None

    def _source_path(self, assignment: str) -> Path:
        folder = self.settings.source_directory
        return folder / assignment / f"{assignment}.ipynb"

    def _source(self, assignment: str) -> NotebookNode:
        if assignment not in self._sources:
            path = self._source_path(assignment)
            self._sources[assignment] = read_course_notebook(path)
        return self._sources[assignment]

    def _launcher(self, assignment: str) -> Launcher:
        """Starts the kernels of a plain pytest run."""
        device = self._config.getoption("--device")
        if self._handed_in is None:
            return self.launcher or PlainLauncher(device=device)
        limits = self.settings.limits(assignment)
        launcher = launcher_for(self.settings.wall, limits, device=device)
        self._stack.callback(launcher.close)
        return launcher

    def _open(self, assignment: str) -> Exam:
        """Start the run of the notebook that is under test."""
        settings, device = self.settings, self._config.getoption("--device")
        notebook = self._source(assignment)
        if self._handed_in is not None:
            notebook = rebuild(notebook, self._handed_in).notebook
        box = self._stack.enter_context(Box())
        release = settings.release_directory / assignment
        if release.is_dir():
            box.copy_in(release, leave_out=("*.ipynb",))
        session = Session(
            with_parameters(notebook, {"DEVICE": device}),
            box,
            limits=settings.limits(assignment),
            launcher=self._launcher(assignment),
            counts=counts_for(settings),
        )
        return Exam(self._stack.enter_context(session))


def counts_for(settings: Settings) -> Callable[[NotebookNode], bool]:
    """Which cells are run when grading: all but grade cells and the source's pictures.

    The tags are the source's: a submission's own never get here.
    """
    skipped = set(settings.skip_tags)

    def counts(cell: NotebookNode) -> bool:
        tags = cell.metadata.get("tags", [])
        return grade_id_of(cell) is None and skipped.isdisjoint(tags)

    return counts
