"""What training steps give, in numpy, as PyTorch takes them: gradients add up.

`train_steps` is right. What wrong steps give, in both frameworks, are edits of it.
"""

from typing import Any

import numpy as np

from autograder.checks import RightAnswer, times

from .. import oracle
from ..oracle import discriminate, generate, sigmoid

__all__ = [
    "at_once",
    "by_adam",
    "discriminator_moves",
    "discriminator_piles_up",
    "fakes_as_real",
    "generator_moves",
    "generator_piles_up",
    "generator_stands_still",
    "halved",
    "in_single",
    "leftovers",
    "piled_up",
    "saturating",
]

Array = np.ndarray
Arrays = tuple[Array, ...]


class Network:
    """Weights, and the sums of their gradients since these were cleared."""

    def __init__(self, weights: Arrays) -> None:
        self.weights: Any = weights
        self.steps = 0
        self.moments = [(np.zeros_like(w), np.zeros_like(w)) for w in weights]
        self.clear()

    def clear(self) -> None:
        """Forget the gradients."""
        self.slopes = [np.zeros_like(weight) for weight in self.weights]

    def add(self, *slopes: Array) -> None:
        """Add gradients to those that are there."""
        self.slopes = [s + d for s, d in zip(self.slopes, slopes, strict=True)]

    def step(self, eta: float) -> None:
        """Go downhill."""
        pairs = zip(self.weights, self.slopes, strict=True)
        self.weights = tuple(w - eta * s for w, s in pairs)

    def adam_step(self, eta: float) -> None:
        """Go downhill as PyTorch's Adam does."""
        self.steps += 1
        for i, s in enumerate(self.slopes):
            m, v = self.moments[i]
            m, v = 0.9 * m + 0.1 * s, 0.999 * v + 0.001 * s**2
            self.moments[i] = m, v
            root = np.sqrt(v / (1 - 0.999**self.steps))
            self.slopes[i] = m / (1 - 0.9**self.steps) / (root + 1e-8)
        self.step(eta)


class Generator(Network):
    """Makes samples of noise."""

    def __call__(self, z: Array) -> Array:
        """Samples."""
        return np.asarray(generate(self.weights, z))

    def back(self, z: Array, slope: Array) -> None:
        """Go back from the samples to the weights."""
        self.add(z.T @ slope, slope.sum(axis=0))


class Discriminator(Network):
    """Gives logits to samples."""

    def __call__(self, x: Array) -> Array:
        """Logits."""
        return np.asarray(discriminate(self.weights, x))

    def back(self, x: Array, slope: Array) -> Array:
        """Go back from the logits to the weights, and to the samples."""
        U, c, v = self.weights
        a = x @ U + c
        da = slope @ v.T / (1 + np.abs(a)) ** 2
        self.add(x.T @ da, da.sum(axis=0), (a / (1 + np.abs(a))).T @ slope)
        return np.asarray(da @ U.T)


def train_steps(
    generator: Arrays, discriminator: Arrays, real: Array, noise: Array, eta: float
) -> Arrays:
    """Let both networks learn in turn, the discriminator first."""
    G, D = Generator(generator), Discriminator(discriminator)
    for x, z in zip(real, noise, strict=True):
        fake = G(z)
        D.clear()
        D.back(x, -sigmoid(-D(x)) / len(x))
        D.back(fake, sigmoid(D(fake)) / len(z))
        D.step(eta)
        fake = G(z)
        G.clear()
        G.back(z, D.back(fake, -sigmoid(-D(fake)) / len(z)))
        G.step(eta)
    return (*G.weights, *D.weights)


right = RightAnswer(train_steps)
in_one_go = RightAnswer(oracle.train_steps)

ON_FAKES = "D.back(fake, sigmoid(D(fake)) / len(z))"

generator_moves = right.edited(
    {
        ON_FAKES: f"G.clear()\nG.back(z, {ON_FAKES})",
        "D.step(eta)": "D.step(eta)\nG.step(eta)",
    },
    label="generator_moves",
)
discriminator_moves = right.edited(
    {"G.clear()": "G.clear()\nD.clear()", "G.step(eta)": "G.step(eta)\nD.step(eta)"},
    label="discriminator_moves",
)
piled_up = right.edited({"D.clear()": "", "G.clear()": ""}, label="piled_up")
generator_piles_up = right.edited({"G.clear()": ""}, label="generator_piles_up")
discriminator_piles_up = right.edited({"D.clear()": ""}, label="discriminator_piles_up")
generator_stands_still = right.edited(
    {"G.step(eta)": ""}, label="generator_stands_still"
)
halved = right.edited({"D.step(eta)": "D.step(eta / 2)"}, label="halved")
by_adam = right.edited({".step(": times(2, ".adam_step(")}, label="by_adam")
leftovers = right.edited(
    {
        ON_FAKES: f"G.back(z, {ON_FAKES})",
        "D.clear()": "D.clear()\nG.clear()",
        "G.clear()": "",
    },
    label="leftovers",
)
fakes_as_real = right.edited(
    {", sigmoid(D(fake))": ", -sigmoid(-D(fake))"}, label="fakes_as_real"
)
saturating = right.edited(
    {"-sigmoid(-D(fake))": "-sigmoid(D(fake))"}, label="saturating"
)
at_once = right.edited(
    {
        "D.step(eta)": "old = Discriminator(D.weights)\nD.step(eta)",
        "D.back(fake, -sigmoid(-D(fake))": "old.back(fake, -sigmoid(-old(fake))",
    },
    label="at_once",
)
in_single = in_one_go.edited(
    {
        "W, b = generator": "W, b, U, c, v, real, noise = (\n"
        "    a.astype(np.float32) for a in (*generator, *discriminator, real, noise)\n"
        ")",
        "U, c, v = discriminator": "",
    },
    label="in_single",
)
