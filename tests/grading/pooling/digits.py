"""Handwritten digits for the checks of `classify_digits`, and what a reader must do.

A trained network has no one right output. So the checks hold its output against what
it must be worth, and a known mistake is recognised by the symptom that it leaves.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from autograder.checks import CheckFailed, RemoteFunction
from autograder.checks.failure import Suspect
from autograder.comparison import Mismatch
from autograder.execution.novalue import StudentRaised
from solutions.pooling.misconceptions import MISCONCEPTIONS

__all__ = ["Draw", "require_reader", "require_restraint", "some_digits", "textbook"]

#: Share of the held-out digits that must be read rightly.
BAR = 0.9

#: The largest probability that softmax gives to numbers between 0 and 1.
TWICE = np.e / (np.e + 9)

_NO_CHANNELS = re.compile(r"to have \d+ channels|min_ndim=4|expected axis -1")


@dataclass(frozen=True)
class Draw:
    """Digits to learn from and, after them, digits that are held out.

    Attributes:
        images: (n, 8, 8), from 0 to 1.
        labels: (n,), wrong for the images held out.
        train: How many of the first are to learn from.
        truth: (n-train,) right labels of the images held out.
    """

    images: np.ndarray
    labels: np.ndarray
    train: int
    truth: np.ndarray


@cache
def _digits() -> tuple[np.ndarray, np.ndarray]:
    from sklearn.datasets import load_digits

    images, labels = load_digits(return_X_y=True)
    return images.reshape(-1, 8, 8) / 16, labels


def some_digits(
    rng: np.random.Generator, train: int, held_out: int, dtype: npt.DTypeLike
) -> Draw:
    """Draw digits, lay them on their side, and call them by other names.

    So neither the right labels nor a network from elsewhere are of any use.
    """
    images, labels = _digits()
    chosen = rng.permutation(len(images))[: train + held_out]
    turned = np.ascontiguousarray(images[chosen].transpose(0, 2, 1), dtype)
    renamed = rng.permutation(10)[labels[chosen]]
    truth = renamed[train:].copy()
    renamed[train:] = (truth + 1) % 10
    return Draw(turned, renamed, train, truth)


def textbook() -> tuple[np.ndarray, np.ndarray, int]:
    """200 digits to learn from, and the most typical of them again; grey in quarters.

    Typical is the one of each class that is nearest to the mean of its class.
    """
    images, labels = (array[:200] for array in _digits())
    shown = list(range(200))
    for digit in range(10):
        own = np.flatnonzero(labels == digit)
        strangeness = (images[own] - images[own].mean(axis=0)) ** 2
        shown.append(int(own[strangeness.sum(axis=(1, 2)).argmin()]))
    return np.rint(4 * images[shown]) / 4, labels[shown], 200


def require_reader(student: RemoteFunction, draw: Draw) -> None:
    """Require that most digits are read, with probabilities that mean something.

    Raises:
        CheckFailed: An answer came and is not worth it.
        NoValue: No answer came; says why.
    """
    __tracebackhide__ = True
    probabilities = _probabilities(student, draw, {})
    read = probabilities.argmax(axis=1)
    right, misled = (
        np.mean(read == draw.truth),
        np.mean(read == draw.labels[draw.train :]),
    )
    if misled > max(right, 0.3):
        _fail(
            student,
            "the held-out digits are read as their wrong labels say",
            f"{misled:.0%} as labelled",
            "labels of held-out digits that were never looked at",
            "digits_from_the_test_split",
        )
    if probabilities.max() <= TWICE + 1e-3 and right > 0.5:
        _fail(
            student,
            "the digits are read, but no probability is large",
            f"{probabilities.max():.3f} at most",
            "above 0.9 for most digits",
            "digits_softmax_twice",
        )
    if right < BAR:
        _fail(
            student,
            "too few of the held-out digits are read rightly",
            f"{right:.0%}",
            f"{BAR:.0%} or more",
        )


def require_restraint(student: RemoteFunction, draw: Draw) -> None:
    """Require that a strong penalty leaves the network without an opinion.

    Raises:
        CheckFailed: An answer came and some probability is large.
        NoValue: No answer came; says why.
    """
    __tracebackhide__ = True
    probabilities = _probabilities(student, draw, {"l2": 1.0})
    if probabilities.max() > 0.5:
        read = probabilities.argmax(axis=1)
        is_reader = np.mean(read == draw.truth) > 0.5
        _fail(
            student,
            "with l2 = 1 there are still large probabilities",
            f"{probabilities.max():.3f} at most",
            "0.5 or less",
            *(["digits_without_penalty"] if is_reader else []),
        )


def _probabilities(
    student: RemoteFunction, draw: Draw, settings: dict[str, float]
) -> np.ndarray:
    """What the student's function returns, once it is known to be probabilities."""
    __tracebackhide__ = True
    try:
        reply = student.reply(draw.images, draw.labels, draw.train, **settings)
    except StudentRaised as raised:
        if _NO_CHANNELS.search(raised.text):
            _fail(
                student,
                "the library refuses images without an axis for channels",
                f"a {raised.types[0]} of the library's",
                "images with four axes",
                "digits_without_channels",
            )
        raise
    got, shape = reply.value, (len(draw.truth), 10)
    if not isinstance(got, np.ndarray):
        _fail(student, "is no array", type(got).__name__, "a numpy array")
    if got.shape != shape:
        _fail(student, "has the wrong shape", f"{got.shape}", f"{shape}")
    if got.dtype != draw.images.dtype:
        expected = str(draw.images.dtype)
        _fail(student, "has the wrong dtype", str(got.dtype), expected)
    if not np.isfinite(got).all():
        _fail(student, "is not finite", "nan or infinity", "probabilities")
    gap = np.abs(got.sum(axis=1, dtype=float) - 1).max()
    if got.min() < 0 or gap > 1e-4:
        _fail(
            student,
            "the rows are no probabilities",
            f"numbers from {got.min():.3g} to {got.max():.3g}, sums off by {gap:.2g}",
            "numbers from 0 to 1 that add up to 1 in each row",
        )
    return got


def _fail(
    student: RemoteFunction, reason: str, got: str, expected: str, *names: str
) -> None:
    __tracebackhide__ = True
    suspects = tuple(
        Suspect(each.name, each.hint) for each in MISCONCEPTIONS if each.name in names
    )
    mismatch = Mismatch("values", reason, got, expected)
    raise CheckFailed(student.name, reason, mismatch=mismatch, suspects=suspects)
