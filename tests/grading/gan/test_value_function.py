"""Checks of `value_function` and `optimal_discriminator`."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from autograder.checks import Submission, agrees, refuses
from solutions.gan import oracle

pytestmark = pytest.mark.grade("value_function")

Game = tuple[np.ndarray, np.ndarray, np.ndarray]

SIZES = [2, 5, 11]
sizes = pytest.mark.parametrize("outcomes", SIZES, ids="{} outcomes".format)


def some_game(
    rng: np.random.Generator, outcomes: int, dtype: npt.DTypeLike = np.float64
) -> Game:
    """Draw d, p and q."""
    d = rng.uniform(0.05, 0.95, size=outcomes)
    p, q = rng.dirichlet(np.full(outcomes, 2.0), size=2)
    return d.astype(dtype), p.astype(dtype), q.astype(dtype)


def with_zeros(rng: np.random.Generator) -> Game:
    """Draw a game with outcomes that are only real, only fake, or neither."""
    d, p, q = some_game(rng, 7)
    p[[0, 3]], q[[1, 3]] = 0, 0
    d[:2] = 0, 1  # where d is sure, it is right
    d[3] = rng.integers(0, 2)
    return d, p / p.sum(), q / q.sum()


@pytest.mark.public
def test_a_perfect_generator(submission: Submission) -> None:
    # -log 4
    p = np.array([0.2, 0.5, 0.3])
    args = np.full(3, 0.5), p, p.copy()
    agrees(submission.value_function, oracle.value_function, *args)


@pytest.mark.public
def test_value_by_hand(submission: Submission) -> None:
    # log(1/2) + (log(1/4) + log(3/4)) / 2
    d, p, q = np.array([0.5, 0.25]), np.array([1.0, 0.0]), np.array([0.0, 1.0])
    agrees(submission.value_function, oracle.value_function, d, p, q)


@pytest.mark.public
def test_best_by_hand(submission: Submission) -> None:
    # 1/4, 5/6, 0 and, for what never happens, 1/2
    p, q = np.array([0.125, 0.875, 0.0, 0.0]), np.array([0.375, 0.175, 0.45, 0.0])
    agrees(submission.optimal_discriminator, oracle.optimal_discriminator, p, q)


@sizes
def test_any_value(
    submission: Submission, rng: np.random.Generator, outcomes: int
) -> None:
    game = some_game(rng, outcomes)
    agrees(submission.value_function, oracle.value_function, *game)


@sizes
def test_any_best(
    submission: Submission, rng: np.random.Generator, outcomes: int
) -> None:
    _, p, q = some_game(rng, outcomes)
    agrees(submission.optimal_discriminator, oracle.optimal_discriminator, p, q)


def test_outcomes_that_never_happen(
    submission: Submission, rng: np.random.Generator
) -> None:
    d, p, q = with_zeros(rng)
    agrees(submission.value_function, oracle.value_function, d, p, q)
    agrees(submission.optimal_discriminator, oracle.optimal_discriminator, p, q)


@pytest.mark.parametrize("answer", [0.0, 1.0], ids=["fake", "real"])
def test_sure_and_wrong(
    submission: Submission, rng: np.random.Generator, answer: float
) -> None:
    d, p, q = some_game(rng, 4)
    d[2] = answer
    agrees(submission.value_function, oracle.value_function, d, p, q)


def test_float32(submission: Submission, rng: np.random.Generator) -> None:
    d, p, q = some_game(rng, 6, np.float32)
    agrees(submission.value_function, oracle.value_function, d, p, q)
    agrees(submission.optimal_discriminator, oracle.optimal_discriminator, p, q)


@pytest.mark.parametrize(
    ("d", "p", "q"),
    [
        pytest.param([0.5, 0.5, 0.5], [0.5, 0.5], [0.3, 0.7], id="a d too many"),
        pytest.param([0.5], [0.5, 0.5], [0.3, 0.7], id="a single d"),
        pytest.param([0.5, 0.5], [0.5, 0.5], [1.0], id="a q too few"),
        pytest.param([0.5, 1.25], [0.5, 0.5], [0.3, 0.7], id="d above 1"),
        pytest.param([-0.25, 0.5], [0.5, 0.5], [0.3, 0.7], id="d below 0"),
    ],
)
def test_value_refuses(
    submission: Submission, d: list[float], p: list[float], q: list[float]
) -> None:
    sound = np.array([0.5, 0.25]), np.array([0.5, 0.5]), np.array([0.3, 0.7])
    submission.value_function(*sound)  # the call without the fault
    refuses(submission.value_function, np.array(d), np.array(p), np.array(q))


def test_best_refuses(submission: Submission) -> None:
    p = np.array([0.5, 0.5])
    submission.optimal_discriminator(p, p.copy())  # the call without the fault
    refuses(submission.optimal_discriminator, p, np.array([1.0]))
