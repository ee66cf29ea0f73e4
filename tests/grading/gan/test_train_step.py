"""Checks of `train_steps_torch` and `train_steps_tf`, on every device of the course."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from autograder.checks import Submission, Tensor, agrees, tf_tensor, torch_tensor
from autograder.comparison import Tolerance
from solutions.gan import oracle

from .networks import GAMES, Game, textbook

pytestmark = [pytest.mark.grade("train_step"), pytest.mark.device]

ETA = 0.5

#: So wide that a result at float32 differs from one at float64 by its dtype alone; and
#: the usual one, by which digits that were lost on the way show, too.
TOLERANCES = [
    pytest.param(Tolerance(rtol=1e-5, atol=1e-5), id="the dtype"),
    pytest.param(None, id="all digits"),
]


def to_torch(arrays: Sequence[np.ndarray], device: str) -> tuple[Any, ...]:
    """Give both networks and both batches as PyTorch's tensors."""
    return _grouped([torch_tensor(array, device=device) for array in arrays])


def to_tf(arrays: Sequence[np.ndarray], device: str) -> tuple[Any, ...]:
    """Give both networks and both batches as TensorFlow's tensors."""
    return _grouped([tf_tensor(array, device=device) for array in arrays])


def _grouped(tensors: list[Tensor]) -> tuple[Any, ...]:
    return tuple(tensors[:2]), tuple(tensors[2:5]), *tensors[5:]


@pytest.mark.public
def test_torch_two_steps(submission: Submission, device: str) -> None:
    args = to_torch(textbook(), device)
    agrees(submission.train_steps_torch, oracle.train_steps, *args, ETA)


@pytest.mark.public
def test_tf_two_steps(submission: Submission, device: str) -> None:
    args = to_tf(textbook(), device)
    agrees(submission.train_steps_tf, oracle.train_steps, *args, ETA)


@pytest.mark.parametrize("game", GAMES, ids=str)
def test_torch_any_game(
    submission: Submission, rng: np.random.Generator, device: str, game: Game
) -> None:
    args = to_torch(game.draw(rng), device)
    agrees(submission.train_steps_torch, oracle.train_steps, *args, ETA)


@pytest.mark.parametrize("game", GAMES, ids=str)
def test_tf_any_game(
    submission: Submission, rng: np.random.Generator, device: str, game: Game
) -> None:
    args = to_tf(game.draw(rng), device)
    agrees(submission.train_steps_tf, oracle.train_steps, *args, ETA)


@pytest.mark.parametrize("tolerance", TOLERANCES)
def test_torch_keeps_float64(
    submission: Submission,
    rng: np.random.Generator,
    device: str,
    tolerance: Tolerance | None,
) -> None:
    args = to_torch(GAMES[0].draw(rng, np.float64), device)
    agrees(
        submission.train_steps_torch,
        oracle.train_steps,
        *args,
        ETA,
        tolerance=tolerance,
    )


@pytest.mark.parametrize("tolerance", TOLERANCES)
def test_tf_keeps_float64(
    submission: Submission,
    rng: np.random.Generator,
    device: str,
    tolerance: Tolerance | None,
) -> None:
    args = to_tf(GAMES[0].draw(rng, np.float64), device)
    agrees(
        submission.train_steps_tf, oracle.train_steps, *args, ETA, tolerance=tolerance
    )
