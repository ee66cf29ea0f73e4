"""Laws that hold for all scores, layers and places."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from solutions.attention import oracle

seeds = st.integers(0, 2**32 - 1)
close = np.testing.assert_allclose


def law(**strategies):
    """Try the law on drawn examples; a busy machine's slowness breaks no law."""

    def decorate(test):
        limits = settings(max_examples=50, deadline=None)
        return limits(given(**strategies)(test))

    return decorate


def look(seed, *, queries=3, keys=5):
    """q, k, v and a mask."""
    rng = np.random.default_rng(seed)
    shapes = (2, queries, 4), (2, keys, 4), (2, keys, 3)
    return *[rng.normal(size=shape) for shape in shapes], (
        rng.random((2, queries, keys)) < 0.6
    )


def layer(seed, *, length=4, d_model=6):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(2, length, d_model)), rng.normal(size=(4, d_model, d_model))


# --- weights --------------------------------------------------------------------------


@law(seed=seeds, scale=st.floats(0, 1e4))
def test_weights_are_shares(seed, scale):
    rng = np.random.default_rng(seed)
    scores, mask = rng.normal(scale=scale, size=(4, 5)), rng.random((4, 5)) < 0.4
    weights = oracle.softmax(scores, mask)
    assert np.all(weights >= 0)
    assert not weights[~mask].any()
    close(weights.sum(axis=-1), mask.any(axis=-1), rtol=1e-12)


@law(seed=seeds, shift=st.floats(-1e3, 1e3))
def test_only_differences_count(seed, shift):
    rng = np.random.default_rng(seed)
    scores, mask = rng.normal(size=(4, 5)), rng.random((4, 5)) < 0.6
    moved = oracle.softmax(scores + shift, mask)
    close(moved, oracle.softmax(scores, mask), rtol=1e-9, atol=1e-12)


@law(seed=seeds, height=st.floats(-1e4, 1e4))
def test_the_forbidden_plays_no_part(seed, height):
    rng = np.random.default_rng(seed)
    scores, mask = rng.normal(size=(4, 5)), rng.random((4, 5)) < 0.6
    changed = np.where(mask, scores, height)
    close(oracle.softmax(changed, mask), oracle.softmax(scores, mask), rtol=1e-12)
    q, k, v, mask = look(seed)
    seen = mask.any(axis=1)[..., None]  # keys that some query may look at
    changed = oracle.attention(q, np.where(seen, k, height), v, mask)
    close(changed[0], oracle.attention(q, k, v, mask)[0], rtol=1e-12)


@law(seed=seeds)
def test_a_mask_removes_keys(seed):
    q, k, v, _ = look(seed)
    mask = np.array([True, False, True, True, False])
    out, weights = oracle.attention(q, k, v, mask)
    expected, fewer = oracle.attention(q, k[:, mask], v[:, mask])
    close(out, expected, rtol=1e-12)
    close(weights[..., mask], fewer, rtol=1e-12)


# --- attention ------------------------------------------------------------------------


@law(seed=seeds)
def test_mixtures_stay_between_the_values(seed):
    q, k, v, _ = look(seed)
    out, _ = oracle.attention(10 * q, k, v)
    assert np.all(out >= v.min(axis=1, keepdims=True) - 1e-12)
    assert np.all(out <= v.max(axis=1, keepdims=True) + 1e-12)


@law(seed=seeds, order=st.permutations(range(5)))
def test_the_order_of_the_keys_plays_no_part(seed, order):
    q, k, v, mask = look(seed)
    out, weights = oracle.attention(q, k, v, mask)
    moved = oracle.attention(q, k[:, order], v[:, order], mask[..., order])
    close(moved[0], out, rtol=1e-9, atol=1e-12)
    close(moved[1], weights[..., order], rtol=1e-9, atol=1e-12)


