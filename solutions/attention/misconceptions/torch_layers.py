"""Wrong answers to `multi_head_torch`.

`result` computes the same in numpy, in the process that has no framework. Those that
show by their framework, their device or a broken graph have none.
"""

from typing import TYPE_CHECKING

from autograder.checks import Misconception

from .in_numpy import (
    heads_reshaped,
    in_single,
    join_reshaped,
    mask_for_heads,
    mask_inverted,
    nan_where_nothing_is_seen,
    no_output_projection,
    no_scale,
    scale_of_d_model,
    softmax_over_queries,
)

if TYPE_CHECKING:
    import torch

__all__ = ["MISCONCEPTIONS"]


def _torch_no_scale(
    x: "torch.Tensor",
    memory: "torch.Tensor",
    Wq: "torch.Tensor",
    Wk: "torch.Tensor",
    Wv: "torch.Tensor",
    Wo: "torch.Tensor",
    heads: int,
    mask: "torch.Tensor | None" = None,
) -> "torch.Tensor":
    import torch

    q, k, v = (
        (rows @ W).unflatten(-1, (heads, -1)).transpose(1, 2)
        for rows, W in ((x, Wq), (memory, Wk), (memory, Wv))
    )
    scores = q @ k.transpose(-1, -2)
    seen = torch.ones_like(scores, dtype=torch.bool)
    if mask is not None:
        seen = mask.unsqueeze(-3)
    scores = scores.masked_fill(~seen, torch.finfo(scores.dtype).min)
    weights = torch.softmax(scores, dim=-1).masked_fill(~seen, 0)
    return (weights @ v).transpose(1, 2).flatten(-2) @ Wo


def _torch_scale_of_d_model(
    x: "torch.Tensor",
    memory: "torch.Tensor",
    Wq: "torch.Tensor",
    Wk: "torch.Tensor",
    Wv: "torch.Tensor",
    Wo: "torch.Tensor",
    heads: int,
    mask: "torch.Tensor | None" = None,
) -> "torch.Tensor":
    import torch

    q, k, v = (
        (rows @ W).unflatten(-1, (heads, -1)).transpose(1, 2)
        for rows, W in ((x, Wq), (memory, Wk), (memory, Wv))
    )
    scores = q @ k.transpose(-1, -2) / x.shape[-1] ** 0.5
    seen = torch.ones_like(scores, dtype=torch.bool)
    if mask is not None:
        seen = mask.unsqueeze(-3)
    scores = scores.masked_fill(~seen, torch.finfo(scores.dtype).min)
    weights = torch.softmax(scores, dim=-1).masked_fill(~seen, 0)
    return (weights @ v).transpose(1, 2).flatten(-2) @ Wo


def _torch_softmax_over_queries(
    x: "torch.Tensor",
    memory: "torch.Tensor",
    Wq: "torch.Tensor",
    Wk: "torch.Tensor",
    Wv: "torch.Tensor",
    Wo: "torch.Tensor",
    heads: int,
    mask: "torch.Tensor | None" = None,
) -> "torch.Tensor":
    import torch

    q, k, v = (
        (rows @ W).unflatten(-1, (heads, -1)).transpose(1, 2)
        for rows, W in ((x, Wq), (memory, Wk), (memory, Wv))
    )
    scores = q @ k.transpose(-1, -2) / q.shape[-1] ** 0.5
    seen = torch.ones_like(scores, dtype=torch.bool)
    if mask is not None:
        seen = mask.unsqueeze(-3)
    scores = scores.masked_fill(~seen, torch.finfo(scores.dtype).min)
    weights = torch.softmax(scores, dim=-2).masked_fill(~seen, 0)
    return (weights @ v).transpose(1, 2).flatten(-2) @ Wo


def _torch_heads_reshaped(
    x: "torch.Tensor",
    memory: "torch.Tensor",
    Wq: "torch.Tensor",
    Wk: "torch.Tensor",
    Wv: "torch.Tensor",
    Wo: "torch.Tensor",
    heads: int,
    mask: "torch.Tensor | None" = None,
) -> "torch.Tensor":
    import torch

    q, k, v = (
        (rows @ W).view(len(rows), heads, rows.shape[1], -1)
        for rows, W in ((x, Wq), (memory, Wk), (memory, Wv))
    )
    scores = q @ k.transpose(-1, -2) / q.shape[-1] ** 0.5
    seen = torch.ones_like(scores, dtype=torch.bool)
    if mask is not None:
        seen = mask.unsqueeze(-3)
    scores = scores.masked_fill(~seen, torch.finfo(scores.dtype).min)
    weights = torch.softmax(scores, dim=-1).masked_fill(~seen, 0)
    return (weights @ v).view(x.shape) @ Wo


