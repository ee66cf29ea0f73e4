"""The command that joins results of several machines."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from autograder.cli.options import (
    AsJson,
    Course,
    Reports,
    document_of,
    failed,
    finish,
    print_json,
    settings_of,
    tell,
)
from autograder.text import one_line

__all__ = ["merge"]


def merge(
    files: Annotated[
        list[Path],
        typer.Argument(help="Written by `autograder grade --parts FILE`."),
    ],
    report: Reports = None,
    as_json: AsJson = False,
    course: Course = Path(),
) -> None:
    """Join the parts of results that several machines have made.

    A score is final once every device of the course has graded, in any order.
    Parts with a different submission, checks, seed or versions from this course's are
    refused, each with a line that says why.

    Exit codes: 0 everything is final; 1 an error; 3 a part was refused, or something is
    still open.

    Example: [bold]autograder merge cpu.jsonl gpu.jsonl[/]
    """
    from autograder.cli.table import show_class
    from autograder.grading.arriving import merge_parts
    from autograder.report import ClassReport
    from autograder.report.destinations import destinations, write_reports

    wanted, classes, code = destinations(report or []), list[ClassReport](), 0
    merged = merge_parts(settings_of(course), files)
    documents, looks = list[dict[str, Any]](), [bool(merged.refused)]
    for assignment, reports in merged.reports.items():
        classes.append(ClassReport(assignment, reports))
        looks += [each.needs_attention for each in reports]
        documents.append(document_of(assignment, reports))
        if not as_json:
            show_class(Console(emoji=False), assignment, reports)
    for line in merged.refused:
        tell(f"refused {one_line(line)}")
    if as_json:
        print_json(documents or [{"assignments": []}], as_json=True)
    else:
        typer.echo(f"parts: {merged.taken} taken, {merged.known} known already")
    for unwritten in write_reports(wanted, classes):
        code = failed(unwritten)
    finish(code, looks)
