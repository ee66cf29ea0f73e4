"""Run a notebook's self-check from the command line: `python selfcheck.py NAME.ipynb`.

This file came with the assignment, beside selfcheck.py. It runs the notebook from its
first cell to its last, in the notebook's folder, goes on after a cell that fails, and
prints a table: each exercise, how many of its examples came out right, and what differs
first. Nothing is sent anywhere, your notebook is not changed, and nothing here counts.

    --timeout SECONDS      how long one cell may take (120)
    --json                 the same as JSON, in place of the table
    --annotations          lines that GitHub shows beside your files
    --summary FILE         add the table to a file as Markdown: $GITHUB_STEP_SUMMARY
    --classroom            lines from which GitHub Classroom reads points
    --grader-output FILE   add what GitHub Classroom's graders put into $GITHUB_OUTPUT

The exit code is 0 if all examples are right, 1 if not, and 2 if nothing could be run.
Needs nbclient, nbformat and ipykernel, which Jupyter installs.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import json
import math
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

__all__ = ["main"]

#: As in selfcheck.py: makes a kernel report on its examples, and how.
_RUN, _KIND = "SELFCHECK_RUN", "application/vnd.selfcheck+json"

#: How long a kernel may take to answer once a cell was interrupted, in seconds.
_BACK_S = 10

#: GitHub shows no more than ten errors of one step.
_MOST_ERRORS = 10

#: How many fit into a summary; a notebook may have thousands of cells.
_MOST_REMARKS = 20

_COUNTS = "Nothing here counts: grading asks these questions and others as well."


class _UsageError(Exception):
    """Nothing can be run; the message says why, and what to do."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the given notebooks; return the exit code."""
    options = _parser().parse_args(arguments)
    try:
        checked = [_checked(path, options.timeout) for path in options.notebooks]
        _tell(checked, options)
    except _UsageError as error:
        sys.stderr.write(f"selfcheck: {_line(str(error), 1000)}\n")
        return 2
    return 0 if all(each.is_right for each in checked) else 1


def _parser() -> argparse.ArgumentParser:
    form = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(
        prog="selfcheck.py",
        usage="python selfcheck.py NOTEBOOK.ipynb ... [options]",
        description=__doc__,
        formatter_class=form,
        allow_abbrev=False,
    )
    hidden = argparse.SUPPRESS  # the description tells of each
    parser.add_argument("notebooks", nargs="+", type=Path, help=hidden)
    parser.add_argument("--timeout", type=_seconds, default=120.0, help=hidden)
    printed = parser.add_mutually_exclusive_group()
    printed.add_argument("--json", action="store_true", help=hidden)
    printed.add_argument("--annotations", action="store_true", help=hidden)
    parser.add_argument("--summary", type=Path, help=hidden)
    parser.add_argument("--classroom", action="store_true", help=hidden)
    parser.add_argument("--grader-output", type=Path, help=hidden)
    return parser


