"""Arrays made once and filled in place, on copies of what came in."""

import numpy as np


def as_float(x0):
    return np.array(x0, dtype=np.result_type(np.asarray(x0).dtype, np.float32))


def descend(gradient, x0, eta, steps):
    if not (eta > 0 and steps >= 0):
        raise ValueError(f"eta={eta}, steps={steps}")
    x = as_float(x0)
    rows = np.empty((steps + 1, *x.shape), x.dtype)
    rows[0] = x
    for t in range(steps):
        x -= eta * gradient(x)
        rows[t + 1] = x
    return rows


def exponential_decay(eta0, k):
    if not eta0 > 0 or not k >= 0:
        raise ValueError(f"eta0={eta0}, k={k}")
    return lambda t: np.multiply(eta0, np.exp(-k * t))


def polynomial_decay(eta0, k, alpha):
    if not eta0 > 0 or not k >= 0:
        raise ValueError(f"eta0={eta0}, k={k}")
    return lambda t: np.divide(eta0, np.power(1.0 + k * t, alpha))


def sgd(gradient, x0, schedule, noise):
    x = as_float(x0)
    if noise.shape[1:] != x.shape:
        raise ValueError(f"{noise.shape} and {x.shape}")
    rows = np.empty((len(noise) + 1, *x.shape), x.dtype)
    rows[0] = x
    for t, xi in enumerate(noise):
        x -= schedule(t) * gradient(x)
        x -= schedule(t) * xi
        rows[t + 1] = x
    return rows


def momentum_step(x, state, g, eta, beta=0.9):
    x, v = x.copy(), state.copy()
    v *= beta
    v += g
    x -= eta * v
    return x, v


def adagrad_step(x, state, g, eta, eps=1e-8):
    x, s = x.copy(), state.copy()
    s += np.square(g)
    x -= eta * np.divide(g, np.sqrt(s) + eps)
    return x, s


def rmsprop_step(x, state, g, eta, rho=0.9, eps=1e-8):
    x, s = x.copy(), state.copy()
    s *= rho
    s += (1 - rho) * np.square(g)
    x -= eta * np.divide(g, np.sqrt(s) + eps)
    return x, s


def adam_step(x, state, g, eta, beta1=0.9, beta2=0.999, eps=1e-8):
    x, m, v, t = x.copy(), state[0].copy(), state[1].copy(), state[2] + 1
    m += (1 - beta1) * (g - m)
    v += (1 - beta2) * (g * g - v)
    root = np.sqrt(v) / np.sqrt(1 - beta2**t) + eps
    x -= eta / (1 - beta1**t) * m / root
    return x, [m, v, t]


def check_data(w, X, y):
    if X.shape != y.shape + w.shape:
        raise ValueError(f"{X.shape}, {w.shape}, {y.shape}")


def mse_loss(w, b, X, y):
    check_data(w, X, y)
    r = X.dot(w)
    r += b
    r -= y
    r *= r
    return r.sum() / (2 * r.size)


def mse_gradient(w, b, X, y):
    check_data(w, X, y)
    r = X.dot(w)
    r += b
    r -= y
    r /= r.size
    return r.dot(X), r.sum()


def numerical_gradient(f, x, h=1e-5):
    if not h > 0:
        raise ValueError(f"h={h}")
    moved = np.tile(x, (2, len(x), 1))
    diagonal = np.arange(len(x))
    moved[0, diagonal, diagonal] += h
    moved[1, diagonal, diagonal] -= h
    up, down = ([f(point) for point in half] for half in moved)
    return np.subtract(up, down).astype(x.dtype) / (2 * h)


def gradient_error(a, n):
    if np.shape(a) != np.shape(n):
        raise ValueError("two shapes")
    size = np.sqrt(np.vdot(a, a)) + np.sqrt(np.vdot(n, n))
    if size == 0:
        return np.zeros((), a.dtype)
    return np.sqrt(np.vdot(a - n, a - n)) / size


def best_run(f, gradient, starts, etas, steps):
    if starts.size == 0 or starts.shape != etas.shape:
        raise ValueError("starts and etas")
    runs = np.empty((steps + 1, starts.size), starts.dtype)
    runs[0] = starts
    for t in range(steps):
        runs[t + 1] = runs[t] - etas * gradient(runs[t])
    values = np.array(f(runs[-1]))
    values[~np.isfinite(runs[-1])] = np.nan
    values[~np.isfinite(values)] = np.nan
    return runs[:, np.nanargmin(values)]


def fit_line_torch(X, y, eta, steps):
    import torch

    w = X.new_zeros(X.shape[1])
    b = X.new_zeros(())
    for _ in range(steps):
        w.requires_grad_()
        b.requires_grad_()
        residuals = X.mv(w) + b - y
        half = residuals.square().mean().div(2)
        dw, db = torch.autograd.grad(half, [w, b])
        w = w.detach() - eta * dw
        b = b.detach() - eta * db
    return w, b


def fit_line_tf(X, y, eta, steps):
    import tensorflow as tf

    w = tf.zeros_like(X[0])
    b = tf.zeros_like(y[0])
    for _ in range(steps):
        with tf.GradientTape() as tape:
            tape.watch([w, b])
            half = tf.nn.l2_loss(tf.einsum("md,d->m", X, w) + b - y) / len(X)
        dw, db = tape.gradient(half, [w, b])
        w -= eta * dw
        b -= eta * db
    return [w, b]
