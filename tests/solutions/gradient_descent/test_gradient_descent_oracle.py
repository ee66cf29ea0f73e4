"""The oracle against values worked by hand, the lecture's, and central differences."""

from __future__ import annotations

import math

import numpy as np
import pytest
import scipy.optimize

from solutions.gradient_descent import oracle

allclose = np.testing.assert_allclose


# --- the walk -------------------------------------------------------------------------


@pytest.mark.parametrize(("eta", "factor"), [(0.2, 0.6), (0.05, 0.9)])
def test_parabola_of_the_lecture_shrinks_by_one_factor(eta, factor):
    walk = oracle.descend(oracle.parabola_gradient, 10.0, eta, 10)
    allclose(walk, 10 * factor ** np.arange(11), rtol=1e-14)


def test_bowl_of_the_lecture_shrinks_by_a_factor_on_each_axis():
    walk = oracle.descend(oracle.bowl_gradient, np.array([-5, -2]), 0.1, 20)
    powers = np.arange(21)[:, None]
    allclose(walk, [-5, -2] * np.array([0.8, 0.6]) ** powers, rtol=1e-14)


def test_walk_in_a_matrix_by_hand():
    walk = oracle.descend(lambda x: np.full_like(x, 2), np.zeros((2, 3)), 0.5, 2)
    assert walk.shape == (3, 2, 3)
    assert walk[:, 1, 2].tolist() == [0, -1, -2]


def test_no_step_leaves_the_start_as_a_float():
    walk = oracle.descend(oracle.parabola_gradient, 7, 0.1, 0)
    assert walk.tolist() == [7.0]
    assert walk.dtype == np.float64


def test_the_start_is_not_changed():
    x0 = np.array([-5.0, -2.0])
    oracle.descend(oracle.bowl_gradient, x0, 0.1, 3)
    oracle.sgd(oracle.bowl_gradient, x0, oracle.steady, np.ones((3, 2)))
    assert x0.tolist() == [-5, -2]


@pytest.mark.parametrize(
    ("eta", "steps"), [(0, 1), (-0.1, 1), (math.nan, 1), (0.1, -1)]
)
def test_descend_refuses(eta, steps):
    with pytest.raises(ValueError, match="no descent"):
        oracle.descend(oracle.parabola_gradient, 1.0, eta, steps)


# --- schedules and noise --------------------------------------------------------------


def test_schedules_of_the_text():
    assert math.isclose(oracle.exponential_decay(0.5, 0.1)(10), 0.5 / math.e)
    assert oracle.polynomial_decay(0.5, 3, 0.5)(5) == 0.125
    assert oracle.exponential_decay(0.5, 0.1)(0) == 0.5
    assert oracle.polynomial_decay(7, 2, 1)(3) == 1.0
    assert oracle.cooling(8) == 0.05


def test_rates_list_what_schedules_give():
    assert oracle.polynomial_rates(7, 2, 1, [3, 0]).tolist() == [1, 7]
    assert oracle.exponential_rates(2, 0, [3, 0]).tolist() == [2, 2]


@pytest.mark.parametrize(("eta0", "k"), [(0, 1), (-1, 1), (1, -1)])
def test_schedules_refuse_at_once(eta0, k):
    with pytest.raises(ValueError, match="invalid: eta0="):
        oracle.exponential_decay(eta0, k)
    with pytest.raises(ValueError, match="invalid: eta0="):
        oracle.polynomial_decay(eta0, k, 1)


def test_noisy_steps_by_hand():
    # 1 - 0.5 (2 + 1) = -0.5;  -0.5 - 0.25 (-1 - 3) = 0.5
    walk = oracle.sgd(
        oracle.parabola_gradient,
        np.array([1.0]),
        lambda t: 0.5 / (1 + t),
        np.array([[1.0], [-3.0]]),
    )
    assert walk.tolist() == [[1], [-0.5], [0.5]]


@pytest.mark.parametrize("shape", [(3, 1), (3, 4), (2,), (3, 2, 1)], ids=str)
def test_sgd_refuses_noise_of_another_length(shape):
    with pytest.raises(ValueError, match="noise of shape"):
        oracle.sgd(oracle.bowl_gradient, np.ones(2), oracle.steady, np.ones(shape))


# --- steps by hand --------------------------------------------------------------------

X, G = np.array([1.0, -2.0]), np.array([2.0, -4.0])


def test_momentum_by_hand():
    x, v = oracle.momentum_step(X, np.array([1.0, 3.0]), G, 0.1, beta=0.5)
    assert v.tolist() == [2.5, -2.5]
    allclose(x, [0.75, -1.75])


