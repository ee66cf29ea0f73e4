"""The results of a course: the only place where outcomes are stored.

Owns: the store, the lock of a grading run, and the exchange of parts between machines.
May not: grade, or write what is derived from results: gradebook, notebooks, feedback,
exports.
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
