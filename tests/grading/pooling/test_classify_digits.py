"""Checks of `classify_digits`. Each of them trains a network."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.checks import Submission, agrees
from autograder.comparison import Tolerance
from solutions.pooling import oracle

from .digits import require_reader, require_restraint, some_digits, textbook

pytestmark = [
    pytest.mark.grade("classify_digits"),
    pytest.mark.seconds(30),  # one call trains a network, maybe with Keras
]

#: A probability of 0.88 or more for what an image shows, of 0.12 or less for the rest.
SURE = Tolerance(rtol=0, atol=0.12, peak=0)


@pytest.mark.public
def test_ten_digits_that_were_learned(submission: Submission) -> None:
    args = textbook()
    agrees(submission.classify_digits, oracle.told_apart, *args, tolerance=SURE)


@pytest.mark.weight(2)
def test_most_digits_are_read(submission: Submission, rng: np.random.Generator) -> None:
    digits = some_digits(rng, 400, 500, np.float64)
    require_reader(submission.classify_digits, digits)


def test_a_strong_penalty_leaves_no_opinion(
    submission: Submission, rng: np.random.Generator
) -> None:
    digits = some_digits(rng, 200, 50, np.float32)
    require_restraint(submission.classify_digits, digits)
