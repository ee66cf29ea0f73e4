"""Checks of `positional_encoding`."""

from __future__ import annotations

import pytest

from autograder.checks import Submission, agrees, refuses
from solutions.attention import oracle

pytestmark = pytest.mark.grade("positional_encoding")

SIZES = [
    pytest.param(5, 2, id="one clock"),
    pytest.param(4, 8, id="four clocks"),
    pytest.param(9, 6, id="more positions than features"),
    pytest.param(1, 10, id="one position"),
    pytest.param(300, 16, id="a long sequence"),
]


@pytest.mark.public
def test_three_positions(submission: Submission) -> None:
    agrees(submission.positional_encoding, oracle.positional_encoding, 3, 4)


@pytest.mark.parametrize(("length", "d_model"), SIZES)
def test_any_sizes(submission: Submission, length: int, d_model: int) -> None:
    agrees(submission.positional_encoding, oracle.positional_encoding, length, d_model)


@pytest.mark.parametrize(
    ("length", "d_model"),
    [
        pytest.param(3, 5, id="an odd width"),
        pytest.param(3, 0, id="no width"),
        pytest.param(3, -2, id="a negative width"),
        pytest.param(0, 4, id="no position"),
        pytest.param(-1, 4, id="a negative length"),
    ],
)
def test_refuses(submission: Submission, length: int, d_model: int) -> None:
    submission.positional_encoding(3, 4)  # without a fault
    refuses(submission.positional_encoding, length, d_model)
