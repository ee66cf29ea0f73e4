"""Wrong answers that students really give, each with a hint that names it.

Every entry is code with the signature of the function that it stands for. The checks
run it on a check's inputs: a student's result that equals it gets its hint. The tests
of the tests paste its source into a notebook after the right answer and demand that a
check refuses it. So `code` uses nothing but `np`, given names, functions of earlier
exercises, and what it imports itself; it must not call the function it stands for. It
refuses bad arguments as the right answer does, so that it is wrong in one way.
"""

from . import (
    cross_entropy,
    game,
    players,
    shapes,
    slopes,
    tensorflow_turns,
    torch_turns,
    toys,
    walks,
)

__all__ = ["MISCONCEPTIONS"]

MISCONCEPTIONS = (
    *cross_entropy.MISCONCEPTIONS,
    *players.MISCONCEPTIONS,
    *slopes.MISCONCEPTIONS,
    *game.MISCONCEPTIONS,
    *shapes.MISCONCEPTIONS,
    *torch_turns.MISCONCEPTIONS,
    *tensorflow_turns.MISCONCEPTIONS,
    *walks.MISCONCEPTIONS,
    *toys.MISCONCEPTIONS,
)
