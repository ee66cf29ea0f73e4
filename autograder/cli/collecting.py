"""Commands that collect what students hand in elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from autograder.cli.options import AsJson, finish, near, progress_bar, ticker
from autograder.errors import CollectError
from autograder.text import one_line

if TYPE_CHECKING:
    from autograder.collect.repositories import Collection, Fetched
    from autograder.collect.roster import Entry

__all__ = ["collect"]

#: Each kind of server and its default address.
_SERVERS = {"github": "https://github.com", "gitlab": "https://gitlab.com"}


def collect(
    roster: Annotated[
        Path | None,
        typer.Option(
            help="A CSV file: student,repository, and until for those with more time.",
            metavar="FILE",
        ),
    ] = None,
    organisation: Annotated[
        str | None,
        typer.Option(
            help="Instead: all repositories of an organisation or GitLab group.",
            metavar="NAME",
        ),
    ] = None,
    pattern: Annotated[
        str, typer.Option(help="Which ones: a name with {student} in it.")
    ] = "{student}",
    deadline: Annotated[
        str | None,
        typer.Option(
            help='Take the state at that time: "2026-12-01 23:59 Europe/Berlin".',
            metavar="TIME",
        ),
    ] = None,
    into: Annotated[
        Path, typer.Option(help="Where the checkouts go.", metavar="DIR")
    ] = Path("checkouts"),
    host: Annotated[str, typer.Option(help="github or gitlab.")] = "github",
    server: Annotated[
        str | None,
        typer.Option(help="The server that the token is for.", metavar="URL"),
    ] = None,
    timeout: Annotated[
        float, typer.Option(min=1, help="Seconds for one repository.", metavar="S")
    ] = 120,
    max_mib: Annotated[
        float,
        typer.Option(min=1, help="The largest size of one repository.", metavar="MIB"),
    ] = 200,
    as_json: AsJson = False,
) -> None:
    """Fetch students' repositories as they were at a deadline.

    Each goes to DIR/<student>/, regular files only, with nbgrader's timestamp.txt;
    DIR/collected.json lists what was taken. The variable AUTOGRADER_GIT_TOKEN holds a
    token that can read them. With it, GitHub and GitLab say when each student pushed;
    without it, commit dates count, which a student can forge.

    Exit codes: 0 all is well; 1 an error; 2 wrong use; 3 nothing was taken for some
    students.

    Example: [bold]autograder collect --roster roster.csv[/]
    """
    from autograder.collect import repositories as collecting
    from autograder.collect.access import Access
    from autograder.collect.git import Bounds
    from autograder.collect.hosts import host_of

    if (roster is None) == (organisation is None):
        raise CollectError("name one of --roster FILE and --organisation NAME.")
    access = Access.from_environment(server or _SERVERS.get(host, ""))
    knows = host_of(host, access)
    how = collecting.Collection(
        folder=into,
        access=access,
        deadline=_deadline(deadline),
        host=knows if access.token else None,
        bounds=Bounds(seconds=timeout, mib=max_mib),
    )
    if roster:
        entries = _listed(roster, access.server)
    else:
        listed = knows.repositories(str(organisation))
        entries = collecting.found_entries(listed, pattern)
    collected = _run(entries, how, quiet=as_json)
    path = collecting.write_list(collected, into, deadline=how.deadline)
    if as_json:
        typer.echo(path.read_text("utf-8"), nl=False)
    else:
        _show(Console(emoji=False), collected, into)
    finish(0, (each.needs_attention for each in collected))


def _listed(roster: Path, server: str) -> Sequence[Entry]:
    from autograder.collect.roster import read_roster

    return read_roster(roster, server=server)


def _deadline(text: str | None) -> datetime | None:
    from autograder.collect.moments import moment

    if not text:
        return None
    try:
        return moment(text)
    except ValueError as error:
        raise CollectError(f"--deadline {error}.") from None


def _run(
    entries: Sequence[Entry], how: Collection, *, quiet: bool
) -> Sequence[Fetched]:
    from autograder.collect.repositories import collect as collect_all

    collected = []
    with progress_bar(quiet) as progress:
        tick = ticker(progress, "collecting")
        for each in collect_all(entries, how):
            collected.append(each)
            tick(len(collected), len(entries), each.student)
    return collected


def _show(console: Console, collected: Sequence[Fetched], into: Path) -> None:
    """Print what was taken from each student."""
    table = Table(pad_edge=False)
    for name in ("student", "commit", "handed in", "known by"):
        table.add_column(name, no_wrap=True)
    table.add_column("notes", overflow="fold")
    for each in collected:
        time = f"{each.time:%Y-%m-%d %H:%M} UTC" if each.time else ""
        notes = Text(one_line("; ".join(each.notes)), "dim")
        if each.problem:
            notes = Text(one_line("; ".join((each.problem, *each.notes))), "yellow")
        student = Text(one_line(each.student))
        table.add_row(student, each.commit[:10], time, each.known_by, notes)
    console.print(table)
    failed = sum(each.needs_attention for each in collected)
    taken = f"{len(collected) - failed} of {len(collected)} collected into {near(into)}"
    console.print(taken, highlight=False, markup=False)
