"""Layers of several heads; a check's generator draws their arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["LAYERS", "Layer"]


@dataclass(frozen=True)
class Layer:
    """The sizes of one call.

    Attributes:
        name: What is special about it; part of the check's name.
        batch: Samples.
        queries: Length of x.
        keys: Length of the memory.
        heads: How many.
        d_head: Width of each.
    """

    name: str
    batch: int
    queries: int
    keys: int
    heads: int
    d_head: int

    def __str__(self) -> str:
        """Name the check."""
        return self.name

    @property
    def d_model(self) -> int:
        """Width of the layer."""
        return self.heads * self.d_head

    def arrays(
        self, rng: np.random.Generator, dtype: npt.DTypeLike = np.float64
    ) -> tuple[np.ndarray, ...]:
        """Draw x, memory, Wq, Wk, Wv and Wo."""
        width = self.d_model
        x = rng.normal(size=(self.batch, self.queries, width))
        memory = rng.normal(size=(self.batch, self.keys, width))
        # Scores of size one: neither equal shares nor a single favourite.
        weights = rng.normal(size=(4, width, width)) / np.sqrt(width)
        return tuple(array.astype(dtype) for array in (x, memory, *weights))

    def mask(self, rng: np.random.Generator, *, is_shared: bool = False) -> np.ndarray:
        """Draw a mask that allows every query some keys and not all.

        Args:
            rng: The check's generator.
            is_shared: Whether it is (queries, keys), for the whole batch.
        """
        before = () if is_shared else (self.batch,)
        mask = rng.random(size=(*before, self.queries, self.keys)) < 0.5
        mask[..., 0], mask[..., -1] = True, False
        mask[..., 0, -1] = True  # not a key that nobody may look at
        return mask

    def gradient(
        self, rng: np.random.Generator, dtype: npt.DTypeLike = np.float64
    ) -> np.ndarray:
        """Draw the loss's gradient at the result, (batch, queries, d_model)."""
        return rng.normal(size=(self.batch, self.queries, self.d_model)).astype(dtype)


LAYERS = (
    Layer("more keys than queries", 2, 3, 5, 4, 3),
    Layer("more queries than keys", 3, 6, 4, 2, 5),
    # A mask of the batch that is taken for one of the heads gives a result only here.
    Layer("as many samples as heads", 3, 4, 5, 3, 2),
    # A layer that looks at x and not at the memory gives a masked result only here.
    Layer("as many queries as keys", 2, 4, 4, 3, 2),
    Layer("one head", 2, 3, 4, 1, 6),
    Layer("heads of one feature", 2, 3, 5, 4, 1),
)
