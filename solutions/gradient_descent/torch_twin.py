"""The assignment `gradient_descent` once more, in PyTorch.

Owns a second opinion: each function has the oracle's name and meaning, takes and
returns tensors, and is found by another road than the oracle's (torch.optim for each
walk and step, autograd for each gradient, all runs at once), so that the two can only
agree by being right. Never imports the oracle.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import torch
from torch import Tensor

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

AdamState: TypeAlias = tuple[Tensor, Tensor, int]
Function: TypeAlias = Callable[[Tensor], Tensor]
Schedule: TypeAlias = Callable[[float], float]


# --- what the notebook gives ---------------------------------------------------------


def parabola(x: Tensor) -> Tensor:
    """Return x^2."""
    return torch.square(x)


def parabola_gradient(x: Tensor) -> Tensor:
    """Differentiate `parabola` by autograd."""
    return _slope(parabola, x)


def bowl(x: Tensor) -> Tensor:
    """Return x_1^2 + 2 x_2^2 for a point (2,)."""
    return torch.dot(x, torch.tensor([1.0, 2.0], dtype=x.dtype) * x)


def bowl_gradient(x: Tensor) -> Tensor:
    """Differentiate `bowl` by autograd."""
    return _slope(bowl, x)


def wave(x: Tensor) -> Tensor:
    """Return x cos(0.15 pi x), the cosine as a sine."""
    return x * torch.sin(torch.pi / 2 - 0.15 * torch.pi * x)


def wave_gradient(x: Tensor) -> Tensor:
    """Differentiate `wave` by autograd."""
    return _slope(wave, x)


def _slope(f: Function, x: Tensor) -> Tensor:
    x = x.detach().requires_grad_()
    (gradient,) = torch.autograd.grad(f(x).sum(), x)
    return gradient


def steady(t: float) -> float:
    """Return the learning rate 0.1 at every step."""
    return 1 / 10


def cooling(t: float) -> float:
    """Return a learning rate that falls from 0.2 and halves every four steps."""
    return float(torch.exp2(torch.tensor(-t / 4, dtype=torch.float64)) / 5)


# --- descending ----------------------------------------------------------------------


def descend(gradient: Function, x0: Tensor, eta: float, steps: int) -> Tensor:
    """Walk downhill by torch.optim.SGD.

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
    x = _parameter(x0)
    optimizer = torch.optim.SGD([x], lr=eta)
    walk = [x.detach().clone()]
    for _ in range(steps):
        x.grad = gradient(x.detach())
        optimizer.step()
        walk.append(x.detach().clone())
    return torch.stack(walk)


def _parameter(x0: Tensor) -> Tensor:
    x = torch.as_tensor(x0)
    return (
        (x if x.is_floating_point() else x.double()).detach().clone().requires_grad_()
    )


def exponential_decay(eta0: float, k: float) -> Schedule:
    """Make the learning rate eta0 exp(-k t), as a power of exp(-k).

    Args:
        eta0: Learning rate at t = 0.
        k: How fast it falls, per step.

    Returns:
        The learning rate as a function of t.

    Raises:
        ValueError: `eta0` is not positive or `k` is negative.
    """
    _require_decay(eta0, k)
    base = torch.exp(torch.tensor(-k, dtype=torch.float64))
    return lambda t: float(eta0 * base**t)


def polynomial_decay(eta0: float, k: float, alpha: float) -> Schedule:
    """Make the learning rate eta0 (1 + k t)^(-alpha), by a logarithm.

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

    def schedule(t: float) -> float:
        log = torch.log1p(torch.tensor(k * t, dtype=torch.float64))
        return float(eta0 * torch.exp(-alpha * log))

    return schedule


def _require_decay(eta0: float, k: float) -> None:
    if not eta0 > 0 or k < 0:
        raise ValueError(f"invalid: eta0={eta0}, k={k}")


def sgd(gradient: Function, x0: Tensor, schedule: Schedule, noise: Tensor) -> Tensor:
    """Walk downhill with noisy gradients: torch.optim.SGD under a LambdaLR.

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
    if noise.ndim != 2 or noise.shape[1:] != x0.shape:
        raise ValueError(f"noise of shape {tuple(noise.shape)} for {tuple(x0.shape)}")
    x = _parameter(x0)
    optimizer = torch.optim.SGD([x], lr=1.0)
    rates = torch.optim.lr_scheduler.LambdaLR(optimizer, schedule)
    walk = [x.detach().clone()]
    for row in noise:
        x.grad = gradient(x.detach()) + row
        optimizer.step()
        rates.step()
        walk.append(x.detach().clone())
    return torch.stack(walk)


# --- one step of each optimizer ------------------------------------------------------


def momentum_step(
    x: Tensor, state: Tensor, g: Tensor, eta: float, beta: float = 0.9
) -> tuple[Tensor, Tensor]:
    """Take a step of torch.optim.SGD with momentum.

    Args:
        x: Point, any shape.
        state: The velocity, shaped like `x`.
        g: Gradient at `x`.
        eta: Learning rate.
        beta: How much of the old velocity stays.

    Returns:
        The new point and the new velocity.
    """
    x = _parameter(x)
    optimizer = torch.optim.SGD([x], lr=eta, momentum=beta)
    after = _after_step(optimizer, x, g, {"momentum_buffer": state.clone()})
    return x.detach(), after["momentum_buffer"]


