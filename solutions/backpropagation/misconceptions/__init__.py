"""Wrong answers that students really give, each with a hint that names it.

Every entry is code with the signature of the function that it stands for. The checks
run it on a check's inputs: a student's result that equals it gets its hint. The tests
of the tests paste its source into a notebook after the right answer and demand that a
check refuses it. So `code` uses nothing but `np`, given names, functions of earlier
exercises, and what it imports itself; it must not call the function it stands for. It
refuses bad arguments as the right answer does, so that it is wrong in one way.
"""

from . import (
    backwards,
    counting,
    fitting,
    forwards,
    graphs,
    linear,
    rectifiers,
    scores,
    squashing,
    stopping,
    tensorflow_networks,
    torch_networks,
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
    *torch_networks.MISCONCEPTIONS,
    *tensorflow_networks.MISCONCEPTIONS,
)
