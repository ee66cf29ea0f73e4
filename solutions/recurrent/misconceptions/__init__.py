"""Wrong answers that students really give, each with a hint that names it.

Every entry is a right answer, one of `variants/growing_lists`, with one slip in it. The
checks run it on a check's inputs: a student's result that equals it gets its hint. The
tests of the tests paste its source into a notebook after the right answer and demand
that a check refuses it. So it uses nothing but `np`, given names, functions of earlier
exercises, and what it imports itself; it must not call the function it stands for. It
refuses bad arguments as the right answer does, so that it is wrong in one way.
"""

from . import (
    forecasts,
    gradients_in_time,
    gru_steps,
    lstm_gradients,
    lstm_sequences,
    lstm_steps,
    packings,
    plain_layers,
    sequences,
    tensorflow_layers,
    torch_layers,
)

__all__ = ["MISCONCEPTIONS"]

MISCONCEPTIONS = (
    *sequences.MISCONCEPTIONS,
    *plain_layers.MISCONCEPTIONS,
    *gradients_in_time.MISCONCEPTIONS,
    *lstm_steps.MISCONCEPTIONS,
    *lstm_gradients.MISCONCEPTIONS,
    *gru_steps.MISCONCEPTIONS,
    # After those: a sequence made of wrong steps can't be told from a wrong sequence.
    *lstm_sequences.MISCONCEPTIONS,
    *forecasts.MISCONCEPTIONS,
    *packings.MISCONCEPTIONS,
    *torch_layers.MISCONCEPTIONS,
    *tensorflow_layers.MISCONCEPTIONS,
)
