"""Wrong ways to read digits: `classify_digits`.

A trained network has no one right output, so these show by what their output is worth:
`tests/grading/pooling/digits.py` knows the symptom of each.
"""

import numpy as np

from autograder.checks import Misconception, RightAnswer

from ..oracle import told_apart
from ..variants import self_contained

__all__ = ["MISCONCEPTIONS"]

trained = RightAnswer(self_contained.classify_digits)


def _softmax_of_probabilities(
    images: np.ndarray, labels: np.ndarray, train: int, l2: float = 1e-4
) -> np.ndarray:
    odds = np.exp(told_apart(images, labels, train))
    return np.asarray(odds / odds.sum(axis=1, keepdims=True))


MISCONCEPTIONS: tuple[Misconception, ...] = (
    trained.but(
        "digits_from_the_test_split",
        {"labels[:train]": "labels"},
        "The network has learned from the images held out, and has believed their "
        "labels. Only the first train images and labels may be learned from.",
        result=None,
    ),
    trained.but(
        "digits_softmax_twice",
        {
            "torch.nn.Linear(16 * 4 * 4, 10),": """
            torch.nn.Linear(16 * 4 * 4, 10),
            torch.nn.Softmax(dim=1),
            """,
        },
        "Most digits are read rightly, but no probability is large: softmax was "
        "applied to what had been through a softmax already. Which of your layers, "
        "losses and last lines apply one?",
        result=_softmax_of_probabilities,
    ),
    trained.but(
        "digits_without_channels",
        {"[:, None]": ""},
        "The images have no axis for channels. A grey image has one channel, and the "
        "library wants to see it.",
        result=None,
    ),
    trained.but(
        "digits_without_penalty",
        {"loss = loss + l2 * sum((p**2).sum() for p in network.parameters())": ""},
        "However large l2 is, the network reads as before: the penalty has no part in "
        "what is minimised.",
        result=None,
    ),
)
