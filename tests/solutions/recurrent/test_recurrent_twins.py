"""Three opinions that must be one: the oracle, PyTorch and TensorFlow.

The twins' cells and layers are the libraries' own, and their gradients are those of
autograd and of a tape, so agreeing with them is agreeing with the libraries.
"""

from __future__ import annotations

import numpy as np
import pytest

from solutions.recurrent import oracle
from tests.deferred import tf, torch, twins

TWINS = twins("recurrent")
torch_twin, tf_twin = (twin for twin, _ in TWINS.values())
SIZES = [(2, 5, 3, 4), (3, 3, 2, 2), (4, 1, 4, 1)]

sizes = pytest.mark.parametrize(("batch", "time", "inputs", "hidden"), SIZES)


@pytest.fixture(params=TWINS)
def twin(request):
    return TWINS[request.param]


def normal(*shape, dtype, seed):
    return np.random.default_rng(seed).normal(size=shape).astype(dtype)


def draw(dtype, gates, batch, time, inputs, hidden):
    """x, h, c, W, U and b; time or gates of None leave their axis out."""
    stack = () if gates is None else (gates,)
    moments = () if time is None else (time,)
    shapes = [
        (batch, *moments, inputs),
        (batch, hidden),
        (batch, hidden),
        (*stack, inputs, hidden),
        (*stack, hidden, hidden),
        (*stack, hidden),
    ]
    return [normal(*shape, dtype=dtype, seed=seed) for seed, shape in enumerate(shapes)]


def all_close(close, got, expected):
    assert len(got) == len(expected)
    for theirs, ours in zip(got, expected, strict=True):
        close(theirs, ours)


def test_given_functions_agree(twin, dtype, close):
    module, tensor = twin
    z = np.array([-1e4, -30, -1, -0.0, 0.5, 40, 1e4], dtype)
    close(module.sigmoid(tensor(z)), oracle.sigmoid(z))
    X = normal(3, 4, 1, dtype=dtype, seed=0)
    close(module.straight_on(tensor(X)), oracle.straight_on(X))


@pytest.mark.parametrize(("n", "length"), [(9, 2), (6, 5), (4, 1), (12, 4)])
def test_windows_agree(twin, dtype, close, n, length):
    module, tensor = twin
    series = normal(n, dtype=dtype, seed=0)
    got = module.windows(tensor(series), length)
    all_close(close, got, oracle.windows(series, length))


@sizes
def test_plain_layers_agree(twin, dtype, close, batch, time, inputs, hidden):
    module, tensor = twin
    x, h, _, *weights = draw(dtype, None, batch, time, inputs, hidden)
    args = x, h, *weights
    close(module.rnn_forward(*map(tensor, args)), oracle.rnn_forward(*args))
    args = x[:, 0].copy(), h, *weights
    close(module.rnn_step(*map(tensor, args)), oracle.rnn_step(*args))


@pytest.mark.parametrize(("time", "hidden"), [(5, 3), (3, 6), (1, 2), (4, 1)])
def test_gradient_norms_agree(twin, dtype, close, time, hidden):
    module, tensor = twin
    h = np.tanh(normal(time, hidden, dtype=dtype, seed=0))
    U = normal(hidden, hidden, dtype=dtype, seed=1)
    got = module.gradient_norms(tensor(h), tensor(U))
    close(got, oracle.gradient_norms(h, U))


@sizes
def test_lstm_layers_agree(twin, dtype, close, batch, time, inputs, hidden):
    module, tensor = twin
    args = draw(dtype, 4, batch, time, inputs, hidden)
    got = module.lstm_forward(*map(tensor, args))
    all_close(close, got, oracle.lstm_forward(*args))


@sizes
def test_lstm_steps_and_their_gradients_agree(
    twin, dtype, close, batch, time, inputs, hidden
):
    module, tensor = twin
    args = draw(dtype, 4, batch, None, inputs, hidden)
    got = module.lstm_step(*map(tensor, args))
    all_close(close, got, oracle.lstm_step(*args))
    by = [normal(batch, hidden, dtype=dtype, seed=seed) for seed in (7, 8)]
    got = module.lstm_backward(*map(tensor, [*by, *args]))
    all_close(close, got, oracle.lstm_backward(*by, *args))


@sizes
def test_gru_steps_agree(twin, dtype, close, batch, time, inputs, hidden):
    module, tensor = twin
    x, h, _, *weights = draw(dtype, 3, batch, None, inputs, hidden)
    args = x, h, *weights, normal(hidden, dtype=dtype, seed=9)
    close(module.gru_step(*map(tensor, args)), oracle.gru_step(*args))


@pytest.mark.parametrize(("length", "steps"), [(2, 4), (5, 3), (7, 6), (3, 0)])
def test_extrapolations_agree(twin, dtype, close, length, steps):
    module, tensor = twin
    known = normal(7, dtype=dtype, seed=0)

    def predict(X):
        return (X[:, -1, 0] - 0.5 * X[:, 0, 0]) ** 2 / 4

    got = module.extrapolate(predict, tensor(known), length, steps)
    close(got, oracle.extrapolate(predict, known, length, steps))


