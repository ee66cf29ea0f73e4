"""course_config.py, read and checked: one frozen `Settings` for a course.

Owns: which keys there are, what each may hold, and where the course's folders lie.
May not: change the working directory, or know what a limit is used for. Everything
relative is relative to the folder of course_config.py.
"""

from __future__ import annotations

import difflib
import os
import re
import secrets
import sys
import tempfile
import traceback
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from traitlets.config import Config
from traitlets.config.loader import LazyConfigValue, PyFileConfigLoader

from autograder.errors import AssignmentError, ConfigError

__all__ = [
    "CONFIG_KEYS",
    "MAX_SECONDS",
    "Limits",
    "Settings",
    "absolute_url",
    "importable",
    "load_settings",
    "nbgrader_config",
    "shown",
]

#: The variable that goes before the configured seed and the one on disk.
SEED_VARIABLE = "AUTOGRADER_SEED"

#: nbgrader's folders, under their names in `c.CourseDirectory`.
_FOLDERS = ("source", "release", "submitted", "autograded", "feedback")

#: nbgrader's classes that make a release; their options are kept for that.
_PREPROCESSORS = ("ClearSolutions", "ClearHiddenTests", "ClearMarkScheme", "LockCells")

#: The longest time that a limit may be: a day.
MAX_SECONDS = 86_400

#: The largest size that a limit may be, in MiB or KiB: a TiB, or a GiB.
_MAX_SIZE = 1 << 20

_Seconds = Annotated[float, Field(gt=0, le=MAX_SECONDS, allow_inf_nan=False)]
_MiB = Annotated[float, Field(gt=0, le=_MAX_SIZE, allow_inf_nan=False)]  # and KiB
_WholeMiB = Annotated[float, Field(ge=1, le=_MAX_SIZE, allow_inf_nan=False)]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Limits(_Model):
    """What one submission may use.

    Attributes:
        cell_timeout_s: Seconds per cell.
        call_timeout_s: Seconds per call of a student's function.
        notebook_timeout_s: Seconds for a notebook's cells, calls and restarts together.
        check_timeout_s: Seconds that the course's own code may take in one check,
            beside the calls of the student's functions.
        submission_max_mib: Size of the notebook's file.
        memory_mib: Memory of all processes of a notebook, beyond the shared imports.
        disk_mib: Files that it writes, in home, /tmp and /dev/shm together.
        processes: Processes and threads at one time.
        output_max_kib: What a cell may print and show.
        output_messages: In how many messages.
        answer_max_mib: What a call may return.
    """

    cell_timeout_s: _Seconds = 60
    call_timeout_s: _Seconds = 10
    notebook_timeout_s: _Seconds = 600
    check_timeout_s: _Seconds = 60
    submission_max_mib: _MiB = 20
    memory_mib: _WholeMiB = 4096
    disk_mib: _WholeMiB = 256
    processes: Annotated[int, Field(ge=32, le=32_768)] = 256
    output_max_kib: _MiB = 4096
    output_messages: Annotated[int, Field(ge=1, le=1_000_000)] = 2000
    answer_max_mib: Annotated[float, Field(gt=0, le=2048, allow_inf_nan=False)] = 64


