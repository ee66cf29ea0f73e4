"""Mutants at their exercise's checks, until the first that refuses.

Owns: the order of the checks, what counts as refused and whether a public check has
done it, and whether a name that a mutant got is true. May not: know any exercise.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import cache

import pytest

from autograder.audit.answers import mistaken
from autograder.audit.examiner import Examiner
from autograder.audit.exceptions import Equivalent
from autograder.audit.lesson import Lesson
from autograder.audit.mutants import Mutant, mutants
from autograder.checks import Misconception
from autograder.checks.plugin import is_hidden
from autograder.checks.verdict import Verdict, settle
from autograder.model import Outcome

__all__ = ["Case", "Jury", "Name", "Trial", "is_same", "solution_cases"]


@dataclass(frozen=True)
class Case:
    """A mutant of one of an assignment's functions.

    Attributes:
        lesson: What it answers.
        grade_id: The exercise that must refuse it.
        home: The solution cell that it stands in.
        mutant: The mutant.
        elsewhere: The same fault for other exercises that a helper serves; one that
            refuses it is enough.
    """

    lesson: Lesson
    grade_id: str
    home: str
    mutant: Mutant
    elsewhere: tuple[Case, ...] = ()

    def __str__(self) -> str:
        return f"{self.lesson.assignment}, {self.mutant}"

    @property
    def equivalent(self) -> Equivalent | None:
        """Why no check can refuse it, or None."""
        known, mutant = self.lesson.exceptions, self.mutant
        return known.equivalent_to(mutant.function, mutant.description)


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
        refused_by: The first check that refused it, or ""; public ones come first.
        is_in_public: Whether that is a public check, or the cell itself does not run.
        faults: Checks that could not be run, which is never the mutant's fault.
        names: Known mistakes it was told to have made; empty where the trial stopped
            at the first refusal.
    """

    case: Case
    refused_by: str
    is_in_public: bool = False
    faults: tuple[str, ...] = ()
    names: tuple[Name, ...] = ()


@cache
def solution_cases(lesson: Lesson) -> tuple[Case, ...]:
    """Every mutant of the source's own solutions, in the notebook's order."""
    right = lesson.sources(lesson.solved)
    return tuple(
        Case(lesson, grade_id, home, mutant)
        for grade_id in lesson.points
        for home in lesson.homes(grade_id)
        for mutant in mutants(right[home])
    )


class Jury:
    """Tries an assignment's mutants in one kernel.

    Public checks come first, so that it is known what no public case asks. Of the
    public and of the hidden ones, a check that has refused comes first the next time:
    what refuses one mutant of a function mostly refuses the next one, too.

    Args:
        put: The assignment's examiner.
        known: The assignment's known mistakes.
    """

    def __init__(self, put: Examiner, known: Sequence[Misconception] = ()) -> None:
        self._put = put
        self._known = {mistake.name: mistake for mistake in known}
        self._order = {
            name: sorted(checks, key=is_hidden) for name, checks in put.checks.items()
        }
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
        trial, verdicts, faults = Trial(case, ""), [], []
        with (
            self._put.answer({case.home: case.mutant.code}) as given,
            closing(given.verdicts(case.grade_id, tuple(order))) as asked,
        ):
            if given.failures:
                told = f"the cell: {given.failures[0]}"
                return replace(trial, refused_by=told, is_in_public=True)
            for item, verdict in zip(tuple(order), asked, strict=False):
                verdicts.append(verdict)
                outcome = verdict.result.outcome
                if outcome is Outcome.UNGRADED:
                    faults.append(f"{item.name}: {verdict.result.detail}")
                elif outcome is not Outcome.PASSED and not trial.refused_by:
                    is_public = not is_hidden(item)
                    trial = Trial(case, item.name, is_in_public=is_public)
                    _move_to_front(order, item)
                if trial.refused_by and not to_the_end:
                    break
        names = self._names(case, verdicts) if to_the_end else ()
        return replace(trial, faults=tuple(faults), names=names)

    def _names(self, case: Case, verdicts: Sequence[Verdict]) -> tuple[Name, ...]:
        by_check = {verdict.result.name: verdict for verdict in verdicts}
        named = {result.misconception for result in settle(verdicts)} - {None, ""}
        return tuple(
            Name(name, self._is_made(case.grade_id, name, by_check))
            for name in sorted(map(str, named))
        )

    def _is_made(self, grade_id: str, name: str, got: dict[str, Verdict]) -> bool:
        """Whether a mutant does what a known mistake does."""
        mistake = self._known[name]
        return is_same(got, self._mistake(grade_id, mistake), mistake)

    def _mistake(self, grade_id: str, mistake: Misconception) -> dict[str, Verdict]:
        """What a known mistake gets at each check of its exercise."""
        name = mistake.name
        if name not in self._mistakes:
            with self._put.answer(mistaken(self._put.lesson, mistake)) as given:
                verdicts = given.verdicts(grade_id, self._put.checks[grade_id])
                self._mistakes[name] = {each.result.name: each for each in verdicts}
        return self._mistakes[name]


def _move_to_front(order: list[pytest.Item], item: pytest.Item) -> None:
    """Put a check before all others that are public, or hidden, as it is."""
    order.remove(item)
    first = sum(not is_hidden(each) for each in order) if is_hidden(item) else 0
    order.insert(first, item)


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
