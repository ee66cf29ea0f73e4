"""The answers of the assignment `attention` once more, in TensorFlow.

A third opinion, and the reference for `multi_head_tf`. Nothing here breaks the tape or
leaves the device of its inputs. Never imports the oracle or the other twin.
"""

from __future__ import annotations

import math
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import tensorflow as tf

__all__ = [
    "attention",
    "causal_mask",
    "join_heads",
    "multi_head",
    "positional_encoding",
    "softmax",
    "split_heads",
]


def softmax(scores: tf.Tensor, mask: tf.Tensor | None = None) -> tf.Tensor:
    """Turn scores into shares along the last axis; what the mask excludes gets none.

    Args:
        scores: (..., keys), finite.
        mask: Booleans that broadcast to the scores' shape, or None.

    Returns:
        (..., keys); every row adds up to 1, or is zero where nothing is allowed.
    """
    if mask is None:
        return tf.nn.softmax(scores)
    # Not -inf: a row of nothing else would make weights and gradients nan.
    weights = tf.nn.softmax(tf.where(mask, scores, scores.dtype.min))
    return weights * tf.cast(mask, weights.dtype)


def attention(
    q: tf.Tensor, k: tf.Tensor, v: tf.Tensor, mask: tf.Tensor | None = None
) -> tuple[tf.Tensor, tf.Tensor]:
    """Mix the values by how well each query matches each key.

    Args:
        q: (..., queries, d_k).
        k: (..., keys, d_k).
        v: (..., keys, d_v).
        mask: Booleans that broadcast to (..., queries, keys), or None.

    Returns:
        (out, weights) of shapes (..., queries, d_v) and (..., queries, keys).

    Raises:
        ValueError: Queries and keys differ in width, or keys and values in number.
    """
    if q.shape[-1] != k.shape[-1] or k.shape[-2] != v.shape[-2]:
        shapes = tuple(q.shape), tuple(k.shape), tuple(v.shape)
        raise ValueError(f"queries, keys and values don't fit: {shapes}")
    scaled = q / math.sqrt(q.shape[-1])  # a cast would round to float32 first
    weights = softmax(tf.matmul(scaled, k, transpose_b=True), mask)
    return tf.matmul(weights, v), weights


def causal_mask(length: int) -> tf.Tensor:
    """Let each position look at itself and at what came before.

    Args:
        length: How many places there are.

    Returns:
        (length, length) booleans.

    Raises:
        ValueError: `length` is less than 1.
    """
    if length < 1:
        raise ValueError(f"length must be at least 1, got {length}")
    return tf.sequence_mask(tf.range(1, length + 1), length)


def split_heads(x: tf.Tensor, heads: int) -> tf.Tensor:
    """Cut every vector into equal parts, one for each head.

    Args:
        x: (batch, length, d_model).
        heads: How many parts.

    Returns:
        (batch, heads, length, d_model / heads).

    Raises:
        ValueError: `heads` is less than 1 or doesn't divide d_model.
    """
    if heads < 1 or x.shape[-1] % heads:
        raise ValueError(f"heads must divide {x.shape[-1]}, got {heads}")
    return tf.stack(tf.split(x, heads, axis=-1), axis=1)


def join_heads(x: tf.Tensor) -> tf.Tensor:
    """Put the parts of every vector side by side again.

    Args:
        x: (batch, heads, length, d_head).

    Returns:
        (batch, length, heads * d_head).
    """
    return tf.concat(tf.unstack(x, axis=1), axis=-1)


def multi_head(
    x: tf.Tensor,
    memory: tf.Tensor,
    Wq: tf.Tensor,
    Wk: tf.Tensor,
    Wv: tf.Tensor,
    Wo: tf.Tensor,
    heads: int,
    mask: tf.Tensor | None = None,
) -> tf.Tensor:
    """Let several heads look from `x` at `memory`, and mix their results.

    Args:
        x: (batch, queries, d_model).
        memory: (batch, keys, d_model).
        Wq: (d_model, d_model).
        Wk: (d_model, d_model).
        Wv: (d_model, d_model).
        Wo: (d_model, d_model).
        heads: How many.
        mask: Booleans, (queries, keys) or (batch, queries, keys), or None.

    Returns:
        (batch, queries, d_model).

    Raises:
        ValueError: `heads` is less than 1 or doesn't divide d_model.
    """
    q = split_heads(x @ Wq, heads)
    k, v = split_heads(memory @ Wk, heads), split_heads(memory @ Wv, heads)
    out, _ = attention(q, k, v, None if mask is None else mask[..., None, :, :])
    return join_heads(out) @ Wo


def positional_encoding(length: int, d_model: int) -> tf.Tensor:
    """Give every position a vector of sines and cosines, from fast to slow.

    Args:
        length: How many places, counted from 0.
        d_model: Width of the vectors, even.

    Returns:
        (length, d_model) float64.

    Raises:
        ValueError: `length` is less than 1, or `d_model` is odd or less than 2.
    """
    if length < 1 or d_model < 2 or d_model % 2:
        raise ValueError(f"invalid size: length={length}, d_model={d_model}")
    places = tf.range(length, dtype=tf.float64)
    columns = []
    for i in range(d_model // 2):
        angles = places / 10000.0 ** (2 * i / d_model)
        columns += [tf.sin(angles), tf.cos(angles)]
    return tf.stack(columns, axis=1)
