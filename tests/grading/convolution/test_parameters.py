"""Checks of `conv_parameters`, `dense_parameters` and `local_parameters`."""

from __future__ import annotations

import pytest

from autograder.checks import Submission, agrees
from solutions.convolution import oracle

pytestmark = pytest.mark.grade("parameters")


@pytest.mark.public
def test_megapixel_image_to_one_of_its_size(submission: Submission) -> None:
    agrees(  # 10**12
        submission.dense_parameters,
        oracle.dense_parameters,
        10**6,
        10**6,
        bias=False,
    )


@pytest.mark.public
@pytest.mark.parametrize(
    ("inputs", "outputs"),
    [(10**6, 10**4), (10**4, 1)],
    ids=["megapixel to hidden layer", "hidden layer to one output"],
)
def test_megapixel_classifier(
    submission: Submission, inputs: int, outputs: int
) -> None:
    # 10**10 + 10**4 and 10**4 + 1
    agrees(submission.dense_parameters, oracle.dense_parameters, inputs, outputs)


@pytest.mark.public
def test_sixteen_filters_on_a_colour_image(submission: Submission) -> None:
    agrees(submission.conv_parameters, oracle.conv_parameters, 3, 16, (5, 3))  # 736


@pytest.mark.public
def test_a_local_layer_that_looks_ten_pixels_far(submission: Submission) -> None:
    agrees(submission.local_parameters, oracle.local_parameters, 10)  # 400


@pytest.mark.parametrize(
    ("channels", "kernel", "bias"),
    [
        pytest.param((4, 7), (3, 5), True, id="with bias"),
        pytest.param((7, 4), (5, 2), False, id="without bias"),
        pytest.param((1, 6), (1, 4), True, id="one input channel"),
        pytest.param((9, 1), (7, 1), True, id="one filter"),
    ],
)
def test_any_convolutional_layer(
    submission: Submission,
    channels: tuple[int, int],
    kernel: tuple[int, int],
    bias: bool,
) -> None:
    agrees(
        submission.conv_parameters,
        oracle.conv_parameters,
        *channels,
        kernel,
        bias=bias,
    )


@pytest.mark.parametrize("bias", [True, False], ids=["with bias", "without bias"])
def test_any_dense_layer(submission: Submission, bias: bool) -> None:
    agrees(submission.dense_parameters, oracle.dense_parameters, 784, 30, bias=bias)


@pytest.mark.parametrize("delta", [1, 3, 8], ids=lambda delta: f"delta {delta}")
def test_any_local_layer(submission: Submission, delta: int) -> None:
    agrees(submission.local_parameters, oracle.local_parameters, delta)
