"""Wrong answers that students really give, each with a hint that names it.

Every entry is a right answer, the oracle's or a variant's, with one slip in it. The
checks run it on a check's inputs: a student's result that equals it gets its hint. The
tests of the tests paste its source into a notebook after the right answer and demand
that a check refuses it. So it uses nothing but `np`, given names, functions of earlier
exercises, and what it imports itself; it must not call the function it stands for. It
refuses bad arguments as the right answer does, so that it is wrong in one way.
"""

from . import (
    descending,
    differences,
    losses,
    moments,
    schedules,
    squares,
    stochastic,
    tensorflow_lines,
    torch_lines,
    valleys,
    velocities,
)

__all__ = ["MISCONCEPTIONS"]

MISCONCEPTIONS = (
    *descending.MISCONCEPTIONS,
    *schedules.MISCONCEPTIONS,
    *stochastic.MISCONCEPTIONS,
    *velocities.MISCONCEPTIONS,
    *squares.MISCONCEPTIONS,
    *moments.MISCONCEPTIONS,
    *losses.MISCONCEPTIONS,
    *differences.MISCONCEPTIONS,
    *valleys.MISCONCEPTIONS,
    *torch_lines.MISCONCEPTIONS,
    *tensorflow_lines.MISCONCEPTIONS,
)
