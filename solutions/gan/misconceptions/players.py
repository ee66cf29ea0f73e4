"""Wrong losses of the two players."""

from autograder.checks import RightAnswer

from .. import oracle

__all__ = ["MISCONCEPTIONS"]

of_discriminator = RightAnswer(oracle.discriminator_loss)
of_generator = RightAnswer(oracle.generator_loss)
of_theory = RightAnswer(oracle.generator_loss_saturating)

MISCONCEPTIONS = (
    of_discriminator.but(
        "d_labels_swapped",
        {
            "softplus(-real_logits)": "softplus(real_logits)",
            "softplus(fake_logits)": "softplus(-fake_logits)",
        },
        "Real samples got the label 0 and fakes the label 1. Which of the two should "
        "the discriminator call real?",
    ),
    of_discriminator.but(
        "d_halved",
        {
            "return np": "return (np",
            "softplus(fake_logits))": "softplus(fake_logits))) / 2",
        },
        "This is half of the loss: the mean over the real samples and the mean over "
        "the fakes are to be added, not averaged.",
    ),
    of_discriminator.but(
        "d_one_mean",
        {
            "-real_logits": "np.append(-real_logits, fake_logits)",
            " + np.mean(softplus(fake_logits))": "",
        },
        "One mean was taken over all logits together. Real samples and fakes have a "
        "mean each, and the two are added; else the larger batch counts for more.",
    ),
    of_discriminator.but(
        "d_only_real",
        {" + np.mean(softplus(fake_logits))": ""},
        "Only the real samples count here. A discriminator that calls everything real "
        "would have no loss.",
    ),
    of_discriminator.but(
        "d_fakes_as_real",
        {"softplus(fake_logits)": "softplus(-fake_logits)"},
        "The fakes got the label 1, which is what the generator wants. The "
        "discriminator wants to recognise them.",
    ),
    of_discriminator.but(
        "d_sigmoid_twice",
        {
            "softplus(-real_logits)": "softplus(-1 / (1 + np.exp(-real_logits)))",
            "softplus(fake_logits)": "softplus(1 / (1 + np.exp(-fake_logits)))",
        },
        "The sigmoid was applied before a cross-entropy that applies it itself. It "
        "takes logits, not probabilities.",
    ),
    of_discriminator.but(
        "d_one_minus_inside",
        {"softplus(fake_logits)": "softplus(fake_logits - 1)"},
        "For the fakes this is log sigma(1 - s). The 1 belongs outside of the sigmoid: "
        "log(1 - sigma(s)).",
    ),
    of_discriminator.but(
        "d_real_minus_fake",
        {"+ np.mean": "- np.mean"},
        "The fakes' loss was subtracted, so the discriminator is rewarded for being "
        "fooled. Both means are losses of its own.",
    ),
    of_discriminator.but(
        "d_unstable",
        {
            "softplus(-real_logits)": "-np.log(1 / (1 + np.exp(-real_logits)))",
            "softplus(fake_logits)": "-np.log(1 - 1 / (1 + np.exp(-fake_logits)))",
        },
        "The logits went through the sigmoid before the logarithm, so digits are lost, "
        "and large logits give infinity. Use the cross-entropy of exercise 1.",
    ),
    of_generator.but(
        "g_saturating_form",
        {"np.mean(softplus(-fake_logits))": "-np.mean(softplus(fake_logits))"},
        "This is the mean of log(1 - D), the loss of the theory, which is flat where "
        "fakes are recognised. Here the mean of -log D is asked for.",
    ),
    of_generator.but(
        "g_label_zero",
        {"softplus(-fake_logits)": "softplus(fake_logits)"},
        "The fakes got the label 0: the generator is trained to be recognised. Which "
        "label would it like the discriminator to give?",
    ),
    of_generator.but(
        "g_negative",
        {"np.mean": "-np.mean"},
        "The sign is flipped: minimising this makes D small, and the generator is "
        "trained to be recognised.",
    ),
    of_generator.but(
        "g_summed",
        {"np.mean": "np.sum"},
        "The losses were summed; the mean over the fakes is asked for.",
    ),
    of_generator.but(
        "g_unstable",
        {"softplus(-fake_logits)": "-np.log(1 / (1 + np.exp(-fake_logits)))"},
        "The logits went through the sigmoid before the logarithm, so large negative "
        "ones give infinity. Use the cross-entropy of exercise 1.",
    ),
    of_theory.but(
        "gs_non_saturating",
        {"-np.mean(softplus(fake_logits))": "np.mean(softplus(-fake_logits))"},
        "This is the mean of -log D, the loss of exercise 3. The theory's loss has "
        "log(1 - D) in it.",
    ),
    of_theory.but(
        "gs_positive",
        {"-np.mean": "np.mean"},
        "The sign is flipped: this is the discriminator's loss on fakes. The generator "
        "minimises the mean of log(1 - D), which is never positive.",
    ),
    of_theory.but(
        "gs_one_outside",
        {"-np.mean(softplus(fake_logits))": "np.mean(1 + softplus(-fake_logits))"},
        "This is 1 - log D. In log(1 - D) the 1 is under the logarithm.",
    ),
    of_theory.but(
        "gs_one_inside",
        {"softplus(fake_logits)": "softplus(fake_logits - 1)"},
        "This is log sigma(1 - s). In log(1 - sigma(s)) the 1 is outside of the "
        "sigmoid.",
    ),
    of_theory.but(
        "gs_summed",
        {"np.mean": "np.sum"},
        "The logarithms were summed; the mean over the fakes is asked for.",
    ),
    of_theory.but(
        "gs_unstable",
        {"softplus(fake_logits)": "-np.log(1 - 1 / (1 + np.exp(-fake_logits)))"},
        "The logits went through the sigmoid before the logarithm: digits are lost, "
        "and large ones give infinity. What is 1 - sigma(s), simplified on paper?",
    ),
)
