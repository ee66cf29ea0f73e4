"""Remarks on a student's code, before any of it is run.

Owns: the names that a source defines, answers placed below their checks, and settings
that come too late. Sources are only searched, never parsed or run: they are untrusted.
May not: change a cell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from nbformat import NotebookNode

from autograder.notebook.cells import Cell, cells_of

__all__ = ["defined_in", "late_answers", "late_settings", "plain_text"]

#: A function, class or variable defined in the first column.
_DEFINITION = re.compile(
    r"^(?:(?:async[ ]+)?def[ ]+(\w+)|class[ ]+(\w+)|(\w+)[ ]*(?::[^=\n]+)?=(?!=))",
    re.MULTILINE,
)

_STUB = re.compile(r"^[ \t]+raise NotImplementedError\b", re.MULTILINE)

#: Variables that numpy, PyTorch, TensorFlow and Keras read on import.
_VARIABLE = (
    r"(KERAS_\w+|TF_\w+|KMP_\w+"
    r"|(?:OMP|MKL|OPENBLAS|NUMEXPR|VECLIB|BLIS|GOTO)_\w*THREADS)"
)
_ENVIRON = r"\benviron[ ]*"
_SETTING = re.compile(
    "|".join(
        (
            rf"{_ENVIRON}\[[ ]*[\"']{_VARIABLE}[\"'][ ]*\][ ]*=(?!=)",
            rf"{_ENVIRON}\.[ ]*setdefault\(\s*[\"']{_VARIABLE}[\"']",
            rf"{_ENVIRON}(?:\.[ ]*update\(|\|=)\s{{0,9}}\{{?"
            rf"[^(){{}}|]{{0,300}}?\b{_VARIABLE}[\"']?\s{{0,9}}[=:]",
            rf"\bputenv\(\s*[\"']{_VARIABLE}[\"']",
            rf"^[ ]*%(?:set_)?env[ ]+{_VARIABLE}\b[ ]*[= ]",
        )
    ),
    re.MULTILINE,
)


def plain_text(source: str) -> str:
    """A source without what editors change on their own: line ends, blanks, a BOM."""
    lines = source.removeprefix("\ufeff").splitlines()
    return "\n".join(line.rstrip() for line in lines).strip("\n")


def defined_in(source: str) -> dict[str, str]:
    """The names that a source defines in its first column, each with its text.

    The text reaches to the next definition; for a name defined twice, the last counts.
    """
    found = list(_DEFINITION.finditer(source))
    ends = [*(match.start() for match in found[1:]), len(source)]
    return {
        str(next(filter(None, match.groups()))): source[match.start() : end]
        for match, end in zip(found, ends, strict=False)
    }


def late_answers(
    skeleton: NotebookNode, rebuilt: NotebookNode, numbers: Mapping[str, int]
) -> Iterator[str]:
    """Note which functions are defined only below their check.

    Args:
        skeleton: The release.
        rebuilt: The notebook that is run.
        numbers: Places in the submission of the student's cells, by their ids.
    """
    cells = cells_of(rebuilt)
    code = [cell for cell in cells if rebuilt.cells[cell.index].cell_type == "code"]
    by_id = {cell.grade_id: cell.index for cell in cells if cell.grade_id}
    asked = list(_asked(skeleton))
    stubs = {name: text for given, _ in asked for name, text in given.items()}
    theirs = [
        (cell.index, number, _written_in(cell.source, stubs))
        for cell in code
        if (number := numbers.get(rebuilt.cells[cell.index].get("id", "")))
    ]
    for given, grade_id in asked:
        check = by_id.get(grade_id, len(cells))
        for name in given:
            places = [(at, number) for at, number, has in theirs if name in has]
            if places and all(at > check for at, _ in places):
                yield f"{name} is defined only in cell {places[-1][1]}, below its check"


def late_settings(rebuilt: NotebookNode, numbers: Mapping[str, int]) -> Iterator[str]:
    """Note which cells set a variable that a library has already read."""
    for cell in rebuilt.cells:
        number = numbers.get(cell.get("id", ""))
        if number is None or cell.cell_type != "code":
            continue
        names = dict.fromkeys(_set_in(cell.source))
        if names:
            yield (
                f"cell {number} sets {', '.join(names)}, which comes too late here: "
                "in grading the libraries are imported before the first cell"
            )


def _asked(skeleton: NotebookNode) -> Iterator[tuple[dict[str, str], str]]:
    """The stubs of each solution cell, and the grade cell that checks them."""
    waiting: list[Cell] = []
    for cell in cells_of(skeleton):
        is_code = skeleton.cells[cell.index].cell_type == "code"
        if cell.kind == "solution" and is_code:
            waiting.append(cell)
        elif cell.kind == "grade":
            for each in waiting:
                yield defined_in(plain_text(each.source)), cell.grade_id
            waiting = []


def _written_in(source: str, stubs: Mapping[str, str]) -> set[str]:
    """The names that a source defines, apart from unchanged stubs."""
    return {
        name
        for name, text in defined_in(plain_text(source)).items()
        if not _STUB.search(text) and text.strip() != stubs.get(name, "").strip()
    }


def _set_in(source: str) -> Iterator[str]:
    for match in _SETTING.finditer(source):
        line = source[source.rfind("\n", 0, match.start()) + 1 : match.start()]
        if not line.lstrip().startswith("#"):
            yield str(next(filter(None, match.groups())))
