"""Checks of `generator_loss`."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.checks import Submission, agrees
from solutions.gan import oracle

from .logits import HUGE, KINDS, Kind, huge

pytestmark = pytest.mark.grade("generator_loss")


@pytest.mark.public
def test_no_opinion(submission: Submission) -> None:
    # log 2
    agrees(submission.generator_loss, oracle.generator_loss, np.zeros(4))


@pytest.mark.public
def test_by_hand(submission: Submission) -> None:
    # D is 3/4, 1/5 and 1/2: (log(4/3) + log 5 + log 2) / 3
    fake = np.log(np.array([3.0, 0.25, 1.0]))
    agrees(submission.generator_loss, oracle.generator_loss, fake)


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_any_logits(
    submission: Submission, rng: np.random.Generator, kind: Kind
) -> None:
    for logits in kind.logits(rng):
        agrees(submission.generator_loss, oracle.generator_loss, logits)


@pytest.mark.parametrize("kind", HUGE, ids=str)
def test_huge_logits(
    submission: Submission, rng: np.random.Generator, kind: Kind
) -> None:
    _, fake = huge(kind, rng)
    agrees(submission.generator_loss, oracle.generator_loss, fake)


@pytest.mark.parametrize("kind", KINDS[:3], ids=str)
def test_float32(submission: Submission, rng: np.random.Generator, kind: Kind) -> None:
    _, fake = kind.logits(rng, np.float32)
    agrees(submission.generator_loss, oracle.generator_loss, fake)
