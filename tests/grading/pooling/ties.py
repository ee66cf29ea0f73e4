"""Putting a question that has more than one right answer: which of equals has won?"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.checks import CheckFailed, RemoteFunction
from autograder.checks.misconceptions import Agreement, known_for, recognise
from autograder.comparison import Tolerance, compare
from solutions.pooling import oracle

__all__ = ["agrees_but_for_ties"]

Pair = tuple[int, int]

_TOLERANCE = Tolerance(rtol=1e-9, atol=1e-12, peak=1e-9)


def agrees_but_for_ties(
    student: RemoteFunction, dout: np.ndarray, x: np.ndarray, size: Pair
) -> None:
    """Require a right `max_pool2d_backward` of images with equal pixels.

    Where several pixels of a window are the largest, any shares of them are right that
    add up to the window's gradient. Windows lie side by side.

    Args:
        student: The function of the `submission` fixture.
        dout: (batch, channels, oh, ow).
        x: (batch, channels, h, w), with equal pixels.
        size: (kh, kw).

    Raises:
        CheckFailed: An answer came and no choice among equals explains it.
        NoValue: No answer came; says why.
    """
    __tracebackhide__ = True
    args = dout, x, size
    expected = oracle.max_pool2d_backward(*args)
    got = student(*args)
    mismatch = compare(got, expected, _TOLERANCE)
    if mismatch and mismatch.kind == "values":
        mismatch = compare(_settled(np.asarray(got), x, size), expected, _TOLERANCE)
    if mismatch:
        known = known_for(oracle.max_pool2d_backward, student.name)
        right = Agreement(known, expected, _TOLERANCE, args, {})
        raise CheckFailed(
            student.name,
            mismatch.message,
            mismatch=mismatch,
            suspects=recognise(got, right),
            is_compared=True,
        )


def _settled(dx: np.ndarray, x: np.ndarray, size: Pair) -> np.ndarray:
    """Hand the shares of a window's equals to the first of them; leave the rest."""
    settled: Any = dx.copy()
    (h, w), (kh, kw) = x.shape[2:], size
    for image, channel in np.ndindex(x.shape[:2]):
        for top in range(0, h - kh + 1, kh):
            for left in range(0, w - kw + 1, kw):
                place = np.s_[image, channel, top : top + kh, left : left + kw]
                winners = np.argwhere(x[place] == x[place].max())
                total = sum(dx[place][tuple(each)] for each in winners)
                for each in winners:
                    settled[place][tuple(each)] = 0
                settled[place][tuple(winners[0])] = total
    return np.asarray(settled)
