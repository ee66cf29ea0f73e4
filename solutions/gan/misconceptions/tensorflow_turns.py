"""Wrong training steps in TensorFlow: `train_steps_tf`.

`result` computes the same in numpy, in the process that has no framework. Those that
show by their framework or device have none.
"""

from typing import TYPE_CHECKING

from autograder.checks import Misconception

from ..oracle import discriminate, generate
from .turns import (
    at_once,
    discriminator_moves,
    fakes_as_real,
    generator_moves,
    in_single,
    saturating,
)

if TYPE_CHECKING:
    import tensorflow as tf

__all__ = ["MISCONCEPTIONS"]


def _tf_generator_moves(
    generator: "tuple[tf.Tensor, ...]",
    discriminator: "tuple[tf.Tensor, ...]",
    real: "tf.Tensor",
    noise: "tf.Tensor",
    eta: float,
) -> "tuple[tf.Tensor, ...]":
    import tensorflow as tf

    mean, softplus = tf.reduce_mean, tf.nn.softplus
    with tf.device(real.device):
        G = [tf.Variable(weight) for weight in generator]
        D = [tf.Variable(weight) for weight in discriminator]
    for x, z in zip(real, noise, strict=True):
        with tf.GradientTape() as tape:
            fake = generate(G, z)
            loss = mean(softplus(-discriminate(D, x)))
            loss += mean(softplus(discriminate(D, fake)))
        for weight, slope in zip([*G, *D], tape.gradient(loss, [*G, *D]), strict=True):
            weight.assign_sub(eta * slope)
        with tf.GradientTape() as tape:
            fake = generate(G, z)
            loss = mean(softplus(-discriminate(D, fake)))
        for weight, slope in zip(G, tape.gradient(loss, G), strict=True):
            weight.assign_sub(eta * slope)
    return tuple(tf.identity(weight) for weight in (*G, *D))


def _tf_discriminator_moves(
    generator: "tuple[tf.Tensor, ...]",
    discriminator: "tuple[tf.Tensor, ...]",
    real: "tf.Tensor",
    noise: "tf.Tensor",
    eta: float,
) -> "tuple[tf.Tensor, ...]":
    import tensorflow as tf

    mean, softplus = tf.reduce_mean, tf.nn.softplus
    with tf.device(real.device):
        G = [tf.Variable(weight) for weight in generator]
        D = [tf.Variable(weight) for weight in discriminator]
    for x, z in zip(real, noise, strict=True):
        with tf.GradientTape() as tape:
            fake = generate(G, z)
            loss = mean(softplus(-discriminate(D, x)))
            loss += mean(softplus(discriminate(D, fake)))
        for weight, slope in zip(D, tape.gradient(loss, D), strict=True):
            weight.assign_sub(eta * slope)
        with tf.GradientTape() as tape:
            fake = generate(G, z)
            loss = mean(softplus(-discriminate(D, fake)))
        for weight, slope in zip([*G, *D], tape.gradient(loss, [*G, *D]), strict=True):
            weight.assign_sub(eta * slope)
    return tuple(tf.identity(weight) for weight in (*G, *D))


def _tf_fakes_as_real(
    generator: "tuple[tf.Tensor, ...]",
    discriminator: "tuple[tf.Tensor, ...]",
    real: "tf.Tensor",
    noise: "tf.Tensor",
    eta: float,
) -> "tuple[tf.Tensor, ...]":
    import tensorflow as tf

    mean, softplus = tf.reduce_mean, tf.nn.softplus
    with tf.device(real.device):
        G = [tf.Variable(weight) for weight in generator]
        D = [tf.Variable(weight) for weight in discriminator]
    for x, z in zip(real, noise, strict=True):
        with tf.GradientTape() as tape:
            fake = generate(G, z)
            loss = mean(softplus(-discriminate(D, x)))
            loss += mean(softplus(-discriminate(D, fake)))
        for weight, slope in zip(D, tape.gradient(loss, D), strict=True):
            weight.assign_sub(eta * slope)
        with tf.GradientTape() as tape:
            fake = generate(G, z)
            loss = mean(softplus(-discriminate(D, fake)))
        for weight, slope in zip(G, tape.gradient(loss, G), strict=True):
            weight.assign_sub(eta * slope)
    return tuple(tf.identity(weight) for weight in (*G, *D))


