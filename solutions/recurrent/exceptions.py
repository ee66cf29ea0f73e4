"""What the audit of `recurrent` is to except, for each the reason why."""

from __future__ import annotations

from autograder.audit.exceptions import Accepted, Equivalent, TrueName

__all__ = ["EXCEPTIONS"]

EXCEPTIONS = (
    # --- wrong answers that are a known mistake ---
    TrueName(
        "lstm_torch",
        "in_single",
        ("torch_layer_in_single", "torch_layer_breaks_autograd"),
        "A new tensor of float32 numbers: its dtype is wrong, and no gradient flows.",
    ),
    TrueName(
        "lstm_tf",
        "in_single",
        ("tf_layer_in_single", "tf_layer_breaks_autograd"),
        "A new tensor of float32 numbers: its dtype is wrong, and no gradient flows.",
    ),
    # --- wrong answers that are right here ---
    Accepted(
        "learn",
        "changes_input",
        "The text does not ask that the series is left as it was.",
    ),
    # --- mutants of the notebook's solutions ---
    Equivalent(
        "windows",
        "np.stack refuses an empty list with a ValueError, too.",
        (
            "line 2: `length < 1 or count < 1` -> `length < 1`",
            "line 2: `count < 1` -> `count < 0`",
        ),
    ),
    Equivalent(
        "gradient_norms",
        "Every such norm of the identity is 1.",
        ("line 2: `np.linalg.norm(jacobian, 2)` -> `np.linalg.norm(jacobian, 1)`",),
    ),
    Equivalent(
        "lstm_backward",
        "Factors commute.",
        ("line 8: `np.multiply(by_value, slopes)` -> `np.multiply(slopes, by_value)`",),
    ),
    Equivalent(
        "extrapolate",
        "numpy refuses to make a negative number of zeros with a ValueError, too.",
        (
            "line 1: `not 1 <= length <= len(known) or steps < 0` -> `not 1 <= "
            "length <= len(known)`",
            "line 1: `steps < 0` -> `steps < -1`",
        ),
    ),
    Equivalent(
        "extrapolate",
        "There is one window, which is the first and the last.",
        (
            "line 6: `predict(window[None, :, None])[0]` -> `predict(window[None, :, "
            "None])[-1]`",
        ),
    ),
    Equivalent(
        "learn",
        "The exercise leaves the model and its training free, and predictions are "
        "good with these, too.",
        (
            "line 1: `(20, 0.0001)` -> `(21, 0.0001)`",
            "line 1: `(20, 0.0001)` -> `(19, 0.0001)`",
            "line 1: `(20, 0.0001)` -> `(20, 0.0002)`",
            "line 15: `A.T @ A + penalty * np.eye(hidden + 1)` -> `A.T @ A - penalty "
            "* np.eye(hidden + 1)`",
            "line 6: `0.3 * rng.normal(size=(1, hidden))` -> `0.3 / "
            "rng.normal(size=(1, hidden))`",
            "line 6: `0.3 * rng.normal(size=(1, hidden))` -> `rng.normal(size=(1, "
            "hidden))`",
            "line 6: `0.3 * rng.normal(size=(1, hidden))` -> `0.6 * "
            "rng.normal(size=(1, hidden))`",
            "line 7: `0.6 * rng.normal(size=(hidden, hidden)) / np.sqrt(hidden)` -> "
            "`0.6 * rng.normal(size=(hidden, hidden)) * np.sqrt(hidden)`",
            "line 7: `0.6 * rng.normal(size=(hidden, hidden)) / np.sqrt(hidden)` -> "
            "`0.6 * rng.normal(size=(hidden, hidden)) // np.sqrt(hidden)`",
            "line 7: `0.6 * rng.normal(size=(hidden, hidden)) / np.sqrt(hidden)` -> "
            "`0.6 * rng.normal(size=(hidden, hidden))`",
            "line 7: `0.6 * rng.normal(size=(hidden, hidden))` -> `0.6 / "
            "rng.normal(size=(hidden, hidden))`",
            "line 7: `0.6 * rng.normal(size=(hidden, hidden))` -> "
            "`rng.normal(size=(hidden, hidden))`",
            "line 7: `0.6 * rng.normal(size=(hidden, hidden))` -> `1.2 * "
            "rng.normal(size=(hidden, hidden))`",
            "line 8: `0.3 * rng.normal(size=hidden)` -> `0.3 / "
            "rng.normal(size=hidden)`",
            "line 8: `0.3 * rng.normal(size=hidden)` -> `0.3`",
            "line 8: `0.3 * rng.normal(size=hidden)` -> `rng.normal(size=hidden)`",
            "line 8: `0.3 * rng.normal(size=hidden)` -> `0.6 * "
            "rng.normal(size=hidden)`",
            "line 8: `rng.normal(size=hidden)` -> `rng.normal()`",
            "line 12: `states[:, -1]` -> `states[:, 1]`",
            "line 12: `states[:, -1]` -> `states[:, -2]`",
            "line 12: `states[:, -1]` -> `states[:, -0]`",
            "line 15: `A.T @ A + penalty * np.eye(hidden + 1)` -> `A.T @ A`",
            "line 15: `penalty * np.eye(hidden + 1)` -> `penalty`",
            "line 15: `penalty * np.eye(hidden + 1)` -> `np.eye(hidden + 1)`",
            "line 15: `hidden + 1` -> `1`",
        ),
        is_free=True,
    ),
    Equivalent(
        "learn",
        "The last axis has one element, which is the first and the last.",
        (
            "line 14: `X[:, -1, 0]` -> `X[:, -1, -1]`",
            "line 19: `X[:, -1, 0]` -> `X[:, -1, -1]`",
        ),
    ),
    Equivalent(
        "LSTMCell.__init__",
        "Any starting values will do.",
        (
            "line 9: `hidden ** (-0.5)` -> `hidden`",
            "line 9: `hidden ** (-0.5)` -> `hidden ** 0.5`",
            "line 9: `hidden ** (-0.5)` -> `hidden ** (-1.0)`",
            "line 11: `torch.empty(shape).uniform_(-reach, reach)` -> "
            "`torch.empty(shape).uniform_(reach, reach)`",
        ),
    ),
    Equivalent(
        "lstm_torch",
        "The cell's own parameters are replaced by the given ones, so their sizes "
        "don't matter.",
        (
            "line 2: `LSTMCell(x.shape[2], hidden)` -> `LSTMCell(hidden, x.shape[2])`",
            "line 2: `x.shape[2]` -> `x.shape[1]`",
        ),
    ),
    # --- mutants of the oracle ---
    Equivalent(
        "oracle.learn",
        "The exercise leaves the training free, and what is learnt is good enough.",
        (
            "line 1: `(20, 0.0001)` -> `(21, 0.0001)`",
            "line 1: `(20, 0.0001)` -> `(19, 0.0001)`",
            "line 1: `(20, 0.0001)` -> `(20, 0.0002)`",
            "line 2: `np.random.default_rng(0)` -> `np.random.default_rng(1)`",
            "line 3: `0.3 * rng.normal(size=(1, hidden))` -> `0.3 / "
            "rng.normal(size=(1, hidden))`",
            "line 3: `0.3 * rng.normal(size=(1, hidden))` -> `rng.normal(size=(1, "
            "hidden))`",
            "line 3: `0.3 * rng.normal(size=(1, hidden))` -> `0.6 * "
            "rng.normal(size=(1, hidden))`",
            "line 4: `0.6 * rng.normal(size=(hidden, hidden)) / np.sqrt(hidden)` -> "
            "`0.6 * rng.normal(size=(hidden, hidden)) * np.sqrt(hidden)`",
            "line 4: `0.6 * rng.normal(size=(hidden, hidden)) / np.sqrt(hidden)` -> "
            "`0.6 * rng.normal(size=(hidden, hidden)) // np.sqrt(hidden)`",
            "line 4: `0.6 * rng.normal(size=(hidden, hidden)) / np.sqrt(hidden)` -> "
            "`0.6 * rng.normal(size=(hidden, hidden))`",
            "line 4: `0.6 * rng.normal(size=(hidden, hidden))` -> `0.6 / "
            "rng.normal(size=(hidden, hidden))`",
            "line 4: `0.6 * rng.normal(size=(hidden, hidden))` -> "
            "`rng.normal(size=(hidden, hidden))`",
            "line 4: `0.6 * rng.normal(size=(hidden, hidden))` -> `1.2 * "
            "rng.normal(size=(hidden, hidden))`",
            "line 5: `0.3 * rng.normal(size=hidden)` -> `0.3 / "
            "rng.normal(size=hidden)`",
            "line 5: `0.3 * rng.normal(size=hidden)` -> `rng.normal(size=hidden)`",
            "line 5: `0.3 * rng.normal(size=hidden)` -> `0.6 * "
            "rng.normal(size=hidden)`",
            "line 10: `states[:, -1]` -> `states[:, 1]`",
            "line 10: `states[:, -1]` -> `states[:, -2]`",
            "line 10: `states[:, -1]` -> `states[:, -0]`",
            "line 15: `A.T @ A + penalty * np.eye(hidden + 1)` -> `A.T @ A - penalty "
            "* np.eye(hidden + 1)`",
            "line 15: `A.T @ A + penalty * np.eye(hidden + 1)` -> `A.T @ A`",
            "line 15: `penalty * np.eye(hidden + 1)` -> `penalty`",
            "line 15: `penalty * np.eye(hidden + 1)` -> `np.eye(hidden + 1)`",
            "line 15: `hidden + 1` -> `1`",
        ),
        is_free=True,
    ),
    Equivalent(
        "oracle.learn",
        "There is one feature only.",
        (
            "line 14: `X[:, -1, 0]` -> `X[:, -1, -1]`",
            "line 19: `X[:, -1, 0]` -> `X[:, -1, -1]`",
        ),
    ),
    Equivalent(
        "oracle.gradient_norms",
        "The norms are written to an array of h's dtype, whatever they are computed "
        "in.",
        ("line 3: `np.eye(hidden, dtype=h.dtype)` -> `np.eye(hidden)`",),
    ),
    Equivalent(
        "oracle.rnn_step",
        "Equality is the same in either order.",
        ("line 1: `_require_batch(x, h)` -> `_require_batch(h, x)`",),
    ),
    Equivalent(
        "oracle.rnn_forward",
        "Each step asks for the same sizes and raises the same error.",
        ("line 1: `_require_batch(x, h0)` -> `nothing`",),
    ),
    Equivalent(
        "oracle.rnn_forward",
        "Equality is the same in either order.",
        ("line 1: `_require_batch(x, h0)` -> `_require_batch(h0, x)`",),
    ),
    Equivalent(
        "oracle._gates",
        "Equality is the same in either order.",
        (
            "line 1: `_require_batch(x, h, c)` -> `_require_batch(h, x, c)`",
            "line 1: `_require_batch(x, h, c)` -> `_require_batch(x, c, h)`",
        ),
    ),
    Equivalent(
        "oracle.lstm_forward",
        "Each step asks for the same sizes and raises the same error.",
        ("line 1: `_require_batch(x, h0, c0)` -> `nothing`",),
    ),
    Equivalent(
        "oracle.lstm_forward",
        "Equality is the same in either order.",
        (
            "line 1: `_require_batch(x, h0, c0)` -> `_require_batch(h0, x, c0)`",
            "line 1: `_require_batch(x, h0, c0)` -> `_require_batch(x, c0, h0)`",
        ),
    ),
    Equivalent(
        "oracle.gru_step",
        "Equality is the same in either order.",
        ("line 1: `_require_batch(x, h)` -> `_require_batch(h, x)`",),
    ),
    Equivalent(
        "oracle.extrapolate",
        "np.zeros refuses a negative length with a ValueError, too.",
        (
            "line 1: `not 1 <= length <= len(known) or steps < 0` -> `not 1 <= length "
            "<= len(known)`",
            "line 1: `steps < 0` -> `steps < -1`",
        ),
    ),
)
