"""As one who knows the frameworks writes it: their modules, their autograd, numpy's
linear algebra."""

import numpy as np


def descend(gradient, x0, eta, steps):
    if eta <= 0:
        raise ValueError("the learning rate must be positive")
    if steps < 0:
        raise ValueError("the number of steps must not be negative")
    x = np.asarray(x0, dtype=None if getattr(x0, "dtype", 0) == "float32" else float)
    history = [x]
    while len(history) <= steps:
        x = np.subtract(x, eta * np.asarray(gradient(x), dtype=x.dtype))
        history += [x]
    return np.array(history)


def exponential_decay(eta0, k):
    if eta0 <= 0 or k < 0:
        raise ValueError("eta0 > 0 and k >= 0, please")
    factor = np.exp(-k)
    return lambda t: eta0 * factor**t


def polynomial_decay(eta0, k, alpha):
    if eta0 <= 0 or k < 0:
        raise ValueError("eta0 > 0 and k >= 0, please")
    return lambda t: eta0 * pow(1 + k * t, -float(alpha))


def sgd(gradient, x0, schedule, noise):
    x0 = np.asarray(x0, dtype=x0.dtype if x0.dtype.kind == "f" else "float64")
    if noise.shape != (len(noise), *x0.shape):
        raise ValueError("noise")
    t, trajectory = 0, x0[None, :]
    while t < len(noise):
        g = gradient(trajectory[-1]) + noise[t]
        trajectory = np.vstack([trajectory, trajectory[-1] - schedule(t) * g])
        t = t + 1
    return trajectory


def momentum_step(x, state, g, eta, beta=0.9):
    velocity = beta * state
    velocity = velocity + g
    return x + (-eta) * velocity, velocity


def adagrad_step(x, state, g, eta, eps=1e-8):
    G = state + np.power(g, 2)
    rates = eta / (eps + np.sqrt(G))
    return x - rates * g, G


def rmsprop_step(x, state, g, eta, rho=0.9, eps=1e-8):
    E = np.average([state, np.power(g, 2)], axis=0, weights=[rho, 1 - rho])
    E = E.astype(x.dtype)
    rates = eta / (eps + np.sqrt(E))
    return x - rates * g, E


def adam_step(x, state, g, eta, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v, step = state[0], state[1], state[2] + 1
    moments = np.stack([m, v])
    betas = np.array([beta1, beta2], x.dtype).reshape((2,) + (1,) * x.ndim)
    moments = betas * moments + (1 - betas) * np.stack([g, g**2])
    first, second = moments / (1 - betas**step)
    return x - eta * first / (np.sqrt(second) + eps), (*moments, step)


def mse_loss(w, b, X, y):
    if X.ndim != 2 or X.shape[0] != y.shape[0] or X.shape[1] != w.shape[0]:
        raise ValueError("X does not fit")
    return np.linalg.norm(X @ w + b - y) ** 2 / (2 * len(X))


def mse_gradient(w, b, X, y):
    if X.ndim != 2 or X.shape[0] != y.shape[0] or X.shape[1] != w.shape[0]:
        raise ValueError("X does not fit")
    ones = np.column_stack([X, np.ones(len(X), X.dtype)])
    residuals = ones @ np.append(w, np.array(b, w.dtype)) - y
    both = ones.T @ residuals / np.array(len(X), w.dtype)
    return both[:-1], both[-1]


def numerical_gradient(f, x, h=1e-5):
    if h <= 0:
        raise ValueError("h")

    def slope(i):
        up, down = np.copy(x), np.copy(x)
        up[i], down[i] = x[i] + h, x[i] - h
        return (f(up) - f(down)) / 2 / h

    return np.array([slope(i) for i in range(x.size)], dtype=x.dtype)


def gradient_error(a, n):
    if a.shape != n.shape:
        raise ValueError("shapes")
    top, bottom = np.linalg.norm(a - n), np.linalg.norm(a) + np.linalg.norm(n)
    return top / bottom if bottom > 0 else type(top)(0)


def best_run(f, gradient, starts, etas, steps):
    if not len(starts) or len(starts) != len(etas):
        raise ValueError("starts, etas")
    runs = np.array(
        [descend(gradient, start, eta, steps) for start, eta in zip(starts, etas)]
    )
    values = np.array([f(end) for end in runs[:, -1]])
    usable = np.isfinite(values) & np.isfinite(runs[:, -1])
    if not usable.any():
        raise ValueError("all runs diverge")
    return runs[usable][np.argsort(values[usable])[0]]


def fit_line_torch(X, y, eta, steps):
    import torch

    model = torch.nn.Linear(X.shape[1], 1, device=X.device, dtype=X.dtype)
    torch.nn.init.zeros_(model.weight)
    torch.nn.init.zeros_(model.bias)
    for _ in range(steps):
        model.zero_grad()
        (torch.nn.functional.mse_loss(model(X).squeeze(1), y) / 2).backward()
        for parameter in model.parameters():
            parameter.data.add_(parameter.grad, alpha=-eta)
    return model.weight.detach()[0], model.bias.detach()[0]


def fit_line_tf(X, y, eta, steps):
    import tensorflow as tf

    dtype = X.dtype.name
    w = tf.Variable(tf.zeros(X.shape[1], dtype=dtype), trainable=True)
    b = tf.Variable(tf.zeros((), dtype=dtype), trainable=True)

    @tf.function
    def step():
        with tf.GradientTape() as tape:
            predictions = tf.reduce_sum(X * w, axis=1) + b
            loss = 0.5 * tf.reduce_mean(tf.math.squared_difference(predictions, y))
        for variable, slope in zip((w, b), tape.gradient(loss, (w, b))):
            variable.assign_sub(tf.cast(eta, dtype) * slope)

    for _ in range(steps):
        step()
    return w, b