def _torch_join_reshaped(
    x: "torch.Tensor",
    memory: "torch.Tensor",
    Wq: "torch.Tensor",
    Wk: "torch.Tensor",
    Wv: "torch.Tensor",
    Wo: "torch.Tensor",
    heads: int,
    mask: "torch.Tensor | None" = None,
) -> "torch.Tensor":
    import torch

    q, k, v = (
        (rows @ W).unflatten(-1, (heads, -1)).transpose(1, 2)
        for rows, W in ((x, Wq), (memory, Wk), (memory, Wv))
    )
    scores = q @ k.transpose(-1, -2) / q.shape[-1] ** 0.5
    seen = torch.ones_like(scores, dtype=torch.bool)
    if mask is not None:
        seen = mask.unsqueeze(-3)
    scores = scores.masked_fill(~seen, torch.finfo(scores.dtype).min)
    weights = torch.softmax(scores, dim=-1).masked_fill(~seen, 0)
    return (weights @ v).reshape(x.shape) @ Wo


def _torch_no_output_projection(
    x: "torch.Tensor",
    memory: "torch.Tensor",
    Wq: "torch.Tensor",
    Wk: "torch.Tensor",
    Wv: "torch.Tensor",
    Wo: "torch.Tensor",
    heads: int,
    mask: "torch.Tensor | None" = None,
) -> "torch.Tensor":
    import torch

    q, k, v = (
        (rows @ W).unflatten(-1, (heads, -1)).transpose(1, 2)
        for rows, W in ((x, Wq), (memory, Wk), (memory, Wv))
    )
    scores = q @ k.transpose(-1, -2) / q.shape[-1] ** 0.5
    seen = torch.ones_like(scores, dtype=torch.bool)
    if mask is not None:
        seen = mask.unsqueeze(-3)
    scores = scores.masked_fill(~seen, torch.finfo(scores.dtype).min)
    weights = torch.softmax(scores, dim=-1).masked_fill(~seen, 0)
    return (weights @ v).transpose(1, 2).flatten(-2) + 0 * Wo.sum()


def _torch_mask_inverted(
    x: "torch.Tensor",
    memory: "torch.Tensor",
    Wq: "torch.Tensor",
    Wk: "torch.Tensor",
    Wv: "torch.Tensor",
    Wo: "torch.Tensor",
    heads: int,
    mask: "torch.Tensor | None" = None,
) -> "torch.Tensor":
    import torch

    q, k, v = (
        (rows @ W).unflatten(-1, (heads, -1)).transpose(1, 2)
        for rows, W in ((x, Wq), (memory, Wk), (memory, Wv))
    )
    scores = q @ k.transpose(-1, -2) / q.shape[-1] ** 0.5
    seen = torch.ones_like(scores, dtype=torch.bool)
    if mask is not None:
        seen = ~mask.unsqueeze(-3)
    scores = scores.masked_fill(~seen, torch.finfo(scores.dtype).min)
    weights = torch.softmax(scores, dim=-1).masked_fill(~seen, 0)
    return (weights @ v).transpose(1, 2).flatten(-2) @ Wo


def _torch_mask_for_heads(
    x: "torch.Tensor",
    memory: "torch.Tensor",
    Wq: "torch.Tensor",
    Wk: "torch.Tensor",
    Wv: "torch.Tensor",
    Wo: "torch.Tensor",
    heads: int,
    mask: "torch.Tensor | None" = None,
) -> "torch.Tensor":
    import torch

    q, k, v = (
        (rows @ W).unflatten(-1, (heads, -1)).transpose(1, 2)
        for rows, W in ((x, Wq), (memory, Wk), (memory, Wv))
    )
    scores = q @ k.transpose(-1, -2) / q.shape[-1] ** 0.5
    seen = torch.ones_like(scores, dtype=torch.bool)
    if mask is not None:
        seen = mask
    scores = scores.masked_fill(~seen, torch.finfo(scores.dtype).min)
    weights = torch.softmax(scores, dim=-1).masked_fill(~seen, 0)
    return (weights @ v).transpose(1, 2).flatten(-2) @ Wo


