"""From what pytest saw to a CheckResult, and the naming of mistakes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from autograder.checks.failure import CheckFailed, Suspect
from autograder.checks.misconceptions import Agreement, Misconception
from autograder.checks.verdict import Quotes, Verdict, judged, settle
from autograder.comparison import Mismatch, Tolerance
from autograder.execution.novalue import (
    BadReply,
    BrokenGraph,
    CallTimedOut,
    DeviceMissing,
    ForbiddenCall,
    KernelDied,
    NotDefined,
    NotWritten,
    NoValue,
    OutOfMemory,
    StudentRaised,
)
from autograder.model import CheckResult, Outcome

SECRET = "the hidden input"
EXACT = Tolerance(rtol=0, atol=0)
A, B = Suspect("a", "hint of a"), Suspect("b", "hint of b")


def item(*marks: pytest.Mark) -> Any:
    """A check with these marks."""
    by_name = {mark.name: mark for mark in marks}
    return SimpleNamespace(name="test_it[3]", get_closest_marker=by_name.get)


def verdict_on(
    error: BaseException | None,
    *marks: pytest.Mark,
    quotes: Quotes = Quotes.PUBLIC,
) -> Verdict:
    excinfo = error and SimpleNamespace(value=error)
    phase: Any = SimpleNamespace(excinfo=excinfo, duration=0.5)
    return judged(item(*marks), phase, quotes=quotes)


public = pytest.mark.public.mark


def failed(reason: str = "the result has wrong values") -> CheckFailed:
    mismatch = Mismatch(kind="values", message=reason, got="7", expected="8")
    return CheckFailed("f", reason, mismatch=mismatch)


def named(error: Any, function: str = "f") -> Any:
    error.function = function
    return error


class TestThen:
    """A check has three phases: its fixtures', its own, and their end."""

    def test_phases_that_pass_add_their_seconds(self):
        whole = verdict_on(None).then(verdict_on(None)).then(verdict_on(None))
        assert (whole.result.outcome, whole.result.seconds) == (Outcome.PASSED, 1.5)

    def test_the_first_bad_phase_decides_and_ends_the_count(self):
        bad, worse = verdict_on(failed()), verdict_on(named(NotWritten("")))
        whole = verdict_on(None).then(bad).then(worse)
        assert whole.result == replace(bad.result, seconds=1.0)

    def test_a_fault_in_doubt_stays_in_doubt(self):
        check: Any = SimpleNamespace(excinfo=SimpleNamespace(value=KeyError("x")))
        check.duration = 0.5
        doubtful = judged(item(), check, asked="f")
        whole = verdict_on(None).then(doubtful).then(verdict_on(None))
        assert doubtful.blamed
        assert whole.blamed == replace(doubtful.blamed, seconds=1.0)

    def test_right_answers_of_all_phases_are_kept(self):
        first, last = ((name, Agreement((), 1.0, EXACT, (), {})) for name in "fg")
        bad = replace(verdict_on(failed()), right=(first,))
        assert bad.then(Verdict(bad.result, right=(last,))).right == (first, last)


