"""The oracle against values worked by hand, the lecture's, and central differences."""

from __future__ import annotations

import math

import numpy as np
import pytest
import scipy.special

from solutions.backpropagation import oracle

allclose = np.testing.assert_allclose
LARGE = np.array([-1e4, -800.0, 800.0, 1e4])


def some(seed, *shapes):
    rng = np.random.default_rng(seed)
    return [rng.normal(size=shape) for shape in shapes]


def central_difference(f, array, h=1e-6):
    """Differentiate a number by each element of an array, which is moved in place."""
    result = np.zeros_like(array)
    for index in np.ndindex(array.shape):
        kept = array[index]
        array[index] = kept + h
        above = f()
        array[index] = kept - h
        result[index] = (above - f()) / (2 * h)
        array[index] = kept
    return result


# --- activations ----------------------------------------------------------------------


def test_activations_by_hand():
    x = np.array([-2.0, 0.0, 3.0])
    assert oracle.relu(x).tolist() == [0, 0, 3]
    assert oracle.leaky_relu(x, 0.25).tolist() == [-0.5, 0, 3]
    assert oracle.leaky_relu(x).tolist() == [-0.02, 0, 3]
    third = np.log(np.array([0.5, 1.0, 3.0]))
    allclose(oracle.sigmoid(third), [1 / 3, 1 / 2, 3 / 4], rtol=1e-15)
    allclose(oracle.tanh(third), [-3 / 5, 0, 4 / 5], rtol=1e-15)
    allclose(oracle.swish(third), third * [1 / 3, 1 / 2, 3 / 4], rtol=1e-15)


def test_softmax_by_hand():
    x = np.log(np.array([[1.0, 2.0, 5.0], [3.0, 3.0, 6.0]]))
    expected = [[1 / 8, 1 / 4, 5 / 8], [1 / 4, 1 / 4, 1 / 2]]
    allclose(oracle.softmax(x), expected, rtol=1e-15)
    allclose(oracle.softmax(x[0]), expected[0], rtol=1e-15)


def test_activations_are_those_of_scipy_and_numpy(dtype, close):
    x = np.linspace(-30, 30, 41, dtype=dtype)
    close(oracle.sigmoid(x), scipy.special.expit(x))
    close(oracle.tanh(x), np.tanh(x))
    rows = x[1:].reshape(5, 8)
    close(oracle.softmax(rows), scipy.special.softmax(rows, axis=1))


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", oracle.ACTIVATIONS)
def test_large_numbers_neither_overflow_nor_warn(dtype, name):
    x = LARGE.astype(dtype)
    for function in (oracle.ACTIVATIONS[name], oracle.ACTIVATION_GRADIENTS[name]):
        assert np.isfinite(function(x)).all()
    assert oracle.softmax(x).tolist() == [0, 0, 0, 1]
    assert not oracle.softmax_jacobian(x).any()
    assert oracle.sigmoid(x).tolist() == [0, 0, 1, 1]
    assert oracle.tanh(x).tolist() == [-1, -1, 1, 1]
    assert oracle.swish(x).tolist() == [0, 0, 800, 1e4]


@pytest.mark.parametrize("name", oracle.ACTIVATIONS)
def test_slopes_agree_with_central_differences(name):
    x = np.array([-3.1, -0.7, -0.01, 0.02, 0.9, 2.6])
    f, h = oracle.ACTIVATIONS[name], 1e-6
    by_difference = (f(x + h) - f(x - h)) / (2 * h)
    allclose(oracle.ACTIVATION_GRADIENTS[name](x), by_difference, atol=1e-9)


def test_slope_of_the_leaky_relu_is_alpha_where_x_is_negative():
    slopes = oracle.leaky_relu_gradient(np.array([-2.0, 5.0]), 0.3)
    assert slopes.tolist() == [0.3, 1]


def test_jacobian_agrees_with_central_differences_and_by_hand():
    jacobian = oracle.softmax_jacobian(np.log(np.array([1.0, 1.0, 2.0])))
    allclose(jacobian * 16, [[3, -1, -2], [-1, 3, -2], [-2, -2, 4]], rtol=1e-14)
    x, h = np.array([0.3, -1.2, 0.8, 2.0]), 1e-6
    moved = h * np.eye(4)
    columns = (oracle.softmax(x + moved) - oracle.softmax(x - moved)) / (2 * h)
    allclose(oracle.softmax_jacobian(x), columns.T, atol=1e-9)


# --- the network ----------------------------------------------------------------------


def test_collapse_by_hand():
    W, b = oracle.collapse(
        np.array([[1.0, 2.0]]),
        np.array([1.0, -1.0]),
        np.array([[1.0, 0.0], [3.0, -1.0]]),
        np.array([10.0, 20.0]),
    )
    assert W.tolist() == [[7, -2]]
    assert b.tolist() == [8, 21]


X = np.array([[1.0, 2.0], [-1.0, 1.0]])
W1, B1 = np.array([[-1.0, 2.0], [0.0, 2.0]]), np.array([1.0, -2.0])
W2, B2 = np.array([[2.0], [-1.0]]), np.array([1.0])


def test_forward_by_hand():
    out, cache = oracle.mlp_forward(X, W1, B1, W2, B2)
    assert out.tolist() == [[-3], [5]]
    assert [array.tolist() for array in cache] == [
        X.tolist(),
        [[0, 4], [2, -2]],
        [[0, 4], [2, 0]],
    ]


