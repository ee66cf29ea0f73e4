"""From what pytest saw to a CheckResult.

Owns: the table that says which outcome an exception is and whose fault, and the naming
of mistakes over a whole exercise. May not: run anything.

An exception that is neither an answer refused nor an answer missing has one of two
causes. The check's own code is broken, or the machine: that is our fault, the check is
`ungraded`, never a zero. Or the check stumbled over a student's odd answer, such as a
ragged list that it makes an array of: that is the student's outcome. What tells the two
apart is whether the same check passes with the source's own solution; until somebody
has asked that, the verdict is in doubt and counts as ungraded.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from functools import cache

import pytest

from autograder.checks.failure import CheckFailed, Suspect
from autograder.checks.misconceptions import Agreement
from autograder.errors import AutograderError
from autograder.execution.novalue import TEXT_LIMIT, NoValue
from autograder.model import CheckResult, Outcome
from autograder.text import printable

__all__ = ["OURS", "Quotes", "Verdict", "judged", "not_asked", "settle"]

#: What a student is told of a check that failed by our fault.
OURS = (
    "this check could not be run, through no fault of yours; your instructor "
    "will see it"
)


class Quotes(Enum):
    """Which checks' messages may repeat text that the student's code has made.

    Attributes:
        PUBLIC: Those of public checks, as long as no hidden check has called the code.
        NEVER: None: a hidden check has called it, and it may repeat its inputs.
        ALWAYS: All, since the course's settings release it.
    """

    PUBLIC = auto()
    NEVER = auto()
    ALWAYS = auto()


@dataclass(frozen=True)
class Verdict:
    """A check's result before its mistake is named.

    Attributes:
        result: The result; names no misconception yet.
        function: The student's function that gave the answer, or "".
        suspects: Known mistakes that give this check's very result.
        is_compared: Whether a mistake could have been recognised by its value.
        right: Functions and what they answered right, before the check was over.
        blamed: The result where the student's answer is what the check's own code
            failed on; None where there is no doubt.
    """

    result: CheckResult
    function: str = ""
    suspects: tuple[Suspect, ...] = ()
    is_compared: bool = False
    right: tuple[tuple[str, Agreement], ...] = ()
    blamed: CheckResult | None = None

    def then(self, later: Verdict) -> Verdict:
        """The verdict after one more phase: the first bad one decides."""
        right = self.right + later.right
        if self.result.outcome is not Outcome.PASSED:
            return replace(self, right=right)
        seconds = self.result.seconds + later.result.seconds
        result = replace(later.result, seconds=seconds)
        blamed = later.blamed and replace(later.blamed, seconds=seconds)
        return replace(later, result=result, blamed=blamed, right=right)


def judged(
    item: pytest.Item,
    call: pytest.CallInfo[None],
    *,
    right: tuple[tuple[str, Agreement], ...] = (),
    asked: str | None = None,
    quotes: Quotes = Quotes.PUBLIC,
) -> Verdict:
    """Turn one phase of a check into its verdict.

    Args:
        item: The check.
        call: The phase, with the exception that ended it, if any.
        right: What was answered right in this phase.
        asked: The student's function that was asked last; "" if none was yet, None if
            the check has no submission to ask.
        quotes: Which messages may repeat text of the student's code.
    """
    result = replace(not_asked(item), outcome=Outcome.PASSED, seconds=call.duration)
    shows_values = result.public and quotes is not Quotes.NEVER
    match call.excinfo.value if call.excinfo else None:
        case None:
            verdict = Verdict(result)
        case CheckFailed() as failed:
            verdict = _refused(result, failed, shows_values=shows_values)
        case NoValue() as missing:
            is_quoted = shows_values or quotes is Quotes.ALWAYS
            verdict = _unanswered(result, missing, is_quoted=is_quoted)
        case AssertionError() | pytest.fail.Exception() as refused if asked != "":
            text = str(refused)
            told = text.partition("\n")[0] if shows_values else "the check refused it"
            verdict = Verdict(
                replace(result, outcome=Outcome.FAILED, message=told, detail=text)
            )
        case error:
            verdict = _not_judged(result, error, asked, shows_values=shows_values)
    return replace(verdict, right=right)


def _refused(
    result: CheckResult, failed: CheckFailed, *, shows_values: bool
) -> Verdict:
    """The verdict where an answer was compared and refused."""
    told = failed.explanation if shows_values else failed.summary
    theirs = replace(
        result, outcome=Outcome.FAILED, message=told, detail=failed.explanation
    )
    verdict = Verdict(theirs, failed.function, failed.suspects, failed.is_compared)
    if not failed.doubt:
        return verdict
    detail = f"{failed.function}: {failed.doubt}"
    ours = replace(theirs, outcome=Outcome.UNGRADED, message=OURS, detail=detail)
    return replace(verdict, result=ours, blamed=theirs)


def _unanswered(result: CheckResult, missing: NoValue, *, is_quoted: bool) -> Verdict:
    """The verdict where no answer came."""
    name = f"{missing.function} " if missing.function else ""
    told = str(missing) if is_quoted else missing.summary
    return Verdict(
        replace(
            result,
            outcome=missing.outcome,
            message=f"{name}{told.removeprefix(name)}",
            detail=f"{name}{str(missing).removeprefix(name)}",
        )
    )


def not_asked(item: pytest.Item) -> CheckResult:
    """A check without an answer: what stands for one asked on other devices only."""
    mark = item.get_closest_marker("weight")
    return CheckResult(
        name=item.name,
        public=item.get_closest_marker("public") is not None,
        outcome=Outcome.NOT_RUN,
        weight=float(mark.args[0]) if mark else 1.0,
    )


def _not_judged(
    result: CheckResult,
    error: BaseException,
    asked: str | None,
    *,
    shows_values: bool,
) -> Verdict:
    """The verdict where the check's own code has failed."""
    # The text may hold what a student returned, of any length.
    reason = printable(f"{type(error).__name__}: {error}"[:TEXT_LIMIT], keep="\n")
    ours = replace(result, outcome=Outcome.UNGRADED, message=OURS, detail=reason)
    is_certain = isinstance(error, AutograderError | OSError)
    if not asked or is_certain or not isinstance(error, Exception):
        return Verdict(ours)
    told = f"{asked}: the check can't use what was returned"
    detail = f"{told} ({reason})"
    blamed = replace(
        result,
        outcome=Outcome.FAILED,
        message=detail if shows_values else told,
        detail=detail,
    )
    return Verdict(ours, blamed=blamed)