def _tf_saturating(
    generator: "tuple[tf.Tensor, ...]",
    discriminator: "tuple[tf.Tensor, ...]",
    real: "tf.Tensor",
    noise: "tf.Tensor",
    eta: float,
) -> "tuple[tf.Tensor, ...]":
    import tensorflow as tf

    mean, softplus = tf.reduce_mean, tf.nn.softplus
    with tf.device(real.device):
        G = [tf.Variable(weight) for weight in generator]
        D = [tf.Variable(weight) for weight in discriminator]
    for x, z in zip(real, noise, strict=True):
        with tf.GradientTape() as tape:
            fake = generate(G, z)
            loss = mean(softplus(-discriminate(D, x)))
            loss += mean(softplus(discriminate(D, fake)))
        for weight, slope in zip(D, tape.gradient(loss, D), strict=True):
            weight.assign_sub(eta * slope)
        with tf.GradientTape() as tape:
            fake = generate(G, z)
            loss = -mean(softplus(discriminate(D, fake)))
        for weight, slope in zip(G, tape.gradient(loss, G), strict=True):
            weight.assign_sub(eta * slope)
    return tuple(tf.identity(weight) for weight in (*G, *D))


def _tf_at_once(
    generator: "tuple[tf.Tensor, ...]",
    discriminator: "tuple[tf.Tensor, ...]",
    real: "tf.Tensor",
    noise: "tf.Tensor",
    eta: float,
) -> "tuple[tf.Tensor, ...]":
    import tensorflow as tf

    mean, softplus = tf.reduce_mean, tf.nn.softplus
    with tf.device(real.device):
        G = [tf.Variable(weight) for weight in generator]
        D = [tf.Variable(weight) for weight in discriminator]
    for x, z in zip(real, noise, strict=True):
        with tf.GradientTape() as of_G, tf.GradientTape() as of_D:
            fake = generate(G, z)
            g_loss = mean(softplus(-discriminate(D, fake)))
            d_loss = mean(softplus(-discriminate(D, x)))
            d_loss += mean(softplus(discriminate(D, fake)))
        slopes = [*of_G.gradient(g_loss, G), *of_D.gradient(d_loss, D)]
        for weight, slope in zip([*G, *D], slopes, strict=True):
            weight.assign_sub(eta * slope)
    return tuple(tf.identity(weight) for weight in (*G, *D))


def _tf_in_single(
    generator: "tuple[tf.Tensor, ...]",
    discriminator: "tuple[tf.Tensor, ...]",
    real: "tf.Tensor",
    noise: "tf.Tensor",
    eta: float,
) -> "tuple[tf.Tensor, ...]":
    import tensorflow as tf

    mean, softplus = tf.reduce_mean, tf.nn.softplus
    with tf.device(real.device):
        G = [tf.Variable(tf.cast(weight, tf.float32)) for weight in generator]
        D = [tf.Variable(tf.cast(weight, tf.float32)) for weight in discriminator]
    real, noise = tf.cast(real, tf.float32), tf.cast(noise, tf.float32)
    for x, z in zip(real, noise, strict=True):
        with tf.GradientTape() as tape:
            fake = generate(G, z)
            loss = mean(softplus(-discriminate(D, x)))
            loss += mean(softplus(discriminate(D, fake)))
        for weight, slope in zip(D, tape.gradient(loss, D), strict=True):
            weight.assign_sub(eta * slope)
        with tf.GradientTape() as tape:
            fake = generate(G, z)
            loss = mean(softplus(-discriminate(D, fake)))
        for weight, slope in zip(G, tape.gradient(loss, G), strict=True):
            weight.assign_sub(eta * slope)
    return tuple(tf.identity(weight) for weight in (*G, *D))


