"""Checks of `polynomial_product`."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.checks import RemoteFunction, Submission, agrees, refuses
from solutions.convolution import oracle

from .libraries import POLYNOMIALS

pytestmark = pytest.mark.grade("polynomial_product")


@pytest.fixture
def product(submission: Submission) -> RemoteFunction:
    """The student's function, which may not call the library's."""
    return submission.polynomial_product.without(*POLYNOMIALS)


@pytest.mark.public
def test_degrees_two_and_three(product: RemoteFunction) -> None:
    alpha, beta = np.array([1.0, 2.0, 3.0]), np.array([4.0, 5.0, 6.0, 7.0])
    agrees(product, oracle.polynomial_product, alpha, beta)  # 4, 13, 28, 34, 32, 21


@pytest.mark.public
def test_terms_that_cancel(product: RemoteFunction) -> None:
    alpha, beta = np.array([1.0, -1.0]), np.array([1.0, 1.0, 1.0])
    agrees(product, oracle.polynomial_product, alpha, beta)  # 1 - t^3


@pytest.mark.parametrize(
    ("m", "n"),
    [
        pytest.param(5, 2, id="5 and 2 coefficients"),
        pytest.param(2, 6, id="2 and 6 coefficients"),
        pytest.param(4, 4, id="4 and 4 coefficients"),
        pytest.param(1, 7, id="1 and 7 coefficients"),
        pytest.param(6, 1, id="6 and 1 coefficients"),
        pytest.param(1, 1, id="two constants"),
    ],
)
def test_any_lengths(
    product: RemoteFunction, rng: np.random.Generator, m: int, n: int
) -> None:
    alpha, beta = rng.normal(size=m), rng.normal(size=n)
    agrees(product, oracle.polynomial_product, alpha, beta)


def test_float32(product: RemoteFunction, rng: np.random.Generator) -> None:
    alpha, beta = rng.normal(size=(2, 4)).astype(np.float32)
    agrees(product, oracle.polynomial_product, alpha, beta[:3])


def test_zero_coefficients_keep_their_places(product: RemoteFunction) -> None:
    alpha, beta = np.array([0.0, 1.5, 0.0]), np.array([2.0, 0.0, -0.25, 0.0])
    agrees(product, oracle.polynomial_product, alpha, beta)


@pytest.mark.parametrize(
    ("m", "n"), [(0, 3), (2, 0)], ids=["alpha is empty", "beta is empty"]
)
def test_refuses(product: RemoteFunction, m: int, n: int) -> None:
    product(np.ones(1), np.ones(1))  # the shortest that is allowed
    refuses(product, np.ones(m), np.ones(n))
