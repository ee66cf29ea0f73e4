"""Files: write ours atomically, read the students' within limits.

Owns: how a file is opened, read and written. May not: know what it holds.
"""

from autograder.files.beside import Beside, read_beside
from autograder.files.reading import open_below, read_bytes
from autograder.files.writing import sweep_drafts, write_new, write_whole

__all__ = [
    "Beside",
    "open_below",
    "read_beside",
    "read_bytes",
    "sweep_drafts",
    "write_new",
    "write_whole",
]
