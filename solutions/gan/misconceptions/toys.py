"""Wrong distances, and GANs that miss the bumps: `distance` and `toy_gan`.

A trained network has no one right output, so the latter show by a symptom, which
`tests/grading/gan/bumps.py` knows.
"""

from autograder.checks import RightAnswer, times

from .. import oracle
from ..variants import plain_loops

__all__ = ["MISCONCEPTIONS"]

distance = RightAnswer(oracle.distance)
toy = RightAnswer(plain_loops.toy_gan)

MISCONCEPTIONS = (
    distance.but(
        "distance_unsorted",
        {"np.sort(a) - np.sort(b)": "a - b"},
        "The numbers were compared in the order in which they came. Two equal sets "
        "have the distance 0 in any order: sort both first.",
    ),
    distance.but(
        "distance_squared",
        {
            "np.mean(np.abs(": "np.sqrt(np.mean(np.square(",
            "np.sort(b))": "np.sort(b)))",
        },
        "The differences were squared, and a root taken. Here each counts by its size "
        "alone, |a - b|.",
    ),
    distance.but(
        "distance_summed",
        {"np.mean": "np.sum"},
        "The differences were summed; the mean is asked for, so that sets of any size "
        "can be compared.",
    ),
    distance.but(
        "distance_of_means",
        {"np.mean(np.abs(": "np.abs(np.mean("},
        "This is how far the means are apart. Sets of equal mean can look quite "
        "different: take the absolute values before you average.",
    ),
    toy.but(
        "toy_no_bumps",
        {"np.sign(u)": times(2, "u")},
        "Many of the numbers lie between the bumps, where the data have none. An "
        "affine generator can do no better with normal noise, which has a single bump; "
        "a network may have settled in the middle. What other noise, or what other "
        "generator, could make two bumps?",
        result=None,
    ),
    toy.but(
        "toy_not_scaled_back",
        {"mean + std * (a": "(a"},
        "The numbers are spread like the data after they were shifted and scaled. Undo "
        "both at the end.",
        result=None,
    ),
    toy.but(
        "toy_own_noise",
        {"noise.tolist()": "random.normal(size=noise.shape)"},
        "Equal rows of noise gave unequal numbers, so they weren't made of those rows. "
        "The noise that comes in is what the trained generator is to be fed.",
        result=None,
    ),
)
