"""Wrong answers that students really give, each with a hint that names it.

Every entry is a right answer with the slip in it: the oracle's, or a variant's where
the slip is nearer to that style. The checks run it on a check's inputs: a student's
result that equals it gets its hint. The tests of the tests paste it into a notebook
after the right answer and demand that a check refuses it. What refuses bad arguments is
left alone, so that each is wrong in one way.
"""

from . import (
    backwards,
    counting,
    fitting,
    forwards,
    graphs,
    linear,
    networks,
    rectifiers,
    scores,
    squashing,
    stopping,
    training,
)

__all__ = ["MISCONCEPTIONS"]

MISCONCEPTIONS = (
    *linear.MISCONCEPTIONS,
    *rectifiers.MISCONCEPTIONS,
    *squashing.MISCONCEPTIONS,
    *scores.MISCONCEPTIONS,
    *graphs.MISCONCEPTIONS,
    *forwards.MISCONCEPTIONS,
    *backwards.MISCONCEPTIONS,
    *counting.MISCONCEPTIONS,
    *stopping.MISCONCEPTIONS,
    *training.MISCONCEPTIONS,
    *fitting.MISCONCEPTIONS,
    *networks.MISCONCEPTIONS,
)