class TestJudged:
    def test_nothing_raised_is_passed(self):
        assert verdict_on(None).result == CheckResult(
            name="test_it[3]", public=False, outcome=Outcome.PASSED, seconds=0.5
        )

    def test_what_was_answered_right_is_kept(self):
        right = (("f", Agreement((), 1.0, EXACT, (), {})),)
        phase: Any = SimpleNamespace(excinfo=None, duration=0.5)
        assert judged(item(), phase, right=right).right == right

    def test_marks_say_public_and_weight(self):
        result = verdict_on(None, public, pytest.mark.weight(2.5).mark).result
        assert (result.public, result.weight) == (True, 2.5)

    def test_a_public_check_shows_values_and_a_hidden_one_does_not(self):
        shown, hidden = verdict_on(failed(), public), verdict_on(failed())
        whole = "f: the result has wrong values\n  got       7\n  expected  8"
        assert shown.result.message == shown.result.detail == whole
        assert hidden.result.message == "f: the result has wrong values"
        assert hidden.result.detail == whole
        assert shown.result.outcome is hidden.result.outcome is Outcome.FAILED

    @pytest.mark.parametrize(
        ("error", "outcome", "hidden", "shown"),
        [
            (
                named(NotWritten("")),
                Outcome.NOT_RUN,
                "f is not written yet",
                "f is not written yet",
            ),
            (
                named(NotDefined("is not defined")),
                Outcome.NOT_RUN,
                "f is not defined",
                "f is not defined",
            ),
            (
                named(NotDefined("f is not defined")),
                Outcome.NOT_RUN,
                "f is not defined",
                "f is not defined",
            ),
            (
                named(StudentRaised(("KeyError",), SECRET, "x[k]")),
                Outcome.RAISED,
                "f raised KeyError",
                f"f raised KeyError: {SECRET}\n  at        x[k]",
            ),
            (
                named(StudentRaised((f"{SECRET}!",), "", "")),
                Outcome.RAISED,
                "f raised an exception",
                f"f raised {SECRET}!",
            ),
            (
                named(OutOfMemory(f"ran out of memory: {SECRET}")),
                Outcome.EXHAUSTED,
                "f ran out of memory",
                f"f ran out of memory: {SECRET}",
            ),
            (
                named(BadReply(f"returned what is not an answer: {SECRET}")),
                Outcome.RAISED,
                "f returned what is not an answer",
                f"f returned what is not an answer: {SECRET}",
            ),
            (
                named(CallTimedOut("gave no answer within 3 s")),
                Outcome.TIMED_OUT,
                "f gave no answer within 3 s",
                "f gave no answer within 3 s",
            ),
            (
                named(KernelDied(0)),
                Outcome.RAISED,
                "f ended the kernel",
                "f ended the kernel (exit code 0)",
            ),
            (
                named(KernelDied(-9)),
                Outcome.EXHAUSTED,
                "f ended the kernel (signal 9, SIGKILL)",
                "f ended the kernel (signal 9, SIGKILL)",
            ),
            (
                DeviceMissing("PyTorch sees no CUDA device"),
                Outcome.UNGRADED,
                "PyTorch sees no CUDA device",
                "PyTorch sees no CUDA device",
            ),
        ],
        ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
    )
    def test_no_answer(self, error, outcome, hidden, shown):
        one, other = verdict_on(error), verdict_on(error, public)
        assert one.result.outcome is other.result.outcome is outcome
        assert (one.result.message, other.result.message) == (hidden, shown)
        assert one.result.detail == other.result.detail == shown

    @pytest.mark.parametrize(
        ("error", "short"),
        [
            (failed(), "f: the result has wrong values"),
            (named(StudentRaised(("KeyError",), SECRET, "")), "f raised KeyError"),
            (AssertionError(SECRET), "the check refused it"),
        ],
        ids=["answer", "exception", "assertion"],
    )
    def test_after_a_hidden_check_a_public_one_quotes_nothing(self, error, short):
        verdict = verdict_on(error, public, quotes=Quotes.NEVER)
        assert verdict.result.message == short
        assert verdict.result.detail not in ("", short)

    def test_a_course_can_release_what_the_code_says(self):
        raised = named(StudentRaised(("MyError",), "x", ""))
        assert verdict_on(raised).result.message == "f raised an exception"
        told = verdict_on(raised, quotes=Quotes.ALWAYS).result.message
        assert told == "f raised MyError: x"
        # Values that a hidden check expects are never shown.
        told = verdict_on(failed(), quotes=Quotes.ALWAYS).result.message
        assert told == "f: the result has wrong values"

    @pytest.mark.parametrize(
        "error",
        [
            NotDefined(SECRET),
            NotWritten(SECRET),
            StudentRaised((SECRET,), SECRET, SECRET),
            ForbiddenCall(SECRET),
            BrokenGraph(SECRET),
            OutOfMemory(SECRET),
            BadReply(SECRET),
            DeviceMissing(SECRET),
            NoValue(SECRET),
        ],
        ids=lambda error: type(error).__name__,
    )
    def test_whatever_the_kernel_says_a_hidden_message_is_ours(self, error):
        result = verdict_on(named(error)).result
        assert SECRET not in result.message
        assert SECRET in result.detail

    def test_no_text_of_an_exception_reaches_a_hidden_message(self):
        errors = [
            StudentRaised((SECRET, "ValueError"), SECRET, SECRET),
            OutOfMemory(SECRET),
            BadReply(SECRET),
            AssertionError(SECRET),
            RuntimeError(SECRET),
        ]
        assert not any(SECRET in verdict_on(each).result.message for each in errors)
        assert all(SECRET in verdict_on(each).result.detail for each in errors)

    def test_a_plain_assertion_refuses_without_values_where_hidden(self):
        error = AssertionError("assert 3 == 4\n  where ...")
        assert verdict_on(error).result.message == "the check refused it"
        assert verdict_on(error, public).result.message == "assert 3 == 4"
        assert verdict_on(error).result.detail == "assert 3 == 4\n  where ..."
        assert verdict_on(error).result.outcome is Outcome.FAILED

    @pytest.mark.parametrize(
        "error",
        [
            ZeroDivisionError("in the oracle"),
            MemoryError("ours"),
            pytest.skip.Exception("no runner"),
            SystemExit(3),
        ],
        ids=lambda error: type(error).__name__,
    )
    def test_any_other_exception_is_our_fault(self, error):
        result = verdict_on(error, public).result
        assert result.outcome is Outcome.UNGRADED
        assert result.message == (
            "this check could not be run, through no fault of yours; your instructor "
            "will see it"
        )
        assert result.detail == f"{type(error).__name__}: {error}"


