"""Make nbgrader's own commands do what `autograder` does.

Our grade cells never raise, so nbgrader, which goes by a cell's outputs, would give
full marks for an empty notebook. course_config.py therefore names these two as the
exporters of nbgrader's converters:

    c.Autograde.exporter_class = "autograder.converters.Grading"
    c.GenerateAssignment.exporter_class = "autograder.converters.Releasing"

Then `nbgrader autograde` and formgrader's Autograde button grade as `autograder grade`
does, and `nbgrader generate_assignment` and the Generate button release as
`autograder release` does.

Owns: the meaning of nbgrader's options here, and our errors as nbgrader's. May not:
decide a score. nbgrader creates the exporter once it knows what to do and before it has
touched a file or row; we do all the work at that point and leave nothing for nbgrader.
So there is nothing to undo if something can't be graded.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any, NoReturn, ParamSpec, TypeVar

from nbconvert.exporters import Exporter
from nbgrader.converters import Autograde, BaseConverter, GenerateAssignment
from nbgrader.converters.base import NbGraderException

from autograder.config import Settings, absolute_url, load_settings
from autograder.errors import AssignmentError, AutograderError, ConfigError
from autograder.gradebook import Gradebook
from autograder.grading.course import grade_class
from autograder.model import GradeReport
from autograder.release import release

__all__ = ["Grading", "Releasing"]

P = ParamSpec("P")
T = TypeVar("T")

_FOLDERS = ("source", "release", "submitted", "autograded", "feedback")

#: The only supported folder structure; nbgrader's default.
_STRUCTURE = ("{nbgrader_step}", "{student_id}", "{assignment_id}")


class _Ours(Exporter):
    """Does a converter's work on creation; exports nothing."""

    def __init__(self, **traits: Any) -> None:
        super().__init__(**traits)  # type: ignore[no-untyped-call]
        converter = self.parent
        if not isinstance(converter, BaseConverter):
            self._refuse()
        asked_for, converter.assignments = converter.assignments, {}
        try:
            self._convert(converter, [Path(folder) for folder in sorted(asked_for)])
        except AutograderError as error:
            converter.log.error(str(error))
            raise NbGraderException(str(error)) from None

    def _convert(self, converter: Any, folders: Sequence[Path]) -> None:
        raise NotImplementedError

    def from_file(self, *_: Any, **__: Any) -> NoReturn:
        """Called by nbgrader for a notebook, if its order of steps is unexpected."""
        self._refuse()

    def _refuse(self) -> NoReturn:
        raise NbGraderException(
            f"{type(self).__name__} of autograder.converters can't be used here. "
            "Run `autograder grade` or `autograder release`."
        )


class Grading(_Ours):
    """`nbgrader autograde`: grade as `autograder grade` does.

    Grades the requested students; `--force`, which formgrader's button sets, also runs
    those who have a result. Nothing of an earlier grading is lost if something can't be
    graded.
    """

    def _convert(self, converter: Autograde, folders: Sequence[Path]) -> None:
        """Called by nbgrader with the submissions that match its options."""
        settings = _settings_of(converter)
        asked_for: dict[str, list[str]] = {}
        for folder in folders:
            if folder.parent.name not in _excluded(converter):
                asked_for.setdefault(folder.name, []).append(folder.parent.name)
        undone = [
            report
            for assignment, students in asked_for.items()
            for report in _graded(converter, settings, assignment, students)
            if report.is_open
        ]
        if undone:
            raise AutograderError(
                f"not graded: {', '.join(report.student for report in undone)}. Their "
                "earlier scores in the gradebook are unchanged; the reasons are above."
            )


class Releasing(_Ours):
    """`nbgrader generate_assignment`: release as `autograder release` does."""

    def _convert(self, converter: GenerateAssignment, folders: Sequence[Path]) -> None:
        """Called by nbgrader with the assignments that match its options."""
        settings = _settings_of(converter)
        for name in [folder.name for folder in folders]:
            if not converter.no_database:
                _save(converter, settings, name)
            _apart(release, settings, name)
            converter.log.info("released %s", name)


def _graded(
    converter: Autograde, settings: Settings, assignment: str, students: list[str]
) -> Sequence[GradeReport]:
    """Grade these students' submissions and log the outcomes."""
    if not converter.create_student:
        _require_known(settings, students)
    directory = converter.coursedir
    is_all = directory.student_id == "*" and not directory.student_id_exclude
    # This includes students with a folder but no notebook in it.
    chosen = () if is_all else tuple(students)
    reports = _apart(
        grade_class,
        settings.assignment(assignment),
        students=chosen,
        force=converter.force,
    )
    for report in reports:
        tell = converter.log.warning if report.needs_attention else converter.log.info
        is_open = report.score is None
        tell(
            "%s, %s: %s%s%s",
            assignment,
            report.student,
            report.status,
            "" if is_open else f", score {report.score} of {report.max_score}",
            f" ({report.note})" if report.note else "",
        )
    return reports


def _save(converter: GenerateAssignment, settings: Settings, name: str) -> None:
    """Add the assignment's cells to the gradebook."""
    source = settings.source_notebook(name)
    with Gradebook.of_course(settings) as gradebook:
        if not (converter.create_assignment or gradebook.has_assignment(name)):
            raise AssignmentError(
                f"No assignment called '{name}' exists in the database"
            )
        gradebook.ensure_assignment(name, source, options=settings.nbgrader_options)


def _apart(action: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Do the work in a separate process.

    Formgrader's server runs for weeks: it would keep using the solutions and tests that
    it imported at the first click.
    """
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=1, mp_context=context) as pool:
        try:
            return pool.submit(action, *args, **kwargs).result()
        except BrokenProcessPool as error:
            raise AutograderError(
                "the process that did the work was killed; the machine may lack "
                "memory. Try again."
            ) from error


def _settings_of(converter: BaseConverter) -> Settings:
    """The course's settings, with the folders and gradebook given to nbgrader.

    Raises:
        ConfigError: The course has no course_config.py, or a different folder
            structure.
    """
    directory = converter.coursedir
    root = Path(directory.root).absolute()
    if Path(directory.directory_structure).parts != _STRUCTURE:
        raise ConfigError(
            f"c.CourseDirectory.directory_structure = {directory.directory_structure!r}"
            f": the autograder needs {'/'.join(_STRUCTURE)!r}."
        )
    # c.CourseDirectory.root may point outside the configuration's folder.
    here = [
        each for each in (root, Path.cwd()) if (each / "course_config.py").is_file()
    ]
    settings = load_settings((here or [root])[0])
    return settings.model_copy(
        update={
            "course_root": root,
            "course_id": directory.course_id,
            "db_url": _url_of(directory.db_url, root),
            **{
                f"{name}_directory": root / getattr(directory, f"{name}_directory")
                for name in _FOLDERS
            },
        }
    )


def _url_of(url: str, root: Path) -> str:
    """The gradebook's URL; nbgrader's default is a plain path."""
    default = f"sqlite:///{root / 'gradebook.db'}"
    return absolute_url("sqlite:///gradebook.db" if url == default else url, root)


def _excluded(converter: BaseConverter) -> list[str]:
    excluded: list[str] = converter.coursedir.student_id_exclude.split(",")
    return excluded


def _require_known(settings: Settings, students: Sequence[str]) -> None:
    """Require, for `c.Autograde.create_student = False`, that these students exist."""
    with Gradebook.of_course(settings) as gradebook:
        for student in students:
            if not gradebook.has_student(student):
                raise AutograderError(
                    f"No student with ID '{student}' exists in the database"
                )
