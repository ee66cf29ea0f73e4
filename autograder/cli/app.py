"""The commands of `autograder`, one function each, and how each can end."""

from __future__ import annotations

import gc
import json
import sys
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
)
from rich.text import Text

from autograder.cli.crash import told
from autograder.cli.signals import Interrupted, Signals
from autograder.config import Settings, load_settings
from autograder.errors import AutograderError, KernelError, WallError
from autograder.model import GradeReport
from autograder.sandbox import LEVELS, run_folder, temporary_files_in
from autograder.text import one_line, printable

if TYPE_CHECKING:
    from autograder.grading.workforce import Hire

__all__ = ["app", "run"]

app = typer.Typer(
    name="autograder",
    help="Release notebook assignments, grade a class, say what went wrong and why.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

EXIT_ERROR = 1
EXIT_ATTENTION = 3
EXIT_INTERRUPTED = 130  # typer's, for Ctrl-C

Course = Annotated[
    Path,
    typer.Option(
        "--course", help="The course's folder, or its course_config.py.", metavar="DIR"
    ),
]
AsJson = Annotated[
    bool, typer.Option("--json", help="Print one JSON document instead of a table.")
]


def run(signals: Signals) -> None:
    """Run a command; however it ends, that is at most one line on stderr."""
    code = 0
    try:
        with ExitStack() as stack:
            signals.raise_from_now()
            _keep_temporary_files_together(stack)
            Path.cwd()  # fails here, and not in the midst, where it was deleted
            app(prog_name="autograder")
    except SystemExit as end:
        code = _ended(end)
    except Exception as error:  # noqa: BLE001 - the end of the line: told, then over
        code = _failed(error)
    finally:
        gc.freeze()  # the end then looks for no garbage, half a second long
    sys.exit(code or _flushed())


def _keep_temporary_files_together(stack: ExitStack) -> None:
    try:
        folder = stack.enter_context(run_folder())
    except (OSError, KernelError):
        return  # the command says what it needs, and `doctor` what is wrong
    stack.enter_context(temporary_files_in(folder))


def _flushed() -> int:
    """Have the last output written, as far as anybody reads it; the exit code."""
    try:
        sys.stdout.flush()
    except OSError as error:
        return _failed(error)
    return 0


def _ended(end: SystemExit) -> int:
    if isinstance(end, Interrupted):
        _tell(str(end))
    elif end.code == EXIT_INTERRUPTED:
        _tell("interrupted; what was graded is kept")
    return end.code if isinstance(end.code, int) else EXIT_ERROR * bool(end.code)


def _failed(error: Exception) -> int:
    """Tell of an error in one line; what nobody expected keeps its traceback."""
    _tell(Text.assemble(("error", "bold red"), " ", told(error)))
    return EXIT_ERROR


def _tell(line: str | Text) -> None:
    console = Console(stderr=True, soft_wrap=True, emoji=False)
    console.print(line, highlight=False)


@app.command()
def release(
    assignments: Annotated[
        list[str] | None,
        typer.Argument(help="Assignments to release; all of the course if none."),
    ] = None,
    course: Course = Path(),
) -> None:
    """Make release/ from source/: what students get, without solutions.

    Example: [bold]autograder release convolution[/]
    """
    from autograder.release import release as make_release

    settings = _settings(course)
    for assignment in assignments or settings.require_assignments():
        folder = make_release(settings, assignment)
        typer.echo(printable(f"released {assignment}: {_near(folder)}"))


@app.command()
def grade(
    assignments: Annotated[list[str], typer.Argument(help="Assignments to grade.")],
    student: Annotated[
        list[str] | None,
        typer.Option(help="Only this student; may be given again.", metavar="ID"),
    ] = None,
    device: Annotated[
        str, typer.Option(help="Where device checks run: cpu or cuda.")
    ] = "cpu",
    workers: Annotated[
        int | None,
        typer.Option(min=1, help="Submissions graded at once.", metavar="N"),
    ] = None,
    wall: Annotated[
        str | None,
        typer.Option(help="Another wall than the course's: full or process."),
    ] = None,
    scheduler: Annotated[
        str | None,
        typer.Option(
            help="Grade on a Dask cluster's workers: its scheduler's address.",
            metavar="ADDRESS",
        ),
    ] = None,
    force: Annotated[
        bool,
        typer.Option("--force", help="Run all, whatever results there are."),
    ] = False,
    new_seed: Annotated[
        bool,
        typer.Option(
            "--new-seed", help="First draw new inputs for all hidden checks, for good."
        ),
    ] = False,
    as_json: AsJson = False,
    course: Course = Path(),
) -> None:
    """Grade what students handed in and write the scores to nbgrader's gradebook.

    Reads submitted/<student>/<assignment>/<assignment>.ipynb. Only what has no result
    yet is run: a new submission, and what a change of the checks, the release, the
    settings or the versions makes stale.

    Exit codes: 0 all is well; 1 an error; 2 wrong use; 3 a person has to look at a
    submission: malformed, missing, not graded or not recorded.

    Example: [bold]autograder grade convolution --student ada --workers 2[/]
    """
    from autograder.cli.table import show_class
    from autograder.grading.course import grade_class, require_device

    settings = _settings(course, wall)
    require_device(device)
    if new_seed:
        _renew_seed(settings)
    documents, looks, code = [], list[bool](), 0
    for assignment in dict.fromkeys(assignments):
        try:
            with _progress(as_json) as progress:
                reports = grade_class(
                    settings.assignment(assignment, device),
                    students=student or [],
                    workers=workers,
                    force=force,
                    tick=_ticker(progress, f"grading {assignment}"),
                    hire=_hire_of(scheduler),
                )
        except (AutograderError, OSError) as error:
            code = _failed(error)
            documents.append({"assignment": assignment, "error": told(error)})
            continue
        looks += [report.needs_attention for report in reports]
        if as_json:
            documents.append(_document(assignment, reports))
        else:
            show_class(Console(emoji=False), assignment, reports)
    _print_json(documents, as_json=as_json)
    _finish(code, looks)


@app.command()
def status(
    assignments: Annotated[
        list[str] | None,
        typer.Argument(help="Default: all of the course.", show_default=False),
    ] = None,
    as_json: AsJson = False,
    device: Annotated[str, typer.Option(help="Whose results: cpu or cuda.")] = "cpu",
    course: Course = Path(),
) -> None:
    """Say who is graded, whose result is stale and why, and who waits for a person.

    Nothing is run or written. With one assignment there is a row for each student, with
    several a row for each assignment.

    Example: [bold]autograder status convolution[/]
    """
    from autograder.cli.statustable import show_assignment, show_course
    from autograder.grading.course import require_device
    from autograder.grading.status import status_of

    settings = _settings(course)
    require_device(device)
    names = list(dict.fromkeys(assignments or settings.require_assignments()))
    found, documents, code = {}, list[dict[str, Any]](), 0
    for name in names:
        try:
            found[name] = status_of(settings.assignment(name, device))
        except (AutograderError, OSError) as error:
            if len(names) == 1:
                raise
            code = _failed(error) if assignments else code
            documents.append({"assignment": name, "error": told(error)})
            continue
        rows = [each.to_json() for each in found[name]]
        documents.append({"assignment": name, "students": rows})
    if as_json:
        _print_json(documents, as_json=True)
    elif len(names) == 1:
        show_assignment(Console(emoji=False), names[0], found[names[0]])
    else:
        show_course(Console(emoji=False), documents)
    _finish(code, ())


@app.command()
def demo(
    assignments: Annotated[
        list[str] | None,
        typer.Argument(help="Default: all of the course.", show_default=False),
    ] = None,
    as_json: AsJson = False,
    workers: Annotated[int | None, typer.Option(min=1, metavar="N")] = None,
    course: Course = Path(),
) -> None:
    """Grade a sample class: right answers, typical mistakes, and broken notebooks.

    Everything is written below .autograder/demo; your gradebook is not touched.

    Example: [bold]autograder demo convolution[/]
    """
    from autograder.cli.table import show_class
    from autograder.demo import grade_sample_class

    settings = _settings(course)
    documents, graded = [], list[GradeReport]()
    for assignment in assignments or settings.require_assignments():
        with _progress(as_json) as progress:
            reports = grade_sample_class(
                settings,
                assignment,
                workers=workers,
                tick=_ticker(progress, f"grading {assignment}"),
            )
        graded += reports
        documents.append(_document(assignment, reports))
        if not as_json:
            show_class(Console(emoji=False), assignment, reports)
    _print_json(documents, as_json=as_json)
    # That the class holds a broken notebook is meant so.
    _finish(0, (report.is_open for report in graded))


@app.command()
def doctor(as_json: AsJson = False, course: Course = Path()) -> None:
    """Say what this machine can do: versions, frameworks, devices, wall.

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


@app.command()
def stop(as_json: AsJson = False) -> None:
    """End the process that stays between commands so that the next one starts sooner.

    Nothing is lost: the next command imports the frameworks again. One that a command
    uses at this moment ends with that command.

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


@app.command()
def kernelspec() -> None:
    """Let other Jupyter programs of this environment use the walled kernel.

    For example [bold]papermill -k autograder in.ipynb out.ipynb[/], or
    [bold]c.Execute.kernel_name = "autograder"[/] for stock nbgrader autograde.
    """
    from autograder.execution.provisioner import install_kernel_spec

    typer.echo(f"kernel autograder: {_near(install_kernel_spec())}")


class BenchNotebook(StrEnum):
    """What `bench` can measure; the keys of `autograder.bench.NOTEBOOKS`."""

    LIGHT = "light"
    CONVOLUTION = "convolution"
    BOTH = "both"


@app.command()
def bench(
    submissions: Annotated[
        int, typer.Option(min=1, help="Size of the class.", metavar="N")
    ] = 20,
    stock_submissions: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="How many of them nbgrader grades; up to 5 if not said.",
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
            min=1, help="The larger number of workers; one a core.", metavar="N"
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
            help="Instead, what a class of this size costs beside its execution, which "
            "is simulated; may be given again.",
            metavar="N",
        ),
    ] = None,
    as_json: AsJson = False,
    course: Course = Path(),
) -> None:
    """Measure how fast a made-up class is graded, here and by nbgrader autograde.

    Works in folders of its own; your submissions and gradebook are not touched.

    Example: [bold]autograder bench --notebook light --submissions 10[/]
    """
    from autograder.bench import Plan, document, machine, run_bench, show_bench

    settings = _settings(course)
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


