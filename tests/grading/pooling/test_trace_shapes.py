"""Checks of `trace_shapes`."""

from __future__ import annotations

from typing import Any

import pytest

from autograder.checks import Submission, agrees, refuses
from solutions.pooling import oracle

pytestmark = pytest.mark.grade("trace_shapes")

Layer = dict[str, Any]

RELU: Layer = {"kind": "relu"}
FLATTEN: Layer = {"kind": "flatten"}
GLOBAL: Layer = {"kind": "global_pool"}


def conv(filters: int, kernel: tuple[int, int], **rest: tuple[int, int]) -> Layer:
    """A convolutional layer."""
    return {"kind": "conv", "filters": filters, "kernel": kernel, **rest}


def pool(size: tuple[int, int], **rest: tuple[int, int]) -> Layer:
    """A pooling layer."""
    return {"kind": "pool", "size": size, **rest}


def dense(units: int) -> Layer:
    """A fully connected layer."""
    return {"kind": "dense", "units": units}


@pytest.mark.public
def test_lecture_pattern(submission: Submission) -> None:
    # (32, 32, 12), (32, 32, 12), (16, 16, 12), (3072,), (10,)
    layers = [conv(12, (3, 3), padding=(1, 1)), RELU, pool((2, 2)), FLATTEN, dense(10)]
    agrees(submission.trace_shapes, oracle.trace_shapes, layers, (32, 32, 3))


@pytest.mark.public
def test_lecture_network_for_photographs(submission: Submission) -> None:
    # (4, 4, 64) before it is flattened, and 122570 parameters in all
    layers = [
        conv(32, (3, 3)),
        pool((2, 2)),
        conv(64, (3, 3)),
        pool((2, 2)),
        conv(64, (3, 3)),
        FLATTEN,
        dense(64),
        dense(10),
    ]
    agrees(submission.trace_shapes, oracle.trace_shapes, layers, (32, 32, 3))


@pytest.mark.public
def test_global_pooling_in_place_of_flatten(submission: Submission) -> None:
    layers = [conv(8, (3, 1)), GLOBAL, dense(5)]  # (6, 9, 8), (8,), (5,)
    agrees(submission.trace_shapes, oracle.trace_shapes, layers, (8, 9, 2))


@pytest.mark.parametrize(
    ("layers", "input_shape"),
    [
        pytest.param(
            [conv(7, (5, 3), stride=(2, 3), padding=(1, 2)), pool((3, 2)), FLATTEN],
            (40, 27, 3),
            id="strides and padding differ",
        ),
        pytest.param(
            [pool((3, 2), stride=(1, 2)), conv(4, (2, 3)), pool((2, 4), stride=(3, 1))],
            (17, 22, 5),
            id="overlapping windows",
        ),
        pytest.param(
            [pool((3, 4)), RELU, pool((2, 3)), FLATTEN, dense(6)],
            (20, 30, 2),
            id="only pooling",
        ),
        pytest.param(
            [conv(9, (1, 1)), RELU, pool((2, 1)), GLOBAL, dense(3)],
            (11, 6, 4),
            id="kernel of one pixel",
        ),
        pytest.param(
            [dense(30), RELU, dense(7), dense(1)], (50,), id="no image at all"
        ),
        pytest.param([conv(3, (6, 5)), FLATTEN], (6, 5, 1), id="as large as the image"),
        pytest.param(
            [conv(3, (5, 2), padding=(1, 0)), pool((1, 4)), FLATTEN],
            (3, 8, 2),
            id="kernel taller than the image alone",
        ),
        pytest.param([FLATTEN, FLATTEN, dense(4)], (3, 5, 2), id="flattened twice"),
    ],
)
def test_any_network(
    submission: Submission, layers: list[Layer], input_shape: tuple[int, ...]
) -> None:
    agrees(submission.trace_shapes, oracle.trace_shapes, layers, input_shape)


@pytest.mark.parametrize(
    ("layers", "input_shape"),
    [
        pytest.param([{"kind": "dropout"}], (8, 9, 3), id="unknown kind"),
        pytest.param([pool((9, 2))], (8, 9, 3), id="window taller than the image"),
        pytest.param([conv(4, (2, 10))], (8, 9, 3), id="kernel wider than the image"),
        pytest.param(
            [conv(4, (11, 3), padding=(1, 0))], (8, 9, 3), id="kernel beyond padding"
        ),
        pytest.param([pool((3, 3)), dense(5)], (8, 9, 3), id="dense layer on an image"),
        pytest.param([FLATTEN, pool((2, 2))], (8, 9, 3), id="flattened too early"),
        pytest.param([GLOBAL, conv(4, (1, 1))], (8, 9, 3), id="kernel without image"),
        pytest.param([GLOBAL], (8,), id="global pooling without image"),
    ],
)
def test_refuses(
    submission: Submission, layers: list[Layer], input_shape: tuple[int, ...]
) -> None:
    submission.trace_shapes([pool((2, 3)), FLATTEN, dense(4)], (8, 9, 3))  # no fault
    refuses(submission.trace_shapes, layers, input_shape)
