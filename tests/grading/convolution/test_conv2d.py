"""Checks of `conv2d`."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from autograder.checks import Submission, agrees, refuses
from solutions.convolution import oracle

from .layers import LAYERS, Layer

pytestmark = pytest.mark.grade("conv2d")


@pytest.mark.public
def test_lecture_example(submission: Submission) -> None:
    x = np.arange(9.0).reshape(1, 1, 3, 3)
    w = np.array([[0.0, 1.0], [2.0, 3.0]]).reshape(1, 1, 2, 2)
    agrees(submission.conv2d, oracle.conv2d, x, w)  # [[19, 25], [37, 43]]


@pytest.mark.public
def test_lecture_strides_with_padding(submission: Submission) -> None:
    x = np.arange(9.0).reshape(1, 1, 3, 3)
    w = np.array([[0.0, 1.0], [2.0, 3.0]]).reshape(1, 1, 2, 2)
    agrees(  # [[0, 8], [6, 8]]
        submission.conv2d, oracle.conv2d, x, w, stride=(3, 2), padding=(1, 1)
    )


@pytest.mark.public
def test_two_channels_and_a_bias(submission: Submission) -> None:
    first = np.arange(9.0).reshape(3, 3)
    x = np.stack([first, first + 1])[None]
    w = np.array([[[[0.0, 1.0], [2.0, 3.0]], [[1.0, 2.0], [3.0, 4.0]]]])
    b = np.array([-1.0])
    # [[19, 25], [37, 43]] + [[37, 47], [67, 77]] - 1 = [[55, 71], [103, 119]]
    agrees(submission.conv2d, oracle.conv2d, x, w, b)


@pytest.mark.parametrize("layer", LAYERS, ids=str)
def test_any_layer(
    submission: Submission, rng: np.random.Generator, layer: Layer
) -> None:
    x, w, b = layer.arrays(rng)
    agrees(submission.conv2d, oracle.conv2d, x, w, b, **layer.settings)


def test_without_bias(submission: Submission, rng: np.random.Generator) -> None:
    layer = Layer("no bias", 3, (2, 4), (5, 6), (2, 3), (2, 1), (0, 1))
    x, w, _ = layer.arrays(rng)
    agrees(submission.conv2d, oracle.conv2d, x, w, **layer.settings)


def test_float32(submission: Submission, rng: np.random.Generator) -> None:
    layer = Layer("float32", 2, (3, 2), (6, 5), (3, 2), (1, 2), (2, 0))
    x, w, b = layer.arrays(rng, np.float32)
    agrees(submission.conv2d, oracle.conv2d, x, w, b, **layer.settings)


@pytest.mark.parametrize(
    ("w", "settings"),
    [
        pytest.param((4, 2, 2, 3), {}, id="kernels of too few channels"),
        pytest.param((4, 1, 2, 3), {}, id="kernels of one channel"),
        pytest.param((4, 3, 7, 3), {"padding": (0, 2)}, id="kernel taller than image"),
        pytest.param((4, 3, 2, 8), {"padding": (3, 0)}, id="kernel wider than image"),
        # By one only: the result would be empty, and numpy makes that without a word.
        pytest.param((4, 3, 6, 3), {"padding": (0, 2)}, id="kernel one row too tall"),
        pytest.param(
            (4, 3, 2, 7), {"padding": (3, 0)}, id="kernel one column too wide"
        ),
        pytest.param(
            (4, 3, 10, 3), {"padding": (2, 1)}, id="one row too tall for the padding"
        ),
        pytest.param(
            (4, 3, 2, 11), {"padding": (1, 2)}, id="one column too wide for the padding"
        ),
        pytest.param((4, 3, 2, 3), {"stride": (0, 1)}, id="vertical stride 0"),
        pytest.param((4, 3, 2, 3), {"stride": (1, 0)}, id="horizontal stride 0"),
        pytest.param((4, 3, 2, 3), {"padding": (-1, 0)}, id="padding -1 above"),
        pytest.param((4, 3, 2, 3), {"padding": (0, -1)}, id="padding -1 on the left"),
    ],
)
def test_refuses(
    submission: Submission, w: tuple[int, ...], settings: dict[str, Any]
) -> None:
    x = np.ones((2, 3, 5, 6))
    submission.conv2d(x, np.ones((4, 3, 2, 3)))  # the layer without the fault
    refuses(submission.conv2d, x, np.ones(w), **settings)
