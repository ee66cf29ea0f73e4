"""Networks and batches for the checks of a training step."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["GAMES", "Game", "textbook"]

#: W, b, U, c, v, real, noise.
Arrays = tuple[np.ndarray, ...]


@dataclass(frozen=True)
class Game:
    """Sizes of both networks and of their batches."""

    name: str
    steps: int
    real: int
    fake: int
    noise: int
    d: int
    hidden: int

    def __str__(self) -> str:
        return self.name

    def draw(
        self, rng: np.random.Generator, dtype: npt.DTypeLike = np.float32
    ) -> Arrays:
        """Draw weights, none of them near zero, and batches."""
        arrays = (
            rng.normal(size=(self.noise, self.d)),
            rng.normal(size=self.d),
            rng.normal(size=(self.d, self.hidden)),
            rng.normal(size=self.hidden),
            rng.normal(size=(self.hidden, 1)),
            rng.normal(1, 1, size=(self.steps, self.real, self.d)),
            rng.normal(size=(self.steps, self.fake, self.noise)),
        )
        return tuple(array.astype(dtype) for array in arrays)


GAMES = [
    Game("four steps", 4, 5, 3, 2, 3, 4),
    Game("more fakes than real samples", 3, 2, 6, 3, 2, 5),
    Game("numbers from numbers", 5, 4, 4, 1, 1, 3),
    Game("one step", 1, 4, 6, 2, 3, 2),
    Game("as many of everything", 3, 3, 3, 3, 3, 3),
]


def textbook(dtype: npt.DTypeLike = np.float32) -> Arrays:
    """Two steps with few numbers."""
    arrays = (
        [[1, 0.5]],
        [-1, 1],
        [[1, -1, 0.5], [0.5, 1, -1]],
        [0.5, 0, -0.5],
        [[1], [-0.5], [0.5]],
        [[[1, 2], [2, 1], [2, 2]], [[1, 1], [3, 2], [2, 3]]],
        [[[1], [-1]], [[0.5], [-2]]],
    )
    return tuple(np.array(array, dtype) for array in arrays)
