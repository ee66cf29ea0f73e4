"""Putting a question to a module: make it, hand it its weights, let it take a step.

`agrees` asks a function that takes and gives data. A student's `LSTMCell` is a class,
so here four calls are made to look like one: that of `oracle.lstm_cell`.
"""

from __future__ import annotations

import numpy as np

from autograder.checks import CheckFailed, RemoteFunction, RemoteObject, Tensor
from autograder.checks.submission import Relay
from autograder.comparison import Mismatch
from autograder.execution.remote import Call, Reply

__all__ = ["NAMES", "step_of"]

#: The parameters of torch.nn.LSTMCell.
NAMES = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")


def step_of(cell: RemoteFunction) -> RemoteFunction:
    """Make of a module's class a function that takes one step with given weights.

    Args:
        cell: The student's class; its calls may not use what `cell` may not use.

    Returns:
        A function of x, h, c and the four weights, all of them PyTorch's tensors, that
        goes by the class's name.
    """
    return RemoteFunction(_Step(cell.caller), cell.target, cell.forbidden)


class _Step(Relay):
    """Makes a module, loads its weights and calls it; passes the rest on."""

    def call(self, call: Call) -> Reply:
        """Take a step; parameters are what load_state_dict has copied."""
        x, h, c, *weights = call.args
        sizes = x.array.shape[1], h.array.shape[1]
        make = RemoteFunction(self.caller, call.target, call.forbidden)
        cell = make(*sizes, **call.kwargs)
        if not isinstance(cell, RemoteObject):
            reason = "the result is not a module"
            mismatch = Mismatch("type", reason, type(cell).__name__, "a torch Module")
            raise CheckFailed(str(call.target), reason, mismatch=mismatch)
        cell.to(x.device)
        if x.array.dtype == np.float64:
            cell.double()
        cell.load_state_dict(dict(zip(NAMES, weights, strict=True)))
        step = cell.forward.without(*call.forbidden).reply(x, (h, c))
        kept = [tensor.array for tensor in weights if isinstance(tensor, Tensor)]
        return Reply(value=step.value, after=(*step.after, *kept))
