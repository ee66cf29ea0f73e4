"""Checks of `mse_loss` and `mse_gradient`."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from autograder.checks import Submission, agrees, refuses
from solutions.gradient_descent import oracle

pytestmark = pytest.mark.grade("mse")

BOTH = ["mse_loss", "mse_gradient"]

SIZES = [
    pytest.param(7, 3, id="7 samples, 3 features"),
    pytest.param(3, 5, id="3 samples, 5 features"),
    pytest.param(4, 4, id="as many samples as features"),
    pytest.param(6, 1, id="one feature"),
    pytest.param(1, 4, id="one sample"),
]


def some_data(
    rng: np.random.Generator, m: int, d: int, dtype: npt.DTypeLike = np.float64
) -> tuple[np.ndarray, float, np.ndarray, np.ndarray]:
    """Draw w, b, X, y; neither features nor targets have a mean of zero."""
    w, X = rng.normal(size=d), rng.normal(1, 1, size=(m, d))
    y, b = rng.normal(3, 1, size=m), float(rng.uniform(1, 2))
    return w.astype(dtype), b, X.astype(dtype), y.astype(dtype)


@pytest.mark.public
@pytest.mark.parametrize("name", BOTH, ids=["loss", "gradient"])
def test_three_samples_by_hand(submission: Submission, name: str) -> None:
    # residuals 2, -1, 5: J = 30/6 = 5, dw = (12/3, 3/3) = (4, 1), db = 6/3 = 2
    X = np.array([[1.0, 2.0], [0.0, 1.0], [2.0, 0.0]])
    w, b, y = np.array([2.0, -1.0]), 1.0, np.array([-1.0, 1.0, 0.0])
    agrees(getattr(submission, name), getattr(oracle, name), w, b, X, y)


@pytest.mark.public
@pytest.mark.parametrize("name", BOTH, ids=["loss", "gradient"])
def test_a_perfect_fit(submission: Submission, name: str) -> None:
    X = np.array([[1.0], [2.0], [3.0], [4.0]])
    w, b, y = np.array([2.0]), -1.0, np.array([1.0, 3.0, 5.0, 7.0])
    agrees(getattr(submission, name), getattr(oracle, name), w, b, X, y)


@pytest.mark.parametrize(("m", "d"), SIZES)
@pytest.mark.parametrize("name", BOTH, ids=["loss", "gradient"])
def test_any_size(
    submission: Submission, rng: np.random.Generator, name: str, m: int, d: int
) -> None:
    data = some_data(rng, m, d)
    agrees(getattr(submission, name), getattr(oracle, name), *data)


@pytest.mark.parametrize("name", BOTH, ids=["loss", "gradient"])
def test_float32(submission: Submission, rng: np.random.Generator, name: str) -> None:
    data = some_data(rng, 6, 3, np.float32)
    agrees(getattr(submission, name), getattr(oracle, name), *data)


@pytest.mark.parametrize("name", BOTH, ids=["loss", "gradient"])
@pytest.mark.parametrize(
    ("shape", "targets"),
    [
        pytest.param((5, 4), 5, id="a column too many"),
        pytest.param((5, 2), 5, id="a column too few"),
        pytest.param((5, 3), 4, id="a target too few"),
        pytest.param((5, 3), 1, id="a single target"),
        pytest.param((3, 5), 5, id="samples in columns"),
    ],
)
def test_refuses(
    submission: Submission, name: str, shape: tuple[int, int], targets: int
) -> None:
    function, w = getattr(submission, name), np.ones(3)
    function(w, 0.5, np.ones((5, 3)), np.ones(5))  # the data without the fault
    refuses(function, w, 0.5, np.ones(shape), np.ones(targets))
