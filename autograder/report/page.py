"""One self-contained page: no script, no link, no picture.

Owns: its layout (page.html.j2, page.css) and its content security policy. May not: put
text into the page that the template does not escape.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import jinja2
from markupsafe import Markup

from autograder.model import CheckResult, ExerciseReport, GradeReport, Outcome
from autograder.report.told import (
    REFUSED,
    WORDS,
    ClassReport,
    is_final,
    is_lost,
    noted,
    points_told,
    score_told,
    told,
)
from autograder.text import one_line

__all__ = ["document", "policy"]


def document(classes: Sequence[ClassReport]) -> bytes:
    """Everything graded, as one HTML page."""
    names = ", ".join(one_line(each.assignment) for each in classes)
    page = _template().render(
        classes=classes,
        title=f"Automatic points: {names}",
        policy=policy(),
        css=Markup(_css()),
        words=WORDS,
        refused=REFUSED,
    )
    return page.encode()


def policy() -> str:
    """The page's content security policy: its own style and nothing else."""
    digest = base64.b64encode(hashlib.sha256(_css().encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; "
        "form-action 'none'"
    )


@cache
def _css() -> str:
    return Path(__file__).with_name("page.css").read_text("utf-8")


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "colour": _colour,
        "has_lost": lambda exercise: any(map(is_lost, exercise.checks)),
        "line": one_line,
        "lost": is_lost,
        "note": noted,
        "points": points_told,
        "score": score_told,
        "state": _state,
        "told": told,
    }
    return environment.get_template("page.html.j2")


def _state(report: GradeReport) -> str:
    if not is_final(report):
        return "open"
    return "passed" if report.score == report.max_score else "final"


def _colour(judged: CheckResult | ExerciseReport) -> str:
    """The CSS class for an outcome."""
    names = {Outcome.PASSED: "passed", Outcome.UNGRADED: "open"}
    return names.get(judged.outcome, "lost")
