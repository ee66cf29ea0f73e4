"""Checks of `pad2d`."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.checks import Submission, agrees, refuses
from solutions.convolution import oracle

pytestmark = pytest.mark.grade("pad2d")

Pair = tuple[int, int]


@pytest.mark.public
def test_lecture_example(submission: Submission) -> None:
    x = np.arange(9.0).reshape(3, 3)
    agrees(submission.pad2d, oracle.pad2d, x, (1, 1))


@pytest.mark.public
def test_rows_and_columns_differ(submission: Submission) -> None:
    x = np.arange(1.0, 7.0).reshape(2, 3)
    agrees(submission.pad2d, oracle.pad2d, x, (1, 2))


@pytest.mark.parametrize(
    ("shape", "padding"),
    [
        pytest.param((4, 5), (3, 1), id="one image, more rows than columns"),
        pytest.param((3, 4, 5), (1, 2), id="three images"),
        pytest.param((2, 3, 4, 6), (2, 3), id="batch and channels"),
        pytest.param((2, 3, 5, 4), (1, 1), id="batch and channels, equal padding"),
        pytest.param((2, 3, 4), (0, 2), id="columns only"),
        pytest.param((2, 4, 3), (3, 0), id="rows only"),
        pytest.param((3, 2, 4), (0, 0), id="nothing to add"),
        pytest.param((2, 1, 3), (2, 4), id="padding larger than the image"),
    ],
)
def test_any_shape(
    submission: Submission,
    rng: np.random.Generator,
    shape: tuple[int, ...],
    padding: Pair,
) -> None:
    agrees(submission.pad2d, oracle.pad2d, rng.normal(size=shape), padding)


def test_float32(submission: Submission, rng: np.random.Generator) -> None:
    x = rng.normal(size=(2, 3, 4)).astype(np.float32)
    agrees(submission.pad2d, oracle.pad2d, x, (2, 1))


@pytest.mark.parametrize(
    "padding", [(-1, 2), (1, -1)], ids=["-1 above and below", "-1 left and right"]
)
def test_refuses(submission: Submission, padding: Pair) -> None:
    x = np.ones((4, 5))
    submission.pad2d(x, (0, 0))  # the smallest that is allowed
    refuses(submission.pad2d, x, padding)
