"""What wrong fits of a line give, in numpy: shared by both frameworks.

`torch_lines` and `tensorflow_lines` hold the code that students write, each beside the
edit of `oracle.fit_line` that computes the same without a framework.
"""

import numpy as np

__all__ = ["ACCUMULATED", "IN_SINGLE", "MOVES", "recorded"]

#: The line of `fit_line` that takes a step.
MOVES = "w, b = w - eta * dw, np.asarray(b - eta * db)"

#: Each gradient is added to all that came before.
ACCUMULATED = {
    "for _ in range(steps):": """
    sums = np.zeros(X.shape[1] + 1, X.dtype)
    for _ in range(steps):
    """,
    "dw, db = mse_gradient(w, b, X, y)": """
    sums = sums + np.append(*mse_gradient(w, b, X, y))
    dw, db = sums[:-1], sums[-1]
    """,
}

#: The fit is done at float32, whatever the data.
IN_SINGLE = {
    "w, b = np": """
    X, y = X.astype(np.float32), y.astype(np.float32)
    w, b = np
    """,
}


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
