"""Arrays made once and filled in place through masks, on copies of what came in."""

import numpy as np


def relu(x):
    out = x.copy()
    out[out < 0] = 0
    return out


def leaky_relu(x, alpha=0.01):
    out = np.array(x)
    out[x < 0] *= alpha
    return out


def sigmoid(x):
    out = np.zeros_like(x)
    positive = x >= 0
    out[positive] = 1 / (1 + np.exp(-x[positive]))
    power = np.exp(x[~positive])
    out[~positive] = power / (1 + power)
    return out


def tanh(x):
    out = np.clip(x, -20, 20)
    np.exp(-2 * out, out=out)
    return (1 - out) / (1 + out)


def swish(x):
    out = sigmoid(x)
    out *= x
    return out


def softmax(x):
    out = x - np.max(x, axis=-1)[..., np.newaxis]
    np.exp(out, out=out)
    out /= out.sum(-1)[..., np.newaxis]
    return out


def relu_gradient(x):
    out = np.ones_like(x)
    out[x < 0] = 0
    return out


def leaky_relu_gradient(x, alpha=0.01):
    out = np.full_like(x, alpha)
    out[x > 0] = 1
    return out


def sigmoid_gradient(x):
    out = sigmoid(x)
    out -= out**2
    return out


def tanh_gradient(x):
    out = tanh(x)
    np.square(out, out=out)
    np.subtract(1, out, out=out)
    return out


def swish_gradient(x):
    s = sigmoid(x)
    out = x * s
    out += s * (1 - out)
    return out


def softmax_jacobian(x):
    p = softmax(x)
    out = -p[:, None] * p
    out[np.arange(len(x)), np.arange(len(x))] += p
    return out


def collapse(W1, b1, W2, b2):
    if W1.shape[-1] != W2.shape[0]:
        raise ValueError(f"{W1.shape} and {W2.shape}")
    W = np.zeros((W1.shape[0], W2.shape[1]), W1.dtype)
    np.matmul(W1, W2, out=W)
    b = b2.copy()
    b += np.dot(b1, W2)
    return W, b


def graph_gradients(x, y):
    x, y = np.asarray(x), np.asarray(y)
    s = x + y
    if not np.all(s):
        raise ValueError("x + y vanishes")
    d = np.exp(np.sin(x * y))
    d = d / s
    common = d * np.cos(x * y)
    loss = d / s
    return d, common * y - loss, common * x - loss


def mlp_forward(X, W1, b1, W2, b2, activation="relu"):
    try:
        function = ACTIVATIONS[activation]  # noqa: F821 - given
    except KeyError:
        raise ValueError(activation)
    if (X.shape[1], W1.shape[1]) != (W1.shape[0], W2.shape[0]):
        raise ValueError("shapes")
    Z = np.dot(X, W1)
    Z += b1
    H = function(Z)
    out = np.dot(H, W2)
    out += b2
    return out, (X, Z, H)


def mlp_backward(out, Y, cache, W2, activation="relu"):
    if np.shape(out) != np.shape(Y):
        raise ValueError("out and Y differ")
    X, Z, H = cache
    delta = out - Y
    delta /= out.shape[0]
    dW2, db2 = np.dot(H.T, delta), np.sum(delta, axis=0)
    delta = np.dot(delta, W2.T)
    delta *= ACTIVATION_GRADIENTS[activation](Z)  # noqa: F821 - given
    dW1, db1 = np.dot(X.T, delta), np.sum(delta, axis=0)
    return dW1, db1, dW2, db2


def count_parameters(sizes):
    sizes = np.array(sizes, dtype=int)
    if sizes.size < 2 or (sizes < 1).any():
        raise ValueError(f"{sizes}")
    sizes[:-1] += 1
    return int(np.sum(sizes[:-1] * np.append(sizes[1:-1] - 1, sizes[-1])))


