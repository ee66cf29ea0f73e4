"""Exchange parts between machines' stores: a text with one part per line.

Owns: the format and its bounds. May not: open a store.

The first line is `{"format": "autograder-results", "version": 1}`, each other line is a
part. What arrives was written elsewhere: it is read with bounds, its numbers must be
finite, and scores are recomputed from the checks.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any, NoReturn, TextIO

from autograder.errors import ResultsError
from autograder.model import GradeReport
from autograder.results.part import Key, Part

__all__ = ["part_from_json", "part_to_json", "read_parts", "written_parts"]

FORMAT, VERSION = "autograder-results", 1

#: The longest line, in characters: a report and two notebooks with pictures.
_LONGEST = 256 << 20


def part_to_json(part: Part) -> dict[str, Any]:
    """A part as plain data for `json.dumps(..., allow_nan=False)`."""
    return asdict(part)


def part_from_json(data: object) -> Part:
    """The part of `part_to_json`'s data.

    Raises:
        ResultsError: It isn't one; one line says where and why.
    """
    # Imported here: an unchanged class is recognised without loading pydantic.
    from pydantic import ValidationError

    from autograder.results.arrival import ArrivedPart

    if not isinstance(data, dict):
        raise ResultsError("part: is not a JSON object")
    try:
        arrived = ArrivedPart.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(each) for each in first["loc"]) or "part"
        raise ResultsError(f"{where[:200]}: {first['msg']}") from error
    values = arrived.model_dump()
    report = GradeReport.from_json(arrived.assignment, values["report"])
    key = Key(**values.pop("key"))
    return Part(**{**values, "key": key, "report": report.to_json()})


def written_parts(parts: Iterable[Part]) -> Iterator[str]:
    """The lines of a file of parts, each with its newline."""
    yield f"{json.dumps({'format': FORMAT, 'version': VERSION})}\n"
    for part in parts:
        yield f"{json.dumps(part_to_json(part), allow_nan=False)}\n"


def read_parts(file: TextIO, name: str) -> Iterator[Part]:
    """Read what `written_parts` wrote, one part at a time.

    Args:
        file: Open for reading as UTF-8.
        name: What to call it in messages.

    Raises:
        ResultsError: A line is invalid; those before it were valid.
    """
    number = 0
    lines = iter(lambda: file.readline(_LONGEST + 1), "")
    for number, line in enumerate(lines, start=1):
        where = f"{name}, line {number}"
        if len(line) > _LONGEST:
            raise ResultsError(f"{where}: is longer than {_LONGEST >> 20} MiB.")
        try:
            data = json.loads(line, parse_constant=_refuse)
        except (ValueError, RecursionError) as error:
            raise ResultsError(f"{where}: is not JSON: {error}.") from error
        if number == 1:
            _require_format(data, name)
            continue
        try:
            yield part_from_json(data)
        except ResultsError as error:
            raise ResultsError(f"{where}: {error}.") from error
    if number == 0:
        raise ResultsError(f"{name}: is empty.")


def _require_format(data: object, name: str) -> None:
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise ResultsError(f"{name}: is not an autograder results file.")
    if data.get("version") != VERSION:
        raise ResultsError(
            f"{name}: has version {data.get('version')!r} of the format; this "
            f"autograder reads {VERSION}. Write it again with the one "
            "that is installed here."
        )


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not a number")
