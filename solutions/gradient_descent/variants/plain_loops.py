"""Everything in plain loops, one number at a time, as one writes from the formula."""

import math

import numpy as np


def descend(gradient, x0, eta, steps):
    if eta <= 0:
        raise ValueError("eta must be positive")
    if steps < 0:
        raise ValueError("steps must not be negative")
    start = np.array(x0)
    if start.dtype != np.float32:
        start = start.astype(np.float64)
    trajectory = np.empty((steps + 1,) + start.shape, dtype=start.dtype)
    trajectory[0] = start
    for i in range(1, steps + 1):
        g = np.asarray(gradient(trajectory[i - 1].copy()))
        for place in np.ndindex(start.shape):
            here, before = (i, *place), (i - 1, *place)
            trajectory[here] = trajectory[before] - eta * g[place]
    return trajectory


def exponential_decay(eta0, k):
    if eta0 <= 0:
        raise ValueError("eta0 must be positive")
    if k < 0:
        raise ValueError("k must not be negative")

    def rate(t):
        return eta0 * math.exp(-k * t)

    return rate


def polynomial_decay(eta0, k, alpha):
    if eta0 <= 0:
        raise ValueError("eta0 must be positive")
    if k < 0:
        raise ValueError("k must not be negative")

    def rate(t):
        return eta0 * (1 + k * t) ** (-alpha)

    return rate


def sgd(gradient, x0, schedule, noise):
    steps, d = noise.shape
    if d != len(x0):
        raise ValueError("noise and x0 don't fit")
    x = [float(value) for value in x0]
    dtype = np.float32 if x0.dtype == np.float32 else np.float64
    rows = [list(x)]
    for t in range(steps):
        eta = schedule(t)
        g = gradient(np.array(x, dtype=dtype))
        for i in range(d):
            x[i] = x[i] - eta * (float(g[i]) + float(noise[t, i]))
        rows.append(list(x))
    return np.array(rows, dtype=dtype)


def momentum_step(x, state, g, eta, beta=0.9):
    new_x, v = np.empty_like(x), np.empty_like(state)
    for i in np.ndindex(x.shape):
        v[i] = beta * state[i] + g[i]
        new_x[i] = x[i] - eta * v[i]
    return new_x, v


def adagrad_step(x, state, g, eta, eps=1e-8):
    new_x, s = np.empty_like(x), np.empty_like(state)
    for i in np.ndindex(x.shape):
        s[i] = state[i] + g[i] * g[i]
        new_x[i] = x[i] - eta / (math.sqrt(s[i]) + eps) * g[i]
    return new_x, s


def rmsprop_step(x, state, g, eta, rho=0.9, eps=1e-8):
    new_x, s = np.empty_like(x), np.empty_like(state)
    for i in np.ndindex(x.shape):
        s[i] = rho * state[i] + (1 - rho) * g[i] * g[i]
        new_x[i] = x[i] - eta / (math.sqrt(s[i]) + eps) * g[i]
    return new_x, s


def adam_step(x, state, g, eta, beta1=0.9, beta2=0.999, eps=1e-8):
    old_m, old_v, t = state
    t += 1
    new_x, m, v = np.empty_like(x), np.empty_like(x), np.empty_like(x)
    for i in np.ndindex(x.shape):
        m[i] = beta1 * old_m[i] + (1 - beta1) * g[i]
        v[i] = beta2 * old_v[i] + (1 - beta2) * g[i] ** 2
        m_hat = m[i] / (1 - beta1**t)
        v_hat = v[i] / (1 - beta2**t)
        new_x[i] = x[i] - eta * m_hat / (math.sqrt(v_hat) + eps)
    return new_x, (m, v, t)


def mse_loss(w, b, X, y):
    if X.shape[1] != len(w) or X.shape[0] != len(y):
        raise ValueError("shapes don't fit")
    total = 0.0
    for i in range(len(y)):
        prediction = b
        for j in range(len(w)):
            prediction += X[i, j] * w[j]
        total += (prediction - y[i]) ** 2
    return float(total) / (2 * len(y))


def mse_gradient(w, b, X, y):
    if X.shape[1] != len(w) or X.shape[0] != len(y):
        raise ValueError("shapes don't fit")
    m, d = X.shape
    dw = np.zeros(d, dtype=w.dtype)
    db = 0.0
    for i in range(m):
        residual = b - y[i]
        for j in range(d):
            residual += X[i, j] * w[j]
        for j in range(d):
            dw[j] += residual * X[i, j] / m
        db += float(residual) / m
    return dw, db


def numerical_gradient(f, x, h=1e-5):
    if h <= 0:
        raise ValueError("h must be positive")
    x = np.array(x)
    gradient = np.empty_like(x)
    for i in range(len(x)):
        old = x[i]
        x[i] = old + h
        above = f(x)
        x[i] = old - h
        below = f(x)
        x[i] = old
        gradient[i] = (above - below) / (2 * h)
    return gradient


def gradient_error(a, n):
    if a.shape != n.shape:
        raise ValueError("shapes differ")
    difference = length_a = length_n = 0.0
    for p, q in zip(a.flat, n.flat):
        difference += (float(p) - float(q)) ** 2
        length_a += float(p) ** 2
        length_n += float(q) ** 2
    if length_a == 0 and length_n == 0:
        return 0.0
    return math.sqrt(difference) / (math.sqrt(length_a) + math.sqrt(length_n))


def best_run(f, gradient, starts, etas, steps):
    if len(starts) != len(etas):
        raise ValueError("lengths differ")
    best = None
    for r in range(len(starts)):
        x = starts[r]
        run = [x]
        for _ in range(steps):
            x = x - etas[r] * gradient(x)
            run.append(x)
        value = float(f(x))
        if math.isnan(value) or math.isinf(value) or math.isinf(x):
            continue
        if best is None or value < best[0]:
            best = value, run
    if best is None:
        raise ValueError("nothing to choose from")
    return np.array(best[1], dtype=starts.dtype)


def fit_line_torch(X, y, eta, steps):
    import torch

    w = torch.zeros(X.size(1), dtype=X.dtype, device=X.device, requires_grad=True)
    b = torch.zeros([], dtype=X.dtype, device=X.device, requires_grad=True)
    m = X.size(0)
    for _ in range(steps):
        loss = 0
        for i in range(m):
            loss = loss + (torch.dot(X[i], w) + b - y[i]) ** 2 / (2 * m)
        loss.backward()
        with torch.no_grad():
            w -= eta * w.grad
            b -= eta * b.grad
        w.grad.zero_()
        b.grad.zero_()
    return w, b


def fit_line_tf(X, y, eta, steps):
    import tensorflow as tf

    w = tf.Variable(tf.zeros([X.shape[1]], dtype=X.dtype))
    b = tf.Variable(tf.zeros([], dtype=X.dtype))
    m = X.shape[0]
    for _ in range(steps):
        with tf.GradientTape() as tape:
            loss = 0
            for i in range(m):
                loss = loss + (tf.tensordot(X[i], w, 1) + b - y[i]) ** 2 / (2 * m)
        dw, db = tape.gradient(loss, (w, b))
        w.assign(w - eta * dw)
        b.assign(b - eta * db)
    return w, b
