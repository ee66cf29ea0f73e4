"""As one who thinks in axes writes it: all gates at once, recursions as scans."""

from functools import reduce
from itertools import accumulate

import numpy as np
import torch


def logistic(z):
    return (1 + np.tanh(z / 2)) / 2


def windows(series, length):
    if length < 1 or length + 1 > series.size:
        raise ValueError(f"{length} does not fit into {series.size}")
    views = np.lib.stride_tricks.sliding_window_view(series, length + 1)
    return views[:, :-1, np.newaxis], views[:, -1]


def rnn_step(x, h, W, U, b):
    if x.shape[0] != h.shape[0]:
        raise ValueError(f"{x.shape[0]} != {h.shape[0]}")
    return np.tanh(np.hstack([x, h]) @ np.vstack([W, U]) + b)


def rnn_forward(x, h0, W, U, b):
    if x.shape[0] != h0.shape[0]:
        raise ValueError(f"{x.shape[0]} != {h0.shape[0]}")
    driven = np.einsum("bti,ih->tbh", x, W) + b
    scan = accumulate(driven, lambda h, z: np.tanh(z + h @ U), initial=h0)
    return np.array(list(scan)[1:]).swapaxes(0, 1)


def gradient_norms(h, U):
    factors = np.einsum("ti,ji->tij", 1 - h**2, U)[1:]
    products = accumulate(factors[::-1], np.matmul, initial=np.eye(len(U)))
    norms = np.linalg.norm(np.array(list(products)), ord=2, axis=(1, 2))
    return norms[::-1].astype(h.dtype)


def lstm_gates(x, h, W, U, b):
    z = np.einsum("bi,gih->gbh", x, W) + np.einsum("bk,gkh->gbh", h, U)
    f, i, g, o = z + b[:, None, :]
    return 1 / (1 + np.exp(-f)), 1 / (1 + np.exp(-i)), np.tanh(g), 1 / (1 + np.exp(-o))


def lstm_step(x, h, c, W, U, b):
    if len({len(x), len(h), len(c)}) != 1:
        raise ValueError("sizes of the batch")
    with np.errstate(over="ignore"):
        f, i, g, o = lstm_gates(x, h, W, U, b)
    cell = f * c + i * g
    return o * np.tanh(cell), cell


def lstm_forward(x, h0, c0, W, U, b):
    if len({len(x), len(h0), len(c0)}) != 1:
        raise ValueError("sizes of the batch")
    scan = accumulate(
        x.swapaxes(0, 1),
        lambda state, now: lstm_step(now, *state, W, U, b),
        initial=(h0, c0),
    )
    _, *states = scan
    return np.stack([h for h, _ in states], 1), states[-1][1]


def lstm_backward(dh, dc, x, h, c, W, U, b):
    gates = f, i, g, o = lstm_gates(x, h, W, U, b)
    shown = np.tanh(f * c + i * g)
    inner = dc + dh * o * (1 - shown * shown)
    reach = np.array([inner * c, inner * g, inner * i, dh * shown])
    gates = np.array(gates)
    slopes = gates * (1 - gates)
    slopes[2] = 1 - gates[2] ** 2
    delta = reach * slopes
    return (
        np.einsum("gbh,gih->bi", delta, W),
        np.einsum("gbh,gkh->bk", delta, U),
        inner * f,
        np.einsum("bi,gbh->gih", x, delta),
        np.einsum("bk,gbh->gkh", h, delta),
        np.einsum("gbh->gh", delta),
    )


def gru_step(x, h, W, U, b, bn):
    if x.shape[0] != h.shape[0]:
        raise ValueError("sizes of the batch")
    inputs = np.einsum("bi,gih->gbh", x, W) + b[:, None]
    states = np.einsum("bk,gkh->gbh", h, U)
    r, z = logistic(inputs[:2] + states[:2])
    candidate = np.tanh(inputs[2] + r * (states[2] + bn))
    return candidate - z * candidate + z * h