def early_stopping(losses, patience):
    losses = np.array(losses, dtype=float)
    if losses.size == 0 or patience < 1:
        raise ValueError("losses or patience")
    losses[np.isnan(losses)] = np.inf
    lowest = np.minimum.accumulate(losses)
    improves = np.ones(len(losses), dtype=bool)
    improves[1:] = losses[1:] < lowest[:-1]
    last = np.maximum.accumulate(np.where(improves, np.arange(len(losses)), 0))
    done = np.flatnonzero(np.arange(len(losses)) - last >= patience)
    stop = done[0] if done.size else len(losses) - 1
    return stop, last[stop]


def train_mlp(X, Y, weights, eta, epochs, batch_size, seed):
    if eta <= 0 or epochs < 0 or batch_size < 1 or X.shape[0] != Y.shape[0]:
        raise ValueError("settings")
    weights = [np.array(w) for w in weights]
    rng = np.random.default_rng(seed)
    for _ in range(epochs):
        order = rng.permutation(len(X))
        X_now, Y_now = X[order], Y[order]
        for i in range(0, len(X), batch_size):
            x, y = X_now[i : i + batch_size], Y_now[i : i + batch_size]
            out, cache = mlp_forward(x, *weights, "tanh")
            for w, g in zip(weights, mlp_backward(out, y, cache, weights[2], "tanh")):
                w -= eta * g
    return tuple(weights)


def fit_sine(X, Y, X_test, Y_test, seed):
    # Full batches and Adam, written here
    rng = np.random.default_rng(seed)
    h = 40
    W1 = rng.uniform(0.5, 1.5, (1, h))
    b1 = rng.uniform(-6, 6, h) * W1[0]
    weights = [W1, b1, rng.normal(0, 0.1, (h, 1)), np.zeros(1)]
    weights = [w.astype(X.dtype) for w in weights]
    means = [np.zeros_like(w) for w in weights]
    squares = [np.zeros_like(w) for w in weights]
    for t in range(1, 501):
        out, cache = mlp_forward(X, *weights, "tanh")
        gradients = mlp_backward(out, Y, cache, weights[2], "tanh")
        for w, m, v, g in zip(weights, means, squares, gradients):
            m += 0.1 * (g - m)
            v += 0.01 * (g * g - v)
            w -= (
                0.02
                * (1 - t / 1501)
                * (m / (1 - 0.9**t))
                / (np.sqrt(v / (1 - 0.99**t)) + 1e-7)
            )
    errors = mlp_forward(X_test, *weights, "tanh")[0]
    errors -= Y_test
    errors *= errors
    return tuple(weights), errors.mean()


def network_torch(W1, b1, W2, b2):
    import torch

    class Net(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.hidden_layer = torch.nn.Linear(*W1.shape)
            self.output_layer = torch.nn.Linear(*W2.shape)
            self.relu = torch.nn.ReLU()

        def forward(self, x):
            return self.output_layer(self.relu(self.hidden_layer(x)))

    net = Net()
    net.hidden_layer.weight = torch.nn.Parameter(W1.t().contiguous())
    net.hidden_layer.bias = torch.nn.Parameter(b1.clone())
    net.output_layer.weight = torch.nn.Parameter(W2.t().contiguous())
    net.output_layer.bias = torch.nn.Parameter(b2.clone())
    return net


def network_tf(W1, b1, W2, b2):
    import tensorflow as tf

    def dense(W, b, name):
        return tf.keras.layers.Dense(
            len(b),
            dtype=W1.dtype,
            name=name,
            kernel_initializer=lambda shape, dtype=None: tf.identity(W),
            bias_initializer=lambda shape, dtype=None: tf.identity(b),
        )

    class Net(tf.keras.Model):  # gets its weights when it is called first
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.hidden_layer = dense(W1, b1, "hidden_layer")
            self.output_layer = dense(W2, b2, "output_layer")

        def call(self, x):
            return self.output_layer(tf.maximum(self.hidden_layer(x), 0))

    return Net(dtype=W1.dtype)
