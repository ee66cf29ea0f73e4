"""Lists that grow with each step; frameworks are imported where they are used."""

import numpy as np


def sigmoid(z):
    return 0.5 + 0.5 * np.tanh(0.5 * z)


def windows(series, length):
    if not 1 <= length < len(series):
        raise ValueError("no windows of this length")
    starts = range(len(series) - length)
    X = [series[i : i + length] for i in starts]
    return np.reshape(X, (-1, length, 1)), series[length:].copy()


def rnn_step(x, h, W, U, b):
    if len(x) != len(h):
        raise ValueError("x and h differ in batch")
    return np.tanh(x @ W + h @ U + b)


def rnn_forward(x, h0, W, U, b):
    if len(x) != len(h0):
        raise ValueError("x and h0 differ in batch")
    states = [h0]
    for t in range(x.shape[1]):
        states.append(rnn_step(x[:, t], states[-1], W, U, b))
    return np.stack(states[1:], axis=1)


def gradient_norms(h, U):
    products = [np.eye(len(U), dtype=h.dtype)]
    for state in h[:0:-1]:
        products.append(products[-1] @ np.diag(1 - state**2) @ U.T)
    return np.array([np.linalg.norm(each, 2) for each in reversed(products)])


def lstm_step(x, h, c, W, U, b):
    if not len(x) == len(h) == len(c):
        raise ValueError("x, h and c differ in batch")
    f, i, g, o = (x @ w + h @ u + bias for w, u, bias in zip(W, U, b))
    f, i, g, o = sigmoid(f), sigmoid(i), np.tanh(g), sigmoid(o)
    c = f * c + i * g
    return o * np.tanh(c), c


def lstm_forward(x, h0, c0, W, U, b):
    if not len(x) == len(h0) == len(c0):
        raise ValueError("x, h0 and c0 differ in batch")
    states = [(h0, c0)]
    for t in range(x.shape[1]):
        states.append(lstm_step(x[:, t], *states[-1], W, U, b))
    return np.stack([h for h, c in states[1:]], axis=1), states[-1][1]


def lstm_backward(dh, dc, x, h, c, W, U, b):
    z = x @ W + h @ U + b[:, None]
    f, i, g, o = sigmoid(z[0]), sigmoid(z[1]), np.tanh(z[2]), sigmoid(z[3])
    t = np.tanh(f * c + i * g)
    total = dc + dh * o * (1 - t**2)
    df, di = total * c * f * (1 - f), total * g * i * (1 - i)
    dg, do = total * i * (1 - g**2), dh * t * o * (1 - o)
    dz = np.stack([df, di, dg, do])
    dx = sum(dz[k] @ W[k].T for k in range(4))
    dh_before = sum(dz[k] @ U[k].T for k in range(4))
    return dx, dh_before, total * f, x.T @ dz, h.T @ dz, dz.sum(axis=1)


def gru_step(x, h, W, U, b, bn):
    if len(x) != len(h):
        raise ValueError("x and h differ in batch")
    r, z = (sigmoid(x @ W[k] + h @ U[k] + b[k]) for k in range(2))
    n = np.tanh(x @ W[2] + b[2] + r * (h @ U[2] + bn))
    return (1 - z) * n + z * h


def extrapolate(predict, known, length, steps):
    if not 1 <= length <= len(known) or steps < 0:
        raise ValueError("bad length or steps")
    window, values = known[len(known) - length :], known[:0]
    for _ in range(steps):
        value = predict(window[None, :, None])[:1]
        window = np.append(window[1:], value)
        values = np.append(values, value)
    return values.astype(known.dtype)


def learn(series, length):
    middle, half = (series.max() + series.min()) / 2, np.ptp(series) / 2
    X, y = windows((series - middle) / half, length)
    rng = np.random.default_rng(2)
    W, U, b = (0.2 * rng.normal(size=shape) for shape in ((1, 16), (16, 16), 16))

    def rows(X):
        states = rnn_forward(X, np.zeros((len(X), 16)), W, U, b)
        return [np.append(each[-1], 1) for each in states]

    readout = np.linalg.pinv(rows(X), rcond=1e-3) @ (y - X[:, -1, 0])

    def predict(X):
        X = (X - middle) / half
        return middle + half * (X[:, -1, 0] + rows(X) @ readout)

    return predict


def gates_to_torch(W, U, b):
    order = [1, 0, 2, 3]
    bias = b[order].ravel()
    weight_ih = W[order].transpose(0, 2, 1).reshape(-1, W.shape[1])
    weight_hh = U[order].transpose(0, 2, 1).reshape(-1, U.shape[1])
    return weight_ih, weight_hh, bias, np.zeros_like(bias)


def keras_to_torch(kernel, recurrent_kernel, bias):
    rows = []
    for part in (kernel.T, recurrent_kernel.T, bias):
        i, f, c, o = np.split(part, 4)
        rows.append(np.concatenate([i, f, c, o]))
    return (*rows, np.zeros_like(bias))


def torch_to_keras(weight_ih, weight_hh, bias_ih, bias_hh):
    columns = []
    for part in (weight_ih, weight_hh, bias_ih + bias_hh):
        i, f, g, o = np.split(part, 4)
        columns.append(np.concatenate([i, f, g, o]).T)
    return tuple(columns)


def LSTMCell(inputs, hidden):
    import torch

    class Cell(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.weight_ih = torch.nn.Parameter(torch.zeros(4 * hidden, inputs))
            self.weight_hh = torch.nn.Parameter(torch.zeros(4 * hidden, hidden))
            self.bias_ih = torch.nn.Parameter(torch.zeros(4 * hidden))
            self.bias_hh = torch.nn.Parameter(torch.zeros(4 * hidden))

        def forward(self, x, state):
            h, c = state
            z = x @ self.weight_ih.T + self.bias_ih
            z = z + h @ self.weight_hh.T + self.bias_hh
            i, f, g, o = z.chunk(4, dim=1)
            c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
            h = torch.sigmoid(o) * torch.tanh(c)
            return h, c

    return Cell()


def lstm_torch(x, weight_ih, weight_hh, bias_ih, bias_hh):
    import torch

    h = c = x.new_zeros(len(x), weight_hh.shape[1])
    states = []
    for now in x.unbind(1):
        z = now @ weight_ih.T + bias_ih + h @ weight_hh.T + bias_hh
        i, f, g, o = z.chunk(4, dim=1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        h = torch.sigmoid(o) * torch.tanh(c)
        states.append(h)
    return torch.stack(states, dim=1)


def lstm_tf(x, kernel, recurrent_kernel, bias):
    import tensorflow as tf

    h = c = tf.zeros((x.shape[0], recurrent_kernel.shape[0]), x.dtype)
    states = []
    for now in tf.unstack(x, axis=1):
        z = now @ kernel + h @ recurrent_kernel + bias
        i, f, g, o = tf.split(z, 4, axis=1)
        c = tf.sigmoid(f) * c + tf.sigmoid(i) * tf.tanh(g)
        h = tf.sigmoid(o) * tf.tanh(c)
        states.append(h)
    return tf.stack(states, axis=1)
