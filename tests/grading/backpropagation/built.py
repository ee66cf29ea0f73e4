"""Putting a question to the network that a student's function builds.

`agrees` asks a function that takes and gives data. A builder gives a network, so here
several calls are made to look like one: `outputs_of(builder)(W1, b1, W2, b2, batches)`
lists what the network gives, `weights_of(builder)(W1, b1, W2, b2)` what it holds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from autograder import wire
from autograder.checks import CheckFailed, RemoteFunction, RemoteObject, Tensor
from autograder.checks.agreement import Question, Witness
from autograder.checks.misconceptions import Agreement
from autograder.checks.submission import Caller
from autograder.comparison import Mismatch
from autograder.execution.remote import Reply, Target

__all__ = ["keras_weights_of", "outputs_of", "torch_weights_of"]


def outputs_of(builder: RemoteFunction) -> RemoteFunction:
    """Make of a builder a function that lists its network's outputs.

    Args:
        builder: The student's function; takes weights and returns a network.

    Returns:
        The function under the builder's name, which takes one argument more, a list of
        batches, and returns what the network gives for each of them.
    """
    is_written_down = isinstance(builder.caller, Witness)
    caller = (_RunningWitness if is_written_down else _Running)(builder.caller)
    return RemoteFunction(caller, builder.target)


def torch_weights_of(builder: RemoteFunction) -> RemoteFunction:
    """Make of a builder a function that lists its module's parameters, by name."""
    return RemoteFunction(_Reading(builder.caller, _torch_weights), builder.target)


def keras_weights_of(builder: RemoteFunction) -> RemoteFunction:
    """Make of a builder a function that lists its model's weights, by layer."""
    return RemoteFunction(_Reading(builder.caller, _keras_weights), builder.target)


def _torch_weights(network: RemoteObject, _: Tensor) -> list[Any]:
    layers = ("hidden_layer", "output_layer")
    kinds = ("weight", "bias")
    return [
        network.get_parameter(f"{layer}.{kind}") for layer in layers for kind in kinds
    ]


def _keras_weights(network: RemoteObject, W1: Tensor) -> list[Any]:
    one_sample = np.ones((1, len(W1.array)), W1.array.dtype)
    network(Tensor(one_sample, W1.framework, W1.device))  # some models are built by it
    layers = [network.get_layer(name) for name in ("hidden_layer", "output_layer")]
    return [array for layer in layers for array in layer.get_weights()]


@dataclass(frozen=True)
class _Building:
    """A `Caller` that has a network built before it asks for anything."""

    caller: Caller

    def heard(self, function: str, right: Agreement) -> None:
        """Pass on."""
        self.caller.heard(function, right)

    def built(
        self, target: Target, weights: Sequence[Any]
    ) -> tuple[RemoteObject, list[np.ndarray]]:
        """Have the network built; the weights as the call left them."""
        reply = self.caller.call(target, weights, {}, forbidden=())
        if not isinstance(reply.value, wire.Handle):
            reason = "the result is not a network"
            got = type(reply.value).__name__
            mismatch = Mismatch("type", reason, got, "a network, which can be called")
            raise CheckFailed(str(target), reason, mismatch=mismatch)
        network = RemoteObject(self.caller, reply.value, str(target))
        return network, list(reply.after)

    def gradient(
        self,
        target: Target,
        args: Sequence[Any],
        kwargs: dict[str, Any],
        *,
        cotangent: np.ndarray | None,
        forbidden: Sequence[str],
    ) -> Any:
        """Pass on; there is nothing to build."""
        return self.caller.gradient(
            target, args, kwargs, cotangent=cotangent, forbidden=forbidden
        )


@dataclass(frozen=True)
class _Running(_Building):
    """Builds a network and runs it."""

    def call(
        self,
        target: Target,
        args: Sequence[Any],
        kwargs: dict[str, Any],
        *,
        forbidden: Sequence[str],
    ) -> Reply:
        """Build it of all arguments but the last; send each batch of that through."""
        *weights, batches = args
        network, after = self.built(target, weights)
        outputs = []
        for batch in batches:
            run = RemoteFunction(
                self.caller, Target(name=network.name, handle=network.handle.id)
            )
            reply = run.reply(batch)
            outputs.append(reply.value)
            after += reply.after
        return Reply(value=outputs, after=tuple(after))


class _RunningWitness(_Running):
    """The same where questions are written down for the self-check."""

    def write_down(self, question: Question) -> None:
        """Say that the result is to be called, too."""
        followed = replace(question, is_followed=True)
        self._witness.write_down(followed)

    def refuse(self, reason: str) -> None:
        """Pass on."""
        self._witness.refuse(reason)

    @property
    def _witness(self) -> Witness:
        if not isinstance(self.caller, Witness):
            raise TypeError(f"{self.caller} writes nothing down")
        return self.caller


@dataclass(frozen=True)
class _Reading(_Building):
    """Builds a network and reads its weights."""

    read: Callable[[RemoteObject, Tensor], list[Any]]

    def call(
        self,
        target: Target,
        args: Sequence[Any],
        kwargs: dict[str, Any],
        *,
        forbidden: Sequence[str],
    ) -> Reply:
        """Build it of all arguments; list what it holds.

        Keras lists numpy arrays, whatever the device; they pass as tensors from there.
        """
        network, after = self.built(target, args)
        home = args[0]
        held = [
            Tensor(each, home.framework, home.device)
            if isinstance(each, np.ndarray)
            else each
            for each in self.read(network, home)
        ]
        return Reply(value=held, after=tuple(after))