def settle(verdicts: Sequence[Verdict]) -> tuple[CheckResult, ...]:
    """Name the mistakes of one exercise, once all its checks have been put.

    A mistake is named where it gives the very result that came, and only if

    - it explains at least two thirds of the wrong results of its function: a
      coincidence on an input or two names nothing;
    - no answer of the function was right where the mistake's would have been wrong.

    Where several explain a result, the one that explains most is named.
    """
    wrong = Counter(v.function for v in verdicts if v.is_compared)
    explained = Counter(
        (v.function, suspect.name) for v in verdicts for suspect in v.suspects
    )
    right = [each for verdict in verdicts for each in verdict.right]

    @cache
    def is_likely(function: str, name: str) -> bool:
        most = 3 * explained[function, name] >= 2 * wrong[function]
        return most and not any(
            answer.clears(name) for asked, answer in right if asked == function
        )

    def named(verdict: Verdict) -> CheckResult:
        likely = [
            suspect
            for suspect in verdict.suspects
            if not verdict.is_compared or is_likely(verdict.function, suspect.name)
        ]
        if not likely:
            return verdict.result
        best = max(likely, key=lambda s: explained[verdict.function, s.name])
        return _with_name(verdict.result, best)

    return tuple(named(verdict) for verdict in verdicts)


def _with_name(result: CheckResult, best: Suspect) -> CheckResult:
    hint = f"\n  hint      {best.hint}"
    return replace(
        result,
        misconception=best.name,
        hint=best.hint,
        message=result.message + hint,
        detail=result.detail + hint,
    )
