"""Checks of the derivatives of the three losses."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from autograder.checks import Submission, agrees
from solutions.gan import oracle

from .logits import HUGE, KINDS, Kind, huge

pytestmark = pytest.mark.grade("loss_gradients")

#: At a logit of 30, sigma - 1 is as right as any formula, yet it has lost its digits.
ANY = [kind for kind in KINDS if kind.name != "digits are lost"]

OF_GENERATOR = ["generator_loss_gradient", "generator_loss_saturating_gradient"]
generators = pytest.mark.parametrize(
    "name", OF_GENERATOR, ids=["generator", "saturating"]
)


@pytest.mark.public
def test_discriminator_by_hand(submission: Submission) -> None:
    # D of real samples 3/4 and 3/5, of the fake 1/3: (-1/8, -1/5) and 1/3
    real, fake = np.log(np.array([3.0, 1.5])), np.log(np.array([0.5]))
    agrees(
        submission.discriminator_loss_gradient,
        oracle.discriminator_loss_gradient,
        real,
        fake,
    )


@pytest.mark.public
@generators
def test_generator_by_hand(submission: Submission, name: str) -> None:
    # D is 3/4 and 1/5: (-1/8, -2/5); saturating (-3/8, -1/10)
    fake = np.log(np.array([3.0, 0.25]))
    agrees(getattr(submission, name), getattr(oracle, name), fake)


@pytest.mark.parametrize("kind", ANY, ids=str)
def test_discriminator_any_logits(
    submission: Submission, rng: np.random.Generator, kind: Kind
) -> None:
    agrees(
        submission.discriminator_loss_gradient,
        oracle.discriminator_loss_gradient,
        *kind.logits(rng),
    )


@pytest.mark.parametrize("kind", ANY, ids=str)
@generators
def test_generator_any_logits(
    submission: Submission, rng: np.random.Generator, name: str, kind: Kind
) -> None:
    for logits in kind.logits(rng):
        agrees(getattr(submission, name), getattr(oracle, name), logits)


@pytest.mark.parametrize("kind", HUGE, ids=str)
@pytest.mark.parametrize("dtype", [np.float32, np.float64], ids=["float32", "float64"])
def test_discriminator_huge_logits(
    submission: Submission,
    rng: np.random.Generator,
    kind: Kind,
    dtype: npt.DTypeLike,
) -> None:
    agrees(
        submission.discriminator_loss_gradient,
        oracle.discriminator_loss_gradient,
        *huge(kind, rng, dtype),
    )


@pytest.mark.parametrize("kind", HUGE, ids=str)
@pytest.mark.parametrize("dtype", [np.float32, np.float64], ids=["float32", "float64"])
@generators
def test_generator_huge_logits(
    submission: Submission,
    rng: np.random.Generator,
    name: str,
    kind: Kind,
    dtype: npt.DTypeLike,
) -> None:
    _, fake = huge(kind, rng, dtype)
    agrees(getattr(submission, name), getattr(oracle, name), fake)


def test_float32(submission: Submission, rng: np.random.Generator) -> None:
    real, fake = KINDS[0].logits(rng, np.float32)
    agrees(
        submission.discriminator_loss_gradient,
        oracle.discriminator_loss_gradient,
        real,
        fake,
    )
    for name in OF_GENERATOR:
        agrees(getattr(submission, name), getattr(oracle, name), fake)
