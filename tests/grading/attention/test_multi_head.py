"""Checks of `split_heads`, `join_heads` and `multi_head`."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.checks import Submission, agrees, refuses
from solutions.attention import oracle

from .layers import LAYERS, Layer

pytestmark = pytest.mark.grade("multi_head")

WHOLE = [
    pytest.param((2, 3, 8), 4, id="four heads"),
    pytest.param((3, 5, 6), 2, id="two heads"),
    # An axis of heads that is exchanged with one of positions has the right shape here.
    pytest.param((2, 3, 12), 3, id="as many heads as positions"),
    pytest.param((3, 4, 5), 1, id="one head"),
    pytest.param((2, 4, 3), 3, id="heads of one feature"),
]
PARTS = [
    pytest.param((2, 4, 3, 2), id="four heads"),
    pytest.param((3, 2, 5, 4), id="two heads"),
    pytest.param((2, 3, 3, 4), id="as many heads as positions"),
    pytest.param((2, 1, 3, 5), id="one head"),
]


@pytest.mark.public
def test_split_two_positions(submission: Submission) -> None:
    agrees(
        submission.split_heads,
        oracle.split_heads,
        np.arange(8.0).reshape(1, 2, 4),
        2,
    )


@pytest.mark.public
def test_join_two_heads(submission: Submission) -> None:
    agrees(submission.join_heads, oracle.join_heads, np.arange(8.0).reshape(1, 2, 2, 2))


@pytest.mark.public
def test_two_heads_look_back(submission: Submission) -> None:
    x = np.round(np.sin(np.arange(1.0, 13)), 1).reshape(1, 3, 4)
    Wq, Wk, Wv, Wo = np.round(np.cos(np.arange(1.0, 65)), 1).reshape(4, 4, 4)
    mask = np.array([[True, False, False], [True, True, False], [True, True, True]])
    agrees(submission.multi_head, oracle.multi_head, x, x, Wq, Wk, Wv, Wo, 2, mask)


@pytest.mark.parametrize(("shape", "heads"), WHOLE)
def test_split_any_sizes(
    submission: Submission,
    rng: np.random.Generator,
    shape: tuple[int, ...],
    heads: int,
) -> None:
    agrees(submission.split_heads, oracle.split_heads, rng.normal(size=shape), heads)


@pytest.mark.parametrize("shape", PARTS)
def test_join_any_sizes(
    submission: Submission, rng: np.random.Generator, shape: tuple[int, ...]
) -> None:
    agrees(submission.join_heads, oracle.join_heads, rng.normal(size=shape))


@pytest.mark.parametrize("layer", LAYERS, ids=str)
def test_any_layer(
    submission: Submission, rng: np.random.Generator, layer: Layer
) -> None:
    args = *layer.arrays(rng), layer.heads
    agrees(submission.multi_head, oracle.multi_head, *args)


@pytest.mark.parametrize("layer", LAYERS[:2], ids=str)
def test_looks_at_itself(
    submission: Submission, rng: np.random.Generator, layer: Layer
) -> None:
    x, _, *weights = layer.arrays(rng)
    agrees(submission.multi_head, oracle.multi_head, x, x, *weights, layer.heads)


@pytest.mark.parametrize("layer", LAYERS[:4], ids=str)
def test_a_mask_for_each_sample(
    submission: Submission, rng: np.random.Generator, layer: Layer
) -> None:
    args = *layer.arrays(rng), layer.heads, layer.mask(rng)
    agrees(submission.multi_head, oracle.multi_head, *args)


@pytest.mark.parametrize("layer", LAYERS[:4], ids=str)
def test_one_mask_for_the_batch(
    submission: Submission, rng: np.random.Generator, layer: Layer
) -> None:
    args = *layer.arrays(rng), layer.heads, layer.mask(rng, is_shared=True)
    agrees(submission.multi_head, oracle.multi_head, *args)


def test_a_query_that_may_look_at_nothing(
    submission: Submission, rng: np.random.Generator
) -> None:
    layer = LAYERS[1]
    mask = layer.mask(rng)
    mask[0, 1], mask[2] = False, False
    args = *layer.arrays(rng), layer.heads, mask
    agrees(submission.multi_head, oracle.multi_head, *args)


def test_float32(submission: Submission, rng: np.random.Generator) -> None:
    layer = LAYERS[0]
    arrays = layer.arrays(rng, np.float32)
    x, heads = arrays[0], layer.heads
    parts = rng.normal(size=(2, 3, 4, 5)).astype(np.float32)
    agrees(submission.split_heads, oracle.split_heads, x, heads)
    agrees(submission.join_heads, oracle.join_heads, parts)
    agrees(submission.multi_head, oracle.multi_head, *arrays, heads)
    agrees(submission.multi_head, oracle.multi_head, *arrays, heads, layer.mask(rng))


@pytest.mark.parametrize("heads", [0, -2, 4, 7])
def test_refuses(submission: Submission, heads: int) -> None:
    x, memory, weights = np.ones((2, 3, 6)), np.ones((2, 4, 6)), [np.ones((6, 6))] * 4
    submission.split_heads(x, 3)  # without a fault
    refuses(submission.split_heads, x, heads)
    submission.multi_head(x, memory, *weights, 3)  # without a fault
    refuses(submission.multi_head, x, memory, *weights, heads)
