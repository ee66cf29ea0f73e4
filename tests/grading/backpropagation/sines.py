"""What a fit of the sine must achieve, however it was found.

A student's `fit_sine` is free in nearly all that it does, so there is no result to
compare with: the checks run the network that it returns, and measure it themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from autograder.checks import CheckFailed, RemoteFunction
from autograder.checks.failure import Suspect
from autograder.comparison import Mismatch, Tolerance, compare
from solutions.backpropagation import oracle
from solutions.backpropagation.misconceptions import MISCONCEPTIONS

__all__ = ["BAR", "Sines", "fitted", "require_repeatable"]

#: Mean square of the errors on the test data; the reference stays below 0.002.
BAR = 0.01

_NAME = "fit_sine"


@dataclass(frozen=True)
class Sines:
    """Samples of the sine to learn from and to measure with."""

    X: np.ndarray
    Y: np.ndarray
    X_test: np.ndarray
    Y_test: np.ndarray

    @classmethod
    def draw(
        cls,
        rng: np.random.Generator,
        *,
        samples: int,
        tests: int,
        dtype: npt.DTypeLike = np.float64,
    ) -> Sines:
        """Draw samples on the lecture's domain; test on an even grid of it."""
        X = rng.uniform(-6, 6, size=(samples, 1)).astype(dtype)
        X_test = np.linspace(-6, 6, tests, dtype=dtype)[:, None]
        return cls(X, np.sin(X), X_test, np.sin(X_test))

    @property
    def arrays(self) -> tuple[np.ndarray, ...]:
        """The arguments of `fit_sine`, but for the seed."""
        return self.X, self.Y, self.X_test, self.Y_test


def fitted(fit: RemoteFunction, sines: Sines, seed: int) -> list[np.ndarray]:
    """Require a fit that is good enough and says truly how good it is.

    Returns:
        Its weights.
    """
    reply = fit.reply(*sines.arrays, seed)
    weights, told = _parts(reply.value, sines)
    errors = {
        "test": _square_error(weights, sines.X_test, sines.Y_test),
        "training": _square_error(weights, sines.X, sines.Y),
    }
    if not errors["test"] < BAR:
        mismatch = Mismatch(
            "values", "", f"{errors['test']:.3g}", f"a number below {BAR}"
        )
        reason = "its network's mean squared error on the test data is too large"
        raise CheckFailed(_NAME, reason, mismatch=mismatch)
    _require_truth(told, errors)
    for before, after in zip(sines.arrays, reply.after, strict=True):
        if not np.array_equal(before, after):
            raise CheckFailed(_NAME, "the result is right, but an input was changed")
    return weights


def require_repeatable(fit: RemoteFunction, sines: Sines, seed: int) -> None:
    """Require that weights depend on the training data and the seed, and only on them.

    The second call has other test data: a network that has learned from those, or that
    draws its random numbers anew, is another one then.
    """
    first = fitted(fit, sines, seed)
    others = sines.arrays[:2], sines.X_test[::2] / 2, 1 - sines.Y_test[::2]
    again, _ = _parts(fit(*others[0], *others[1:], seed), sines)
    if _are_same(first, again):
        return
    again, _ = _parts(fit(*sines.arrays, seed), sines)
    if _are_same(first, again):
        reason = "its weights change with the test data, which are for measuring only"
        raise CheckFailed(_NAME, reason, suspects=_suspects("fit_learns_test_data"))
    reason = "one seed gives different weights in two calls"
    raise CheckFailed(_NAME, reason, suspects=_suspects("fit_without_seed"))


def _parts(got: Any, sines: Sines) -> tuple[list[np.ndarray], Any]:
    """Weights and error of a result; those that fit together and have X's dtype."""
    like: Any = sines.X.dtype
    hidden = _length(got[0][1]) if _is_nested(got) else 1
    shapes = (1, hidden), (hidden,), (hidden, 1), (1,)
    weights = got[0] if _is_nested(got) else None
    zeros = tuple(np.zeros(shape, like) for shape in shapes)
    # Any finite number will do: only type, shape, dtype and finiteness are compared.
    anything = Tolerance(rtol=0, atol=1e300)
    error = got[1] if _is_nested(got) else None
    mismatch = compare((weights, error), (zeros, like.type(0)), anything)
    if mismatch or not hidden:
        reason = mismatch.message if mismatch else "its network has no hidden units"
        raise CheckFailed(_NAME, reason, mismatch=mismatch)
    return [np.asarray(weight) for weight in got[0]], got[1]


def _is_nested(got: Any) -> bool:
    """Whether it is a pair whose first item has four."""
    is_pair = isinstance(got, tuple | list) and len(got) == 2
    return is_pair and isinstance(got[0], tuple | list) and len(got[0]) == 4


def _length(biases: Any) -> int:
    """How many hidden units a network has, if that can be told."""
    is_row = isinstance(biases, list | tuple) or np.ndim(biases) == 1
    return len(biases) if is_row else 1


def _square_error(weights: list[np.ndarray], X: np.ndarray, Y: np.ndarray) -> float:
    """Mean square of a network's errors, at float64."""
    wide = [array.astype(np.float64) for array in (X, *weights)]
    out, _ = oracle.mlp_forward(wide[0], *wide[1:], "tanh")
    return float(np.mean((out - Y) ** 2))


def _require_truth(told: Any, errors: dict[str, float]) -> None:
    """Require that a fit has told its own error on the test data."""
    told = float(told)
    if _is_near(told, errors["test"]):
        return
    reason = "the error that it gives is not its network's on the test data"
    mistakes = {
        "fit_measures_training_data": errors["training"],
        "fit_error_halved": errors["test"] / 2,
        "fit_error_is_a_root": errors["test"] ** 0.5,
    }
    names = [name for name, error in mistakes.items() if _is_near(told, error)]
    mismatch = Mismatch("values", reason, f"{told:.6g}", f"{errors['test']:.6g}")
    raise CheckFailed(_NAME, reason, mismatch=mismatch, suspects=_suspects(*names))


def _is_near(got: float, expected: float) -> bool:
    # At float32, errors of 0.01 are differences of numbers near 1.
    return bool(np.isclose(got, expected, rtol=1e-3, atol=1e-8))


def _are_same(one: list[np.ndarray], two: list[np.ndarray]) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(one, two, strict=True))


def _suspects(*names: str) -> tuple[Suspect, ...]:
    known = {mistake.name: mistake for mistake in MISCONCEPTIONS}
    return tuple(Suspect(name, known[name].hint) for name in names)
