"""Checks of `toeplitz_matrix`."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.checks import Submission, agrees, refuses
from solutions.convolution import oracle

pytestmark = pytest.mark.grade("toeplitz")


@pytest.mark.public
def test_degrees_two_and_three(submission: Submission) -> None:
    alpha = np.array([1.0, 2.0, 3.0])
    agrees(submission.toeplitz_matrix, oracle.toeplitz_matrix, alpha, 4)


@pytest.mark.public
def test_degrees_three_and_two(submission: Submission) -> None:
    alpha = np.array([4.0, 5.0, 6.0, 7.0])
    agrees(submission.toeplitz_matrix, oracle.toeplitz_matrix, alpha, 3)


@pytest.mark.parametrize(
    ("m", "n"),
    [(5, 2), (2, 6), (3, 3), (1, 4), (4, 1)],
    ids=["tall", "wide", "equal", "alpha of one coefficient", "one column"],
)
def test_any_size(
    submission: Submission, rng: np.random.Generator, m: int, n: int
) -> None:
    alpha = rng.normal(size=m)
    agrees(submission.toeplitz_matrix, oracle.toeplitz_matrix, alpha, n)


def test_float32(submission: Submission, rng: np.random.Generator) -> None:
    alpha = rng.normal(size=3).astype(np.float32)
    agrees(submission.toeplitz_matrix, oracle.toeplitz_matrix, alpha, 5)


def test_zero_coefficients_keep_their_places(submission: Submission) -> None:
    alpha = np.array([0.0, -1.5, 0.0, 2.0, 0.0])
    agrees(submission.toeplitz_matrix, oracle.toeplitz_matrix, alpha, 3)


@pytest.mark.parametrize(
    ("m", "n"), [(0, 3), (2, 0), (2, -1)], ids=["empty alpha", "n is 0", "n is -1"]
)
def test_refuses(submission: Submission, m: int, n: int) -> None:
    submission.toeplitz_matrix(np.ones(1), 1)  # the smallest that is allowed
    refuses(submission.toeplitz_matrix, np.ones(m), n)