def _seconds(text: str) -> float:
    """A positive number of seconds."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 < number < math.inf:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a positive number of seconds"
        )
    return number


# ------------------------------------------------------------------------ what came


@dataclass
class _Exercise:
    """One exercise, and the results of its examples.

    Attributes:
        name: Its grade_id.
        total: How many examples there are.
        right: How many of them came out right.
        state: right, wrong, open (not tried), failed (its check never answered), or
            none (there are no examples).
        message: What differs first, or why nothing was tried; empty if all is well.
        hint: What selfcheck.py says about a known mistake.
        points: The points of its check cell; otherwise one for each example.
        line: The line of its check cell in the notebook's file, from 1.
    """

    name: str
    total: int
    right: int = 0
    state: str = "none"
    message: str = ""
    hint: str = ""
    points: float = 0.0
    line: int = 1

    @property
    def score(self) -> float:
        """Its points, in proportion to the examples that are right."""
        return round(self.points * self.right / self.total, 2) if self.total else 0.0


@dataclass
class _Checked:
    """A notebook that was run.

    Attributes:
        path: The notebook, as it was named.
        exercises: In the order of selfcheck.json.
        remarks: What else went wrong: cells that raised, a kernel that died.
    """

    path: Path
    exercises: list[_Exercise] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    @property
    def is_right(self) -> bool:
        """Whether every example came out right."""
        return all(each.state in ("right", "none") for each in self.exercises)

    @property
    def ending(self) -> str:
        """How many exercises are right, as a sentence."""
        states = Counter(each.state for each in self.exercises)
        asked = len(self.exercises) - states["none"]
        return f"{states['right']} of {asked} exercises are right on their examples."

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        exercises = [{**asdict(each), "score": each.score} for each in self.exercises]
        return {
            "notebook": str(self.path),
            "is_right": self.is_right,
            "exercises": exercises,
            "remarks": self.remarks,
        }


def _checked(path: Path, timeout_s: float) -> _Checked:
    """Run a notebook and collect the reports of its check cells."""
    examples = _examples(path)
    notebook, text = _notebook(path)
    run = _Run(notebook, path.parent.resolve(), timeout_s)
    run.start()
    made = _Checked(path, remarks=_few([_line(remark) for remark in run.remarks()]))
    for name, cases in examples.items():
        exercise = _Exercise(name, len(cases), points=float(len(cases)))
        made.exercises.append(exercise)
        index = _check_cell(notebook, name)
        if index is not None:
            cell = notebook.cells[index]
            exercise.line = _line_number(text, cell.source)
            exercise.points = _points(cell, exercise.points)
        if cases:
            _judge(exercise, run, index)
    return made


def _few(remarks: list[str]) -> list[str]:
    """The first remarks and the last one, which says why a run has stopped."""
    left = len(remarks) - _MOST_REMARKS
    if left <= 0:
        return remarks
    return [*remarks[: _MOST_REMARKS - 1], f"and {left} more like these", remarks[-1]]


def _examples(path: Path) -> dict[str, list[Any]]:
    """The examples of a notebook by exercise: beside it, or beside this file."""
    for folder in (path.parent, Path(__file__).parent):
        file = folder / "selfcheck.json"
        if file.is_file():
            try:
                document = json.loads(file.read_text(encoding="utf-8"))
                exercises: dict[str, list[Any]] = document["exercises"]
            except (OSError, ValueError, LookupError, TypeError):
                raise _UsageError(f"{file} can't be read; {_AGAIN}") from None
            return exercises
    raise _UsageError(f"selfcheck.json is missing; {_AGAIN}")


_AGAIN = "put the one that came with the assignment into the notebook's folder"


def _notebook(path: Path) -> tuple[Any, str]:
    """A notebook in nbformat's newest form, and its file's text."""
    try:
        import nbformat
    except ImportError:
        raise _needs("nbformat") from None
    if not path.is_file():
        raise _UsageError(f"{path}: there is no such notebook")
    try:
        text = path.read_text(encoding="utf-8")
        notebook = nbformat.reads(text, as_version=4)
        nbformat.validate(notebook)
    except OSError as error:
        raise _UsageError(f"{path} can't be read: {error.strerror}") from None
    except Exception as error:  # noqa: BLE001 - nbformat raises many kinds
        raise _UsageError(f"{path} is not a notebook: {error}") from None
    return notebook, text


def _needs(module: str) -> _UsageError:
    return _UsageError(
        f"{module} is not installed here; it comes with Jupyter: "
        "python -m pip install jupyterlab"
    )


def _check_cell(notebook: Any, name: str) -> int | None:
    """The number of the cell that calls check for an exercise."""
    call = re.compile(rf"\bcheck\(\s*(['\"]){re.escape(name)}\1\s*\)")
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type == "code" and call.search(cell.source):
            return index
    return None


def _points(cell: Any, otherwise: float) -> float:
    """The points that nbgrader's metadata gives a cell."""
    grader = cell.metadata.get("nbgrader")
    points = grader.get("points") if isinstance(grader, dict) else None
    if isinstance(points, (int, float)) and 0 < points < math.inf:
        return float(points)
    return otherwise


def _line_number(text: str, source: str) -> int:
    """The line of the notebook's file where a cell begins; 1 if unknown."""
    first = json.dumps(source.partition("\n")[0], ensure_ascii=False)[:-1]
    before, found, _ = text.partition(first)
    return before.count("\n") + 1 if found and len(first) > 1 else 1


