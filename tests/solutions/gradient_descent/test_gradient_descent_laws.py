"""Laws that hold for every descent, optimizer, loss and difference."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from solutions.gradient_descent import oracle

numbers = st.floats(-8, 8, allow_nan=False)
seeds = st.integers(0, 2**32 - 1)
rates = st.floats(0.01, 0.4)
close = np.testing.assert_allclose


def law(**strategies):
    """Try the law on drawn examples; a busy machine's slowness breaks no law."""

    def decorate(test):
        limits = settings(max_examples=60, deadline=None)
        return limits(given(**strategies)(test))

    return decorate


def some(seed, *shapes):
    rng = np.random.default_rng(seed)
    return [rng.normal(size=shape) for shape in shapes]


# --- walks ----------------------------------------------------------------------------


@law(x0=numbers, eta=rates, steps=st.integers(0, 12))
def test_a_parabola_shrinks_by_the_same_factor_at_each_step(x0, eta, steps):
    walk = oracle.descend(oracle.parabola_gradient, x0, eta, steps)
    close(walk, x0 * (1 - 2 * eta) ** np.arange(steps + 1), rtol=1e-12, atol=1e-12)


@law(seed=seeds, eta=rates, first=st.integers(0, 5), second=st.integers(0, 5))
def test_a_walk_goes_on_where_it_stopped(seed, eta, first, second):
    (x0,) = some(seed, 2)
    slope = oracle.bowl_gradient
    whole = oracle.descend(slope, x0, eta, first + second)
    begun = oracle.descend(slope, x0, eta, first)
    np.testing.assert_array_equal(whole[: first + 1], begun)
    np.testing.assert_array_equal(
        whole[first:], oracle.descend(slope, begun[-1], eta, second)
    )


@law(seed=seeds, eta=st.floats(0.01, 0.49))
def test_no_step_in_the_bowl_goes_up_at_a_small_rate(seed, eta):
    (x0,) = some(seed, 2)
    heights = oracle.bowl(oracle.descend(oracle.bowl_gradient, x0, eta, 8).T)
    assert np.all(np.diff(heights) <= 1e-12)


@law(seed=seeds, steps=st.integers(0, 6))
def test_without_noise_and_at_a_steady_rate_sgd_is_plain_descent(seed, steps):
    (x0,) = some(seed, 2)
    noise = np.zeros((steps, 2))
    walk = oracle.sgd(oracle.bowl_gradient, x0, oracle.steady, noise)
    close(walk, oracle.descend(oracle.bowl_gradient, x0, 0.1, steps), rtol=1e-14)


@law(seed=seeds)
def test_noise_is_carried_into_x_by_the_learning_rate(seed):
    x0, noise = some(seed, 3, (1, 3))
    slope = oracle.parabola_gradient
    walk = oracle.sgd(slope, x0, oracle.cooling, noise)
    calm = oracle.sgd(slope, x0, oracle.cooling, 0 * noise)
    close(walk[1] - calm[1], -0.2 * noise[0], rtol=1e-9, atol=1e-12)


@law(eta0=st.floats(0.01, 9), k=st.floats(0, 3), alpha=st.floats(0.1, 3))
def test_schedules_begin_at_eta0_and_never_rise(eta0, k, alpha):
    for schedule in (
        oracle.exponential_decay(eta0, k),
        oracle.polynomial_decay(eta0, k, alpha),
    ):
        values = [schedule(t) for t in range(9)]
        assert values[0] == eta0
        assert np.all(np.diff(values) <= 0)


@law(eta0=st.floats(0.01, 9), k=st.floats(0, 3), s=st.floats(0, 5), t=st.floats(0, 5))
def test_exponential_decay_turns_sums_into_products(eta0, k, s, t):
    schedule = oracle.exponential_decay(eta0, k)
    close(schedule(s + t) * eta0, schedule(s) * schedule(t), rtol=1e-10)


# --- optimizers -----------------------------------------------------------------------


@law(seed=seeds, eta=rates)
def test_momentum_without_memory_is_plain_descent(seed, eta):
    x, v, g = some(seed, 4, 4, 4)
    new, velocity = oracle.momentum_step(x, v, g, eta, beta=0)
    close(new, x - eta * g)
    close(velocity, g)


@law(seed=seeds, beta=st.floats(0, 0.95))
def test_a_constant_gradient_builds_up_a_geometric_series(seed, beta):
    (g,) = some(seed, 3)
    x, v = np.zeros(3), np.zeros(3)
    for _ in range(6):
        x, v = oracle.momentum_step(x, v, g, 0.1, beta)
    close(v, g * sum(beta**power for power in range(6)), rtol=1e-12)


