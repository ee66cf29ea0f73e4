"""Checks of `exponential_decay` and `polynomial_decay`.

Times come out of order and more than once: a schedule knows nothing but its t.
"""

from __future__ import annotations

import numpy as np
import pytest

from autograder.checks import RemoteObject, Submission, agrees, refuses
from solutions.gradient_descent import oracle

from .following import rates_of

pytestmark = pytest.mark.grade("schedules")

TIMES = [7, 0, 1, 12, 0, 2.5]


@pytest.mark.public
def test_exponential_of_the_text(submission: Submission) -> None:
    maker = rates_of(submission.exponential_decay)
    # 0.18394, 0.5, 0.40937
    agrees(maker, oracle.exponential_rates, 0.5, 0.1, [10, 0, 2])


@pytest.mark.public
def test_polynomial_of_the_text(submission: Submission) -> None:
    maker = rates_of(submission.polynomial_decay)
    agrees(maker, oracle.polynomial_rates, 0.5, 3, 0.5, [5, 0])  # 0.125, 0.5


@pytest.mark.parametrize(
    ("eta0", "k"),
    [
        pytest.param(0.8, 0.15, id="slowly"),
        pytest.param(0.05, 1.3, id="fast"),
        pytest.param(3, 1, id="whole numbers"),
        pytest.param(0.7, 0, id="not at all"),
    ],
)
def test_any_exponential(submission: Submission, eta0: float, k: float) -> None:
    maker = rates_of(submission.exponential_decay)
    agrees(maker, oracle.exponential_rates, eta0, k, TIMES)


@pytest.mark.parametrize(
    ("eta0", "k", "alpha"),
    [
        pytest.param(0.8, 0.15, 1.5, id="slowly"),
        pytest.param(0.05, 2.5, 0.5, id="by a root"),
        pytest.param(7, 2, 1, id="whole numbers"),
        pytest.param(0.7, 0, 2, id="not at all"),
    ],
)
def test_any_polynomial(
    submission: Submission, eta0: float, k: float, alpha: float
) -> None:
    maker = rates_of(submission.polynomial_decay)
    agrees(maker, oracle.polynomial_rates, eta0, k, alpha, TIMES)


def test_two_schedules_at_a_time(submission: Submission) -> None:
    first = submission.exponential_decay(0.9, 0.2)
    submission.exponential_decay(0.1, 0.7)
    assert isinstance(first, RemoteObject), "the result is not a function"
    got, expected = first(4), oracle.exponential_decay(0.9, 0.2)(4)
    assert isinstance(got, float | np.floating), "the schedule gives no number"
    assert abs(got - expected) < 1e-9, "a second schedule has changed the first one"


BAD = [
    pytest.param(0.0, 0.1, id="eta0 is 0"),
    pytest.param(-0.5, 0.1, id="eta0 is below 0"),
    pytest.param(0.5, -0.1, id="k is below 0"),
]


@pytest.mark.parametrize(("eta0", "k"), BAD)
def test_exponential_refuses(submission: Submission, eta0: float, k: float) -> None:
    submission.exponential_decay(0.5, 0.1)  # the call without the fault
    refuses(submission.exponential_decay, eta0, k)


@pytest.mark.parametrize(("eta0", "k"), BAD)
def test_polynomial_refuses(submission: Submission, eta0: float, k: float) -> None:
    submission.polynomial_decay(0.5, 0.1, 0.5)  # the call without the fault
    refuses(submission.polynomial_decay, eta0, k, 0.5)
