"""The oracle against values worked by hand, and central differences."""

from __future__ import annotations

import inspect
import math

import numpy as np
import pytest

from solutions.attention import oracle

allclose = np.testing.assert_allclose
equal = np.testing.assert_array_equal


def some(*shapes, seed=1):
    rng = np.random.default_rng(seed)
    return [rng.normal(size=shape) for shape in shapes]


def layer(seed=1, *, batch=2, queries=3, keys=4, d_model=6):
    """x, memory and the four weights."""
    return some(
        (batch, queries, d_model),
        (batch, keys, d_model),
        *[(d_model, d_model)] * 4,
        seed=seed,
    )


# --- softmax --------------------------------------------------------------------------


def test_softmax_by_hand():
    weights = oracle.softmax(np.log([[1.0, 2.0, 1.0], [3.0, 1.0, 4.0]]))
    allclose(weights, [[1 / 4, 1 / 2, 1 / 4], [3 / 8, 1 / 8, 1 / 2]])


def test_masked_softmax_by_hand():
    mask = np.array([[True, False, True], [True, True, False]])
    weights = oracle.softmax(np.log([[1.0, 2.0, 3.0], [1.0, 2.0, 1.0]]), mask)
    allclose(weights, [[1 / 4, 0, 3 / 4], [1 / 3, 2 / 3, 0]])
    assert weights[0, 1] == weights[1, 2] == 0


def test_softmax_of_huge_scores(dtype):
    scores = np.array([[1e4, 1e4, -1e4], [-1e4, -1e4 - 1, -1e4]], dtype)
    e = math.exp(-1)
    expected = [[1 / 2, 1 / 2, 0], [1 / (2 + e), e / (2 + e), 1 / (2 + e)]]
    allclose(oracle.softmax(scores), expected, rtol=1e-6)


def test_the_highest_score_may_be_forbidden(dtype):
    scores = np.array([[0.0, 1e4, 0.0], [-1e4, 1e4, -1e4]], dtype)
    mask = np.array([True, False, True])
    equal(oracle.softmax(scores, mask), [[0.5, 0, 0.5]] * 2)


@pytest.mark.filterwarnings("error")
def test_rows_where_nothing_is_allowed_are_zero_without_a_warning(dtype):
    (scores,) = some((2, 3, 4))
    mask = np.ones((2, 3, 4), bool)
    mask[0, 1], mask[1] = False, False
    weights = oracle.softmax(scores.astype(dtype), mask)
    assert not weights[~mask].any()
    allclose(weights.sum(axis=-1), [[1, 0, 1], [0, 0, 0]], rtol=1e-6, atol=0)


# --- attention ------------------------------------------------------------------------


def test_attention_by_hand():
    q = np.array([[2 * math.log(3), 0, 0, 0]])  # scores log 3 and 0
    v = np.array([[4.0, 0.0, 8.0], [0.0, 4.0, 4.0]])
    out, weights = oracle.attention(q, np.eye(2, 4), v)
    allclose(weights, [[3 / 4, 1 / 4]])
    allclose(out, [[3, 1, 7]])


def test_one_key_takes_it_all():
    q, k, v = some((2, 3, 4), (2, 1, 4), (2, 1, 5))
    out, weights = oracle.attention(q, k, v)
    equal(weights, np.ones((2, 3, 1)))
    equal(out, np.broadcast_to(v, (2, 3, 5)))


def test_attention_is_the_formula():
    q, k, v = some((3, 4), (5, 4), (5, 2))
    powers = np.exp(q @ k.T / 2)
    expected = powers / powers.sum(axis=1, keepdims=True)
    out, weights = oracle.attention(q, k, v)
    allclose(weights, expected)
    allclose(out, expected @ v)


@pytest.mark.parametrize(
    ("shapes", "message"),
    [
        (((3, 4), (5, 3), (5, 2)), "queries are 4 wide, keys 3"),
        (((3, 4), (5, 1), (5, 2)), "queries are 4 wide, keys 1"),
        (((3, 4), (5, 4), (1, 2)), "5 keys for 1 values"),
        (((3, 4), (1, 4), (5, 2)), "1 keys for 5 values"),
    ],
    ids=["keys-narrow", "keys-of-one", "one-value", "one-key"],
)
def test_attention_refuses(shapes, message):
    with pytest.raises(ValueError, match=message):
        oracle.attention(*some(*shapes))


# --- masks ----------------------------------------------------------------------------


def test_a_causal_mask_by_hand():
    mask = oracle.causal_mask(3)
    assert mask.dtype == bool
    equal(mask, [[True, False, False], [True, True, False], [True, True, True]])
    equal(oracle.causal_mask(1), [[True]])


@pytest.mark.parametrize("length", [0, -1])
def test_a_causal_mask_refuses(length):
    with pytest.raises(ValueError, match=f"at least 1, got {length}"):
        oracle.causal_mask(length)


# --- heads ----------------------------------------------------------------------------


def test_heads_by_hand():
    x = np.arange(8.0).reshape(1, 2, 4)
    parts = oracle.split_heads(x, 2)
    equal(parts, [[[[0, 1], [4, 5]], [[2, 3], [6, 7]]]])
    equal(oracle.join_heads(parts), x)


