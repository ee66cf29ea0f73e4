"""Logits for the checks of the losses and of their gradients."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["HUGE", "KINDS", "Kind", "huge"]


@dataclass(frozen=True)
class Kind:
    """How many logits, in which shape, and where they lie.

    Attributes:
        name: For the report.
        real: Shape of the real samples' logits.
        fake: Shape of the fakes'.
        centre: What the real ones lie around; fakes lie around its negative.
        spread: Standard deviation of both.
    """

    name: str
    real: tuple[int, ...]
    fake: tuple[int, ...]
    centre: float = 0.5
    spread: float = 2.0

    def __str__(self) -> str:
        return self.name

    def logits(
        self, rng: np.random.Generator, dtype: npt.DTypeLike = np.float64
    ) -> tuple[np.ndarray, np.ndarray]:
        """Draw the logits of real samples and of fakes."""
        real = self.centre + self.spread * rng.normal(size=self.real)
        fake = self.spread * rng.normal(size=self.fake) - self.centre
        return real.astype(dtype), fake.astype(dtype)


KINDS = [
    Kind("more fakes than real samples", (4,), (7,)),
    Kind("more real samples than fakes", (9,), (2,)),
    Kind("in a column", (5, 1), (3, 1)),
    Kind("as many of each", (6,), (6,)),
    Kind("one of each", (1,), (1,)),
    Kind("a good discriminator", (5,), (8,), centre=6, spread=1.5),
    Kind("a fooled discriminator", (6,), (4,), centre=-6, spread=1.5),
    # sigma is nearly 1, but not yet rounded to it: digits are lost before infinities
    Kind("digits are lost", (5,), (7,), centre=-30, spread=1),
]

HUGE = [
    Kind("huge, either sign", (4,), (6,)),
    Kind("huge, in a column", (3, 1), (4, 1)),
]


def huge(
    kind: Kind, rng: np.random.Generator, dtype: npt.DTypeLike = np.float64
) -> tuple[np.ndarray, np.ndarray]:
    """Draw logits of up to 1e4, of both signs."""
    real, fake = (np.empty(shape) for shape in (kind.real, kind.fake))
    for logits in (real, fake):
        signs = rng.permuted(np.resize([1, -1], logits.size))
        sizes = np.concatenate([[1e4, 1e4], rng.uniform(800, 9e3, logits.size - 2)])
        logits.flat = signs * rng.permuted(sizes)
    return real.astype(dtype), fake.astype(dtype)
