"""The assignment `gradient_descent` once more, in TensorFlow.

Owns a third opinion: each function has the oracle's name and meaning, takes and returns
tensors, and is found by another road than the oracle's and the PyTorch twin's (scans,
lerps, reciprocal roots, a GradientTape). Never imports the oracle.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, TypeAlias

import tensorflow as tf

__all__ = [
    "adagrad_step",
    "adam_step",
    "best_run",
    "bowl",
    "bowl_gradient",
    "cooling",
    "descend",
    "exponential_decay",
    "fit_line",
    "gradient_error",
    "momentum_step",
    "mse_gradient",
    "mse_loss",
    "numerical_gradient",
    "parabola",
    "parabola_gradient",
    "polynomial_decay",
    "rmsprop_step",
    "sgd",
    "steady",
    "wave",
    "wave_gradient",
]

Tensor: TypeAlias = Any  # tensorflow ships no types
AdamState: TypeAlias = tuple[Tensor, Tensor, int]
Function: TypeAlias = Callable[[Tensor], Tensor]
Schedule: TypeAlias = Callable[[float], float]


# --- what the notebook gives ---------------------------------------------------------


def parabola(x: Tensor) -> Tensor:
    """Return x^2."""
    return tf.square(x)


def parabola_gradient(x: Tensor) -> Tensor:
    """Differentiate `parabola` by a tape."""
    return _slope(parabola, x)


def bowl(x: Tensor) -> Tensor:
    """Return x_1^2 + 2 x_2^2 for a point (2,)."""
    return tf.reduce_sum(tf.square(x) * tf.constant([1.0, 2.0], x.dtype))


def bowl_gradient(x: Tensor) -> Tensor:
    """Differentiate `bowl` by a tape."""
    return _slope(bowl, x)


def wave(x: Tensor) -> Tensor:
    """Return x cos(0.15 pi x)."""
    return x * tf.cos(0.15 * math.pi * x)


def wave_gradient(x: Tensor) -> Tensor:
    """Differentiate `wave` by a tape."""
    return _slope(wave, x)


def _slope(f: Function, x: Tensor) -> Tensor:
    with tf.GradientTape() as tape:
        tape.watch(x)
        value = f(x)
    return tape.gradient(value, x)


def steady(t: float) -> float:
    """Return the learning rate 0.1 at every step."""
    return 0.1


def cooling(t: float) -> float:
    """Return a learning rate that falls from 0.2 and halves every four steps."""
    return float(tf.pow(tf.constant(0.5, tf.float64), t / 4)) / 5


# --- descending ----------------------------------------------------------------------


def descend(gradient: Function, x0: Tensor, eta: float, steps: int) -> Tensor:
    """Walk downhill: the sum of all steps from the start.

    Args:
        gradient: Function of a point, shaped like `x0`.
        x0: Start, any shape; whole numbers count as float64.
        eta: Learning rate.
        steps: How many steps to take.

    Returns:
        (steps+1, *shape of x0), the start first.

    Raises:
        ValueError: `eta` is not positive or `steps` is negative.
    """
    if not eta > 0 or steps < 0:
        raise ValueError(f"no descent with eta={eta} and {steps} steps")
    moves = [_floating(x0)]
    for _ in range(steps):
        moves.append(-eta * gradient(tf.add_n(moves)))
    return tf.cumsum(tf.stack(moves))


def _floating(x: Tensor) -> Tensor:
    x = tf.convert_to_tensor(x)
    return x if x.dtype.is_floating else tf.cast(x, tf.float64)


def exponential_decay(eta0: float, k: float) -> Schedule:
    """Make the learning rate eta0 exp(-k t), as the exponential of a sum.

    Args:
        eta0: Learning rate at t = 0.
        k: How fast it falls, per step.

    Returns:
        The learning rate as a function of t.

    Raises:
        ValueError: `eta0` is not positive or `k` is negative.
    """
    _require_decay(eta0, k)
    return lambda t: math.exp(math.log(eta0) - k * t)


def polynomial_decay(eta0: float, k: float, alpha: float) -> Schedule:
    """Make the learning rate eta0 (1 + k t)^(-alpha), as a power of a quotient.

    Args:
        eta0: Learning rate at t = 0.
        k: How fast it falls, per step.
        alpha: The power.

    Returns:
        The learning rate as a function of t.

    Raises:
        ValueError: `eta0` is not positive or `k` is negative.
    """
    _require_decay(eta0, k)
    return lambda t: eta0 * float(1 / (1 + k * t)) ** alpha


def _require_decay(eta0: float, k: float) -> None:
    if not eta0 > 0 or k < 0:
        raise ValueError(f"invalid: eta0={eta0}, k={k}")


def sgd(gradient: Function, x0: Tensor, schedule: Schedule, noise: Tensor) -> Tensor:
    """Walk downhill with noisy gradients: a scan over times and rows of noise.

    Args:
        gradient: Function of a point (d,), shaped like it.
        x0: (d,).
        schedule: Learning rate of step t.
        noise: (steps, d).

    Returns:
        (steps+1, d), the start first.

    Raises:
        ValueError: The rows of `noise` are not as long as `x0`.
    """
    if len(noise.shape) != 2 or noise.shape[1:] != x0.shape:
        raise ValueError(f"noise of shape {noise.shape} for a start {x0.shape}")
    start = _floating(x0)
    rates = tf.constant([schedule(t) for t in range(len(noise))], start.dtype)

    def step(x: Tensor, now: tuple[Tensor, Tensor]) -> Tensor:
        rate, row = now
        return x - rate * gradient(x) - rate * row

    points = tf.scan(step, (rates, noise), start)  # (steps, d)
    return tf.concat([start[None], points], axis=0)


# --- one step of each optimizer ------------------------------------------------------


def momentum_step(
    x: Tensor, state: Tensor, g: Tensor, eta: float, beta: float = 0.9
) -> tuple[Tensor, Tensor]:
    """Take a step with momentum, the two parts of the velocity one by one.

    Args:
        x: Point, any shape.
        state: The velocity, shaped like `x`.
        g: Gradient at `x`.
        eta: Learning rate.
        beta: How much of the old velocity stays.

    Returns:
        The new point and the new velocity.
    """
    return x - eta * g - eta * beta * state, tf.add(g, beta * state)


def adagrad_step(
    x: Tensor, state: Tensor, g: Tensor, eta: float, eps: float = 1e-8
) -> tuple[Tensor, Tensor]:
    """Take a step divided by the root of the sum of squares.

    Args:
        x: Point, any shape.
        state: The sum of squares, shaped like `x`.
        g: Gradient at `x`.
        eta: Learning rate.
        eps: Added to the root.

    Returns:
        The new point and the new sum.
    """
    s = state + tf.square(g)
    return x - tf.math.divide(eta * g, tf.pow(s, 0.5) + eps), s


def rmsprop_step(
    x: Tensor, state: Tensor, g: Tensor, eta: float, rho: float = 0.9, eps: float = 1e-8
) -> tuple[Tensor, Tensor]:
    """Take a step divided by the root of the moving mean, a lerp.

    Args:
        x: Point, any shape.
        state: The moving mean of squares, shaped like `x`.
        g: Gradient at `x`.
        eta: Learning rate.
        rho: How much of the old mean stays.
        eps: Added to the root.

    Returns:
        The new point and the new mean.
    """
    s = _lerp(tf.square(g), state, rho)
    return x - tf.math.divide(eta * g, tf.pow(s, 0.5) + eps), s


def adam_step(
    x: Tensor,
    state: AdamState,
    g: Tensor,
    eta: float,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
) -> tuple[Tensor, AdamState]:
    """Take a step of Adam in its second form, with both corrections in the rate.

    Args:
        x: Point, any shape.
        state: (m, v, t), the means shaped like `x`, the steps taken before.
        g: Gradient at `x`.
        eta: Learning rate.
        beta1: How much of the old m stays.
        beta2: How much of the old v stays.
        eps: Added to the root.

    Returns:
        The new point and the new (m, v, t).

    References:
        Kingma & Ba 2015, end of section 2.
    """
    m, v, t = state
    m, v, t = _lerp(g, m, beta1), _lerp(tf.square(g), v, beta2), t + 1
    scale = math.sqrt(1 - beta2**t)
    rate = eta * scale / (1 - beta1**t)
    return x - rate * m / (tf.sqrt(v) + eps * scale), (m, v, t)


def _lerp(new: Tensor, old: Tensor, stays: float) -> Tensor:
    return new + stays * (old - new)


# --- a loss and its gradient ---------------------------------------------------------


def mse_loss(w: Tensor, b: Any, X: Tensor, y: Tensor) -> Tensor:
    """Measure how badly a linear model fits, by the norm of its residuals.

    Args:
        w: (d,).
        b: Number.
        X: (m, d).
        y: (m,).

    Returns:
        (), half the mean squared error.

    Raises:
        ValueError: `X` is not (m, d).
    """
    if X.shape != (len(y), len(w)):
        raise ValueError(f"X {X.shape} with {len(w)} weights and {len(y)} targets")
    return tf.nn.l2_loss(tf.linalg.matvec(X, w) + b - y) / len(y)


def mse_gradient(w: Tensor, b: Any, X: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """Differentiate `mse_loss` by a tape.

    Args:
        w: (d,).
        b: Number.
        X: (m, d).
        y: (m,).

    Returns:
        dJ/dw (d,) and dJ/db ().

    Raises:
        ValueError: `X` is not (m, d).
    """
    b = tf.convert_to_tensor(b, w.dtype)
    with tf.GradientTape() as tape:
        tape.watch((w, b))
        loss = mse_loss(w, b, X, y)
    dw, db = tape.gradient(loss, (w, b))
    return dw, db


def numerical_gradient(f: Function, x: Tensor, h: float = 1e-5) -> Tensor:
    """Estimate a gradient by central differences, with one-hot steps.

    Args:
        f: From a point (d,) to a number.
        x: (d,).
        h: Half the distance between the two points.

    Returns:
        (d,).

    Raises:
        ValueError: `h` is not positive.
    """
    if not h > 0:
        raise ValueError(f"h must be positive, got {h}")

    def slope(i: Tensor) -> Tensor:
        step = tf.one_hot(i, len(x), on_value=h, off_value=0.0, dtype=x.dtype)
        return (f(x + step) - f(x - step)) / (2 * h)

    return tf.map_fn(slope, tf.range(len(x)), fn_output_signature=x.dtype)


def gradient_error(a: Tensor, n: Tensor) -> Tensor:
    """Compare two gradients by their norms.

    Args:
        a: Analytic gradient, any shape.
        n: Numerical gradient, the same shape.

    Returns:
        () from 0 to 1.

    Raises:
        ValueError: The shapes differ.
    """
    if a.shape != n.shape:
        raise ValueError(f"gradients of shapes {a.shape} and {n.shape}")
    lengths = tf.norm(a) + tf.norm(n)
    return tf.math.divide_no_nan(tf.norm(a - n), lengths)


def best_run(
    f: Function, gradient: Function, starts: Tensor, etas: Tensor, steps: int
) -> Tensor:
    """Descend from all starts at once and take the first of the sorted ends.

    Args:
        f: Function of numbers, elementwise.
        gradient: Its derivative, elementwise.
        starts: (runs,).
        etas: (runs,).
        steps: The number of steps of every run.

    Returns:
        (steps+1,).

    Raises:
        ValueError: There are no runs, the lengths differ, or no run ends at a finite
            value.
    """
    if len(starts) == 0 or len(starts) != len(etas):
        raise ValueError(f"{len(starts)} starts with {len(etas)} learning rates")
    runs = [starts]
    for _ in range(steps):
        runs.append(runs[-1] - etas * gradient(runs[-1]))  # (runs,)
    values = f(runs[-1])
    is_finite = tf.math.is_finite(runs[-1]) & tf.math.is_finite(values)
    if not tf.reduce_any(is_finite):
        raise ValueError("no run ends at a finite value")
    finite = tf.boolean_mask(tf.stack(runs, axis=1), is_finite)  # (finite, steps+1)
    order = tf.argsort(tf.boolean_mask(values, is_finite), stable=True)
    return tf.gather(finite, order[0])


def fit_line(X: Tensor, y: Tensor, eta: float, steps: int) -> tuple[Tensor, Tensor]:
    """Fit a linear model by gradient descent on `mse_loss`, from zero weights.

    Args:
        X: (m, d).
        y: (m,).
        eta: Learning rate.
        steps: How many steps to take, over all samples each.

    Returns:
        w (d,) and b (), with X's dtype.
    """
    w, b = tf.zeros_like(X[0]), tf.zeros_like(y[0])
    for _ in range(steps):
        dw, db = mse_gradient(w, b, X, y)
        w, b = w - eta * dw, b - eta * db
    return w, b
