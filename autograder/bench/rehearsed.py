"""Measure one run of the coordinator with simulated workers from inside.

Owns: workers that immediately repeat the answers of real ones, and the clocks of one
run. May not: make the class, or compare runs.

It runs as a separate program, so that its peak memory is that of one run: `python -m
autograder.bench.rehearsed COURSE ASSIGNMENT ANSWERS`.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from array import array
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Self

from autograder.config import Assignment, load_settings
from autograder.grading.course import grade_class
from autograder.grading.messages import Answer, Failure, Job

__all__ = ["Rehearsed", "main"]


class Rehearsed:
    """Workers that repeat real answers, one after another, without grading.

    Args:
        answers: The answers of real workers.
    """

    def __init__(self, answers: Sequence[dict[str, Any]]) -> None:
        self._answers = answers

    def __enter__(self) -> Self:
        """Do nothing: there is nothing to prepare."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Do nothing: there is nothing to release."""

    def grade(self, jobs: Sequence[Job]) -> Iterator[tuple[Job, Answer | Failure]]:
        """Yield an answer for each job, in order."""
        for number, job in enumerate(jobs):
            told = self._answers[number % len(self._answers)]
            # As from a worker: no two answers share any object.
            report = json.loads(json.dumps(told["report"]))
            report.update(student=job.student, digest="")
            yield job, Answer(report, told["notebook"], told["executed"])


class _Clock:
    """When each submission was done, by wall clock and by processor time."""

    def __init__(self) -> None:
        self.wall, self.cpu = array("d"), array("d")

    def tick(self, _done: int, _total: int, _student: str) -> None:
        self.wall.append(time.monotonic())
        self.cpu.append(time.process_time())


def main(course: str, assignment: str, answers: str) -> None:
    """Grade a class and print the measurements, as one JSON object."""
    told = json.loads(Path(answers).read_text(encoding="utf-8"))
    settings = load_settings(Path(course))
    clock, began = _Clock(), time.monotonic()

    def hire(_assignment: Assignment, _jobs: int) -> Rehearsed:
        return Rehearsed(told)

    grade_class(settings.assignment(assignment), tick=clock.tick, hire=hire)
    figures = {
        "seconds": time.monotonic() - began,
        "done": len(clock.wall),
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        **{
            f"{part}_{name}_s": _each(times, which)
            for name, times in (("wall", clock.wall), ("cpu", clock.cpu))
            for part, which in _PARTS.items()
        },
    }
    sys.stdout.write(f"{json.dumps(figures)}\n")


#: Of a run's submissions: all, the first tenth, the last tenth.
_PARTS = {"each": (0.0, 1.0), "early": (0.0, 0.1), "late": (0.9, 1.0)}


def _each(times: Sequence[float], which: tuple[float, float]) -> float | None:
    """Seconds from one submission to the next; None if there are too few."""
    first, last = (round(share * (len(times) - 1)) for share in which)
    if last - first < 1:
        return None
    return (times[last] - times[first]) / (last - first)


if __name__ == "__main__":
    main(*sys.argv[1:])