@pytest.mark.parametrize("heads", [0, -2, 4, 12])
def test_heads_refuse(heads):
    with pytest.raises(ValueError, match=f"divide 6, got {heads}"):
        oracle.split_heads(np.ones((1, 2, 6)), heads)
    with pytest.raises(ValueError, match=f"divide 6, got {heads}"):
        oracle.multi_head(*layer(), heads)


def test_one_head_of_identities_is_attention():
    x, memory, *_ = layer()
    one = np.eye(6)
    expected, _ = oracle.attention(x, memory, memory)
    allclose(oracle.multi_head(x, memory, one, one, one, one, 1), expected)


def test_heads_by_columns():
    x, memory, Wq, Wk, Wv, Wo = layer()
    mask = np.random.default_rng(3).random((2, 3, 4)) < 0.6
    expected = 0
    for own in (slice(0, 2), slice(2, 4), slice(4, 6)):
        q, k, v = x @ Wq[:, own], memory @ Wk[:, own], memory @ Wv[:, own]
        expected = expected + oracle.attention(q, k, v, mask)[0] @ Wo[own]
    allclose(oracle.multi_head(x, memory, Wq, Wk, Wv, Wo, 3, mask), expected)


def test_a_mask_is_for_samples_not_for_heads():
    arrays = layer(batch=3)
    mask = np.random.default_rng(3).random((3, 3, 4)) < 0.6
    whole = oracle.multi_head(*arrays, 3, mask)
    for sample in range(3):
        x, memory = (array[sample : sample + 1] for array in arrays[:2])
        one = oracle.multi_head(x, memory, *arrays[2:], 3, mask[sample])
        allclose(whole[sample], one[0])


@pytest.mark.parametrize("masked", [False, True], ids=["all", "masked"])
@pytest.mark.parametrize("heads", [1, 2, 3, 6])
def test_gradients_are_central_differences(heads, masked):
    arrays = layer(seed=heads)
    mask = None
    if masked:
        mask = np.random.default_rng(heads).random((2, 3, 4)) < 0.5
        mask[0, 1] = False  # a query that sees nothing
    (cotangent,) = some((2, 3, 6), seed=9)

    def loss(*arrays):
        return np.sum(oracle.multi_head(*arrays, heads, mask) * cotangent)

    got = oracle.multi_head_vjp(cotangent, *arrays, heads, mask)
    assert [g.shape for g in got] == [a.shape for a in arrays]
    for position, array in enumerate(arrays):
        expected, h = np.zeros_like(array), 1e-5
        for place in np.ndindex(array.shape):
            ends = []
            for step in (h, -h):
                moved = [other.copy() for other in arrays]
                moved[position][place] += step
                ends.append(loss(*moved))
            expected[place] = (ends[0] - ends[1]) / (2 * h)
        allclose(got[position], expected, rtol=1e-6, atol=1e-8)


# --- places ---------------------------------------------------------------------------


def test_places_by_hand():
    sin, cos = math.sin, math.cos
    expected = [
        [0, 1, 0, 1],
        [sin(1), cos(1), sin(0.01), cos(0.01)],
        [sin(2), cos(2), sin(0.02), cos(0.02)],
    ]
    table = oracle.positional_encoding(3, 4)
    allclose(table, expected, rtol=1e-14)
    assert table.dtype == np.float64


@pytest.mark.parametrize(
    ("length", "d_model", "message"),
    [
        (0, 4, "length must be at least 1, got 0"),
        (-3, 4, "length must be at least 1, got -3"),
        (3, 5, "d_model must be even and at least 2, got 5"),
        (3, 0, "d_model must be even and at least 2, got 0"),
        (3, -2, "d_model must be even and at least 2, got -2"),
    ],
)
def test_places_refuse(length, d_model, message):
    with pytest.raises(ValueError, match=message):
        oracle.positional_encoding(length, d_model)


# --- manners --------------------------------------------------------------------------


def test_every_function_keeps_the_dtype_and_its_inputs(dtype):
    arrays = [array.astype(dtype) for array in layer()]
    mask = np.random.default_rng(3).random((2, 3, 4)) < 0.6
    before = [array.copy() for array in (*arrays, mask)]
    x, memory, *_ = arrays
    parts = oracle.split_heads(x, 3)
    out = oracle.multi_head(*arrays, 3, mask)
    results = [
        oracle.softmax(x),
        *oracle.attention(x, memory, memory, mask),
        parts,
        oracle.join_heads(parts),
        oracle.split_heads(x, 1),
        oracle.join_heads(parts[:, :1]),
        out,
        *oracle.multi_head_vjp(out, *arrays, 3, mask),
    ]
    assert {result.dtype for result in results} == {np.dtype(dtype)}
    given = (*arrays, mask, parts)
    assert not any(np.shares_memory(r, a) for r in results for a in given if r is not a)
    for after, was in zip((*arrays, mask), before, strict=True):
        equal(after, was)


def test_public_names_are_what_all_says():
    functions = {
        name
        for name, value in vars(oracle).items()
        if inspect.isfunction(value) and not name.startswith("_")
    }
    assert functions == set(oracle.__all__)