def _torch_nan_where_nothing_is_seen(
    x: "torch.Tensor",
    memory: "torch.Tensor",
    Wq: "torch.Tensor",
    Wk: "torch.Tensor",
    Wv: "torch.Tensor",
    Wo: "torch.Tensor",
    heads: int,
    mask: "torch.Tensor | None" = None,
) -> "torch.Tensor":
    import torch

    q, k, v = (
        (rows @ W).unflatten(-1, (heads, -1)).transpose(1, 2)
        for rows, W in ((x, Wq), (memory, Wk), (memory, Wv))
    )
    scores = q @ k.transpose(-1, -2) / q.shape[-1] ** 0.5
    seen = torch.ones_like(scores, dtype=torch.bool)
    if mask is not None:
        seen = mask.unsqueeze(-3)
    scores = scores.masked_fill(~seen, float("-inf"))
    weights = torch.softmax(scores, dim=-1)
    return (weights @ v).transpose(1, 2).flatten(-2) @ Wo


def _torch_in_single(
    x: "torch.Tensor",
    memory: "torch.Tensor",
    Wq: "torch.Tensor",
    Wk: "torch.Tensor",
    Wv: "torch.Tensor",
    Wo: "torch.Tensor",
    heads: int,
    mask: "torch.Tensor | None" = None,
) -> "torch.Tensor":
    import torch

    x, memory, Wq, Wk, Wv, Wo = (t.float() for t in (x, memory, Wq, Wk, Wv, Wo))
    q, k, v = (
        (rows @ W).unflatten(-1, (heads, -1)).transpose(1, 2)
        for rows, W in ((x, Wq), (memory, Wk), (memory, Wv))
    )
    scores = q @ k.transpose(-1, -2) / q.shape[-1] ** 0.5
    seen = torch.ones_like(scores, dtype=torch.bool)
    if mask is not None:
        seen = mask.unsqueeze(-3)
    scores = scores.masked_fill(~seen, torch.finfo(scores.dtype).min)
    weights = torch.softmax(scores, dim=-1).masked_fill(~seen, 0)
    return (weights @ v).transpose(1, 2).flatten(-2) @ Wo


def _torch_breaks_autograd(
    x: "torch.Tensor",
    memory: "torch.Tensor",
    Wq: "torch.Tensor",
    Wk: "torch.Tensor",
    Wv: "torch.Tensor",
    Wo: "torch.Tensor",
    heads: int,
    mask: "torch.Tensor | None" = None,
) -> "torch.Tensor":
    import torch

    q, k, v = (
        (rows @ W).unflatten(-1, (heads, -1)).transpose(1, 2)
        for rows, W in ((x, Wq), (memory, Wk), (memory, Wv))
    )
    scores = q @ k.transpose(-1, -2) / q.shape[-1] ** 0.5
    seen = torch.ones_like(scores, dtype=torch.bool)
    if mask is not None:
        seen = mask.unsqueeze(-3)
    scores = scores.masked_fill(~seen, torch.finfo(scores.dtype).min)
    weights = torch.softmax(scores, dim=-1).masked_fill(~seen, 0)
    return ((weights @ v).transpose(1, 2).flatten(-2) @ Wo).detach()


def _torch_returns_numpy(
    x: "torch.Tensor",
    memory: "torch.Tensor",
    Wq: "torch.Tensor",
    Wk: "torch.Tensor",
    Wv: "torch.Tensor",
    Wo: "torch.Tensor",
    heads: int,
    mask: "torch.Tensor | None" = None,
) -> "torch.Tensor":
    import torch

    q, k, v = (
        (rows @ W).unflatten(-1, (heads, -1)).transpose(1, 2)
        for rows, W in ((x, Wq), (memory, Wk), (memory, Wv))
    )
    scores = q @ k.transpose(-1, -2) / q.shape[-1] ** 0.5
    seen = torch.ones_like(scores, dtype=torch.bool)
    if mask is not None:
        seen = mask.unsqueeze(-3)
    scores = scores.masked_fill(~seen, torch.finfo(scores.dtype).min)
    weights = torch.softmax(scores, dim=-1).masked_fill(~seen, 0)
    out = (weights @ v).transpose(1, 2).flatten(-2) @ Wo
    return out.detach().cpu().numpy()


