"""Laws that hold for every activation, network, graph and training."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from solutions.backpropagation import oracle

numbers = st.floats(-1e4, 1e4, allow_nan=False)
seeds = st.integers(0, 2**32 - 1)
sizes = st.integers(1, 5)
names = st.sampled_from(list(oracle.ACTIVATIONS))
close = np.testing.assert_allclose


def law(**strategies):
    """Try the law on drawn examples; a busy machine's slowness breaks no law."""

    def decorate(test):
        limits = settings(max_examples=40, deadline=None)
        return limits(given(**strategies)(test))

    return decorate


def some(seed, *shapes):
    rng = np.random.default_rng(seed)
    return [rng.normal(size=shape) for shape in shapes]


# --- activations ----------------------------------------------------------------------


@law(x=numbers)
def test_sigmoid_and_tanh_have_their_symmetries(x):
    x = np.array([x])
    close(oracle.sigmoid(-x), 1 - oracle.sigmoid(x), rtol=1e-12, atol=1e-15)
    close(oracle.tanh(-x), -oracle.tanh(x), rtol=1e-15)
    close(oracle.tanh(x), 2 * oracle.sigmoid(2 * x) - 1, rtol=1e-12, atol=1e-15)


@law(x=numbers)
def test_swish_of_opposite_numbers_differs_by_the_number(x):
    x = np.array([x])
    close(oracle.swish(x) - oracle.swish(-x), x, rtol=1e-12, atol=1e-15)


@law(x=numbers, alpha=st.floats(0, 1))
def test_relus_split_a_number_into_its_parts(x, alpha):
    x = np.array([x])
    close(oracle.relu(x) - oracle.relu(-x), x)
    close(oracle.leaky_relu(x, alpha), oracle.relu(x) - alpha * oracle.relu(-x))


@law(x=numbers, name=names)
def test_slopes_lie_in_their_bounds(x, name):
    low, high = {"sigmoid": (0, 0.25), "swish": (-0.1, 1.1)}.get(name, (0, 1))
    slope = oracle.ACTIVATION_GRADIENTS[name](np.array([x]))
    assert low <= slope[0] <= high


@law(seed=seeds, n=sizes, size=st.floats(0.1, 1e4), shift=numbers)
def test_softmax_gives_probabilities_that_do_not_see_a_shift(seed, n, size, shift):
    (x,) = some(seed, (3, n))
    p = oracle.softmax(size * x)
    assert (p >= 0).all()
    close(p.sum(axis=1), 1, rtol=1e-12)
    close(oracle.softmax(x + shift), oracle.softmax(x), rtol=1e-9, atol=1e-15)


@law(seed=seeds, n=sizes)
def test_jacobian_is_symmetric_and_keeps_the_sum_of_probabilities(seed, n):
    (x,) = some(seed, n)
    jacobian = oracle.softmax_jacobian(x)
    close(jacobian, jacobian.T, rtol=1e-15)
    close(jacobian.sum(axis=0), 0, atol=1e-15)


# --- networks -------------------------------------------------------------------------


@law(seed=seeds, m=sizes, d=sizes, h=sizes, k=sizes)
def test_a_collapsed_network_is_the_linear_one(seed, m, d, h, k):
    X, *weights = some(seed, (m, d), (d, h), (h,), (h, k), (k,))
    W, b = oracle.collapse(*weights)
    linear = (X @ weights[0] + weights[1]) @ weights[2] + weights[3]
    close(X @ W + b, linear, rtol=1e-9, atol=1e-12)
    out, _ = oracle.mlp_forward(X, *weights, "relu")
    lower, _ = oracle.mlp_forward(
        X, -weights[0], -weights[1], -weights[2], 0 * weights[3], "relu"
    )
    close(out + lower, linear, rtol=1e-9, atol=1e-12)  # relu(z) - relu(-z) = z


@law(seed=seeds, m=sizes, d=sizes, h=sizes, k=sizes, name=names)
def test_order_of_samples_does_not_change_gradients(seed, m, d, h, k, name):
    X, Y, *weights = some(seed, (m, d), (m, k), (d, h), (h,), (h, k), (k,))
    order = np.random.default_rng(seed).permutation(m)
    results = []
    for rows in (np.arange(m), order):
        out, cache = oracle.mlp_forward(X[rows], *weights, name)
        results.append(oracle.mlp_backward(out, Y[rows], cache, weights[2], name))
    for one, two in zip(*results, strict=True):
        close(one, two, rtol=1e-9, atol=1e-12)