def _judge(exercise: _Exercise, run: _Run, index: int | None) -> None:
    """Summarise the report of an exercise's check cell, or why there is none."""
    told = run.told.get(exercise.name)
    if told is None:
        exercise.state = "failed"
        exercise.message = run.silence(exercise.name, index)
        return
    trials = told["trials"]
    exercise.right = sum(trial["is_right"] is True for trial in trials)
    wrong = [trial for trial in trials if trial["is_right"] is False]
    if exercise.right == exercise.total:
        exercise.state = "right"
    elif wrong:
        exercise.state = "wrong"
        rows = dict(wrong[0]["rows"])
        exercise.message = _line(_difference(wrong[0], rows))
        exercise.hint = _line(rows.get("hint", ""), 600)
    else:
        exercise.state = "open"
        untried = [trial["message"] for trial in trials if trial["message"]]
        title = told["title"].removeprefix(f"{exercise.name}: ").removesuffix(".")
        exercise.message = _line(untried[0] if untried else title)


def _difference(trial: dict[str, Any], rows: dict[str, str]) -> str:
    """The first wrong example in one line."""
    told = f"{trial['name']}: {trial['message']}"
    values = [f"{key} {rows[key]}" for key in ("at", "got", "expected") if key in rows]
    return f"{told} ({'; '.join(values)})" if values else told


# ---------------------------------------------------------------------- the notebook


class _Run:
    """One run of a notebook in a kernel of its own.

    Args:
        notebook: All its cells; their outputs are replaced.
        folder: The notebook's folder.
        timeout_s: What one cell may take.

    Attributes:
        told: The reports of selfcheck.py on each exercise, by name.
    """

    def __init__(self, notebook: Any, folder: Path, timeout_s: float) -> None:
        self.told: dict[str, dict[str, Any]] = {}
        self._cells = notebook.cells
        self._notebook = notebook
        self._folder = folder
        self._timeout_s = timeout_s
        self._slow: set[int] = set()
        self._stopped_at = len(notebook.cells)
        self._stop = ""

    def start(self) -> None:
        """Run all cells, or as many as possible before the kernel dies."""
        try:
            import nbclient
        except ImportError:
            raise _needs("nbclient") from None
        for cell in self._cells:
            if cell.cell_type == "code":
                cell.outputs = []
        client = nbclient.NotebookClient(
            self._notebook,
            timeout=max(1, math.ceil(self._timeout_s)),
            kernel_name="python3",  # this Python's, whatever the notebook was made with
            allow_errors=True,
            shutdown_kernel="immediate",
            resources={"metadata": {"path": str(self._folder)}},
        )
        asyncio.run(self._follow(client))
        for cell in self._cells:
            self._read(cell)

    async def _follow(self, client: Any) -> None:
        from nbclient.exceptions import CellTimeoutError, DeadKernelError

        nowhere = subprocess.DEVNULL  # what cells show comes by Jupyter's channels
        places = {"env": self._environment(), "stdout": nowhere, "stderr": nowhere}
        is_up = False
        try:
            async with client.async_setup_kernel(**places):
                is_up = True
                for index, cell in enumerate(self._cells):
                    try:
                        await client.async_execute_cell(cell, index)
                    except CellTimeoutError:
                        self._slow.add(index)
                        if not await self._is_back(client):
                            self._end(index, "could not be interrupted")
                            return
                    except DeadKernelError:
                        self._end(index, "ended the kernel")
                        return
        except (OSError, RuntimeError, LookupError) as error:
            if is_up:
                raise
            raise _UsageError(
                f"no kernel starts here: {error}; try: python -m pip install ipykernel"
            ) from None

    def _environment(self) -> dict[str, str]:
        """The kernel's environment: this folder importable, nbgrader out."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("NBGRADER_")
        }
        paths = [str(Path(__file__).parent.resolve()), kept.get("PYTHONPATH", "")]
        return {**kept, _RUN: "1", "PYTHONPATH": os.pathsep.join(filter(None, paths))}

    async def _is_back(self, client: Any) -> bool:
        """Interrupt a cell; return whether the kernel responds again."""
        await client.km.interrupt_kernel()
        try:
            await client.kc.wait_for_ready(timeout=_BACK_S)
        except RuntimeError:
            return False
        return True

    def _end(self, index: int, why: str) -> None:
        self._stopped_at, self._stop = index, f"cell {index + 1} {why}"

    def _read(self, cell: Any) -> None:
        """Take the report of `check` from a cell's outputs."""
        for output in cell.get("outputs", ()):
            told = output.get("data", {}).get(_KIND)
            if isinstance(told, dict) and isinstance(told.get("trials"), list):
                self.told[str(told.get("grade_id"))] = told

    def silence(self, name: str, index: int | None) -> str:
        """Why there is no report on an exercise."""
        if index is None:
            return f'no cell of the notebook calls check("{name}")'
        if index > self._stopped_at:
            return f"its check cell was not reached: {self._stop}"
        if index in self._slow:
            return self._too_long("its check cell")
        if index == self._stopped_at:
            return "its check cell ended the kernel"
        if raised := _raised(self._cells[index]):
            return f"its check cell {raised}"
        return "its check cell has shown nothing"

    def remarks(self) -> Iterator[str]:
        """What went wrong in cells, in order."""
        for index, cell in enumerate(self._cells):
            where = f"cell {index + 1} ({cell.source.strip().partition(chr(10))[0]})"
            if index in self._slow:
                yield self._too_long(where)
            elif cell.cell_type == "code" and (raised := _raised(cell)):
                yield f"{where} {raised}"
        if self._stop:
            yield f"{self._stop}; the cells after it were not run"

    def _too_long(self, what: str) -> str:
        return f"{what} took longer than {self._timeout_s:g} s"