class Settings(Limits):
    """A course: its folders, its assignments, its limits.

    Attributes:
        course_root: Absolute path of the folder that holds course_config.py.
        config_file: Where all this was read.
        course_id: nbgrader's name of the course.
        source_directory: Absolute, as are the other folders.
        db_url: Of nbgrader's gradebook; a relative SQLite path is made absolute.
        assignments: In the order of the course.
        devices: What the course grades on.
        workers: Submissions graded at the same time; None is one per core.
        wall: Name of the sandbox level that grading must have.
        hints: When the self-check shows them: "at_once", "never", or from a day on,
            "after:2026-12-01".
        configured_seed: `c.Autograder.seed`; read `seed` instead.
        per_assignment: Limits that differ for an assignment, by its name.
        show_text_after_hidden_checks: Whether students may see what their code says
            after a hidden check has called it, and so may know the check's inputs.
        skip_tags: Cells that the source gives one of these tags are not run when
            grading.
        nbgrader_options: Options of nbgrader's preprocessors that make a release.
    """

    course_root: Path
    config_file: Path | None = None
    course_id: str = ""
    source_directory: Path
    release_directory: Path
    submitted_directory: Path
    autograded_directory: Path
    feedback_directory: Path
    tests_directory: Path
    solutions_directory: Path
    db_url: str

    assignments: list[str]
    devices: list[Literal["cpu", "cuda"]] = Field(default=["cpu"], min_length=1)
    workers: Annotated[int, Field(ge=1, le=1024)] | None = None
    wall: Literal["full", "process"] = "full"
    hints: str = "at_once"
    configured_seed: Annotated[str, Field(min_length=1)] | None = Field(
        default=None, repr=False
    )
    per_assignment: dict[str, dict[str, Any]] = Field(default_factory=dict)
    show_text_after_hidden_checks: bool = False
    skip_tags: list[str] = Field(default=["picture"])
    nbgrader_options: dict[str, dict[str, Any]] = Field(
        default_factory=dict, repr=False
    )

    @field_validator("assignments")
    @classmethod
    def _are_folder_names(cls, names: list[str]) -> list[str]:
        for name in names:
            if not re.fullmatch(r"\w[\w.-]*", name, re.ASCII):
                raise ValueError(
                    f'"{name}" is no name for an assignment; use letters, digits, '
                    '"_", "-" and "."'
                )
            if names.count(name) > 1:
                raise ValueError(f'"{name}" stands there twice')
        return names

    @field_validator("hints")
    @classmethod
    def _is_a_time_for_hints(cls, when: str) -> str:
        day = when.removeprefix("after:")
        if when in ("at_once", "never"):
            return when
        if day == when or not re.fullmatch(r"\d{4}-\d\d-\d\d", day):
            raise ValueError(
                'should be "at_once", "never", or "after:" and a day, such as '
                '"after:2026-12-01"'
            )
        date.fromisoformat(day)
        return when

    @cached_property
    def seed(self) -> str:
        """The course's secret, from which every check's inputs are drawn.

        AUTOGRADER_SEED goes first, then `c.Autograder.seed`, then `.autograder/seed`,
        which is made on first use.

        Raises:
            ConfigError: The file can't be made or read, or is empty.
        """
        chosen = os.environ.get(SEED_VARIABLE) or self.configured_seed
        return chosen or _kept_seed(self.state_directory / "seed")

    def renew_seed(self) -> Path | None:
        """Draw a new secret for the course; every hidden check gets other inputs.

        Returns:
            Where the old one is kept, by date; None if there was none.

        Raises:
            ConfigError: The seed is set elsewhere, or a file can't be made.
        """
        for is_set, where in (
            (os.environ.get(SEED_VARIABLE), f"the variable {SEED_VARIABLE}"),
            (self.configured_seed, "c.Autograder.seed"),
        ):
            if is_set:
                raise ConfigError(
                    f"--new-seed: the course's seed is set by {where}. Change it there."
                )
        path = self.state_directory / "seed"
        try:
            kept = _set_aside(path)
            _make_seed(path)
        except OSError as error:
            raise _seed_not_kept(path, error) from error
        self.__dict__.pop("seed", None)
        return kept

    @property
    def state_directory(self) -> Path:
        """Where results and secrets of this course are kept, out of git."""
        return self.course_root / ".autograder"

    def limits(self, assignment: str) -> Limits:
        """The limits of one assignment: the course's, but where it has its own."""
        common = {name: getattr(self, name) for name in Limits.model_fields}
        return Limits(**{**common, **self.per_assignment.get(assignment, {})})

    def source_notebook(self, assignment: str) -> Path:
        """Path of an assignment's source notebook, which exists.

        Raises:
            AssignmentError: The course has no such assignment, or it has no notebook.
        """
        if assignment not in self.assignments:
            raise AssignmentError(self._unknown(assignment))
        path = self.source_directory / assignment / f"{assignment}.ipynb"
        if not path.is_file():
            raise AssignmentError(
                f'assignment "{assignment}": {shown(path)} is missing. Write it, or '
                "take the assignment out of c.Autograder.assignments."
            )
        return path

    def require_assignments(self) -> list[str]:
        """The assignments of the course, of which there is one at least.

        Raises:
            AssignmentError: There are none yet; says what lies in source/ instead.
        """
        if self.assignments:
            return self.assignments
        raise AssignmentError(
            f"there is no assignment in {shown(self.source_directory)} yet. {_FORM}"
            f"{self._others()}"
        )

    def _unknown(self, assignment: str) -> str:
        known = ", ".join(self.assignments) or "none yet"
        folder = self.source_directory / assignment
        if notebooks := _notebooks_in(folder):
            return f"{shown(folder)} holds {notebooks}. {_FORM}"
        return (
            f'there is no assignment "{assignment}"{_closest(assignment, known)} '
            f"The course has: {known}."
        )

    def _others(self) -> str:
        """Folders of source/ with notebooks of other names, as a last sentence."""
        source = self.source_directory
        folders = sorted(source.iterdir()) if source.is_dir() else []
        held = [(folder.name, _notebooks_in(folder)) for folder in folders]
        told = [f"{name} holds {notebooks}" for name, notebooks in held if notebooks]
        return f" Here {'; '.join(told[:3])}." if told else ""