class TestSettle:
    @staticmethod
    def wrong(*suspects: Suspect, function: str = "f") -> Verdict:
        result = CheckResult("t", False, Outcome.FAILED, message="m", detail="d")
        return Verdict(result, function, suspects, is_compared=True)

    right = Verdict(CheckResult("t", False, Outcome.PASSED))

    @staticmethod
    def names(*verdicts: Verdict) -> list[str | None]:
        return [result.misconception for result in settle(verdicts)]

    def test_a_mistake_that_explains_all_is_named_everywhere(self):
        assert self.names(self.wrong(A), self.wrong(A)) == ["a", "a"]

    def test_its_hint_goes_to_student_and_instructor(self):
        (result,) = settle([self.wrong(A)])
        assert result.hint == "hint of a"
        assert result.message == "m\n  hint      hint of a"
        assert result.detail == "d\n  hint      hint of a"

    def test_two_thirds_of_the_wrong_results_are_enough_and_less_is_not(self):
        once, other = self.wrong(A), self.wrong()
        assert self.names(once, once, other) == ["a", "a", None]
        assert self.names(once, once, once, other, other) == [None] * 5

    def test_what_passed_is_no_evidence(self):
        assert self.names(self.right, self.right, self.wrong(A)) == [None, None, "a"]

    def test_whoever_was_right_where_a_mistake_is_wrong_did_not_make_it(self):
        a, b = (Misconception(n, "f", "", lambda x, n=n: x + (n == "a")) for n in "ab")
        answer = Agreement((a, b), 1.0, Tolerance(0, 0), (1.0,), {})
        alibi = replace(self.right, right=(("f", answer),))
        both = self.wrong(A, B)
        assert self.names(alibi, both, both) == [None, "b", "b"]
        assert self.names(both, alibi) == ["b", None]
        assert self.names(alibi, self.wrong(A, function="g")) == [None, "a"]

    def test_an_answer_before_the_wrong_one_clears_as_well(self):
        mistake = Misconception("a", "f", "", lambda: 2.0)
        answer = Agreement((mistake,), 1.0, Tolerance(0, 0), (), {})
        verdict = replace(self.wrong(A), right=(("f", answer),))
        assert self.names(verdict) == [None]

    @pytest.mark.parametrize(
        "mistake",
        [
            Misconception("a", "f", "", lambda: 1 / 0),
            Misconception("a", "f", "", lambda: 1.0),
            Misconception("a", "f", "", lambda: 2.0, result=None),
            Misconception("a", "f", "", lambda: 2.0, sign="changes_input"),
            Misconception("b", "f", "", lambda: 2.0),
        ],
        ids=["raises", "right here", "no result", "shows otherwise", "another"],
    )
    def test_what_gives_no_wrong_result_here_is_not_cleared(self, mistake):
        answer = Agreement((mistake,), 1.0, Tolerance(0, 0), (), {})
        alibi = replace(self.right, right=(("f", answer),))
        assert self.names(alibi, self.wrong(A)) == [None, "a"]

    def test_of_several_the_one_that_explains_most_is_named(self):
        verdicts = [self.wrong(A, B), self.wrong(B), self.wrong(A, B)]
        assert self.names(*verdicts) == ["b", "b", "b"]

    def test_of_two_that_explain_as_much_the_first_known_is_named(self):
        assert self.names(self.wrong(A, B), self.wrong(A, B)) == ["a", "a"]

    def test_each_function_counts_for_itself(self):
        verdicts = [self.wrong(A, function="g"), *(self.wrong() for _ in range(3))]
        assert self.names(*verdicts) == ["a", None, None, None]

    def test_what_a_check_sees_directly_needs_no_majority(self):
        seen = Verdict(CheckResult("t", False, Outcome.FAILED), "f", (A,))
        verdicts = [seen, self.wrong(), self.wrong(), self.wrong()]
        assert self.names(*verdicts) == ["a", None, None, None]

    def test_nothing_else_is_changed(self):
        assert settle([self.right]) == (self.right.result,)
        assert settle([]) == ()


def test_the_table_of_outcomes_is_whole():
    """Every outcome of a check comes from somewhere."""
    makers: dict[Outcome, Callable[[], BaseException | None]] = {
        Outcome.PASSED: lambda: None,
        Outcome.FAILED: failed,
        Outcome.RAISED: lambda: StudentRaised((), "", ""),
        Outcome.TIMED_OUT: lambda: CallTimedOut(""),
        Outcome.EXHAUSTED: lambda: OutOfMemory(""),
        Outcome.NOT_RUN: lambda: NotWritten(""),
        Outcome.UNGRADED: lambda: RuntimeError(""),
    }
    for outcome in Outcome:
        assert verdict_on(makers[outcome]()).result.outcome is outcome
