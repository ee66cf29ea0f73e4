"""Numbers in two bumps for the checks of `toy_gan`, and what a GAN must do with them.

A trained network has no one right output. So its numbers are held against new data, and
each of them must depend on its own noise alone.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from autograder.checks import CheckFailed, RemoteFunction
from autograder.checks.failure import Suspect
from autograder.comparison import Mismatch
from solutions.gan import oracle
from solutions.gan.misconceptions import MISCONCEPTIONS

__all__ = ["require_gan", "some_bumps"]

#: The largest distance to new data, in standard deviations of the data. The normal
#: distribution with the data's mean and width is twice as far away.
BAR = 0.2


def some_bumps(
    rng: np.random.Generator, n: int, dtype: npt.DTypeLike = np.float64
) -> tuple[np.ndarray, np.ndarray]:
    """Draw n numbers to learn from, and as many new ones of the same distribution."""
    centre, half = rng.uniform(-8, 8), rng.uniform(1.5, 4)
    width = half * rng.uniform(0.12, 0.2)
    sides = np.resize([-half, half], (2, n))
    numbers = centre + rng.permuted(sides, axis=1) + width * rng.normal(size=(2, n))
    data, new = numbers.astype(dtype)
    return data, new


def require_gan(
    student: RemoteFunction, data: np.ndarray, new: np.ndarray, noise: np.ndarray
) -> None:
    """Require numbers that are spread like the data, each made of its own noise.

    Args:
        student: The function that trains and generates.
        data: (n,) to learn from.
        new: (n,) of the same distribution.
        noise: (n, 2); the student gets each row twice, in opposite orders.

    Raises:
        CheckFailed: An answer came and is not worth it.
        NoValue: No answer came; says why.
    """
    __tracebackhide__ = True
    n = len(noise)
    reply = student.reply(data, np.concatenate([noise, noise[::-1]]))
    got = reply.value
    if not isinstance(got, np.ndarray):
        _fail(student, "the result is no array", type(got).__name__, "a numpy array")
    if got.shape != (2 * n,):
        _fail(student, "has the wrong shape", f"{got.shape}", f"{(2 * n,)}")
    if got.dtype != data.dtype:
        _fail(student, "has the wrong dtype", f"{got.dtype}", f"{data.dtype}")
    if not np.isfinite(got).all():
        _fail(student, "is not finite", "nan or infinity", "numbers")
    there, back = got[:n], got[n:][::-1]
    scale = data.std()
    if np.abs(there - back).max() > 3e-4 * scale:
        _fail(
            student,
            "equal rows of noise give unequal numbers",
            f"numbers that are {np.abs(there - back).max():.3g} apart",
            "equal numbers",
            *(["toy_own_noise"] if _are_others(there, back) else []),
        )
    far = float(oracle.distance(there, new) / scale)
    if far > BAR:
        _fail(
            student,
            "the numbers are not spread like the data",
            f"a distance of {far:.3g} standard deviations",
            f"{BAR} or less",
            *_symptoms(there, data),
        )
    if not np.array_equal(reply.after[0], data):
        _fail(student, "the data were changed", "other data", "the data as they were")


def _are_others(there: np.ndarray, back: np.ndarray) -> bool:
    """Whether few of the numbers come twice, in whatever order."""
    grain = 1e-4 * there.std()
    if not grain:
        return False
    twice = np.isin(np.rint(there / grain), np.rint(back / grain))
    return bool(np.mean(twice) < 0.5)


def _symptoms(got: np.ndarray, data: np.ndarray) -> list[str]:
    """Names of the known mistakes that such numbers are a sign of."""
    centre, scale = data.mean(), data.std()
    back = got * scale + centre
    if oracle.distance(back, np.sort(data)) / scale <= BAR:
        return ["toy_not_scaled_back"]
    # Of a normal distribution with the data's width, three in ten lie so near.
    in_the_middle = np.mean(np.abs(got - centre) < 0.4 * scale)
    if in_the_middle > 0.2 and got.std() > 0.3 * scale:
        return ["toy_no_bumps"]
    return []


def _fail(
    student: RemoteFunction, reason: str, got: str, expected: str, *names: str
) -> None:
    __tracebackhide__ = True
    suspects = tuple(
        Suspect(each.name, each.hint) for each in MISCONCEPTIONS if each.name in names
    )
    mismatch = Mismatch("values", reason, got, expected)
    raise CheckFailed(student.name, reason, mismatch=mismatch, suspects=suspects)
