"""Wrong losses of the two players."""

from typing import Any

import numpy as np

from autograder.checks import Misconception

__all__ = ["MISCONCEPTIONS"]


def _d_labels_swapped(real_logits: np.ndarray, fake_logits: np.ndarray) -> "Any":
    real, fake = np.logaddexp(0, real_logits), np.logaddexp(0, -fake_logits)
    return np.mean(real) + np.mean(fake)


def _d_halved(real_logits: np.ndarray, fake_logits: np.ndarray) -> "Any":
    real, fake = np.logaddexp(0, -real_logits), np.logaddexp(0, fake_logits)
    return (np.mean(real) + np.mean(fake)) / 2


def _d_one_mean(real_logits: np.ndarray, fake_logits: np.ndarray) -> "Any":
    real, fake = np.logaddexp(0, -real_logits), np.logaddexp(0, fake_logits)
    return np.mean(np.concatenate([real, fake]))


def _d_only_real(real_logits: np.ndarray, fake_logits: np.ndarray) -> "Any":
    return np.mean(np.logaddexp(0, -real_logits))


def _d_fakes_as_real(real_logits: np.ndarray, fake_logits: np.ndarray) -> "Any":
    real, fake = np.logaddexp(0, -real_logits), np.logaddexp(0, -fake_logits)
    return np.mean(real) + np.mean(fake)


def _d_sigmoid_twice(real_logits: np.ndarray, fake_logits: np.ndarray) -> "Any":
    with np.errstate(over="ignore"):
        real, fake = 1 / (1 + np.exp(-real_logits)), 1 / (1 + np.exp(-fake_logits))
    return np.mean(np.logaddexp(0, -real)) + np.mean(np.logaddexp(0, fake))


def _d_one_minus_inside(real_logits: np.ndarray, fake_logits: np.ndarray) -> "Any":
    real, fake = np.logaddexp(0, -real_logits), np.logaddexp(0, fake_logits - 1)
    return np.mean(real) + np.mean(fake)


def _d_real_minus_fake(real_logits: np.ndarray, fake_logits: np.ndarray) -> "Any":
    real, fake = np.logaddexp(0, -real_logits), np.logaddexp(0, fake_logits)
    return np.mean(real) - np.mean(fake)


def _d_unstable(real_logits: np.ndarray, fake_logits: np.ndarray) -> "Any":
    with np.errstate(all="ignore"):
        real, fake = 1 / (1 + np.exp(-real_logits)), 1 / (1 + np.exp(-fake_logits))
        return -np.mean(np.log(real)) - np.mean(np.log(1 - fake))


def _g_saturating_form(fake_logits: np.ndarray) -> "Any":
    return -np.mean(np.logaddexp(0, fake_logits))


def _g_label_zero(fake_logits: np.ndarray) -> "Any":
    return np.mean(np.logaddexp(0, fake_logits))


def _g_negative(fake_logits: np.ndarray) -> "Any":
    return -np.mean(np.logaddexp(0, -fake_logits))


def _g_summed(fake_logits: np.ndarray) -> "Any":
    return np.sum(np.logaddexp(0, -fake_logits))


def _g_unstable(fake_logits: np.ndarray) -> "Any":
    with np.errstate(all="ignore"):
        return -np.mean(np.log(1 / (1 + np.exp(-fake_logits))))


def _gs_non_saturating(fake_logits: np.ndarray) -> "Any":
    return np.mean(np.logaddexp(0, -fake_logits))


def _gs_positive(fake_logits: np.ndarray) -> "Any":
    return np.mean(np.logaddexp(0, fake_logits))


def _gs_one_outside(fake_logits: np.ndarray) -> "Any":
    return np.mean(1 + np.logaddexp(0, -fake_logits))


def _gs_one_inside(fake_logits: np.ndarray) -> "Any":
    return -np.mean(np.logaddexp(0, fake_logits - 1))


def _gs_summed(fake_logits: np.ndarray) -> "Any":
    return -np.sum(np.logaddexp(0, fake_logits))


def _gs_unstable(fake_logits: np.ndarray) -> "Any":
    with np.errstate(all="ignore"):
        return np.mean(np.log(1 - 1 / (1 + np.exp(-fake_logits))))


