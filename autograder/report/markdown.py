"""A summary in Markdown: GitHub's step summary, a comment in GitLab.

Owns: its layout and size. May not: let text from others act as markup.

Renderers turn names with an @, numbers with a # and addresses into links, even if
escaped, but not in code. So any text not written here goes into a code span or a fenced
block, whose fence is longer than any inside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from autograder.model import CheckResult, ExerciseReport, GradeReport, Status
from autograder.report.told import (
    REFUSED,
    WORDS,
    ClassReport,
    is_lost,
    noted,
    points_told,
    score_told,
    told,
)
from autograder.text import one_line

__all__ = ["MOST_BYTES", "code", "document", "fenced", "summary"]

#: GitHub drops a step's summary of more than 1 MiB; a comment in GitLab has at most
#: 1,000,000 characters.
MOST_BYTES = 1_000_000

_CUT = "\n**Truncated: the rest is too long for a summary. See the other reports.**\n"


def document(classes: Sequence[ClassReport]) -> bytes:
    """Everything graded, as one Markdown file of at most `MOST_BYTES`."""
    return summary(classes, most_bytes=MOST_BYTES)


def summary(classes: Sequence[ClassReport], *, most_bytes: int) -> bytes:
    """A summary that is truncated, with a line that says so, if it is too long."""
    made, room = bytearray(), most_bytes - len(_CUT.encode())
    for block in _blocks(classes):
        data = block.encode()
        if len(made) + len(data) > room:
            return bytes(made) + _CUT.encode() if room >= 0 else b""
        made += data
    return bytes(made)


def code(text: str) -> str:
    """Untrusted text as a code span, safe within a table."""
    # In a table a "|" ends the cell even here, and "\\|" does in some renderers.
    shown = one_line(text).replace("|", "\N{BROKEN BAR}") or " "
    fence = "`" * (_longest_run(shown) + 1)
    is_odd = shown.startswith("`") or shown.endswith("`")
    inner = f" {shown} " if is_odd else shown
    return f"{fence}{inner}{fence}"


def fenced(text: str) -> str:
    """Untrusted but printable text, as a fenced block."""
    fence = "`" * max(3, _longest_run(text) + 1)
    return f"{fence}text\n{text}\n{fence}\n"


def _longest_run(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)


def _blocks(classes: Sequence[ClassReport]) -> Iterator[str]:
    """The indivisible pieces of the summary, each with its final newline."""
    for each in classes:
        yield f"## {code(each.assignment)}\n\n"
        if each.is_refused:
            yield f"{REFUSED.capitalize()}.\n\n"
        elif not each.reports:
            yield "No submissions.\n\n"
        if len(each.reports) > 1:
            yield from _overview(each.reports)
        for report in each.reports:
            yield from _submission(report)


def _overview(reports: Sequence[GradeReport]) -> Iterator[str]:
    yield "| student | status | automatic points |\n|---|---|---|\n"
    for report in reports:
        yield f"| {code(report.student)} | {report.status} | {score_told(report)} |\n"
    yield "\n"


def _submission(report: GradeReport) -> Iterator[str]:
    yield f"### {code(report.student)}: {score_told(report)}\n\n"
    if report.status is not Status.GRADED:
        yield f"**{str(report.status).capitalize()}**: {code(report.note)}\n\n"
        return
    yield (
        "| exercise | points | result |\n|---|---:|---|\n"
        + "".join(
            f"| {code(each.grade_id)} | {points_told(each)} | {WORDS[each.outcome]} |\n"
            for each in report.exercises
        )
        + "\n"
    )
    for exercise in report.exercises:
        yield from _exercise(exercise)
    if note := noted(report):
        yield f"Noted: {code(note)}\n\n"


def _exercise(exercise: ExerciseReport) -> Iterator[str]:
    """The findings in an exercise that lost points or is open."""
    checks = [check for check in exercise.checks if is_lost(check)]
    if checks:
        yield f"#### {code(exercise.grade_id)}\n\n"
    for check in checks:
        yield _check(check)


def _check(check: CheckResult) -> str:
    hidden = "" if check.public else " (hidden)"
    head = f"{code(check.name)}{hidden}: {WORDS[check.outcome]}\n\n"
    text = told(check)
    return head + (f"{fenced(text)}\n" if text else "")
