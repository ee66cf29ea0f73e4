"""JUnit XML, as GitLab, Jenkins and GitHub actions read it.

Owns: what is a suite, a case, a failure. May not: write a file.

There is no standard, only what tools read: `testsuites` of `testsuite` of `testcase`,
with `failure`, `error` or `skipped` in it. Consumers differ, and so:

- a suite is a submission, a case a check. Its `classname` is "<assignment>.<student>",
  since GitLab and Jenkins group by that, not by suite. Its `name` is
  "<grade_id>: <check>"; GitLab ignores the second case of one name.
- a wrong answer is a `failure`; code that stopped, hung or took too much is an `error`.
- what is open is `skipped`: no verdict, neither passed nor failed.
- the text is in the element, and its first line in the attribute `message`, since some
  tools show the one and some the other.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from xml.etree import ElementTree as XML

from autograder.model import CheckResult, GradeReport, Outcome
from autograder.report.told import (
    REFUSED,
    WORDS,
    ClassReport,
    is_final,
    noted,
    score_told,
    told,
)
from autograder.text import one_line

__all__ = ["document"]

_KINDS = {
    Outcome.FAILED: "failure",
    Outcome.NOT_RUN: "failure",
    Outcome.RAISED: "error",
    Outcome.TIMED_OUT: "error",
    Outcome.EXHAUSTED: "error",
    Outcome.UNGRADED: "skipped",
}

_COUNTED = {"failures": "failure", "errors": "error", "skipped": "skipped"}


def document(classes: Sequence[ClassReport]) -> bytes:
    """Everything graded, as one JUnit XML file."""
    root = XML.Element("testsuites", name="autograder")
    for each in classes:
        if each.is_refused:
            root.append(_refusal(each.assignment))
        root.extend(_suite(report) for report in each.reports)
    for name, element in (("tests", "testcase"), *_COUNTED.items()):
        root.set(name, str(sum(1 for _ in root.iter(element))))
    seconds = math.fsum(report.seconds for each in classes for report in each.reports)
    root.set("time", _seconds(seconds))
    XML.indent(root)
    made: bytes = XML.tostring(root, encoding="utf-8", xml_declaration=True)
    return made + b"\n"


def _suite(report: GradeReport) -> XML.Element:
    name = f"{one_line(report.assignment)}.{one_line(report.student)}"
    cases = list(_cases(report, name))
    counts = {
        key: str(sum(case.find(element) is not None for case in cases))
        for key, element in _COUNTED.items()
    }
    suite = XML.Element(
        "testsuite",
        {
            "name": name,
            "tests": str(len(cases)),
            **counts,
            "time": _seconds(report.seconds),
        },
    )
    properties = XML.SubElement(suite, "properties")
    for key, value in _properties(report):
        XML.SubElement(properties, "property", name=key, value=value)
    suite.extend(cases)
    return suite


def _properties(report: GradeReport) -> Iterator[tuple[str, str]]:
    yield "status", str(report.status)
    yield "state", "final" if is_final(report) else "open"
    yield "automatic points", score_told(report)
    if note := noted(report):
        yield "note", note


def _cases(report: GradeReport, classname: str) -> Iterator[XML.Element]:
    seen = Counter[str]()
    for exercise in report.exercises:
        for check in exercise.checks:
            name = f"{one_line(exercise.grade_id)}: {one_line(check.name)}"
            seen[name] += 1
            if seen[name] > 1:
                name = f"{name} ({seen[name]})"
            yield _case(check, name, classname)


def _case(check: CheckResult, name: str, classname: str) -> XML.Element:
    seconds = _seconds(check.seconds)
    case = XML.Element("testcase", classname=classname, name=name, time=seconds)
    if kind := _KINDS.get(check.outcome):
        text = told(check)
        head = one_line(text.partition("\n")[0]) or WORDS[check.outcome]
        about = {"message": head}
        if kind != "skipped":
            about["type"] = str(check.outcome)
        XML.SubElement(case, kind, about).text = text or head
    return case


def _refusal(assignment: str) -> XML.Element:
    """A suite with one open case: a run without any suite would look like success."""
    name = one_line(assignment)
    counts = {"tests": "1", "failures": "0", "errors": "0", "skipped": "1"}
    suite = XML.Element("testsuite", {"name": name, **counts, "time": "0.000"})
    case = XML.SubElement(
        suite, "testcase", classname=name, name="grading", time="0.000"
    )
    XML.SubElement(case, "skipped", message=REFUSED).text = REFUSED
    return suite


def _seconds(seconds: float) -> str:
    return f"{seconds:.3f}"
