"""Write results where the service reads them.

Owns: which files each service gets by default. May not: print.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from autograder.errors import ReportError
from autograder.files import write_whole
from autograder.report import ClassReport, kinds
from autograder.report.destinations import Destination, write_reports
from autograder.report.markdown import MOST_BYTES, summary
from autograder.runner.github import outputs, step_outputs
from autograder.runner.gitlab import JUNIT, METRICS, metrics
from autograder.runner.surroundings import Service, Surroundings

__all__ = ["deliver"]


def deliver(
    surroundings: Surroundings, classes: Sequence[ClassReport]
) -> Iterator[ReportError]:
    """Write what the service reads automatically.

    Yields:
        Why something could not be written; the rest still is.
    """
    match surroundings.service:
        case Service.GITHUB:
            yield from _to_github(surroundings, classes)
        case Service.GITLAB if surroundings.reports:
            junit = Destination("junit", surroundings.reports / JUNIT)
            yield from write_reports([junit], classes)
            try:
                write_whole(surroundings.reports / METRICS, metrics(classes))
            except OSError as error:
                yield _unwritten(METRICS, error)
        case Service.GRADESCOPE if surroundings.reports and "gradescope" in kinds():
            if any(each.reports for each in classes):
                path = surroundings.reports / "results.json"
                yield from write_reports([Destination("gradescope", path)], classes)


def _to_github(
    surroundings: Surroundings, classes: Sequence[ClassReport]
) -> Iterator[ReportError]:
    if path := surroundings.summary:
        try:
            used = path.stat().st_size if path.exists() else 0
            _append(path, summary(classes, most_bytes=MOST_BYTES - used))
        except OSError as error:
            yield _unwritten("GITHUB_STEP_SUMMARY", error)
    if path := surroundings.outputs:
        try:
            _append(path, step_outputs(outputs(classes)))
        except OSError as error:
            yield _unwritten("GITHUB_OUTPUT", error)


def _append(path: Path, data: bytes) -> None:
    with path.open("ab") as file:
        file.write(data)


def _unwritten(name: str, error: OSError) -> ReportError:
    return ReportError(f"{name} can't be written: {error.strerror or error}.")
