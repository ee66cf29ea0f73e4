"""Wrong answers that students really give, each with a hint that names it.

Every entry is a right answer with the slip in it: the oracle's, or a variant's where
the slip is nearer to that style. The checks run it on a check's inputs: a student's
result that equals it gets its hint. The tests of the tests paste it into a notebook
after the right answer and demand that a check refuses it. What refuses bad arguments is
left alone, so that each is wrong in one way.
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
