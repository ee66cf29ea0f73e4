"""Checks of `count_parameters`."""

from __future__ import annotations

import pytest

from autograder.checks import Submission, agrees, refuses
from solutions.backpropagation import oracle

pytestmark = pytest.mark.grade("count_parameters")


@pytest.mark.public
def test_network_of_the_lecture(submission: Submission) -> None:
    agrees(submission.count_parameters, oracle.count_parameters, [1, 50, 50, 1])  # 2701


@pytest.mark.public
def test_one_layer(submission: Submission) -> None:
    # 3 * 4 weights and 4 biases
    agrees(submission.count_parameters, oracle.count_parameters, [3, 4])


@pytest.mark.parametrize(
    "sizes",
    [[1, 3, 1], [64, 32, 10], [7, 5], [5, 7], [2, 3, 4, 5, 6], [784, 300, 100, 10]],
    ids=str,
)
def test_any_layers(submission: Submission, sizes: list[int]) -> None:
    agrees(submission.count_parameters, oracle.count_parameters, sizes)


@pytest.mark.parametrize("sizes", [[], [5], [3, 0, 2], [0, 2], [3, -1, 2]], ids=str)
def test_refuses(submission: Submission, sizes: list[int]) -> None:
    submission.count_parameters([3, 1, 2])  # the call without the fault
    refuses(submission.count_parameters, sizes)