def _torch_result_on_cpu(
    x: "torch.Tensor",
    memory: "torch.Tensor",
    Wq: "torch.Tensor",
    Wk: "torch.Tensor",
    Wv: "torch.Tensor",
    Wo: "torch.Tensor",
    heads: int,
    mask: "torch.Tensor | None" = None,
) -> "torch.Tensor":
    import torch

    q, k, v = (
        (rows @ W).unflatten(-1, (heads, -1)).transpose(1, 2)
        for rows, W in ((x, Wq), (memory, Wk), (memory, Wv))
    )
    scores = q @ k.transpose(-1, -2) / q.shape[-1] ** 0.5
    seen = torch.ones_like(scores, dtype=torch.bool)
    if mask is not None:
        seen = mask.unsqueeze(-3)
    scores = scores.masked_fill(~seen, torch.finfo(scores.dtype).min)
    weights = torch.softmax(scores, dim=-1).masked_fill(~seen, 0)
    return ((weights @ v).transpose(1, 2).flatten(-2) @ Wo).cpu()


MISCONCEPTIONS: tuple[Misconception, ...] = (
    Misconception(
        name="torch_no_scale",
        of="multi_head_torch",
        hint=("The scores were not divided by the root of the heads' width."),
        code=_torch_no_scale,
        result=no_scale,
    ),
    Misconception(
        name="torch_scale_of_d_model",
        of="multi_head_torch",
        hint=(
            "The scores were divided by the root of d_model. Each head adds up "
            "only as many products as it is wide."
        ),
        code=_torch_scale_of_d_model,
        result=scale_of_d_model,
    ),
    Misconception(
        name="torch_softmax_over_queries",
        of="multi_head_torch",
        hint=(
            "The weights of each key add up to 1 over the queries. It is each "
            "query that hands out weights, over the keys: look at the softmax's "
            "axis."
        ),
        code=_torch_softmax_over_queries,
        result=softmax_over_queries,
    ),
    Misconception(
        name="torch_heads_reshaped",
        of="multi_head_torch",
        hint=(
            "The heads were cut by a reshape alone, which mixes positions and "
            "features: the shape is right, the numbers are not. First cut the "
            "last axis, then move axes."
        ),
        code=_torch_heads_reshaped,
        result=heads_reshaped,
    ),
    Misconception(
        name="torch_join_reshaped",
        of="multi_head_torch",
        hint=(
            "The heads were joined by a reshape alone, which puts numbers of other "
            "positions side by side. First bring heads and features together, then "
            "join them."
        ),
        code=_torch_join_reshaped,
        result=join_reshaped,
    ),
    Misconception(
        name="torch_no_output_projection",
        of="multi_head_torch",
        hint=(
            "The heads' results stand side by side as they are: the projection of "
            "the output is missing."
        ),
        code=_torch_no_output_projection,
        result=no_output_projection,
    ),
    Misconception(
        name="torch_mask_inverted",
        of="multi_head_torch",
        hint=(
            "Each query looks at just those keys that its mask forbids. Here True "
            "means allowed, whatever it means elsewhere in the library."
        ),
        code=_torch_mask_inverted,
        result=mask_inverted,
    ),
    Misconception(
        name="torch_mask_for_heads",
        of="multi_head_torch",
        hint=(
            "The batch's axis of the mask met the axis of the heads. Compare the "
            "shapes of scores and mask, from the last axis backwards."
        ),
        code=_torch_mask_for_heads,
        result=mask_for_heads,
    ),
    Misconception(
        name="torch_nan_where_nothing_is_seen",
        of="multi_head_torch",
        hint=(
            "A query that may look at nothing gets nan: the softmax of nothing "
            "but -inf is no number. Such queries get zeros."
        ),
        code=_torch_nan_where_nothing_is_seen,
        result=nan_where_nothing_is_seen,
    ),
    Misconception(
        name="torch_in_single",
        of="multi_head_torch",
        hint=(
            "float64 tensors gave a float32 result. Keep the dtype of x in all "
            "that you create or convert."
        ),
        code=_torch_in_single,
        result=in_single,
    ),
    Misconception(
        name="torch_breaks_autograd",
        of="multi_head_torch",
        hint=(
            "The values are right, but no gradient flows back: on its way the "
            "result was taken out of the library's record, as by detach, numpy, "
            ".data or torch.no_grad."
        ),
        code=_torch_breaks_autograd,
        result=None,
        sign="broken_graph",
    ),
    Misconception(
        name="torch_returns_numpy",
        of="multi_head_torch",
        hint=(
            "What comes back is a numpy array, through which no gradient can "
            "flow. Return a tensor of PyTorch."
        ),
        code=_torch_returns_numpy,
        result=None,
        sign="framework",
    ),
    Misconception(
        name="torch_result_on_cpu",
        of="multi_head_torch",
        hint=(
            "The result lies on the CPU, whatever the device of x. Create and "
            "keep everything where x is."
        ),
        code=_torch_result_on_cpu,
        result=None,
        sign="device",
    ),
)
