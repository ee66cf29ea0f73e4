"""Commands that grade, and that show the state of grading."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from autograder.cli.crash import told
from autograder.cli.options import (
    AsJson,
    Course,
    Reports,
    document_of,
    failed,
    finish,
    near,
    print_json,
    progress_bar,
    settings_of,
    ticker,
)
from autograder.config import Settings
from autograder.errors import AutograderError
from autograder.model import GradeReport
from autograder.text import printable

if TYPE_CHECKING:
    from autograder.grading.workforce import Hire
    from autograder.report.destinations import Destination

__all__ = ["demo", "grade", "status"]


def grade(
    assignments: Annotated[
        list[str] | None,
        typer.Argument(help="Assignments to grade; with --ci the default is all."),
    ] = None,
    student: Annotated[
        list[str] | None,
        typer.Option(help="Only this student; may be repeated.", metavar="ID"),
    ] = None,
    device: Annotated[
        list[str] | None,
        typer.Option(
            help="Only this device's part of the results: cpu, cuda or simulated; may "
            "be given again. Default: what this machine has.",
            metavar="DEVICE",
        ),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(min=1, help="Submissions graded at once.", metavar="N"),
    ] = None,
    wall: Annotated[
        str | None,
        typer.Option(help="A wall other than the course's: full, account or process."),
    ] = None,
    scheduler: Annotated[
        str | None,
        typer.Option(
            help="Grade on a Dask cluster's workers: its scheduler's address.",
            metavar="ADDRESS",
        ),
    ] = None,
    force: Annotated[
        bool,
        typer.Option(
            "--force", help="Run everything, even where results are up to date."
        ),
    ] = False,
    parts: Annotated[
        Path | None,
        typer.Option(
            help="Write the parts of the results into this file, for "
            "`autograder merge` on another machine.",
            metavar="FILE",
        ),
    ] = None,
    new_seed: Annotated[
        bool,
        typer.Option(
            "--new-seed",
            help="First draw new inputs for all hidden checks, permanently.",
        ),
    ] = False,
    report: Reports = None,
    ci: Annotated[
        bool,
        typer.Option("--ci", help="Grade what was pushed, and write what CI reads."),
    ] = False,
    checkout: Annotated[
        list[Path] | None,
        typer.Option(
            help="With --ci: a checkout, or a folder of them; may be repeated. "
            "Default: the runner's.",
            metavar="DIR",
        ),
    ] = None,
    fail_under: Annotated[
        float | None,
        typer.Option(
            min=0,
            max=1,
            help="With --ci: exit 4 where a submission's share of the automatic points "
            "is lower, such as 0.6.",
            metavar="SHARE",
        ),
    ] = None,
    as_json: AsJson = False,
    course: Course = Path(),
) -> None:
    """Grade what students handed in and write the scores to nbgrader's gradebook.

    Reads submitted/<student>/<assignment>/<assignment>.ipynb. Only what has no
    up-to-date result is run: new submissions, and those made stale by a change of the
    checks, the release, the settings or the versions. If the course grades on several
    devices, the other devices' checks are left open.

    With --ci the notebooks are found in a checkout, wherever they are, and handed in
    first; GitHub, GitLab and Gradescope get what they read.

    Exit codes: 0 all is well; 1 an error; 2 wrong use; 3 a person has to look at a
    submission: malformed, missing, not graded or not recorded; 4 a share is lower than
    --fail-under.

    Example: [bold]autograder grade convolution --student ada --workers 2[/]
    """
    from autograder.report.destinations import destinations

    _require_use(assignments, ci, [*(checkout or []), fail_under], student)
    settings = settings_of(course, wall)
    grader = _Grader(
        settings,
        student or (),
        device or (),
        workers=workers,
        force=force,
        scheduler=scheduler,
        as_json=as_json,
    )
    wanted = destinations(report or [])
    if new_seed:
        _renew_seed(settings)
    if ci:
        from autograder.cli.pushed import Wanted, grade_pushed

        pushed = Wanted(
            assignments or (),
            checkout or (),
            student[0] if student else None,
            fail_under,
            wanted,
            as_json,
        )
        code = grade_pushed(settings, pushed, grader.grade)
        grader.write_parts(parts)
        raise typer.Exit(code)
    grader.grade_all(list(dict.fromkeys(assignments or ())), parts, wanted)


class _Grader:
    """Grades assignments as the command line asks for it.

    Args:
        settings: The course's.
        students: Only these; all when empty.
        devices: Only these; what this machine has when empty.
        workers: Submissions graded at once; the course's setting when None.
        force: Whether to take no result for current.
        scheduler: Address of a Dask cluster's, if its workers are to grade.
        as_json: Whether JSON is printed in place of tables.
    """

    def __init__(
        self,
        settings: Settings,
        students: Sequence[str],
        devices: Sequence[str],
        *,
        workers: int | None,
        force: bool,
        scheduler: str | None,
        as_json: bool,
    ) -> None:
        from autograder.grading.devices import devices_for

        has_cluster = scheduler is not None
        self._settings = settings
        self._students = students
        self._devices = devices_for(settings, devices, is_elsewhere=has_cluster)
        self._workers = workers
        self._force = force
        self._hire = _hire_of(scheduler)
        self._as_json = as_json
        self._done: list[str] = []

    def grade(self, assignment: str, students: Sequence[str]) -> Sequence[GradeReport]:
        """Grade an assignment's submissions, with a bar that shows how far it is."""
        from autograder.grading.course import grade_class

        with progress_bar(self._as_json) as progress:
            reports = grade_class(
                self._settings.assignment(assignment),
                students=students,
                devices=self._devices,
                workers=self._workers,
                force=self._force,
                tick=ticker(progress, f"grading {assignment}"),
                hire=self._hire,
            )
        self._done.append(assignment)
        return reports

    def grade_all(
        self,
        assignments: Sequence[str],
        parts: Path | None,
        wanted: Sequence[Destination],
    ) -> None:
        """Grade assignments, show and write what came of them, and end.

        Args:
            assignments: Their names.
            parts: File for another machine, or None.
            wanted: Reports that are to be written.
        """
        from autograder.cli.table import show_class
        from autograder.report import ClassReport
        from autograder.report.destinations import write_reports

        documents, looks, code = [], list[bool](), 0
        classes = list[ClassReport]()
        for assignment in assignments:
            try:
                reports = self.grade(assignment, self._students)
            except (AutograderError, OSError) as error:
                code = failed(error)
                documents.append({"assignment": assignment, "error": told(error)})
                classes.append(ClassReport(assignment, is_refused=True))
                continue
            classes.append(ClassReport(assignment, reports))
            looks += [each.needs_attention for each in reports]
            if self._as_json:
                documents.append(document_of(assignment, reports))
            else:
                show_class(Console(emoji=False), assignment, reports)
        self.write_parts(parts)
        print_json(documents, as_json=self._as_json)
        for unwritten in write_reports(wanted, classes):
            code = failed(unwritten)
        finish(code, looks)

    def write_parts(self, path: Path | None) -> None:
        """Write what was graded for another machine, if that is asked for."""
        if path is None:
            return
        from autograder.grading.arriving import write_parts

        chosen = [self._settings.assignment(each) for each in self._done]
        write_parts(chosen, path, students=self._students, devices=self._devices)


