"""Wrong answers to `causal_mask`."""

from autograder.checks import Misconception, RightAnswer

from ..variants import always_masked

__all__ = ["MISCONCEPTIONS"]

causal = RightAnswer(always_masked.causal_mask)

MISCONCEPTIONS: tuple[Misconception, ...] = (
    causal.but(
        "causal_mask_strict",
        {"np.tri(length)": "np.tri(length, k=-1)"},
        "No position may look at itself here, and the first one at nothing at all. A "
        "position knows what stands at its own place.",
    ),
    causal.but(
        "causal_mask_upper",
        {"np.tri(length)": "np.tri(length).T"},
        "Each position looks at itself and at the future. Rows are queries, columns "
        "are keys: which keys come before the first query?",
    ),
    causal.but(
        "causal_mask_of_the_forbidden",
        {"== 1": "== 0"},
        "This mask is True where looking is forbidden. In this notebook True means "
        "allowed.",
    ),
    causal.but(
        "causal_mask_as_floats",
        {" == 1": ""},
        "The pattern is right, but it is made of floats. A mask holds booleans; the "
        "maker of your array has an argument for that.",
    ),
    causal.but(
        "causal_mask_as_scores",
        {"np.tri(length) == 1": "np.where(np.tri(length), 0.0, -np.inf)"},
        "These are numbers to be added to scores, 0 and -inf. Here a mask holds "
        "booleans, and the softmax knows what to do with them.",
    ),
)
