"""Layers that the checks are put with; a check's generator draws their arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["LAYERS", "Layer"]

Arrays = tuple[np.ndarray, ...]


@dataclass(frozen=True)
class Layer:
    """The sizes of one call.

    Attributes:
        name: What is special about it; part of the check's name.
        batch: Samples.
        time: Steps of a sequence.
        inputs: Numbers that come in at each step.
        hidden: Hidden units.
    """

    name: str
    batch: int
    time: int
    inputs: int
    hidden: int

    def __str__(self) -> str:
        """Name the check."""
        return self.name

    def step_input(
        self, rng: np.random.Generator, dtype: npt.DTypeLike = np.float64
    ) -> np.ndarray:
        """Draw the input of one step, (batch, inputs)."""
        return rng.normal(size=(self.batch, self.inputs)).astype(dtype)

    def sequences(
        self, rng: np.random.Generator, dtype: npt.DTypeLike = np.float64
    ) -> np.ndarray:
        """Draw sequences, (batch, time, inputs)."""
        return rng.normal(size=(self.batch, self.time, self.inputs)).astype(dtype)

    def state(
        self, rng: np.random.Generator, dtype: npt.DTypeLike = np.float64
    ) -> np.ndarray:
        """Draw a state, or a gradient by one, (batch, hidden)."""
        return rng.uniform(-0.9, 0.9, size=(self.batch, self.hidden)).astype(dtype)

    def weights(
        self,
        rng: np.random.Generator,
        gates: int | None = None,
        dtype: npt.DTypeLike = np.float64,
    ) -> Arrays:
        """Draw W (inputs, hidden), U (hidden, hidden) and b (hidden,).

        Args:
            rng: The check's generator.
            gates: How many of each, along a first axis; None for no such axis.
            dtype: Of all three.
        """
        stack = () if gates is None else (gates,)
        W = rng.normal(size=(*stack, self.inputs, self.hidden))
        U = rng.normal(size=(*stack, self.hidden, self.hidden)) / np.sqrt(self.hidden)
        b = rng.uniform(0.3, 1, size=(*stack, self.hidden))  # no bias near zero
        return W.astype(dtype), U.astype(dtype), b.astype(dtype)


LAYERS = (
    Layer("more hidden units than inputs", 2, 5, 3, 4),
    Layer("more inputs than hidden units", 3, 4, 5, 2),
    # Weights that are multiplied from the wrong side give a result only here.
    Layer("as many inputs as hidden units", 2, 6, 3, 3),
    # Sequences whose first two axes are exchanged give a result only here.
    Layer("as many samples as steps", 4, 4, 2, 3),
    Layer("one sample", 1, 3, 2, 4),
    Layer("one input, one hidden unit", 3, 4, 1, 1),
)
