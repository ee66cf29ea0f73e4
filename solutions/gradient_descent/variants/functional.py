"""Folds, closures, classes and partial functions: hardly a loop that assigns."""

import itertools
from functools import partial

import numpy as np


def walk(step, x0, times):
    """Every point that a step function passes through."""
    x0 = np.asarray(x0)
    x0 = x0 if np.issubdtype(x0.dtype, np.floating) else np.float64(x0)
    return np.stack(list(itertools.accumulate(times, step, initial=x0)))


def descend(gradient, x0, eta, steps):
    if eta <= 0 or steps < 0:
        raise ValueError("no way down")
    return walk(lambda x, _: x - eta * np.asarray(gradient(x)), x0, range(steps))


class Decay:
    """A learning rate that remembers how it falls."""

    def __init__(self, eta0, k, fall):
        if eta0 <= 0 or k < 0:
            raise ValueError("no decay")
        self.eta0, self.k, self.fall = eta0, k, fall

    def __call__(self, t):
        return self.eta0 * float(self.fall(self.k * t))


def exponential_decay(eta0, k):
    return Decay(eta0, k, lambda s: 1 / np.exp(s))


def polynomial_decay(eta0, k, alpha):
    return Decay(eta0, k, lambda s: np.exp(-alpha * np.log1p(s)))


def sgd(gradient, x0, schedule, noise):
    if noise[:1].size != len(x0) * len(noise[:1]) or noise.shape[1] != len(x0):
        raise ValueError("noise doesn't fit")
    return walk(
        lambda x, now: x - schedule(now[0]) * (gradient(x) + now[1]),
        x0,
        enumerate(noise),
    )


def momentum_step(x, state, g, eta, beta=0.9):
    v = np.add(g, np.multiply(beta, state))
    return np.subtract(x, np.multiply(eta, v)), v


def scaled(x, s, g, eta, eps):
    return x - np.multiply(eta, g) * np.reciprocal(s**0.5 + eps), s


def adagrad_step(x, state, g, eta, eps=1e-8):
    return scaled(x, np.square(g) + state, g, eta, eps)


def rmsprop_step(x, state, g, eta, rho=0.9, eps=1e-8):
    return scaled(x, state + (1 - rho) * (np.square(g) - state), g, eta, eps)


def average(old, new, stays):
    return stays * old + (1 - stays) * new


def adam_step(x, state, g, eta, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = average(state[0], g, beta1), average(state[1], g * g, beta2)
    t = state[2] + 1
    corrected = m / (1 - beta1**t), v / (1 - beta2**t)
    return scaled(x, corrected[1], corrected[0], eta, eps)[0], (m, v, t)


def with_residuals(then):
    def function(w, b, X, y):
        if X.shape != (y.size, w.size):
            raise ValueError("data don't fit")
        return then(np.einsum("ij,j->i", X, w) - (y - b), X)

    return function


def mse_loss(w, b, X, y):
    return with_residuals(lambda r, _: 0.5 * np.mean(np.square(r)))(w, b, X, y)


def mse_gradient(w, b, X, y):
    return with_residuals(lambda r, X: (np.mean(X * r[:, None], axis=0), np.mean(r)))(
        w, b, X, y
    )


def numerical_gradient(f, x, h=1e-5):
    if h <= 0:
        raise ValueError("h")
    axes = np.eye(len(x), dtype=x.dtype) * x.dtype.type(h)
    slopes = [(f(x + e) - f(x - e)) / (h + h) for e in axes]
    return np.fromiter(slopes, x.dtype, len(x))


def gradient_error(a, n):
    if a.shape != n.shape:
        raise ValueError("shapes")
    norm = partial(np.linalg.norm, axis=None)
    a, n = a.reshape(-1), n.reshape(-1)
    return norm(a - n) / (norm(a) + norm(n)) if a.any() or n.any() else norm(a)


def best_run(f, gradient, starts, etas, steps):
    if len(starts) == 0 or len(starts) != len(etas):
        raise ValueError("runs")
    runs = [descend(gradient, *pair, steps) for pair in zip(starts, etas)]
    ends = [(float(f(r[-1])), i) for i, r in enumerate(runs) if abs(r[-1]) < np.inf]
    ends = [pair for pair in ends if abs(pair[0]) < np.inf]
    if not ends:
        raise ValueError("all diverge")
    return list(runs[min(ends)[1]])


def fit_line_torch(X, y, eta, steps):
    import torch

    def loss(w, b):
        return 0.5 * torch.nn.functional.mse_loss(X @ w + b, y)

    slopes = torch.func.grad(loss, argnums=(0, 1))
    w, b = torch.zeros_like(X[0]), torch.zeros_like(y[0])
    for _ in range(steps):
        dw, db = slopes(w, b)
        w, b = w - eta * dw, b - eta * db
    return [w, b]


def fit_line_tf(X, y, eta, steps):
    import tensorflow as tf

    m, d = X.shape
    ones = tf.concat([X, tf.ones((m, 1), X.dtype)], axis=1)  # the bias as a weight
    theta = tf.Variable(tf.zeros((d + 1, 1), X.dtype))
    for _ in range(steps):
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum((ones @ theta - y[:, None]) ** 2) / (2 * m)
        theta.assign_sub(eta * tape.gradient(loss, theta))
    return theta[:d, 0], theta[d, 0]
