"""Wrong answers to `multi_head_torch`.

`result` computes the same in numpy, in the process that has no framework. Those that
show by their framework, their device or a broken graph have none.
"""

from autograder.checks import Misconception, RightAnswer, times

from ..variants import always_masked
from . import in_numpy

__all__ = ["MISCONCEPTIONS"]

layer = RightAnswer(always_masked.multi_head_torch)

MISCONCEPTIONS: tuple[Misconception, ...] = (
    layer.but(
        "torch_no_scale",
        {" / q.shape[-1] ** 0.5": ""},
        "The scores were not divided by the root of the heads' width.",
        result=in_numpy.no_scale,
    ),
    layer.but(
        "torch_scale_of_d_model",
        {"/ q.shape": "/ x.shape"},
        "The scores were divided by the root of d_model. Each head adds up only as "
        "many products as it is wide.",
        result=in_numpy.scale_of_d_model,
    ),
    layer.but(
        "torch_softmax_over_queries",
        {"scores, dim=-1": "scores, dim=-2"},
        "The weights of each key add up to 1 over the queries. It is each query that "
        "hands out weights, over the keys: look at the softmax's axis.",
        result=in_numpy.softmax_over_queries,
    ),
    layer.but(
        "torch_heads_reshaped",
        {
            ".unflatten(-1, (heads, -1))": ".view(len(rows), heads, rows.shape[1], -1)",
            ".transpose(1, 2)": times(2, ""),
            ".flatten(-2)": ".view(x.shape)",
        },
        "The heads were cut by a reshape alone, which mixes positions and features: "
        "the shape is right, the numbers are not. First cut the last axis, then move "
        "axes.",
        result=in_numpy.heads_reshaped,
    ),
    layer.but(
        "torch_join_reshaped",
        {".transpose(1, 2).flatten(-2)": ".reshape(x.shape)"},
        "The heads were joined by a reshape alone, which puts numbers of other "
        "positions side by side. First bring heads and features together, then join "
        "them.",
        result=in_numpy.join_reshaped,
    ),
    layer.but(
        "torch_no_output_projection",
        {"@ Wo": "+ 0 * Wo.sum()"},
        "The heads' results stand side by side as they are: the projection of the "
        "output is missing.",
        result=in_numpy.no_output_projection,
    ),
    layer.but(
        "torch_mask_inverted",
        {"seen = mask": "seen = ~mask"},
        "Each query looks at just those keys that its mask forbids. Here True means "
        "allowed, whatever it means elsewhere in the library.",
        result=in_numpy.mask_inverted,
    ),
    layer.but(
        "torch_mask_for_heads",
        {"mask.unsqueeze(-3)": "mask"},
        "The batch's axis of the mask met the axis of the heads. Compare the shapes of "
        "scores and mask, from the last axis backwards.",
        result=in_numpy.mask_for_heads,
    ),
    layer.but(
        "torch_nan_where_nothing_is_seen",
        {"torch.finfo(scores.dtype).min": "-torch.inf", ".masked_fill(~seen, 0)": ""},
        "A query that may look at nothing gets nan: the softmax of nothing but -inf is "
        "no number. Such queries get zeros.",
        result=in_numpy.nan_where_nothing_is_seen,
    ),
    layer.but(
        "torch_in_single",
        {
            "q, k, v = (": """
                x, memory, Wq, Wk, Wv, Wo = (
                    t.float() for t in (x, memory, Wq, Wk, Wv, Wo)
                )
                q, k, v = (
                """
        },
        "float64 tensors gave a float32 result. Keep the dtype of x in all that you "
        "create or convert.",
        result=in_numpy.in_single,
    ),
    layer.but(
        "torch_breaks_autograd",
        {"return (weights": "return ((weights", "@ Wo": "@ Wo).detach()"},
        "The values are right, but no gradient flows back: on its way the result was "
        "taken out of the library's record, as by detach, numpy, .data or "
        "torch.no_grad.",
        result=None,
        sign="broken_graph",
    ),
    layer.but(
        "torch_returns_numpy",
        {"return (weights": "return ((weights", "@ Wo": "@ Wo).detach().cpu().numpy()"},
        "What comes back is a numpy array, through which no gradient can flow. Return "
        "a tensor of PyTorch.",
        result=None,
        sign="framework",
    ),
    layer.but(
        "torch_result_on_cpu",
        {"return (weights": "return ((weights", "@ Wo": "@ Wo).cpu()"},
        "The result lies on the CPU, whatever the device of x. Create and keep "
        "everything where x is.",
        result=None,
        sign="device",
    ),
)
