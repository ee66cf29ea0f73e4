"""Checks of `early_stopping`."""

from __future__ import annotations

import math

import numpy as np
import pytest

from autograder.checks import Submission, agrees, refuses
from solutions.backpropagation import oracle

pytestmark = pytest.mark.grade("early_stopping")


@pytest.mark.public
def test_losses_of_the_text(submission: Submission) -> None:
    losses = [5.0, 3.0, 4.0, 2.0, 2.0, 6.0, 1.0]
    agrees(submission.early_stopping, oracle.early_stopping, losses, 2)  # (5, 3)


@pytest.mark.public
def test_losses_that_fall_to_the_end(submission: Submission) -> None:
    losses = [5.0, 4.0, 3.5, 3.0]
    agrees(submission.early_stopping, oracle.early_stopping, losses, 2)  # (3, 3)


@pytest.mark.public
def test_losses_that_stay_level(submission: Submission) -> None:
    losses = [3.0, 3.0, 3.0, 3.0, 4.0, 4.0, 4.0, 1.0]
    agrees(submission.early_stopping, oracle.early_stopping, losses, 2)  # (2, 0)


@pytest.mark.parametrize(
    ("losses", "patience"),
    [
        pytest.param([4, 3, 5, 2, 6, 7, 8, 1], 3, id="recovers once"),
        pytest.param([9, 7, 8, 6, 7, 5, 6, 4, 9, 9, 3], 2, id="every other epoch"),
        pytest.param([3, 3, 3, 3, 3, 2], 3, id="ties at the start"),
        pytest.param([6, 4, 5, 4, 4, 5, 3, 1], 4, id="ties with the best"),
        pytest.param([8, 5, 7, 6, 5.5, 4.9, 9, 9, 9], 3, id="falls below no earlier"),
        pytest.param([5, 4, 6, 3, 7], 1, id="no patience"),
        pytest.param([5, 4, 6, 5, 4.5], 9, id="patience without end"),
        pytest.param([2, 3, 4, 5, 6], 2, id="best at once"),
        pytest.param([7], 1, id="one epoch"),
        pytest.param([6, 5, math.nan, 4, math.nan, math.nan, 1], 2, id="nan"),
    ],
)
def test_any_losses(submission: Submission, losses: list[float], patience: int) -> None:
    agrees(submission.early_stopping, oracle.early_stopping, losses, patience)


@pytest.mark.parametrize("patience", [2, 4])
def test_an_array(
    submission: Submission, rng: np.random.Generator, patience: int
) -> None:
    # A curve that falls and rises again, with steps so coarse that values repeat
    epochs = np.arange(40)
    losses = (epochs - 20) ** 2 / 40 + rng.integers(0, 4, size=40) / 2
    agrees(
        submission.early_stopping,
        oracle.early_stopping,
        np.round(losses, 0),
        patience=patience,
    )


@pytest.mark.parametrize(
    ("losses", "patience"),
    [
        pytest.param([], 2, id="no losses"),
        pytest.param([3.0, 2.0], 0, id="patience 0"),
        pytest.param([3.0, 2.0], -1, id="patience below 0"),
    ],
)
def test_refuses(submission: Submission, losses: list[float], patience: int) -> None:
    submission.early_stopping([3.0, 2.0], 2)  # the call without the fault
    refuses(submission.early_stopping, losses, patience)
