"""Number by number, with math and loops; arrays only to hold what comes out."""

import math

import numpy as np


def each(f, x):
    out = np.empty_like(x)
    for i in np.ndindex(x.shape):
        out[i] = f(float(x[i]))
    return out


def one_sigmoid(v):
    if v >= 0:
        return 1 / (1 + math.exp(-v))
    return math.exp(v) / (1 + math.exp(v))


def relu(x):
    return each(lambda v: v if v > 0 else 0, x)


def leaky_relu(x, alpha=0.01):
    return each(lambda v: v if v > 0 else alpha * v, x)


def sigmoid(x):
    return each(one_sigmoid, x)


def tanh(x):
    return each(math.tanh, x)


def swish(x):
    return each(lambda v: v * one_sigmoid(v), x)


def softmax(x):
    out = np.empty_like(x)
    rows, results = (x, out) if x.ndim == 2 else ([x], [out])
    for row, result in zip(rows, results):
        top = max(row)
        powers = [math.exp(score - top) for score in row]
        for j, power in enumerate(powers):
            result[j] = power / sum(powers)
    return out


def relu_gradient(x):
    return each(lambda v: 1 if v >= 0 else 0, x)


def leaky_relu_gradient(x, alpha=0.01):
    return each(lambda v: 1 if v >= 0 else alpha, x)


def sigmoid_gradient(x):
    return each(lambda v: one_sigmoid(v) * (1 - one_sigmoid(v)), x)


def tanh_gradient(x):
    return each(lambda v: 1 - math.tanh(v) ** 2, x)


def swish_gradient(x):
    def slope(v):
        s = one_sigmoid(v)
        return s * (1 + v * (1 - s))

    return each(slope, x)


def softmax_jacobian(x):
    p = softmax(x)
    n = len(x)
    J = np.zeros((n, n), x.dtype)
    for i in range(n):
        for j in range(n):
            if i == j:
                J[i, j] = p[i] * (1 - p[i])
            else:
                J[i, j] = -p[i] * p[j]
    return J


def times(A, B):
    C = np.zeros((len(A), len(B[0])), A.dtype)
    for i in range(len(A)):
        for j in range(len(B[0])):
            for q in range(len(B)):
                C[i, j] += A[i, q] * B[q, j]
    return C


def collapse(W1, b1, W2, b2):
    if len(W1[0]) != len(W2):
        raise ValueError("W1 and W2 don't fit")
    b = b2.copy()
    for j in range(len(b)):
        for q in range(len(b1)):
            b[j] += b1[q] * W2[q, j]
    return times(W1, W2), b


def graph_gradients(x, y):
    if np.ndim(x) > 0:
        d, dx, dy = np.empty_like(x), np.empty_like(x), np.empty_like(x)
        for i in np.ndindex(x.shape):
            d[i], dx[i], dy[i] = graph_gradients(float(x[i]), float(y[i]))
        return d, dx, dy
    if x + y == 0:
        raise ValueError("can't divide by x + y = 0")
    c, s = math.exp(math.sin(x * y)), x + y
    dx = (c * math.cos(x * y) * y * s - c) / s**2
    dy = (c * math.cos(x * y) * x * s - c) / s**2
    return c / s, dx, dy


def mlp_forward(X, W1, b1, W2, b2, activation="relu"):
    functions = {
        "relu": relu,
        "leaky_relu": leaky_relu,
        "sigmoid": sigmoid,
        "tanh": tanh,
        "swish": swish,
    }
    if activation not in functions:
        raise ValueError("unknown activation " + activation)
    if len(X[0]) != len(W1) or len(W1[0]) != len(W2):
        raise ValueError("shapes")
    Z = times(X, W1)
    for row in Z:
        row += b1
    H = functions[activation](Z)
    out = times(H, W2)
    for row in out:
        row += b2
    return out, [X, Z, H]


def mlp_backward(out, Y, cache, W2, activation="relu"):
    if out.shape != Y.shape:
        raise ValueError("out and Y")
    slopes = {
        "relu": relu_gradient,
        "leaky_relu": leaky_relu_gradient,
        "sigmoid": sigmoid_gradient,
        "tanh": tanh_gradient,
        "swish": swish_gradient,
    }
    X, Z, H = cache
    slope = slopes[activation](Z)
    m, d, h, k = len(X), X.shape[1], Z.shape[1], out.shape[1]
    dW1, db1 = np.zeros((d, h), out.dtype), np.zeros(h, out.dtype)
    dW2, db2 = np.zeros((h, k), out.dtype), np.zeros(k, out.dtype)
    for i in range(m):
        for q in range(h):
            back = 0
            for j in range(k):
                error = (out[i, j] - Y[i, j]) / m
                dW2[q, j] += H[i, q] * error
                back += W2[q, j] * error
            db1[q] += back * slope[i, q]
            for n in range(d):
                dW1[n, q] += X[i, n] * back * slope[i, q]
        for j in range(k):
            db2[j] += (out[i, j] - Y[i, j]) / m
    return [dW1, db1, dW2, db2]


