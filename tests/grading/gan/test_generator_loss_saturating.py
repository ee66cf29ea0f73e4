"""Checks of `generator_loss_saturating`."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.checks import Submission, agrees
from solutions.gan import oracle

from .logits import HUGE, KINDS, Kind, huge

pytestmark = pytest.mark.grade("generator_loss_saturating")


@pytest.mark.public
def test_no_opinion(submission: Submission) -> None:
    # -log 2
    agrees(
        submission.generator_loss_saturating,
        oracle.generator_loss_saturating,
        np.zeros(4),
    )


@pytest.mark.public
def test_by_hand(submission: Submission) -> None:
    # D is 3/4, 1/5 and 1/2: (log(1/4) + log(4/5) + log(1/2)) / 3
    fake = np.log(np.array([3.0, 0.25, 1.0]))
    agrees(submission.generator_loss_saturating, oracle.generator_loss_saturating, fake)


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_any_logits(
    submission: Submission, rng: np.random.Generator, kind: Kind
) -> None:
    for logits in kind.logits(rng):
        agrees(
            submission.generator_loss_saturating,
            oracle.generator_loss_saturating,
            logits,
        )


@pytest.mark.parametrize("kind", HUGE, ids=str)
def test_huge_logits(
    submission: Submission, rng: np.random.Generator, kind: Kind
) -> None:
    _, fake = huge(kind, rng)
    agrees(submission.generator_loss_saturating, oracle.generator_loss_saturating, fake)


@pytest.mark.parametrize("kind", KINDS[:3], ids=str)
def test_float32(submission: Submission, rng: np.random.Generator, kind: Kind) -> None:
    _, fake = kind.logits(rng, np.float32)
    agrees(submission.generator_loss_saturating, oracle.generator_loss_saturating, fake)