@law(seed=seeds, a=st.floats(-3, 3), b=st.floats(-3, 3))
def test_attention_is_linear_in_its_values(seed, a, b):
    q, k, v, mask = look(seed)
    other = np.random.default_rng([seed, 1]).normal(size=v.shape)
    mixed, _ = oracle.attention(q, k, a * v + b * other, mask)
    first, second = (oracle.attention(q, k, each, mask)[0] for each in (v, other))
    close(mixed, a * first + b * second, rtol=1e-9, atol=1e-11)


@law(seed=seeds, width=st.floats(0.3, 3))
def test_a_kernel_smoother_is_attention(seed, width):
    rng = np.random.default_rng(seed)
    places, values, wanted = rng.normal(size=6), rng.normal(size=(6, 1)), 0.3
    bells = np.exp(-((wanted - places) ** 2) / (2 * width**2))
    q = np.array([[wanted, 1.0]]) * np.sqrt(2) / width**2
    k = np.stack([places, -(places**2) / 2], axis=1)
    out, _ = oracle.attention(q, k, values)
    close(out[0], bells @ values / bells.sum(), rtol=1e-8)


# --- layers ---------------------------------------------------------------------------


@law(seed=seeds, t=st.integers(1, 3))
def test_nothing_leaks_from_the_future(seed, t):
    x, weights = layer(seed)
    changed = x.copy()
    changed[:, t:] += 1
    mask = oracle.causal_mask(4)
    now, then = (
        oracle.multi_head(each, each, *weights, 2, mask) for each in (x, changed)
    )
    close(then[:, :t], now[:, :t], rtol=1e-12)
    assert not np.allclose(then[:, t:], now[:, t:])


@law(seed=seeds, order=st.permutations(range(4)))
def test_self_attention_knows_no_order(seed, order):
    x, weights = layer(seed)
    moved = oracle.multi_head(x[:, order], x[:, order], *weights, 3)
    still = oracle.multi_head(x, x, *weights, 3)
    close(moved, still[:, order], rtol=1e-9, atol=1e-11)


@law(seed=seeds, heads=st.sampled_from([1, 2, 3, 4, 6, 12]), length=st.integers(1, 5))
def test_joining_undoes_splitting(seed, heads, length):
    x = np.random.default_rng(seed).normal(size=(2, length, 12))
    parts = oracle.split_heads(x, heads)
    assert parts.shape == (2, heads, length, 12 // heads)
    assert np.array_equal(oracle.join_heads(parts), x)
    assert np.array_equal(parts[:, 0], x[..., : 12 // heads])


@law(seed=seeds, heads=st.sampled_from([1, 2, 3]))
def test_the_order_of_the_heads_plays_no_part(seed, heads):
    x, (Wq, Wk, Wv, Wo) = layer(seed)
    back = np.arange(6).reshape(heads, -1)[::-1].ravel()
    moved = oracle.multi_head(
        x, x, Wq[:, back], Wk[:, back], Wv[:, back], Wo[back], heads
    )
    still = oracle.multi_head(x, x, Wq, Wk, Wv, Wo, heads)
    close(moved, still, rtol=1e-9, atol=1e-11)


# --- places ---------------------------------------------------------------------------


@law(shift=st.integers(0, 30), pairs=st.integers(1, 8))
def test_moving_on_is_a_rotation(shift, pairs):
    table = oracle.positional_encoding(60, 2 * pairs)
    rates = 10000.0 ** (-np.arange(pairs) / pairs)
    sin, cos = np.sin(shift * rates), np.cos(shift * rates)
    sines, cosines = table[:30, 0::2], table[:30, 1::2]
    close(table[shift : shift + 30, 0::2], sines * cos + cosines * sin, atol=1e-12)
    close(table[shift : shift + 30, 1::2], cosines * cos - sines * sin, atol=1e-12)


@law(place=st.integers(0, 40), other=st.integers(0, 40), shift=st.integers(0, 50))
def test_products_know_the_distance_only(place, other, shift):
    table = oracle.positional_encoding(91, 16)
    moved = table[place + shift] @ table[other + shift]
    close(moved, table[place] @ table[other], atol=1e-11)
    close(table[place] @ table[place], 8)
