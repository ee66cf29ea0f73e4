"""The oracle against values worked by hand, the lecture's, and central differences."""

from __future__ import annotations

import math

import numpy as np
import pytest

from solutions.recurrent import oracle

allclose = np.testing.assert_allclose


def some(*shapes, seed=1):
    rng = np.random.default_rng(seed)
    return [rng.normal(size=shape) for shape in shapes]


def central_differences(f, args, h=1e-6):
    """Gradients of f(*args) by each of its arguments, one number at a time."""
    gradients = []
    for position, array in enumerate(args):
        gradient = np.zeros_like(array)
        for place in np.ndindex(array.shape):
            ends = []
            for step in (h, -h):
                moved = [other.copy() for other in args]
                moved[position][place] += step
                ends.append(f(*moved))
            gradient[place] = (ends[0] - ends[1]) / (2 * h)
        gradients.append(gradient)
    return gradients


# --- windows --------------------------------------------------------------------------


def test_windows_of_the_lecture():
    X, y = oracle.windows(np.array([1.0, 2.0, 3.0, 4.0]), 2)
    assert X.tolist() == [[[1], [2]], [[2], [3]]]
    assert y.tolist() == [3, 4]


def test_the_energies_are_the_lectures():
    assert len(oracle.ENERGIES) == 20
    assert oracle.ENERGIES[0] == -0.03077640549
    assert oracle.ENERGIES[-1] == -1.70653767
    assert np.all(np.diff(oracle.ENERGIES, 2) < 0)


def test_windows_are_no_views_of_the_series():
    series = np.arange(5.0)
    for part in oracle.windows(series, 2):
        assert not np.shares_memory(part, series)


@pytest.mark.parametrize("length", [0, -1, 4, 5])
def test_windows_refuse(length):
    with pytest.raises(ValueError, match=f"window length {length}, but a series of 4"):
        oracle.windows(np.arange(4.0), length)


# --- plain layers ---------------------------------------------------------------------


def test_a_plain_step_by_hand():
    x, h = np.array([[1.0, 2.0]]), np.array([[0.5, 0.0]])
    W, U = np.array([[1.0, -1.0], [0.0, 1.0]]), np.array([[2.0, -1.0], [1.0, 3.0]])
    state = oracle.rnn_step(x, h, W, U, np.array([-1.0, 0.5]))
    allclose(state, np.tanh([[1, 1]]))


def test_two_plain_steps_by_hand():
    x, one = np.array([[[1.0], [-1.0]]]), np.ones((1, 1))
    states = oracle.rnn_forward(x, 0.5 * one, one, 2 * one, np.array([0.25]))
    first = math.tanh(1 + 1 + 0.25)
    allclose(states, [[[first], [math.tanh(-1 + 2 * first + 0.25)]]])


def test_gradient_norms_of_one_unit_are_products_of_slopes():
    h = np.array([[0.1], [0.5], [-0.5]])
    allclose(oracle.gradient_norms(h, np.array([[2.0]])), [2.25, 1.5, 1])
    assert oracle.gradient_norms(h[:1], np.array([[2.0]])).tolist() == [1]


def test_gradient_norms_agree_with_central_differences():
    W, U, b, x = some((2, 3), (3, 3), 3, (1, 5, 2))
    states = oracle.rnn_forward(x, np.zeros((1, 3)), W, U, b)[0]
    norms = oracle.gradient_norms(states, U)
    for t, state in enumerate(states):

        def last(h, unit, since=t + 1):
            if since == 5:
                return h[0, unit]
            return oracle.rnn_forward(x[:, since:], h, W, U, b)[0, -1, unit]

        rows = [
            central_differences(lambda h, unit=unit: last(h, unit), [state[None]])[0]
            for unit in range(3)
        ]
        allclose(norms[t], np.linalg.norm(np.concatenate(rows), 2), rtol=1e-6)


# --- LSTM and GRU ---------------------------------------------------------------------


