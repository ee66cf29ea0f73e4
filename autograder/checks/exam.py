"""One notebook being examined: calls go out, what happened comes back.

Owns: which exercise is on, why a name is missing, and how much patience an exercise
gets. May not: compare or give points.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np

from autograder.cellkinds import grade_id_of
from autograder.checks.answers import Answers
from autograder.checks.misconceptions import Agreement
from autograder.checks.submission import Caller
from autograder.execution.novalue import (
    CallTimedOut,
    KernelDied,
    NotDefined,
    NoValue,
    OutOfMemory,
    StudentRaised,
)
from autograder.execution.remote import Call, Reply, Target
from autograder.execution.session import CellFailure, Ending, Session
from autograder.model import Outcome

__all__ = ["CellFailed", "Exam", "OutOfPatience"]

T = TypeVar("T")

#: Calls of one exercise that may hang or end the kernel before the rest is left out.
PATIENCE = 2

#: How often one check is put at most: see `Exam.put`.
_TRIES = 3


class CellFailed(NoValue):
    """The cell that was to define a name did not run to its end.

    Args:
        name: What was to be defined.
        failure: How the cell ended.
        is_early: The cell was run before any hidden check, so that its words can't
            repeat one's inputs.
    """

    def __init__(self, name: str, failure: CellFailure, *, is_early: bool) -> None:
        self.outcome = failure.outcome
        self._is_early = is_early
        super().__init__(f"is not defined, because {failure.message}")

    @property
    def summary(self) -> str:
        """All of it where the cell could not know a hidden input."""
        if self._is_early:
            return str(self)
        return "is not defined, because its cell did not run to its end"


class OutOfPatience(NoValue):
    """Earlier calls of this exercise hung or ended the kernel too often."""

    outcome = Outcome.NOT_RUN

    @property
    def summary(self) -> str:
        """All of it: the words are ours."""
        return str(self)


class Exam(Caller):
    """Answers the proxy's calls for the exercise that is on.

    Args:
        session: The notebook's kernel.

    Attributes:
        call_timeout_s: Seconds that one call may take where the course's limit is
            shorter, such as a call that trains a network.
        asked: The function that was asked last; whoever begins a check clears it.
        is_hidden: The check that is on is a hidden one.
        knows_hidden: A hidden check has called the student's code. Whatever that says
            from then on may repeat hidden inputs.
    """

    def __init__(self, session: Session) -> None:
        self.answers = Answers()
        self.call_timeout_s = 0.0
        self.asked = ""
        self.is_hidden = False
        self.knows_hidden = False
        self._early = 0
        self._is_put = False
        self._questions = self._doubt = 0
        self._right: list[tuple[str, Agreement]] = []
        self._session = session
        self._first = 0
        self._lost = 0
        self._grade_id = ""

    @property
    def session(self) -> Session:
        """The notebook's kernel, for those who move it on."""
        return self._session

    def turn_to(self, grade_id: str, index: int) -> None:
        """Begin the exercise whose grade cell is at `index`, or stay with it."""
        if grade_id == self._grade_id:
            return
        self._session.begin_exercise()
        self._grade_id, self._lost = grade_id, 0
        cells = self._session.notebook.cells[:index]
        earlier = [at for at, cell in enumerate(cells) if grade_id_of(cell)]
        self._first = earlier[-1] + 1 if earlier else 0

    def pass_by(self, *, has_hidden: bool) -> None:
        """Leave an exercise unasked, and be as secretive as if it had been asked.

        Args:
            has_hidden: Whether it has hidden checks.
        """
        if has_hidden:
            self._note_hidden()

    def put_all(self, asks: Sequence[Callable[[], T]]) -> list[T]:
        """Put the checks of one exercise.

        Where only its later ones show that one of its cells ends the kernel, and so is
        left out from then on, all are put again: how many were answered before the end
        came is chance.
        """
        before = self._lethal_cells()
        answers = [self.put(ask) for ask in asks]
        if self._lethal_cells() != before:
            self._lost = 0
            answers = [self.put(ask) for ask in asks]
        return answers

    def _lethal_cells(self) -> set[int]:
        """The exercise's own cells that ended or hung a kernel."""
        return {
            at
            for at, failure in self._session.failures.items()
            if self._first <= at < self._session.position and failure.ending.is_lethal
        }

    def put(self, ask: Callable[[], T]) -> T:
        """Put one check; again in a clean kernel where the answer may be another's.

        A call that ends the kernel, hangs or finds no room may suffer from what was
        run before it: a timer, a lock, memory that is full. So what counts is what it
        does in a kernel that nobody else was asked in. Where a cell has left something
        behind, a kernel may end of that once more; the third answer stands.
        """
        answer = self._put(ask)
        for _ in range(_TRIES - 1):
            if not self._doubt:
                return answer
            self._session.renew()
            if not (self._questions or self._session.has_suspects):
                break
            answer = self._put(ask)
        self._lost += self._doubt
        self._doubt = 0
        return answer

    def _put(self, ask: Callable[[], T]) -> T:
        self._questions, self._doubt = self._session.questions, 0
        self._is_put = True
        try:
            return ask()
        finally:
            self._is_put = False

    def call(self, call: Call) -> Reply:
        """Call a function of the notebook, as `Caller` says."""
        self._begin_call(call.target)
        try:
            return self._session.remote.call(call, timeout_s=self._timeout_s)
        except NoValue as reason:
            raise self._explained(call.target, reason) from None

    def gradient(self, call: Call, *, cotangent: np.ndarray | None) -> Any:
        """Differentiate through a function of the notebook, as `Caller` says."""
        self._begin_call(call.target)
        try:
            return self._session.remote.gradient(
                call, cotangent=cotangent, timeout_s=self._timeout_s
            )
        except NoValue as reason:
            raise self._explained(call.target, reason) from None

    def note_right(self, function: str, right: Agreement) -> None:
        """Take note of an answer that was right, as `Caller` says."""
        self._right.append((function, right))

    def right_answers(self) -> tuple[tuple[str, Agreement], ...]:
        """Functions and what they answered right, since this was last asked."""
        right, self._right = self._right, []
        return tuple(right)

    @property
    def _timeout_s(self) -> float:
        return max(self._session.limits.call_timeout_s, self.call_timeout_s)

    def _begin_call(self, target: Target) -> None:
        """Refuse a call that would only be lost; note one that tells hidden inputs."""
        self.asked = str(target)
        self._require_patience()
        if self.is_hidden:
            self._note_hidden()

    def _note_hidden(self) -> None:
        """From now on the student's code may know a hidden check's inputs."""
        if not self.knows_hidden:
            self.knows_hidden, self._early = True, self._session.position

    def _require_patience(self) -> None:
        if self._lost >= PATIENCE:
            raise OutOfPatience(
                f"was not asked again: {PATIENCE} calls of this exercise had hung "
                "or ended the kernel"
            )

    def _explained(self, target: Target, reason: NoValue) -> NoValue:
        """The reason, with the failing cell behind it where there is one."""
        if isinstance(reason, CallTimedOut | KernelDied):
            self._session.require_sound()
        if self._is_put and self._is_doubtful(reason):
            self._doubt += 1
        elif isinstance(reason, CallTimedOut | KernelDied):
            self._lost += 1
        if isinstance(reason, NotDefined):
            failures = self._session.failures
            own = [
                at
                for at, failure in failures.items()
                if self._first <= at < self._session.position
                and failure.ending is not Ending.LEFT
            ]
            if own:
                last = own[-1]
                is_early = not self.knows_hidden or last < self._early
                reason = CellFailed(target.name, failures[last], is_early=is_early)
        reason.function = str(target)
        return reason

    def _is_doubtful(self, reason: NoValue) -> bool:
        """Whether a call may have had no answer because of what was run before it."""
        match reason:
            case KernelDied():
                return True
            case CallTimedOut():
                is_shared = self._questions > 0 or self._session.has_suspects
                return is_shared and not reason.was_busy
            case OutOfMemory():
                return self._questions > 0
            case StudentRaised():
                return self._questions > 0 and self._session.is_filling()
            case _:
                return False