#: What an assignment is, for those who come from nbgrader.
_FORM = (
    "An assignment of the autograder is one notebook that is named like its folder: "
    "source/<assignment>/<assignment>.ipynb."
)


def _notebooks_in(folder: Path) -> str:
    """`a.ipynb and b.ipynb`: the notebooks of a folder, none of which has its name."""
    names = sorted(path.name for path in folder.glob("*.ipynb"))
    if not names or f"{folder.name}.ipynb" in names:
        return ""
    first, rest = names[:3], len(names) - 3
    return " and ".join(first) + (f" and {rest} more" if rest > 0 else "")


#: What may follow `c.Autograder.`
CONFIG_KEYS: tuple[str, ...] = (
    "answer_max_mib",
    "assignments",
    "call_timeout_s",
    "cell_timeout_s",
    "check_timeout_s",
    "devices",
    "disk_mib",
    "hints",
    "memory_mib",
    "notebook_timeout_s",
    "output_max_kib",
    "output_messages",
    "per_assignment",
    "processes",
    "seed",
    "show_text_after_hidden_checks",
    "skip_tags",
    "solutions_directory",
    "submission_max_mib",
    "tests_directory",
    "wall",
    "workers",
)


def load_settings(path: Path = Path("course_config.py")) -> Settings:
    """Read a course's configuration and check every key of ours.

    Args:
        path: The file, or the folder that it lies in.

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
        raise ConfigError(f"{shown(path)}: {_first_reason(error)}") from None
    _check_assignments(settings, path)
    return settings


def nbgrader_config(settings: Settings) -> Config:
    """What nbgrader's commands read in this course, all sections, as traitlets has it.

    That is course_config.py, and nbgrader_config.py in the course's folder before it.

    Raises:
        ConfigError: One of them raises.
    """
    config = _run(settings.config_file) if settings.config_file else Config()
    theirs = settings.course_root / "nbgrader_config.py"
    if theirs.is_file():
        config.merge(_run(theirs))
    return config


def shown(path: Path) -> str:
    """A path as messages show it: relative to where the reader is, if it lies below."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def _run(path: Path) -> Config:
    """Execute the file as traitlets does for nbgrader."""
    loader = PyFileConfigLoader(path.name, path=str(path.parent.resolve()))
    try:
        with importable(path.parent.resolve()):
            return loader.load_config()
    except Exception as error:  # the file is Python and may raise anything
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
    """`:12` where the file is at fault; empty when no line of it is to be seen."""
    if isinstance(error, SyntaxError):
        return f":{error.lineno}"
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if Path(frame.filename).name == path.name]
    return f":{lines[-1]}" if lines else ""


