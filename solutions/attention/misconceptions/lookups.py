"""Wrong answers to `attention`."""

from autograder.checks import Misconception, RightAnswer

from ..variants import always_masked

__all__ = ["MISCONCEPTIONS"]

look = RightAnswer(always_masked.attention)

MISCONCEPTIONS: tuple[Misconception, ...] = (
    look.but(
        "attention_no_scale",
        {" / q.shape[-1] ** 0.5": ""},
        "The scores were not divided by anything. The wider the vectors, the larger "
        "their products: look at what the formula has below QK^T.",
    ),
    look.but(
        "attention_scale_without_root",
        {" ** 0.5": ""},
        "The scores were divided by the width d_k itself. That is too much: a sum of "
        "d_k random terms grows more slowly than d_k.",
    ),
    look.but(
        "attention_scale_of_the_number_of_keys",
        {"/ q.shape[-1]": "/ k.shape[-2]"},
        "The scores were scaled by how many keys there are. What counts is how many "
        "terms each product adds up. Which axis is that?",
    ),
    look.but(
        "attention_scale_afterwards",
        {
            " / q.shape[-1] ** 0.5": "",
            "(scores, mask)": "(scores, mask) / q.shape[-1] ** 0.5",
        },
        "The weights were divided by the root of d_k, so that they don't add up to 1. "
        "It is the scores that are to be scaled.",
    ),
    look.but(
        "attention_softmax_over_queries",
        {
            "weights = softmax(scores, mask)": """
                if mask is not None:
                    mask = np.swapaxes(np.broadcast_to(mask, scores.shape), -1, -2)
                weights = softmax(np.swapaxes(scores, -1, -2), mask)
                weights = np.swapaxes(weights, -1, -2)
                """
        },
        "The weights of each key add up to 1 over the queries. It is each query that "
        "hands out weights, over the keys.",
    ),
    look.but(
        "attention_keys_and_values_exchanged",
        {"np.swapaxes(k": "np.swapaxes(v", "weights @ v": "weights @ k"},
        "Keys and values are exchanged: the queries were compared with v, and k was "
        "mixed. Keys are for finding, values for fetching.",
    ),
    look.but(
        "attention_mixes_keys",
        {"weights @ v": "weights @ k"},
        "The weights are right, but the keys were mixed by them, not the values.",
    ),
    look.but(
        "attention_mask_ignored",
        {"(scores, mask)": "(scores)"},
        "The mask plays no part in this result.",
    ),
    look.but(
        "attention_mask_afterwards",
        {
            "weights = softmax(scores, mask)": """
                weights = softmax(scores)
                if mask is not None:
                    weights = np.where(mask, weights, 0)
                """
        },
        "The weights were masked after the softmax, so that they no longer add up to "
        "1. The softmax has to know what is allowed.",
    ),
    look.but(
        "attention_mask_inverted",
        {"(scores, mask)": "(scores, None if mask is None else ~mask)"},
        "Each query looks at just those keys that its mask forbids. Here True means "
        "that a key may be looked at.",
    ),
    look.but(
        "attention_results_exchanged",
        {"weights @ v, weights": "weights, weights @ v"},
        "Both results are right, in the wrong order: first the mixtures, then the "
        "weights.",
    ),
    look.but(
        "attention_in_double",
        {"q.shape[-1] ** 0.5": "np.sqrt(q.shape[-1])"},
        "float32 went in and float64 came out. Look at what the scores are divided by: "
        "numpy's own float64 numbers, such as np.sqrt gives, turn float32 arrays into "
        "float64, Python's numbers don't.",
    ),
)
