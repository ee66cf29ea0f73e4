"""Where reports go: `--report KIND=PATH`, read before anything is graded.

Owns: parsing this option, and writing the files. May not: know what a report holds.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.config import shown
from autograder.errors import AutograderError, ReportError
from autograder.files import write_whole
from autograder.report import ClassReport, document, kinds

__all__ = ["Destination", "destinations", "write_reports"]


@dataclass(frozen=True)
class Destination:
    """A report that is asked for.

    Attributes:
        kind: One of `autograder.report.kinds()`.
        path: The file to write.
    """

    kind: str
    path: Path

    @classmethod
    def from_text(cls, text: str) -> Destination:
        """Read `KIND=PATH`.

        Raises:
            ReportError: It has another form, or nothing can be written there.
        """
        kind, sign, name = text.partition("=")
        known = ", ".join(kinds())
        if not sign or not name:
            raise ReportError(
                f'--report "{text}": should be KIND=PATH, such as '
                f"junit=reports/junit.xml. Kinds: {known}."
            )
        if kind not in kinds():
            raise ReportError(
                f'--report "{text}": there is no kind "{kind}". Kinds: {known}.'
            )
        path = Path(name)
        _require_writable(path, text)
        return cls(kind, path)


def destinations(texts: Sequence[str]) -> tuple[Destination, ...]:
    """Read all values of `--report`.

    Raises:
        ReportError: One can't be read or written, or two go to one file.
    """
    made = tuple(map(Destination.from_text, texts))
    places = [each.path.absolute() for each in made]
    for text, place in zip(texts, places, strict=True):
        if places.count(place) > 1:
            raise ReportError(
                f'--report "{text}": another report goes to the same file. Name '
                "another one."
            )
    return made


def write_reports(
    wanted: Sequence[Destination], classes: Sequence[ClassReport]
) -> Iterator[ReportError]:
    """Write reports, each atomically; folders are created.

    Yields:
        Why one could not be written; the others still are.
    """
    for each in wanted:
        try:
            write_whole(each.path, document(each.kind, classes))
        except (AutograderError, OSError) as error:
            reason = getattr(error, "strerror", None) or str(error).rstrip(".")
            yield ReportError(
                f"{shown(each.path)}: the report {each.kind} can't be written: "
                f"{reason}. What was graded is kept: fix that and grade again."
            )


def _is_special(path: Path) -> bool:
    """Whether a path is a device or pipe, or a name for one, such as /dev/stdout."""
    places = ("/dev", "/proc", "/sys")
    is_there = any(path.absolute().is_relative_to(each) for each in places)
    return is_there or (path.exists() and not path.is_file())


def _require_writable(path: Path, text: str) -> None:
    try:
        if path.is_dir():
            raise ReportError(f'--report "{text}": is a folder. Name a file in it.')
        if _is_special(path):
            raise ReportError(
                f'--report "{text}": is not a regular file and would be replaced. Name '
                "another place."
            )
        folder = next(each for each in path.absolute().parents if os.path.lexists(each))
        if not folder.is_dir():
            raise ReportError(
                f'--report "{text}": {shown(folder)} is not a folder. Name another '
                "place."
            )
        if not os.access(folder, os.W_OK | os.X_OK):
            raise ReportError(
                f'--report "{text}": nothing may be written in {shown(folder)}. Name '
                "another place."
            )
    except OSError as error:
        raise ReportError(
            f'--report "{text}": is not a valid file name: {error.strerror}.'
        ) from None
