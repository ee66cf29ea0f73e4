"""Checks of `global_average_pool`."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from autograder.checks import Submission, agrees
from solutions.pooling import oracle

pytestmark = pytest.mark.grade("global_average_pool")


@pytest.mark.public
def test_two_maps_of_one_image(submission: Submission) -> None:
    x = np.array([[[1.0, 2, 3], [4, 5, 9]], [[0, -6, 0], [0, 0, 0]]])[None]
    # [[4, -1]]
    agrees(submission.global_average_pool, oracle.global_average_pool, x)


@pytest.mark.parametrize(
    ("shape", "dtype"),
    [
        pytest.param((2, 3, 4, 5), np.float64, id="4 x 5 places"),
        pytest.param((4, 2, 7, 3), np.float64, id="7 x 3 places"),
        pytest.param((3, 5, 1, 1), np.float64, id="one place"),
        pytest.param((3, 4, 6, 5), np.float32, id="float32"),
    ],
)
def test_any_maps(
    submission: Submission,
    rng: np.random.Generator,
    shape: tuple[int, ...],
    dtype: npt.DTypeLike,
) -> None:
    x = rng.normal(0.5, 1, size=shape).astype(dtype)
    agrees(submission.global_average_pool, oracle.global_average_pool, x)
