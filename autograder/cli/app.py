"""The program `autograder`: its commands, and how each can end."""

from __future__ import annotations

import gc
import sys
from contextlib import ExitStack
from inspect import cleandoc
from pathlib import Path

import typer

from autograder.cli.auditing import audit
from autograder.cli.ci import ci
from autograder.cli.collecting import collect
from autograder.cli.grading import demo, grade, status
from autograder.cli.machine import bench, doctor, stop
from autograder.cli.making import kernelspec, release
from autograder.cli.merging import merge
from autograder.cli.options import EXIT_ERROR, EXIT_INTERRUPTED, failed, tell
from autograder.cli.signals import Interrupted, Signals
from autograder.cli.validating import validate
from autograder.errors import KernelError
from autograder.sandbox import run_folder, temporary_files_in

__all__ = ["app", "run"]

app = typer.Typer(
    name="autograder",
    help="Release notebook assignments, grade a class, say what went wrong and why.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for _command in (
    release,
    collect,
    grade,
    merge,
    validate,
    audit,
    status,
    demo,
    doctor,
    stop,
    kernelspec,
    bench,
):
    app.command()(_command)
app.add_typer(ci)


def _flow(commands: typer.Typer) -> None:
    """Let the paragraphs of each command's help wrap to the terminal's width."""
    for each in commands.registered_commands:
        paragraphs = cleandoc((each.callback and each.callback.__doc__) or "")
        each.help = "\n\n".join(
            " ".join(paragraph.split()) for paragraph in paragraphs.split("\n\n")
        )
    for group in commands.registered_groups:
        if group.typer_instance:
            _flow(group.typer_instance)


_flow(app)


def run(signals: Signals) -> None:
    """Run a command; however it ends, print at most one line on stderr."""
    code = 0
    try:
        with ExitStack() as stack:
            signals.raise_from_now()
            _keep_temporary_files_together(stack)
            Path.cwd()  # fails here, not midway, if it was deleted
            app(prog_name="autograder")
    except SystemExit as end:
        code = _ended(end)
    except Exception as error:  # noqa: BLE001 - the last resort: report it, then exit
        code = failed(error)
    finally:
        gc.freeze()  # skips half a second of garbage collection on exit
    sys.exit(code or _flushed())


def _keep_temporary_files_together(stack: ExitStack) -> None:
    try:
        folder = stack.enter_context(run_folder())
    except (OSError, KernelError):
        return  # the command reports what it needs, and `doctor` what is wrong
    stack.enter_context(temporary_files_in(folder))


def _flushed() -> int:
    """Flush the last output, if anybody still reads it; return the exit code."""
    try:
        sys.stdout.flush()
    except OSError as error:
        return failed(error)
    return 0


def _ended(end: SystemExit) -> int:
    if isinstance(end, Interrupted):
        tell(str(end))
    elif end.code == EXIT_INTERRUPTED:
        tell("interrupted; what was graded is kept")
    return end.code if isinstance(end.code, int) else EXIT_ERROR * bool(end.code)