@sizes
def test_packings_agree(twin, dtype, close, batch, time, inputs, hidden):
    module, tensor = twin
    own = draw(dtype, 4, batch, time, inputs, hidden)[3:]
    packed = oracle.gates_to_torch(*own)
    all_close(close, module.gates_to_torch(*map(tensor, own)), packed)
    packed = *packed[:3], normal(4 * hidden, dtype=dtype, seed=9)
    keras = oracle.torch_to_keras(*packed)
    all_close(close, module.torch_to_keras(*map(tensor, packed)), keras)
    got = module.keras_to_torch(*map(tensor, keras))
    all_close(close, got, oracle.keras_to_torch(*keras))


@sizes
def test_cells_of_torch_agree(twin, dtype, close, batch, time, inputs, hidden):
    module, tensor = twin
    x, h, c, *own = draw(dtype, 4, batch, None, inputs, hidden)
    *packed, _ = oracle.gates_to_torch(*own)
    args = x, h, c, *packed, normal(4 * hidden, dtype=dtype, seed=9)
    got = module.lstm_cell(*map(tensor, args))
    all_close(close, got, oracle.lstm_cell(*args))


@sizes
def test_layers_from_zero_agree_with_their_gradients(
    dtype, close, batch, time, inputs, hidden
):
    x, _, _, *own = draw(dtype, 4, batch, time, inputs, hidden)
    cotangent = normal(batch, time, hidden, dtype=dtype, seed=8)
    *packed, _ = oracle.gates_to_torch(*own)
    args = [x, *packed, normal(4 * hidden, dtype=dtype, seed=9)]

    leaves = [torch.from_numpy(array).requires_grad_() for array in args]
    states = torch_twin.lstm(*leaves)
    close(states.detach(), oracle.lstm_in_torch_layout(*args))
    gradients = torch.autograd.grad(states, leaves, torch.from_numpy(cotangent))
    expected = oracle.lstm_in_torch_layout_vjp(cotangent, *args)
    all_close(close, gradients, expected)

    args = [x, *oracle.torch_to_keras(*args[1:])]
    tensors = [tf.constant(array) for array in args]
    with tf.GradientTape() as tape:
        tape.watch(tensors)
        states = tf_twin.lstm(*tensors)
    close(states, oracle.lstm_in_keras_layout(*args))
    gradients = tape.gradient(states, tensors, output_gradients=tf.constant(cotangent))
    expected = oracle.lstm_in_keras_layout_vjp(cotangent, *args)
    all_close(close, gradients, expected)


@sizes
def test_layers_from_zero_agree_with_the_libraries_own(
    dtype, close, batch, time, inputs, hidden
):
    x, _, _, *own = draw(dtype, 4, batch, time, inputs, hidden)
    *packed, _ = oracle.gates_to_torch(*own)
    packed = [*packed, normal(4 * hidden, dtype=dtype, seed=9)]
    layer = torch.nn.LSTM(inputs, hidden, batch_first=True)
    layer = layer.to(torch.from_numpy(x).dtype)
    names = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")
    layer.load_state_dict(dict(zip(names, map(torch.from_numpy, packed), strict=True)))
    states = layer(torch.from_numpy(x))[0].detach()
    close(states, oracle.lstm_in_torch_layout(x, *packed))

    keras = tf.keras.layers.LSTM(
        hidden, return_sequences=True, dtype=np.dtype(dtype).name
    )
    keras.build(x.shape)
    keras.set_weights(oracle.torch_to_keras(*packed))
    close(keras(x), states)
    got = oracle.lstm_in_keras_layout(x, *keras.get_weights())
    close(got, states)


def test_all_refuse_the_same(twin):
    module, tensor = twin
    one, two = tensor(np.ones((1, 2))), tensor(np.ones((2, 2)))
    weights = [tensor(np.ones(shape)) for shape in ((2, 2), (2, 2), (2,))]
    gates = [tensor(np.ones(shape)) for shape in ((4, 2, 2), (4, 2, 2), (4, 2))]
    three = [*(part[:3] for part in gates), weights[2]]
    one_long, series = one[:, None], tensor(np.arange(4.0))
    calls = [
        ("windows", (series, 0)),
        ("windows", (series, 4)),
        ("rnn_step", (one, two, *weights)),
        ("rnn_forward", (one_long, two, *weights)),
        ("lstm_step", (two, two, one, *gates)),
        ("lstm_forward", (one_long, two, one, *gates)),
        ("gru_step", (two, one, *three)),
        ("extrapolate", (oracle.straight_on, series, 5, 1)),
        ("extrapolate", (oracle.straight_on, series, 0, 1)),
        ("extrapolate", (oracle.straight_on, series, 2, -1)),
    ]
    for name, args in calls:
        with pytest.raises(ValueError, match=r"no |samples|invalid|window length"):
            getattr(module, name)(*args)
