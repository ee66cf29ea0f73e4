"""Wrong answers to what a shift changes: `shift_invariance`."""

import numpy as np

from autograder.checks import Misconception

from ..oracle import avg_pool2d, max_pool2d

__all__ = ["MISCONCEPTIONS"]


def _shift_wraps_around(
    x: np.ndarray, size: tuple[int, int], stride: tuple[int, int] | None = None
) -> np.ndarray:
    still = max_pool2d(x[None, None], size, stride)[0, 0]
    unchanged = np.zeros(still.shape, x.dtype)
    for down in (-1, 0, 1):
        for right in (-1, 0, 1):
            if (down, right) != (0, 0):
                moved = np.roll(x, (down, right), axis=(0, 1))
                unchanged += max_pool2d(moved[None, None], size, stride)[0, 0] == still
    return unchanged / 8


def _shift_compares_means(
    x: np.ndarray, size: tuple[int, int], stride: tuple[int, int] | None = None
) -> np.ndarray:
    (h, w), framed = x.shape, np.pad(x, 1)
    still = avg_pool2d(x[None, None], size, stride)[0, 0]
    unchanged = np.zeros(still.shape, x.dtype)
    for top, left in np.ndindex(3, 3):
        if (top, left) != (1, 1):
            moved = framed[None, None, top : top + h, left : left + w]
            unchanged += avg_pool2d(moved, size, stride)[0, 0] == still
    return unchanged / 8


def _shift_repeats_the_border(
    x: np.ndarray, size: tuple[int, int], stride: tuple[int, int] | None = None
) -> np.ndarray:
    (h, w), framed = x.shape, np.pad(x, 1, mode="edge")
    still = max_pool2d(x[None, None], size, stride)[0, 0]
    unchanged = np.zeros(still.shape, x.dtype)
    for top, left in np.ndindex(3, 3):
        if (top, left) != (1, 1):
            moved = framed[None, None, top : top + h, left : left + w]
            unchanged += max_pool2d(moved, size, stride)[0, 0] == still
    return unchanged / 8


def _shift_counts_standing_still(
    x: np.ndarray, size: tuple[int, int], stride: tuple[int, int] | None = None
) -> np.ndarray:
    (h, w), framed = x.shape, np.pad(x, 1)
    still = max_pool2d(x[None, None], size, stride)[0, 0]
    unchanged = np.zeros(still.shape, x.dtype)
    for top, left in np.ndindex(3, 3):
        moved = framed[None, None, top : top + h, left : left + w]
        unchanged += max_pool2d(moved, size, stride)[0, 0] == still
    return unchanged / 9


def _shift_in_four_directions(
    x: np.ndarray, size: tuple[int, int], stride: tuple[int, int] | None = None
) -> np.ndarray:
    (h, w), framed = x.shape, np.pad(x, 1)
    still = max_pool2d(x[None, None], size, stride)[0, 0]
    unchanged = np.zeros(still.shape, x.dtype)
    for top, left in ((0, 1), (1, 0), (1, 2), (2, 1)):
        moved = framed[None, None, top : top + h, left : left + w]
        unchanged += max_pool2d(moved, size, stride)[0, 0] == still
    return unchanged / 4


MISCONCEPTIONS: tuple[Misconception, ...] = (
    Misconception(
        name="shift_wraps_around",
        of="shift_invariance",
        hint=(
            "What left the image on one side came back on the other. Which numbers "
            "come in at the border?"
        ),
        code=_shift_wraps_around,
    ),
    Misconception(
        name="shift_compares_means",
        of="shift_invariance",
        hint=(
            "The means of the windows were compared. The question is about their "
            "maxima."
        ),
        code=_shift_compares_means,
    ),
    Misconception(
        name="shift_repeats_the_border",
        of="shift_invariance",
        hint=(
            "The border's own pixels were repeated where the image has moved away. "
            "Which numbers come in there?"
        ),
        code=_shift_repeats_the_border,
    ),
    Misconception(
        name="shift_counts_standing_still",
        of="shift_invariance",
        hint=(
            "These are ninths: the image that stands still was counted as a ninth "
            "shift."
        ),
        code=_shift_counts_standing_still,
    ),
    Misconception(
        name="shift_in_four_directions",
        of="shift_invariance",
        hint=(
            "These are quarters: up, down, left and right. There are four more "
            "directions, the diagonals."
        ),
        code=_shift_in_four_directions,
    ),
)
