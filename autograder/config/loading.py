"""course_config.py, read and checked.

Owns: how the file is run, which keys are known, and where the course's folders are. May
not: change the working directory, or know what a limit is used for. Relative paths are
relative to the folder of course_config.py.
"""

from __future__ import annotations

import re
import sys
import traceback
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from traitlets.config import Config
from traitlets.config.loader import LazyConfigValue, PyFileConfigLoader

from autograder.config.limits import Limits
from autograder.config.settings import CONFIG_KEYS, Settings
from autograder.config.wording import closest, first_reason, shown
from autograder.errors import ConfigError

__all__ = ["absolute_url", "importable", "load_settings", "nbgrader_config"]

#: nbgrader's folders, under their names in `c.CourseDirectory`.
_FOLDERS = ("source", "release", "submitted", "autograded", "feedback")

#: nbgrader's classes that make a release; their options are kept for it.
_PREPROCESSORS = ("ClearSolutions", "ClearHiddenTests", "ClearMarkScheme", "LockCells")


def load_settings(path: Path = Path("course_config.py")) -> Settings:
    """Read a course's configuration and check every `c.Autograder` key.

    Args:
        path: The file, or its folder.

    Raises:
        ConfigError: The file is missing, raises, or holds an unknown key or a bad
            value.
    """
    path = path / "course_config.py" if path.is_dir() else path
    if not path.is_file():
        raise ConfigError(
            f"{shown(path)}: there is no such file. Run this in the course's folder, "
            "or name the folder with --course DIR."
        )
    config = _run(path)
    keys = _own_keys(config, path)
    _check_overrides(keys.get("per_assignment"), path)
    try:
        settings = Settings(**_resolved(keys, config, path))
    except ValidationError as error:
        raise ConfigError(f"{shown(path)}: {first_reason(error)}") from None
    _check_assignments(settings, path)
    return settings


def nbgrader_config(settings: Settings) -> Config:
    """What nbgrader's commands read in this course: all sections, as traitlets objects.

    That is course_config.py, and nbgrader_config.py in the course's folder before it.

    Raises:
        ConfigError: One of them raises.
    """
    config = _run(settings.config_file) if settings.config_file else Config()
    theirs = settings.course_root / "nbgrader_config.py"
    if theirs.is_file():
        config.merge(_run(theirs))
    return config


def _run(path: Path) -> Config:
    """Execute the file as traitlets does for nbgrader."""
    loader = PyFileConfigLoader(path.name, path=str(path.parent.resolve()))
    try:
        with importable(path.parent.resolve()):
            return loader.load_config()
    except Exception as error:  # the file is Python code and may raise anything
        raise ConfigError(
            f"{shown(path)}{_line_of(error, path)}: {type(error).__name__}: "
            f"{_one_line(error)}"
        ) from error


@contextmanager
def importable(folder: Path) -> Iterator[None]:
    """Let modules of the course's folder be imported, as nbgrader's commands do."""
    entry = str(folder)
    sys.path.insert(0, entry)
    try:
        yield
    finally:
        sys.path.remove(entry)


def _line_of(error: Exception, path: Path) -> str:
    """`:12` for the faulty line of the file; empty if it is unknown."""
    if isinstance(error, SyntaxError):
        return f":{error.lineno}"
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if Path(frame.filename).name == path.name]
    return f":{lines[-1]}" if lines else ""


def _one_line(error: Exception) -> str:
    message = error.msg if isinstance(error, SyntaxError) else str(error)
    return " ".join(message.split())


def _own_keys(config: Config, path: Path) -> dict[str, Any]:
    """The section `c.Autograder`, with known keys only."""
    for section in config:
        if section != "Autograder" and section.lower() == "autograder":
            raise ConfigError(
                f"{shown(path)}: unknown section c.{section}. Did you mean "
                "c.Autograder?"
            )
    keys = dict(config.get("Autograder", {}))
    for key, value in keys.items():
        if key not in CONFIG_KEYS:
            raise ConfigError(
                f"{shown(path)}: c.Autograder.{key} is not a setting"
                f"{closest(key, CONFIG_KEYS)} There are: {', '.join(CONFIG_KEYS)}."
            )
        if isinstance(value, LazyConfigValue):
            raise ConfigError(
                f"{shown(path)}: c.Autograder.{key} is changed before it has a value. "
                f"Set it with c.Autograder.{key} = ..."
            )
    return keys