@law(seed=seeds, m=sizes, name=names)
def test_a_batch_said_twice_has_the_same_gradients(seed, m, name):
    X, Y, *weights = some(seed, (m, 2), (m, 3), (2, 4), (4,), (4, 3), (3,))
    results = []
    for times in (1, 2):
        inputs, targets = np.tile(X, (times, 1)), np.tile(Y, (times, 1))
        out, cache = oracle.mlp_forward(inputs, *weights, name)
        results.append(oracle.mlp_backward(out, targets, cache, weights[2], name))
    for one, two in zip(*results, strict=True):
        close(one, two, rtol=1e-9, atol=1e-12)


@law(seed=seeds, name=names)
def test_gradients_tell_the_slope_in_every_direction(seed, name):
    X, Y, *weights = some(seed, (5, 2), (5, 3), (2, 4), (4,), (4, 3), (3,))
    direction = some(seed + 1, (2, 4), 4, (4, 3), 3)
    _, (_, Z, _) = oracle.mlp_forward(X, *weights, name)
    if np.abs(Z).min() < 1e-3:  # a corner of ReLU is near
        return

    def loss(t):
        moved = [w + t * v for w, v in zip(weights, direction, strict=True)]
        out, _ = oracle.mlp_forward(X, *moved, name)
        return ((out - Y) ** 2).sum() / (2 * len(X))

    out, cache = oracle.mlp_forward(X, *weights, name)
    gradients = oracle.mlp_backward(out, Y, cache, weights[2], name)
    slope = sum((g * v).sum() for g, v in zip(gradients, direction, strict=True))
    close((loss(1e-5) - loss(-1e-5)) / 2e-5, slope, rtol=1e-5, atol=1e-6)


@law(x=st.floats(0.1, 5), y=st.floats(0.1, 5))
def test_the_graph_is_symmetric_in_its_inputs(x, y):
    d, dx, dy = oracle.graph_gradients(x, y)
    close(oracle.graph_gradients(y, x), (d, dy, dx), rtol=1e-12)


@law(widths=st.lists(st.integers(1, 40), min_size=3, max_size=6))
def test_counts_of_two_halves_add_up(widths):
    whole = oracle.count_parameters(widths)
    halves = oracle.count_parameters(widths[:2]) + oracle.count_parameters(widths[1:])
    assert whole == halves


# --- training -------------------------------------------------------------------------


@law(
    losses=st.lists(st.integers(0, 6), min_size=1, max_size=15),
    patience=st.integers(1, 5),
)
def test_the_restored_epoch_is_the_first_best_of_those_seen(losses, patience):
    stop, best = oracle.early_stopping(losses, patience)
    seen = losses[: stop + 1]
    assert best == seen.index(min(seen))
    assert stop - best <= patience
    assert stop - best == patience or stop == len(losses) - 1


@law(
    losses=st.lists(st.integers(0, 6), min_size=1, max_size=15),
    patience=st.integers(1, 5),
)
def test_more_patience_never_stops_earlier_or_restores_worse(losses, patience):
    stop, best = oracle.early_stopping(losses, patience)
    later, better = oracle.early_stopping(losses, patience + 1)
    assert later >= stop
    assert losses[better] <= losses[best]


@law(seed=seeds, batch_size=st.integers(1, 7), epochs=st.integers(0, 3))
def test_training_depends_on_its_seed_only(seed, batch_size, epochs):
    X, Y, *weights = some(seed, (5, 2), (5, 1), (2, 3), (3,), (3, 1), (1,))
    settings = 0.1, epochs, batch_size, seed
    one = oracle.train_mlp(X, Y, tuple(weights), *settings)
    two = oracle.train_mlp(X, Y, tuple(weights), *settings)
    for ours, again in zip(one, two, strict=True):
        np.testing.assert_array_equal(ours, again)


@law(seed=seeds, n=st.integers(1, 4))
def test_single_batches_of_all_samples_never_raise_the_loss_at_a_small_rate(seed, n):
    X, Y, *weights = some(seed, (6, 2), (6, 1), (2, 3), (3,), (3, 1), (1,))

    def loss(epochs):
        trained = oracle.train_mlp(X, Y, tuple(weights), 0.01, epochs, 6, seed)
        out, _ = oracle.mlp_forward(X, *trained, "tanh")
        return ((out - Y) ** 2).sum()

    assert loss(n) <= loss(n - 1) + 1e-12