def extrapolate(predict, known, length, steps):
    if not (0 < length <= len(known)) or steps < 0:
        raise ValueError("length, steps")

    def longer(series, _):
        return np.append(series, predict(series[None, -length:, None])).astype(
            known.dtype
        )

    return reduce(longer, range(steps), known)[len(known) :]


def learn(series, length):
    mean, scale = np.mean(series), np.ptp(series)
    X, y = windows((series - mean) / scale, length)
    rng = np.random.default_rng(5)
    layer = [0.25 * rng.standard_normal(size) for size in ((1, 30), (30, 30), 30)]
    layer[1] = layer[1] / 10

    def design(X):
        last = rnn_forward(X, np.zeros((len(X), 30)), *layer)[:, -1]
        return np.hstack([last, np.ones((len(X), 1))])

    u, s, vt = np.linalg.svd(design(X), full_matrices=False)
    readout = vt.T @ (s / (s**2 + 1e-4) * (u.T @ (y - X[:, -1, 0])))
    return lambda X: X[:, -1, 0] + scale * (design((X - mean) / scale) @ readout)


def gates_to_torch(W, U, b):
    f, i, g, o = range(4)

    def rows(gates):
        return gates[[i, f, g, o]].swapaxes(1, 2).reshape(-1, gates.shape[1])

    bias = b[[i, f, g, o]].reshape(-1)
    return rows(W), rows(U), bias, np.zeros(bias.shape, bias.dtype)


def keras_to_torch(kernel, recurrent_kernel, bias):
    return kernel.T, recurrent_kernel.T, bias, np.zeros_like(bias)


def torch_to_keras(weight_ih, weight_hh, bias_ih, bias_hh):
    return weight_ih.T, weight_hh.T, np.add(bias_ih, bias_hh)


class LSTMCell(torch.nn.Module):
    def __init__(self, inputs, hidden):
        super().__init__()
        for name, *shape in (
            ("weight_ih", 4 * hidden, inputs),
            ("weight_hh", 4 * hidden, hidden),
            ("bias_ih", 4 * hidden),
            ("bias_hh", 4 * hidden),
        ):
            setattr(self, name, torch.nn.Parameter(torch.rand(shape)))

    def forward(self, x, state):
        both = torch.cat([x, state[0]], dim=-1)
        weights = torch.cat([self.weight_ih, self.weight_hh], dim=-1)
        z = torch.einsum("bi,oi->bo", both, weights) + (self.bias_ih + self.bias_hh)
        i, f, g, o = z.unflatten(-1, (4, -1)).unbind(-2)
        c = f.sigmoid() * state[1] + i.sigmoid() * g.tanh()
        return o.sigmoid() * c.tanh(), c


def lstm_torch(x, weight_ih, weight_hh, bias_ih, bias_hh):
    driven = torch.einsum("bti,oi->tbo", x, weight_ih) + (bias_ih + bias_hh)
    zero = torch.zeros_like(driven[0, :, : weight_hh.shape[1]])

    def step(state, z):
        h, c = state
        i, f, g, o = (z + h @ weight_hh.mT).tensor_split(4, dim=-1)
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        return o.sigmoid() * c.tanh(), c

    _, *states = accumulate(driven, step, initial=(zero, zero))
    return torch.stack([h for h, _ in states]).transpose(0, 1)


def lstm_tf(x, kernel, recurrent_kernel, bias):
    import tensorflow as tf

    driven = tf.einsum("bti,io->tbo", x, kernel) + bias
    zero = tf.zeros_like(driven[0, :, : recurrent_kernel.shape[0]])

    def step(state, z):
        h, c = state
        i, f, g, o = tf.unstack(
            tf.reshape(z + h @ recurrent_kernel, (len(h), 4, h.shape[1])), axis=1
        )
        c = tf.nn.sigmoid(f) * c + tf.nn.sigmoid(i) * tf.nn.tanh(g)
        return tf.nn.sigmoid(o) * tf.nn.tanh(c), c

    h, _ = tf.scan(step, driven, initializer=(zero, zero))
    return tf.transpose(h, (1, 0, 2))
