"""Notebooks: read, check, rebuild. No other room parses .ipynb.

Owns: the course's own notebooks, which must be sound or the run stops (NotebookError);
submissions, which are not trusted (MalformedError, one student's verdict); and the
rebuilt notebook, the only one that is ever run. May not: execute or score.

Messages count cells from 1, as readers do.
"""

from autograder.notebook.cells import (
    Cell,
    cells_of,
    grade_cells,
    points_of,
    solution_cells,
)
from autograder.notebook.course import (
    read_course_notebook,
    require_gradable,
    write_notebook,
)
from autograder.notebook.form import is_made_id
from autograder.notebook.rebuilding import Rebuilt, rebuild
from autograder.notebook.remarks import defined_in
from autograder.notebook.submitted import parse_submission, read_submission

__all__ = [
    "Cell",
    "Rebuilt",
    "cells_of",
    "defined_in",
    "grade_cells",
    "is_made_id",
    "parse_submission",
    "points_of",
    "read_course_notebook",
    "read_submission",
    "rebuild",
    "require_gradable",
    "solution_cells",
    "write_notebook",
]
