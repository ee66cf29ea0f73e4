"""The reference answers of the assignment `attention`, in numpy.

Owns what is right: values, shapes, dtypes and refusals of every exercise, and the
vector-Jacobian product by which gradients through student code are judged. Every
result has the dtype of its inputs, so the oracle at float32 against itself at float64
measures rounding. No input is modified. Never imports torch or TensorFlow.

Notation (Vaswani et al. 2017): queries look at keys and fetch values. Samples are rows,
so projections multiply from the right. In a mask True means "may be looked at".
"""

from __future__ import annotations

import math
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = [
    "attention",
    "causal_mask",
    "join_heads",
    "multi_head",
    "multi_head_vjp",
    "positional_encoding",
    "softmax",
    "split_heads",
]

Array: TypeAlias = npt.NDArray[Any]


# --- looking -----------------------------------------------------------------------


def softmax(scores: Array, mask: Array | None = None) -> Array:
    """Turn scores into shares along the last axis; what the mask excludes gets none.

    Args:
        scores: (..., keys), finite.
        mask: Booleans that broadcast to the scores' shape, or None for no mask.

    Returns:
        (..., keys); every row adds up to 1, or is zero where nothing is allowed.

    References:
        Goodfellow et al. 2016, section 4.1 (overflow and underflow).
    """
    scores = np.asarray(scores)
    allowed = np.broadcast_to(True if mask is None else mask, scores.shape)
    largest = np.max(
        scores, axis=-1, keepdims=True, initial=-np.inf, where=allowed
    )  # (..., 1), -inf where nothing is allowed
    largest = np.where(np.isfinite(largest), largest, np.zeros_like(largest))
    masked = np.where(allowed, scores - largest, np.full_like(scores, -np.inf))
    powers = np.exp(masked)  # (..., keys)
    total = powers.sum(axis=-1, keepdims=True)  # (..., 1)
    weights: Array = np.zeros_like(powers)
    np.divide(powers, total, out=weights, where=total > 0)
    return weights


def attention(
    q: Array, k: Array, v: Array, mask: Array | None = None
) -> tuple[Array, Array]:
    """Mix the values by how well each query matches each key.

    Args:
        q: (..., queries, d_k).
        k: (..., keys, d_k), the same leading axes.
        v: (..., keys, d_v), the same leading axes.
        mask: Booleans that broadcast to (..., queries, keys), or None.

    Returns:
        (out, weights) of shapes (..., queries, d_v) and (..., queries, keys); each row
        of `out` is a convex combination of rows of `v`, or zero.

    Raises:
        ValueError: Queries and keys differ in width, or keys and values in number.

    References:
        Vaswani et al. 2017, section 3.2.1, eq. 1.
    """
    if q.shape[-1] != k.shape[-1]:
        raise ValueError(f"queries are {q.shape[-1]} wide, keys {k.shape[-1]}")
    if k.shape[-2] != v.shape[-2]:
        raise ValueError(f"{k.shape[-2]} keys for {v.shape[-2]} values")
    scores = q @ np.swapaxes(k, -1, -2) / math.sqrt(q.shape[-1])
    weights = softmax(scores, mask)  # (..., queries, keys)
    return weights @ v, weights


def causal_mask(length: int) -> Array:
    """Let each position look at itself and at what came before.

    Args:
        length: How many places there are.

    Returns:
        (length, length) booleans; row is the query, column the key.

    Raises:
        ValueError: `length` is less than 1.

    References:
        Vaswani et al. 2017, section 3.2.3.
    """
    if length < 1:
        raise ValueError(f"length must be at least 1, got {length}")
    places = np.arange(length)
    return np.asarray(places <= places[:, None])


# --- heads -------------------------------------------------------------------------


