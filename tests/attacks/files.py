"""Attacks by the file that is handed in: its metadata, cells, bytes and path."""

from __future__ import annotations

import io
import json
import os
import socket
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from tests.attacks.attack import ALL, NONE, Attack, but, dumped, given
from tests.attacks.course import RIGHT

__all__ = ["FILES"]

Change = Callable[[NotebookNode], object]

WRONG = {"double": "def double(x):\n    return x"}


def _changed(
    name: str, change: Change, earns: frozenset[str] = ALL, **more: Any
) -> Attack:
    """A right notebook, changed before it is written."""

    def write(notebook: NotebookNode) -> bytes:
        change(notebook)
        return dumped(notebook)

    return Attack(name, earns, write=write, **more)


def _of_bytes(name: str, data: bytes, told: str) -> Attack:
    """A file that is no notebook at all."""
    return Attack(
        name, NONE, write=lambda _: data, status="malformed", told={"note": told}
    )


def _graders(notebook: NotebookNode) -> list[dict[str, Any]]:
    cells = (cell.metadata.get("nbgrader") for cell in notebook.cells)
    return [grader for grader in cells if grader]


def _heading(level: object) -> bytes:
    """A notebook of format 3 with nothing but a heading."""
    cell = {"cell_type": "heading", "level": level, "source": "x", "metadata": {}}
    sheet = {"cells": [cell], "metadata": {}}
    made = {"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": ""}}
    return dumped({**made, "worksheets": [sheet]})


def _odd_outputs(notebook: NotebookNode) -> None:
    """Outputs and attachments of every odd type."""
    odd = (7, "x", None, [[]], {"data": 5}, {"output_type": {}})
    for number, cell in enumerate(notebook.cells):
        cell["outputs"] = [odd[number % len(odd)]]
        cell["attachments"] = odd[number % len(odd)]
        cell["execution_count"] = odd[number % len(odd)]


# --- metadata -------------------------------------------------------------------


def _all_points(notebook: NotebookNode) -> None:
    for grader in _graders(notebook):
        grader |= {
            "points": 1000,
            "locked": False,
            "checksum": "0",
            "schema_version": 1,
        }


def _no_grades(notebook: NotebookNode) -> None:
    for grader in _graders(notebook):
        grader |= {"grade": False, "solution": True, "locked": False}


def _another_kernel(notebook: NotebookNode) -> None:
    notebook.metadata.kernelspec = {
        "name": "bash",
        "language": "bash",
        "display_name": "x",
    }
    notebook.metadata.language_info = {"name": "R"}
    notebook.metadata.papermill = {"parameters": {"SEED": 1}, "exception": True}


