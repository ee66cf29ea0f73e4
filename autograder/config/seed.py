"""The course's secret on disk.

Owns: the file, created once and atomically. May not: know what is drawn from it.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from pathlib import Path

from autograder.config.wording import shown
from autograder.errors import ConfigError
from autograder.files import write_new

__all__ = ["SEED_VARIABLE", "kept_seed", "renewed_seed"]

#: The variable that takes precedence over the configured seed and the one on disk.
SEED_VARIABLE = "AUTOGRADER_SEED"


def kept_seed(path: Path) -> str:
    """Read the seed on disk, creating it if needed; safe against races."""
    try:
        if not path.exists():
            _make_seed(path)
        seed = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise _seed_not_kept(path, error) from error
    if not seed:
        raise ConfigError(
            f"{shown(path)}: is empty. Put the course's old seed back, or delete the "
            "file to draw a new one; checks then get new inputs."
        )
    return seed


def renewed_seed(path: Path) -> Path | None:
    """Draw a new seed; return where the old one is kept, by date, or None.

    Raises:
        ConfigError: A file can't be created.
    """
    try:
        kept = _set_aside(path)
        _make_seed(path)
    except OSError as error:
        raise _seed_not_kept(path, error) from error
    return kept


def _seed_not_kept(path: Path, error: Exception) -> ConfigError:
    return ConfigError(
        f"{shown(path)}: the course's seed can't be kept there: {error}. Fix the "
        f"folder, or set {SEED_VARIABLE}."
    )


def _set_aside(path: Path) -> Path | None:
    """Add the time to a file's name; None if there is no file."""
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H-%M-%S.%f")
    try:
        return path.rename(path.with_name(f"{path.name}-until-{now}"))
    except FileNotFoundError:
        return None


def _make_seed(path: Path) -> None:
    """Write a random seed to `path` atomically, unless one is already there."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    write_new(path, f"{secrets.token_hex(32)}\n".encode(), mode=0o600)
