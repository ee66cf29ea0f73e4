"""Wrong answers to `split_heads`, `join_heads` and `multi_head`."""

import numpy as np

from autograder.checks import Misconception

from ..oracle import attention, join_heads, split_heads
from .in_numpy import mask_for_heads, no_output_projection, scale_of_d_model

__all__ = ["MISCONCEPTIONS"]


def _split_reshaped(x: np.ndarray, heads: int) -> np.ndarray:
    batch, length, d_model = x.shape
    if heads < 1 or d_model % heads:
        raise ValueError("heads must divide d_model")
    return x.reshape(batch, heads, length, d_model // heads)


def _split_axes_not_moved(x: np.ndarray, heads: int) -> np.ndarray:
    batch, length, d_model = x.shape
    if heads < 1 or d_model % heads:
        raise ValueError("heads must divide d_model")
    return x.reshape(batch, length, heads, d_model // heads)


def _split_takes_turns(x: np.ndarray, heads: int) -> np.ndarray:
    batch, length, d_model = x.shape
    if heads < 1 or d_model % heads:
        raise ValueError("heads must divide d_model")
    turns = x.reshape(batch, length, d_model // heads, heads)
    return turns.transpose(0, 3, 1, 2)


def _join_reshaped(x: np.ndarray) -> np.ndarray:
    batch, heads, length, d_head = x.shape
    return x.reshape(batch, length, heads * d_head)


def _join_takes_turns(x: np.ndarray) -> np.ndarray:
    batch, heads, length, d_head = x.shape
    return x.transpose(0, 2, 3, 1).reshape(batch, length, heads * d_head)


def _multi_head_mask_ignored(
    x: np.ndarray,
    memory: np.ndarray,
    Wq: np.ndarray,
    Wk: np.ndarray,
    Wv: np.ndarray,
    Wo: np.ndarray,
    heads: int,
    mask: np.ndarray | None = None,
) -> np.ndarray:
    q, k, v = (
        split_heads(x @ Wq, heads),
        split_heads(memory @ Wk, heads),
        split_heads(memory @ Wv, heads),
    )
    return np.asarray(join_heads(attention(q, k, v)[0]) @ Wo)


def _multi_head_memory_ignored(
    x: np.ndarray,
    memory: np.ndarray,
    Wq: np.ndarray,
    Wk: np.ndarray,
    Wv: np.ndarray,
    Wo: np.ndarray,
    heads: int,
    mask: np.ndarray | None = None,
) -> np.ndarray:
    q, k, v = (
        split_heads(x @ Wq, heads),
        split_heads(x @ Wk, heads),
        split_heads(x @ Wv, heads),
    )
    mask = None if mask is None else mask[..., None, :, :]
    return np.asarray(join_heads(attention(q, k, v, mask)[0]) @ Wo)


def _multi_head_memory_asks(
    x: np.ndarray,
    memory: np.ndarray,
    Wq: np.ndarray,
    Wk: np.ndarray,
    Wv: np.ndarray,
    Wo: np.ndarray,
    heads: int,
    mask: np.ndarray | None = None,
) -> np.ndarray:
    q, k, v = (
        split_heads(memory @ Wq, heads),
        split_heads(x @ Wk, heads),
        split_heads(x @ Wv, heads),
    )
    mask = None if mask is None else mask[..., None, :, :]
    return np.asarray(join_heads(attention(q, k, v, mask)[0]) @ Wo)


def _multi_head_weights_transposed(
    x: np.ndarray,
    memory: np.ndarray,
    Wq: np.ndarray,
    Wk: np.ndarray,
    Wv: np.ndarray,
    Wo: np.ndarray,
    heads: int,
    mask: np.ndarray | None = None,
) -> np.ndarray:
    q, k, v = (
        split_heads(x @ Wq.T, heads),
        split_heads(memory @ Wk.T, heads),
        split_heads(memory @ Wv.T, heads),
    )
    mask = None if mask is None else mask[..., None, :, :]
    return np.asarray(join_heads(attention(q, k, v, mask)[0]) @ Wo.T)


MISCONCEPTIONS: tuple[Misconception, ...] = (
    Misconception(
        name="multi_head_no_output_projection",
        of="multi_head",
        hint=(
            "The heads' results stand side by side as they are. One "
            "multiplication is missing: the one that mixes what they bring."
        ),
        code=no_output_projection,
    ),
    Misconception(
        name="multi_head_scale_of_d_model",
        of="multi_head",
        hint=(
            "The scores were divided by the root of d_model. Each head adds up "
            "only as many products as it is wide."
        ),
        code=scale_of_d_model,
    ),
    Misconception(
        name="multi_head_mask_for_heads",
        of="multi_head",
        hint=(
            "The batch's axis of the mask met the axis of the heads, so that each "
            "head has the mask of some sample. Compare the shapes of scores and "
            "mask, from the last axis backwards."
        ),
        code=mask_for_heads,
    ),
    Misconception(
        name="multi_head_mask_ignored",
        of="multi_head",
        hint=("The mask plays no part in this result."),
        code=_multi_head_mask_ignored,
    ),
    Misconception(
        name="multi_head_memory_ignored",
        of="multi_head",
        hint=(
            "Keys and values were made of x, so that it looks at itself. They "
            "come from the memory."
        ),
        code=_multi_head_memory_ignored,
    ),
    Misconception(
        name="multi_head_memory_asks",
        of="multi_head",
        hint=(
            "The roles are exchanged: the memory asked and x was looked at. The "
            "result has one row for each position of x."
        ),
        code=_multi_head_memory_asks,
    ),
    Misconception(
        name="multi_head_weights_transposed",
        of="multi_head",
        hint=(
            "The weights were transposed, as a layer of PyTorch does with its "
            "own. In this notebook positions are rows, and weights are multiplied "
            "from the right as they are."
        ),
        code=_multi_head_weights_transposed,
    ),
    Misconception(
        name="split_reshaped",
        of="split_heads",
        hint=(
            "The shape is right and the numbers are mixed up: a reshape reads "
            "them in the order in which they lie, so that a head got whole "
            "positions instead of its run of every position's features. First cut "
            "the last axis, then move axes."
        ),
        code=_split_reshaped,
    ),
    Misconception(
        name="split_axes_not_moved",
        of="split_heads",
        hint=(
            "The features are cut well, but the axis of the heads still comes "
            "after the positions. It belongs right after the batch."
        ),
        code=_split_axes_not_moved,
    ),
    Misconception(
        name="split_takes_turns",
        of="split_heads",
        hint=(
            "The features were dealt out to the heads in turn. Each head owns a "
            "run of neighbouring features: head 0 the first ones."
        ),
        code=_split_takes_turns,
    ),
    Misconception(
        name="join_reshaped",
        of="join_heads",
        hint=(
            "The shape is right and the numbers are mixed up: a reshape alone "
            "puts positions of one head side by side. Which two axes must change "
            "places before?"
        ),
        code=_join_reshaped,
    ),
    Misconception(
        name="join_takes_turns",
        of="join_heads",
        hint=(
            "The features of the heads take turns in this result. The whole run "
            "of head 0 comes first, then that of head 1."
        ),
        code=_join_takes_turns,
    ),
)
