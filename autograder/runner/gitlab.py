"""What GitLab reads besides JUnit: a metrics report, shown in a merge request.

Owns: its format, OpenMetrics, of which GitLab reads lines with a name and a value. May
not: write anything.

https://docs.gitlab.com/ci/testing/metrics_reports/
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from autograder.model import GradeReport
from autograder.report import ClassReport

__all__ = ["JUNIT", "METRICS", "metrics"]

#: Names of the files in the project's folder, for `artifacts:reports` to name.
JUNIT, METRICS = "autograder-junit.xml", "autograder-metrics.txt"

_TYPES = {
    "autograder_score": "automatic points that stand",
    "autograder_points": "automatic points that these exercises can give",
    "autograder_open_points": "automatic points that are open",
}


def metrics(classes: Sequence[ClassReport]) -> bytes:
    """Scores as OpenMetrics."""
    lines = []
    for name, help_text in _TYPES.items():
        lines += [f"# TYPE {name} gauge", f"# HELP {name} {help_text}"]
        for each in classes:
            is_class = len(each.reports) > 1
            for report in each.reports:
                labels = ",".join(_labels(report, is_class=is_class))
                lines.append(f"{name}{{{labels}}} {_value(name, report):.10g}")
    return ("\n".join([*lines, "# EOF"]) + "\n").encode()


def _labels(report: GradeReport, *, is_class: bool) -> Iterator[str]:
    yield f'assignment="{_plain(report.assignment)}"'
    if is_class:
        yield f'student="{_plain(report.student)}"'


def _plain(text: str) -> str:
    """A label's value without blanks: GitLab splits lines there, even within quotes."""
    return re.sub(r"[^\w.@+-]", "_", text, flags=re.ASCII)[:100]


def _value(name: str, report: GradeReport) -> float:
    if name == "autograder_score":
        return report.score_so_far
    if name == "autograder_points":
        return report.points_so_far
    return report.max_score - report.points_so_far
