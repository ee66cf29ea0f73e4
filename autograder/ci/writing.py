"""Write files for a CI service where they belong.

Owns: what is replaced and what is not. May not: write only some of them because one has
been changed by hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from autograder.config import shown
from autograder.errors import WorkflowError
from autograder.files import write_whole

__all__ = ["write_files"]


def write_files(
    files: Mapping[str, bytes], folder: Path, *, force: bool = False
) -> list[Path]:
    """Write files below a folder atomically; existing equal files stay.

    Args:
        files: Contents by path, relative to the folder.
        folder: Where they go.
        force: Replace existing files that differ.

    Returns:
        The files that were written.

    Raises:
        WorkflowError: An existing file differs, so none is written; or one can't be
            written.
    """
    wanted = {folder / name: data for name, data in files.items()}
    old = {path: _read(path) for path in wanted}
    differ = [path for path, data in wanted.items() if old[path] not in (None, data)]
    if differ and not force:
        raise WorkflowError(
            f"{shown(differ[0])}: already exists and differs. --force replaces it."
        )
    written = [path for path, data in wanted.items() if old[path] != data]
    for path in written:
        try:
            write_whole(path, wanted[path])
        except OSError as error:
            raise WorkflowError(
                f"{shown(path)}: can't be written: {error.strerror}."
            ) from error
    return written


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise WorkflowError(
            f"{shown(path)}: can't be read: {error.strerror}."
        ) from error
