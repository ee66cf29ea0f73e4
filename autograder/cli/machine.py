"""Commands about this machine: what it can do, how fast, what keeps running on it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from autograder.cli.options import EXIT_ERROR, AsJson, Course, settings_of
from autograder.config import Settings

__all__ = ["BenchNotebook", "bench", "doctor", "stop"]


def doctor(as_json: AsJson = False, course: Course = Path()) -> None:
    """Show what this machine can do: versions, frameworks, devices, wall.

    Example: [bold]autograder doctor[/]
    """
    from autograder.cli.table import show_findings
    from autograder.doctor import examine

    findings = examine(course)
    if as_json:
        typer.echo(json.dumps([finding.to_json() for finding in findings]))
    else:
        show_findings(Console(emoji=False), findings)
    if not all(finding.is_well for finding in findings):
        raise typer.Exit(EXIT_ERROR)


def stop(as_json: AsJson = False) -> None:
    """End the processes that keep running between commands to make them start sooner.

    Nothing is lost: the next command imports everything again. A process that is in use
    ends with its command.

    Example: [bold]autograder stop[/]
    """
    from autograder.execution.warm import stop as end_servers

    pids = end_servers()
    if as_json:
        typer.echo(json.dumps({"stopped": pids}))
    elif pids:
        typer.echo(f"stopped: process {', '.join(map(str, pids))}")
    else:
        typer.echo("nothing to stop: no process stays between commands")


class BenchNotebook(StrEnum):
    """What `bench` can measure; the keys of `autograder.bench.NOTEBOOKS`."""

    LIGHT = "light"
    CONVOLUTION = "convolution"
    BOTH = "both"


def bench(
    submissions: Annotated[
        int, typer.Option(min=1, help="Size of the class.", metavar="N")
    ] = 20,
    stock_submissions: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="How many of them nbgrader grades; by default up to 5.",
            metavar="M",
        ),
    ] = None,
    notebook: Annotated[
        BenchNotebook,
        typer.Option(help="A notebook that is nearly all overhead, the course's, both"),
    ] = BenchNotebook.BOTH,
    workers: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="The larger number of workers; by default one per core.",
            metavar="N",
        ),
    ] = None,
    repeat: Annotated[
        int, typer.Option(min=1, help="Runs of each command; the fastest counts.")
    ] = 1,
    skip_stock: Annotated[
        bool, typer.Option("--skip-stock", help="Leave nbgrader out.")
    ] = False,
    coordinator: Annotated[
        list[int] | None,
        typer.Option(
            min=2,
            help="Instead, the overhead of a class of this size, whose execution "
            "is simulated; may be repeated.",
            metavar="N",
        ),
    ] = None,
    as_json: AsJson = False,
    course: Course = Path(),
) -> None:
    """Measure how fast a made-up class is graded, here and by nbgrader autograde.

    Works in its own folders; your submissions and gradebook are not touched.

    Example: [bold]autograder bench --notebook light --submissions 10[/]
    """
    from autograder.bench import Plan, document, machine, run_bench, show_bench

    settings = settings_of(course)
    if coordinator:
        _bench_coordinator(settings, notebook, coordinator, as_json=as_json)
        return
    plan = Plan(
        notebook=notebook,
        submissions=submissions,
        stock_submissions=stock_submissions,
        with_stock=not skip_stock,
        repeat=repeat,
        workers=workers,
    )
    about = machine()
    with Console(stderr=True, emoji=False).status("getting ready") as status:
        figures = list(run_bench(settings, plan, tell=status.update))
    if as_json:
        typer.echo(json.dumps(document(about, figures), allow_nan=False, indent=1))
    else:
        show_bench(Console(emoji=False), about, figures)


def _bench_coordinator(
    settings: Settings, notebook: BenchNotebook, sizes: Sequence[int], *, as_json: bool
) -> None:
    from autograder.bench import (
        NOTEBOOKS,
        loads_document,
        machine,
        run_coordinator_bench,
        show_loads,
    )

    about = machine()
    with Console(stderr=True, emoji=False).status("getting ready") as status:
        loads = [
            load
            for name in NOTEBOOKS[notebook]
            for load in run_coordinator_bench(settings, name, sizes, tell=status.update)
        ]
    if as_json:
        typer.echo(json.dumps(loads_document(about, loads), allow_nan=False, indent=1))
    else:
        show_loads(Console(emoji=False), about, loads)
