"""Checks of the derivatives of the six activations.

At 0, where ReLU and leaky ReLU have a corner, any slope between those of the two sides
is right; no other check asks there.
"""

from __future__ import annotations

import numpy as np
import pytest

from autograder.checks import Submission, agrees
from solutions.backpropagation import oracle

pytestmark = pytest.mark.grade("activation_gradients")

ELEMENTWISE = [
    "relu_gradient",
    "leaky_relu_gradient",
    "sigmoid_gradient",
    "tanh_gradient",
    "swish_gradient",
]
SHAPES = [
    pytest.param((9,), id="a row"),
    pytest.param((4, 3), id="a matrix"),
    pytest.param((2, 3, 4), id="three axes"),
]
DTYPES = [
    pytest.param(np.float64, id="float64"),
    pytest.param(np.float32, id="float32"),
]


@pytest.mark.public
@pytest.mark.parametrize("name", ELEMENTWISE)
def test_a_few_numbers(submission: Submission, name: str) -> None:
    x = np.array([-3.0, -0.5, 0.25, 2.0])
    agrees(getattr(submission, name), getattr(oracle, name), x)


@pytest.mark.public
@pytest.mark.parametrize("name", ELEMENTWISE)
def test_large_numbers(submission: Submission, name: str) -> None:
    x = np.array([[-1e4, -800.0, -1.5], [0.75, 800.0, 1e4]])
    agrees(getattr(submission, name), getattr(oracle, name), x)


@pytest.mark.public
def test_leaky_relu_with_another_slope(submission: Submission) -> None:
    x = np.array([-4.0, -1.0, 3.0])
    agrees(submission.leaky_relu_gradient, oracle.leaky_relu_gradient, x, alpha=0.25)


@pytest.mark.public
def test_softmax_of_three_scores(submission: Submission) -> None:
    # p = (1/4, 1/4, 1/2)
    x = np.log([1.0, 1.0, 2.0])
    agrees(submission.softmax_jacobian, oracle.softmax_jacobian, x)


@pytest.mark.parametrize("name", ELEMENTWISE)
@pytest.mark.parametrize("shape", SHAPES)
def test_any_shape(
    submission: Submission,
    rng: np.random.Generator,
    name: str,
    shape: tuple[int, ...],
) -> None:
    x = rng.normal(0, 2, size=shape)
    agrees(getattr(submission, name), getattr(oracle, name), x)


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_float32(submission: Submission, rng: np.random.Generator, name: str) -> None:
    x = rng.normal(0, 2, size=(3, 4)).astype(np.float32)
    agrees(getattr(submission, name), getattr(oracle, name), x)


@pytest.mark.parametrize("name", ELEMENTWISE)
@pytest.mark.parametrize("dtype", DTYPES)
def test_any_size(
    submission: Submission, rng: np.random.Generator, name: str, dtype: type
) -> None:
    # From 1 to 1e4, of either sign
    size = 10 ** rng.uniform(0, 4, size=(2, 6)) * np.array([[1], [-1]])
    agrees(getattr(submission, name), getattr(oracle, name), size.astype(dtype))


@pytest.mark.parametrize("alpha", [0.2, 0.05, 0.0])
def test_any_slope(
    submission: Submission, rng: np.random.Generator, alpha: float
) -> None:
    x = rng.normal(size=(3, 5))
    agrees(submission.leaky_relu_gradient, oracle.leaky_relu_gradient, x, alpha)


@pytest.mark.parametrize(
    ("name", "left"), [("relu_gradient", 0.0), ("leaky_relu_gradient", 0.01)]
)
def test_a_slope_between_those_of_the_sides(
    submission: Submission, name: str, left: float
) -> None:
    got = getattr(submission, name)(np.array([-2.0, 0.0, 3.0]))
    is_array = isinstance(got, np.ndarray) and got.shape == (3,)
    assert is_array, "the result is no array of x's shape"
    assert left - 1e-9 <= got[1] <= 1, "the slope at 0 is that of neither side"


@pytest.mark.parametrize("n", [2, 3, 5, 8])
def test_softmax_of_any_row(
    submission: Submission, rng: np.random.Generator, n: int
) -> None:
    x = rng.normal(0, 2, size=n)
    agrees(submission.softmax_jacobian, oracle.softmax_jacobian, x)


@pytest.mark.parametrize("dtype", DTYPES)
def test_softmax_jacobian_at_large_scores(
    submission: Submission, rng: np.random.Generator, dtype: type
) -> None:
    # At float32 the difference of two numbers near 1e4 has lost too many digits.
    far = 1e3 if dtype is np.float32 else 1e4
    x = (far + rng.integers(-2, 3, size=4)).astype(dtype)
    agrees(submission.softmax_jacobian, oracle.softmax_jacobian, x)


def test_softmax_float32(submission: Submission, rng: np.random.Generator) -> None:
    x = rng.normal(0, 2, size=4).astype(np.float32)
    agrees(submission.softmax_jacobian, oracle.softmax_jacobian, x)
