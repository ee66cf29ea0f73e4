"""Calls of `attention`; a check's generator draws their arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["LOOKS", "Look"]


@dataclass(frozen=True)
class Look:
    """The sizes of one call.

    Attributes:
        name: What is special about it; part of the check's name.
        before: Axes before the last two.
        queries: How many look.
        keys: How many are looked at.
        d_k: Width of queries and keys.
        d_v: Width of values.
    """

    name: str
    before: tuple[int, ...]
    queries: int
    keys: int
    d_k: int
    d_v: int

    def __str__(self) -> str:
        """Name the check."""
        return self.name

    def arrays(
        self, rng: np.random.Generator, dtype: npt.DTypeLike = np.float64
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Draw q, k and v."""
        shapes = (self.queries, self.d_k), (self.keys, self.d_k), (self.keys, self.d_v)
        q, k, v = (rng.normal(size=(*self.before, *shape)) for shape in shapes)
        return q.astype(dtype), k.astype(dtype), v.astype(dtype)

    def mask(self, rng: np.random.Generator, *, is_shared: bool = False) -> np.ndarray:
        """Draw a mask that allows every query some keys and not all.

        Args:
            rng: The check's generator.
            is_shared: Whether it is (queries, keys), for all axes before.
        """
        before = () if is_shared else self.before
        mask = rng.random(size=(*before, self.queries, self.keys)) < 0.5
        mask[..., 0], mask[..., -1] = True, False
        mask[..., 0, -1] = True  # not a key that nobody may look at
        return mask


LOOKS = (
    Look("more keys than queries", (2,), 3, 5, 4, 6),
    Look("more queries than keys", (3,), 6, 4, 5, 2),
    # Keys and values that are exchanged give a result only here, and so does a sum
    # over queries in place of keys.
    Look("keys as wide as values, queries as many as keys", (2,), 4, 4, 3, 3),
    Look("two axes before", (2, 3), 4, 5, 2, 3),
    Look("no axis before", (), 3, 6, 5, 2),
    Look("one query", (3,), 1, 4, 6, 2),
    Look("one key", (2,), 3, 1, 4, 5),
)
