"""The results of a course: the only place of what came of each submission.

Owns: the store, the lock of a grading run, and parts that travel between machines. May
not: grade, or write what is made from results: gradebook, notebooks, feedback, exports.
"""

from autograder.results.exchange import (
    part_from_json,
    part_to_json,
    read_parts,
    written_parts,
)
from autograder.results.lock import grading_lock
from autograder.results.part import Kept, Key, Part
from autograder.results.store import DATABASE, Store

__all__ = [
    "DATABASE",
    "Kept",
    "Key",
    "Part",
    "Store",
    "grading_lock",
    "part_from_json",
    "part_to_json",
    "read_parts",
    "written_parts",
]
