"""What wrong layers of PyTorch and TensorFlow give, computed in numpy.

For the process that has no framework: `result` of the entries for `multi_head_torch`
and `multi_head_tf`. Some are mistakes of `multi_head`, too; they are its `code`.
"""

import numpy as np

from ..oracle import attention, join_heads, multi_head, softmax, split_heads

__all__ = [
    "heads_reshaped",
    "in_single",
    "join_reshaped",
    "mask_for_heads",
    "mask_inverted",
    "nan_where_nothing_is_seen",
    "no_output_projection",
    "no_scale",
    "root_in_single",
    "scale_of_d_model",
    "softmax_over_queries",
]


def no_output_projection(
    x: np.ndarray,
    memory: np.ndarray,
    Wq: np.ndarray,
    Wk: np.ndarray,
    Wv: np.ndarray,
    Wo: np.ndarray,
    heads: int,
    mask: np.ndarray | None = None,
) -> np.ndarray:
    """Leave the heads' results as they are, side by side."""
    q, k, v = (
        split_heads(x @ Wq, heads),
        split_heads(memory @ Wk, heads),
        split_heads(memory @ Wv, heads),
    )
    mask = None if mask is None else mask[..., None, :, :]
    return join_heads(attention(q, k, v, mask)[0])


def scale_of_d_model(
    x: np.ndarray,
    memory: np.ndarray,
    Wq: np.ndarray,
    Wk: np.ndarray,
    Wv: np.ndarray,
    Wo: np.ndarray,
    heads: int,
    mask: np.ndarray | None = None,
) -> np.ndarray:
    """Divide the scores by the root of the whole width."""
    q, k, v = (
        split_heads(x @ Wq, heads),
        split_heads(memory @ Wk, heads),
        split_heads(memory @ Wv, heads),
    )
    mask = None if mask is None else mask[..., None, :, :]
    scores = q @ np.swapaxes(k, -1, -2) / x.shape[-1] ** 0.5
    return np.asarray(join_heads(softmax(scores, mask) @ v) @ Wo)


def mask_for_heads(
    x: np.ndarray,
    memory: np.ndarray,
    Wq: np.ndarray,
    Wk: np.ndarray,
    Wv: np.ndarray,
    Wo: np.ndarray,
    heads: int,
    mask: np.ndarray | None = None,
) -> np.ndarray:
    """Let the mask's axis of the batch meet the axis of the heads."""
    q, k, v = (
        split_heads(x @ Wq, heads),
        split_heads(memory @ Wk, heads),
        split_heads(memory @ Wv, heads),
    )
    return np.asarray(join_heads(attention(q, k, v, mask)[0]) @ Wo)


def no_scale(
    x: np.ndarray,
    memory: np.ndarray,
    Wq: np.ndarray,
    Wk: np.ndarray,
    Wv: np.ndarray,
    Wo: np.ndarray,
    heads: int,
    mask: np.ndarray | None = None,
) -> np.ndarray:
    """Don't divide the scores."""
    q, k, v = (
        split_heads(x @ Wq, heads),
        split_heads(memory @ Wk, heads),
        split_heads(memory @ Wv, heads),
    )
    mask = None if mask is None else mask[..., None, :, :]
    scores = q @ np.swapaxes(k, -1, -2)
    return np.asarray(join_heads(softmax(scores, mask) @ v) @ Wo)


def softmax_over_queries(
    x: np.ndarray,
    memory: np.ndarray,
    Wq: np.ndarray,
    Wk: np.ndarray,
    Wv: np.ndarray,
    Wo: np.ndarray,
    heads: int,
    mask: np.ndarray | None = None,
) -> np.ndarray:
    """Take the softmax over the queries."""
    q, k, v = (
        split_heads(x @ Wq, heads),
        split_heads(memory @ Wk, heads),
        split_heads(memory @ Wv, heads),
    )
    scores = q @ np.swapaxes(k, -1, -2) / q.shape[-1] ** 0.5
    if mask is not None:
        mask = np.swapaxes(mask[..., None, :, :], -1, -2)
    weights = softmax(np.swapaxes(scores, -1, -2), mask)
    return np.asarray(join_heads(np.swapaxes(weights, -1, -2) @ v) @ Wo)


