"""Masks everywhere: where none is given, everything is seen."""

import numpy as np


def softmax(scores, mask=None):
    seen = np.ones_like(scores, bool) if mask is None else mask
    kept = np.where(seen, scores, -np.inf)
    largest = kept.max(axis=-1, keepdims=True)
    powers = np.exp(kept - np.where(np.isfinite(largest), largest, 0))
    total = powers.sum(axis=-1, keepdims=True)
    return powers / np.where(total > 0, total, 1)


def attention(q, k, v, mask=None):
    if q.shape[-1] != k.shape[-1] or k.shape[-2] != v.shape[-2]:
        raise ValueError("a key for each value, as wide as the queries, please")
    scores = q @ np.swapaxes(k, -1, -2) / q.shape[-1] ** 0.5
    weights = softmax(scores, mask)
    return weights @ v, weights


def causal_mask(length):
    if length < 1:
        raise ValueError("at least one position, please")
    return np.tri(length) == 1


def split_heads(x, heads):
    batch, length, d_model = x.shape
    if heads < 1 or d_model % heads:
        raise ValueError("heads must divide d_model")
    parts = x.reshape(batch, length, heads, d_model // heads)
    return parts.transpose(0, 2, 1, 3).copy()


def join_heads(x):
    batch, heads, length, d_head = x.shape
    return x.transpose(0, 2, 1, 3).reshape(batch, length, heads * d_head)


def multi_head(x, memory, Wq, Wk, Wv, Wo, heads, mask=None):
    q, k, v = (
        split_heads(rows @ W, heads)
        for rows, W in ((x, Wq), (memory, Wk), (memory, Wv))
    )
    mask = None if mask is None else mask[..., None, :, :]
    scores = q @ np.swapaxes(k, -1, -2) / q.shape[-1] ** 0.5
    weights = softmax(scores, mask)
    return join_heads(weights @ v) @ Wo


def positional_encoding(length, d_model):
    if length < 1 or d_model < 2 or d_model % 2:
        raise ValueError("no such table")
    columns = np.arange(d_model)
    rates = 10000.0 ** (-(columns - columns % 2) / d_model)
    angles = np.arange(length)[:, None] * rates
    return np.where(columns % 2, np.cos(angles), np.sin(angles))


def multi_head_torch(x, memory, Wq, Wk, Wv, Wo, heads, mask=None):
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
    return (weights @ v).transpose(1, 2).flatten(-2) @ Wo


def multi_head_tf(x, memory, Wq, Wk, Wv, Wo, heads, mask=None):
    import tensorflow as tf

    batch, _, d_model = x.shape
    apart = batch, -1, heads, d_model // heads
    q, k, v = (
        tf.transpose(tf.reshape(rows @ W, apart), (0, 2, 1, 3))
        for rows, W in ((x, Wq), (memory, Wk), (memory, Wv))
    )
    scores = tf.matmul(q, k, transpose_b=True) / q.shape[-1] ** 0.5
    seen = tf.ones_like(scores, tf.bool) if mask is None else mask[..., None, :, :]
    scores = tf.where(seen, scores, scores.dtype.min)
    weights = tf.where(seen, tf.nn.softmax(scores, axis=-1), 0)
    joined = tf.reshape(tf.transpose(weights @ v, (0, 2, 1, 3)), x.shape)
    return joined @ Wo