def _raised(cell: Any) -> str:
    """`raised ValueError: ...`, or ""."""
    for output in cell.get("outputs", ()):
        if output.output_type == "error":
            return _line(f"raised {output.ename}: {output.evalue}")
    return ""


# --------------------------------------------------------------------------- telling


def _tell(checked: Sequence[_Checked], options: argparse.Namespace) -> None:
    """Print and write the requested reports."""
    if options.json:
        documents = [each.to_json() for each in checked]
        _print(json.dumps(documents, indent=1, allow_nan=False))
    else:
        _print("\n\n".join(_table(each) for each in checked))
    if options.annotations:
        for each in checked:
            _print("\n".join(_annotations(each)))
    if options.classroom:
        _print(_notices(checked))
    if options.summary:
        _append(options.summary, "\n".join(map(_markdown, checked)))
    if options.grader_output:
        _append(options.grader_output, f"result={_graded(checked)}\n")


def _print(text: str) -> None:
    """Print; a character that this terminal lacks becomes a question mark."""
    if text:
        encoding = sys.stdout.encoding or "utf-8"
        sys.stdout.write(text.encode(encoding, "replace").decode(encoding) + "\n")
        sys.stdout.flush()


def _append(path: Path, text: str) -> None:
    try:
        with path.open("a", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except OSError as error:
        raise _UsageError(f"{path} can't be written: {error.strerror}") from None


def _line(text: str, most: int = 300) -> str:
    """Any text as one line that is safe for terminals and CI servers."""
    text = " ".join(text[: 4 * most].split())
    text = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
    text = text.replace("##[", "# #[")  # an older form of GitHub's commands
    return text if len(text) <= most else f"{text[: most - 3]}..."


def _table(checked: _Checked) -> str:
    """The table as plain text; no line of it begins with a student's text."""
    name = max([len("exercise"), *(len(each.name) for each in checked.exercises)])
    lines = [
        _line(str(checked.path)).replace("::", ": :"),
        f"  {'exercise':{name}}  right  what differs first",
    ]
    for each in checked.exercises:
        right = f"{each.right}/{each.total}" if each.total else "-"
        lines.append(f"  {each.name:{name}}  {right:5}  {_what(each)}".rstrip())
        if each.hint:
            lines.append(f"  {'':{name}}         hint: {each.hint}")
    lines += [f"  {remark}" for remark in checked.remarks]
    return "\n".join([*lines, f"{checked.ending} {_COUNTS}"])


def _what(exercise: _Exercise) -> str:
    return exercise.message if exercise.total else "no examples; grading looks at it"


def _markdown(checked: _Checked) -> str:
    """The table as Markdown, in which a student's text stays plain text."""
    rows = [
        f"| {_plain(each.name)} | {each.right} of {each.total} | "
        f"{_plain(f'{_what(each)} {each.hint}'.strip())} |"
        for each in checked.exercises
    ]
    remarks = [f"- {_plain(remark)}" for remark in checked.remarks]
    return "\n".join(
        [
            f"### Self-check of {_plain(_line(str(checked.path)))}",
            "",
            "| exercise | examples right | what differs first |",
            "|---|---|---|",
            *rows,
            "",
            *(["What else went wrong:", "", *remarks, ""] if remarks else []),
            f"{checked.ending} {_COUNTS}",
            "",
        ]
    )


def _plain(text: str) -> str:
    """Text that Markdown shows as it is: every sign has a backslash before it."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", text)


def _annotations(checked: _Checked) -> list[str]:
    """A workflow command for each exercise that is not right; at most ten errors."""
    wanting = [each for each in checked.exercises if each.message]
    errors = [each for each in wanting if each.state != "open"]
    rest = errors[_MOST_ERRORS - 1 :] if len(errors) > _MOST_ERRORS else []
    lines = [
        _command(
            "notice" if each.state == "open" else "error",
            f"{each.message} {each.hint}".strip(),
            file=_in_workspace(checked.path),
            line=str(each.line),
            title=each.name,
        )
        for each in wanting
        if each not in rest
    ]
    if rest:
        names = ", ".join(each.name for each in rest)
        file = _in_workspace(checked.path)
        lines.append(_command("error", f"And {names}.", file=file, title="Others"))
    return lines


def _in_workspace(path: Path) -> str:
    """A path as GitHub knows it, from the top of the repository."""
    top = os.environ.get("GITHUB_WORKSPACE")
    whole = path.resolve()
    if top and whole.is_relative_to(Path(top).resolve()):
        return whole.relative_to(Path(top).resolve()).as_posix()
    return path.as_posix()


def _command(name: str, message: str, **properties: str) -> str:
    """A workflow command, escaped as GitHub's own toolkit does."""
    told = ",".join(
        f"{key}={_escaped(value).replace(':', '%3A').replace(',', '%2C')}"
        for key, value in properties.items()
    )
    return f"::{name} {told}::{_escaped(message)}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _notices(checked: Sequence[_Checked]) -> str:
    """The two notices of GitHub Classroom's reporter, from which it reads points."""
    asked = [each for one in checked for each in one.exercises if each.total]
    total = round(math.fsum(each.score for each in asked), 2)
    most = math.fsum(each.points for each in asked)
    points = json.dumps({"totalPoints": total, "maxPoints": most})
    return "\n".join(
        [
            _command("notice", f"Points {total:g}/{most:g}", title=_COMPLETE),
            _command("notice", points, title="Autograding report"),
        ]
    )


_COMPLETE = "Autograding complete"


def _graded(checked: Sequence[_Checked]) -> str:
    """The result of a grader of GitHub Classroom's, as its reporter reads it."""
    asked = [each for one in checked for each in one.exercises if each.total]
    tests = [
        {
            "name": f"{one.path.stem}: {each.name}" if len(checked) > 1 else each.name,
            "status": "pass" if each.state == "right" else "fail",
            "score": each.score,
            "max_score": each.points,
            "message": each.message or None,
            "test_code": f'check("{each.name}")',
            "filename": one.path.as_posix(),
            "line_no": each.line,
        }
        for one in checked
        for each in one.exercises
        if each.total
    ]
    is_right = all(each.is_right for each in checked)
    result = {
        "version": 1,
        "status": "pass" if is_right else "fail",
        "max_score": math.fsum(each.points for each in asked),
        "tests": tests,
    }
    return base64.b64encode(json.dumps(result).encode()).decode("ascii")
