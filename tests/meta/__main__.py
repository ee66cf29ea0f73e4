"""Print what every answer gets: `python -m tests.meta [ASSIGNMENT...]`."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from rich.console import Console
from rich.table import Table

from autograder.model import ExerciseReport
from tests.meta.answers import (
    LESSONS,
    mistaken,
    mistakes,
    oracles,
    spoilt_answers,
    variants,
)
from tests.meta.examiner import Examiner, Lesson, examiner

Row = tuple[str, str, list[ExerciseReport]]


def answers(lesson: Lesson, put: Examiner) -> Iterator[Row]:
    """What is right, what is spoilt, and what is mistaken, with what it got."""
    for variant in (*variants(lesson), oracles(lesson)):
        with put.answer(variant.code) as given:
            yield "right", variant.name, [given.report(each) for each in lesson.points]
    for spoilt in spoilt_answers(lesson):
        with put.answer(spoilt.code) as given:
            name = f"{spoilt.function}, {spoilt.way}"
            yield "bad", name, [given.report(spoilt.grade_id)]
    for mistake in mistakes(lesson):
        with put.answer(mistaken(lesson, mistake)) as given:
            report = given.report(lesson.exercise_of(mistake.of))
            yield "mistaken", mistake.name, [report]


def main() -> None:
    """Print one table an assignment."""
    for name in sys.argv[1:] or LESSONS:
        table = Table(title=name, title_justify="left")
        for column in ("answer", "", "score", "of", "named"):
            table.add_column(column)
        with examiner(LESSONS[name]) as put:
            for kind, what, reports in answers(LESSONS[name], put):
                score = sum(report.score or 0 for report in reports)
                points = sum(report.points for report in reports)
                named = [each for report in reports for each in report.misconceptions]
                table.add_row(
                    kind,
                    what.replace("_", " "),
                    f"{score:.3g}",
                    f"{points:g}",
                    ", ".join(named),
                )
        Console().print(table)


if __name__ == "__main__":
    main()