def _check_overrides(value: object, path: Path) -> None:
    """Check the limits of single assignments, which `Settings` doesn't check."""
    for assignment, limits in _items(value):
        where = f'{shown(path)}: c.Autograder.per_assignment["{assignment}"]'
        for key, _ in _items(limits):
            if key not in Limits.model_fields:
                guess = closest(str(key), Limits.model_fields)
                raise ConfigError(
                    f"{where}: {key!r} is not a limit{guess} "
                    f"There are: {', '.join(Limits.model_fields)}."
                )
        try:
            Limits.model_validate(limits)
        except ValidationError as error:
            raise ConfigError(f"{where}: {first_reason(error, prefix='')}") from None


def _items(value: object) -> Iterable[tuple[Any, Any]]:
    return value.items() if isinstance(value, Mapping) else ()


def _resolved(keys: dict[str, Any], config: Config, path: Path) -> dict[str, Any]:
    """The arguments of `Settings`, with defaults from the course's folder."""
    course = config.get("CourseDirectory", {})
    root = path.parent.resolve() / str(course.get("root") or "")
    folders = {
        f"{name}_directory": root / str(course.get(f"{name}_directory") or name)
        for name in _FOLDERS
    }
    for key, default in (("tests", "tests/grading"), ("solutions", "solutions")):
        folder = keys.get(f"{key}_directory", default)
        # Leave non-strings alone; the model's error names the key.
        folders[f"{key}_directory"] = root / folder if _is_text(folder) else folder
    rest = {
        ("configured_seed" if key == "seed" else key): value
        for key, value in keys.items()
        if key not in folders
    }
    timeout = config.get("Execute", {}).get("timeout")
    if "cell_timeout_s" not in rest and isinstance(timeout, int) and timeout > 0:
        rest["cell_timeout_s"] = timeout
    return {
        "course_root": root,
        "config_file": path.resolve(),
        "course_id": course.get("course_id", ""),
        "db_url": absolute_url(course.get("db_url") or "sqlite:///gradebook.db", root),
        "assignments": _found_assignments(folders["source_directory"]),
        "nbgrader_options": {
            name: dict(config[name]) for name in _PREPROCESSORS if name in config
        },
        **folders,
        **rest,
    }


def _is_text(value: object) -> bool:
    return isinstance(value, str | Path)


def absolute_url(url: str, root: Path) -> str:
    """Anchor a relative SQLite file at the course's folder; leave other URLs alone.

    The folder's name may contain characters that are special in a URL, such as `?`.
    """
    match = re.fullmatch(r"sqlite:///(?!/|:memory:|file:|[A-Za-z]:)(.+)", str(url))
    if not match:
        return str(url)
    if re.fullmatch(r"[\w./ +-]+", f"{root}{match[1]}", re.ASCII):
        return f"sqlite:///{root / match[1]}"
    from sqlalchemy.engine import make_url  # slow to import

    parts = make_url(str(url))
    anchored = parts.set(database=str(root / str(parts.database)))
    return anchored.render_as_string(hide_password=False)


def _found_assignments(source: Path) -> list[str]:
    """Folders of `source` that hold a notebook of their own name, sorted."""
    return sorted(
        folder.name
        for folder in (source.iterdir() if source.is_dir() else ())
        if (folder / f"{folder.name}.ipynb").is_file()
    )


def _check_assignments(settings: Settings, path: Path) -> None:
    """Refuse an override for an unknown assignment, which is probably a typo."""
    for name in settings.per_assignment:
        if name not in settings.assignments:
            raise ConfigError(
                f'{shown(path)}: c.Autograder.per_assignment["{name}"] is for no '
                f"assignment{closest(name, settings.assignments)} The course has: "
                f"{', '.join(settings.assignments) or 'none yet'}."
            )