def count_parameters(sizes):
    if len(sizes) < 2:
        raise ValueError("too few layers")
    count, before = 0, None
    for size in sizes:
        if size < 1:
            raise ValueError("an empty layer")
        if before is not None:
            count += before * size
            count += size
        before = size
    return count


def early_stopping(losses, patience):
    if len(losses) == 0 or patience < 1:
        raise ValueError("nothing to do")
    lowest, best, waited = losses[0], 0, 0
    epoch = 0
    while epoch + 1 < len(losses) and waited < patience:
        epoch += 1
        if losses[epoch] < lowest:
            lowest, best, waited = losses[epoch], epoch, 0
        else:
            waited += 1
    return epoch, best


def train_mlp(X, Y, weights, eta, epochs, batch_size, seed):
    if not (eta > 0 and epochs >= 0 and batch_size >= 1 and len(X) == len(Y)):
        raise ValueError("bad settings")
    W1, b1, W2, b2 = [w.copy() for w in weights]
    rng = np.random.default_rng(seed)
    for epoch in range(epochs):
        waiting = list(rng.permutation(len(X)))
        while waiting:
            batch, waiting = waiting[:batch_size], waiting[batch_size:]
            H = np.tanh(X[batch].dot(W1) + b1)
            error = (H.dot(W2) + b2 - Y[batch]) / len(batch)
            inner = error.dot(W2.T) * (1 - H * H)
            W2 -= eta * H.T.dot(error)
            b2 -= eta * error.sum(0)
            W1 -= eta * X[batch].T.dot(inner)
            b1 -= eta * inner.sum(0)
    return W1, b1, W2, b2


def fit_sine(X, Y, X_test, Y_test, seed):
    hidden = 60
    rng = np.random.default_rng(seed)
    W1 = np.where(rng.random((1, hidden)) < 0.5, -1, 1).astype(X.dtype)
    b1 = -W1[0] * np.linspace(-7, 7, hidden).astype(X.dtype)
    W2, b2 = np.zeros((hidden, 1), X.dtype), np.zeros(1, X.dtype)
    weights = train_mlp(X, Y, (W1, b1, W2, b2), 0.04, 200, 8, seed + 1)
    out = np.tanh(X_test.dot(weights[0]) + weights[1]).dot(weights[2]) + weights[3]
    total = 0.0
    for o, y in zip(out[:, 0], Y_test[:, 0]):
        total += float(o - y) ** 2
    return list(weights), total / len(Y_test)


def network_torch(W1, b1, W2, b2):
    import torch

    class ANN(torch.nn.Module):
        def __init__(self):
            super(ANN, self).__init__()
            self.hidden_layer = torch.nn.Linear(W1.shape[0], W1.shape[1])
            self.output_layer = torch.nn.Linear(W2.shape[0], W2.shape[1])

        def forward(self, x):
            x = torch.relu(self.hidden_layer(x))
            x = self.output_layer(x)
            return x

    model = ANN().to(device=W1.device, dtype=W1.dtype)
    for layer, W, b in ((model.hidden_layer, W1, b1), (model.output_layer, W2, b2)):
        for i in range(W.shape[0]):
            for j in range(W.shape[1]):
                layer.weight.data[j, i] = W[i, j]
        layer.bias.data[:] = b
    return model


def network_tf(W1, b1, W2, b2):
    import tensorflow as tf

    name = W1.dtype.name
    hidden_layer = tf.keras.layers.Dense(
        W1.shape[1], activation=tf.nn.relu, name="hidden_layer", dtype=name
    )
    output_layer = tf.keras.layers.Dense(W2.shape[1], name="output_layer", dtype=name)
    model = tf.keras.Sequential()
    model.add(tf.keras.Input((W1.shape[0],), dtype=name))
    model.add(hidden_layer)
    model.add(output_layer)
    hidden_layer.kernel.assign(W1)
    hidden_layer.bias.assign(b1)
    output_layer.kernel.assign(W2)
    output_layer.bias.assign(b2)
    return model
