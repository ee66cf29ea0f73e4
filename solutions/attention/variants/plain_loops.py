"""One query at a time, one key at a time: sums as they stand in the formulas."""

import math

import numpy as np


def softmax(scores, mask=None):
    weights = np.zeros_like(scores)
    allowed = np.ones(scores.shape, bool)
    if mask is not None:
        allowed[...] = mask
    for row in np.ndindex(scores.shape[:-1]):
        keys = [j for j in range(scores.shape[-1]) if allowed[row][j]]
        if not keys:
            continue
        best = max(scores[row][j] for j in keys)
        total = sum(np.exp(scores[row][j] - best) for j in keys)
        for j in keys:
            weights[(*row, j)] = np.exp(scores[row][j] - best) / total
    return weights


def attention(q, k, v, mask=None):
    if q.shape[-1] != k.shape[-1]:
        raise ValueError("queries and keys are compared: they must be equally wide")
    if k.shape[-2] != v.shape[-2]:
        raise ValueError("there must be one value for each key")
    *before, queries, d_k = q.shape
    keys, d_v = v.shape[-2:]
    scores = np.zeros((*before, queries, keys), q.dtype)
    for place in np.ndindex(*before, queries, keys):
        *rest, i, j = place
        at = tuple(rest)
        for n in range(d_k):
            scores[place] += q[at][i, n] * k[at][j, n]
        scores[place] /= math.sqrt(d_k)
    weights = softmax(scores, mask)
    out = np.zeros((*before, queries, d_v), q.dtype)
    for place in np.ndindex(*before, queries, keys):
        *rest, i, j = place
        at = tuple(rest)
        out[at][i] += weights[place] * v[at][j]
    return out, weights


def causal_mask(length):
    if length <= 0:
        raise ValueError("length must be positive")
    return [[j <= i for j in range(length)] for i in range(length)]


def split_heads(x, heads):
    batch, length, d_model = x.shape
    if heads <= 0 or d_model % heads:
        raise ValueError("heads must divide d_model")
    size = d_model // heads
    parts = np.zeros((batch, heads, length, size), x.dtype)
    for h in range(heads):
        parts[:, h] = x[:, :, h * size : (h + 1) * size]
    return parts


def join_heads(x):
    size = x.shape[3]
    whole = np.zeros((x.shape[0], x.shape[2], x.shape[1] * size), x.dtype)
    for h in range(x.shape[1]):
        whole[:, :, h * size : (h + 1) * size] = x[:, h]
    return whole


def multi_head(x, memory, Wq, Wk, Wv, Wo, heads, mask=None):
    if heads <= 0 or x.shape[2] % heads:
        raise ValueError("heads must divide d_model")
    size = x.shape[2] // heads
    result = np.zeros_like(x)
    for sample in range(len(x)):
        allowed = mask if mask is None or mask.ndim == 2 else mask[sample]
        for h in range(heads):
            own = slice(h * size, (h + 1) * size)
            q = x[sample] @ Wq[:, own]
            k, v = memory[sample] @ Wk[:, own], memory[sample] @ Wv[:, own]
            # the joined heads times Wo is a sum over heads of head times rows of Wo
            result[sample] += attention(q, k, v, allowed)[0] @ Wo[own]
    return result


def positional_encoding(length, d_model):
    if length <= 0 or d_model <= 0 or d_model % 2 == 1:
        raise ValueError("a positive length and an even width are needed")
    table = np.zeros((length, d_model))
    for position in range(length):
        for i in range(d_model // 2):
            angle = position / 10000 ** (2 * i / d_model)
            table[position, 2 * i] = math.sin(angle)
            table[position, 2 * i + 1] = math.cos(angle)
    return table


def multi_head_torch(x, memory, Wq, Wk, Wv, Wo, heads, mask=None):
    import torch

    size = x.size(2) // heads
    result = torch.zeros_like(x)
    for h in range(heads):
        own = slice(h * size, (h + 1) * size)
        q, k, v = x @ Wq[:, own], memory @ Wk[:, own], memory @ Wv[:, own]
        scores = torch.bmm(q, k.mT) / math.sqrt(size)
        powers = torch.exp(scores - scores.amax(dim=2, keepdim=True).detach())
        if mask is not None:
            powers = powers * mask
        total = powers.sum(dim=2, keepdim=True)
        weights = powers / torch.where(total > 0, total, torch.ones_like(total))
        result = result + weights @ v @ Wo[own]
    return result


def multi_head_tf(x, memory, Wq, Wk, Wv, Wo, heads, mask=None):
    import tensorflow as tf

    size = x.shape[2] // heads
    result = tf.zeros_like(x)
    for h in range(heads):
        own = slice(h * size, (h + 1) * size)
        q, k, v = x @ Wq[:, own], memory @ Wk[:, own], memory @ Wv[:, own]
        scores = tf.linalg.matmul(q, k, transpose_b=True) / math.sqrt(size)
        powers = tf.exp(scores - tf.reduce_max(scores, axis=2, keepdims=True))
        if mask is not None:
            powers *= tf.cast(mask, powers.dtype)
        total = tf.reduce_sum(powers, axis=2, keepdims=True)
        result += tf.math.divide_no_nan(powers, total) @ v @ Wo[own]
    return result
