"""As one writes it who has seen an autograd engine from inside: nodes that know how to
send gradients back, and layers as objects."""

from functools import partial

import numpy as np


class Node:
    """An array that remembers where it came from."""

    def __init__(self, value, parents=()):
        self.value = value
        self.parents = parents  # pairs of a node and what its gradient is multiplied by
        self.grad = 0

    def backward(self):
        order, seen = [], set()

        def visit(node):
            if id(node) not in seen:
                seen.add(id(node))
                for parent, _ in node.parents:
                    visit(parent)
                order.append(node)

        visit(self)
        self.grad = np.ones_like(self.value)
        for node in reversed(order):
            for parent, send in node.parents:
                parent.grad = parent.grad + send(node.grad)


def apply(function, slope, node):
    return Node(function(node.value), [(node, lambda g: g * slope(node.value))])


def add(a, b):
    return Node(a.value + b.value, [(a, lambda g: g), (b, lambda g: g)])


def mul(a, b):
    return Node(
        a.value * b.value, [(a, lambda g: g * b.value), (b, lambda g: g * a.value)]
    )


def graph_gradients(x, y):
    x, y = Node(x), Node(y)
    s = add(x, y)
    if np.any(s.value == 0):
        raise ValueError("division by x + y = 0")
    c = apply(np.exp, np.exp, apply(np.sin, np.cos, mul(x, y)))
    d = mul(c, apply(lambda v: 1 / v, lambda v: -1 / v**2, s))
    d.backward()
    return d.value, x.grad, y.grad


def relu(x):
    return (x + np.abs(x)) / 2


def leaky_relu(x, alpha=0.01):
    return np.maximum(x, 0) + alpha * np.minimum(x, 0)


def sigmoid(x):
    return (1 + np.tanh(x / 2)) / 2


def tanh(x):
    return np.tanh(x)


def swish(x):
    return np.exp(np.log(np.abs(x) + (x == 0)) - np.logaddexp(0, -x)) * np.sign(x)


def softmax(x):
    return np.exp(x - np.logaddexp.reduce(x, axis=-1, keepdims=True))


def relu_gradient(x):
    return np.heaviside(x, np.array(0.5, x.dtype))


def leaky_relu_gradient(x, alpha=0.01):
    return np.select([x > 0], [np.ones_like(x)], default=x.dtype.type(alpha))


def sigmoid_gradient(x):
    return (1 - np.tanh(x / 2) ** 2) / 4


def tanh_gradient(x):
    return 4 * sigmoid_gradient(2 * x)


def swish_gradient(x):
    return sigmoid(x) * (1 + x * sigmoid(-x))


def softmax_jacobian(x):
    p = softmax(x)
    return p[:, None] * (np.eye(len(p), dtype=p.dtype) - p[None, :])


class Linear:
    def __init__(self, W, b):
        self.W, self.b = W, b

    def __call__(self, x):
        self.x = x
        return np.einsum("mi,io->mo", x, self.W) + self.b

    def back(self, g):
        self.dW, self.db = np.einsum("mi,mo->io", self.x, g), np.einsum("mo->o", g)
        return np.einsum("mo,io->mi", g, self.W)

    def then(self, other):
        if self.W.shape[1] != other.W.shape[0]:
            raise ValueError("layers don't fit")
        return np.einsum("dh,hk->dk", self.W, other.W), other(self.b[None])[0]


def collapse(W1, b1, W2, b2):
    return Linear(W1, b1).then(Linear(W2, b2))


def mlp_forward(X, W1, b1, W2, b2, activation="relu"):
    if activation not in ACTIVATIONS:  # noqa: F821 - given
        raise ValueError(f"no {activation}")
    if X.shape[1:] != W1.shape[:1] or W1.shape[1:] != W2.shape[:1]:
        raise ValueError("sizes")
    hidden, output = Linear(W1, b1), Linear(W2, b2)
    Z = hidden(X)
    H = ACTIVATIONS[activation](Z)  # noqa: F821 - given
    return output(H), (hidden.x, Z, H)


