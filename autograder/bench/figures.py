"""The figures of a benchmark: what was measured, and what is computed from it.

Owns: all of the arithmetic. May not: run or print anything.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

__all__ = [
    "BESIDE",
    "INSIDE",
    "Costs",
    "Figures",
    "Way",
    "costs_of",
    "further_s",
]

#: Parts of a submission's time that belong to it and its checks, by their names in
#: `GradeReport.timings`. All others are overhead.
INSIDE = ("cells_s", "calls_s", "checks_s")

#: Work of the main process while its worker grades the next submission.
BESIDE = ("record_s", "notebook_s", "gradebook_s")

#: Waiting for the fork server, once for each worker: part of the start.
_ONCE = "imports_s"


@dataclass(frozen=True)
class Way:
    """One way to grade the class, measured as a whole command.

    Attributes:
        command: "nbgrader autograde" or "autograder grade".
        workers: Submissions graded at once.
        submissions: How many were graded.
        wall_s: Seconds from the command's start to its end.
        further_s: Seconds from one finished submission to the next, on average.
        peak_mib: Most memory of all its processes together, or None if unknown.
    """

    command: str
    workers: int
    submissions: int
    wall_s: float
    further_s: float
    peak_mib: float | None

    def total_s(self, submissions: int) -> float:
        """Seconds for a class of this size; measured, if that many were graded."""
        return self.wall_s + (submissions - self.submissions) * self.further_s

    def each_s(self, submissions: int) -> float:
        """Seconds per submission of such a class, sharing the start."""
        return self.total_s(submissions) / submissions


@dataclass(frozen=True)
class Costs:
    """How one worker's time was spent; the parts add up to the whole command.

    Attributes:
        start_up_s: Until the first submission could begin: programs, tests, imports.
        end_s: From the last result to the command's end.
        inside_s: Per submission, in the student's code and the checks, by part.
        overhead_s: Per submission, everything else, by part; `between_s` is the time
            from one submission to the next.
        beside_s: Per submission, in the main process at the same time; not in any sum.
    """

    start_up_s: float
    end_s: float
    inside_s: Mapping[str, float]
    overhead_s: Mapping[str, float]
    beside_s: Mapping[str, float]

    @property
    def inside_total_s(self) -> float:
        """Seconds of a submission in its own code and its checks."""
        return math.fsum(self.inside_s.values())

    @property
    def overhead_total_s(self) -> float:
        """Seconds that grading adds to a submission."""
        return math.fsum(self.overhead_s.values())


@dataclass(frozen=True)
class Figures:
    """One notebook's figures.

    Attributes:
        notebook: Name of the assignment.
        kinds: How many of the class are right, mistaken and untouched.
        submissions: Size of the class.
        stock: nbgrader, if it was measured.
        ours: One worker, and as many as there are cores.
        costs: How one worker's time was spent.
        scores_agree: Whether one worker and many gave the same scores.
        warm: One worker with a server left by an earlier command, or None if none
            stays.
        warm_start_s: Its start, as `Costs.start_up_s`.
        bare_import_s: How long Python alone takes for the notebook's imports.
    """

    notebook: str
    kinds: Mapping[str, int]
    submissions: int
    stock: Way | None
    ours: tuple[Way, ...]
    costs: Costs
    scores_agree: bool
    warm: Way | None = None
    warm_start_s: float | None = None
    bare_import_s: float | None = None

    def times_stock(self, way: Way) -> float | None:
        """How many submissions of the class it grades while nbgrader grades one."""
        if self.stock is None:
            return None
        size = self.submissions
        return self.stock.each_s(size) / way.each_s(size)

    def times_stock_further(self, way: Way) -> float | None:
        """The same for a further submission, without any start."""
        if self.stock is None:
            return None
        return self.stock.further_s / way.further_s

    @property
    def worker_mib(self) -> float | None:
        """Memory of a further worker, or None if unknown."""
        one, many = self.ours[0], self.ours[-1]
        if one.peak_mib is None or many.peak_mib is None or one.workers == many.workers:
            return None
        return (many.peak_mib - one.peak_mib) / (many.workers - one.workers)

    def to_json(self) -> dict[str, Any]:
        """Plain data for `json.dumps(..., allow_nan=False)`."""
        ways = [way for way in (self.stock, *self.ours, self.warm) if way]
        return {
            "notebook": self.notebook,
            "submissions": self.submissions,
            "kinds": dict(self.kinds),
            "scores_agree": self.scores_agree,
            "ways": [
                {
                    "command": way.command,
                    "workers": way.workers,
                    "submissions": way.submissions,
                    "is_scaled": way.submissions != self.submissions,
                    "wall_s": way.wall_s,
                    "further_s": way.further_s,
                    "total_s": way.total_s(self.submissions),
                    "each_s": way.each_s(self.submissions),
                    "times_stock": self.times_stock(way),
                    "times_stock_further": self.times_stock_further(way),
                    "peak_mib": way.peak_mib,
                }
                for way in ways
            ],
            "one_worker": {
                "start_up_s": self.costs.start_up_s,
                "end_s": self.costs.end_s,
                "inside_s": dict(self.costs.inside_s),
                "inside_total_s": self.costs.inside_total_s,
                "overhead_s": dict(self.costs.overhead_s),
                "overhead_total_s": self.costs.overhead_total_s,
                "beside_s": dict(self.costs.beside_s),
            },
            "warm_start_s": self.warm_start_s,
            "bare_import_s": self.bare_import_s,
            "worker_mib": self.worker_mib,
        }


def further_s(finished: Sequence[float], wall_s: float) -> float:
    """Seconds from one finished submission to the next, on average.

    Args:
        finished: When each was finished, in any order.
        wall_s: The whole command; the answer if there is only one submission.
    """
    if len(finished) < 2:
        return wall_s
    return (max(finished) - min(finished)) / (len(finished) - 1)


def costs_of(
    timings: Sequence[Mapping[str, float]],
    *,
    first_s: float,
    last_s: float,
    wall_s: float,
) -> Costs:
    """Divide one worker's command into parts.

    Args:
        timings: `GradeReport.timings` of each submission, in the order of grading.
        first_s: When the first submission was finished, after the command's start.
        last_s: When the last one was.
        wall_s: When the command had ended.
    """
    apart = {_ONCE, *BESIDE}
    start_up = first_s - math.fsum(
        spent for name, spent in timings[0].items() if name not in apart
    )
    names = dict.fromkeys(name for each in timings for name in each)
    means = {
        name: math.fsum(each.get(name, 0.0) for each in timings) / len(timings)
        for name in names
    }
    overhead = {
        name: spent
        for name, spent in means.items()
        if name not in apart and name not in INSIDE
    }
    inside = {name: means.get(name, 0.0) for name in INSIDE}
    known = math.fsum((*inside.values(), *overhead.values()))
    between = (last_s - start_up) / len(timings) - known
    return Costs(
        start_up_s=start_up,
        end_s=wall_s - last_s,
        inside_s=inside,
        overhead_s={**overhead, "between_s": between},
        beside_s={name: means.get(name, 0.0) for name in BESIDE},
    )
