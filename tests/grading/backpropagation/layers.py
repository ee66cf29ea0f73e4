"""Networks of any size, drawn by a check's generator."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["ACTIVATIONS", "NETWORKS", "Network"]

ACTIVATIONS = ["relu", "leaky_relu", "sigmoid", "tanh", "swish"]


@dataclass(frozen=True)
class Network:
    """Sizes of a batch and of the layers that it goes through."""

    m: int
    d: int
    h: int
    k: int

    def __str__(self) -> str:
        samples = "sample" if self.m == 1 else "samples"
        return f"{self.m} {samples}, layers {self.d}-{self.h}-{self.k}"

    def weights(
        self, rng: np.random.Generator, dtype: npt.DTypeLike = np.float64
    ) -> list[np.ndarray]:
        """Draw W1, b1, W2, b2; no bias is small."""
        biases = [
            rng.choice([-1, 1], size=size) * rng.uniform(0.3, 1, size=size)
            for size in (self.h, self.k)
        ]
        W1 = rng.normal(size=(self.d, self.h))
        W2 = rng.normal(size=(self.h, self.k))
        return [array.astype(dtype) for array in (W1, biases[0], W2, biases[1])]

    def inputs(
        self, rng: np.random.Generator, dtype: npt.DTypeLike = np.float64
    ) -> np.ndarray:
        """Draw X, whose columns have no mean of zero."""
        return rng.normal(0.4, 1, size=(self.m, self.d)).astype(dtype)

    def targets(
        self, rng: np.random.Generator, dtype: npt.DTypeLike = np.float64
    ) -> np.ndarray:
        """Draw Y, shaped like the output."""
        return rng.normal(size=(self.m, self.k)).astype(dtype)


NETWORKS = [
    Network(7, 3, 5, 2),
    Network(4, 4, 4, 4),
    Network(5, 2, 3, 3),
    Network(3, 6, 2, 4),
    Network(6, 1, 4, 1),
    Network(1, 3, 4, 2),
]
