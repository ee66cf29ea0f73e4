"""One notebook under examination: why a name is missing, and how much patience."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell

from autograder.cellkinds import grade_id_of
from autograder.checks.exam import CellFailed, Exam, OutOfPatience
from autograder.config import Limits
from autograder.errors import KernelError
from autograder.execution.novalue import (
    BrokenGraph,
    CallTimedOut,
    KernelDied,
    NotDefined,
    NoValue,
    OutOfMemory,
    StudentRaised,
)
from autograder.execution.remote import Call, Reply, Target
from autograder.execution.session import CellFailure, Ending
from autograder.model import Outcome


def code(grade_id: str | None = None, **flags: Any) -> Any:
    grader = {"grade_id": grade_id, "grade": False, "solution": False, **flags}
    return new_code_cell("pass", metadata={"nbgrader": grader} if grade_id else {})


#: Two exercises: cells 0 to 2 and 3 to 5.
CELLS = [
    code(),
    code("first_solution", solution=True),
    code("first", grade=True),
    code(),
    code("second_solution", solution=True),
    code("second", grade=True),
]


class FakeSession:
    """A kernel that answers every call alike."""

    def __init__(self, answer: Any, *failures: CellFailure) -> None:
        self.answer = answer
        self.calls = 0
        self.is_sound = True
        self.limits = Limits(call_timeout_s=3)
        self.failures = {failure.index: failure for failure in failures}
        self.notebook = SimpleNamespace(cells=CELLS)
        self.position = 0
        self.remote = SimpleNamespace(call=self._answer, gradient=self._answer)
        self.questions = 0
        self.renewals = 0
        self.has_suspects = self.is_full = False
        self.is_better = False

    def _answer(self, target: Target, *args: Any, **options: Any) -> Any:
        self.timeout_s = options["timeout_s"]
        self.calls += 1
        self.questions += 1
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def begin_exercise(self) -> None:
        pass

    def is_filling(self) -> bool:
        return self.is_full

    def renew(self) -> None:
        self.renewals += 1
        self.questions = 0
        if self.is_better:
            self.answer = Reply(7, ())

    def require_sound(self) -> None:
        if not self.is_sound:
            raise KernelError("our fork server is gone")


def examined(session: FakeSession, grade_id: str = "second") -> Exam:
    index = [grade_id_of(cell) for cell in CELLS].index(grade_id)
    session.position = index
    exam = Exam(session)
    exam.turn_to(grade_id, index)
    return exam


def ask(exam: Exam, how: str = "call") -> Any:
    more = {} if how == "call" else {"cotangent": None}
    return getattr(exam, how)(Call(Target("f")), **more)


def failure(index: int, outcome: Outcome = Outcome.RAISED) -> CellFailure:
    return CellFailure(index, Ending.RAISED, f"NameError in {index}", outcome)


def test_only_automatic_grade_cells_have_an_exercise():
    manual = new_markdown_cell(
        "", metadata={"nbgrader": {"grade_id": "m", "grade": True, "solution": True}}
    )
    assert [grade_id_of(cell) for cell in [*CELLS, manual]] == [
        *(None, None, "first"),
        *(None, None, "second"),
        None,
    ]


def test_an_answer_is_handed_on():
    reply = Reply(value=3, after=())
    assert ask(examined(FakeSession(reply))) is reply


@pytest.mark.parametrize("how", ["call", "gradient"])
@pytest.mark.parametrize(("wanted", "given"), [(0, 3), (2, 3), (30, 30)])
def test_a_check_can_lengthen_the_courses_limit_and_not_shorten_it(how, wanted, given):
    session = FakeSession(Reply(value=3, after=()))
    exam = examined(session)
    exam.call_timeout_s = wanted
    ask(exam, how)
    assert session.timeout_s == given


@pytest.mark.parametrize("how", ["call", "gradient"])
def test_what_happened_instead_says_in_which_function(how):
    error = StudentRaised(("KeyError",), "k", "")
    with pytest.raises(StudentRaised) as caught:
        ask(examined(FakeSession(error)), how)
    assert caught.value.function == "f"


class TestMissingName:
    @staticmethod
    def reason(session: FakeSession) -> Exception:
        with pytest.raises((NotDefined, CellFailed)) as caught:
            ask(examined(session))
        assert caught.value.function == "f"
        return caught.value

    def test_the_cell_that_failed_is_the_reason(self):
        reason = self.reason(FakeSession(NotDefined("f is not defined"), failure(4)))
        assert str(reason) == "is not defined, because NameError in 4"
        assert reason.outcome is Outcome.RAISED

    def test_its_outcome_is_the_cells(self):
        session = FakeSession(NotDefined(""), failure(4, Outcome.TIMED_OUT))
        assert self.reason(session).outcome is Outcome.TIMED_OUT

    def test_of_several_the_last_one_speaks(self):
        session = FakeSession(NotDefined(""), failure(3), failure(4))
        assert str(self.reason(session)) == "is not defined, because NameError in 4"

    def test_a_cell_of_another_exercise_is_no_reason(self):
        reason = self.reason(FakeSession(NotDefined("f is not defined"), failure(1)))
        assert isinstance(reason, NotDefined)
        assert reason.outcome is Outcome.NOT_RUN

    def test_without_a_failure_the_name_was_never_written(self):
        assert str(self.reason(FakeSession(NotDefined("f is not defined")))) == (
            "f is not defined"
        )

    def test_a_failed_cell_does_not_explain_a_name_that_is_there(self):
        with pytest.raises(StudentRaised):
            ask(examined(FakeSession(StudentRaised((), "", "")), grade_id="second"))


class TestPatience:
    @pytest.mark.parametrize(
        "error",
        [CallTimedOut("gave no answer"), KernelDied(0)],
        ids=["hangs", "ends the kernel"],
    )
    @pytest.mark.parametrize("how", ["call", "gradient"])
    def test_ends_after_two_lost_calls(self, error, how):
        session = FakeSession(error)
        exam = examined(session)
        for _ in range(2):
            with pytest.raises(type(error)):
                ask(exam, how)
        with pytest.raises(OutOfPatience) as caught:
            ask(exam, how)
        assert session.calls == 2
        assert caught.value.outcome is Outcome.NOT_RUN
        assert str(caught.value) == (
            "was not asked again: 2 calls of this exercise had hung or ended the kernel"
        )

    @pytest.mark.parametrize(
        "error",
        [StudentRaised((), "", ""), BrokenGraph(""), NotDefined("")],
        ids=lambda error: type(error).__name__,
    )
    def test_is_not_lost_by_what_costs_no_time(self, error):
        session = FakeSession(error)
        exam = examined(session)
        for _ in range(5):
            with pytest.raises(type(error)):
                ask(exam)
        assert session.calls == 5

    def test_is_new_for_each_exercise(self):
        session = FakeSession(KernelDied(0))
        exam = examined(session, "first")
        for _ in range(2):
            with pytest.raises(KernelDied):
                ask(exam)
        exam.turn_to("first", 2)  # still the same one
        with pytest.raises(OutOfPatience):
            ask(exam)
        exam.turn_to("second", 5)
        with pytest.raises(KernelDied):
            ask(exam)

    def test_a_kernel_lost_by_our_fault_is_not_the_students(self):
        session = FakeSession(KernelDied(-9))
        exam = examined(session)
        session.is_sound = False
        with pytest.raises(KernelError, match="our fork server is gone"):
            ask(exam)


# --- whose fault it is ----------------------------------------------------------------


def outcome_of(exam: Exam) -> Any:
    """What a check that asks one call comes to."""
    try:
        return ask(exam).value
    except NoValue as reason:
        return str(reason)


IDLE = CallTimedOut("gave no answer within 3 s (the limit for one call)")

#: Reasons that an earlier call may be to blame for.
DOUBTFUL = [
    pytest.param(KernelDied(0), id="the kernel died"),
    pytest.param(IDLE, id="the call waited for something"),
    pytest.param(OutOfMemory("ran out of memory"), id="there was no memory"),
]


@pytest.mark.parametrize("reason", DOUBTFUL)
def test_where_another_call_was_first_the_answer_of_a_clean_kernel_counts(reason):
    session = FakeSession(reason)
    exam = examined(session)
    session.questions, session.is_better = 1, True
    assert exam.put(lambda: outcome_of(exam)) == 7
    assert (session.calls, session.renewals) == (2, 1)


@pytest.mark.parametrize("reason", DOUBTFUL)
def test_a_call_that_fails_by_itself_is_asked_once_more_at_most(reason):
    session = FakeSession(reason)
    exam = examined(session)
    session.questions = 1
    assert exam.put(lambda: outcome_of(exam)) == str(reason)
    assert session.calls == 2


def test_the_first_call_in_a_kernel_that_no_cell_has_spoiled_is_asked_once():
    session = FakeSession(KernelDied(0))
    exam = examined(session)
    assert exam.put(lambda: outcome_of(exam)) == "ended the kernel (exit code 0)"
    assert session.calls == 1


def test_a_call_that_was_busy_all_the_time_is_asked_once():
    busy = CallTimedOut("gave no answer")
    busy.was_busy = True
    session = FakeSession(busy)
    exam = examined(session)
    session.questions = 1
    assert exam.put(lambda: outcome_of(exam)) == "gave no answer"
    assert (session.calls, session.renewals) == (1, 0)


@pytest.mark.parametrize("is_full", [True, False])
def test_an_exception_is_doubted_only_where_calls_have_filled_the_box(is_full):
    session = FakeSession(StudentRaised(["OSError"], "no space left", ""))
    exam = examined(session)
    session.questions, session.is_full, session.is_better = 1, is_full, True
    told = 7 if is_full else "raised OSError: no space left"
    assert exam.put(lambda: outcome_of(exam)) == told


def test_what_cells_have_left_behind_may_end_a_clean_kernel_too():
    session = FakeSession(KernelDied(0))
    exam = examined(session)
    session.has_suspects = True
    assert exam.put(lambda: outcome_of(exam)) == "ended the kernel (exit code 0)"
    assert session.calls == 3, "three times, and then it stands"


def test_two_checks_that_end_their_own_kernel_leave_the_rest_out():
    session = FakeSession(KernelDied(0))
    exam = examined(session)
    told = exam.put_all([lambda: outcome_of(exam)] * 3)
    assert told[:2] == ["ended the kernel (exit code 0)"] * 2
    assert told[2].startswith("was not asked again")


def test_all_checks_are_put_again_when_one_shows_that_a_cell_is_left_out():
    session = FakeSession(Reply(7, ()))
    exam = examined(session)

    def reveal() -> str:
        at = 4
        session.failures[at] = CellFailure(at, Ending.DIED, "it ended", Outcome.RAISED)
        return "revealed"

    before = session.calls
    answers = exam.put_all([lambda: outcome_of(exam), reveal])
    assert answers == [7, "revealed"]
    assert session.calls - before == 2


def test_a_cell_that_called_exit_is_no_reason_for_a_missing_name():
    left = CellFailure(3, Ending.LEFT, "the cell called exit()", Outcome.RAISED)
    exam = examined(FakeSession(NotDefined("f is not defined"), left))
    assert outcome_of(exam) == "f is not defined"
