"""Checks of `conv2d_backward`."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.checks import Submission, agrees
from solutions.convolution import oracle

from .layers import LAYERS, Layer

pytestmark = pytest.mark.grade("conv2d_backward")


@pytest.mark.public
def test_lecture_example_with_ones_from_above(submission: Submission) -> None:
    x = np.arange(9.0).reshape(1, 1, 3, 3)
    w = np.array([[0.0, 1.0], [2.0, 3.0]]).reshape(1, 1, 2, 2)
    dout = np.ones((1, 1, 2, 2))
    # dx = [[0, 1, 1], [2, 6, 4], [2, 5, 3]], dw = [[8, 12], [20, 24]], db = 4
    agrees(submission.conv2d_backward, oracle.conv2d_backward, dout, x, w)


@pytest.mark.public
def test_two_images_with_padding_and_strides(submission: Submission) -> None:
    x = np.arange(12.0).reshape(2, 1, 2, 3)
    w = np.array([[[[1.0, -1.0], [2.0, 0.5]]]])
    dout = np.array([[[[1.0, 2.0]]], [[[0.5, -1.0]]]])
    agrees(
        submission.conv2d_backward,
        oracle.conv2d_backward,
        dout,
        x,
        w,
        stride=(2, 2),
        padding=(0, 1),
    )


@pytest.mark.parametrize("layer", LAYERS, ids=str)
def test_any_layer(
    submission: Submission, rng: np.random.Generator, layer: Layer
) -> None:
    x, w, _ = layer.arrays(rng)
    agrees(
        submission.conv2d_backward,
        oracle.conv2d_backward,
        layer.gradient(rng),
        x,
        w,
        **layer.settings,
    )


def test_float32(submission: Submission, rng: np.random.Generator) -> None:
    layer = Layer("float32", 2, (3, 4), (6, 5), (3, 2), (1, 2), (2, 0))
    x, w, _ = layer.arrays(rng, np.float32)
    agrees(
        submission.conv2d_backward,
        oracle.conv2d_backward,
        layer.gradient(rng, np.float32),
        x,
        w,
        **layer.settings,
    )
