"""Tables of `autograder status`: one row per student, or per assignment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from autograder.grading.status import Standing, State
from autograder.text import one_line

__all__ = ["show_assignment", "show_course"]

_STYLES = {
    State.GRADED: "green",
    State.STALE: "yellow",
    State.UNGRADED: "yellow",
    State.OPEN: "yellow",
}

#: How many characters of a reason a table shows.
_MOST_REASON = 300


def show_assignment(
    console: Console, assignment: str, standings: Sequence[Standing]
) -> None:
    """Print an assignment's students, the state of each, and what to do."""
    table = Table(
        title=Text(assignment, "table.title"), title_justify="left", pad_edge=False
    )
    table.add_column("student", no_wrap=True)
    table.add_column("state", no_wrap=True)
    table.add_column("score", justify="right", no_wrap=True)
    table.add_column("why, and what waits", overflow="fold")
    for each in standings:
        state = Text(str(each.state), style=_STYLES.get(each.state, ""))
        table.add_row(
            Text(one_line(each.student)), state, _score(each), Text(_reasons(each))
        )
    console.print(table)
    counts = Counter(each.state for each in standings)
    told = ", ".join(f"{counts[state]} {state}" for state in State if counts[state])
    console.print(told or "nobody has handed in", highlight=False)
    if any(each.state in (State.STALE, State.NEW) or each.lags for each in standings):
        console.print(
            f"run `autograder grade {assignment}` to bring this up to date",
            highlight=False,
        )


def show_course(console: Console, documents: Sequence[Mapping[str, Any]]) -> None:
    """Print how many students are in each state, assignment by assignment."""
    table = Table(pad_edge=False)
    table.add_column("assignment", no_wrap=True)
    table.add_column("students", overflow="fold")
    for document in documents:
        summary = Text(_summary(document.get("students", [])))
        if error := document.get("error"):
            summary = Text(one_line(error, _MOST_REASON), style="dim")
        table.add_row(Text(document["assignment"]), summary)
    console.print(table)


def _summary(students: Sequence[Mapping[str, Any]]) -> str:
    counts = Counter(each["state"] for each in students)
    told = [f"{counts[state]} {state}" for state in map(str, State) if counts[state]]
    if by_hand := sum(each["by_hand"] or 0 for each in students):
        noun = "cell waits" if by_hand == 1 else "cells wait"
        told.append(f"{by_hand} {noun} for a grade by hand")
    return ", ".join(told) or "nobody has handed in"


def _score(standing: Standing) -> str:
    if standing.score is None or standing.max_score is None:
        return ""
    return f"{standing.score:.4g} / {standing.max_score:g}"


def _reasons(standing: Standing) -> str:
    told = list(standing.reasons)
    if standing.by_hand:
        noun = "cell waits" if standing.by_hand == 1 else "cells wait"
        told.append(f"{standing.by_hand} {noun} for a grade by hand")
    if standing.lags and standing.state is not State.STALE:
        names = " and ".join(_PROJECTIONS[name] for name in standing.lags)
        told.append(f"{names} yet to be written")
    return one_line("; ".join(told), _MOST_REASON)


_PROJECTIONS = {"autograded": "notebook", "gradebook": "scores"}
