"""Laws that hold for every series, layer and packing."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from solutions.recurrent import oracle

seeds = st.integers(0, 2**32 - 1)
sizes = st.integers(1, 4)
close = np.testing.assert_allclose


def law(**strategies):
    """Try the law on drawn examples; a busy machine's slowness breaks no law."""

    def decorate(test):
        limits = settings(max_examples=50, deadline=None)
        return limits(given(**strategies)(test))

    return decorate


def some(seed, *shapes):
    rng = np.random.default_rng(seed)
    return [rng.normal(size=shape) for shape in shapes]


def gated(seed, gates, *, batch=2, time=4, inputs=3, hidden=2):
    """x, h, c, W, U and b."""
    return some(
        seed,
        (batch, time, inputs),
        *[(batch, hidden)] * 2,
        (gates, inputs, hidden),
        (gates, hidden, hidden),
        (gates, hidden),
    )


# --- series ---------------------------------------------------------------------------


@law(seed=seeds, n=st.integers(2, 12), data=st.data())
def test_a_window_and_its_target_are_a_longer_window(seed, n, data):
    length = data.draw(st.integers(1, n - 1))
    (series,) = some(seed, n)
    X, y = oracle.windows(series, length)
    assert X.shape == (n - length, length, 1)
    joined = np.column_stack([X[:, :, 0], y])
    for start, row in enumerate(joined):
        assert row.tolist() == series[start : start + length + 1].tolist()


@law(seed=seeds, first=st.integers(0, 5), second=st.integers(0, 5))
def test_a_prediction_goes_on_where_it_stopped(seed, first, second):
    (known,) = some(seed, 5)

    def predict(X):
        return np.sin(X[:, :, 0].sum(axis=1))

    whole = oracle.extrapolate(predict, known, 3, first + second)
    begun = oracle.extrapolate(predict, known, 3, first)
    rest = oracle.extrapolate(predict, np.append(known, begun), 3, second)
    assert np.array_equal(whole, np.append(begun, rest))


@law(seed=seeds, shift=st.floats(-5, 5), size=st.floats(0.1, 10))
def test_what_is_learnt_has_no_unit(seed, shift, size):
    rng = np.random.default_rng(seed)
    known = np.cumsum(rng.uniform(0.5, 1.5, size=10))
    X, _ = oracle.windows(known, 2)
    close(
        oracle.learn(shift + size * known, 2)(shift + size * X),
        shift + size * oracle.learn(known, 2)(X),
        rtol=1e-6,
        atol=1e-6,
    )


# --- layers ---------------------------------------------------------------------------


@law(seed=seeds, cut=st.integers(0, 4))
def test_layers_go_on_where_they_stopped(seed, cut):
    x, h, c, W, U, b = gated(seed, 4)
    whole, last = oracle.lstm_forward(x, h, c, W, U, b)
    begun, middle = oracle.lstm_forward(x[:, :cut], h, c, W, U, b)
    state = begun[:, -1] if cut else h
    rest, end = oracle.lstm_forward(x[:, cut:], state, middle, W, U, b)
    close(np.concatenate([begun, rest], axis=1), whole)
    close(end, last)
    plain = W[0], U[0], b[0]
    whole = oracle.rnn_forward(x, h, *plain)
    begun = oracle.rnn_forward(x[:, :cut], h, *plain)
    rest = oracle.rnn_forward(x[:, cut:], begun[:, -1] if cut else h, *plain)
    close(np.concatenate([begun, rest], axis=1), whole)


@law(seed=seeds, t=st.integers(0, 3))
def test_no_state_knows_of_the_future(seed, t):
    x, h, c, W, U, b = gated(seed, 4)
    changed = x.copy()
    changed[:, t:] += 1
    for layer in (
        lambda x: oracle.rnn_forward(x, h, W[0], U[0], b[0]),
        lambda x: oracle.lstm_forward(x, h, c, W, U, b)[0],
    ):
        assert np.array_equal(layer(x)[:, :t], layer(changed)[:, :t])
        assert not np.allclose(layer(x)[:, t:], layer(changed)[:, t:])