def test_adagrad_by_hand():
    x, s = oracle.adagrad_step(X, np.array([5.0, 9.0]), G, 0.1, eps=1.0)
    assert s.tolist() == [9, 25]
    allclose(x, [1 - 0.1 * 2 / 4, -2 + 0.1 * 4 / 6])


def test_rmsprop_by_hand():
    x, s = oracle.rmsprop_step(X, np.array([14.0, 34.0]), G, 0.1, rho=0.5, eps=1.0)
    assert s.tolist() == [9, 25]
    allclose(x, [1 - 0.1 * 2 / 4, -2 + 0.1 * 4 / 6])


def test_first_step_of_adam_is_the_learning_rate():
    x, (m, v, t) = oracle.adam_step(X, (0 * X, 0 * X, 0), G, 0.1)
    allclose(x, [0.9, -1.9], rtol=1e-8)
    allclose(m, 0.1 * G)
    allclose(v, 0.001 * G**2)
    assert t == 1


def test_third_step_of_adam_by_hand():
    # m = (1.25, -1.5), v = (3.25, 4.1875); 1 - 0.5^3 = 0.875, 1 - 0.75^3 = 0.578125
    state = np.array([0.5, 1.0]), np.array([3.0, 0.25]), 2
    x, (m, v, t) = oracle.adam_step(X, state, G, 0.1, beta1=0.5, beta2=0.75, eps=0.5)
    assert m.tolist() == [1.25, -1.5]
    assert v.tolist() == [3.25, 4.1875]
    assert t == 3
    roots = np.sqrt(np.array([3.25, 4.1875]) / 0.578125)
    allclose(x, X - 0.1 * np.array([1.25, -1.5]) / 0.875 / (roots + 0.5))


# --- the loss and its gradient --------------------------------------------------------


def test_loss_and_gradient_by_hand():
    data = np.array([[1.0, 2.0], [0.0, 1.0], [2.0, 0.0]]), np.array([-1.0, 1.0, 0.0])
    w, b = np.array([2.0, -1.0]), 1.0
    assert oracle.mse_loss(w, b, *data) == 5
    dw, db = oracle.mse_gradient(w, b, *data)
    allclose(dw, [4, 1])
    assert db == 2


@pytest.mark.parametrize(("m", "d"), [(7, 3), (3, 5), (4, 4), (1, 2)])
def test_gradient_agrees_with_central_differences(m, d):
    rng = np.random.default_rng(7)
    X, y, theta = rng.normal(size=(m, d)), rng.normal(size=m), rng.normal(size=d + 1)

    def loss(theta):
        return oracle.mse_loss(theta[:-1], theta[-1], X, y)

    dw, db = oracle.mse_gradient(theta[:-1], theta[-1], X, y)
    numerical = oracle.numerical_gradient(loss, theta)
    assert oracle.gradient_error(np.append(dw, db), numerical) < 1e-9
    allclose(scipy.optimize.approx_fprime(theta, loss), numerical, atol=1e-6)


@pytest.mark.parametrize(
    ("function", "gradient", "x"),
    [
        (oracle.bowl, oracle.bowl_gradient, np.array([-5.0, -2.0])),
        (lambda x: oracle.wave(x[0]), oracle.wave_gradient, np.array([9.0])),
        (lambda x: oracle.parabola(x[0]), oracle.parabola_gradient, np.array([3.0])),
    ],
    ids=["bowl", "wave", "parabola"],
)
def test_given_gradients_agree_with_central_differences(function, gradient, x):
    numerical = oracle.numerical_gradient(function, x)
    assert oracle.gradient_error(gradient(x), numerical) < 1e-9


def test_central_differences_are_exact_on_squares_and_see_one_axis_each():
    got = oracle.numerical_gradient(oracle.bowl, np.array([1.5, -0.5]), 0.25)
    assert got.tolist() == [3, -2]


def test_central_differences_of_a_cube_are_off_by_the_square_of_h():
    got = oracle.numerical_gradient(lambda x: x[0] ** 3, np.array([2.0]), 0.5)
    assert got.tolist() == [12 + 0.5**2]


@pytest.mark.parametrize(
    ("a", "n", "error"),
    [
        ([3.0, 4.0], [5.0, 12.0], math.sqrt(68) / 18),
        ([1.0, -2.0], [1.0, -2.0], 0),
        ([1.0, -2.0], [-1.0, 2.0], 1),
        ([0.0, 0.0], [0.0, 0.0], 0),
        ([0.0, 0.0], [1.0, 0.0], 1),
    ],
    ids=["by hand", "equal", "opposite", "both zero", "one zero"],
)
def test_gradient_error(a, n, error):
    assert math.isclose(oracle.gradient_error(np.array(a), np.array(n)), error)


