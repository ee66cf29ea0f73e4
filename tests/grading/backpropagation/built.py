"""Putting a question to the network that a student's function builds.

`agrees` asks a function that takes and gives data. A builder gives a network, so here
several calls are made to look like one: `outputs_of(builder)(W1, b1, W2, b2, batches)`
lists what the network gives, `weights_of(builder)(W1, b1, W2, b2)` what it holds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from autograder import wire
from autograder.checks import CheckFailed, RemoteFunction, RemoteObject, Tensor
from autograder.checks.submission import Question, Relay
from autograder.comparison import Mismatch
from autograder.execution.remote import Call, Reply, Target

__all__ = ["keras_weights_of", "outputs_of", "torch_weights_of"]


def outputs_of(builder: RemoteFunction) -> RemoteFunction:
    """Make of a builder a function that lists its network's outputs.

    Args:
        builder: The student's function; takes weights and returns a network.

    Returns:
        The function under the builder's name, which takes one argument more, a list of
        batches, and returns what the network gives for each of them.
    """
    return RemoteFunction(_Running(builder.caller), builder.target)


def torch_weights_of(builder: RemoteFunction) -> RemoteFunction:
    """Make of a builder a function that lists its module's parameters, by name."""
    return RemoteFunction(_Reading(builder, _torch_weights), builder.target)


def keras_weights_of(builder: RemoteFunction) -> RemoteFunction:
    """Make of a builder a function that lists its model's weights, by layer."""
    return RemoteFunction(_Reading(builder, _keras_weights), builder.target)


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


class _Building(Relay):
    """Has a network built before it asks for anything; passes the rest on."""

    def built(self, call: Call) -> tuple[RemoteObject, list[np.ndarray]]:
        """Have the network built; the weights as the call left them."""
        reply = self.caller.call(call)
        if not isinstance(reply.value, wire.Handle):
            reason = "the result is not a network"
            got = type(reply.value).__name__
            mismatch = Mismatch("type", reason, got, "a network, which can be called")
            raise CheckFailed(str(call.target), reason, mismatch=mismatch)
        network = RemoteObject(self.caller, reply.value, str(call.target))
        return network, list(reply.after)


class _Running(_Building):
    """Builds a network and runs it."""

    def take(self, question: Question) -> None:
        """Say that the result is to be called, too, and pass on."""
        __tracebackhide__ = True
        super().take(replace(question, is_followed=True))

    def call(self, call: Call) -> Reply:
        """Build it of all arguments but the last; send each batch of that through."""
        *weights, batches = call.args
        network, after = self.built(Call(call.target, tuple(weights)))
        outputs = []
        for batch in batches:
            run = RemoteFunction(
                self.caller, Target(name=network.name, handle=network.handle.id)
            )
            reply = run.reply(batch)
            outputs.append(reply.value)
            after += reply.after
        return Reply(value=outputs, after=tuple(after))


class _Reading(_Building):
    """Builds a network and reads its weights.

    Args:
        builder: The student's function.
        read: Lists what a network holds; gets the first of the weights, too.
    """

    def __init__(
        self,
        builder: RemoteFunction,
        read: Callable[[RemoteObject, Tensor], list[Any]],
    ) -> None:
        super().__init__(builder.caller)
        self._read = read

    def call(self, call: Call) -> Reply:
        """Build it of all arguments; list what it holds.

        Keras lists numpy arrays, whatever the device; they pass as tensors from there.
        """
        network, after = self.built(Call(call.target, call.args))
        home = call.args[0]
        held = [
            Tensor(each, home.framework, home.device)
            if isinstance(each, np.ndarray)
            else each
            for each in self._read(network, home)
        ]
        return Reply(value=held, after=tuple(after))