@law(seed=seeds)
def test_samples_know_nothing_of_each_other(seed):
    x, h, c, W, U, b = gated(seed, 4, batch=3)
    states, last = oracle.lstm_forward(x, h, c, W, U, b)
    for row in range(3):
        one = slice(row, row + 1)
        alone, end = oracle.lstm_forward(x[one], h[one], c[one], W, U, b)
        close(alone, states[one])
        close(end, last[one])


@law(seed=seeds, scale=st.floats(0.1, 1e4))
def test_states_stay_within_their_bounds(seed, scale):
    x, h, c, W, U, b = gated(seed, 4)
    states, last = oracle.lstm_forward(scale * x, h, c, W, U, b)
    assert np.all(np.abs(states) <= 1)
    assert np.all(np.abs(last) <= np.abs(c) + x.shape[1])
    h = np.tanh(h)
    gru = oracle.gru_step(scale * x[:, 0], h, W[:3], U[:3], b[:3], b[3])
    assert np.all(np.abs(gru) <= 1)


@law(seed=seeds)
def test_gates_that_are_shut_keep_the_old_state(seed):
    x, h, c, W, U, b = gated(seed, 4)
    kept = b.copy()
    kept[0], kept[1] = 1e6, -1e6  # forget nothing, write nothing
    _, last = oracle.lstm_forward(x, h, c, W, U, kept)
    assert np.array_equal(last, c)
    kept[1] = 1e6  # z is 1
    assert np.array_equal(oracle.gru_step(x[:, 0], h, W[:3], U[:3], kept[:3], b[3]), h)


@law(seed=seeds, a=st.floats(-3, 3))
def test_gradients_are_linear_in_what_comes_from_the_loss(seed, a):
    x, h, c, W, U, b = gated(seed, 4)
    dh, dc, eh, ec = some(seed + 1, *[h.shape] * 4)
    args = x[:, 0], h, c, W, U, b
    one, two = oracle.lstm_backward(dh, dc, *args), oracle.lstm_backward(eh, ec, *args)
    both = oracle.lstm_backward(dh + a * eh, dc + a * ec, *args)
    for sum_, first, second in zip(both, one, two, strict=True):
        close(sum_, first + a * second, rtol=1e-9, atol=1e-9)


@law(seed=seeds, hidden=sizes, time=st.integers(1, 6))
def test_norms_are_at_most_the_products_of_norms(seed, hidden, time):
    h, U = some(seed, (time, hidden), (hidden, hidden))
    norms = oracle.gradient_norms(np.tanh(h), U)
    assert norms[-1] == 1
    assert np.all(norms <= np.linalg.norm(U, 2) ** np.arange(time)[::-1] + 1e-12)


@law(seed=seeds, time=st.integers(1, 6))
def test_turning_all_units_changes_no_norm_where_tanh_is_straight(seed, time):
    (matrix,) = some(seed, (3, 3))
    turn, _ = np.linalg.qr(matrix)
    close(oracle.gradient_norms(np.zeros((time, 3)), turn), np.ones(time))


# --- packings -------------------------------------------------------------------------


@law(seed=seeds, inputs=sizes, hidden=sizes)
def test_repacked_weights_are_the_same_layer(seed, inputs, hidden):
    x, h, c, *own = gated(seed, 4, inputs=inputs, hidden=hidden)
    zero = np.zeros_like(h)
    states, _ = oracle.lstm_forward(x, zero, zero, *own)
    packed = oracle.gates_to_torch(*own)
    close(oracle.lstm_in_torch_layout(x, *packed), states)
    close(oracle.lstm_in_keras_layout(x, *oracle.torch_to_keras(*packed)), states)
    for ours, theirs in zip(
        oracle.lstm_cell(x[:, 0], h, c, *packed),
        oracle.lstm_step(x[:, 0], h, c, *own),
        strict=True,
    ):
        close(ours, theirs)


@law(seed=seeds, inputs=sizes, hidden=sizes)
def test_there_and_back_again_is_nothing(seed, inputs, hidden):
    keras = some(seed, (inputs, 4 * hidden), (hidden, 4 * hidden), 4 * hidden)
    back = oracle.torch_to_keras(*oracle.keras_to_torch(*keras))
    for was, now in zip(keras, back, strict=True):
        assert np.array_equal(was, now)
