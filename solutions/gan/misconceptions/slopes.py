"""Wrong derivatives of the losses."""

from autograder.checks import RightAnswer

from .. import oracle

__all__ = ["MISCONCEPTIONS"]

of_discriminator = RightAnswer(oracle.discriminator_loss_gradient)
of_generator = RightAnswer(oracle.generator_loss_gradient)
of_theory = RightAnswer(oracle.generator_loss_saturating_gradient)

MISCONCEPTIONS = (
    of_discriminator.but(
        "dg_no_mean",
        {" / real_logits.size": "", " / fake_logits.size": ""},
        "Each kind's loss is a mean, so each logit has only a share in it: the "
        "derivatives lack the factors 1/n and 1/m.",
    ),
    of_discriminator.but(
        "dg_over_both",
        {
            "/ real_logits.size": "/ (real_logits.size + fake_logits.size)",
            "/ fake_logits.size": "/ (real_logits.size + fake_logits.size)",
        },
        "Everything was divided by n + m. Each kind has a mean of its own: the real "
        "samples' is over n, the fakes' over m.",
    ),
    of_discriminator.but(
        "dg_sigma_on_real",
        {"-sigmoid(-real_logits)": "sigmoid(real_logits)"},
        "For the real samples this is sigma(s), which belongs to the label 0. With the "
        "label 1 the derivative is negative: a larger logit lowers the loss.",
    ),
    of_discriminator.but(
        "dg_sign",
        {
            "-sigmoid(-real_logits)": "sigmoid(-real_logits)",
            "sigmoid(fake_logits)": "-sigmoid(fake_logits)",
        },
        "Both signs are flipped: these are derivatives of what the discriminator "
        "earns, and following them downhill makes it worse.",
    ),
    of_discriminator.but(
        "dg_by_probability",
        {
            "-sigmoid(-real_logits)": "-1 / sigmoid(real_logits)",
            "sigmoid(fake_logits)": "1 / (1 - sigmoid(fake_logits))",
        },
        "These are derivatives by the probabilities, -1/D and 1/(1 - D). To get those "
        "by the logits, the chain rule asks for sigma'(s) as well.",
    ),
    of_generator.but(
        "gg_no_mean",
        {" / fake_logits.size": ""},
        "The loss is a mean, so each logit has only a share in it: the derivatives "
        "lack the factor 1/n.",
    ),
    of_generator.but(
        "gg_sigma",
        {"-sigmoid(-fake_logits)": "sigmoid(fake_logits)"},
        "This is sigma(s), which belongs to the label 0. The generator's label is 1: "
        "its derivative is sigma(s) - 1.",
    ),
    of_generator.but(
        "gg_sign",
        {"-sigmoid": "sigmoid"},
        "The sign is flipped: a larger logit makes the generator's loss smaller.",
    ),
    of_generator.but(
        "gg_saturating",
        {"sigmoid(-fake_logits)": "sigmoid(fake_logits)"},
        "This is the derivative of the saturating loss, -sigma(s). That of -log D is "
        "sigma(s) - 1.",
    ),
    of_theory.but(
        "gsg_no_mean",
        {" / fake_logits.size": ""},
        "The loss is a mean, so each logit has only a share in it: the derivatives "
        "lack the factor 1/n.",
    ),
    of_theory.but(
        "gsg_sigma_minus_one",
        {"sigmoid(fake_logits)": "sigmoid(-fake_logits)"},
        "This is the derivative of the non-saturating loss, sigma(s) - 1. That of "
        "log(1 - D) goes to zero where D does.",
    ),
    of_theory.but(
        "gsg_sign",
        {"-sigmoid": "sigmoid"},
        "The sign is flipped: log(1 - D) falls when the logit grows.",
    ),
)
