"""An assignment's answers of each kind, put to the checks of one exercise.

Owns: what each kind of answer must get, and what is said where it gets something else.
May not: say which answers there are.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby

import pytest

from autograder.audit.answers import (
    Right,
    Spoilt,
    memorised,
    mistaken,
    right_answers,
    spoilt_answers,
)
from autograder.audit.examiner import Answer, Examiner, outcome_of
from autograder.audit.exceptions import Accepted, TrueName
from autograder.audit.findings import Finding, Kind, Part
from autograder.audit.jury import Case, Jury, Trial, solution_cases
from autograder.audit.lesson import Lesson
from autograder.audit.odd_answers import ODD, OddExam
from autograder.audit.oracles import oracle_cases
from autograder.audit.wrong_answers import RECALL, UNLIKE_ANY_MISTAKE
from autograder.checks import Misconception
from autograder.model import ExerciseReport, Outcome

__all__ = ["Auditor", "surveyed"]

#: Mutants of each function that are tried in a sample.
SAMPLE = 2

#: Odd answers that each check gets, and how many more where one of them passes.
EACH, MORE = 2, 6

#: What the generated answers do that a mutant can't do as well, in words.
_RULES = {
    "refuses_nothing": "refuses what the right answer refuses with a ValueError",
    "changes_input": "leaves its input as it was",
    "in_double": "keeps a dtype other than float64",
    "in_single": "keeps a dtype other than float32",
}

Told = Callable[[str], None]


class Auditor:
    """Puts answers of each kind to the checks of an exercise.

    Args:
        put: The assignment's examiner.
        known: The assignment's known mistakes.
        device: Where the kernel computes: "cpu" or "cuda".
    """

    def __init__(
        self, put: Examiner, known: Sequence[Misconception], *, device: str = "cpu"
    ) -> None:
        self.lesson = put.lesson
        self.known = known
        self._put = put
        self._jury = Jury(put, known)
        self._device = device

    def right(self, grade_id: str, answer: Right) -> Part:
        """A right answer must get all points."""
        with self._put.answer(answer.code) as given:
            failures, report = given.failures, given.report(grade_id)
        lost = [
            f"{check.name}: {check.detail}"
            for check in report.checks
            if check.outcome is not Outcome.PASSED
        ]
        if lost or failures:
            detail = "\n".join([*failures, *lost])
            return _bad(Kind.RIGHT_REFUSED, answer.name, detail)
        return Part(1, 1)

    def rights(self, grade_id: str) -> Part:
        """Every right answer to an exercise."""
        answers = right_answers(self.lesson)
        parts = (self.right(grade_id, x) for x in answers if x.answers(grade_id))
        return _sum(parts)

    def blank(self, grade_id: str) -> Part:
        """What students start from must get no point, and no name."""
        stubs = self.lesson.sources(self.lesson.release)
        code = {home: stubs[home] for home in self.lesson.homes(grade_id)}
        if not code:
            return Part()
        with self._put.answer(code) as given:
            report = given.report(grade_id)
        if report.score != 0 or report.misconceptions:
            return _bad(Kind.BLANK_ACCEPTED, "the release", _told(report))
        return Part(1, 1)

    def spoilt(self, grade_id: str) -> Part:
        """Right functions, spoilt in every way that changes what the checks see."""
        whole = Part()
        for function in self.lesson.functions(grade_id):
            ways = self._put.observed(grade_id).ways[function]
            if not any(ways.values()):
                whole += Part(findings=(Finding(Kind.NOT_REACHED, function),))
                continue
            same = [
                way.replace("_", " ") for way, is_wrong in ways.items() if not is_wrong
            ]
            if same:
                note = f"{function}: the checks see no difference to {', '.join(same)}"
                whole += Part(notes=(note,))
            whole += Part(findings=tuple(self._unused(function, ways)))
            for answer in spoilt_answers(self.lesson, function, ways):
                whole += self.spoilt_answer(answer)
        return whole

    def _unused(self, function: str, ways: Mapping[str, bool]) -> Iterator[Finding]:
        """Declared exceptions of a function's spoilt answers that are not tried."""
        for each in self.lesson.exceptions.declared:
            if not isinstance(each, TrueName | Accepted) or each.function != function:
                continue
            if not ways.get(each.way):
                told = "this way changes nothing that the function gives"
                yield Finding(Kind.EXCEPTION_GONE, str(each), told)

    def spoilt_answer(self, answer: Spoilt) -> Part:
        """A spoilt function must lose points, and get no name that is not true."""
        known = self.lesson.exceptions
        names = known.names_of(answer.function, answer.way)
        is_plain = answer.way in UNLIKE_ANY_MISTAKE and not names
        with self._put.answer(answer.code, of=answer.function) as given:
            report = given.report(answer.grade_id, until_refused=is_plain)
        if known.accepts(answer.function, answer.way):
            return _accepted(answer, report)
        if part := _not_refused(Kind.WRONG_ACCEPTED, str(answer), report):
            return part
        if report.misconceptions != names:
            expected = f"expected {', '.join(names)}" if names else "expected none"
            detail = f"got {', '.join(report.misconceptions) or 'none'}, {expected}"
            return _bad(Kind.FALSE_NAME, str(answer), detail)
        return Part(1, 1, unasked=self._unasked(answer, report))

    def memory(self, grade_id: str) -> Part:
        """Knowing the public cases by heart must not be enough."""
        whole, ways = Part(), self._put.observed(grade_id).ways
        for function in self.lesson.functions(grade_id):
            if not any(ways[function].values()):
                continue  # no check calls it
            with self._put.answer(memorised(self.lesson, function)) as given:
                whole += self._memory(grade_id, function, given)
        return whole

    def _memory(self, grade_id: str, function: str, given: Answer) -> Part:
        public = given.report(grade_id, public_only=True)
        if not public.checks:
            return Part()
        given.run(RECALL)
        again = given.report(grade_id, public_only=True)
        if again.score != public.score:
            note = f"{function}: its public cases differ each time, and can't be learnt"
            return Part(notes=(note,))
        report, what = given.report(grade_id), f"{function}, public cases by heart"
        if part := _not_refused(Kind.WRONG_ACCEPTED, what, report):
            return part
        if report.misconceptions:
            return _bad(Kind.FALSE_NAME, what, ", ".join(report.misconceptions))
        return Part(1, 1)

    def mistakes(self, grade_id: str) -> Part:
        """Every known mistake of an exercise must be refused, and named."""
        home = self.lesson.exercise_of
        return _sum(self.mistake(x) for x in self.known if home(x.of) == grade_id)

    def mistake(self, mistake: Misconception) -> Part:
        """A known mistake must lose points, and get its own name."""
        if mistake.sign == "device" and self._device == "cpu":
            note = f"{mistake.name}: shows only where there is a GPU"
            return Part(notes=(note,))
        code = mistaken(self.lesson, mistake)
        with self._put.answer(code, of=mistake.of) as given:
            report = given.report(self.lesson.exercise_of(mistake.of))
        if part := _not_refused(Kind.MISTAKE_ACCEPTED, mistake.name, report):
            return part
        if report.misconceptions != (mistake.name,):
            got = ", ".join(report.misconceptions) or "none"
            return _bad(Kind.NOT_NAMED, mistake.name, f"named: {got}")
        return Part(1, 1)

    def mutants(
        self,
        grade_id: str,
        *,
        is_quick: bool = False,
        with_names: bool = False,
        tell: Told | None = None,
    ) -> Part:
        """Mutants of an exercise's solutions, and of the oracle, must be refused.

        Args:
            grade_id: The exercise.
            is_quick: Whether only a sample is tried, the same every day.
            with_names: Whether all checks are put to each, and no name may be false.
            tell: Told which one is on.
        """
        found = surveyed(self.lesson, is_quick=is_quick)
        cases = [case for case in found if case.grade_id == grade_id]
        cases.sort(key=lambda case: not case.mutant.is_refusal)  # the text's own rules
        whole, equivalent = Part(), 0
        for number, case in enumerate(cases, start=1):
            if tell:
                tell(f"mutant {number} of {len(cases)}")
            trial = self._jury.trial(case, to_the_end=with_names)
            equivalent += bool(case.equivalent and not trial.refused_by)
            whole += self._tried(trial)
        if equivalent:
            whole += Part(notes=(f"{equivalent} mutants are equivalent, as declared",))
        return whole

    def _tried(self, trial: Trial) -> Part:
        """What is said of a mutant that was tried."""
        mutant, known = trial.case.mutant, trial.case.equivalent
        found = [Finding(Kind.NOT_PUT, str(mutant), each) for each in trial.faults]
        found += [
            Finding(Kind.FALSE_NAME, str(mutant), name.name)
            for name in trial.names
            if not name.is_true
        ]
        if known and not trial.refused_by:
            return Part(findings=tuple(found))
        if known and not known.is_free:
            detail = f"{trial.refused_by} refuses it"
            found.append(Finding(Kind.NO_EQUIVALENT, str(mutant), detail))
        if not trial.refused_by:
            found.append(Finding(Kind.SURVIVOR, str(mutant), mutant.diff))
        is_unasked = bool(trial.refused_by) and not trial.is_in_public
        unasked = (f"{mutant} ({trial.refused_by})",) if is_unasked else ()
        return Part(1, int(not found), tuple(found), unasked)

    def teeth(self, grade_id: str) -> Part:
        """Every check of an exercise must refuse odd answers."""
        checks = self._put.checks[grade_id]
        if not checks:
            return Part(findings=(Finding(Kind.NO_CHECK, grade_id),))
        return _sum(self._bite(item) for item in checks)

    def _bite(self, item: pytest.Item) -> Part:
        names = [*ODD]
        begin = EACH * self._put.place_of(item)
        turns = [names[(begin + n) % len(names)] for n in range(EACH + MORE)]
        outcomes = {name: self._odd(item, name) for name in turns[:EACH]}
        if Outcome.PASSED in outcomes.values():  # one may be right by chance
            outcomes |= {name: self._odd(item, name) for name in turns[EACH:]}
        passed = [name for name, each in outcomes.items() if each is Outcome.PASSED]
        ours = [name for name, each in outcomes.items() if each is Outcome.UNGRADED]
        if ours:
            return _bad(Kind.NOT_PUT, item.name, f"where {ours[0]} is returned")
        may_pass = self.lesson.exceptions.may_pass_by_chance(item.name)
        if len(passed) > 1 and not may_pass:
            detail = f"passes whatever is returned: {', '.join(passed)}"
            return _bad(Kind.NO_TEETH, item.name, detail)
        return Part(1, 1)

    def _odd(self, item: pytest.Item, name: str) -> Outcome:
        """What a check says of an odd answer to all its calls."""
        desk, exam = self._put.desk, OddExam()
        desk.exam, exam.value = exam, ODD[name]
        try:
            return outcome_of(desk.put(item))
        finally:
            desk.exam = None

    def _unasked(self, answer: Spoilt, report: ExerciseReport) -> tuple[str, ...]:
        """The rule that a wrong answer breaks, if only hidden checks ask it."""
        rule = _RULES.get(answer.way)
        by_public = any(
            check.public and check.outcome is not Outcome.PASSED
            for check in report.checks
        )
        return (f"{answer.function} {rule}",) if rule and not by_public else ()


