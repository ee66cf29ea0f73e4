"""What students pushed or sent, brought into submitted/.

Owns: finding a submission's notebook wherever it lies, and handing it in whole. May
not: grade, or change a hand-in of anybody else.
"""

from autograder.collect.checkouts import Collected, collect_checkouts
from autograder.collect.handing import Handing
from autograder.collect.students import student_trouble

__all__ = ["Collected", "Handing", "collect_checkouts", "student_trouble"]