def test_an_lstm_step_by_hand():
    # Biases make the gates 3/4, 1/4, 3/4; the candidate is tanh(1 - 0.5)
    W, U = np.zeros((4, 1, 1)), np.zeros((4, 1, 1))
    W[2], U[2] = 1, -1
    third = math.log(3)
    b = np.array([[third], [-third], [0.0], [third]])
    h, c = oracle.lstm_step(
        np.ones((1, 1)), np.array([[0.5]]), np.array([[2.0]]), W, U, b
    )
    allclose(c, [[0.75 * 2 + 0.25 * math.tanh(0.5)]])
    allclose(h, 0.75 * np.tanh(c))


def test_a_gru_step_by_hand():
    W, U = np.zeros((3, 1, 1)), np.zeros((3, 1, 1))
    W[2], U[2] = 1, 2
    third = math.log(3)
    b = np.array([[third], [-third], [0.5]])  # r is 3/4, z is 1/4
    h = oracle.gru_step(np.ones((1, 1)), np.array([[0.5]]), W, U, b, np.array([-2.0]))
    allclose(h, [[0.75 * math.tanh(1 + 0.5 + 0.75 * (1 - 2)) + 0.25 * 0.5]])


@pytest.mark.parametrize(
    ("batch", "inputs", "hidden"), [(2, 3, 2), (3, 1, 3), (1, 2, 2)]
)
def test_lstm_gradients_agree_with_central_differences(batch, inputs, hidden):
    dh, dc, x, h, c, W, U, b = some(
        *[(batch, hidden)] * 2,
        (batch, inputs),
        *[(batch, hidden)] * 2,
        *((4, inputs, hidden), (4, hidden, hidden), (4, hidden)),
    )

    def loss(*args):
        new_h, new_c = oracle.lstm_step(*args)
        return np.sum(dh * new_h + dc * new_c)

    args = x, h, c, W, U, b
    expected = central_differences(loss, args)
    for got, numerical in zip(
        oracle.lstm_backward(dh, dc, *args), expected, strict=True
    ):
        allclose(got, numerical, rtol=1e-6, atol=1e-8)


