"""Einstein sums for every product, and weights as exponents of differences of logs."""

import numpy as np


def softmax(scores, mask=None):
    mask = np.ones_like(scores, bool) if mask is None else mask
    with np.errstate(divide="ignore"):
        forbidden = np.log(np.broadcast_to(mask, scores.shape).astype(scores.dtype))
    scores = np.asarray(scores + forbidden)  # 0 or -inf was added
    total = np.logaddexp.reduce(scores, axis=-1, keepdims=True)
    with np.errstate(invalid="ignore"):
        weights = np.exp(scores - total)
    return np.nan_to_num(weights, nan=0.0)


def attention(q, k, v, mask=None):
    if not (q.shape[-1] == k.shape[-1] and k.shape[-2] == v.shape[-2]):
        raise ValueError(f"{q.shape}, {k.shape}, {v.shape}")
    d = np.asarray(k.shape[-1], q.dtype)
    weights = softmax(np.einsum("...id,...jd->...ij", q, k) * d**-0.5, mask)
    return np.einsum("...ij,...jd->...id", weights, v), weights


def causal_mask(length):
    if length < 1:
        raise ValueError(length)
    i, j = np.ogrid[:length, :length]
    return i >= j


def split_heads(x, heads):
    if heads < 1:
        raise ValueError("heads")
    return np.stack(np.split(x, heads, axis=-1), axis=1)  # refuses unequal parts


def join_heads(x):
    return np.concatenate(list(np.moveaxis(x, 1, 0)), axis=-1)


def multi_head(x, memory, Wq, Wk, Wv, Wo, heads, mask=None):
    d = x.shape[-1]
    if heads < 1 or d % heads != 0:
        raise ValueError(f"{heads} heads for {d} features")
    Wq, Wk, Wv = (W.reshape(d, heads, -1) for W in (Wq, Wk, Wv))
    q = np.einsum("bid,dhe->bhie", x, Wq)
    k, v = (np.einsum("bjd,dhe->bhje", memory, W) for W in (Wk, Wv))
    if mask is not None:
        mask = np.expand_dims(mask, axis=-3)
    out, _ = attention(q, k, v, mask)
    return np.einsum("bhie,hed->bid", out, Wo.reshape(heads, -1, d))


def positional_encoding(length, d_model):
    if min(length, d_model) < 1 or d_model & 1:
        raise ValueError((length, d_model))
    rates = np.logspace(0, -4, d_model // 2, endpoint=False)
    hands = np.exp(1j * np.outer(np.arange(length), rates))
    return np.dstack([hands.imag, hands.real]).reshape(length, d_model)


def multi_head_torch(x, memory, Wq, Wk, Wv, Wo, heads, mask=None):
    import torch

    d = x.shape[-1]
    Wq, Wk, Wv = (W.reshape(d, heads, -1) for W in (Wq, Wk, Wv))
    q = torch.einsum("bid,dhe->bhie", x, Wq)
    k = torch.einsum("bjd,dhe->bhje", memory, Wk)
    v = torch.einsum("bjd,dhe->bhje", memory, Wv)
    scores = torch.einsum("bhie,bhje->bhij", q, k) * (d // heads) ** -0.5
    if mask is not None:
        mask = mask.reshape(-1, 1, *mask.shape[-2:])  # (batch or 1, 1, queries, keys)
        scores = torch.where(mask, scores, -1e9)
    weights = (scores - scores.logsumexp(dim=-1, keepdim=True)).exp()
    if mask is not None:
        weights = torch.where(mask, weights, torch.zeros_like(weights))
    return torch.einsum("bhij,bhje,hef->bif", weights, v, Wo.reshape(heads, -1, d))


def multi_head_tf(x, memory, Wq, Wk, Wv, Wo, heads, mask=None):
    import tensorflow as tf

    d = x.shape[-1]
    Wq, Wk, Wv = (tf.reshape(W, (d, heads, -1)) for W in (Wq, Wk, Wv))
    q = tf.einsum("bid,dhe->bhie", x, Wq)
    k = tf.einsum("bjd,dhe->bhje", memory, Wk)
    v = tf.einsum("bjd,dhe->bhje", memory, Wv)
    scores = tf.einsum("bhie,bhje->bhij", q, k) * (d // heads) ** -0.5
    if mask is not None:
        mask = tf.expand_dims(mask, -3)
        scores += tf.where(mask, tf.zeros((), x.dtype), tf.constant(-1e9, x.dtype))
    weights = tf.exp(tf.nn.log_softmax(scores))
    if mask is not None:
        weights *= tf.cast(mask, x.dtype)
    out = tf.einsum("bhij,bhje->bhie", weights, v)
    return tf.einsum("bhie,hed->bid", out, tf.reshape(Wo, (heads, -1, d)))
