"""Laws that hold for all inputs, by hypothesis."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from solutions.gan import oracle

allclose = np.testing.assert_allclose
fast = settings(max_examples=60, deadline=None)


def numbers(size, low=-1e4, high=1e4):
    return arrays(np.float64, size, elements=st.floats(low, high))


logits = st.integers(1, 9).flatmap(numbers)


@st.composite
def densities(draw):
    """Two distributions over the same outcomes; some never happen."""
    n = draw(st.integers(2, 8))
    weights = [np.round(draw(numbers(n, 0, 1)), 6) for _ in range(2)]
    return tuple((w + 1e-3 * np.eye(n)[0]) / (w.sum() + 1e-3) for w in weights)


@fast
@given(s=logits)
def test_exchanging_labels_is_exchanging_signs(s):
    targets = np.linspace(0, 1, len(s))
    got = oracle.bce_with_logits(-s, 1 - targets)
    allclose(got, oracle.bce_with_logits(s, targets), rtol=1e-12)


@fast
@given(s=logits)
def test_the_cross_entropy_is_linear_in_the_targets(s):
    ones, half = np.ones_like(s), np.full_like(s, 0.5)
    ends = oracle.bce_with_logits(s, ones) + oracle.bce_with_logits(s, 0 * ones)
    allclose(2 * oracle.bce_with_logits(s, half), ends, rtol=1e-12)


@fast
@given(s=logits)
def test_losses_are_finite_and_have_their_sign(s):
    assert 0 <= oracle.generator_loss(s) < np.inf
    assert -np.inf < oracle.generator_loss_saturating(s) <= 0
    assert 0 <= oracle.discriminator_loss(s, -s) < np.inf


@fast
@given(s=logits)
def test_the_generators_losses_differ_by_the_mean_logit(s):
    gap = oracle.generator_loss(s) - oracle.generator_loss_saturating(s)
    allclose(gap, np.mean(np.logaddexp(0, s) * 2 - s), rtol=1e-9, atol=1e-9)


@fast
@given(s=logits)
def test_the_two_gradients_of_the_generator_share_one_pull(s):
    one = oracle.generator_loss_gradient(s)
    other = oracle.generator_loss_saturating_gradient(s)
    assert np.all(one <= 0)
    assert np.all(other <= 0)
    allclose(one + other, -1 / len(s), rtol=1e-12)


@fast
@given(s=logits)
def test_fakes_pull_discriminator_and_generator_apart(s):
    _, fake = oracle.discriminator_loss_gradient(s, s)
    assert np.array_equal(fake, -oracle.generator_loss_saturating_gradient(s))


@fast
@given(pq=densities(), data=st.data())
def test_no_discriminator_earns_more_than_the_best(pq, data):
    p, q = pq
    d = data.draw(numbers(len(p), 0, 1))
    best = oracle.value_function(oracle.optimal_discriminator(p, q), p, q)
    assert oracle.value_function(d, p, q) <= best + 1e-12


@fast
@given(pq=densities())
def test_the_best_value_is_a_divergence_above_minus_log_four(pq):
    p, q = pq
    value = oracle.value_function(oracle.optimal_discriminator(p, q), p, q)
    assert -np.log(4) - 1e-12 <= value <= 1e-12
    middle = (p + q) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = [np.where(r > 0, r * np.log(r / middle), 0).sum() for r in pq]
    allclose(value, sum(parts) - np.log(4), atol=1e-9)


@fast
@given(pq=densities())
def test_exchanging_densities_is_exchanging_answers(pq):
    p, q = pq
    got = oracle.optimal_discriminator(p, q) + oracle.optimal_discriminator(q, p)
    allclose(got, 1, rtol=1e-12)


@fast
@given(
    n=st.integers(1, 30), k=st.integers(1, 7), s=st.integers(1, 5), same=st.booleans()
)
def test_a_convolution_undoes_the_shape_of_a_transposed_one(n, k, s, same):
    layer = (k, k), (s, s), "same" if same else "valid"
    larger = oracle.transposed_shape((n, n, 3), 2, *layer)
    assert oracle.convolution_shape(larger, 3, *layer) == (n, n, 3)


@fast
@given(p=numbers(4), q=numbers(4), n=st.integers(2, 12))
def test_walks_begin_and_end_where_they_should_in_even_steps(p, q, n):
    walk = oracle.interpolation(p, q, n)
    assert walk.shape == (n, 4)
    assert np.array_equal(walk[0], p)
    assert np.array_equal(walk[-1], q)
    allclose(walk, oracle.interpolation(q, p, n)[::-1], atol=1e-8)
    allclose(np.diff(walk, axis=0), np.tile((q - p) / (n - 1), (n - 1, 1)), atol=1e-8)


@fast
@given(data=st.data(), n=st.integers(1, 9))
def test_the_distance_is_one(data, n):
    a, b, c = (data.draw(numbers(n, -100, 100)) for _ in range(3))
    assert oracle.distance(a, np.roll(a, 1)) == 0
    assert (
        oracle.distance(a, b)
        == oracle.distance(b, a)
        >= abs(a.mean() - b.mean()) - 1e-9
    )
    direct = oracle.distance(a, c)
    assert direct <= oracle.distance(a, b) + oracle.distance(b, c) + 1e-9
    allclose(oracle.distance(a + 3, b + 3), oracle.distance(a, b), atol=1e-9)
