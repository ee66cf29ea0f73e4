"""Wrong distances, and GANs that miss the bumps: `distance` and `toy_gan`.

A trained network has no one right output, so the latter show by a symptom, which
`tests/grading/gan/bumps.py` knows.
"""

from typing import Any

import numpy as np

from autograder.checks import Misconception

__all__ = ["MISCONCEPTIONS"]


def _distance_unsorted(a: np.ndarray, b: np.ndarray) -> "Any":
    if a.shape != b.shape or a.size == 0:
        raise ValueError("no such sets")
    return np.mean(np.abs(a - b))


def _distance_squared(a: np.ndarray, b: np.ndarray) -> "Any":
    if a.shape != b.shape or a.size == 0:
        raise ValueError("no such sets")
    return np.sqrt(np.mean((np.sort(a) - np.sort(b)) ** 2))


def _distance_summed(a: np.ndarray, b: np.ndarray) -> "Any":
    if a.shape != b.shape or a.size == 0:
        raise ValueError("no such sets")
    return np.sum(np.abs(np.sort(a) - np.sort(b)))


def _distance_of_means(a: np.ndarray, b: np.ndarray) -> "Any":
    if a.shape != b.shape or a.size == 0:
        raise ValueError("no such sets")
    return np.abs(np.mean(a) - np.mean(b))


def _toy_no_bumps(data: np.ndarray, noise: np.ndarray) -> np.ndarray:
    import torch

    rng = np.random.default_rng(0)
    centre, scale = data.mean(), data.std()
    arrays = (
        np.full((2, 1), 0.5),
        np.zeros(1),
        rng.normal(0, 2, size=(1, 32)),
        rng.normal(0, 2, size=32),
        rng.normal(0, 0.1, size=(32, 1)),
    )
    weights = tuple(torch.tensor(each, dtype=torch.float32) for each in arrays)
    means = []
    for _ in range(60):
        real = rng.choice((data - centre) / scale, size=(10, 64, 1))
        z = rng.normal(size=(10, 64, 2))
        fresh = z
        weights = train_steps_torch(  # type: ignore[name-defined] # noqa: F821
            weights[:2],
            weights[2:],
            torch.tensor(real, dtype=torch.float32),
            torch.tensor(fresh, dtype=torch.float32),
            0.4,
        )
        means.append([weight.numpy() for weight in weights[:2]])
    W, b = (np.mean(kind, axis=0) for kind in zip(*means[30:], strict=True))
    numbers = (noise @ W + b)[:, 0] * scale + centre
    return np.asarray(numbers.astype(data.dtype))


def _toy_not_scaled_back(data: np.ndarray, noise: np.ndarray) -> np.ndarray:
    import torch

    rng = np.random.default_rng(0)
    centre, scale = data.mean(), data.std()
    arrays = (
        np.full((2, 1), 0.5),
        np.zeros(1),
        rng.normal(0, 2, size=(1, 32)),
        rng.normal(0, 2, size=32),
        rng.normal(0, 0.1, size=(32, 1)),
    )
    weights = tuple(torch.tensor(each, dtype=torch.float32) for each in arrays)
    means = []
    for _ in range(60):
        real = rng.choice((data - centre) / scale, size=(10, 64, 1))
        z = rng.normal(size=(10, 64, 2))
        fresh = np.stack([np.sign(z[..., 0]), z[..., 1]], axis=-1)
        weights = train_steps_torch(  # type: ignore[name-defined] # noqa: F821
            weights[:2],
            weights[2:],
            torch.tensor(real, dtype=torch.float32),
            torch.tensor(fresh, dtype=torch.float32),
            0.4,
        )
        means.append([weight.numpy() for weight in weights[:2]])
    W, b = (np.mean(kind, axis=0) for kind in zip(*means[30:], strict=True))
    both = np.stack([np.sign(noise[..., 0]), noise[..., 1]], axis=-1)
    return np.asarray((both @ W + b)[:, 0].astype(data.dtype))


def _toy_own_noise(data: np.ndarray, noise: np.ndarray) -> np.ndarray:
    import torch

    rng = np.random.default_rng(0)
    centre, scale = data.mean(), data.std()
    arrays = (
        np.full((2, 1), 0.5),
        np.zeros(1),
        rng.normal(0, 2, size=(1, 32)),
        rng.normal(0, 2, size=32),
        rng.normal(0, 0.1, size=(32, 1)),
    )
    weights = tuple(torch.tensor(each, dtype=torch.float32) for each in arrays)
    means = []
    for _ in range(60):
        real = rng.choice((data - centre) / scale, size=(10, 64, 1))
        z = rng.normal(size=(10, 64, 2))
        fresh = np.stack([np.sign(z[..., 0]), z[..., 1]], axis=-1)
        weights = train_steps_torch(  # type: ignore[name-defined] # noqa: F821
            weights[:2],
            weights[2:],
            torch.tensor(real, dtype=torch.float32),
            torch.tensor(fresh, dtype=torch.float32),
            0.4,
        )
        means.append([weight.numpy() for weight in weights[:2]])
    W, b = (np.mean(kind, axis=0) for kind in zip(*means[30:], strict=True))
    mine = rng.normal(size=noise.shape)
    both = np.stack([np.sign(mine[..., 0]), mine[..., 1]], axis=-1)
    numbers = (both @ W + b)[:, 0] * scale + centre
    return np.asarray(numbers.astype(data.dtype))


MISCONCEPTIONS: tuple[Misconception, ...] = (
    Misconception(
        name="distance_unsorted",
        of="distance",
        hint=(
            "The numbers were compared in the order in which they came. Two equal "
            "sets have the distance 0 in any order: sort both first."
        ),
        code=_distance_unsorted,
    ),
    Misconception(
        name="distance_squared",
        of="distance",
        hint=(
            "The differences were squared, and a root taken. Here each counts by "
            "its size alone, |a - b|."
        ),
        code=_distance_squared,
    ),
    Misconception(
        name="distance_summed",
        of="distance",
        hint=(
            "The differences were summed; the mean is asked for, so that sets of "
            "any size can be compared."
        ),
        code=_distance_summed,
    ),
    Misconception(
        name="distance_of_means",
        of="distance",
        hint=(
            "This is how far the means are apart. Sets of equal mean can look "
            "quite different: take the absolute values before you average."
        ),
        code=_distance_of_means,
    ),
    Misconception(
        name="toy_no_bumps",
        of="toy_gan",
        hint=(
            "Many of the numbers lie between the bumps, where the data have none. An "
            "affine generator can do no better with normal noise, which has a single "
            "bump; a network may have settled in the middle. What other noise, or "
            "what other generator, could make two bumps?"
        ),
        code=_toy_no_bumps,
        result=None,
    ),
    Misconception(
        name="toy_not_scaled_back",
        of="toy_gan",
        hint=(
            "The numbers are spread like the data after they were shifted and "
            "scaled. Undo both at the end."
        ),
        code=_toy_not_scaled_back,
        result=None,
    ),
    Misconception(
        name="toy_own_noise",
        of="toy_gan",
        hint=(
            "Equal rows of noise gave unequal numbers, so they weren't made of "
            "those rows. The noise that comes in is what the trained generator is "
            "to be fed."
        ),
        code=_toy_own_noise,
        result=None,
    ),
)