def test_backward_by_hand():
    Z = np.array([[-1.0, 4.0], [3.0, -2.0]])
    out, Y = np.array([[-3.0], [7.0]]), np.array([[1.0], [5.0]])
    gradients = oracle.mlp_backward(out, Y, (X, Z, np.maximum(Z, 0)), W2)
    # (out - Y) / 2 = ((-2), (1)); back through W2 and the slopes: ((0, 2), (2, 0))
    assert [gradient.tolist() for gradient in gradients] == [
        [[-2, 2], [2, 4]],
        [2, 2],
        [[3], [-8]],
        [-1],
    ]


@pytest.mark.parametrize("activation", oracle.ACTIVATIONS)
@pytest.mark.parametrize("sizes", [(7, 3, 5, 2), (4, 4, 4, 4), (1, 2, 3, 1)], ids=str)
def test_backward_agrees_with_central_differences(activation, sizes):
    m, d, h, k = sizes
    X, Y, *weights = some(3, (m, d), (m, k), (d, h), (h,), (h, k), (k,))

    def loss():
        out, _ = oracle.mlp_forward(X, *weights, activation)
        return ((out - Y) ** 2).sum() / (2 * m)

    out, cache = oracle.mlp_forward(X, *weights, activation)
    gradients = oracle.mlp_backward(out, Y, cache, weights[2], activation)
    for weight, gradient in zip(weights, gradients, strict=True):
        allclose(gradient, central_difference(loss, weight), rtol=1e-6, atol=1e-8)


def test_point_of_the_lecture():
    d, dx, dy = oracle.graph_gradients(2.0, 3.0)
    assert np.float32(d) == np.float32(0.15124513)
    h = 1e-6
    for got, step in ((dx, (h, 0)), (dy, (0, h))):
        above, *_ = oracle.graph_gradients(2 + step[0], 3 + step[1])
        below, *_ = oracle.graph_gradients(2 - step[0], 3 - step[1])
        assert math.isclose(got, (above - below) / (2 * h), rel_tol=1e-8)


def test_graph_on_an_axis_by_hand():
    # At y = 0: d = 1/x, dd/dx = -1/x^2, dd/dy = (x - 1/x) / x
    d, dx, dy = oracle.graph_gradients(2.0, 0.0)
    assert (d, dx, dy) == (0.5, -0.25, 0.75)


def test_counts_by_hand():
    assert oracle.count_parameters([1, 50, 50, 1]) == 2701
    assert oracle.count_parameters([3, 4]) == 16
    assert oracle.count_parameters((1, 3, 1)) == 10


# --- training -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("losses", "patience", "expected"),
    [
        ([5, 3, 4, 2, 2, 6, 1], 2, (5, 3)),
        ([5, 4, 3.5, 3], 2, (3, 3)),
        ([3, 3, 3, 1], 2, (2, 0)),
        ([2, 3], 1, (1, 0)),
        ([7], 1, (0, 0)),
        ([4, math.nan, 3, math.nan, math.nan, 1], 2, (4, 2)),
    ],
    ids=str,
)
def test_stops_by_hand(losses, patience, expected):
    assert oracle.early_stopping(losses, patience) == expected
    assert oracle.early_stopping(np.array(losses, float), patience) == expected


def test_one_step_of_training_is_one_gradient():
    X, Y, *weights = some(5, (6, 2), (6, 3), (2, 4), (4,), (4, 3), (3,))
    out, cache = oracle.mlp_forward(X, *weights, "tanh")
    gradients = oracle.mlp_backward(out, Y, cache, weights[2], "tanh")
    trained = oracle.train_mlp(X, Y, tuple(weights), 0.3, 1, 6, seed=0)
    for old, new, gradient in zip(weights, trained, gradients, strict=True):
        allclose(new, old - 0.3 * gradient, rtol=1e-12)


def test_single_samples_are_seen_in_the_order_of_the_generator():
    # An output bias alone: each step moves it half-way to the sample's target.
    X, Y = np.zeros((3, 1)), np.array([[1.0], [2.0], [4.0]])
    zeros = np.zeros((1, 1)), np.zeros(1), np.zeros((1, 1)), np.zeros(1)
    *_, bias = oracle.train_mlp(X, Y, zeros, 0.5, 2, 1, seed=3)
    rng, expected = np.random.default_rng(3), 0.0
    for order in (rng.permutation(3), rng.permutation(3)):
        for i in order:
            expected = (expected + Y[i, 0]) / 2
    assert bias.tolist() == [expected]


@pytest.mark.parametrize("seed", range(2))
def test_the_sine_is_fitted_with_a_wide_margin(dtype, seed):
    rng = np.random.default_rng(seed + 20)
    X = rng.uniform(-6, 6, size=(200, 1)).astype(dtype)
    X_test = np.linspace(-6, 6, 75, dtype=dtype)[:, None]
    weights, mse = oracle.fit_sine(X, np.sin(X), X_test, np.sin(X_test), seed)
    assert all(weight.dtype == dtype for weight in weights)
    out, _ = oracle.mlp_forward(X_test, *weights, "tanh")
    assert math.isclose(mse, np.mean((out - np.sin(X_test)) ** 2), rel_tol=1e-5)
    assert mse < 0.01 / 5  # the bar is 0.01


def test_no_input_is_modified():
    X, Y, *weights = some(5, (6, 2), (6, 3), (2, 4), (4,), (4, 3), (3,))
    kept = [array.copy() for array in (X, Y, *weights)]
    out, cache = oracle.mlp_forward(X, *weights, "swish")
    oracle.mlp_backward(out, Y, cache, weights[2], "swish")
    oracle.train_mlp(X, Y, tuple(weights), 0.3, 2, 4, seed=0)
    for name in oracle.ACTIVATIONS:
        oracle.ACTIVATIONS[name](X)
        oracle.ACTIVATION_GRADIENTS[name](X)
    oracle.softmax(X)
    for array, before in zip((X, Y, *weights), kept, strict=True):
        np.testing.assert_array_equal(array, before)
