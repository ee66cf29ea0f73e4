"""Wrong training steps in TensorFlow: `train_steps_tf`.

`result` computes the same in numpy, in the process that has no framework. Those that
show by their framework or device have none.
"""

from autograder.checks import RightAnswer, times

from ..variants import stable_functions
from . import turns

__all__ = ["MISCONCEPTIONS"]

by_tapes = RightAnswer(stable_functions.train_steps_tf)

MISCONCEPTIONS = (
    by_tapes.but(
        "tf_generator_moves",
        {"D, tape.gradient(loss, D)": "[*G, *D], tape.gradient(loss, [*G, *D])"},
        "The generator moved in the discriminator's turn, towards fakes that are "
        "easier to recognise. Who gets a step on the discriminator's loss?",
        result=turns.generator_moves,
    ),
    by_tapes.but(
        "tf_discriminator_moves",
        {"G, tape.gradient(loss, G)": "[*G, *D], tape.gradient(loss, [*G, *D])"},
        "The discriminator moved in the generator's turn, and learned to be fooled. "
        "Who gets a step on the generator's loss?",
        result=turns.discriminator_moves,
    ),
    by_tapes.but(
        "tf_fakes_as_real",
        {"log(-fake_score)": "log(fake_score)"},
        "The discriminator was told that fakes are real, so nothing distinguishes the "
        "two kinds for it. Which label do fakes have in its turn?",
        result=turns.fakes_as_real,
    ),
    by_tapes.but(
        "tf_saturating",
        {"-tf.reduce_mean(log(_logits": "tf.reduce_mean(log(-_logits"},
        "The generator took its steps on log(1 - D), the saturating loss. The text "
        "asks for the other one.",
        result=turns.saturating,
    ),
    by_tapes.but(
        "tf_at_once",
        {
            "for p, g in zip(D,": "old = [tf.identity(p) for p in D]\n"
            "for p, g in zip(D,",
            "_logits(D, _fakes(G, noise[t])))": "_logits(old, _fakes(G, noise[t])))",
        },
        "The generator's step was taken against the discriminator from before its "
        "step. The generator's turn comes second, against the discriminator as it is "
        "then.",
        result=turns.at_once,
    ),
    by_tapes.but(
        "tf_in_single",
        {
            "tf.Variable(p)": "tf.Variable(tf.cast(p, tf.float32))",
            "real[t]": "tf.cast(real[t], tf.float32)",
            "noise[t]": times(2, "tf.cast(noise[t], tf.float32)"),
        },
        "float64 networks came back as float32. Keep the dtype that comes in.",
        result=turns.in_single,
    ),
    by_tapes.but(
        "tf_returns_numpy",
        {"(*G, *D)": "tuple(p.numpy() for p in (*G, *D))"},
        "The weights came back as numpy arrays. Return tensors, on the device of the "
        "data.",
        result=None,
        sign="framework",
    ),
    by_tapes.but(
        "tf_result_on_cpu",
        {
            "return (*G, *D)": 'with tf.device("/CPU:0"):\n'
            "    return tuple(tf.identity(p) for p in (*G, *D))",
        },
        "The weights came back on the CPU, whatever the device of the data. Keep "
        "everything where it is.",
        result=None,
        sign="device",
    ),
)
