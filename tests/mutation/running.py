"""Mutants at their exercise's checks, until the first that refuses.

Owns: the order of the checks, what counts as refused, and whether a name that a mutant
got is true. May not: know any exercise.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import cache

import pytest

from autograder.checks import Misconception
from autograder.checks.verdict import Verdict, settle
from autograder.model import Outcome
from tests.meta.answers import mistaken, mistakes
from tests.meta.examiner import Examiner, Lesson
from tests.mutation.equivalent import Equivalent, equivalent_to
from tests.mutation.mutants import Mutant, mutants

__all__ = ["SLOW", "Case", "Jury", "Name", "Trial", "cases", "is_same"]

#: Functions whose every call trains a network: of their mutants each N-th is tried.
SLOW = {"classify_digits": 6}


@dataclass(frozen=True)
class Case:
    """A mutant of one of an assignment's functions.

    Attributes:
        assignment: Name of the assignment.
        grade_id: The exercise that must refuse it.
        home: The solution cell that it stands in.
        mutant: The mutant.
        elsewhere: The same fault for other exercises that a helper serves; one that
            refuses it is enough.
    """

    assignment: str
    grade_id: str
    home: str
    mutant: Mutant
    elsewhere: tuple[Case, ...] = ()

    def __str__(self) -> str:
        return f"{self.assignment}, {self.mutant}"

    @property
    def equivalent(self) -> Equivalent | None:
        """Why no check can refuse it, or None."""
        mutant = self.mutant
        return equivalent_to(self.assignment, mutant.function, mutant.description)


@dataclass(frozen=True)
class Name:
    """A known mistake's name that a mutant got.

    Attributes:
        name: The mistake's.
        is_true: Whether the mutant's results are the mistake's at every check.
    """

    name: str
    is_true: bool


@dataclass(frozen=True)
class Trial:
    """What became of a mutant.

    Attributes:
        case: The mutant.
        refused_by: The first check that refused it, or "".
        faults: Checks that could not be run, which is never the mutant's fault.
        names: Known mistakes it was told to have made; empty where the trial stopped
            at the first refusal.
    """

    case: Case
    refused_by: str
    faults: tuple[str, ...] = ()
    names: tuple[Name, ...] = ()


@cache
def cases(lesson: Lesson) -> tuple[Case, ...]:
    """Every mutant of the source's own solutions, in the notebook's order."""
    right = lesson.sources(lesson.solved)
    return tuple(
        Case(lesson.assignment, grade_id, home, mutant)
        for grade_id in lesson.points
        for home in lesson.homes(grade_id)
        for mutant in mutants(right[home])
    )


class Jury:
    """Tries an assignment's mutants in one kernel.

    A check that has refused comes first the next time: what refuses one mutant of a
    function mostly refuses the next one, too.

    Args:
        put: The assignment's examiner.
    """

    def __init__(self, put: Examiner) -> None:
        self._put = put
        self._lesson = put.lesson
        self._order = {name: list(checks) for name, checks in put.checks.items()}
        self._mistakes: dict[str, dict[str, Verdict]] = {}

    def trial(self, case: Case, *, to_the_end: bool = False) -> Trial:
        """Put a mutant to the checks of its exercise, and of others that it concerns.

        Args:
            case: The mutant.
            to_the_end: Whether to go on after a refusal, which names need.
        """
        trial = self._trial_here(case, to_the_end)
        for other in case.elsewhere:
            if trial.refused_by or trial.faults:
                break
            trial = replace(self._trial_here(other, to_the_end), case=case)
        return trial

    def _trial_here(self, case: Case, to_the_end: bool) -> Trial:
        order = self._order[case.grade_id]
        refused_by, verdicts, faults = "", [], []
        with (
            self._put.answer({case.home: case.mutant.code}) as given,
            closing(given.verdicts(case.grade_id, tuple(order))) as asked,
        ):
            if given.failures:
                return Trial(case, f"the cell: {given.failures[0]}")
            for item, verdict in zip(tuple(order), asked, strict=False):
                verdicts.append(verdict)
                if verdict.result.outcome is Outcome.UNGRADED:
                    faults.append(f"{item.name}: {verdict.result.detail}")
                elif verdict.result.outcome is not Outcome.PASSED and not refused_by:
                    refused_by = item.name
                    _move_to_front(order, item)
                if refused_by and not to_the_end:
                    break
        names = self._names(case, verdicts) if to_the_end else ()
        return Trial(case, refused_by, tuple(faults), names)

    def _names(self, case: Case, verdicts: Sequence[Verdict]) -> tuple[Name, ...]:
        by_check = {verdict.result.name: verdict for verdict in verdicts}
        named = {result.misconception for result in settle(verdicts)} - {None, ""}
        return tuple(
            Name(name, self._is_made(case.grade_id, name, by_check))
            for name in sorted(map(str, named))
        )

    def _is_made(self, grade_id: str, name: str, got: dict[str, Verdict]) -> bool:
        """Whether a mutant does what a known mistake does."""
        mistake = next(each for each in mistakes(self._lesson) if each.name == name)
        return is_same(got, self._mistake(grade_id, mistake), mistake)

    def _mistake(self, grade_id: str, mistake: Misconception) -> dict[str, Verdict]:
        """What a known mistake gets at each check of its exercise."""
        name = mistake.name
        if name not in self._mistakes:
            with self._put.answer(mistaken(self._lesson, mistake)) as given:
                verdicts = given.verdicts(grade_id, self._put.checks[grade_id])
                self._mistakes[name] = {each.result.name: each for each in verdicts}
        return self._mistakes[name]


def _move_to_front(order: list[pytest.Item], item: pytest.Item) -> None:
    order.remove(item)
    order.insert(0, item)


def is_same(
    got: dict[str, Verdict], expected: dict[str, Verdict], mistake: Misconception
) -> bool:
    """Whether a mutant does what a known mistake does, wherever it gives a result.

    Each wrong result of the mistake's function must be the mistake's very own, and none
    may be right where the mistake's is wrong.
    """
    explained = all(
        mistake.name in {suspect.name for suspect in verdict.suspects}
        for verdict in got.values()
        if verdict.is_compared and verdict.function == mistake.of
    )
    contradicted = any(
        verdict.result.outcome is Outcome.PASSED
        and expected[check].result.outcome is not Outcome.PASSED
        for check, verdict in got.items()
    )
    return explained and not contradicted
