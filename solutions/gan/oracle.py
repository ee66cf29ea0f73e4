"""The reference answers of the assignment `gan`, in numpy.

Owns what is right: values, shapes, dtypes and refusals of every exercise. Every result
has the dtype of its inputs, so the oracle at float32 against itself at float64 measures
rounding. No input is modified. Never imports torch or TensorFlow.

Notation (lecture 004, Goodfellow et al. 2014): x is a sample, z noise, s the
discriminator's logit of a sample and D = sigma(s) its probability that the sample is
real. log(1 + e^s), the softplus, is -log(1 - D), and log(1 + e^-s) is -log D.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = [
    "bce_with_logits",
    "convolution_shape",
    "discriminate",
    "discriminator_loss",
    "discriminator_loss_gradient",
    "distance",
    "generate",
    "generator_loss",
    "generator_loss_gradient",
    "generator_loss_saturating",
    "generator_loss_saturating_gradient",
    "interpolation",
    "optimal_discriminator",
    "sigmoid",
    "softplus",
    "toy_gan",
    "train_steps",
    "transposed_shape",
    "value_function",
]

Array: TypeAlias = npt.NDArray[Any]
Network: TypeAlias = Sequence[Any]
Pair: TypeAlias = tuple[int, int]
Shape: TypeAlias = tuple[int, int, int]


# --- what the notebook gives ---------------------------------------------------------


def generate(generator: Network, z: Any) -> Any:
    """Make a sample of each row of noise: z W + b.

    Args:
        generator: W (noise, d) and b (d,).
        z: (batch, noise).

    Returns:
        (batch, d).
    """
    W, b = generator
    return z @ W + b


def discriminate(discriminator: Network, x: Any) -> Any:
    """Say how real each sample looks, by one hidden layer of softsign units.

    Args:
        discriminator: U (d, hidden), c (hidden,) and v (hidden, 1).
        x: (batch, d).

    Returns:
        (batch, 1) logits.
    """
    U, c, v = discriminator
    a = x @ U + c
    return (a / (1 + abs(a))) @ v


# --- losses --------------------------------------------------------------------------


def softplus(x: Array) -> Array:
    """Compute log(1 + e^x) without ever raising e to a positive power."""
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


def sigmoid(x: Array) -> Array:
    """Compute 1/(1 + e^-x) without ever raising e to a positive power."""
    small = np.exp(-np.abs(x))
    return np.where(x >= 0, 1 / (1 + small), small / (1 + small))


def bce_with_logits(logits: Array, targets: Array) -> Any:
    """Average the cross-entropy between targets and the logits' probabilities.

    Args:
        logits: Any shape, at least one element.
        targets: The same shape, from 0 to 1.

    Returns:
        One number, the mean of -t log sigma(s) - (1 - t) log(1 - sigma(s)).

    Raises:
        ValueError: The shapes differ.

    References:
        Goodfellow, Bengio, Courville 2016, section 6.2.2.2.
    """
    if logits.shape != targets.shape:
        raise ValueError(f"logits {logits.shape} with targets {targets.shape}")
    return np.mean(targets * softplus(-logits) + (1 - targets) * softplus(logits))


def discriminator_loss(real_logits: Array, fake_logits: Array) -> Any:
    """Punish doubt about real samples and belief in fakes: the sum of two means.

    Args:
        real_logits: Any shape.
        fake_logits: Any shape.

    Returns:
        One number, mean of -log D(real) plus mean of -log(1 - D(fake)).

    References:
        Lecture 004, `discriminator_loss`; Goodfellow et al. 2014, eq. 1.
    """
    return np.mean(softplus(-real_logits)) + np.mean(softplus(fake_logits))


def generator_loss(fake_logits: Array) -> Any:
    """Punish fakes that are recognised: the mean of -log D(fake).

    Args:
        fake_logits: Any shape.

    Returns:
        One number.

    References:
        Lecture 004, `generator_loss`; Goodfellow et al. 2014, section 3.
    """
    return np.mean(softplus(-fake_logits))


def generator_loss_saturating(fake_logits: Array) -> Any:
    """Compute the game's own value: the mean of log(1 - D(fake)).

    Args:
        fake_logits: Any shape.

    Returns:
        One number, never positive.

    References:
        Lecture 004, "Learning Process"; Goodfellow et al. 2014, eq. 1.
    """
    return -np.mean(softplus(fake_logits))


# --- their gradients -----------------------------------------------------------------


def discriminator_loss_gradient(
    real_logits: Array, fake_logits: Array
) -> tuple[Array, Array]:
    """Differentiate `discriminator_loss` with respect to each logit.

    Args:
        real_logits: Any shape.
        fake_logits: Any shape.

    Returns:
        Derivatives, shaped like `real_logits` and like `fake_logits`.
    """
    real = -sigmoid(-real_logits) / real_logits.size
    return real, sigmoid(fake_logits) / fake_logits.size


def generator_loss_gradient(fake_logits: Array) -> Array:
    """Differentiate `generator_loss` with respect to each logit.

    Args:
        fake_logits: Any shape.

    Returns:
        Derivatives, shaped like `fake_logits`.
    """
    return -sigmoid(-fake_logits) / fake_logits.size


def generator_loss_saturating_gradient(fake_logits: Array) -> Array:
    """Differentiate `generator_loss_saturating` with respect to each logit.

    Args:
        fake_logits: Any shape.

    Returns:
        Derivatives, shaped like `fake_logits`.
    """
    return -sigmoid(fake_logits) / fake_logits.size


# --- the game ------------------------------------------------------------------------


def value_function(d: Array, p: Array, q: Array) -> Any:
    """Compute what the discriminator earns: E_p log d + E_q log(1 - d).

    Args:
        d: (outcomes,), the discriminator's probability that an outcome is real.
        p: (outcomes,), how often the data show each outcome.
        q: (outcomes,), how often the generator shows it.

    Returns:
        One number. What never happens counts as 0, also where its logarithm is
        infinite; -inf where d is sure and wrong.

    Raises:
        ValueError: The shapes differ, or a d is outside [0, 1].

    References:
        Lecture 004, "More about the Learning Process"; Goodfellow et al. 2014, eq. 1.
    """
    _require_equal_shapes(d, p, q)
    if np.any((d < 0) | (d > 1)):
        raise ValueError("d has entries outside [0, 1]")
    with np.errstate(divide="ignore", invalid="ignore"):
        of_real = np.where(p > 0, p * np.log(d), 0)
        of_fake = np.where(q > 0, q * np.log1p(-d), 0)
    return np.sum(of_real) + np.sum(of_fake)


def optimal_discriminator(p: Array, q: Array) -> Array:
    """Return the d with the highest value against a fixed generator: p / (p + q).

    Args:
        p: (outcomes,), how often the data show each outcome.
        q: (outcomes,), how often the generator shows it.

    Returns:
        (outcomes,), 1/2 for outcomes that never happen.

    Raises:
        ValueError: The shapes differ.

    References:
        Goodfellow et al. 2014, proposition 1.
    """
    _require_equal_shapes(p, q)
    total = p + q
    best: Array = np.where(total > 0, p / np.where(total > 0, total, 1), 0.5)
    return best.astype(p.dtype)


def _require_equal_shapes(first: Array, *others: Array) -> None:
    """Require arrays of one shape.

    Raises:
        ValueError: They have several.
    """
    for other in others:
        if other.shape != first.shape:
            raise ValueError(f"arrays of shapes {first.shape} and {other.shape}")


# --- shapes --------------------------------------------------------------------------


def convolution_shape(
    shape: Shape, filters: int, kernel: Pair, stride: Pair, padding: str
) -> Shape:
    """Follow an image through a convolution.

    Args:
        shape: (h, w, channels).
        filters: How many channels come out.
        kernel: (kh, kw).
        stride: (sh, sw).
        padding: "same", ceil(n/s) on an axis, or "valid", floor((n-k)/s) + 1.

    Returns:
        (oh, ow, filters).

    Raises:
        ValueError: A size is less than 1, the padding has another name, or the kernel
            is larger than the image and the padding "valid".

    References:
        Lecture 004, `discriminator_model`; the documentation of Keras, `Conv2D`.
    """
    _require_layer(shape, filters, kernel, stride, padding)
    if padding == "same":
        h, w = (-(-n // s) for n, s in zip(shape, stride, strict=False))
        return h, w, filters
    sizes = []
    for n, k, s in zip(shape, kernel, stride, strict=False):
        if k > n:
            raise ValueError(f"a kernel of {k} doesn't fit into {n}")
        sizes.append((n - k) // s + 1)
    h, w = sizes
    return h, w, filters


def transposed_shape(
    shape: Shape, filters: int, kernel: Pair, stride: Pair, padding: str
) -> Shape:
    """Follow an image through a transposed convolution.

    Args:
        shape: (h, w, channels).
        filters: How many channels come out.
        kernel: (kh, kw).
        stride: (sh, sw).
        padding: "same", n s on an axis, or "valid", (n-1) s + max(k, s).

    Returns:
        (oh, ow, filters).

    Raises:
        ValueError: A size is less than 1, or the padding has another name.

    References:
        Lecture 004, `generator_model`; the documentation of Keras, `Conv2DTranspose`.
    """
    _require_layer(shape, filters, kernel, stride, padding)
    axes = zip(shape, kernel, stride, strict=False)
    if padding == "same":
        h, w = (n * s for n, _, s in axes)
    else:
        h, w = ((n - 1) * s + max(k, s) for n, k, s in axes)
    return h, w, filters


def _require_layer(
    shape: Shape, filters: int, kernel: Pair, stride: Pair, padding: str
) -> None:
    """Require a valid layer.

    Raises:
        ValueError: It can't.
    """
    if min(*shape, filters, *kernel, *stride) < 1:
        raise ValueError(f"{shape}, {filters}, {kernel}, {stride}: a size is below 1")
    if padding not in ("same", "valid"):
        raise ValueError(f'padding is "same" or "valid", not {padding!r}')


# --- training ------------------------------------------------------------------------


def train_steps(
    generator: Network, discriminator: Network, real: Array, noise: Array, eta: float
) -> tuple[Array, ...]:
    """Train both networks in turn, the discriminator first.

    Args:
        generator: W (noise, d) and b (d,).
        discriminator: U (d, hidden), c (hidden,) and v (hidden, 1).
        real: (steps, batch, d), real samples for each step.
        noise: (steps, fakes, noise), noise for each step; both networks see it.
        eta: Learning rate of both.

    Returns:
        W, b, U, c, v after the last step.

    References:
        Goodfellow et al. 2014, algorithm 1 with k = 1; lecture 004, `train_step`.
    """
    W, b = generator
    U, c, v = discriminator
    for x, z in zip(real, noise, strict=True):
        fake = generate((W, b), z)
        slopes = discriminator_loss_gradient(
            discriminate((U, c, v), x), discriminate((U, c, v), fake)
        )
        on_real, on_fake = (
            _discriminator_vjp((U, c, v), sample, slope)
            for sample, slope in zip((x, fake), slopes, strict=True)
        )
        U, c, v = (
            weight - eta * (one + other)
            for weight, one, other in zip(
                (U, c, v), on_real[:3], on_fake[:3], strict=True
            )
        )
        slope = generator_loss_gradient(discriminate((U, c, v), fake))
        dfake = _discriminator_vjp((U, c, v), fake, slope)[3]
        W, b = W - eta * (z.T @ dfake), b - eta * dfake.sum(axis=0)
    return W, b, U, c, v


def _discriminator_vjp(
    discriminator: Network, x: Array, slope: Array
) -> tuple[Array, Array, Array, Array]:
    """Go back through `discriminate`.

    Args:
        discriminator: U, c and v.
        x: (batch, d).
        slope: (batch, 1), by the logits.

    Returns:
        Derivatives by U, c, v and x.
    """
    U, c, v = discriminator
    a = x @ U + c  # (batch, hidden)
    da = slope @ v.T / (1 + np.abs(a)) ** 2
    dv = (a / (1 + np.abs(a))).T @ slope
    return x.T @ da, da.sum(axis=0), dv, da @ U.T


# --- what was learned ----------------------------------------------------------------


def interpolation(p1: Array, p2: Array, n_steps: int) -> Array:
    """Walk from one point to another in even steps, both ends included.

    Args:
        p1: (d,).
        p2: (d,).
        n_steps: How many points, ends included.

    Returns:
        (n_steps, d).

    Raises:
        ValueError: The shapes differ or `n_steps` is less than 2.

    References:
        Lecture 004, "Interpolating Between MNIST Digits".
    """
    _require_equal_shapes(p1, p2)
    if n_steps < 2:
        raise ValueError(f"{n_steps} points can't include both ends")
    ratios = np.linspace(0, 1, n_steps, dtype=p1.dtype)[:, None]  # (n_steps, 1)
    points: Array = (1 - ratios) * p1 + ratios * p2
    return points


def distance(a: Array, b: Array) -> Any:
    """Compute how far samples must be carried to turn one set into the other.

    Args:
        a: (n,) numbers.
        b: (n,) numbers.

    Returns:
        One number, the mean |a_i - b_i| of the sorted samples: the Wasserstein-1
        distance of the two sets.

    Raises:
        ValueError: The shapes differ or there is no sample.

    References:
        Peyre and Cuturi 2019, "Computational optimal transport", section 2.6.
    """
    _require_equal_shapes(a, b)
    if a.size == 0:
        raise ValueError("no samples")
    return np.mean(np.abs(np.sort(a) - np.sort(b)))


def toy_gan(data: Array, noise: Array) -> Array:
    """Turn noise into numbers that are spread like the data.

    What a GAN is to reach in the limit, without one: the first noise of each row, by
    its normal distribution function, asks for a quantile of the data.

    Args:
        data: (n,).
        noise: (m, k), standard normal.

    Returns:
        (m,), of the data's dtype.
    """
    from scipy.special import ndtr

    numbers: Array = np.quantile(data, ndtr(noise[:, 0].astype(np.float64)))
    return numbers.astype(data.dtype)