def adagrad_step(
    x: Tensor, state: Tensor, g: Tensor, eta: float, eps: float = 1e-8
) -> tuple[Tensor, Tensor]:
    """Take a step of torch.optim.Adagrad.

    Args:
        x: Point, any shape.
        state: The sum of squares, shaped like `x`.
        g: Gradient at `x`.
        eta: Learning rate.
        eps: Added to the root.

    Returns:
        The new point and the new sum.
    """
    x = _parameter(x)
    optimizer = torch.optim.Adagrad([x], lr=eta, eps=eps)
    before = {"step": torch.tensor(0.0), "sum": state.clone()}
    return x.detach(), _after_step(optimizer, x, g, before)["sum"]


def rmsprop_step(
    x: Tensor, state: Tensor, g: Tensor, eta: float, rho: float = 0.9, eps: float = 1e-8
) -> tuple[Tensor, Tensor]:
    """Take a step of torch.optim.RMSprop.

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
    x = _parameter(x)
    optimizer = torch.optim.RMSprop([x], lr=eta, alpha=rho, eps=eps)
    before = {"step": torch.tensor(0.0), "square_avg": state.clone()}
    return x.detach(), _after_step(optimizer, x, g, before)["square_avg"]


def adam_step(
    x: Tensor,
    state: AdamState,
    g: Tensor,
    eta: float,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
) -> tuple[Tensor, AdamState]:
    """Take a step of torch.optim.Adam.

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
    """
    x, (m, v, t) = _parameter(x), state
    optimizer = torch.optim.Adam([x], lr=eta, betas=(beta1, beta2), eps=eps)
    before = {"step": torch.tensor(float(t))}
    before |= {"exp_avg": m.clone(), "exp_avg_sq": v.clone()}
    after = _after_step(optimizer, x, g, before)
    return x.detach(), (after["exp_avg"], after["exp_avg_sq"], int(after["step"]))


def _after_step(
    optimizer: torch.optim.Optimizer, x: Tensor, g: Tensor, state: dict[str, Any]
) -> dict[str, Any]:
    """Put a state into an optimizer, let it step, and take its state out again."""
    optimizer.state[x] = state
    x.grad = g.clone()
    optimizer.step()
    after: dict[str, Any] = optimizer.state[x]
    return after


# --- a loss and its gradient ---------------------------------------------------------


def mse_loss(w: Tensor, b: float | Tensor, X: Tensor, y: Tensor) -> Tensor:
    """Measure how badly a linear model fits, by the library's loss.

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
        raise ValueError(f"X {tuple(X.shape)} with {len(w)} weights, {len(y)} targets")
    half: Tensor = torch.nn.functional.mse_loss(torch.mv(X, w) + b, y) / 2
    return half


def mse_gradient(
    w: Tensor, b: float | Tensor, X: Tensor, y: Tensor
) -> tuple[Tensor, Tensor]:
    """Differentiate `mse_loss` by autograd.

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
    w = w.detach().requires_grad_()
    b = torch.as_tensor(b, dtype=w.dtype, device=w.device).detach().requires_grad_()
    dw, db = torch.autograd.grad(mse_loss(w, b, X, y), (w, b))
    return dw, db


def numerical_gradient(f: Function, x: Tensor, h: float = 1e-5) -> Tensor:
    """Estimate a gradient by central differences, all points in one stack.

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
    steps = h * torch.eye(len(x), dtype=x.dtype)
    points = torch.cat([x + steps, x - steps])  # (2d, d)
    above, below = torch.stack([f(point) for point in points]).chunk(2)
    return (above - below) / (2 * h)


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
        raise ValueError(f"gradients of shapes {tuple(a.shape)}, {tuple(n.shape)}")
    lengths = torch.linalg.vector_norm(a) + torch.linalg.vector_norm(n)
    error: Tensor = torch.nan_to_num(torch.linalg.vector_norm(a - n) / lengths)
    return error


def best_run(
    f: Function, gradient: Function, starts: Tensor, etas: Tensor, steps: int
) -> Tensor:
    """Descend from all starts at once and keep the run that ends lowest.

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
    is_finite = torch.isfinite(runs[-1]) & torch.isfinite(values)
    if not is_finite.any():
        raise ValueError("no run ends at a finite value")
    best = torch.where(is_finite, values, torch.inf).argmin()
    return torch.stack(runs)[:, best]


def fit_line(X: Tensor, y: Tensor, eta: float, steps: int) -> tuple[Tensor, Tensor]:
    """Fit a linear model by gradient descent on `mse_loss`, from zero weights.

    Args:
        X: (m, d).
        y: (m,).
        eta: Learning rate.
        steps: How many steps to take, over all samples each.

    Returns:
        w (d,) and b (), with X's dtype, on its device.
    """
    w, b = X.new_zeros(X.shape[1]), X.new_zeros(())
    for _ in range(steps):
        dw, db = mse_gradient(w, b, X, y)
        w, b = w - eta * dw, b - eta * db
    return w, b
