"""Reports to be told of, and texts that would be more than text."""

from __future__ import annotations

from autograder.model import (
    CheckResult,
    ExerciseReport,
    GradeReport,
    Outcome,
    Status,
)
from autograder.report import ClassReport

__all__ = [
    "HOSTILE",
    "NEEDS",
    "OWN_KINDS",
    "SECRET",
    "graded",
    "hostile_class",
    "one",
    "refused",
]

#: The kinds that tell of any class.
OWN_KINDS = ("html", "junit", "markdown", "results")

#: What a hidden check has been asked; stands in no report.
SECRET = "31.41592"

_WRONG = "corr2d: the values differ\n  got       2\n  hint      turn the kernel"

NEEDS = "needs cuda: run `autograder grade A --device cuda` on a GPU runner"

#: Texts that mean something to a shell, YAML, XML, HTML, Markdown, or a runner.
HOSTILE = {
    "html": "<script>window.__pwned=1</script><img src=x onerror=window.__pwned=1>",
    "attribute": "\" onload='window.__pwned=1' x='",
    "cdata": "]]></failure><testcase name='forged'/><!--",
    "entity": "&lt;b&gt; &#64;everyone &amp;",
    "shell": "$(touch pwned) `touch pwned`; touch pwned | tee x",
    "yaml": "a: [b, *c, &d] # e\n- !!python/object:f {}",
    "template": "{{ config }} {% raw %} ${{ github.token }}",
    "markdown": "![x](https://evil.example/p.png) [y](javascript:z) **bold** # head",
    "mention": "@everyone @ada #1 !2 ~3 user/repo@deadbee https://evil.example",
    "mail": "ada@evil.example www.evil.example",
    "fence": "```\n# out\n```` ~~~\n</details>",
    "backticks": "`a``b```",
    "table": "a | b \\| c \\",
    "command": "::error::forged\n::set-output name=score::18\n##[error]forged",
    "output": "x\nscore=18\nEOF",
    "control": "a\x00b\x1b[31mc\u202ed\ufffee\ud800f",
}


def graded(student: str = "ada") -> GradeReport:
    """A right exercise, one with a wrong public and hidden check, an open one."""
    checks = (
        CheckResult("test_right", True, Outcome.PASSED, seconds=0.25),
        CheckResult(
            "test_example",
            True,
            Outcome.FAILED,
            misconception="flipped",
            hint="turn the kernel",
            message=_WRONG,
            detail="corr2d: the values differ",
        ),
        CheckResult(
            "test_any_shape",
            False,
            Outcome.RAISED,
            weight=2.0,
            hint="turn the kernel",
            message="corr2d raised ValueError",
            detail=f"corr2d raised ValueError: {SECRET}",
        ),
    )
    open_check = CheckResult(
        "test_layer", False, Outcome.UNGRADED, message=NEEDS, detail=SECRET
    )
    return GradeReport(
        "convolution",
        student,
        Status.GRADED,
        (
            ExerciseReport("pad2d", 1.0, checks[:1]),
            ExerciseReport("corr2d", 2.0, checks),
            ExerciseReport("layer", 3.0, (open_check,)),
        ),
        note="cell 9 failed",
        digest="ab" * 32,
        seconds=1.5,
    )


def one() -> list[ClassReport]:
    """A class of one."""
    return [ClassReport("convolution", [graded()])]


def refused() -> list[ClassReport]:
    """An assignment that could not be graded at all."""
    return [ClassReport("gan", is_refused=True)]


def hostile_class() -> list[ClassReport]:
    """Every hostile text, wherever a student's text may stand."""
    reports = []
    for text in HOSTILE.values():
        check = CheckResult(
            f"test[{text}]", True, Outcome.FAILED, message=text, hint=text
        )
        exercise = ExerciseReport(text, 1.0, (check,))
        reports.append(
            GradeReport("convolution", text, Status.GRADED, (exercise,), note=text)
        )
        reports.append(
            GradeReport.not_run(
                "convolution",
                text,
                status=Status.MALFORMED,
                points={text: 1.0},
                note=text,
            )
        )
    return [ClassReport("convolution", reports)]