def _settings(course: Path, wall: str | None = None) -> Settings:
    settings = load_settings(course)
    if wall is None:
        return settings
    if wall not in LEVELS:
        raise WallError(f'there is no wall "{wall}". There are: {", ".join(LEVELS)}.')
    return settings.model_copy(update={"wall": wall})


def _hire_of(scheduler: str | None) -> Hire | None:
    """How workers of a cluster are found; None for those of this machine."""
    if scheduler is None:
        return None
    from autograder.cluster.crew import DaskCrew

    return lambda assignment, _jobs: DaskCrew(assignment, scheduler)


def _renew_seed(settings: Settings) -> None:
    """Give the course a new seed, and say so."""
    kept = settings.renew_seed()
    old = f"; the old one is kept in {_near(kept)}" if kept else ""
    told = f"new seed: hidden checks get new inputs{old}. Grade everybody again."
    Console(stderr=True, soft_wrap=True, emoji=False).print(
        Text(printable(told)), highlight=False
    )


def _near(path: Path) -> Path:
    """A path relative to here where that is shorter."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def _progress(quiet: bool) -> Progress:
    console = Console(stderr=True, emoji=False)
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[last]}", style="dim", markup=False),
        console=console,
        transient=True,
        # Elsewhere than on a terminal all that is left of it is an empty line.
        disable=quiet or not console.is_terminal,
    )


def _ticker(progress: Progress, description: str) -> Any:
    task = progress.add_task(description, total=None, last="starting")

    def tick(done: int, total: int, student: str) -> None:
        progress.update(task, completed=done, total=total, last=one_line(student, 60))

    return tick


def _document(assignment: str, reports: Sequence[GradeReport]) -> dict[str, Any]:
    submissions = [report.to_json() for report in reports]
    return {"assignment": assignment, "submissions": submissions}


def _print_json(documents: list[dict[str, Any]], *, as_json: bool) -> None:
    """Print one document, or a list where there are several assignments."""
    if as_json:
        document = documents[0] if len(documents) == 1 else documents
        typer.echo(json.dumps(document, allow_nan=False))


def _finish(code: int, looks: Iterable[bool]) -> None:
    """End with an error's code, else with 3 where a person has to look."""
    if code or any(looks):
        raise typer.Exit(code or EXIT_ATTENTION)