def surveyed(lesson: Lesson, *, is_quick: bool = False) -> Iterator[Case]:
    """The mutants that are tried, of the notebook's solutions, then of the oracle.

    Args:
        lesson: What they answer.
        is_quick: Whether to draw some of each function only, no equivalent ones.
    """
    cases = (*solution_cases(lesson), *oracle_cases(lesson))
    for name, group in groupby(cases, key=lambda case: case.mutant.function):
        tried = list(group)[:: lesson.exceptions.every(name)]
        if not is_quick:
            yield from tried
            continue
        wrong = [case for case in tried if not case.equivalent]
        draw = random.Random(f"{lesson.assignment}.{name}")
        yield from draw.sample(wrong, min(SAMPLE, len(wrong)))


def _accepted(answer: Spoilt, report: ExerciseReport) -> Part:
    """What is said of an answer that the course declares to be allowed."""
    if report.score == report.points:
        return Part(notes=(f"{answer}: accepted, as declared",))
    return _bad(Kind.EXCEPTION_GONE, str(answer), "declared accepted, and refused")


def _not_refused(kind: Kind, what: str, report: ExerciseReport) -> Part | None:
    """What is said of a wrong answer that loses no points; None where it does."""
    if report.score is None:
        return _bad(Kind.NOT_PUT, what, _told(report))
    return None if report.score < report.points else _bad(kind, what, "all points")


def _told(report: ExerciseReport) -> str:
    """Outcomes of an exercise's checks, for a person."""
    return "\n".join(
        f"{check.name}: {check.outcome} {check.detail}".rstrip()
        for check in report.checks
    )


def _bad(kind: Kind, what: str, detail: str) -> Part:
    return Part(1, 0, (Finding(kind, what, detail),))


def _sum(parts: Iterable[Part]) -> Part:
    return sum(parts, Part())
