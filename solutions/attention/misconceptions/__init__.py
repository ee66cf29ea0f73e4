"""Wrong answers that students really give, each with a hint that names it.

Every entry is a right answer, one of `variants/always_masked`, with one slip in it. The
checks run it on a check's inputs: a student's result that equals it gets its hint. The
tests of the tests paste its source into a notebook after the right answer and demand
that a check refuses it. So it uses nothing but `np`, functions of this exercise or of
earlier ones, and what it imports itself; it must not call the function it stands for.
It refuses bad arguments as the right answer does, so that it is wrong in one way.
"""

from . import heads, lookups, masks, places, softmaxes, tensorflow_layers, torch_layers

__all__ = ["MISCONCEPTIONS"]

MISCONCEPTIONS = (
    *softmaxes.MISCONCEPTIONS,
    # The layer first, and apart from its pieces: the sample class takes mistakes in
    # this order, and a layer of wrong pieces can't be told from a wrong layer.
    *heads.MISCONCEPTIONS,
    *lookups.MISCONCEPTIONS,
    *masks.MISCONCEPTIONS,
    *places.MISCONCEPTIONS,
    *torch_layers.MISCONCEPTIONS,
    *tensorflow_layers.MISCONCEPTIONS,
)
