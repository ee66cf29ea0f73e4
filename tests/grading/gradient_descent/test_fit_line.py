"""Checks of `fit_line_torch` and `fit_line_tf`, on every device of the course."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from autograder.checks import (
    RemoteFunction,
    Submission,
    agrees,
    tf_tensor,
    torch_tensor,
)
from solutions.gradient_descent import oracle

from .libraries import TENSORFLOW, TORCH

pytestmark = [pytest.mark.grade("fit_line"), pytest.mark.device]

SIZES = [
    pytest.param(7, 3, 4, id="7 samples, 3 features"),
    pytest.param(3, 5, 3, id="3 samples, 5 features"),
    pytest.param(4, 4, 3, id="as many samples as features"),
    pytest.param(6, 1, 5, id="one feature"),
    pytest.param(5, 2, 1, id="one step"),
    pytest.param(5, 2, 0, id="no steps"),
]

Data = tuple[np.ndarray, np.ndarray]


def some_data(
    rng: np.random.Generator, m: int, d: int, dtype: npt.DTypeLike = np.float32
) -> Data:
    """Draw X and y; neither features nor targets have a mean of zero."""
    X, y = rng.normal(0.5, 1, size=(m, d)), rng.normal(2, 1, size=m)
    return X.astype(dtype), y.astype(dtype)


def exact_data(dtype: npt.DTypeLike) -> Data:
    """Whole numbers, few and small: two steps with eta 1/4 are exact at float32."""
    X = np.array([[1, 2], [0, -1], [2, 1], [-1, 0]])
    return X.astype(dtype), np.array([3, -1, 2, 1]).astype(dtype)


@pytest.fixture
def torch_fit(submission: Submission) -> RemoteFunction:
    """The student's function in PyTorch, which may not use the library's optimizers."""
    return submission.fit_line_torch.without(*TORCH)


@pytest.fixture
def tf_fit(submission: Submission) -> RemoteFunction:
    """The student's function in TensorFlow, likewise."""
    return submission.fit_line_tf.without(*TENSORFLOW)


@pytest.mark.public
def test_torch_two_steps(torch_fit: RemoteFunction, device: str) -> None:
    X, y = (torch_tensor(array, device=device) for array in exact_data(np.float32))
    agrees(torch_fit, oracle.fit_line, X, y, 0.25, 2)


@pytest.mark.public
def test_tf_two_steps(tf_fit: RemoteFunction, device: str) -> None:
    X, y = (tf_tensor(array, device=device) for array in exact_data(np.float32))
    agrees(tf_fit, oracle.fit_line, X, y, 0.25, 2)


@pytest.mark.parametrize(("m", "d", "steps"), SIZES)
def test_torch_any_data(
    torch_fit: RemoteFunction,
    rng: np.random.Generator,
    device: str,
    m: int,
    d: int,
    steps: int,
) -> None:
    X, y = (torch_tensor(array, device=device) for array in some_data(rng, m, d))
    agrees(torch_fit, oracle.fit_line, X, y, 0.15, steps)


@pytest.mark.parametrize(("m", "d", "steps"), SIZES)
def test_tf_any_data(
    tf_fit: RemoteFunction,
    rng: np.random.Generator,
    device: str,
    m: int,
    d: int,
    steps: int,
) -> None:
    X, y = (tf_tensor(array, device=device) for array in some_data(rng, m, d))
    agrees(tf_fit, oracle.fit_line, X, y, 0.15, steps)


@pytest.mark.parametrize("exact", [True, False], ids=["whole numbers", "any numbers"])
def test_torch_keeps_float64(
    torch_fit: RemoteFunction, rng: np.random.Generator, device: str, exact: bool
) -> None:
    data = exact_data(np.float64) if exact else some_data(rng, 6, 2, np.float64)
    X, y = (torch_tensor(array, device=device) for array in data)
    agrees(torch_fit, oracle.fit_line, X, y, 0.25, 2)


@pytest.mark.parametrize("exact", [True, False], ids=["whole numbers", "any numbers"])
def test_tf_keeps_float64(
    tf_fit: RemoteFunction, rng: np.random.Generator, device: str, exact: bool
) -> None:
    data = exact_data(np.float64) if exact else some_data(rng, 6, 2, np.float64)
    X, y = (tf_tensor(array, device=device) for array in data)
    agrees(tf_fit, oracle.fit_line, X, y, 0.25, 2)
