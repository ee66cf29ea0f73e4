"""What GitHub Actions reads: step outputs, annotations, and commands in a log.

Owns: their formats, in which text stays text. May not: write anything.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

import math
import secrets
from collections.abc import Iterator, Mapping, Sequence

from autograder.model import GradeReport, Status
from autograder.report import ClassReport
from autograder.report.told import noted, score_told
from autograder.text import one_line

__all__ = ["notices", "outputs", "resumed", "step_outputs", "stopped", "unspoken"]

#: GitHub shows this many annotations of a kind per step.
MOST_ANNOTATIONS = 10


def outputs(classes: Sequence[ClassReport]) -> dict[str, str]:
    """A step's outputs `score`, `max_score` and `status`.

    `score` is the sum of all scores, and empty while any of them is open.
    `status` is "final", or the first that applies of "refused", "none", "ungraded",
    "malformed", "missing" and "open".
    """
    reports = [report for each in classes for report in each.reports]
    is_open = any(each.is_refused for each in classes) or not reports
    scores = [report.score for report in reports]
    known = [score for score in scores if score is not None]
    is_open = is_open or len(known) < len(scores)
    most = math.fsum(report.max_score for report in reports)
    return {
        "score": "" if is_open else f"{math.fsum(known):.10g}",
        "max_score": f"{most:.10g}",
        "status": _status(classes, reports),
    }


def _status(classes: Sequence[ClassReport], reports: Sequence[GradeReport]) -> str:
    if any(each.is_refused for each in classes):
        return "refused"
    if not reports:
        return "none"
    seen = {report.status for report in reports}
    for status in (Status.UNGRADED, Status.MALFORMED, Status.MISSING):
        if status in seen:
            return str(status)
    return "open" if any(report.is_open for report in reports) else "final"


def step_outputs(values: Mapping[str, str]) -> bytes:
    """Outputs in the format of GITHUB_OUTPUT, between unpredictable delimiters."""
    made = []
    for name, value in values.items():
        line = f"end-{secrets.token_hex(16)}"
        made.append(f"{name}<<{line}\n{value}\n{line}\n")
    return "".join(made).encode()


def notices(classes: Sequence[ClassReport]) -> Iterator[str]:
    """Commands that show the first scores beside the run, one line each."""
    counts: dict[str, int] = {}
    for each in classes:
        for report in each.reports:
            kind = _kind(report)
            counts[kind] = counts.get(kind, 0) + 1
            if counts[kind] <= MOST_ANNOTATIONS:
                title = f"{report.assignment}, {one_line(report.student, 100)}"
                note = "" if report.status is Status.GRADED else f": {noted(report)}"
                text = f"{score_told(report)}{note}"
                yield f"::{kind} title={_property(title)}::{_data(text)}"


def _kind(report: GradeReport) -> str:
    if report.status in (Status.MALFORMED, Status.MISSING):
        return "error"
    return "warning" if report.is_open else "notice"


def stopped(token: str) -> str:
    """The command after which no line is a command, until `resumed`."""
    return f"::stop-commands::{token}"


def resumed(token: str) -> str:
    """The command that ends what `stopped` began with the same token."""
    return f"::{token}::"


def unspoken(document: str) -> str:
    """A JSON document without commands in the older form, `##[command]`."""
    return document.replace("##[", "#\\u0023[")


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
