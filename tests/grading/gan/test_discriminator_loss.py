"""Checks of `discriminator_loss`."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.checks import Submission, agrees
from solutions.gan import oracle

from .logits import HUGE, KINDS, Kind, huge

pytestmark = pytest.mark.grade("discriminator_loss")


@pytest.mark.public
def test_no_opinion(submission: Submission) -> None:
    # 2 log 2
    agrees(
        submission.discriminator_loss,
        oracle.discriminator_loss,
        np.zeros(3),
        np.zeros(5),
    )


@pytest.mark.public
def test_by_hand(submission: Submission) -> None:
    # D of real samples 3/4 and 3/5, of the fake 1/3: -log(9/20) / 2 - log(2/3)
    real, fake = np.log(np.array([3.0, 1.5])), np.log(np.array([0.5]))
    agrees(submission.discriminator_loss, oracle.discriminator_loss, real, fake)


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_any_logits(
    submission: Submission, rng: np.random.Generator, kind: Kind
) -> None:
    logits = kind.logits(rng)
    agrees(submission.discriminator_loss, oracle.discriminator_loss, *logits)


@pytest.mark.parametrize("kind", HUGE, ids=str)
def test_huge_logits(
    submission: Submission, rng: np.random.Generator, kind: Kind
) -> None:
    logits = huge(kind, rng)
    agrees(submission.discriminator_loss, oracle.discriminator_loss, *logits)


@pytest.mark.parametrize("kind", KINDS[:3], ids=str)
def test_float32(submission: Submission, rng: np.random.Generator, kind: Kind) -> None:
    logits = kind.logits(rng, np.float32)
    agrees(submission.discriminator_loss, oracle.discriminator_loss, *logits)
