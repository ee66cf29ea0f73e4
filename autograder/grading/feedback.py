"""What a student reads below a grade cell.

Owns: this text, and putting it into a notebook that has been run. May not: decide what
students may see; the report holds nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from autograder.cellkinds import grade_id_of
from autograder.model import ExerciseReport, GradeReport, Outcome
from autograder.text import one_line, printable

__all__ = ["feedback", "printed", "with_feedback"]


def printed(report: ExerciseReport) -> dict[str, Any]:
    """The text as a cell's output, without nbformat's slow validation."""
    return {"output_type": "stream", "name": "stdout", "text": feedback(report)}


def with_feedback(
    notebook: str | None, report: GradeReport, grade_ids: Collection[str]
) -> str | None:
    """A notebook in which some grade cells show what the report now says about them.

    Args:
        notebook: JSON text of an autograded notebook, if there is one.
        report: What to show.
        grade_ids: The grade cells to rewrite.
    """
    if notebook is None:
        return None
    made: dict[str, Any] = json.loads(notebook)
    exercises = {each.grade_id: each for each in report.exercises}
    for cell in made["cells"]:
        name = grade_id_of(cell)
        if name in grade_ids and name in exercises:
            cell["outputs"] = [printed(exercises[name])]
    return json.dumps(made, allow_nan=False)


def feedback(report: ExerciseReport) -> str:
    """What a student reads below a grade cell, as plain text."""
    if report.score is None:
        head = f"{report.grade_id}: not graded yet; your instructor will see it"
    else:
        head = f"{report.grade_id}: {report.score:.3g} of {report.points:g} points"
    lines, told = [head], set()
    for check in report.checks:
        mark = "ok" if check.outcome is Outcome.PASSED else str(check.outcome)
        lines.append(f"  {mark:<10}{one_line(check.label)}")
        message = printable(check.message, keep="\n")
        if check.hint and check.hint in told:
            message = message.replace(check.hint, "as above")
        told.add(check.hint)
        lines += [f"            {line}" for line in message.splitlines()]
    return "\n".join(lines) + "\n"
