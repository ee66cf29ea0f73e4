"""What wrong fits of a line give, in numpy: shared by both frameworks.

`torch_lines` and `tensorflow_lines` hold the code that students write; each points to
the function here that computes the same without a framework.
"""

import numpy as np

from ..oracle import fit_line

__all__ = [
    "accumulated",
    "ascends",
    "bias_stands_still",
    "column",
    "in_single",
    "not_moved",
    "one_after_the_other",
    "one_step_more",
    "recorded",
    "summed",
    "two_kept",
]


def accumulated(
    X: np.ndarray, y: np.ndarray, eta: float, steps: int
) -> tuple[np.ndarray, np.ndarray]:
    """Add each gradient to all that came before."""
    w, b = np.zeros(X.shape[1], X.dtype), np.zeros((), X.dtype)
    sums = np.zeros_like(w), np.zeros_like(b)
    for _ in range(steps):
        r = X @ w + b - y
        sums = sums[0] + X.T @ r / len(y), sums[1] + r.mean()
        w, b = w - eta * sums[0], np.asarray(b - eta * sums[1])
    return w, b


def recorded(
    X: np.ndarray, y: np.ndarray, eta: float, steps: int
) -> tuple[np.ndarray, np.ndarray]:
    """Differentiate by the first weights, through all updates."""
    w, b = np.zeros(X.shape[1], X.dtype), np.zeros((), X.dtype)
    ones = np.column_stack([X, np.ones_like(y)])
    since = np.eye(ones.shape[1], dtype=X.dtype)
    for _ in range(steps):
        r = X @ w + b - y
        # How the weights of now depend on the first ones scales the slope.
        slope = since @ (ones.T @ r / len(y))
        w, b = w - eta * slope[:-1], np.asarray(b - eta * slope[-1])
        since = since - eta / len(y) * since @ ones.T @ ones @ since
    return w, b


def not_moved(
    X: np.ndarray, y: np.ndarray, eta: float, steps: int
) -> tuple[np.ndarray, np.ndarray]:
    """Leave the weights at zero."""
    return np.zeros(X.shape[1], X.dtype), np.zeros((), X.dtype)


def in_single(
    X: np.ndarray, y: np.ndarray, eta: float, steps: int
) -> tuple[np.ndarray, np.ndarray]:
    """Fit at float32, whatever the data."""
    return fit_line(X.astype(np.float32), y.astype(np.float32), eta, steps)


def two_kept(
    X: np.ndarray, y: np.ndarray, eta: float, steps: int
) -> tuple[np.ndarray, np.ndarray]:
    """Use the loss without its half."""
    w, b = np.zeros(X.shape[1], X.dtype), np.zeros((), X.dtype)
    for _ in range(steps):
        r = X @ w + b - y
        dw, db = 2 * X.T @ r / len(y), 2 * r.mean()
        w, b = w - eta * dw, np.asarray(b - eta * db)
    return w, b


def summed(
    X: np.ndarray, y: np.ndarray, eta: float, steps: int
) -> tuple[np.ndarray, np.ndarray]:
    """Use the sum over samples for the mean."""
    w, b = np.zeros(X.shape[1], X.dtype), np.zeros((), X.dtype)
    for _ in range(steps):
        r = X @ w + b - y
        dw, db = X.T @ r, r.sum()
        w, b = w - eta * dw, np.asarray(b - eta * db)
    return w, b


def column(
    X: np.ndarray, y: np.ndarray, eta: float, steps: int
) -> tuple[np.ndarray, np.ndarray]:
    """Compare each prediction with all targets."""
    w, b = np.zeros(X.shape[1], X.dtype), np.zeros((), X.dtype)
    for _ in range(steps):
        r = X @ w + b - y
        r = r + y - y.mean()  # as when (m, 1) and (m,) make (m, m)
        dw, db = X.T @ r / len(y), r.mean()
        w, b = w - eta * dw, np.asarray(b - eta * db)
    return w, b


def bias_stands_still(
    X: np.ndarray, y: np.ndarray, eta: float, steps: int
) -> tuple[np.ndarray, np.ndarray]:
    """Move the weights only."""
    w, b = np.zeros(X.shape[1], X.dtype), np.zeros((), X.dtype)
    for _ in range(steps):
        r = X @ w + b - y
        w = w - eta * X.T @ r / len(y)
    return w, b


def ascends(
    X: np.ndarray, y: np.ndarray, eta: float, steps: int
) -> tuple[np.ndarray, np.ndarray]:
    """Move uphill."""
    w, b = np.zeros(X.shape[1], X.dtype), np.zeros((), X.dtype)
    for _ in range(steps):
        r = X @ w + b - y
        dw, db = X.T @ r / len(y), r.mean()
        w, b = w + eta * dw, np.asarray(b + eta * db)
    return w, b


def one_after_the_other(
    X: np.ndarray, y: np.ndarray, eta: float, steps: int
) -> tuple[np.ndarray, np.ndarray]:
    """Move the bias by a gradient at the new weights."""
    w, b = np.zeros(X.shape[1], X.dtype), np.zeros((), X.dtype)
    for _ in range(steps):
        r = X @ w + b - y
        w = w - eta * X.T @ r / len(y)
        b = np.asarray(b - eta * (X @ w + b - y).mean())
    return w, b


def one_step_more(
    X: np.ndarray, y: np.ndarray, eta: float, steps: int
) -> tuple[np.ndarray, np.ndarray]:
    """Take a step too many."""
    return fit_line(X, y, eta, steps + 1)
