"""What an assignment's notebooks ask for: exercises, functions, solution cells.

Owns: which function belongs to which exercise, and what is built upon what. May not:
run anything.
"""

from __future__ import annotations

import ast
from functools import cached_property

from nbformat import NotebookNode

from autograder.audit.exceptions import Exceptions, exceptions_of
from autograder.cellkinds import grade_id_of
from autograder.config import Assignment, Settings
from autograder.errors import AssignmentError
from autograder.notebook import points_of, read_course_notebook
from autograder.rehearsal import cell_for, solution_cells, with_solutions

__all__ = ["Lesson"]


class Lesson:
    """What an assignment's notebooks ask for.

    Args:
        settings: The course's settings.
        assignment: Name of the assignment.

    Raises:
        AssignmentError: There is no such assignment, or a cell can't be parsed.
        NotebookError: A notebook can't be read; it may not be released yet.

    Attributes:
        release: The notebook without solutions.
        solved: The same with the source's solutions.
        points: Points of each automatic exercise, in notebook order.
    """

    def __init__(self, settings: Settings, assignment: str) -> None:
        source = read_course_notebook(settings.source_notebook(assignment))
        self.settings = settings
        self.assignment = assignment
        self.release = read_course_notebook(self.place.release_notebook)
        self.solved = with_solutions(self.release, source)
        self.points = points_of(self.release)
        self._defined = {
            home: self._functions_in(home, text)
            for home, text in self.sources(self.solved).items()
        }

    @property
    def place(self) -> Assignment:
        """Where its files lie."""
        return self.settings.assignment(self.assignment)

    @cached_property
    def exceptions(self) -> Exceptions:
        """What the course excepts from the audit.

        Raises:
            AssignmentError: The file can't be used.
        """
        return exceptions_of(self.place)

    def functions(self, grade_id: str) -> list[str]:
        """The functions that the solution cells before a grade cell define."""
        return [
            node.name for home in self.homes(grade_id) for node in self._defined[home]
        ]

    def exercise_of(self, function: str) -> str:
        """The grade cell that a function's cell belongs to.

        Raises:
            AssignmentError: It stands after the last grade cell.
        """
        home = self.home_of(function)
        for name in self.points:
            if home in self.homes(name):
                return name
        raise AssignmentError(
            f"{self.assignment}: {function} stands after the last grade cell"
        )

    def home_of(self, function: str) -> str:
        """The solution cell that defines a function."""
        for home, nodes in self._defined.items():
            if function in {node.name for node in nodes}:
                return home
        return cell_for(self.solved, function)  # a class, or an error that says so

    def homes(self, grade_id: str) -> list[str]:
        """The solution cells between a grade cell and the one before it."""
        found: list[str] = []
        for cell in self.solved.cells:
            name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
            if name == grade_id:
                return found
            if grade_id_of(cell):
                found = []
            elif name in self._defined:
                found.append(name)
        raise LookupError(grade_id)

    def built_upon(self, function: str) -> set[str]:
        """What can't be as it was when a function isn't: it, and whatever names it."""
        found, more = set(), {function}
        while more:
            found |= more
            more = {
                name
                for name, used in self._names_used.items()
                if name not in found and not used.isdisjoint(more)
            }
        return found

    @cached_property
    def _names_used(self) -> dict[str, set[str]]:
        """What each name of the notebook's own is made of."""
        found: dict[str, set[str]] = {}
        for cell in self.solved.cells:
            if cell.cell_type != "code" or grade_id_of(cell):
                continue
            for statement in ast.parse(cell.source).body:
                nodes = [x for x in ast.walk(statement) if isinstance(x, ast.Name)]
                made = {x.id for x in nodes if isinstance(x.ctx, ast.Store)}
                if isinstance(statement, ast.FunctionDef | ast.ClassDef):
                    made = {statement.name}
                for name in made:
                    found.setdefault(name, set()).update(x.id for x in nodes)
        return found

    def _functions_in(self, home: str, text: str) -> list[ast.FunctionDef]:
        try:
            body = ast.parse(text).body
        except SyntaxError as error:
            raise AssignmentError(
                f'{self.assignment}: the solution of cell "{home}" is not plain '
                f"Python: {error.msg}"
            ) from error
        return [node for node in body if isinstance(node, ast.FunctionDef)]

    @staticmethod
    def sources(notebook: NotebookNode) -> dict[str, str]:
        """Sources of the code cells that students write, by grade_id."""
        cells = solution_cells(notebook)
        return {home: cell.source for home, cell in cells.items()}
