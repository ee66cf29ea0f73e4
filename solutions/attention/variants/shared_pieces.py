"""Small functions that share everything, masked arrays, modules in the libraries."""

import numpy as np


def _masked(scores, mask):
    forbidden = False if mask is None else ~np.asarray(mask)
    return np.ma.array(scores, mask=np.broadcast_to(forbidden, scores.shape))


def softmax(scores, mask=None):
    kept = _masked(scores, mask)
    kept = np.ma.exp(kept - kept.max(axis=-1, keepdims=True))
    weights = kept / kept.sum(axis=-1, keepdims=True)
    return np.ma.getdata(weights.filled(0)).astype(scores.dtype)


def attention(q, k, v, mask=None):
    width, count = q.shape[-1], k.shape[-2]
    if k.shape[-1] != width or v.shape[-2] != count:
        raise ValueError("shapes of q, k, v do not go together")
    sharper = q * q.dtype.type(width**-0.5)
    weights = softmax(np.matmul(sharper, k.swapaxes(-2, -1)), mask)
    return np.matmul(weights, v), weights


def causal_mask(length):
    if length < 1:
        raise ValueError("empty")
    return np.tril(np.full((length, length), True))


def _even_parts(width, heads):
    if heads < 1 or width % heads > 0:
        raise ValueError(f"{width} / {heads}")
    return width // heads


def split_heads(x, heads):
    width = _even_parts(x.shape[2], heads)
    return np.moveaxis(x.reshape(*x.shape[:2], heads, width), 2, 1).copy()


def join_heads(x):
    return np.concatenate([x[:, head] for head in range(x.shape[1])], axis=2)


def multi_head(x, memory, Wq, Wk, Wv, Wo, heads, mask=None):
    # heads go into the batch's axis, which attention carries along
    width = _even_parts(x.shape[-1], heads)
    batch, queries, keys = len(x), x.shape[1], memory.shape[1]
    stacked = (batch * heads, -1, width)
    q = split_heads(x @ Wq, heads).reshape(stacked)
    k = split_heads(memory @ Wk, heads).reshape(stacked)
    v = split_heads(memory @ Wv, heads).reshape(stacked)
    if mask is not None:
        mask = np.broadcast_to(mask, (batch, queries, keys)).repeat(heads, axis=0)
    out = attention(q, k, v, mask)[0].reshape(batch, heads, queries, width)
    return join_heads(out) @ Wo


def positional_encoding(length, d_model):
    if length < 1:
        raise ValueError("no positions")
    _even_parts(d_model, 2)
    if d_model < 2:
        raise ValueError("no features")
    column = np.arange(d_model)
    angles = np.arange(length).reshape(-1, 1) / 10000 ** (2 * (column // 2) / d_model)
    return np.where(column % 2 == 0, np.sin(angles), np.cos(angles))


def multi_head_torch(x, memory, Wq, Wk, Wv, Wo, heads, mask=None):
    import torch

    class Head(torch.nn.Module):
        """Looks with its own columns of the weights."""

        def __init__(self, columns):
            super().__init__()
            self.columns = columns

        def forward(self, x, memory):
            q = x @ Wq[:, self.columns]
            k, v = memory @ Wk[:, self.columns], memory @ Wv[:, self.columns]
            scores = q @ k.transpose(1, 2) * len(self.columns) ** -0.5
            if mask is None:
                return scores.softmax(dim=2) @ v
            lonely = ~mask.any(dim=-1, keepdim=True)
            scores = scores.masked_fill(~(mask | lonely), -float("inf"))
            return scores.softmax(dim=2).masked_fill(lonely, 0) @ v

    columns = torch.arange(x.shape[-1], device=x.device).chunk(heads)
    every = torch.nn.ModuleList(Head(own) for own in columns)
    joined = torch.cat([head(x, memory) for head in every], dim=-1)
    return torch.nn.functional.linear(joined, Wo.T)


def multi_head_tf(x, memory, Wq, Wk, Wv, Wo, heads, mask=None):
    import tensorflow as tf

    def parts(rows, W):
        return tf.stack(tf.split(tf.matmul(rows, W), heads, axis=-1))

    q, k, v = parts(x, Wq), parts(memory, Wk), parts(memory, Wv)  # heads come first
    q /= tf.sqrt(tf.cast(tf.shape(q)[-1], x.dtype))
    scores = tf.matmul(q, k, transpose_b=True)  # (heads, batch, queries, keys)
    if mask is None:
        weights = tf.keras.activations.softmax(scores)
    else:
        weights = tf.where(mask, scores, tf.cast(-1e30, x.dtype))
        weights = tf.where(mask, tf.nn.softmax(weights), tf.zeros_like(weights))
    return tf.matmul(tf.concat(tf.unstack(weights @ v), axis=-1), Wo)