@law(seed=seeds, factor=st.floats(0.1, 100))
def test_steps_divided_by_gradients_do_not_see_their_scale(seed, factor):
    x, g = some(seed, 4, 4)
    zero = np.zeros(4)
    for step, state in [
        (oracle.adagrad_step, zero),
        (oracle.rmsprop_step, zero),
        (oracle.adam_step, (zero, zero, 0)),
    ]:
        small, _ = step(x, state, g, 0.1, eps=0)
        large, _ = step(x, state, factor * g, 0.1, eps=0)
        close(small, large, rtol=1e-9, atol=1e-12)


@law(
    seed=seeds, beta1=st.floats(0, 0.99), beta2=st.floats(0, 0.999), n=st.integers(1, 8)
)
def test_corrected_means_of_a_constant_gradient_are_the_gradient(seed, beta1, beta2, n):
    # So that each step of Adam has the length of the learning rate.
    (g,) = some(seed, 3)
    x, state = np.zeros(3), (np.zeros(3), np.zeros(3), 0)
    for _ in range(n):
        x, state = oracle.adam_step(x, state, g, 0.1, beta1, beta2, eps=0)
    close(x, -0.1 * n * np.sign(g), rtol=1e-7)
    assert state[2] == n


@law(seed=seeds)
def test_adam_without_memory_is_rmsprop_without_memory(seed):
    x, s, g = some(seed, 4, 4, 4)
    adam, _ = oracle.adam_step(x, (s, s**2, 3), g, 0.1, beta1=0, beta2=0, eps=0.1)
    rmsprop, _ = oracle.rmsprop_step(x, s**2, g, 0.1, rho=0, eps=0.1)
    close(adam, rmsprop, rtol=1e-12)


# --- loss, gradient and differences ---------------------------------------------------


@law(seed=seeds, m=st.integers(1, 6), d=st.integers(1, 4))
def test_data_said_twice_change_neither_loss_nor_gradient(seed, m, d):
    w, X, y = some(seed, d, (m, d), m)
    twice = np.concatenate([X, X]), np.concatenate([y, y])
    close(oracle.mse_loss(w, 0.3, *twice), oracle.mse_loss(w, 0.3, X, y))
    for one, two in zip(
        oracle.mse_gradient(w, 0.3, X, y),
        oracle.mse_gradient(w, 0.3, *twice),
        strict=True,
    ):
        close(one, two, atol=1e-12)


@law(seed=seeds, d=st.integers(1, 4))
def test_along_a_line_the_loss_is_its_own_taylor_series(seed, d):
    w, X, y, step = some(seed, d, (5, d), 5, d)
    dw, db = oracle.mse_gradient(w, 0.3, X, y)
    bend = np.mean((X @ step + 0.7) ** 2) / 2
    rise = oracle.mse_loss(w + step, 1.0, X, y) - oracle.mse_loss(w, 0.3, X, y)
    close(rise, dw @ step + 0.7 * db + bend, rtol=1e-9, atol=1e-9)


@law(seed=seeds, h=st.sampled_from([0.5, 0.125]))
def test_central_differences_are_exact_on_quadratic_functions(seed, h):
    matrix, slope, x = some(seed, (3, 3), 3, 3)
    got = oracle.numerical_gradient(lambda x: x @ matrix @ x + slope @ x, x, h)
    close(got, (matrix + matrix.T) @ x + slope, rtol=1e-9, atol=1e-9)


@law(seed=seeds)
def test_the_error_is_symmetric_without_a_scale_and_between_0_and_1(seed):
    a, n = some(seed, 4, 4)
    error = oracle.gradient_error(a, n)
    assert 0 <= error <= 1
    assert math.isclose(error, oracle.gradient_error(n, a))
    assert math.isclose(error, oracle.gradient_error(8 * a, 8 * n))


@law(seed=seeds, runs=st.integers(1, 6))
def test_the_best_run_is_one_of_the_runs_and_none_ends_lower(seed, runs):
    rng = np.random.default_rng(seed)
    starts, etas = rng.uniform(-12, 12, runs), rng.uniform(0.01, 0.3, runs)
    best = oracle.best_run(oracle.wave, oracle.wave_gradient, starts, etas, 5)
    each = [
        oracle.descend(oracle.wave_gradient, x0, eta, 5)
        for x0, eta in zip(starts, etas, strict=True)
    ]
    assert any(np.array_equal(best, run) for run in each)
    assert oracle.wave(best[-1]) == min(oracle.wave(run[-1]) for run in each)


@law(seed=seeds, d=st.integers(1, 4))
def test_a_fit_never_ends_worse_than_it_began(seed, d):
    X, y = some(seed, (6, d), 6)
    eta = 1 / (1 + np.linalg.norm(X) ** 2 / 6)
    losses = [oracle.mse_loss(*oracle.fit_line(X, y, eta, n), X, y) for n in range(5)]
    assert np.all(np.diff(losses) <= 1e-12)