def split_heads(x: Array, heads: int) -> Array:
    """Cut every vector into equal parts, one for each head.

    Args:
        x: (batch, length, d_model).
        heads: How many parts.

    Returns:
        (batch, heads, length, d_model / heads); head h has the h-th run of features.

    Raises:
        ValueError: `heads` is less than 1 or doesn't divide d_model.

    References:
        Vaswani et al. 2017, section 3.2.2.
    """
    batch, length, d_model = x.shape
    if heads < 1 or d_model % heads:
        raise ValueError(f"heads must be at least 1 and divide {d_model}, got {heads}")
    parts = x.reshape(batch, length, heads, d_model // heads)
    return parts.transpose(0, 2, 1, 3).copy()


def join_heads(x: Array) -> Array:
    """Put the parts of every vector side by side again; undoes `split_heads`.

    Args:
        x: (batch, heads, length, d_head).

    Returns:
        (batch, length, heads * d_head).
    """
    batch, heads, length, d_head = x.shape
    positions_first = x.transpose(0, 2, 1, 3).copy()
    return positions_first.reshape(batch, length, heads * d_head)


def multi_head(
    x: Array,
    memory: Array,
    Wq: Array,
    Wk: Array,
    Wv: Array,
    Wo: Array,
    heads: int,
    mask: Array | None = None,
) -> Array:
    """Let several heads look from `x` at `memory`, and mix their results.

    Args:
        x: (batch, queries, d_model).
        memory: (batch, keys, d_model); `x` itself in self-attention.
        Wq: (d_model, d_model), projection to the queries of all heads.
        Wk: (d_model, d_model), to their keys.
        Wv: (d_model, d_model), to their values.
        Wo: (d_model, d_model), applied to the heads' results, side by side.
        heads: How many.
        mask: Booleans, (queries, keys) or (batch, queries, keys), the same for all
            heads; or None.

    Returns:
        (batch, queries, d_model).

    Raises:
        ValueError: `heads` is less than 1 or doesn't divide d_model.

    References:
        Vaswani et al. 2017, section 3.2.2.
    """
    q, k, v = _projected(x, memory, Wq, Wk, Wv, heads)
    out, _ = attention(q, k, v, _for_heads(mask))
    return join_heads(out) @ Wo


def multi_head_vjp(
    cotangent: Array,
    x: Array,
    memory: Array,
    Wq: Array,
    Wk: Array,
    Wv: Array,
    Wo: Array,
    heads: int,
    mask: Array | None = None,
) -> tuple[Array, ...]:
    """Differentiate sum(multi_head(...) * cotangent) for each of the six arrays.

    Args:
        cotangent: (batch, queries, d_model).
        x: As `multi_head`.
        memory: As `multi_head`.
        Wq: As `multi_head`.
        Wk: As `multi_head`.
        Wv: As `multi_head`.
        Wo: As `multi_head`.
        heads: As `multi_head`.
        mask: As `multi_head`.

    Returns:
        (dx, dmemory, dWq, dWk, dWv, dWo), each like its array.

    Raises:
        ValueError: As `multi_head`.
    """
    q, k, v = _projected(x, memory, Wq, Wk, Wv, heads)
    out, weights = attention(q, k, v, _for_heads(mask))
    dout = split_heads(cotangent @ Wo.T, heads)  # (batch, heads, queries, d_head)
    dv = np.swapaxes(weights, -1, -2) @ dout
    dweights = dout @ np.swapaxes(v, -1, -2)  # (batch, heads, queries, keys)
    mean = np.sum(weights * dweights, axis=-1, keepdims=True)
    dscores = weights * (dweights - mean) / math.sqrt(q.shape[-1])
    dq, dk, dv = (
        join_heads(part) for part in (dscores @ k, np.swapaxes(dscores, -1, -2) @ q, dv)
    )  # (batch, queries or keys, d_model)
    return (
        dq @ Wq.T,
        dk @ Wk.T + dv @ Wv.T,
        _summed(x, dq),
        _summed(memory, dk),
        _summed(memory, dv),
        _summed(join_heads(out), cotangent),
    )


def _projected(
    x: Array, memory: Array, Wq: Array, Wk: Array, Wv: Array, heads: int
) -> tuple[Array, Array, Array]:
    """Queries, keys and values, (batch, heads, length, d_head) each."""
    return (
        split_heads(x @ Wq, heads),
        split_heads(memory @ Wk, heads),
        split_heads(memory @ Wv, heads),
    )


def _for_heads(mask: Array | None) -> Array | None:
    """Give the mask an axis for the heads, before its last two."""
    return None if mask is None else np.asarray(mask)[..., None, :, :]


def _summed(rows: Array, gradients: Array) -> Array:
    """Sum the outer products of all rows of all samples, (d_model, d_model)."""
    return np.tensordot(rows, gradients, axes=([0, 1], [0, 1]))


# --- places ------------------------------------------------------------------------


def positional_encoding(length: int, d_model: int) -> Array:
    """Give every position a vector of sines and cosines, from fast to slow.

    Args:
        length: How many places, counted from 0.
        d_model: Width of the vectors, even.

    Returns:
        (length, d_model) float64; columns 2i and 2i+1 hold sine and cosine of
        position / 10000**(2i/d_model).

    Raises:
        ValueError: `length` is less than 1, or `d_model` is odd or less than 2.

    References:
        Vaswani et al. 2017, section 3.5.
    """
    if length < 1:
        raise ValueError(f"length must be at least 1, got {length}")
    if d_model < 2 or d_model % 2:
        raise ValueError(f"d_model must be even and at least 2, got {d_model}")
    rates = 10000.0 ** (-np.arange(0, d_model, 2) / d_model)  # (d_model / 2,)
    angles = np.arange(length)[:, None] * rates  # (length, d_model / 2)
    pairs = np.stack([np.sin(angles), np.cos(angles)], axis=-1)
    return np.asarray(pairs.reshape(length, d_model))