def _one_line(error: Exception) -> str:
    message = error.msg if isinstance(error, SyntaxError) else str(error)
    return " ".join(message.split())


def _own_keys(config: Config, path: Path) -> dict[str, Any]:
    """What stands below `c.Autograder`, every key known."""
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
                f"{shown(path)}: c.Autograder.{key} is no setting"
                f"{_closest(key, CONFIG_KEYS)} There are: {', '.join(CONFIG_KEYS)}."
            )
        if isinstance(value, LazyConfigValue):
            raise ConfigError(
                f"{shown(path)}: c.Autograder.{key} is changed before it has a value. "
                f"Set it with c.Autograder.{key} = ..."
            )
    return keys


def _check_overrides(value: object, path: Path) -> None:
    """Check the limits of single assignments, which `Settings` takes as they are."""
    for assignment, limits in _items(value):
        where = f'{shown(path)}: c.Autograder.per_assignment["{assignment}"]'
        for key, _ in _items(limits):
            if key not in Limits.model_fields:
                guess = _closest(str(key), Limits.model_fields)
                raise ConfigError(
                    f"{where}: {key!r} is no limit{guess} "
                    f"There are: {', '.join(Limits.model_fields)}."
                )
        try:
            Limits.model_validate(limits)
        except ValidationError as error:
            raise ConfigError(f"{where}: {_first_reason(error, prefix='')}") from None


def _items(value: object) -> Iterable[tuple[Any, Any]]:
    return value.items() if isinstance(value, Mapping) else ()


def _resolved(keys: dict[str, Any], config: Config, path: Path) -> dict[str, Any]:
    """Everything that `Settings` takes, defaults of the course's folder filled in."""
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

    The folder's name may hold what means something in a URL, such as `?` or `%`.
    """
    match = re.fullmatch(r"sqlite:///(?!/|:memory:|file:|[A-Za-z]:)(.+)", str(url))
    if not match:
        return str(url)
    if re.fullmatch(r"[\w./ +-]+", f"{root}{match[1]}", re.ASCII):
        return f"sqlite:///{root / match[1]}"
    from sqlalchemy.engine import make_url  # takes long to import

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
    """An override for an assignment that isn't there is a slip of the pen."""
    for name in settings.per_assignment:
        if name not in settings.assignments:
            raise ConfigError(
                f'{shown(path)}: c.Autograder.per_assignment["{name}"] is for no '
                f"assignment{_closest(name, settings.assignments)} The course has: "
                f"{', '.join(settings.assignments) or 'none yet'}."
            )


def _first_reason(error: ValidationError, *, prefix: str = "c.Autograder.") -> str:
    """pydantic's first complaint as `c.Autograder.key = value: what is allowed`."""
    first = error.errors(include_url=False)[0]
    names = [str(part) for part in first["loc"] if isinstance(part, str)]
    key = "seed" if names[:1] == ["configured_seed"] else "".join(names[:1])
    section = "c.CourseDirectory." if key == "course_id" else prefix
    reason = first["msg"].removeprefix("Value error, ")
    reason = reason.replace("Input should", "should", 1).replace(
        " after validation", ""
    )
    if first["type"] == "is_instance_of":  # a folder
        reason = "should be text"
    value = "" if key == "seed" else f" = {_short(first['input'])}"
    return f"{section}{key}{value}: {reason}."


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _closest(name: str, known: str | Iterable[str]) -> str:
    """The end of a sentence: `; did you mean "devices"?` or a full stop."""
    names = known.split(", ") if isinstance(known, str) else list(known)
    match = difflib.get_close_matches(name, names, n=1, cutoff=0.6)
    return f'; did you mean "{match[0]}"?' if match else "."


def _kept_seed(path: Path) -> str:
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
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=".seed-")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(f"{secrets.token_hex(32)}\n")
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        Path(draft).unlink()
