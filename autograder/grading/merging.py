"""Update a result of which some exercises were asked again, or whose hints changed.

Owns: what is taken from the old one and what from the new. May not: run anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from autograder.grading.feedback import with_feedback
from autograder.model import CheckResult, GradeReport, Status
from autograder.results import Key, Part

__all__ = ["hinted", "merged"]


def merged(old: Part, new: GradeReport, key: Key, *, now: float) -> Part:
    """The result after some of its exercises were asked again.

    The notebook is the same and was run as before, so what it showed stays, except the
    reports on those exercises.

    Args:
        old: The result with all exercises.
        new: A report on some of them.
        key: What the result depends on now.
        now: Seconds since the epoch.
    """
    before = GradeReport.from_json(old.assignment, old.report)
    again = {each.grade_id: each for each in new.exercises}
    known = {**{each.grade_id: each for each in before.exercises}, **again}
    report = replace(
        before,
        exercises=tuple(known[name] for name in key.exercises if name in known),
        seconds=new.seconds,
        timings=new.timings,
    )
    if new.status is not Status.GRADED:
        note = "; ".join(filter(None, (before.note, new.note)))
        report = replace(report, note=note)
    return _told(old, report, key, tuple(again), now)


def hinted(old: Part, hints: Mapping[str, str], key: Key, *, now: float) -> Part:
    """The result with the hints that its known mistakes have now.

    Args:
        old: The result.
        hints: By the mistakes' names.
        key: What the result depends on now.
        now: Seconds since the epoch.
    """
    before = GradeReport.from_json(old.assignment, old.report)
    report = replace(
        before,
        exercises=tuple(
            replace(each, checks=tuple(_hinted(check, hints) for check in each.checks))
            for each in before.exercises
        ),
    )
    others = tuple(
        now_.grade_id
        for then, now_ in zip(before.exercises, report.exercises, strict=True)
        if then != now_
    )
    return _told(old, report, key, others, now)


def _hinted(check: CheckResult, hints: Mapping[str, str]) -> CheckResult:
    hint = hints.get(check.misconception or "")
    if hint is None or check.hint is None or hint == check.hint:
        return check
    return replace(
        check,
        hint=hint,
        message=check.message.replace(check.hint, hint),
        detail=check.detail.replace(check.hint, hint),
    )


def _told(
    old: Part, report: GradeReport, key: Key, grade_ids: tuple[str, ...], now: float
) -> Part:
    return replace(
        old,
        key=key,
        report=report.to_json(),
        notebook=with_feedback(old.notebook, report, grade_ids),
        executed=with_feedback(old.executed, report, grade_ids),
        graded_at=now,
    )
