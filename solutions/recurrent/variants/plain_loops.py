"""As one who trusts nothing but loops writes it: number by number, unit by unit."""

import numpy as np
import torch


def logistic(z):
    return (1 + np.tanh(z / 2)) / 2


def windows(series, length):
    if length < 1 or length >= len(series):
        raise ValueError("no such windows")
    n = len(series) - length
    X = np.zeros((n, length, 1), series.dtype)
    y = np.zeros(n, series.dtype)
    for i in range(n):
        for j in range(length):
            X[i, j, 0] = series[i + j]
        y[i] = series[i + length]
    return X, y


def weighted(x, h, W, U, b):
    out = np.zeros((x.shape[0], len(b)), x.dtype)
    for s in range(x.shape[0]):
        for k in range(len(b)):
            total = b[k]
            for j in range(x.shape[1]):
                total = total + x[s, j] * W[j, k]
            for j in range(h.shape[1]):
                total = total + h[s, j] * U[j, k]
            out[s, k] = total
    return out


def rnn_step(x, h, W, U, b):
    if x.shape[0] != h.shape[0]:
        raise ValueError("batch")
    return np.tanh(weighted(x, h, W, U, b))


def rnn_forward(x, h0, W, U, b):
    batch, time, _ = x.shape
    if h0.shape[0] != batch:
        raise ValueError("batch")
    out = np.zeros((batch, time, len(b)), x.dtype)
    for s in range(batch):
        h = h0[s : s + 1]
        for t in range(time):
            h = rnn_step(x[s : s + 1, t], h, W, U, b)
            out[s, t] = h[0]
    return out


def gradient_norms(h, U):
    T, n = h.shape
    norms = []
    for t in range(T):
        product = np.identity(n, dtype=h.dtype)
        for k in range(t + 1, T):
            factor = np.zeros((n, n), h.dtype)
            for i in range(n):
                for j in range(n):
                    factor[i, j] = (1 - h[k, i] * h[k, i]) * U[j, i]
            product = factor.dot(product)
        norms.append(np.linalg.svd(product)[1][0])
    return np.array(norms, dtype=h.dtype)


def lstm_step(x, h, c, W, U, b):
    if x.shape[0] != h.shape[0] or x.shape[0] != c.shape[0]:
        raise ValueError("batch")
    forget = logistic(weighted(x, h, W[0], U[0], b[0]))
    write = logistic(weighted(x, h, W[1], U[1], b[1]))
    candidate = np.tanh(weighted(x, h, W[2], U[2], b[2]))
    show = logistic(weighted(x, h, W[3], U[3], b[3]))
    new_h, new_c = np.zeros_like(h), np.zeros_like(c)
    for s in range(c.shape[0]):
        for k in range(c.shape[1]):
            new_c[s, k] = forget[s, k] * c[s, k] + write[s, k] * candidate[s, k]
            new_h[s, k] = show[s, k] * np.tanh(new_c[s, k])
    return new_h, new_c


def lstm_forward(x, h0, c0, W, U, b):
    out = np.zeros((x.shape[0], x.shape[1], h0.shape[1]), x.dtype)
    h, c = h0, c0
    for t in range(x.shape[1]):
        h, c = lstm_step(x[:, t, :], h, c, W, U, b)
        out[:, t, :] = h
    return out, c


def lstm_backward(dh, dc, x, h, c, W, U, b):
    dx, dh_in, dc_in = np.zeros_like(x), np.zeros_like(h), np.zeros_like(c)
    dW, dU, db = np.zeros_like(W), np.zeros_like(U), np.zeros_like(b)
    z = [weighted(x, h, W[k], U[k], b[k]) for k in range(4)]
    for s in range(c.shape[0]):
        for k in range(c.shape[1]):
            f, i, o = logistic(z[0][s, k]), logistic(z[1][s, k]), logistic(z[3][s, k])
            g = np.tanh(z[2][s, k])
            t = np.tanh(f * c[s, k] + i * g)
            total = dc[s, k] + dh[s, k] * o * (1 - t * t)
            dc_in[s, k] = total * f
            deltas = [
                total * c[s, k] * f * (1 - f),
                total * g * i * (1 - i),
                total * i * (1 - g * g),
                dh[s, k] * t * o * (1 - o),
            ]
            for gate in range(4):
                d = deltas[gate]
                db[gate, k] += d
                for j in range(x.shape[1]):
                    dW[gate, j, k] += d * x[s, j]
                    dx[s, j] += d * W[gate, j, k]
                for j in range(h.shape[1]):
                    dU[gate, j, k] += d * h[s, j]
                    dh_in[s, j] += d * U[gate, j, k]
    return dx, dh_in, dc_in, dW, dU, db


def gru_step(x, h, W, U, b, bn):
    if x.shape[0] != h.shape[0]:
        raise ValueError("batch")
    r = logistic(weighted(x, h, W[0], U[0], b[0]))
    z = logistic(weighted(x, h, W[1], U[1], b[1]))
    nothing = np.zeros_like(h)
    from_x = weighted(x, nothing, W[2], U[2], b[2])
    from_h = weighted(0 * x, h, W[2], U[2], bn)
    out = np.zeros_like(h)
    for s in range(h.shape[0]):
        for k in range(h.shape[1]):
            n = np.tanh(from_x[s, k] + r[s, k] * from_h[s, k])
            out[s, k] = n + z[s, k] * (h[s, k] - n)
    return out


def extrapolate(predict, known, length, steps):
    if length < 1 or length > len(known) or steps < 0:
        raise ValueError("length or steps")
    window = [value for value in known[len(known) - length :]]
    predictions = np.zeros(steps, known.dtype)
    for step in range(steps):
        X = np.zeros((1, length, 1), known.dtype)
        for j in range(length):
            X[0, j, 0] = window[j]
        predictions[step] = predict(X)[0]
        window = window[1:] + [predictions[step]]
    return predictions


