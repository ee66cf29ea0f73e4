"""Checks of `distance` and `toy_gan`. Each of the latter trains a GAN."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from autograder.checks import Submission, agrees, refuses
from solutions.gan import oracle

from .bumps import require_gan, some_bumps

pytestmark = [
    pytest.mark.grade("toy_gan"),
    pytest.mark.seconds(30),  # one call trains a network, maybe with Keras
]


@pytest.mark.public
def test_distance_by_hand(submission: Submission) -> None:
    # |0 - 1| + |2 - 5| + |7 - 6| = 5, by 3
    a, b = np.array([7.0, 0.0, 2.0]), np.array([1.0, 6.0, 5.0])
    agrees(submission.distance, oracle.distance, a, b)


@pytest.mark.public
def test_distance_to_itself_in_another_order(submission: Submission) -> None:
    a = np.array([3.0, -1.0, 4.0, 1.0])
    agrees(submission.distance, oracle.distance, a, a[::-1].copy())


@pytest.mark.parametrize("n", [1, 6, 25], ids="{} numbers".format)
def test_any_distance(submission: Submission, rng: np.random.Generator, n: int) -> None:
    a, b = rng.normal(1, 2, size=n), rng.normal(-1, 3, size=n)
    agrees(submission.distance, oracle.distance, a, b)


def test_distance_in_float32(submission: Submission, rng: np.random.Generator) -> None:
    a, b = rng.normal(1, 2, size=(2, 9)).astype(np.float32)
    agrees(submission.distance, oracle.distance, a, b)


@pytest.mark.parametrize(
    ("m", "n"), [(3, 4), (3, 1), (0, 0)], ids=["3 and 4", "3 and 1", "none"]
)
def test_distance_refuses(submission: Submission, m: int, n: int) -> None:
    submission.distance(np.zeros(3), np.ones(3))  # the call without the fault
    refuses(submission.distance, np.zeros(m), np.ones(n))


@pytest.mark.weight(5)
@pytest.mark.parametrize("dtype", [np.float64, np.float32], ids=["float64", "float32"])
def test_a_gan_learns_two_bumps(
    submission: Submission, rng: np.random.Generator, dtype: npt.DTypeLike
) -> None:
    data, new = some_bumps(rng, 600, dtype)
    noise = rng.normal(size=(600, 2)).astype(dtype)
    require_gan(submission.toy_gan, data, new, noise)
