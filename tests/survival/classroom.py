"""A class whose scores are known without grading: what any moment has to end in.

A submission bears a number, its edition; the checks of an exercise bear one as well.
Together they decide, for the simulated workers and for the expectation alike, how many
checks are passed.
"""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

from autograder.config import Assignment, Settings, load_settings
from autograder.grading.freshness import note_inputs
from tests.attacks.attack import dumped
from tests.attacks.course import ASSIGNMENT, POINTS, RIGHT, make_course

__all__ = ["CHECKS", "Classroom", "edition_of", "editions_of_checks", "passed"]

#: How many checks an exercise has here; its points are split evenly between them.
CHECKS = 4

_EDITION = re.compile(r"edition (\d+)")

#: What is changed for a new edition of an exercise's checks; a comment would not do.
_SIZES = {"double": r"size=\((\d+),\)", "slope": r"size=(\d+)", "total": r"size=(\d+)"}


class Classroom:
    """A course in a folder, and what was handed in there.

    Args:
        folder: Where it is to be.
        students: How many there are.
        config: Lines to add to its configuration.
    """

    def __init__(self, folder: Path, *, students: int = 3, config: str = "") -> None:
        make_course(folder)
        with (folder / "course_config.py").open("a", encoding="utf-8") as file:
            file.write(config)
        self.settings: Settings = load_settings(folder)
        self.assignment: Assignment = self.settings.assignment(ASSIGNMENT)
        self.students = [f"student-{number}" for number in range(students)]
        self._edition = 0
        self.hand_in(*self.students)

    def hand_in(self, *students: str) -> None:
        """Put the next edition of students' notebooks into submitted/."""
        for student in students:
            self._edition += 1  # none comes back: an old result may be gone
            self._write(student, self._edition)

    def _write(self, student: str, edition: int) -> None:
        notebook = json.loads(self.assignment.release_notebook.read_bytes())
        for cell in notebook["cells"]:
            grade_id = cell["metadata"].get("nbgrader", {}).get("grade_id", "")
            name = grade_id.removesuffix("_solution")
            if name != grade_id and name in RIGHT:
                cell["source"] = f"# edition {edition}\n{RIGHT[name]}"
        path = self.assignment.submission(student)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(dumped(notebook))

    def change_checks(self, exercise: str) -> None:
        """Write the next edition of an exercise's checks."""
        path = self.assignment.tests / f"test_{exercise}.py"
        text = path.read_text(encoding="utf-8")
        number = editions_of_checks(self.assignment)[exercise]
        found = re.search(_SIZES[exercise], text)
        assert found
        at = found.start(1), found.end(1)
        path.write_text(f"{text[: at[0]]}{number + 1}{text[at[1] :]}", encoding="utf-8")
        note_inputs(self.assignment)  # as a release does

    def shows_more(self, student: str) -> bool:
        """Whether the instructor sees more of a student's notebook than the student."""
        path = self.assignment.submission(student)
        return edition_of(path.read_bytes()) % 2 == 1

    def expected(self, student: str) -> dict[str, float]:
        """A student's scores, by exercise, as what lies there has to be graded."""
        data = self.assignment.submission(student).read_bytes()
        checks = editions_of_checks(self.assignment)
        return {
            name: points * passed(edition_of(data), name, checks[name]) / CHECKS
            for name, points in POINTS.items()
        }


def edition_of(notebook: bytes) -> int:
    """The edition that a notebook bears."""
    found = _EDITION.search(notebook.decode())
    assert found
    return int(found[1])


def editions_of_checks(assignment: Assignment) -> dict[str, int]:
    """The editions of the exercises' checks."""
    found = {}
    for name, pattern in _SIZES.items():
        text = (assignment.tests / f"test_{name}.py").read_text(encoding="utf-8")
        match = re.search(pattern, text)
        assert match
        found[name] = int(match[1])
    return found


def passed(edition: int, exercise: str, checks: int) -> int:
    """How many of the `CHECKS` checks of an exercise an edition passes."""
    digest = hashlib.sha256(f"{edition} {exercise} {checks}".encode()).digest()
    return digest[0] % (CHECKS + 1)
