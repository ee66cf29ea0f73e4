"""From what pytest saw to a CheckResult.

Owns: the table that says which outcome an exception is and whose fault, and the naming
of mistakes over a whole exercise. May not: run anything. An exception that is neither
an answer refused nor an answer missing is our own fault: the check is `ungraded`,
never a zero.
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
from autograder.execution.novalue import NoValue
from autograder.model import CheckResult, Outcome

__all__ = ["Quotes", "Verdict", "judged", "settle"]


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
    """

    result: CheckResult
    function: str = ""
    suspects: tuple[Suspect, ...] = ()
    is_compared: bool = False
    right: tuple[tuple[str, Agreement], ...] = ()


_NOT_RUN = (
    "this check could not be run, through no fault of yours; your instructor will see "
    "it"
)


def judged(
    item: pytest.Item,
    call: pytest.CallInfo[None],
    *,
    seconds: float = 0.0,
    right: tuple[tuple[str, Agreement], ...] = (),
    quotes: Quotes = Quotes.PUBLIC,
) -> Verdict:
    """Turn one phase of a check into its verdict.

    Args:
        item: The check.
        call: The phase, with the exception that ended it, if any.
        seconds: Wall time of its earlier phases.
        right: What was answered right in this phase.
        quotes: Which messages may repeat text of the student's code.
    """
    mark = item.get_closest_marker("weight")
    result = CheckResult(
        name=item.name,
        public=item.get_closest_marker("public") is not None,
        outcome=Outcome.PASSED,
        weight=float(mark.args[0]) if mark else 1.0,
        seconds=seconds + call.duration,
    )
    shows_values = result.public and quotes is not Quotes.NEVER
    match call.excinfo.value if call.excinfo else None:
        case None:
            return Verdict(result, right=right)
        case CheckFailed() as failed:
            told = failed.explanation if shows_values else failed.summary
            result = replace(
                result,
                outcome=Outcome.FAILED,
                message=told,
                detail=failed.explanation,
            )
            return Verdict(
                result, failed.function, failed.suspects, failed.is_compared, right
            )
        case NoValue() as missing:
            name = f"{missing.function} " if missing.function else ""
            is_quoted = shows_values or quotes is Quotes.ALWAYS
            told = str(missing) if is_quoted else missing.summary
            detail = f"{name}{str(missing).removeprefix(name)}"
            return Verdict(
                replace(
                    result,
                    outcome=missing.outcome,
                    message=f"{name}{told.removeprefix(name)}",
                    detail=detail,
                )
            )
        case AssertionError() as refused:
            text = str(refused)
            told = text.partition("\n")[0] if shows_values else "the check refused it"
            return Verdict(
                replace(result, outcome=Outcome.FAILED, message=told, detail=text)
            )
        case error:
            return Verdict(
                replace(
                    result,
                    outcome=Outcome.UNGRADED,
                    message=_NOT_RUN,
                    detail=f"{type(error).__name__}: {error}",
                )
            )


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
