"""Checks of `best_run`.

The wave's valleys lie near x = -13.5, -1.8, 7.3 and 20.1 and are the lower the farther
out. In no case do the two best runs end at nearly the same value.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from autograder.checks import Submission, agrees, refuses
from solutions.gradient_descent import oracle

pytestmark = pytest.mark.grade("local_minima")


def cubic(x: Any) -> Any:
    """Fall without end to the left; a valley near 1."""
    with np.errstate(all="ignore"):
        x = np.asarray(x)
        return x**3 / 3 - x


def cubic_gradient(x: Any) -> Any:
    """Give the derivative of `cubic`."""
    with np.errstate(all="ignore"):
        return np.asarray(x) ** 2 - 1


def quartic(x: Any) -> Any:
    """Have two valleys, near -1.5 and 1.4, and steep walls."""
    with np.errstate(all="ignore"):
        x = np.asarray(x)
        return x**4 - 4 * x**2 + x


def quartic_gradient(x: Any) -> Any:
    """Give the derivative of `quartic`."""
    with np.errstate(all="ignore"):
        x = np.asarray(x)
        return 4 * x**3 - 8 * x + 1


def slide(x: Any) -> Any:
    """Fall from 100 to -100, which it is at minus infinity."""
    with np.errstate(all="ignore"):
        return 100 * np.tanh(np.asarray(x))


def slide_gradient(x: Any) -> Any:
    """Give the derivative of `slide`."""
    with np.errstate(all="ignore"):
        return 100 / np.cosh(np.asarray(x)) ** 2


def pit(x: Any) -> Any:
    """Be minus infinity at 0."""
    with np.errstate(all="ignore"):
        return np.log(np.abs(np.asarray(x)))


def pit_gradient(x: Any) -> Any:
    """Give the derivative of `pit`."""
    with np.errstate(all="ignore"):
        return 1 / np.asarray(x)


def end_of(run: Any) -> float:
    """Return where a run ends, if it is one."""
    try:
        numbers = np.asarray(run, dtype=float)
    except (TypeError, ValueError):
        numbers = np.empty(0)
    assert numbers.size, "the result is no run"
    return float(numbers.flat[-1])


@pytest.mark.public
@pytest.mark.parametrize(
    ("starts", "etas"),
    [
        ([-9.0, 3.0, 10.0, 0.5], [0.1, 0.2, 0.1, 0.3]),
        ([10.0, 10.0], [0.1, 2.0]),
    ],
    ids=["four starts", "one start, two learning rates"],
)
def test_wave(submission: Submission, starts: list[float], etas: list[float]) -> None:
    agrees(
        submission.best_run,
        oracle.best_run,
        oracle.wave,
        oracle.wave_gradient,
        np.array(starts),
        np.array(etas),
        10,
    )


@pytest.mark.parametrize(
    ("starts", "etas", "steps"),
    [
        # Of each wrong choice that is known, these two tell what it is.
        pytest.param(
            [-1.1, -5.4, 18.8, 4.5, -6.9],
            [1.0, 1.0, 1.0, 0.05, 0.1],
            6,
            id="five runs, three of them bold",
        ),
        pytest.param(
            [14.1, -7.6, 2.1, 17.7, -1.4],
            [2.0, 0.03, 0.1, 0.3, 0.1],
            6,
            id="five runs, two of them bold",
        ),
        pytest.param([6.0, -2.5, -12.0], [0.12, 0.2, 0.09], 7, id="last"),
        pytest.param([-12.5, 1.0, 8.5, 5.0], [0.07, 0.3, 0.02, 0.05], 6, id="first"),
        pytest.param([9.0], [0.1], 5, id="the only one"),
        pytest.param([4.0, 4.0, 9.0], [0.1, 0.1, 0.05], 5, id="one run twice"),
        pytest.param([4.0, 8.0, -4.0], [0.1, 0.1, 0.1], 0, id="no steps"),
    ],
)
def test_any_runs(
    submission: Submission, starts: list[float], etas: list[float], steps: int
) -> None:
    agrees(
        submission.best_run,
        oracle.best_run,
        oracle.wave,
        oracle.wave_gradient,
        np.array(starts),
        np.array(etas),
        steps,
    )


@pytest.mark.parametrize(
    ("f", "gradient", "starts", "etas"),
    [
        pytest.param(
            quartic, quartic_gradient, [3.0, 0.5, -0.5], [0.9, 0.05, 0.05], id="to nan"
        ),
        pytest.param(
            cubic, cubic_gradient, [0.5, -3.0, 0.2], [0.3, 0.9, 0.2], id="to -infinity"
        ),
    ],
)
def test_a_run_that_diverges_is_never_the_best(
    submission: Submission,
    f: Any,
    gradient: Any,
    starts: list[float],
    etas: list[float],
) -> None:
    args = f, gradient, np.array(starts), np.array(etas), 14
    agrees(submission.best_run, oracle.best_run, *args)


# Of each choice these two know only that it is not allowed, whatever led to it.


def test_a_run_to_infinity_is_not_the_best_where_f_is_finite(
    submission: Submission,
) -> None:
    starts, etas = np.array([0.4, 0.0, 0.3]), np.array([0.001, 1e307, 0.002])
    run = submission.best_run(slide, slide_gradient, starts, etas, 14)
    assert np.isfinite(end_of(run)), "the run that is chosen ends at minus infinity"


def test_a_point_where_f_is_infinite_is_never_the_best(submission: Submission) -> None:
    starts, etas = np.array([3.0, 2.0, 1.5]), np.array([0.5, 4.0, 0.5])
    run = submission.best_run(pit, pit_gradient, starts, etas, 1)  # 2 - 4/2 = 0
    assert np.isfinite(pit(end_of(run))), (
        "f is minus infinity where the chosen run ends"
    )


def test_float32(submission: Submission) -> None:
    agrees(
        submission.best_run,
        oracle.best_run,
        oracle.wave,
        oracle.wave_gradient,
        np.array([3.0, 9.5, -3.0], dtype=np.float32),
        np.array([0.1, 0.05, 0.2], dtype=np.float32),
        5,
    )


@pytest.mark.parametrize(
    ("starts", "etas"),
    [
        pytest.param([], [], id="no runs"),
        pytest.param([1.0, 2.0], [0.1], id="a learning rate too few"),
        pytest.param([1.0], [0.1, 0.2], id="a start too few"),
        pytest.param([-3.0, -4.0], [0.9, 0.9], id="all runs diverge"),
    ],
)
def test_refuses(
    submission: Submission, starts: list[float], etas: list[float]
) -> None:
    f, gradient = cubic, cubic_gradient
    one = np.array([0.5])
    submission.best_run(f, gradient, one, 0.1 * one, 14)  # a run without a fault
    refuses(submission.best_run, f, gradient, np.array(starts), np.array(etas), 14)
