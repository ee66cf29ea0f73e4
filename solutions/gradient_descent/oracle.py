"""The reference answers of the assignment `gradient_descent`, in numpy.

Owns what is right: values, shapes, dtypes and refusals of every exercise. Every result
has the dtype of its inputs, so the oracle at float32 against itself at float64 measures
rounding; whole numbers count as float64. No input is modified. Never imports torch or
TensorFlow.

Notation (lecture 001, Zhang et al. 2023): x is a point, eta the learning rate, t counts
steps from 0. A trajectory holds the start and one row for each step.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = [
    "adagrad_step",
    "adam_step",
    "best_run",
    "bowl",
    "bowl_gradient",
    "cooling",
    "descend",
    "exponential_decay",
    "exponential_rates",
    "fit_line",
    "gradient_error",
    "momentum_step",
    "mse_gradient",
    "mse_loss",
    "numerical_gradient",
    "parabola",
    "parabola_gradient",
    "polynomial_decay",
    "polynomial_rates",
    "rmsprop_step",
    "sgd",
    "steady",
    "wave",
    "wave_gradient",
]

Array: TypeAlias = npt.NDArray[Any]
AdamState: TypeAlias = tuple[Array, Array, int]
Function: TypeAlias = Callable[[Array], Any]
Schedule: TypeAlias = Callable[[float], float]


# --- what the notebook gives ---------------------------------------------------------


def parabola(x: Any) -> Any:
    """Return x^2, for a number or an array."""
    return x**2


def parabola_gradient(x: Any) -> Any:
    """Return the derivative of `parabola`."""
    return 2 * x


def bowl(x: Any) -> Any:
    """Return x_1^2 + 2 x_2^2 for a point of two coordinates."""
    return x[0] ** 2 + 2 * x[1] ** 2


def bowl_gradient(x: Any) -> Array:
    """Return the gradient of `bowl`, (2,)."""
    slopes: Array = np.array([2 * x[0], 4 * x[1]])
    return slopes


def wave(x: Any) -> Any:
    """Return x cos(0.15 pi x), infinitely many valleys, for a number or an array."""
    angle = 0.15 * np.pi * x
    return x * np.cos(angle)


def wave_gradient(x: Any) -> Any:
    """Return the derivative of `wave`."""
    angle = 0.15 * np.pi * x
    return np.cos(angle) - angle * np.sin(angle)


def steady(t: float) -> float:
    """Return the learning rate 0.1 at every step."""
    return 0.1


def cooling(t: float) -> float:
    """Return a learning rate that falls from 0.2 and halves every four steps."""
    halvings = t / 4
    return float(0.2 * 0.5**halvings)


# --- descending ----------------------------------------------------------------------


def descend(gradient: Function, x0: npt.ArrayLike, eta: float, steps: int) -> Array:
    """Walk downhill: x <- x - eta gradient(x).

    Args:
        gradient: Function of a point, shaped like `x0`.
        x0: Start, a number or an array of any shape.
        eta: Learning rate.
        steps: How many steps to take.

    Returns:
        (steps+1, *shape of x0), the start first.

    Raises:
        ValueError: `eta` is not positive or `steps` is negative.

    References:
        Lecture 001, "Gradient Descent"; Zhang et al. 2023, section 12.3.
    """
    if not eta > 0 or steps < 0:
        raise ValueError(f"no descent with eta={eta} and {steps} steps")
    trajectory = _trajectory(x0, steps)
    for t in range(steps):
        trajectory[t + 1] = trajectory[t] - eta * gradient(trajectory[t])
    return trajectory


def _trajectory(x0: npt.ArrayLike, steps: int) -> Array:
    """Make room for a run: (steps+1, *shape of x0), of which the start is filled in."""
    start = np.asarray(x0)
    dtype = start.dtype if start.dtype.kind == "f" else np.float64
    trajectory = np.zeros((steps + 1, *start.shape), dtype)
    trajectory[0] = start
    return trajectory


def exponential_decay(eta0: float, k: float) -> Schedule:
    """Make the learning rate eta0 exp(-k t).

    Args:
        eta0: Learning rate at t = 0.
        k: How fast it falls, per step.

    Returns:
        The learning rate as a function of the number of steps taken before.

    Raises:
        ValueError: `eta0` is not positive or `k` is negative.

    References:
        Zhang et al. 2023, section 12.4.3.
    """
    _require_decay(eta0, k)
    return lambda t: float(eta0 * np.exp(-k * t))


def polynomial_decay(eta0: float, k: float, alpha: float) -> Schedule:
    """Make the learning rate eta0 (1 + k t)^(-alpha).

    Args:
        eta0: Learning rate at t = 0.
        k: How fast it falls, per step.
        alpha: The power; 1/2 is the classic choice.

    Returns:
        The learning rate as a function of the number of steps taken before.

    Raises:
        ValueError: `eta0` is not positive or `k` is negative.

    References:
        Zhang et al. 2023, section 12.4.3.
    """
    _require_decay(eta0, k)
    return lambda t: float(eta0 / (1 + k * t) ** alpha)


def _require_decay(eta0: float, k: float) -> None:
    if not eta0 > 0 or k < 0:
        raise ValueError(f"invalid: eta0={eta0}, k={k}")


def exponential_rates(eta0: float, k: float, times: list[float]) -> Array:
    """List what `exponential_decay` gives at some times; not asked of students."""
    schedule = exponential_decay(eta0, k)
    return np.array([schedule(t) for t in times])


def polynomial_rates(eta0: float, k: float, alpha: float, times: list[float]) -> Array:
    """List what `polynomial_decay` gives at some times; not asked of students."""
    schedule = polynomial_decay(eta0, k, alpha)
    return np.array([schedule(t) for t in times])


def sgd(gradient: Function, x0: Array, schedule: Schedule, noise: Array) -> Array:
    """Walk downhill with noisy gradients and a changing learning rate.

    x <- x - schedule(t) (gradient(x) + noise_t), t = 0, 1, ...

    Args:
        gradient: Function of a point (d,), shaped like it.
        x0: (d,).
        schedule: Learning rate of step t.
        noise: (steps, d).

    Returns:
        (steps+1, d), the start first.

    Raises:
        ValueError: The rows of `noise` are not as long as `x0`.

    References:
        Lecture 001, "Stochastic Gradient Updates".
    """
    start = np.asarray(x0)
    if noise.ndim != 2 or noise.shape[1:] != start.shape:
        raise ValueError(f"noise of shape {noise.shape} for a start {start.shape}")
    trajectory = _trajectory(start, len(noise))
    for t, row in enumerate(noise):
        x = trajectory[t]
        trajectory[t + 1] = x - schedule(t) * (gradient(x) + row)
    return trajectory


# --- one step of each optimizer ------------------------------------------------------


def momentum_step(
    x: Array, state: Array, g: Array, eta: float, beta: float = 0.9
) -> tuple[Array, Array]:
    """Take a step with momentum: v <- beta v + g, then x <- x - eta v.

    Args:
        x: Point, any shape.
        state: The velocity v, shaped like `x`; zeros before the first step.
        g: Gradient at `x`.
        eta: Learning rate.
        beta: How much of the old velocity stays.

    Returns:
        The new point and the new velocity.

    References:
        Zhang et al. 2023, eq. 12.6.2 (also PyTorch's SGD, dampening 0).
    """
    v = beta * state + g
    return x - eta * v, v


def rmsprop_step(
    x: Array, state: Array, g: Array, eta: float, rho: float = 0.9, eps: float = 1e-8
) -> tuple[Array, Array]:
    """Take a step divided by the root of a moving mean of squared gradients.

    s <- rho s + (1 - rho) g^2, then x <- x - eta g / (sqrt(s) + eps).

    Args:
        x: Point, any shape.
        state: The moving mean s, shaped like `x`; zeros before the first step.
        g: Gradient at `x`.
        eta: Learning rate.
        rho: How much of the old mean stays.
        eps: Keeps the division finite; outside the root.

    Returns:
        The new point and the new mean.

    References:
        Tieleman & Hinton 2012; eps as in PyTorch's RMSprop.
    """
    s = rho * state + (1 - rho) * g**2
    return x - eta * g / (np.sqrt(s) + eps), s


def adagrad_step(
    x: Array, state: Array, g: Array, eta: float, eps: float = 1e-8
) -> tuple[Array, Array]:
    """Take a step divided by the root of the sum of all squared gradients.

    s <- s + g^2, then x <- x - eta g / (sqrt(s) + eps).

    Args:
        x: Point, any shape.
        state: The sum s, shaped like `x`; zeros before the first step.
        g: Gradient at `x`.
        eta: Learning rate.
        eps: Keeps the division finite; outside the root.

    Returns:
        The new point and the new sum.

    References:
        Duchi, Hazan & Singer 2011; eps as in PyTorch's Adagrad.
    """
    s = state + g**2
    return x - eta * g / (np.sqrt(s) + eps), s


def adam_step(
    x: Array,
    state: AdamState,
    g: Array,
    eta: float,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
) -> tuple[Array, AdamState]:
    """Take a step by bias-corrected moving means of gradients and of their squares.

    Args:
        x: Point, any shape.
        state: (m, v, t): the two means, shaped like `x`, and the number of steps taken
            before; zeros before the first step.
        g: Gradient at `x`.
        eta: Learning rate.
        beta1: How much of the old m stays.
        beta2: How much of the old v stays.
        eps: Keeps the division finite; outside the root.

    Returns:
        The new point and the new (m, v, t), m and v without their correction.

    References:
        Kingma & Ba 2015, algorithm 1.
    """
    m, v, t = state
    t = t + 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return x - eta * m_hat / (np.sqrt(v_hat) + eps), (m, v, t)


# --- a loss and its gradient ---------------------------------------------------------


def mse_loss(w: Array, b: Any, X: Array, y: Array) -> Any:
    """Measure how badly a linear model fits: J = 1/(2m) sum_i (x_i w + b - y_i)^2.

    Args:
        w: (d,).
        b: Number.
        X: (m, d).
        y: (m,).

    Returns:
        J, a number.

    Raises:
        ValueError: `X` is not (m, d).

    References:
        Lecture 002, "Gradient descent".
    """
    residual = _residual(w, b, X, y)
    return residual @ residual / (2 * len(y))


def mse_gradient(w: Array, b: Any, X: Array, y: Array) -> tuple[Array, Any]:
    """Differentiate `mse_loss` with respect to the weights and the bias.

    Args:
        w: (d,).
        b: Number.
        X: (m, d).
        y: (m,).

    Returns:
        dJ/dw (d,) and dJ/db, a number.

    Raises:
        ValueError: `X` is not (m, d).
    """
    residual = _residual(w, b, X, y)
    return X.T @ residual / len(y), residual.mean()


def _residual(w: Array, b: Any, X: Array, y: Array) -> Array:
    if X.shape != (len(y), len(w)):
        raise ValueError(f"X {X.shape} with {len(w)} weights and {len(y)} targets")
    residual: Array = X @ w + b - y
    return residual


def numerical_gradient(f: Function, x: Array, h: float = 1e-5) -> Array:
    """Estimate a gradient by central differences, one coordinate at a time.

    Args:
        f: From a point (d,) to a number.
        x: (d,).
        h: Half the distance between the two points.

    Returns:
        (d,): (f(x + h e_i) - f(x - h e_i)) / (2h).

    Raises:
        ValueError: `h` is not positive.
    """
    if not h > 0:
        raise ValueError(f"h must be positive, got {h}")
    result: Array = np.zeros_like(x)
    for i in range(len(x)):
        step = np.zeros_like(x)
        step[i] = h
        result[i] = (f(x + step) - f(x - step)) / (2 * h)
    return result


def gradient_error(a: Array, n: Array) -> Any:
    """Compare two gradients: |a - n| / (|a| + |n|) with Euclidean norms.

    Args:
        a: Analytic gradient, any shape.
        n: Numerical gradient, the same shape.

    Returns:
        A number from 0 to 1; 0 if both gradients are zero.

    Raises:
        ValueError: The shapes differ.
    """
    if a.shape != n.shape:
        raise ValueError(f"gradients of shapes {a.shape} and {n.shape}")
    scale = np.sqrt((a**2).sum()) + np.sqrt((n**2).sum())
    return np.sqrt(((a - n) ** 2).sum()) / scale if scale else scale


def best_run(
    f: Function, gradient: Function, starts: Array, etas: Array, steps: int
) -> Array:
    """Descend from several starts and keep the run that ends lowest.

    Args:
        f: Function of a number.
        gradient: Its derivative.
        starts: (runs,).
        etas: (runs,), the learning rate of each run.
        steps: The number of steps of every run.

    Returns:
        (steps+1,), the run with the lowest f at its end. A run whose end, or whose f
        there, is not finite is never the best.

    Raises:
        ValueError: There are no runs, `starts` and `etas` differ in length, or no run
            ends at a finite value.

    References:
        Lecture 001, "Local Minima".
    """
    if len(starts) == 0 or len(starts) != len(etas):
        raise ValueError(f"{len(starts)} starts with {len(etas)} learning rates")
    pairs = zip(starts, etas, strict=True)
    runs = [descend(gradient, x0, eta, steps) for x0, eta in pairs]
    ends = [(f(run[-1]), run) for run in runs if np.isfinite(run[-1])]
    finite = [(value, run) for value, run in ends if np.isfinite(value)]
    if not finite:
        raise ValueError("no run ends at a finite value")
    return min(finite, key=lambda pair: pair[0])[1]


def fit_line(X: Array, y: Array, eta: float, steps: int) -> tuple[Array, Array]:
    """Fit a linear model by gradient descent on `mse_loss`, from zero weights.

    Args:
        X: (m, d).
        y: (m,).
        eta: Learning rate.
        steps: How many steps to take, over all samples each.

    Returns:
        w (d,) and b (), of X's dtype.
    """
    w, b = np.zeros(X.shape[1], X.dtype), np.zeros((), X.dtype)
    for _ in range(steps):
        dw, db = mse_gradient(w, b, X, y)
        w, b = w - eta * dw, np.asarray(b - eta * db)
    return w, b
