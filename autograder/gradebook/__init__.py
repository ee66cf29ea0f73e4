"""The nbgrader side: its gradebook, autograded notebooks, and preparation of cells.

Owns: every row that we write to nbgrader's database, and the notebooks that `nbgrader
generate_feedback` and formgrader read. May not: decide a score.
"""

from autograder.gradebook.autograded import (
    timestamp_of,
    write_autograded,
    write_executed,
)
from autograder.gradebook.preparation import blanked, prepared
from autograder.gradebook.scores import Gradebook
from autograder.gradebook.standing import Standing, waiting_by_hand

__all__ = [
    "Gradebook",
    "Standing",
    "blanked",
    "prepared",
    "timestamp_of",
    "waiting_by_hand",
    "write_autograded",
    "write_executed",
]
