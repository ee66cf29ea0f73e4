"""The answers of the assignment `attention` once more, in PyTorch.

A second opinion on the oracle by another library, and the reference for
`multi_head_torch`. Nothing here breaks autograd or leaves the device of its inputs.
Never imports the oracle: an opinion that asks the first one is none.
"""

from __future__ import annotations

import math

import torch

__all__ = [
    "attention",
    "causal_mask",
    "join_heads",
    "multi_head",
    "positional_encoding",
    "softmax",
    "split_heads",
]


def softmax(scores: torch.Tensor, mask: torch.Tensor | None = None) -> torch.Tensor:
    """Turn scores into shares along the last axis; what the mask excludes gets none.

    Args:
        scores: (..., keys), finite.
        mask: Booleans that broadcast to the scores' shape, or None.

    Returns:
        (..., keys); every row adds up to 1, or is zero where nothing is allowed.
    """
    if mask is None:
        return torch.softmax(scores, dim=-1)
    # Not -inf: a row of nothing else would make weights and gradients nan.
    lowest = torch.finfo(scores.dtype).min
    weights = torch.softmax(scores.masked_fill(~mask, lowest), dim=-1)
    return weights.masked_fill(~mask, 0)


def attention(
    q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, mask: torch.Tensor | None = None
) -> tuple[torch.Tensor, torch.Tensor]:
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
    scores = torch.einsum("...qd,...kd->...qk", q, k) / math.sqrt(q.shape[-1])
    weights = softmax(scores, mask)
    return torch.einsum("...qk,...kd->...qd", weights, v), weights


def causal_mask(length: int) -> torch.Tensor:
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
    return torch.ones(length, length, dtype=torch.bool).tril()


def split_heads(x: torch.Tensor, heads: int) -> torch.Tensor:
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
    return torch.stack(x.chunk(heads, dim=-1), dim=1)


def join_heads(x: torch.Tensor) -> torch.Tensor:
    """Put the parts of every vector side by side again.

    Args:
        x: (batch, heads, length, d_head).

    Returns:
        (batch, length, heads * d_head).
    """
    return torch.cat(x.unbind(dim=1), dim=-1)


def multi_head(
    x: torch.Tensor,
    memory: torch.Tensor,
    Wq: torch.Tensor,
    Wk: torch.Tensor,
    Wv: torch.Tensor,
    Wo: torch.Tensor,
    heads: int,
    mask: torch.Tensor | None = None,
) -> torch.Tensor:
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
    out, _ = attention(q, k, v, None if mask is None else mask.unsqueeze(-3))
    return join_heads(out) @ Wo


def positional_encoding(length: int, d_model: int) -> torch.Tensor:
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
    exponents = torch.arange(0, d_model, 2, dtype=torch.float64) / d_model
    rates = torch.exp(-math.log(10000.0) * exponents)
    angles = torch.outer(torch.arange(length, dtype=torch.float64), rates)
    hands = torch.polar(torch.ones_like(angles), math.pi / 2 - angles)
    return torch.view_as_real(hands).flatten(-2)  # real part: sine; imaginary: cosine
