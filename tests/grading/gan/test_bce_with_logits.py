"""Checks of `bce_with_logits`."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.checks import Submission, agrees, refuses
from solutions.gan import oracle

from .logits import HUGE, KINDS, Kind, huge

pytestmark = pytest.mark.grade("bce_with_logits")

SHAPES = [
    pytest.param((7,), id="seven"),
    pytest.param((5, 1), id="a column"),
    pytest.param((2, 3, 4), id="three axes"),
    pytest.param((1,), id="one"),
]


@pytest.mark.public
def test_no_opinion(submission: Submission) -> None:
    # log 2, whatever the targets
    logits, targets = np.zeros(4), np.array([0.0, 1.0, 1.0, 0.5])
    agrees(submission.bce_with_logits, oracle.bce_with_logits, logits, targets)


@pytest.mark.public
def test_two_opinions_by_hand(submission: Submission) -> None:
    # probabilities 3/4 and 1/5: -(log(3/4) + log(4/5)) / 2 = log(5/3) / 2
    logits, targets = np.log(np.array([3.0, 0.25])), np.array([1.0, 0.0])
    agrees(submission.bce_with_logits, oracle.bce_with_logits, logits, targets)


@pytest.mark.public
def test_sure_and_right_or_wrong(submission: Submission) -> None:
    # 0, 0, 1e4 and 1e4
    logits = np.array([1e4, -1e4, 1e4, -1e4])
    targets = np.array([1.0, 0.0, 0.0, 1.0])
    agrees(submission.bce_with_logits, oracle.bce_with_logits, logits, targets)


@pytest.mark.parametrize("shape", SHAPES)
def test_hard_targets(
    submission: Submission, rng: np.random.Generator, shape: tuple[int, ...]
) -> None:
    logits = rng.normal(0.4, 2, size=shape)
    targets = rng.integers(0, 2, size=shape).astype(float)
    agrees(submission.bce_with_logits, oracle.bce_with_logits, logits, targets)


@pytest.mark.parametrize("shape", SHAPES)
def test_soft_targets(
    submission: Submission, rng: np.random.Generator, shape: tuple[int, ...]
) -> None:
    logits, targets = rng.normal(0.4, 2, size=shape), rng.uniform(size=shape)
    agrees(submission.bce_with_logits, oracle.bce_with_logits, logits, targets)


@pytest.mark.parametrize("kind", HUGE, ids=str)
@pytest.mark.parametrize("dtype", [np.float32, np.float64], ids=["float32", "float64"])
def test_huge_logits(
    submission: Submission, rng: np.random.Generator, kind: Kind, dtype: type
) -> None:
    logits, _ = huge(kind, rng, dtype)
    targets = rng.uniform(size=logits.shape).astype(dtype)
    agrees(submission.bce_with_logits, oracle.bce_with_logits, logits, targets)


def test_digits_are_kept(submission: Submission, rng: np.random.Generator) -> None:
    _, logits = KINDS[-1].logits(rng)
    targets = np.zeros(logits.shape)
    agrees(submission.bce_with_logits, oracle.bce_with_logits, logits, targets)
    agrees(submission.bce_with_logits, oracle.bce_with_logits, -logits, targets)


def test_float32(submission: Submission, rng: np.random.Generator) -> None:
    logits = rng.normal(0.4, 2, size=9).astype(np.float32)
    targets = rng.uniform(size=9).astype(np.float32)
    agrees(submission.bce_with_logits, oracle.bce_with_logits, logits, targets)


@pytest.mark.parametrize(
    ("logits", "targets"),
    [
        pytest.param((4, 1), (4,), id="a column and a row"),
        pytest.param((4,), (1,), id="a single target"),
        pytest.param((3,), (4,), id="a target too many"),
    ],
)
def test_refuses(
    submission: Submission, logits: tuple[int, ...], targets: tuple[int, ...]
) -> None:
    submission.bce_with_logits(np.ones(logits), np.ones(logits))  # without the fault
    refuses(submission.bce_with_logits, np.ones(logits), np.ones(targets))
