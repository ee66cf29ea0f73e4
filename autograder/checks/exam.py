"""One notebook being examined: calls go out, what happened comes back.

Owns: which exercise is on, why a name is missing, and how much patience an exercise
gets. May not: compare or give points.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from nbformat import NotebookNode

from autograder.checks.misconceptions import Agreement
from autograder.execution.novalue import CallTimedOut, KernelDied, NotDefined, NoValue
from autograder.execution.remote import Reply, Target
from autograder.execution.session import CellFailure, Session
from autograder.model import Outcome

__all__ = ["CellFailed", "Exam", "OutOfPatience", "grade_id_of"]

#: Calls of one exercise that may hang or end the kernel before the rest is left out.
PATIENCE = 2


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


def grade_id_of(cell: NotebookNode) -> str | None:
    """The grade_id of an automatic grade cell, else None."""
    grader = cell.metadata.get("nbgrader", {})
    is_check = grader.get("grade") and not grader.get("solution")
    return str(grader["grade_id"]) if is_check else None


class Exam:
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
        self.call_timeout_s = 0.0
        self.asked = ""
        self.is_hidden = False
        self.knows_hidden = False
        self._early = 0
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
        self._grade_id, self._lost = grade_id, 0
        cells = self._session.notebook.cells[:index]
        earlier = [at for at, cell in enumerate(cells) if grade_id_of(cell)]
        self._first = earlier[-1] + 1 if earlier else 0

    def call(
        self,
        target: Target,
        args: Sequence[Any],
        kwargs: dict[str, Any],
        *,
        forbidden: Sequence[str],
    ) -> Reply:
        """Call a function of the notebook, as `Caller` says."""
        self._begin_call(target)
        try:
            return self._session.remote.call(
                target,
                args,
                kwargs,
                timeout_s=self._timeout_s,
                forbidden=forbidden,
            )
        except NoValue as reason:
            raise self._explained(target, reason) from None

    def gradient(
        self,
        target: Target,
        args: Sequence[Any],
        kwargs: dict[str, Any],
        *,
        cotangent: np.ndarray | None,
        forbidden: Sequence[str],
    ) -> Any:
        """Differentiate through a function of the notebook, as `Caller` says."""
        self._begin_call(target)
        try:
            return self._session.remote.gradient(
                target,
                args,
                kwargs,
                cotangent=cotangent,
                timeout_s=self._timeout_s,
                forbidden=forbidden,
            )
        except NoValue as reason:
            raise self._explained(target, reason) from None

    def heard(self, function: str, right: Agreement) -> None:
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
        if self.is_hidden and not self.knows_hidden:
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
            self._lost += 1
        if isinstance(reason, NotDefined):
            failures = self._session.failures
            own = [at for at in failures if self._first <= at < self._session.position]
            if own:
                last = own[-1]
                is_early = not self.knows_hidden or last < self._early
                reason = CellFailed(target.name, failures[last], is_early=is_early)
        reason.function = str(target)
        return reason
