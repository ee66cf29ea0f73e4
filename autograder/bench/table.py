"""The benchmark's tables, and its JSON document."""

from __future__ import annotations

import contextlib
import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from autograder.bench.figures import Figures, Way
from autograder.bench.measure import cores

__all__ = ["WORDS", "document", "machine", "show_bench"]

_PACKAGES = (
    "nbgrader",
    "papermill",
    "nbclient",
    "jupyter_client",
    "ipykernel",
    "pytest",
    "numpy",
    "torch",
    "tensorflow",
    "tensorflow-cpu",
)

#: Parts of a submission's time, in words.
WORDS = {
    "cells_s": "the student's cells",
    "calls_s": "calls of the student's functions",
    "checks_s": "checks: inputs, oracles, comparisons",
    "read_s": "reading and rebuilding the notebook",
    "present_s": "cleaning what the notebook shows",
    "papermill_s": "papermill: its copy, its records",
    "start_s": "fork, wall, kernel ready",
    "warm_up_s": "first operation of a framework",
    "end_s": "ending the kernel",
    "between_s": "from one to the next: the answer's way, its file",
    "record_s": "hand-in time",
    "notebook_s": "autograded notebook",
    "gradebook_s": "gradebook",
}


def machine() -> dict[str, Any]:
    """The machine and time of the measurements."""
    versions = {}
    for name in _PACKAGES:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            continue
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "cores": cores(),
        "processor": _processor(),
        "memory_mib": os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") >> 20,
        "load_before": os.getloadavg()[0],
        "system": platform.platform(),
        "python": platform.python_version(),
        "versions": versions,
    }


def document(about: dict[str, Any], figures: Sequence[Figures]) -> dict[str, Any]:
    """Everything as plain data."""
    return {"machine": about, "notebooks": [each.to_json() for each in figures]}


def show_bench(
    console: Console, about: dict[str, Any], figures: Sequence[Figures]
) -> None:
    """Print the measurements."""
    for each in figures:
        console.print(_ways(each))
        _say(console, _scaled(each))
        console.print(_costs(each))
        _say(console, _memory(each))
        console.print()
    names = ", ".join(f"{name} {number}" for name, number in about["versions"].items())
    _say(
        console,
        f"{about['cores']} cores ({about['processor']}), {about['memory_mib']} MiB, "
        f"load before {about['load_before']:.2f}; Python {about['python']}, {names}",
    )


def _ways(figures: Figures) -> Table:
    kinds = ", ".join(f"{count} {kind}" for kind, count in figures.kinds.items())
    title = f"{figures.notebook}: {figures.submissions} submissions ({kinds})"
    table = Table(title=title, title_justify="left", pad_edge=False)
    table.add_column("command", no_wrap=True)
    table.add_column("workers", justify="right")
    for name in ("graded", "whole class", "each", "further one", "peak memory"):
        table.add_column(name, justify="right")
    table.add_column("times nbgrader", justify="right")
    table.add_column("further ones", justify="right")
    for way in (figures.stock, *figures.ours, figures.warm):
        if way:
            table.add_row(*_row(figures, way))
    return table


def _row(figures: Figures, way: Way) -> list[str]:
    size = figures.submissions
    is_scaled = way.submissions != size
    return [
        way.command,
        str(way.workers),
        str(way.submissions),
        f"{'~' if is_scaled else ''}{way.total_s(size):.1f} s",
        f"{way.each_s(size):.2f} s",
        f"{way.further_s:.2f} s",
        "?" if way.peak_mib is None else f"{way.peak_mib:.0f} MiB",
        _times(figures.times_stock(way)),
        _times(figures.times_stock_further(way)),
    ]


def _times(ratio: float | None) -> str:
    return "" if ratio is None else f"{ratio:.1f}"


def _scaled(figures: Figures) -> str:
    stock = figures.stock
    if stock is None or stock.submissions == figures.submissions:
        return ""
    return (
        f"~ nbgrader graded {stock.submissions} of {figures.submissions}; the others "
        f"are reckoned at {stock.further_s:.2f} s each, its time for a further one"
    )


def _costs(figures: Figures) -> Table:
    costs = figures.costs
    table = Table(
        title="one worker, seconds for each submission",
        title_justify="left",
        pad_edge=False,
        show_header=False,
    )
    table.add_column("stretch")
    table.add_column("seconds", justify="right")
    for name, spent in costs.inside_s.items():
        table.add_row(WORDS.get(name, name), f"{spent:.3f}")
    table.add_row("[bold]inside", f"[bold]{costs.inside_total_s:.3f}", end_section=True)
    for name, spent in costs.overhead_s.items():
        table.add_row(WORDS.get(name, name), f"{spent:.3f}")
    table.add_row(
        "[bold]overhead", f"[bold]{costs.overhead_total_s:.3f}", end_section=True
    )
    for name, spent in costs.beside_s.items():
        table.add_row(f"beside it: {WORDS.get(name, name)}", f"{spent:.3f}")
    table.add_section()
    table.add_row("once, the start: programs, imports", f"{costs.start_up_s:.3f}")
    table.add_row("once, the end", f"{costs.end_s:.3f}")
    table.add_section()
    for told, once_s in (
        ("the start with a warm server", figures.warm_start_s),
        ("Python alone: the notebook's imports", figures.bare_import_s),
    ):
        if once_s is not None:
            table.add_row(told, f"{once_s:.3f}")
    return table


def _memory(figures: Figures) -> str:
    agree = "equal scores" if figures.scores_agree else "SCORES DIFFER"
    crews = " and ".join(str(way.workers) for way in figures.ours)
    text = f"{crews} at once: {agree}"
    if figures.worker_mib is not None:
        text += f"; a further worker takes {figures.worker_mib:.0f} MiB"
    return text


def _say(console: Console, text: str) -> None:
    if text:
        console.print(text, highlight=False, style="dim")


def _processor() -> str:
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.machine()
