"""Wrong answers to `split_heads`, `join_heads` and `multi_head`."""

from autograder.checks import Misconception, RightAnswer

from ..variants import always_masked
from . import in_numpy

__all__ = ["MISCONCEPTIONS"]

split = RightAnswer(always_masked.split_heads)
join = RightAnswer(always_masked.join_heads)
layer = RightAnswer(always_masked.multi_head)

MISCONCEPTIONS: tuple[Misconception, ...] = (
    Misconception(
        "multi_head_no_output_projection",
        "multi_head",
        "The heads' results stand side by side as they are. One multiplication is "
        "missing: the one that mixes what they bring.",
        in_numpy.no_output_projection,
    ),
    Misconception(
        "multi_head_scale_of_d_model",
        "multi_head",
        "The scores were divided by the root of d_model. Each head adds up only as "
        "many products as it is wide.",
        in_numpy.scale_of_d_model,
    ),
    Misconception(
        "multi_head_mask_for_heads",
        "multi_head",
        "The batch's axis of the mask met the axis of the heads, so that each head has "
        "the mask of some sample. Compare the shapes of scores and mask, from the last "
        "axis backwards.",
        in_numpy.mask_for_heads,
    ),
    layer.but(
        "multi_head_mask_ignored",
        {"(scores, mask)": "(scores)"},
        "The mask plays no part in this result.",
    ),
    layer.but(
        "multi_head_memory_ignored",
        {"(memory, Wk), (memory, Wv)": "(x, Wk), (x, Wv)"},
        "Keys and values were made of x, so that it looks at itself. They come from "
        "the memory.",
    ),
    layer.but(
        "multi_head_memory_asks",
        {"(x, Wq), (memory, Wk), (memory, Wv)": "(memory, Wq), (x, Wk), (x, Wv)"},
        "The roles are exchanged: the memory asked and x was looked at. The result has "
        "one row for each position of x.",
    ),
    layer.but(
        "multi_head_weights_transposed",
        {"rows @ W": "rows @ W.T", "@ Wo": "@ Wo.T"},
        "The weights were transposed, as a layer of PyTorch does with its own. In this "
        "notebook positions are rows, and weights are multiplied from the right as "
        "they are.",
    ),
    split.but(
        "split_reshaped",
        {
            "length, heads, d_model": "heads, length, d_model",
            ".transpose(0, 2, 1, 3)": "",
        },
        "The shape is right and the numbers are mixed up: a reshape reads them in the "
        "order in which they lie, so that a head got whole positions instead of its "
        "run of every position's features. First cut the last axis, then move axes.",
    ),
    split.but(
        "split_axes_not_moved",
        {".transpose(0, 2, 1, 3)": ""},
        "The features are cut well, but the axis of the heads still comes after the "
        "positions. It belongs right after the batch.",
    ),
    split.but(
        "split_takes_turns",
        {
            "heads, d_model // heads": "d_model // heads, heads",
            "0, 2, 1, 3": "0, 3, 1, 2",
        },
        "The features were dealt out to the heads in turn. Each head owns a run of "
        "neighbouring features: head 0 the first ones.",
    ),
    join.but(
        "join_reshaped",
        {".transpose(0, 2, 1, 3)": ""},
        "The shape is right and the numbers are mixed up: a reshape alone puts "
        "positions of one head side by side. Which two axes must change places before?",
    ),
    join.but(
        "join_takes_turns",
        {"0, 2, 1, 3": "0, 2, 3, 1"},
        "The features of the heads take turns in this result. The whole run of head 0 "
        "comes first, then that of head 1.",
    ),
)