def test_gradients_through_time_agree_with_central_differences():
    weight, x, *packed = some((2, 3, 2), (2, 3, 2), (2, 8), (2, 8), 8)

    def loss(*args):
        return np.sum(weight * oracle.lstm_in_keras_layout(*args))

    args = x, *packed
    gradients = oracle.lstm_in_keras_layout_vjp(weight, *args)
    for got, numerical in zip(gradients, central_differences(loss, args), strict=True):
        allclose(got, numerical, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize(
    ("name", "shapes"),
    [
        ("rnn_step", [(2, 1), (1, 1), (1, 1), (1, 1), 1]),
        ("rnn_forward", [(2, 3, 1), (1, 1), (1, 1), (1, 1), 1]),
        ("lstm_step", [(2, 1), (1, 1), (2, 1), (4, 1, 1), (4, 1, 1), (4, 1)]),
        ("lstm_forward", [(2, 3, 1), (2, 1), (1, 1), (4, 1, 1), (4, 1, 1), (4, 1)]),
        ("gru_step", [(2, 1), (1, 1), (3, 1, 1), (3, 1, 1), (3, 1), 1]),
    ],
)
def test_states_of_other_samples_are_refused(name, shapes):
    with pytest.raises(ValueError, match=r"inputs and states for \[2, .*\] samples"):
        getattr(oracle, name)(*some(*shapes))


# --- predicting -----------------------------------------------------------------------


def test_a_line_goes_straight_on():
    known = np.array([9.0, 7.0, 5.0])
    got = oracle.extrapolate(oracle.straight_on, known, 2, 4)
    assert got.tolist() == [3, 1, -1, -3]


def test_fibonacci_goes_on_from_its_own_numbers():
    def add(X):
        return X[:, 0, 0] + X[:, 1, 0]

    got = oracle.extrapolate(add, np.array([1.0, 1.0]), 2, 6)
    assert got.tolist() == [2, 3, 5, 8, 13, 21]


@pytest.mark.parametrize(("length", "steps"), [(0, 1), (4, 1), (2, -1)])
def test_extrapolate_refuses(length, steps):
    with pytest.raises(
        ValueError, match=f"invalid: {steps} steps from {length} of 3 values"
    ):
        oracle.extrapolate(oracle.straight_on, np.arange(3.0), length, steps)


def test_a_learnt_predictor_beats_a_lazy_one_by_far():
    known, future = oracle.ENERGIES[:12], oracle.ENERGIES[12:]
    got = oracle.extrapolate(oracle.learn(known, 2), known, 2, 8)
    lazy = np.mean((future - known[-1]) ** 2)
    assert np.mean((got - future) ** 2) < lazy / 100


# --- packings -------------------------------------------------------------------------


def test_gates_stand_where_each_library_looks_for_them():
    f, i, g, o = range(4)
    W = np.array([f, i, g, o], float)[:, None, None] * np.ones((1, 3, 2))
    U, b = W[:, :2], W[:, 0]
    weight_ih, weight_hh, bias_ih, bias_hh = oracle.gates_to_torch(W, U, b)
    assert weight_ih[:, 0].tolist() == [i, i, f, f, g, g, o, o]
    assert weight_hh[:, 1].tolist() == [i, i, f, f, g, g, o, o]
    assert bias_ih.tolist() == [i, i, f, f, g, g, o, o]
    assert not bias_hh.any()
    kernel, recurrent_kernel, bias = oracle.torch_to_keras(
        weight_ih, weight_hh, bias_ih, bias_hh
    )
    assert kernel[0].tolist() == [i, i, f, f, g, g, o, o]
    assert kernel.shape == (3, 8)
    assert recurrent_kernel.shape == (2, 8)
    assert bias.tolist() == bias_ih.tolist()


# --- dtypes ---------------------------------------------------------------------------


def test_results_keep_the_dtype_and_inputs_stay(dtype):
    x, x_t, h, c, W, U, b, bn = (
        array.astype(dtype)
        for array in some(
            (2, 3),
            (2, 5, 3),
            *[(2, 4)] * 2,
            *((4, 3, 4), (4, 4, 4), (4, 4), 4),
        )
    )
    packed = oracle.gates_to_torch(W, U, b)
    keras = oracle.torch_to_keras(*packed)
    calls = {
        "sigmoid": (x,),
        "windows": (x[:, 0], 1),
        "rnn_step": (x, h, W[0], U[0], b[0]),
        "rnn_forward": (x_t, h, W[0], U[0], b[0]),
        "gradient_norms": (np.tanh(h), U[0]),
        "lstm_step": (x, h, c, W, U, b),
        "lstm_forward": (x_t, h, c, W, U, b),
        "lstm_backward": (h, c, x, h, c, W, U, b),
        "gru_step": (x, h, W[:3], U[:3], b[:3], bn),
        "extrapolate": (oracle.straight_on, x_t[0, :, 0], 2, 3),
        "gates_to_torch": (W, U, b),
        "torch_to_keras": packed,
        "keras_to_torch": keras,
        "lstm_cell": (x, h, c, *packed),
        "lstm_in_torch_layout": (x_t, *packed),
        "lstm_in_keras_layout": (x_t, *keras),
    }
    for name, args in calls.items():
        before = [np.array(arg) for arg in args if isinstance(arg, np.ndarray)]
        result = getattr(oracle, name)(*args)
        for part in result if isinstance(result, tuple) else [result]:
            assert part.dtype == dtype, name
        after = [arg for arg in args if isinstance(arg, np.ndarray)]
        for was, now in zip(before, after, strict=True):
            assert np.array_equal(was, now), name
