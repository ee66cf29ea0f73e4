"""Wrong cross-entropies: `bce_with_logits`."""

from autograder.checks import RightAnswer

from .. import oracle

__all__ = ["MISCONCEPTIONS"]

cross_entropy = RightAnswer(oracle.bce_with_logits)

MISCONCEPTIONS = (
    cross_entropy.but(
        "bce_sigmoid_then_log",
        {
            "return": "p = 1 / (1 + np.exp(-logits))\nreturn",
            "softplus(-logits)": "-np.log(p)",
            "softplus(logits)": "-np.log(1 - p)",
        },
        "The logits went through the sigmoid before the logarithm. From about 17 on "
        "(float32) or 37 on (float64) the probability is rounded to 1, and digits are "
        "lost long before. Simplify log(sigma(s)) on paper first.",
    ),
    cross_entropy.but(
        "bce_exp_overflows",
        {
            "return": "powers = np.exp(-logits), np.exp(logits)\n"
            "real, fake = np.log1p(powers)\n"
            "return",
            "targets * softplus(-logits)": "np.where(targets > 0, targets * real, 0)",
            "(1 - targets) * softplus(logits)": "np.where(targets < 1, "
            "(1 - targets) * fake, 0)",
        },
        "The loss is infinite where e^s is larger than any float. In the softplus, "
        "which sign may the exponent have so that this can't happen?",
    ),
    cross_entropy.but(
        "bce_clipped",
        {
            "return": "p = np.clip(1 / (1 + np.exp(-logits)), 1e-7, 1 - 1e-7)\nreturn",
            "softplus(-logits)": "-np.log(p)",
            "softplus(logits)": "-np.log(1 - p)",
        },
        "The probability was clipped away from 0 and 1, so the loss stops growing at "
        "about 16 and its gradient vanishes where the answer is most wrong. Work with "
        "the logits themselves.",
    ),
    cross_entropy.but(
        "bce_clamped_at_100",
        {
            "softplus(-logits)": "np.minimum(softplus(-logits), 100)",
            "softplus(logits)": "np.minimum(softplus(logits), 100)",
        },
        "No single loss is above 100: the logarithm was clamped. A logit of 1e4 on the "
        "wrong side costs 1e4.",
    ),
    cross_entropy.but(
        "bce_summed",
        {"np.mean": "np.sum"},
        "The losses were summed; the mean is asked for, so that the loss doesn't "
        "depend on the size of the batch.",
    ),
    cross_entropy.but(
        "bce_negative",
        {"np.mean": "-np.mean"},
        "The sign is flipped: this is the mean log-likelihood. A logarithm of a "
        "probability is negative, and a loss is its negative.",
    ),
    cross_entropy.but(
        "bce_labels_swapped",
        {
            "softplus(-logits)": "softplus(logits)",
            "softplus(logits)": "softplus(-logits)",
        },
        "Targets 0 and 1 have changed places: t belongs to log sigma(s), and 1 - t to "
        "log(1 - sigma(s)).",
    ),
    cross_entropy.but(
        "bce_roles_swapped",
        {
            "targets * softplus(-logits)": "logits * softplus(-targets)",
            "(1 - targets) * softplus(logits)": "(1 - logits) * softplus(targets)",
        },
        "The logits were taken for targets and the targets for logits, as in libraries "
        "whose targets come first. Here the logits come first.",
    ),
)
