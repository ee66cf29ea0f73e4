"""What wrong fits of a line give, in numpy: shared by both frameworks.

`torch_lines` and `tensorflow_lines` hold the code that students write; each points to
the function here that computes the same without a framework.
"""

import numpy as np

from autograder.checks import RightAnswer, times

from .. import oracle

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

line = RightAnswer(oracle.fit_line, of="fit_line_torch")

SLOPES = "dw, db = mse_gradient(w, b, X, y)"
STEP = "w, b = w - eta * dw, np.asarray(b - eta * db)"

accumulated = line.edited(
    {
        "for _ in range(steps):": """
        sums = np.zeros(X.shape[1] + 1, X.dtype)
        for _ in range(steps):
        """,
        SLOPES: """
        sums = sums + np.append(*mse_gradient(w, b, X, y))
        dw, db = sums[:-1], sums[-1]
        """,
    },
    label="gradients added to those before",
)
not_moved = line.edited({STEP: ""}, label="weights that stay at zero")
in_single = line.edited(
    {
        "w, b = np": """
        X, y = X.astype(np.float32), y.astype(np.float32)
        w, b = np
        """
    },
    label="a fit at float32",
)
two_kept = line.edited({"eta * d": times(2, "2 * eta * d")}, label="no half")
summed = line.edited({"eta * d": times(2, "eta * len(y) * d")}, label="a sum, no mean")
column = line.edited(
    {"b, X, y)": "b, X, np.full_like(y, y.mean()))"},
    label="each prediction with all targets",  # as when (m, 1) and (m,) make (m, m)
)
bias_stands_still = line.edited({"np.asarray(b - eta * db)": "b"}, label="weights only")
ascends = line.edited({"- eta": times(2, "+ eta")}, label="uphill")
one_after_the_other = line.edited(
    {
        STEP: """
        w = w - eta * dw
        b = np.asarray(b - eta * mse_gradient(w, b, X, y)[1])
        """
    },
    label="the bias at the new weights",
)
one_step_more = line.edited({"range(steps)": "range(steps + 1)"}, label="a step more")


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
