"""Checks of `convolution_shape` and `transposed_shape`."""

from __future__ import annotations

from typing import Any

import pytest

from autograder.checks import Submission, agrees, refuses
from solutions.gan import oracle

pytestmark = pytest.mark.grade("transposed_shapes")

Pair = tuple[int, int]
Shape = tuple[int, int, int]

BOTH = ["convolution_shape", "transposed_shape"]
names = pytest.mark.parametrize("name", BOTH, ids=["convolution", "transposed"])
paddings = pytest.mark.parametrize("padding", ["same", "valid"])

LAYERS = [
    pytest.param(((9, 14, 5), 7, (5, 3), (2, 3)), id="axes differ"),
    pytest.param(((14, 9, 2), 3, (3, 5), (3, 2)), id="axes differ the other way"),
    pytest.param(((8, 11, 4), 6, (4, 2), (1, 2)), id="even kernel"),
    pytest.param(((7, 10, 3), 4, (1, 2), (3, 4)), id="kernel smaller than stride"),
    pytest.param(((6, 5, 8), 2, (6, 5), (2, 2)), id="as large as the image"),
    pytest.param(((12, 7, 1), 9, (3, 2), (1, 1)), id="stride 1"),
    pytest.param(((1, 1, 30), 5, (1, 1), (4, 5)), id="one pixel"),
]


@pytest.mark.public
@pytest.mark.parametrize(
    ("shape", "filters", "stride"),
    [
        pytest.param((7, 7, 256), 128, (1, 1), id="7 to 7"),
        pytest.param((7, 7, 128), 64, (2, 2), id="7 to 14"),
        pytest.param((14, 14, 64), 1, (2, 2), id="14 to 28"),
    ],
)
def test_lecture_generator(
    submission: Submission, shape: Shape, filters: int, stride: Pair
) -> None:
    args = shape, filters, (5, 5), stride, "same"
    agrees(submission.transposed_shape, oracle.transposed_shape, *args)


@pytest.mark.public
@pytest.mark.parametrize(
    ("shape", "filters"),
    [
        pytest.param((28, 28, 1), 64, id="28 to 14"),
        pytest.param((14, 14, 64), 128, id="14 to 7"),
    ],
)
def test_lecture_discriminator(
    submission: Submission, shape: Shape, filters: int
) -> None:
    args = shape, filters, (5, 5), (2, 2), "same"
    agrees(submission.convolution_shape, oracle.convolution_shape, *args)


@pytest.mark.public
@names
def test_valid(submission: Submission, name: str) -> None:
    # (3, 2, 4) and (15, 9, 4)
    args = (7, 5, 3), 4, (3, 2), (2, 2), "valid"
    agrees(getattr(submission, name), getattr(oracle, name), *args)


@names
@paddings
@pytest.mark.parametrize("layer", LAYERS)
def test_any_layer(
    submission: Submission, name: str, padding: str, layer: tuple[Any, ...]
) -> None:
    agrees(getattr(submission, name), getattr(oracle, name), *layer, padding)


@names
@pytest.mark.parametrize(
    "layer",
    [
        pytest.param(((9, 8, 3), 4, (0, 2), (2, 3), "same"), id="kernel 0"),
        pytest.param(((9, 8, 3), 4, (3, 2), (2, 0), "same"), id="stride 0"),
        pytest.param(((9, 8, 3), 4, (3, 2), (-1, 2), "valid"), id="negative stride"),
        pytest.param(((9, 0, 3), 4, (3, 2), (2, 3), "same"), id="no pixels"),
        pytest.param(((9, 8, 3), 0, (3, 2), (2, 3), "same"), id="no filters"),
        pytest.param(((9, 8, 3), 4, (3, 2), (2, 3), "full"), id="unknown padding"),
    ],
)
def test_refuses(submission: Submission, name: str, layer: tuple[Any, ...]) -> None:
    function = getattr(submission, name)
    function((9, 8, 3), 4, (3, 2), (2, 3), "same")  # the layer without the fault
    refuses(function, *layer)


@pytest.mark.parametrize("kernel", [(10, 2), (2, 9)], ids=["too tall", "too wide"])
def test_refuses_a_kernel_that_does_not_fit(
    submission: Submission, kernel: Pair
) -> None:
    args = (9, 8, 3), 4, kernel, (2, 3)
    agrees(submission.convolution_shape, oracle.convolution_shape, *args, "same")
    refuses(submission.convolution_shape, *args, "valid")
