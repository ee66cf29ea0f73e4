"""Checks of `causal_mask`."""

from __future__ import annotations

import pytest

from autograder.checks import Submission, agrees, refuses
from solutions.attention import oracle

pytestmark = pytest.mark.grade("causal_mask")


@pytest.mark.public
def test_three_positions(submission: Submission) -> None:
    agrees(submission.causal_mask, oracle.causal_mask, 3)


@pytest.mark.parametrize("length", [1, 2, 4, 7])
def test_any_length(submission: Submission, length: int) -> None:
    agrees(submission.causal_mask, oracle.causal_mask, length)


@pytest.mark.parametrize("length", [0, -2])
def test_refuses(submission: Submission, length: int) -> None:
    submission.causal_mask(1)  # without a fault
    refuses(submission.causal_mask, length)
