"""Putting a question to a module: make it, hand it its weights, let it take a step.

`agrees` asks a function that takes and gives data. A student's `LSTMCell` is a class,
so here four calls are made to look like one: that of `oracle.lstm_cell`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.checks import CheckFailed, RemoteFunction, RemoteObject, Tensor
from autograder.checks.misconceptions import Agreement
from autograder.checks.submission import Caller
from autograder.comparison import Mismatch
from autograder.execution.remote import Reply, Target

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


@dataclass(frozen=True)
class _Step:
    """A `Caller` that makes a module, loads its weights and calls it."""

    caller: Caller

    def heard(self, function: str, right: Agreement) -> None:
        """Pass on."""
        self.caller.heard(function, right)

    def call(
        self,
        target: Target,
        args: Sequence[Any],
        kwargs: dict[str, Any],
        *,
        forbidden: Sequence[str],
    ) -> Reply:
        """Take a step; parameters are what load_state_dict has copied."""
        x, h, c, *weights = args
        sizes = x.array.shape[1], h.array.shape[1]
        cell = RemoteFunction(self.caller, target, tuple(forbidden))(*sizes, **kwargs)
        if not isinstance(cell, RemoteObject):
            reason = "the result is not a module"
            mismatch = Mismatch("type", reason, type(cell).__name__, "a torch Module")
            raise CheckFailed(str(target), reason, mismatch=mismatch)
        cell.to(x.device)
        if x.array.dtype == np.float64:
            cell.double()
        cell.load_state_dict(dict(zip(NAMES, weights, strict=True)))
        step = cell.forward.without(*forbidden).reply(x, (h, c))
        kept = [tensor.array for tensor in weights if isinstance(tensor, Tensor)]
        return Reply(value=step.value, after=(*step.after, *kept))

    def gradient(
        self,
        target: Target,
        args: Sequence[Any],
        kwargs: dict[str, Any],
        *,
        cotangent: np.ndarray | None,
        forbidden: Sequence[str],
    ) -> Any:
        """Pass on; a module's copies of its weights can't be differentiated by."""
        return self.caller.gradient(
            target, args, kwargs, cotangent=cotangent, forbidden=forbidden
        )
