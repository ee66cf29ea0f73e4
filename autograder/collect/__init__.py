"""What students pushed or sent, brought into submitted/.

Owns: how it is fetched, finding a submission's notebook wherever it lies, and handing
it in whole. May not: grade or run anything of it, change a hand-in of anybody else, or
believe a name, a date or a setting that came with it.
"""

from autograder.collect.checkouts import Collected, collect_checkouts
from autograder.collect.handing import Handing
from autograder.collect.students import student_trouble

__all__ = ["Collected", "Handing", "collect_checkouts", "student_trouble"]
