"""Wrong answers to two linear layers that are one: `collapse`."""

import numpy as np

from autograder.checks import Misconception

__all__ = ["MISCONCEPTIONS"]


def _collapse_order_swapped(
    W1: np.ndarray, b1: np.ndarray, W2: np.ndarray, b2: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    if W1.shape[1] != W2.shape[0]:
        raise ValueError("the layers don't fit")

    return W2 @ W1, b1 @ W2 + b2


def _collapse_first_bias_dropped(
    W1: np.ndarray, b1: np.ndarray, W2: np.ndarray, b2: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    if W1.shape[1] != W2.shape[0]:
        raise ValueError("the layers don't fit")

    return W1 @ W2, b2


def _collapse_first_bias_not_carried(
    W1: np.ndarray, b1: np.ndarray, W2: np.ndarray, b2: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    if W1.shape[1] != W2.shape[0]:
        raise ValueError("the layers don't fit")

    return W1 @ W2, b1 + b2


def _collapse_second_bias_dropped(
    W1: np.ndarray, b1: np.ndarray, W2: np.ndarray, b2: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    if W1.shape[1] != W2.shape[0]:
        raise ValueError("the layers don't fit")

    return W1 @ W2, b1 @ W2


def _collapse_bias_transposed(
    W1: np.ndarray, b1: np.ndarray, W2: np.ndarray, b2: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    if W1.shape[1] != W2.shape[0]:
        raise ValueError("the layers don't fit")

    return W1 @ W2, W2 @ b1 + b2


MISCONCEPTIONS: tuple[Misconception, ...] = (
    Misconception(
        name="collapse_order_swapped",
        of="collapse",
        hint=(
            "The two matrices were multiplied in the wrong order. X meets W1 first: (X "
            "W1) W2. With square matrices no shape warns you."
        ),
        code=_collapse_order_swapped,
    ),
    Misconception(
        name="collapse_first_bias_dropped",
        of="collapse",
        hint=(
            "b1 is missing. It is added to the hidden layer, so it must arrive at the "
            "output, too."
        ),
        code=_collapse_first_bias_dropped,
    ),
    Misconception(
        name="collapse_first_bias_not_carried",
        of="collapse",
        hint=(
            "b1 and b2 were just added. b1 goes through the second layer before it "
            "reaches the output."
        ),
        code=_collapse_first_bias_not_carried,
    ),
    Misconception(
        name="collapse_second_bias_dropped",
        of="collapse",
        hint=("b2 is missing from the bias."),
        code=_collapse_second_bias_dropped,
    ),
    Misconception(
        name="collapse_bias_transposed",
        of="collapse",
        hint=(
            "W is right. The bias was multiplied by W2 from the wrong side: W2 b1 in "
            "place of b1 W2."
        ),
        code=_collapse_bias_transposed,
    ),
)
