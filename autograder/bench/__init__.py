"""`autograder bench`: how fast a class is graded here, and by stock nbgrader.

Owns: a made-up class, the same class for stock nbgrader, both measured as whole
commands in folders of their own. May not: touch the course's submissions or gradebook.
"""

from autograder.bench.figures import Figures, Way
from autograder.bench.run import NOTEBOOKS, Plan, run_bench
from autograder.bench.table import document, machine, show_bench

__all__ = [
    "NOTEBOOKS",
    "Figures",
    "Plan",
    "Way",
    "document",
    "machine",
    "run_bench",
    "show_bench",
]