MISCONCEPTIONS: tuple[Misconception, ...] = (
    Misconception(
        name="d_labels_swapped",
        of="discriminator_loss",
        hint=(
            "Real samples got the label 0 and fakes the label 1. Which of the two "
            "should the discriminator call real?"
        ),
        code=_d_labels_swapped,
    ),
    Misconception(
        name="d_halved",
        of="discriminator_loss",
        hint=(
            "This is half of the loss: the mean over the real samples and the "
            "mean over the fakes are to be added, not averaged."
        ),
        code=_d_halved,
    ),
    Misconception(
        name="d_one_mean",
        of="discriminator_loss",
        hint=(
            "One mean was taken over all logits together. Real samples and fakes "
            "have a mean each, and the two are added; else the larger batch "
            "counts for more."
        ),
        code=_d_one_mean,
    ),
    Misconception(
        name="d_only_real",
        of="discriminator_loss",
        hint=(
            "Only the real samples count here. A discriminator that calls "
            "everything real would have no loss."
        ),
        code=_d_only_real,
    ),
    Misconception(
        name="d_fakes_as_real",
        of="discriminator_loss",
        hint=(
            "The fakes got the label 1, which is what the generator wants. The "
            "discriminator wants to recognise them."
        ),
        code=_d_fakes_as_real,
    ),
    Misconception(
        name="d_sigmoid_twice",
        of="discriminator_loss",
        hint=(
            "The sigmoid was applied before a cross-entropy that applies it "
            "itself. It takes logits, not probabilities."
        ),
        code=_d_sigmoid_twice,
    ),
    Misconception(
        name="d_one_minus_inside",
        of="discriminator_loss",
        hint=(
            "For the fakes this is log sigma(1 - s). The 1 belongs outside of the "
            "sigmoid: log(1 - sigma(s))."
        ),
        code=_d_one_minus_inside,
    ),
    Misconception(
        name="d_real_minus_fake",
        of="discriminator_loss",
        hint=(
            "The fakes' loss was subtracted, so the discriminator is rewarded for "
            "being fooled. Both means are losses of its own."
        ),
        code=_d_real_minus_fake,
    ),
    Misconception(
        name="d_unstable",
        of="discriminator_loss",
        hint=(
            "The logits went through the sigmoid before the logarithm, so digits "
            "are lost, and large logits give infinity. Use the cross-entropy of "
            "exercise 1."
        ),
        code=_d_unstable,
    ),
    Misconception(
        name="g_saturating_form",
        of="generator_loss",
        hint=(
            "This is the mean of log(1 - D), the loss of the theory, which is "
            "flat where fakes are recognised. Here the mean of -log D is asked "
            "for."
        ),
        code=_g_saturating_form,
    ),
    Misconception(
        name="g_label_zero",
        of="generator_loss",
        hint=(
            "The fakes got the label 0: the generator is trained to be "
            "recognised. Which label would it like the discriminator to give?"
        ),
        code=_g_label_zero,
    ),
    Misconception(
        name="g_negative",
        of="generator_loss",
        hint=(
            "The sign is flipped: minimising this makes D small, and the "
            "generator is trained to be recognised."
        ),
        code=_g_negative,
    ),
    Misconception(
        name="g_summed",
        of="generator_loss",
        hint="The losses were summed; the mean over the fakes is asked for.",
        code=_g_summed,
    ),
    Misconception(
        name="g_unstable",
        of="generator_loss",
        hint=(
            "The logits went through the sigmoid before the logarithm, so large "
            "negative ones give infinity. Use the cross-entropy of exercise 1."
        ),
        code=_g_unstable,
    ),
    Misconception(
        name="gs_non_saturating",
        of="generator_loss_saturating",
        hint=(
            "This is the mean of -log D, the loss of exercise 3. The theory's "
            "loss has log(1 - D) in it."
        ),
        code=_gs_non_saturating,
    ),
    Misconception(
        name="gs_positive",
        of="generator_loss_saturating",
        hint=(
            "The sign is flipped: this is the discriminator's loss on fakes. The "
            "generator minimises the mean of log(1 - D), which is never positive."
        ),
        code=_gs_positive,
    ),
    Misconception(
        name="gs_one_outside",
        of="generator_loss_saturating",
        hint="This is 1 - log D. In log(1 - D) the 1 is under the logarithm.",
        code=_gs_one_outside,
    ),
    Misconception(
        name="gs_one_inside",
        of="generator_loss_saturating",
        hint=(
            "This is log sigma(1 - s). In log(1 - sigma(s)) the 1 is outside of "
            "the sigmoid."
        ),
        code=_gs_one_inside,
    ),
    Misconception(
        name="gs_summed",
        of="generator_loss_saturating",
        hint="The logarithms were summed; the mean over the fakes is asked for.",
        code=_gs_summed,
    ),
    Misconception(
        name="gs_unstable",
        of="generator_loss_saturating",
        hint=(
            "The logits went through the sigmoid before the logarithm: digits are "
            "lost, and large ones give infinity. What is 1 - sigma(s), simplified "
            "on paper?"
        ),
        code=_gs_unstable,
    ),
)