def _tf_returns_numpy(
    generator: "tuple[tf.Tensor, ...]",
    discriminator: "tuple[tf.Tensor, ...]",
    real: "tf.Tensor",
    noise: "tf.Tensor",
    eta: float,
) -> "tuple[tf.Tensor, ...]":
    import tensorflow as tf

    mean, softplus = tf.reduce_mean, tf.nn.softplus
    with tf.device(real.device):
        G = [tf.Variable(weight) for weight in generator]
        D = [tf.Variable(weight) for weight in discriminator]
    for x, z in zip(real, noise, strict=True):
        with tf.GradientTape() as tape:
            fake = generate(G, z)
            loss = mean(softplus(-discriminate(D, x)))
            loss += mean(softplus(discriminate(D, fake)))
        for weight, slope in zip(D, tape.gradient(loss, D), strict=True):
            weight.assign_sub(eta * slope)
        with tf.GradientTape() as tape:
            fake = generate(G, z)
            loss = mean(softplus(-discriminate(D, fake)))
        for weight, slope in zip(G, tape.gradient(loss, G), strict=True):
            weight.assign_sub(eta * slope)
    return tuple(weight.numpy() for weight in (*G, *D))


def _tf_result_on_cpu(
    generator: "tuple[tf.Tensor, ...]",
    discriminator: "tuple[tf.Tensor, ...]",
    real: "tf.Tensor",
    noise: "tf.Tensor",
    eta: float,
) -> "tuple[tf.Tensor, ...]":
    import tensorflow as tf

    mean, softplus = tf.reduce_mean, tf.nn.softplus
    with tf.device(real.device):
        G = [tf.Variable(weight) for weight in generator]
        D = [tf.Variable(weight) for weight in discriminator]
    for x, z in zip(real, noise, strict=True):
        with tf.GradientTape() as tape:
            fake = generate(G, z)
            loss = mean(softplus(-discriminate(D, x)))
            loss += mean(softplus(discriminate(D, fake)))
        for weight, slope in zip(D, tape.gradient(loss, D), strict=True):
            weight.assign_sub(eta * slope)
        with tf.GradientTape() as tape:
            fake = generate(G, z)
            loss = mean(softplus(-discriminate(D, fake)))
        for weight, slope in zip(G, tape.gradient(loss, G), strict=True):
            weight.assign_sub(eta * slope)
    with tf.device("/CPU:0"):
        return tuple(tf.identity(weight) for weight in (*G, *D))


MISCONCEPTIONS: tuple[Misconception, ...] = (
    Misconception(
        name="tf_generator_moves",
        of="train_steps_tf",
        hint=(
            "The generator moved in the discriminator's turn, towards fakes that "
            "are easier to recognise. Who gets a step on the discriminator's "
            "loss?"
        ),
        code=_tf_generator_moves,
        result=generator_moves,
    ),
    Misconception(
        name="tf_discriminator_moves",
        of="train_steps_tf",
        hint=(
            "The discriminator moved in the generator's turn, and learned to be "
            "fooled. Who gets a step on the generator's loss?"
        ),
        code=_tf_discriminator_moves,
        result=discriminator_moves,
    ),
    Misconception(
        name="tf_fakes_as_real",
        of="train_steps_tf",
        hint=(
            "The discriminator was told that fakes are real, so nothing "
            "distinguishes the two kinds for it. Which label do fakes have in its "
            "turn?"
        ),
        code=_tf_fakes_as_real,
        result=fakes_as_real,
    ),
    Misconception(
        name="tf_saturating",
        of="train_steps_tf",
        hint=(
            "The generator took its steps on log(1 - D), the saturating loss. The "
            "text asks for the other one."
        ),
        code=_tf_saturating,
        result=saturating,
    ),
    Misconception(
        name="tf_at_once",
        of="train_steps_tf",
        hint=(
            "The generator's step was taken against the discriminator from before "
            "its step. The generator's turn comes second, against the discriminator "
            "as it is then."
        ),
        code=_tf_at_once,
        result=at_once,
    ),
    Misconception(
        name="tf_in_single",
        of="train_steps_tf",
        hint="float64 networks came back as float32. Keep the dtype that comes in.",
        code=_tf_in_single,
        result=in_single,
    ),
    Misconception(
        name="tf_returns_numpy",
        of="train_steps_tf",
        hint=(
            "The weights came back as numpy arrays. Return tensors, on the device "
            "of the data."
        ),
        code=_tf_returns_numpy,
        result=None,
        sign="framework",
    ),
    Misconception(
        name="tf_result_on_cpu",
        of="train_steps_tf",
        hint=(
            "The weights came back on the CPU, whatever the device of the data. "
            "Keep everything where it is."
        ),
        code=_tf_result_on_cpu,
        result=None,
        sign="device",
    ),
)
