"""The assignment `gan` in TensorFlow: the same signatures as `oracle`.

Owns: a third opinion. Losses are those of Keras, with logits, gradients come from a
tape, shapes from Keras' own layers. Takes and returns tensors of any floating dtype on
any device.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import tensorflow as tf

__all__ = [
    "bce_with_logits",
    "convolution_shape",
    "discriminator_loss",
    "discriminator_loss_gradient",
    "distance",
    "generator_loss",
    "generator_loss_gradient",
    "generator_loss_saturating",
    "generator_loss_saturating_gradient",
    "interpolation",
    "optimal_discriminator",
    "train_steps",
    "transposed_shape",
    "value_function",
]

Pair = tuple[int, int]
Shape = tuple[int, int, int]
Tensor: TypeAlias = Any  # TensorFlow has no types


# --- losses and their gradients ------------------------------------------------------


def bce_with_logits(logits: Tensor, targets: Tensor) -> Tensor:
    """Average the cross-entropy between targets and the logits' probabilities.

    Args:
        logits: Any shape.
        targets: The same shape, from 0 to 1.

    Returns:
        ().

    Raises:
        ValueError: The shapes differ.
    """
    if logits.shape != targets.shape:
        raise ValueError("logits and targets of different shapes")
    losses = tf.nn.sigmoid_cross_entropy_with_logits(labels=targets, logits=logits)
    return tf.reduce_mean(losses)


def discriminator_loss(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """Add the cross-entropies of real samples and of fakes.

    Args:
        real_logits: Any shape.
        fake_logits: Any shape.

    Returns:
        ().
    """
    on_real = bce_with_logits(real_logits, tf.ones_like(real_logits))
    return on_real + bce_with_logits(fake_logits, tf.zeros_like(fake_logits))


def generator_loss(fake_logits: Tensor) -> Tensor:
    """Take the cross-entropy of fakes that are called real.

    Args:
        fake_logits: Any shape.

    Returns:
        ().
    """
    return bce_with_logits(fake_logits, tf.ones_like(fake_logits))


def generator_loss_saturating(fake_logits: Tensor) -> Tensor:
    """Take the mean logarithm of the probability of being a fake.

    Args:
        fake_logits: Any shape.

    Returns:
        ().
    """
    return tf.reduce_mean(tf.math.log_sigmoid(-fake_logits))


def _slopes(loss: Callable[..., Tensor], *logits: Tensor) -> tuple[Tensor, ...]:
    """Differentiate a loss with respect to each of its arguments."""
    with tf.GradientTape() as tape:
        tape.watch(logits)
        value = loss(*logits)
    return tuple(tape.gradient(value, logits))


def discriminator_loss_gradient(
    real_logits: Tensor, fake_logits: Tensor
) -> tuple[Tensor, ...]:
    """Differentiate `discriminator_loss`.

    Args:
        real_logits: Any shape.
        fake_logits: Any shape.

    Returns:
        Derivatives, shaped like both.
    """
    return _slopes(discriminator_loss, real_logits, fake_logits)


def generator_loss_gradient(fake_logits: Tensor) -> Tensor:
    """Differentiate `generator_loss`.

    Args:
        fake_logits: Any shape.

    Returns:
        Derivatives, shaped like `fake_logits`.
    """
    return _slopes(generator_loss, fake_logits)[0]


def generator_loss_saturating_gradient(fake_logits: Tensor) -> Tensor:
    """Differentiate `generator_loss_saturating`.

    Args:
        fake_logits: Any shape.

    Returns:
        Derivatives, shaped like `fake_logits`.
    """
    return _slopes(generator_loss_saturating, fake_logits)[0]


# --- the game ------------------------------------------------------------------------


def value_function(d: Tensor, p: Tensor, q: Tensor) -> Tensor:
    """Compute E_p log d + E_q log(1 - d).

    Args:
        d: (outcomes,), from 0 to 1.
        p: (outcomes,).
        q: (outcomes,).

    Returns:
        ().

    Raises:
        ValueError: The shapes differ, or a d is outside [0, 1].
    """
    if not d.shape == p.shape == q.shape:
        raise ValueError("outcomes of different shapes")
    if not bool(tf.reduce_all((d >= 0) & (d <= 1))):
        raise ValueError("d has entries outside [0, 1]")
    return tf.reduce_sum(tf.math.xlogy(p, d)) + tf.reduce_sum(tf.math.xlog1py(q, -d))


def optimal_discriminator(p: Tensor, q: Tensor) -> Tensor:
    """Return the d with the highest value.

    Args:
        p: (outcomes,).
        q: (outcomes,).

    Returns:
        (outcomes,), 1/2 for outcomes that never happen.

    Raises:
        ValueError: The shapes differ.
    """
    if p.shape != q.shape:
        raise ValueError("outcomes of different shapes")
    half = tf.constant(0.5, p.dtype)
    return tf.where(p + q > 0, tf.math.divide_no_nan(p, p + q), half)


# --- shapes --------------------------------------------------------------------------


def convolution_shape(
    shape: Shape, filters: int, kernel: Pair, stride: Pair, padding: str
) -> Shape:
    """Get the shape from Keras.

    Args:
        shape: (h, w, channels).
        filters: How many channels come out.
        kernel: (kh, kw).
        stride: (sh, sw).
        padding: "same" or "valid".

    Returns:
        (oh, ow, filters).

    Raises:
        ValueError: Keras has no such layer.
    """
    layer = tf.keras.layers.Conv2D(filters, kernel, stride, padding)
    _, h, w, channels = layer.compute_output_shape((1, *shape))
    return h, w, channels


def transposed_shape(
    shape: Shape, filters: int, kernel: Pair, stride: Pair, padding: str
) -> Shape:
    """Get the shape from Keras.

    Args:
        shape: (h, w, channels).
        filters: How many channels come out.
        kernel: (kh, kw).
        stride: (sh, sw).
        padding: "same" or "valid".

    Returns:
        (oh, ow, filters).

    Raises:
        ValueError: Keras has no such layer.
    """
    layer = tf.keras.layers.Conv2DTranspose(filters, kernel, stride, padding)
    _, h, w, channels = layer.compute_output_shape((1, *shape))
    return h, w, channels


# --- training ------------------------------------------------------------------------


def train_steps(
    generator: Sequence[Tensor],
    discriminator: Sequence[Tensor],
    real: Tensor,
    noise: Tensor,
    eta: float,
) -> tuple[Tensor, ...]:
    """Train both networks in turn, the discriminator first.

    Args:
        generator: W (noise, d) and b (d,).
        discriminator: U (d, hidden), c (hidden,) and v (hidden, 1).
        real: (steps, batch, d).
        noise: (steps, fakes, noise).
        eta: Learning rate of both.

    Returns:
        W, b, U, c, v after the last step.
    """
    W, b, U, c, v = weights = (*generator, *discriminator)
    for x, z in zip(tf.unstack(real), tf.unstack(noise), strict=True):
        fake = tf.nn.bias_add(tf.matmul(z, W), b)
        with tf.GradientTape() as tape:
            tape.watch([U, c, v])
            loss = discriminator_loss(_logits(x, U, c, v), _logits(fake, U, c, v))
        U, c, v = _stepped((U, c, v), tape.gradient(loss, [U, c, v]), eta)
        with tf.GradientTape() as tape:
            tape.watch([W, b])
            fake = tf.nn.bias_add(tf.matmul(z, W), b)
            loss = generator_loss(_logits(fake, U, c, v))
        W, b = _stepped((W, b), tape.gradient(loss, [W, b]), eta)
        weights = (W, b, U, c, v)
    return weights


def _logits(x: Tensor, U: Tensor, c: Tensor, v: Tensor) -> Tensor:
    """Return a logit for each sample, (batch, d) -> (batch, 1)."""
    return tf.matmul(tf.nn.softsign(tf.nn.bias_add(tf.matmul(x, U), c)), v)


def _stepped(
    weights: Sequence[Tensor], slopes: Sequence[Tensor], eta: float
) -> tuple[Tensor, ...]:
    """Take a step downhill."""
    pairs = zip(weights, slopes, strict=True)
    return tuple(weight - eta * slope for weight, slope in pairs)


# --- what was learned ----------------------------------------------------------------


def interpolation(p1: Tensor, p2: Tensor, n_steps: int) -> Tensor:
    """Walk from one point to another, both ends included.

    Args:
        p1: (d,).
        p2: (d,).
        n_steps: How many points.

    Returns:
        (n_steps, d).

    Raises:
        ValueError: The shapes differ or `n_steps` is less than 2.
    """
    if p1.shape != p2.shape or n_steps < 2:
        raise ValueError("invalid walk")
    return tf.linspace(p1, p2, n_steps)


def distance(a: Tensor, b: Tensor) -> Tensor:
    """Compute the mean gap of two sorted sets.

    Args:
        a: (n,).
        b: (n,).

    Returns:
        ().

    Raises:
        ValueError: The shapes differ or there is no sample.
    """
    if a.shape != b.shape or a.shape[0] == 0:
        raise ValueError("invalid sets")
    return tf.reduce_mean(tf.abs(tf.sort(a) - tf.sort(b)))