def status(
    assignments: Annotated[
        list[str] | None,
        typer.Argument(help="Default: all of the course.", show_default=False),
    ] = None,
    as_json: AsJson = False,
    course: Course = Path(),
) -> None:
    """Show who is graded, whose result is stale and why, and who waits for a person.

    Nothing is run or written. One assignment gives a row per student, several give a
    row per assignment.

    Example: [bold]autograder status convolution[/]
    """
    from autograder.cli.statustable import show_assignment, show_course
    from autograder.grading.status import status_of

    settings = settings_of(course)
    names = list(dict.fromkeys(assignments or settings.require_assignments()))
    found, documents, code = {}, list[dict[str, Any]](), 0
    for name in names:
        try:
            found[name] = status_of(settings.assignment(name))
        except (AutograderError, OSError) as error:
            if len(names) == 1:
                raise
            code = failed(error) if assignments else code
            documents.append({"assignment": name, "error": told(error)})
            continue
        rows = [each.to_json() for each in found[name]]
        documents.append({"assignment": name, "students": rows})
    if as_json:
        print_json(documents, as_json=True)
    elif len(names) == 1:
        show_assignment(Console(emoji=False), names[0], found[names[0]])
    else:
        show_course(Console(emoji=False), documents)
    finish(code, ())


def demo(
    assignments: Annotated[
        list[str] | None,
        typer.Argument(help="Default: all of the course.", show_default=False),
    ] = None,
    as_json: AsJson = False,
    workers: Annotated[int | None, typer.Option(min=1, metavar="N")] = None,
    course: Course = Path(),
) -> None:
    """Grade a sample class: right answers, typical mistakes, and broken notebooks.

    Everything is written below .autograder/demo; your gradebook is not touched.

    Example: [bold]autograder demo convolution[/]
    """
    from autograder.cli.table import show_class
    from autograder.demo import grade_sample_class

    settings = settings_of(course)
    documents, graded = [], list[GradeReport]()
    for assignment in assignments or settings.require_assignments():
        with progress_bar(as_json) as progress:
            reports = grade_sample_class(
                settings,
                assignment,
                workers=workers,
                tick=ticker(progress, f"grading {assignment}"),
            )
        graded += reports
        documents.append(document_of(assignment, reports))
        if not as_json:
            show_class(Console(emoji=False), assignment, reports)
    print_json(documents, as_json=as_json)
    # The class contains a broken notebook on purpose.
    finish(0, (report.is_open for report in graded))


def _require_use(
    assignments: Sequence[str] | None,
    ci: bool,
    only_with_ci: Sequence[object],
    students: Sequence[str] | None,
) -> None:
    """Refuse options that don't go together.

    Raises:
        BadParameter: One is missing, or has no meaning without another.
    """
    if ci and len(students or ()) > 1:
        raise typer.BadParameter("with --ci, --student names the one of the checkout.")
    if not ci and not assignments:
        raise typer.BadParameter("Missing argument 'ASSIGNMENTS...': name one.")
    if not ci and any(each is not None for each in only_with_ci):
        raise typer.BadParameter("--checkout and --fail-under need --ci.")


def _hire_of(scheduler: str | None) -> Hire | None:
    """How to find a cluster's workers; None for this machine's."""
    if scheduler is None:
        return None
    from autograder.cluster.crew import DaskCrew

    return lambda assignment, _jobs: DaskCrew(assignment, scheduler)


def _renew_seed(settings: Settings) -> None:
    """Draw a new seed for the course, and report it."""
    kept = settings.renew_seed()
    old = f"; the old one is kept in {near(kept)}" if kept else ""
    told = f"new seed: hidden checks get new inputs{old}. Grade everybody again."
    Console(stderr=True, soft_wrap=True, emoji=False).print(
        Text(printable(told)), highlight=False
    )
