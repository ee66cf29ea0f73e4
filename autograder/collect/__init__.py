"""Collect what students pushed or sent into submitted/.

Owns: how it is fetched, finding a submission's notebook wherever it is, and handing it
in atomically. May not: grade or run any of it, change anybody else's hand-in, or trust
a name, date or setting that came with it.
"""

from autograder.collect.checkouts import Collected, collect_checkouts
from autograder.collect.handing import Handing
from autograder.collect.students import student_trouble

__all__ = ["Collected", "Handing", "collect_checkouts", "student_trouble"]
