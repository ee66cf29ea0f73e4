"""Wrong answers to `softmax` and `softmax_jacobian`."""

from autograder.checks import RightAnswer, times

from .. import oracle

__all__ = ["MISCONCEPTIONS"]

softmax = RightAnswer(oracle.softmax)
softmax_jacobian = RightAnswer(oracle.softmax_jacobian)

MISCONCEPTIONS = (
    softmax.but(
        "softmax_down_the_columns",
        {"axis=-1": times(2, "axis=0")},
        "The columns add up to 1. Each sample is a row, and the numbers of a row "
        "should.",
    ),
    softmax.but(
        "softmax_over_everything",
        {"axis=-1, keepdims=True": times(2, "")},
        "All numbers together add up to 1. Each row is a sample of its own and should "
        "add up to 1.",
    ),
    softmax.but(
        "softmax_overflows",
        {"x - x.max(axis=-1, keepdims=True)": "x"},
        "exp of a large score is infinite, and infinity divided by infinity is nan. "
        "Subtract something from each row first that makes all powers harmless.",
    ),
    softmax.but(
        "softmax_one_maximum_for_all",
        {"x.max(axis=-1, keepdims=True)": "x.max()"},
        "The largest score of the whole batch was subtracted everywhere. In a row far "
        "below it all powers become 0, and 0/0 is nan. Each row needs a maximum of its "
        "own.",
    ),
    softmax.but(
        "softmax_not_divided",
        {"powers / powers.sum(axis=-1, keepdims=True)": "powers"},
        "These powers don't add up to 1: the division by their sum is missing.",
    ),
    softmax_jacobian.but(
        "jacobian_diagonal_only",
        {"np.diag(p) - np.outer(p, p)": "np.diag(p * (1 - p))"},
        "Only the diagonal is filled. Raising one score lowers all the other "
        "probabilities, too.",
    ),
    softmax_jacobian.but(
        "jacobian_as_a_row",
        {"np.diag(p) - np.outer(p, p)": "p * (1 - p)"},
        "These are the derivatives of each probability by its own score. By each of "
        "the n scores, each of the n probabilities has a derivative.",
    ),
    softmax_jacobian.but(
        "jacobian_sign",
        {"np.diag(p) - np.outer(p, p)": "np.outer(p, p) - np.diag(p)"},
        "All entries have the wrong sign. Raising a score raises its own probability.",
    ),
    softmax_jacobian.but(
        "jacobian_identity",
        {"np.diag(p)": "np.eye(len(x), dtype=x.dtype)"},
        "The delta stands alone here, without the p in front of the parentheses: p_i "
        "multiplies both terms.",
    ),
)