def learn(series, length):
    if length < 1 or length >= len(series):
        raise ValueError("length")
    low, high = min(series), max(series)
    scaled = np.array([(value - low) / (high - low) for value in series])
    X, y = windows(scaled, length)
    rng = np.random.default_rng(11)
    W, U = 0.2 * rng.normal(size=(1, 12)), 0.1 * rng.normal(size=(12, 12))
    b = 0.2 * rng.normal(size=12)

    def state(X):
        return rnn_forward(X, np.zeros((len(X), 12)), W, U, b)[:, -1]

    rows = np.concatenate([state(X), np.ones((len(X), 1))], axis=1)
    wanted = y - X[:, -1, 0]
    penalty = 0.003 * np.identity(13)
    stacked = np.concatenate([rows, penalty])
    v = np.linalg.lstsq(stacked, np.concatenate([wanted, np.zeros(13)]))[0]

    def predict(X):
        X = (X - low) / (high - low)
        change = state(X) @ v[:-1] + v[-1]
        return (X[:, -1, 0] + change) * (high - low) + low

    return predict


def gates_to_torch(W, U, b):
    inputs, hidden = W.shape[1:]
    weight_ih = np.zeros((4 * hidden, inputs), W.dtype)
    weight_hh = np.zeros((4 * hidden, hidden), U.dtype)
    bias = np.zeros(4 * hidden, b.dtype)
    for place, gate in enumerate([1, 0, 2, 3]):
        for k in range(hidden):
            row = place * hidden + k
            bias[row] = b[gate, k]
            for j in range(inputs):
                weight_ih[row, j] = W[gate, j, k]
            for j in range(hidden):
                weight_hh[row, j] = U[gate, j, k]
    return weight_ih, weight_hh, bias, 0 * bias


def keras_to_torch(kernel, recurrent_kernel, bias):
    weight_ih = np.zeros(kernel.shape[::-1], kernel.dtype)
    weight_hh = np.zeros(recurrent_kernel.shape[::-1], kernel.dtype)
    for k in range(kernel.shape[1]):
        weight_ih[k, :] = kernel[:, k]
        weight_hh[k, :] = recurrent_kernel[:, k]
    return [weight_ih, weight_hh, bias, np.zeros(len(bias), bias.dtype)]


def torch_to_keras(weight_ih, weight_hh, bias_ih, bias_hh):
    kernel = np.zeros(weight_ih.shape[::-1], weight_ih.dtype)
    recurrent = np.zeros(weight_hh.shape[::-1], weight_hh.dtype)
    for k in range(len(weight_ih)):
        kernel[:, k] = weight_ih[k]
        recurrent[:, k] = weight_hh[k]
    return [kernel, recurrent, bias_ih + bias_hh]


class LSTMCell(torch.nn.Module):
    def __init__(self, inputs, hidden):
        super(LSTMCell, self).__init__()
        self.hidden = hidden
        self.weight_ih = torch.nn.Parameter(torch.randn(4 * hidden, inputs))
        self.weight_hh = torch.nn.Parameter(torch.randn(4 * hidden, hidden))
        self.bias_ih = torch.nn.Parameter(torch.zeros(4 * hidden))
        self.bias_hh = torch.nn.Parameter(torch.zeros(4 * hidden))

    def forward(self, x, state):
        h, c = state
        z = x.mm(self.weight_ih.t()) + h.mm(self.weight_hh.t())
        z = z + self.bias_ih + self.bias_hh
        n = self.hidden
        i, f = z[:, :n].sigmoid(), z[:, n : 2 * n].sigmoid()
        g, o = z[:, 2 * n : 3 * n].tanh(), z[:, 3 * n :].sigmoid()
        c = f * c + i * g
        return o * c.tanh(), c


def lstm_torch(x, weight_ih, weight_hh, bias_ih, bias_hh):
    n = weight_hh.shape[1]
    h = torch.zeros(x.shape[0], n, dtype=x.dtype, device=x.device)
    c = torch.zeros(x.shape[0], n, dtype=x.dtype, device=x.device)
    out = []
    for t in range(x.shape[1]):
        z = x[:, t].mm(weight_ih.t()) + h.mm(weight_hh.t()) + bias_ih + bias_hh
        i = torch.sigmoid(z[:, 0:n])
        f = torch.sigmoid(z[:, n : 2 * n])
        g = torch.tanh(z[:, 2 * n : 3 * n])
        o = torch.sigmoid(z[:, 3 * n : 4 * n])
        c = f * c + i * g
        h = o * torch.tanh(c)
        out.append(h.unsqueeze(1))
    return torch.cat(out, 1)


def lstm_tf(x, kernel, recurrent_kernel, bias):
    import tensorflow as tf

    n = recurrent_kernel.shape[0]
    h = tf.zeros([x.shape[0], n], dtype=x.dtype)
    c = tf.zeros([x.shape[0], n], dtype=x.dtype)
    out = []
    for t in range(x.shape[1]):
        z = tf.matmul(x[:, t], kernel) + tf.matmul(h, recurrent_kernel) + bias
        i = tf.sigmoid(z[:, 0:n])
        f = tf.sigmoid(z[:, n : 2 * n])
        g = tf.tanh(z[:, 2 * n : 3 * n])
        o = tf.sigmoid(z[:, 3 * n : 4 * n])
        c = f * c + i * g
        h = o * tf.tanh(c)
        out.append(tf.expand_dims(h, 1))
    return tf.concat(out, 1)