def heads_reshaped(
    x: np.ndarray,
    memory: np.ndarray,
    Wq: np.ndarray,
    Wk: np.ndarray,
    Wv: np.ndarray,
    Wo: np.ndarray,
    heads: int,
    mask: np.ndarray | None = None,
) -> np.ndarray:
    """Cut and join the heads by a reshape alone."""
    q, k, v = (
        (rows @ W).reshape(len(rows), heads, rows.shape[1], -1)
        for rows, W in ((x, Wq), (memory, Wk), (memory, Wv))
    )
    mask = None if mask is None else mask[..., None, :, :]
    out, _ = attention(q, k, v, mask)
    return np.asarray(out.reshape(x.shape) @ Wo)


def join_reshaped(
    x: np.ndarray,
    memory: np.ndarray,
    Wq: np.ndarray,
    Wk: np.ndarray,
    Wv: np.ndarray,
    Wo: np.ndarray,
    heads: int,
    mask: np.ndarray | None = None,
) -> np.ndarray:
    """Join the heads, rightly cut, by a reshape alone."""
    q, k, v = (
        split_heads(x @ Wq, heads),
        split_heads(memory @ Wk, heads),
        split_heads(memory @ Wv, heads),
    )
    mask = None if mask is None else mask[..., None, :, :]
    out, _ = attention(q, k, v, mask)
    return np.asarray(out.reshape(x.shape) @ Wo)


def mask_inverted(
    x: np.ndarray,
    memory: np.ndarray,
    Wq: np.ndarray,
    Wk: np.ndarray,
    Wv: np.ndarray,
    Wo: np.ndarray,
    heads: int,
    mask: np.ndarray | None = None,
) -> np.ndarray:
    """Look at what is forbidden."""
    mask = None if mask is None else ~mask
    return multi_head(x, memory, Wq, Wk, Wv, Wo, heads, mask)


def nan_where_nothing_is_seen(
    x: np.ndarray,
    memory: np.ndarray,
    Wq: np.ndarray,
    Wk: np.ndarray,
    Wv: np.ndarray,
    Wo: np.ndarray,
    heads: int,
    mask: np.ndarray | None = None,
) -> np.ndarray:
    """Give nan to queries that may look at nothing."""
    out = multi_head(x, memory, Wq, Wk, Wv, Wo, heads, mask)
    if mask is not None:
        sees = np.broadcast_to(mask.any(axis=-1), out.shape[:2])
        out[~sees] = np.nan
    return out


def root_in_single(
    x: np.ndarray,
    memory: np.ndarray,
    Wq: np.ndarray,
    Wk: np.ndarray,
    Wv: np.ndarray,
    Wo: np.ndarray,
    heads: int,
    mask: np.ndarray | None = None,
) -> np.ndarray:
    """Round the root of the heads' width to float32."""
    q, k, v = (
        split_heads(x @ Wq, heads),
        split_heads(memory @ Wk, heads),
        split_heads(memory @ Wv, heads),
    )
    mask = None if mask is None else mask[..., None, :, :]
    root = float(np.float32((x.shape[-1] // heads) ** 0.5))
    scores = q @ np.swapaxes(k, -1, -2) / root
    return np.asarray(join_heads(softmax(scores, mask) @ v) @ Wo)


def in_single(
    x: np.ndarray,
    memory: np.ndarray,
    Wq: np.ndarray,
    Wk: np.ndarray,
    Wv: np.ndarray,
    Wo: np.ndarray,
    heads: int,
    mask: np.ndarray | None = None,
) -> np.ndarray:
    """Give float32, whatever came in."""
    out = multi_head(x, memory, Wq, Wk, Wv, Wo, heads, mask)
    return out.astype(np.float32)