@pytest.mark.parametrize("name", ["mse_loss", "mse_gradient"])
def test_the_loss_refuses_data_that_do_not_fit(name):
    for X, y in [((5, 2), 5), ((5, 4), 5), ((5, 3), 4), ((5, 3), 1), ((3, 5), 5)]:
        with pytest.raises(ValueError, match="3 weights"):
            getattr(oracle, name)(np.ones(3), 0.0, np.ones(X), np.ones(y))


def test_the_gradient_check_refuses():
    with pytest.raises(ValueError, match="h must be positive, got 0"):
        oracle.numerical_gradient(oracle.bowl, np.ones(2), 0)
    with pytest.raises(ValueError, match="gradients of shapes"):
        oracle.gradient_error(np.ones(3), np.ones((3, 1)))


# --- several runs ---------------------------------------------------------------------


def wave_runs(starts, etas, steps=10):
    functions = oracle.wave, oracle.wave_gradient
    return oracle.best_run(*functions, np.array(starts), np.array(etas), steps)


def test_the_lecture_start_ends_well_with_small_steps_only():
    timid, bold = wave_runs([10.0], [0.1]), wave_runs([10.0], [2.0])
    assert oracle.wave(timid[-1]) < -6.8
    assert oracle.wave(bold[-1]) > -1.2
    assert np.array_equal(wave_runs([10.0, 10.0], [2.0, 0.1]), timid)


def test_the_lowest_end_wins_wherever_it_stands():
    starts, etas = [-9.0, 3.0, 10.0, 0.5], [0.1, 0.2, 0.1, 0.3]
    for turn in range(4):
        run = wave_runs(np.roll(starts, turn), np.roll(etas, turn))
        assert run[0] == -9


@pytest.mark.filterwarnings("ignore:.*encountered in:RuntimeWarning")
def test_runs_that_diverge_never_win():
    def f(x):
        return x**3 / 3 - x

    def gradient(x):
        return x**2 - 1

    run = oracle.best_run(f, gradient, np.array([-3.0, 0.2]), np.array([0.9, 0.2]), 14)
    assert run[0] == 0.2
    with pytest.raises(ValueError, match="no run ends at a finite value"):
        oracle.best_run(f, gradient, np.array([-3.0]), np.array([0.9]), 14)


@pytest.mark.parametrize(("starts", "etas"), [([], []), ([1.0], []), ([], [1.0])])
def test_best_run_refuses(starts, etas):
    with pytest.raises(ValueError, match="starts with"):
        wave_runs(starts, etas)


# --- a line ---------------------------------------------------------------------------


def test_a_fit_ends_at_least_squares():
    rng = np.random.default_rng(3)
    X, y = rng.normal(size=(9, 2)), rng.normal(size=9)
    best = np.linalg.lstsq(np.column_stack([X, np.ones(9)]), y)[0]
    w, b = oracle.fit_line(X, y, 0.3, 500)
    allclose(np.append(w, b), best, rtol=1e-9)


def test_two_steps_of_a_fit_by_hand():
    # First w = 0.25 * (2 * 1, 2 * 2) / 1, b = 0.5: the prediction 0.5 + 2 + 0.5 = 3.
    w, b = oracle.fit_line(np.array([[1.0, 2.0]]), np.array([2.0]), 0.25, 2)
    assert w.tolist() == [0.25, 0.5]
    assert b == 0.25
    assert b.shape == ()


# --- dtypes ---------------------------------------------------------------------------


def test_results_keep_the_dtype(dtype):
    x = np.array([1.5, -0.5], dtype)
    zero = np.zeros_like(x)
    bowl, slope = oracle.bowl, oracle.bowl_gradient
    noise, X = np.ones((3, 2), dtype), np.ones((4, 2), dtype)
    results = [
        oracle.descend(slope, x, 0.1, 2),
        oracle.sgd(slope, x, oracle.steady, noise),
        *oracle.momentum_step(x, x, x, 0.1),
        *oracle.adagrad_step(x, x**2, x, 0.1),
        *oracle.rmsprop_step(x, x**2, x, 0.1),
        oracle.adam_step(x, (zero, zero, 0), x, 0.1)[0],
        *oracle.adam_step(x, (zero, zero, 0), x, 0.1)[1][:2],
        oracle.mse_loss(x, 0.5, X, X[:, 0]),
        *oracle.mse_gradient(x, 0.5, X, X[:, 0]),
        oracle.numerical_gradient(bowl, x, 0.25),
        oracle.gradient_error(x, 2 * x),
        oracle.gradient_error(zero, zero),
        oracle.best_run(oracle.wave, oracle.wave_gradient, x, abs(x) / 9, 3),
        *oracle.fit_line(X, X[:, 0], 0.1, 2),
    ]
    assert {result.dtype for result in results} == {np.dtype(dtype)}
