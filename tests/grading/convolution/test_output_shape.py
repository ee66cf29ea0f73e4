"""Checks of `output_shape`."""

from __future__ import annotations

import pytest

from autograder.checks import Submission, agrees, refuses
from solutions.convolution import oracle

pytestmark = pytest.mark.grade("output_shape")

Pair = tuple[int, int]


@pytest.mark.public
@pytest.mark.parametrize(
    ("kernel", "padding", "stride"),
    [
        pytest.param((3, 3), (1, 1), (1, 1), id="3x3, padding 1"),
        pytest.param((5, 3), (2, 1), (1, 1), id="5x3, padding 2 and 1"),
        pytest.param((3, 3), (1, 1), (2, 2), id="3x3, padding 1, stride 2"),
        pytest.param((3, 5), (0, 1), (3, 4), id="3x5, padding 0 and 1, stride 3 and 4"),
    ],
)
def test_lecture_shapes_on_8x8(
    submission: Submission, kernel: Pair, padding: Pair, stride: Pair
) -> None:
    # 8x8, 8x8, 4x4, 2x2
    agrees(
        submission.output_shape, oracle.output_shape, (8, 8), kernel, padding, stride
    )


def test_no_padding_and_stride_1_by_default(submission: Submission) -> None:
    agrees(submission.output_shape, oracle.output_shape, (9, 7), (4, 2))


@pytest.mark.parametrize(
    ("size", "kernel", "padding", "stride"),
    [
        pytest.param((8, 15), (3, 2), (0, 0), (2, 4), id="stride leaves one over"),
        pytest.param((8, 10), (2, 3), (1, 0), (3, 4), id="stride leaves more over"),
        pytest.param((9, 6), (4, 2), (1, 3), (1, 2), id="even kernel"),
        pytest.param((6, 4), (6, 4), (0, 0), (1, 1), id="kernel as large as the image"),
        pytest.param((3, 5), (5, 9), (1, 2), (2, 3), id="kernel fills the padding too"),
        pytest.param((5, 8), (2, 3), (0, 1), (7, 9), id="stride beyond the image"),
        pytest.param((11, 6), (1, 1), (0, 0), (4, 5), id="kernel of one pixel"),
        pytest.param((1080, 1921), (7, 5), (3, 1), (2, 3), id="large image"),
    ],
)
def test_any_layer(
    submission: Submission, size: Pair, kernel: Pair, padding: Pair, stride: Pair
) -> None:
    agrees(
        submission.output_shape,
        oracle.output_shape,
        size,
        kernel,
        padding=padding,
        stride=stride,
    )


@pytest.mark.parametrize(
    ("kernel", "padding", "stride"),
    [
        pytest.param((2, 3), (0, 0), (0, 1), id="vertical stride 0"),
        pytest.param((2, 3), (0, 0), (1, -1), id="horizontal stride -1"),
        pytest.param((2, 3), (-1, 0), (1, 1), id="padding -1 above and below"),
        pytest.param((2, 3), (0, -1), (1, 1), id="padding -1 left and right"),
        pytest.param((0, 3), (0, 0), (1, 1), id="kernel of height 0"),
        pytest.param((2, -2), (0, 0), (1, 1), id="kernel of width -2"),
        pytest.param((7, 3), (1, 0), (1, 1), id="kernel taller than the padded image"),
        pytest.param((2, 9), (0, 1), (1, 1), id="kernel wider than the padded image"),
    ],
)
def test_refuses(
    submission: Submission, kernel: Pair, padding: Pair, stride: Pair
) -> None:
    submission.output_shape((4, 6), (1, 1))  # what is allowed is answered
    refuses(submission.output_shape, (4, 6), kernel, padding=padding, stride=stride)
