"""`autograder bench`: how fast a class is graded here, and by stock nbgrader.

Owns: a made-up class, the same class for stock nbgrader, both measured as whole
commands in separate folders; and the coordinator's cost for classes of any size, with
simulated execution. May not: touch the course's submissions or gradebook.
"""

from autograder.bench.coordinator import Load, run_coordinator_bench
from autograder.bench.figures import Figures, Way
from autograder.bench.loads import loads_document, show_loads
from autograder.bench.run import NOTEBOOKS, Plan, run_bench
from autograder.bench.table import document, machine, show_bench

__all__ = [
    "NOTEBOOKS",
    "Figures",
    "Load",
    "Plan",
    "Way",
    "document",
    "loads_document",
    "machine",
    "run_bench",
    "run_coordinator_bench",
    "show_bench",
    "show_loads",
]
