"""Wrong derivatives of the losses."""

import numpy as np

from autograder.checks import Misconception

__all__ = ["MISCONCEPTIONS"]


def _dg_no_mean(
    real_logits: np.ndarray, fake_logits: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    dreal = -np.exp(-np.logaddexp(0, real_logits))
    dfake = np.exp(-np.logaddexp(0, -fake_logits))
    return dreal, dfake


def _dg_over_both(
    real_logits: np.ndarray, fake_logits: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    dreal = -np.exp(-np.logaddexp(0, real_logits))
    dfake = np.exp(-np.logaddexp(0, -fake_logits))
    n = real_logits.size + fake_logits.size
    return dreal / n, dfake / n


def _dg_sigma_on_real(
    real_logits: np.ndarray, fake_logits: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    dreal = np.exp(-np.logaddexp(0, -real_logits)) / real_logits.size
    dfake = np.exp(-np.logaddexp(0, -fake_logits)) / fake_logits.size
    return dreal, dfake


def _dg_sign(
    real_logits: np.ndarray, fake_logits: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    dreal = -np.exp(-np.logaddexp(0, real_logits))
    dfake = np.exp(-np.logaddexp(0, -fake_logits))
    return -dreal / real_logits.size, -dfake / fake_logits.size


def _dg_by_probability(
    real_logits: np.ndarray, fake_logits: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    with np.errstate(all="ignore"):
        real, fake = 1 / (1 + np.exp(-real_logits)), 1 / (1 + np.exp(-fake_logits))
        dreal, dfake = -1 / real, 1 / (1 - fake)
    return dreal / real.size, dfake / fake.size


def _gg_no_mean(fake_logits: np.ndarray) -> np.ndarray:
    return np.asarray(-np.exp(-np.logaddexp(0, fake_logits)))


def _gg_sigma(fake_logits: np.ndarray) -> np.ndarray:
    dfake = np.exp(-np.logaddexp(0, -fake_logits))
    return np.asarray(dfake / fake_logits.size)


def _gg_sign(fake_logits: np.ndarray) -> np.ndarray:
    dfake = np.exp(-np.logaddexp(0, fake_logits))
    return np.asarray(dfake / fake_logits.size)


def _gg_saturating(fake_logits: np.ndarray) -> np.ndarray:
    dfake = -np.exp(-np.logaddexp(0, -fake_logits))
    return np.asarray(dfake / fake_logits.size)


def _gsg_no_mean(fake_logits: np.ndarray) -> np.ndarray:
    return np.asarray(-np.exp(-np.logaddexp(0, -fake_logits)))


def _gsg_sigma_minus_one(fake_logits: np.ndarray) -> np.ndarray:
    dfake = -np.exp(-np.logaddexp(0, fake_logits))
    return np.asarray(dfake / fake_logits.size)


def _gsg_sign(fake_logits: np.ndarray) -> np.ndarray:
    dfake = np.exp(-np.logaddexp(0, -fake_logits))
    return np.asarray(dfake / fake_logits.size)


MISCONCEPTIONS: tuple[Misconception, ...] = (
    Misconception(
        name="dg_no_mean",
        of="discriminator_loss_gradient",
        hint=(
            "Each kind's loss is a mean, so each logit has only a share in it: "
            "the derivatives lack the factors 1/n and 1/m."
        ),
        code=_dg_no_mean,
    ),
    Misconception(
        name="dg_over_both",
        of="discriminator_loss_gradient",
        hint=(
            "Everything was divided by n + m. Each kind has a mean of its own: "
            "the real samples' is over n, the fakes' over m."
        ),
        code=_dg_over_both,
    ),
    Misconception(
        name="dg_sigma_on_real",
        of="discriminator_loss_gradient",
        hint=(
            "For the real samples this is sigma(s), which belongs to the label 0. "
            "With the label 1 the derivative is negative: a larger logit lowers "
            "the loss."
        ),
        code=_dg_sigma_on_real,
    ),
    Misconception(
        name="dg_sign",
        of="discriminator_loss_gradient",
        hint=(
            "Both signs are flipped: these are derivatives of what the "
            "discriminator earns, and following them downhill makes it worse."
        ),
        code=_dg_sign,
    ),
    Misconception(
        name="dg_by_probability",
        of="discriminator_loss_gradient",
        hint=(
            "These are derivatives by the probabilities, -1/D and 1/(1 - D). To "
            "get those by the logits, the chain rule asks for sigma'(s) as well."
        ),
        code=_dg_by_probability,
    ),
    Misconception(
        name="gg_no_mean",
        of="generator_loss_gradient",
        hint=(
            "The loss is a mean, so each logit has only a share in it: the "
            "derivatives lack the factor 1/n."
        ),
        code=_gg_no_mean,
    ),
    Misconception(
        name="gg_sigma",
        of="generator_loss_gradient",
        hint=(
            "This is sigma(s), which belongs to the label 0. The generator's "
            "label is 1: its derivative is sigma(s) - 1."
        ),
        code=_gg_sigma,
    ),
    Misconception(
        name="gg_sign",
        of="generator_loss_gradient",
        hint=(
            "The sign is flipped: a larger logit makes the generator's loss smaller."
        ),
        code=_gg_sign,
    ),
    Misconception(
        name="gg_saturating",
        of="generator_loss_gradient",
        hint=(
            "This is the derivative of the saturating loss, -sigma(s). That of "
            "-log D is sigma(s) - 1."
        ),
        code=_gg_saturating,
    ),
    Misconception(
        name="gsg_no_mean",
        of="generator_loss_saturating_gradient",
        hint=(
            "The loss is a mean, so each logit has only a share in it: the "
            "derivatives lack the factor 1/n."
        ),
        code=_gsg_no_mean,
    ),
    Misconception(
        name="gsg_sigma_minus_one",
        of="generator_loss_saturating_gradient",
        hint=(
            "This is the derivative of the non-saturating loss, sigma(s) - 1. "
            "That of log(1 - D) goes to zero where D does."
        ),
        code=_gsg_sigma_minus_one,
    ),
    Misconception(
        name="gsg_sign",
        of="generator_loss_saturating_gradient",
        hint="The sign is flipped: log(1 - D) falls when the logit grows.",
        code=_gsg_sign,
    ),
)