def _skipped(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        cell.metadata["tags"] = ["picture", "skip-execution", "raises-exception"]


def _odd_metadata(notebook: NotebookNode) -> None:
    for number, cell in enumerate(notebook.cells):
        grader = cell.metadata.get("nbgrader")
        if grader and not grader["solution"]:
            cell.metadata = ([], 5, None, "x", {"nbgrader": [1]})[number % 5]


def _grade_cell_of_mine(notebook: NotebookNode) -> None:
    given(
        notebook, "double"
    ).source = "double = lambda x: 2 * x\nimport os; os._exit(0)"


def _parameters_of_mine(notebook: NotebookNode) -> None:
    own = new_code_cell("SEED = 99\nDEVICE = 'cuda'\ndouble = None", id="mine")
    own.metadata["tags"] = ["injected-parameters"]
    notebook.cells.insert(1, own)
    next(c for c in notebook.cells if "SEED = 0" in c.source).source = "1 / 0"


METADATA = (
    _changed("A38-a-thousand-points", _all_points),
    Attack(
        "A38-a-thousand-points-for-nothing",
        but("double"),
        WRONG,
        write=lambda notebook: (_all_points(notebook), dumped(notebook))[1],
    ),
    _changed("A38-grades-nothing", _no_grades),
    _changed("A38-another-kernel", _another_kernel),
    _changed("A38-asks-to-be-skipped", _skipped),
    _changed("A38-odd-metadata", _odd_metadata),
    _changed("A38-grade-cell-of-its-own", _grade_cell_of_mine),
    _changed("A44-parameters-of-its-own", _parameters_of_mine),
    Attack(
        "A43-outputs-of-a-better-run",
        but("double"),
        WRONG,
        write=lambda notebook: (
            given(notebook, "double").update(
                outputs=[
                    {"output_type": "stream", "name": "stdout", "text": "1 of 1 points"}
                ],
                execution_count=7,
            ),
            dumped(notebook),
        )[1],
    ),
)

# --- cells ----------------------------------------------------------------------


def _solution(source: str) -> NotebookNode:
    grader = {
        "schema_version": 3,
        "grade_id": "double_solution",
        "grade": False,
        "locked": False,
        "solution": True,
        "task": False,
    }
    return new_code_cell(source, metadata={"nbgrader": grader})


def _twice(*, wrong_first: bool) -> Change:
    def change(notebook: NotebookNode) -> None:
        right = given(notebook, "double_solution")
        at = notebook.cells.index(right) + (0 if wrong_first else 1)
        notebook.cells.insert(at, _solution(WRONG["double"]))

    return change


def _without(grade_id: str) -> Change:
    return lambda notebook: notebook.cells.remove(given(notebook, grade_id))


def _reversed(notebook: NotebookNode) -> None:
    notebook.cells.reverse()


def _same_ids(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        cell["id"] = "same"


def _as_text(notebook: NotebookNode) -> None:
    old = given(notebook, "double_solution")
    new = new_markdown_cell(old.source, metadata=old.metadata)
    notebook.cells[notebook.cells.index(old)] = new


def _merged(notebook: NotebookNode) -> None:
    kept = given(notebook, "total_solution")
    kept.source = "\n\n".join(RIGHT.values())
    for name in ("double_solution", "slope_solution"):
        notebook.cells.remove(given(notebook, name))


def _split(notebook: NotebookNode) -> None:
    cell = given(notebook, "double_solution")
    cell.source = "factor = 2"
    at = notebook.cells.index(cell)
    notebook.cells.insert(at + 1, _solution("def double(x):\n    return factor * x"))


CELLS = (
    # Both run, in their order, as they did for the student: the last one counts.
    _changed("A40-wrong-then-right", _twice(wrong_first=True)),
    _changed("A40-right-then-wrong", _twice(wrong_first=False), but("double")),
    _changed("A41-no-solution", _without("double_solution"), but("double")),
    _changed("A41-no-grade-cell", _without("double")),
    _changed("A41-no-imports", _without("imports")),
    _changed("A41-reversed", _reversed),
    _changed("A41-equal-ids", _same_ids),
    # The skeleton says what is code.
    _changed("A41-code-as-text", _as_text),
    # Defined after they are asked for: those points are lost, and only those.
    _changed("A41-merged", _merged, but("double", "slope")),
    _changed("A41-split", _split),
    Attack(
        "A41-only-an-own-cell",
        NONE,
        write=lambda notebook: dumped(
            notebook | {"cells": [new_code_cell("\n".join(RIGHT.values()))]}
        ),
        may_lose=NONE,
        parts={"double": 1.0, "slope": 1.0, "total": 1.0},
    ),
    _changed(
        "A35-surrogates-and-nul",
        lambda notebook: notebook.cells.insert(
            0, new_code_cell("x = '\ud800 \x00 \x1b[2J \u202e'")
        ),
    ),
    _changed(
        "A41-source-in-lines",
        lambda notebook: [
            cell.update(source=str(cell.source).splitlines(keepends=True))
            for cell in notebook.cells
        ],
    ),
)

# --- bytes ----------------------------------------------------------------------


def _zip_bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("numbers.ipynb", bytes(1 << 24))
    return file.getvalue()


def _outputs_of(mib: int) -> Change:
    def change(notebook: NotebookNode) -> None:
        stream = {"output_type": "stream", "name": "stdout", "text": "x" * (mib << 20)}
        given(notebook, "double_solution").outputs = [stream]

    return change


_CELL = json.dumps(new_code_cell("1", id="a")).encode()

BYTES = (
    _of_bytes("B13-empty", b"", "is not JSON"),
    _of_bytes("B13-zeros", bytes(1000), "is not JSON"),
    _of_bytes("B13-not-utf-8", b"\xff\xfe{\x00}\x00", "is not UTF-8"),
    _of_bytes("B13-nested", b"[" * 10**6 + b"]" * 10**6, "nested"),
    _of_bytes("B13-nested-mappings", b'{"a":' * 10**5 + b"1" + b"}" * 10**5, "nested"),
    _of_bytes("B13-endless-number", b'{"cells": ' + b"9" * 10**5 + b"}", "4300 digits"),
    _of_bytes("B13-list", b"[]", "notebook"),
    _of_bytes("B13-null", b"null", "notebook"),
    _of_bytes("B13-no-cells", b'{"cells": [], "nbformat": 4}', "no cells"),
    _of_bytes("B13-cells-are-text", b'{"cells": "x", "nbformat": 4}', "notebook"),
    _of_bytes(
        "B13-cells-without-end",
        b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": ['
        + b",".join([_CELL] * 5000)
        + b"]}",
        "more than 2000 cells",
    ),
    _of_bytes("B13-key-twice", b'{"cells": [], "cells": [1]}', "twice"),
    _of_bytes("B13-of-the-future", b'{"cells": [], "nbformat": 99}', ""),
    _of_bytes("B13-of-no-format", b'{"cells": [{}], "nbformat": {"a": 1}}', ""),
    _of_bytes(
        "A41-another-notebook",
        dumped({"nbformat": 4, "cells": [new_code_cell("1 / 0")]}),
        "it looks like another notebook",
    ),
    _of_bytes("B15-zip", _zip_bomb(), ""),
    _changed(
        "B13-outputs-of-100-mb",
        _outputs_of(100),
        NONE,
        status="malformed",
        told={"note": "larger than 4 MiB"},
    ),
    _changed("B13-outputs-within-bounds", _outputs_of(2)),
    Attack("B13-byte-order-mark", write=lambda n: b"\xef\xbb\xbf" + dumped(n)),
    _of_bytes(
        "B13-heading-of-any-level", _heading(400_000_000), "looks like another notebook"
    ),
    _of_bytes("B13-heading-of-no-level", _heading("x"), "looks like another notebook"),
    _of_bytes("B13-nested-lists", b"[" * 1_000_000, "nested too deeply"),
    _of_bytes(
        "B13-countless-cells",
        b'{"nbformat": 4, "cells": [' + b"[]," * 1_200_000 + b"[]]}",
        "more than 2000 cells",
    ),
    _changed("B13-odd-minor", lambda n: n.update(nbformat_minor="x")),
    _changed("B13-odd-outputs", _odd_outputs),
    _changed("C21-nan-in-the-file", lambda n: n.metadata.update(x=float("nan"))),
)

# --- paths ----------------------------------------------------------------------


def _linked(to: str) -> Callable[[Path, bytes], None]:
    """A link to a place above the class's folder."""

    def place(path: Path, data: bytes) -> None:
        path.parent.mkdir()
        (path.parent / "real.ipynb").write_bytes(data)
        path.symlink_to(to.format(course=path.parents[3]))

    return place


def _linked_folder(path: Path, data: bytes) -> None:
    real = path.parents[1] / "elsewhere"
    real.mkdir()
    (real / path.name).write_bytes(data)
    path.parent.symlink_to("elsewhere")


def _pipe(path: Path, _: bytes) -> None:
    path.parent.mkdir()
    os.mkfifo(path)


def _folder(path: Path, _: bytes) -> None:
    path.mkdir(parents=True)


def _socket(path: Path, _: bytes) -> None:
    path.parent.mkdir()
    here = Path.cwd()
    os.chdir(path.parent)  # a socket's path may not be long
    try:
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(path.name)
    finally:
        os.chdir(here)


def _hostile_files_beside(path: Path, data: bytes) -> None:
    """The notebook, and files that some program reads or imports by itself."""
    path.parent.mkdir()
    path.write_bytes(data)
    raises = ("numpy", "torch", "sitecustomize", "conftest", "ipython_config", "socket")
    for name in (*raises, "selfcheck", "autograder", "_pytest"):
        (path.parent / f"{name}.py").write_text("import os\nos._exit(9)\n")
    (path.parent / "selfcheck").mkdir()
    (path.parent / "selfcheck" / "__init__.py").write_text("raise SystemError\n")
    (path.parent / "pytest.ini").write_text("[pytest]\naddopts = --deselect .\n")
    (path.parent / "evil.pth").write_text("import os; os._exit(9)\n")
    (path.parent / "secrets.txt").symlink_to("/etc/passwd")
    (path.parent / "above").symlink_to("../..")
    os.mkfifo(path.parent / "pipe.txt")


def _placed(name: str, place: Callable[[Path, bytes], None], told: str) -> Attack:
    return Attack(name, NONE, place=place, status="malformed", told={"note": told})


def _named(name: str, folder: str) -> Attack:
    """A right submission of a student with an odd name."""
    return Attack(name, student=folder)


def _unnameable(name: str, folder: str) -> Attack:
    """A right submission in a folder whose name can't be anybody's id."""
    told = {"note": "can't be a student's id"}
    return Attack(name, NONE, student=folder, status="malformed", told=told)


_LINK = "is a symbolic link"

PATHS = (
    _placed(
        "C09-link-to-the-source",
        _linked("{course}/source/numbers/numbers.ipynb"),
        _LINK,
    ),
    _placed("C09-link-to-a-secret", _linked("/etc/passwd"), _LINK),
    _placed("C09-link-beside", _linked("real.ipynb"), _LINK),
    _placed("C09-link-to-itself", _linked("numbers.ipynb"), _LINK),
    _placed("C09-linked-folder", _linked_folder, _LINK),
    Attack(
        "C13-files-beside",
        place=_hostile_files_beside,
        told={"note": "is used, not the one handed in"},
    ),
    _placed("C09-pipe", _pipe, "not a regular file"),
    _placed("C09-folder", _folder, "not a regular file"),
    _placed("C09-socket", _socket, "not a regular file"),
    _named("C10-option", "-rf"),
    _named("C10-command", "$(id); `id` | id & 'x' \"y\""),
    _unnameable("C10-newline", "new\nline\r\x1b[2J"),
    _unnameable("C10-right-to-left", "tneduts\u202egnorw"),
    _named("C10-device", "CON"),
    _named("C10-dots", "..."),
    _unnameable("C10-long", "x" * 240),
    _unnameable("C10-of-255-bytes", "y" * 255),
    _unnameable("C10-not-utf-8", os.fsdecode(b"caf\xe9")),
    _named("C10-braces", "{0} %s %(a)s {{x}} [red]x[bold]"),
    _named("C10-case", "c10-CASE"),
    _named("C10-case-again", "C10-case"),
    _named("C18-formula", '=HYPERLINK("x")'),
    _named("C15-script", "<script>alert(1)<"),
    _named("C19-sql", "'; DROP TABLE student; --"),
)

FILES = (*METADATA, *CELLS, *BYTES, *PATHS)
