"""The course's secret on disk.

Owns: the file, made once and whole. May not: know what is drawn from it.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from pathlib import Path

from autograder.config.wording import shown
from autograder.errors import ConfigError
from autograder.files import write_new

__all__ = ["SEED_VARIABLE", "kept_seed", "renewed_seed"]

#: The variable that goes before the configured seed and the one on disk.
SEED_VARIABLE = "AUTOGRADER_SEED"


def kept_seed(path: Path) -> str:
    """Read the seed on disk, made first if there is none; safe against a race."""
    try:
        if not path.exists():
            _make_seed(path)
        seed = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise _seed_not_kept(path, error) from error
    if not seed:
        raise ConfigError(
            f"{shown(path)}: is empty. Put the course's old seed back, or delete the "
            "file for a new one; new checks then get other inputs."
        )
    return seed


def renewed_seed(path: Path) -> Path | None:
    """Draw another seed; where the old one is kept, by date, or None.

    Raises:
        ConfigError: A file can't be made.
    """
    try:
        kept = _set_aside(path)
        _make_seed(path)
    except OSError as error:
        raise _seed_not_kept(path, error) from error
    return kept


def _seed_not_kept(path: Path, error: Exception) -> ConfigError:
    return ConfigError(
        f"{shown(path)}: the course's seed can't be kept there: {error}. Mend the "
        f"folder, or set {SEED_VARIABLE}."
    )


def _set_aside(path: Path) -> Path | None:
    """Give a file the time in its name; None if there is no file."""
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H-%M-%S.%f")
    try:
        return path.rename(path.with_name(f"{path.name}-until-{now}"))
    except FileNotFoundError:
        return None


def _make_seed(path: Path) -> None:
    """Put a random seed at `path`, whole or not at all; who comes second keeps it."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    write_new(path, f"{secrets.token_hex(32)}\n".encode(), mode=0o600)
