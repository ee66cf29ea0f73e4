"""The coordinator benchmark's table, and its JSON document.

Owns: their format. May not: measure.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from autograder.bench.coordinator import Load, Pass

__all__ = ["loads_document", "show_loads"]


def loads_document(about: dict[str, Any], loads: Sequence[Load]) -> dict[str, Any]:
    """Everything as plain data."""
    return {"machine": about, "coordinator": [each.to_json() for each in loads]}


def show_loads(console: Console, about: dict[str, Any], loads: Sequence[Load]) -> None:
    """Print the measurements: one line for each run through each class."""
    table = Table(
        title="the coordinator, execution simulated",
        title_justify="left",
        pad_edge=False,
    )
    table.add_column("class", no_wrap=True)
    table.add_column("run", no_wrap=True)
    for name in ("done", "grading", "each", "each, CPU", "first tenth", "last tenth"):
        table.add_column(name, justify="right", no_wrap=True)
    for name in ("command", "command, CPU", "peak memory"):
        table.add_column(name, justify="right", no_wrap=True)
    for load in loads:
        for number, each in enumerate(load.passes):
            first = f"{load.notebook}, {load.submissions}" if number == 0 else ""
            table.add_row(first, *_row(each), end_section=each is load.passes[-1])
    console.print(table)
    console.print(
        "first and last tenth: processor time of a submission in the run's first and "
        "last tenth",
        f"{about['cores']} cores ({about['processor']}), load before "
        f"{about['load_before']:.2f}; Python {about['python']}",
        sep="\n",
        highlight=False,
        style="dim",
    )


def _row(each: Pass) -> list[str]:
    return [
        each.run,
        str(each.done),
        f"{each.seconds:.2f} s",
        _ms(each.each_wall_s),
        _ms(each.each_cpu_s),
        _ms(each.early_cpu_s),
        _ms(each.late_cpu_s),
        f"{each.command_s:.2f} s",
        f"{each.command_cpu_s:.2f} s",
        f"{each.peak_mib:.0f} MiB",
    ]


def _ms(seconds: float | None) -> str:
    return "" if seconds is None else f"{seconds * 1000:.1f} ms"