def mlp_backward(out, Y, cache, W2, activation="relu"):
    if out.shape != Y.shape:
        raise ValueError("sizes")
    X, Z, H = cache
    output = Linear(W2, 0)
    output(H)
    back = output.back((out - Y) / np.array(len(Y), out.dtype))
    hidden = Linear(np.zeros((X.shape[1], Z.shape[1]), X.dtype), 0)
    hidden(X)
    hidden.back(back * ACTIVATION_GRADIENTS[activation](Z))  # noqa: F821 - given
    return [hidden.dW, hidden.db, output.dW, output.db]


def count_parameters(sizes):
    if len(sizes) < 2 or any(n < 1 for n in sizes):
        raise ValueError("sizes")
    layers = [Linear(np.empty((a, b)), np.empty(b)) for a, b in zip(sizes, sizes[1:])]
    return sum(layer.W.size + layer.b.size for layer in layers)


def early_stopping(losses, patience):
    if not len(losses) or patience < 1:
        raise ValueError("losses, patience")
    last = len(losses) - 1
    records = [
        e for e in range(last + 1) if all(losses[e] < v for v in losses[:e] if v == v)
    ]
    records = [e for e in records if losses[e] == losses[e]]
    for now, following in zip(records, records[1:] + [np.inf]):
        if following - now > patience and now + patience <= last:
            return now + patience, now
    return last, records[-1]


def train_mlp(X, Y, weights, eta, epochs, batch_size, seed):
    if eta <= 0:
        raise ValueError("eta")
    if epochs < 0:
        raise ValueError("epochs")
    if batch_size < 1:
        raise ValueError("batch_size")
    if X.shape[0] != Y.shape[0]:
        raise ValueError("X and Y")
    rng = np.random.default_rng(seed)
    hidden, output = Linear(*weights[:2]), Linear(*weights[2:])
    for _ in range(epochs):
        order = rng.permutation(X.shape[0])
        cuts = range(batch_size, X.shape[0], batch_size)
        for batch in np.split(order, cuts):
            H = np.tanh(hidden(X[batch]))
            g = output.back((output(H) - Y[batch]) / len(batch))
            hidden.back(g * (1 - H**2))
            for layer in (hidden, output):
                layer.W = layer.W - eta * layer.dW
                layer.b = layer.b - eta * layer.db
    return hidden.W, hidden.b, output.W, output.b


def fit_sine(X, Y, X_test, Y_test, seed):
    # Random bends, and the best output layer for them by least squares
    rng = np.random.default_rng(seed)
    W1 = rng.normal(0, 1, size=(1, 40)).astype(X.dtype)
    b1 = (-W1[0] * rng.uniform(-6, 6, size=40)).astype(X.dtype)
    columns = partial(np.pad, pad_width=((0, 0), (0, 1)), constant_values=1)
    H = columns(np.tanh(X @ W1 + b1)).astype(float)
    ridge = 1e-6 * np.eye(41)
    best = np.linalg.solve(H.T @ H + ridge, H.T @ Y).astype(X.dtype)
    weights = W1, b1, best[:-1], best[-1]
    out = mlp_forward(X_test, *weights, "tanh")[0]
    return weights, float(np.mean(np.square(out - Y_test)))


def network_torch(W1, b1, W2, b2):
    from collections import OrderedDict

    import torch

    make = partial(torch.nn.Linear, dtype=W1.dtype, device=W1.device)
    network = torch.nn.Sequential(
        OrderedDict(
            hidden_layer=make(*W1.shape),
            relu=torch.nn.ReLU(),
            output_layer=make(*W2.shape),
        )
    )
    with torch.no_grad():
        for parameter, given in zip(network.parameters(), (W1, b1, W2, b2)):
            parameter.copy_(given.T if given.ndim == 2 else given)
    return network.eval()


def network_tf(W1, b1, W2, b2):
    import tensorflow as tf

    dense = partial(tf.keras.layers.Dense, dtype=W1.dtype)
    x = tf.keras.Input(shape=W1.shape[:1], dtype=W1.dtype)
    h = dense(W1.shape[1], name="hidden_layer")(x)
    h = tf.keras.layers.ReLU(dtype=W1.dtype)(h)
    model = tf.keras.Model(x, dense(W2.shape[1], name="output_layer")(h))
    for name, W, b in (("hidden_layer", W1, b1), ("output_layer", W2, b2)):
        model.get_layer(name).set_weights([W, b])
    return model
