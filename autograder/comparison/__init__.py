"""Whether a result is what was expected, and if not, the first reason why.

Owns: `compare`, the only judge of a student's numbers, and the rule for tolerances.
Runs in the trusted process on data that came over the wire. May not: call anything of
the student's, broadcast, change a kind of number silently, or score.

The reasons come in one order: type, shape, dtype, finiteness, values.
"""

from autograder.comparison.elements import wrongness
from autograder.comparison.mismatch import (
    KINDS,
    Difference,
    Kind,
    Mismatch,
    Tolerance,
)
from autograder.comparison.noise import coarsened, magnitude, noise_tolerance
from autograder.comparison.structure import compare, difference_of
from autograder.comparison.words import number_words

__all__ = [
    "KINDS",
    "Difference",
    "Kind",
    "Mismatch",
    "Tolerance",
    "coarsened",
    "compare",
    "difference_of",
    "magnitude",
    "noise_tolerance",
    "number_words",
    "wrongness",
]
