"""What wrong training steps give, in numpy: shared by both frameworks.

`torch_turns` and `tensorflow_turns` hold the code that students write; each points to
the function here that computes the same without a framework.
"""

from collections.abc import Sequence

import numpy as np

from ..oracle import (
    discriminate,
    discriminator_loss_gradient,
    generate,
    generator_loss_gradient,
    generator_loss_saturating_gradient,
    sigmoid,
    train_steps,
)

__all__ = [
    "at_once",
    "by_adam",
    "discriminator_moves",
    "discriminator_piles_up",
    "fakes_as_real",
    "generator_moves",
    "generator_piles_up",
    "generator_stands_still",
    "halved",
    "in_single",
    "leftovers",
    "piled_up",
    "saturating",
]

Network = Sequence[np.ndarray]
Arrays = tuple[np.ndarray, ...]


def _by_all(
    weights: Network, slope: np.ndarray, x: np.ndarray, z: np.ndarray
) -> Arrays:
    """Go back from the logits of samples to all five weights; z made the samples."""
    _, _, U, c, v = weights
    a = x @ U + c
    da = slope @ v.T / (1 + np.abs(a)) ** 2
    dx = da @ U.T
    dv = (a / (1 + np.abs(a))).T @ slope
    return z.T @ dx, dx.sum(axis=0), x.T @ da, da.sum(axis=0), dv


def _of_discriminator(weights: Network, x: np.ndarray, z: np.ndarray) -> Arrays:
    """Differentiate the discriminator's loss by all weights."""
    fake = generate(weights[:2], z)
    real_slope, fake_slope = discriminator_loss_gradient(
        discriminate(weights[2:], x), discriminate(weights[2:], fake)
    )
    nothing = np.zeros((len(x), z.shape[1]), z.dtype)  # no noise made a real sample
    real = _by_all(weights, real_slope, x, nothing)
    fakes = _by_all(weights, fake_slope, fake, z)
    return (*fakes[:2], *(r + f for r, f in zip(real[2:], fakes[2:], strict=True)))


def _of_generator(weights: Network, z: np.ndarray) -> Arrays:
    """Differentiate the generator's loss by all weights."""
    fake = generate(weights[:2], z)
    slope = generator_loss_gradient(discriminate(weights[2:], fake))
    return _by_all(weights, slope, fake, z)


def _moved(weights: Network, slopes: Network, eta: float, which: slice) -> Arrays:
    """Take a step with some of the weights."""
    chosen = range(len(weights))[which]
    pairs = zip(weights, slopes, strict=True)
    return tuple(
        weight - eta * slope if i in chosen else weight
        for i, (weight, slope) in enumerate(pairs)
    )


_G, _D, _BOTH = slice(0, 2), slice(2, 5), slice(0, 5)


def generator_moves(
    generator: Network,
    discriminator: Network,
    real: np.ndarray,
    noise: np.ndarray,
    eta: float,
) -> Arrays:
    """Move the generator in the discriminator's turn, too."""
    weights = (*generator, *discriminator)
    for x, z in zip(real, noise, strict=True):
        weights = _moved(weights, _of_discriminator(weights, x, z), eta, _BOTH)
        weights = _moved(weights, _of_generator(weights, z), eta, _G)
    return weights


def discriminator_moves(
    generator: Network,
    discriminator: Network,
    real: np.ndarray,
    noise: np.ndarray,
    eta: float,
) -> Arrays:
    """Move the discriminator in the generator's turn, too."""
    weights = (*generator, *discriminator)
    for x, z in zip(real, noise, strict=True):
        weights = _moved(weights, _of_discriminator(weights, x, z), eta, _D)
        weights = _moved(weights, _of_generator(weights, z), eta, _BOTH)
    return weights


def piled_up(
    generator: Network,
    discriminator: Network,
    real: np.ndarray,
    noise: np.ndarray,
    eta: float,
) -> Arrays:
    """Never clear a gradient; fakes are detached."""
    weights = (*generator, *discriminator)
    sums = [np.zeros_like(weight) for weight in weights]
    for x, z in zip(real, noise, strict=True):
        slopes = _of_discriminator(weights, x, z)
        sums = [*sums[:2], *(s + d for s, d in zip(sums[2:], slopes[2:], strict=True))]
        weights = _moved(weights, sums, eta, _D)
        slopes = _of_generator(weights, z)
        sums = [s + d for s, d in zip(sums, slopes, strict=True)]
        weights = _moved(weights, sums, eta, _G)
    return weights


def discriminator_piles_up(
    generator: Network,
    discriminator: Network,
    real: np.ndarray,
    noise: np.ndarray,
    eta: float,
) -> Arrays:
    """Clear the generator's gradients only; both losses leave some behind."""
    weights = (*generator, *discriminator)
    sums: Arrays = tuple(np.zeros_like(weight) for weight in discriminator)
    for x, z in zip(real, noise, strict=True):
        first = _of_discriminator(weights, x, z)
        sums = tuple(s + d for s, d in zip(sums, first[2:], strict=True))
        weights = _moved(weights, (*first[:2], *sums), eta, _D)
        second = _of_generator(weights, z)
        sums = tuple(s + d for s, d in zip(sums, second[2:], strict=True))
        weights = _moved(weights, second, eta, _G)
    return weights


def generator_piles_up(
    generator: Network,
    discriminator: Network,
    real: np.ndarray,
    noise: np.ndarray,
    eta: float,
) -> Arrays:
    """Clear the discriminator's gradients only; fakes are detached."""
    weights = (*generator, *discriminator)
    sums: Arrays = tuple(np.zeros_like(weight) for weight in generator)
    for x, z in zip(real, noise, strict=True):
        weights = _moved(weights, _of_discriminator(weights, x, z), eta, _D)
        slopes = _of_generator(weights, z)
        sums = tuple(s + d for s, d in zip(sums, slopes[:2], strict=True))
        weights = _moved(weights, (*sums, *slopes[2:]), eta, _G)
    return weights


def generator_stands_still(
    generator: Network,
    discriminator: Network,
    real: np.ndarray,
    noise: np.ndarray,
    eta: float,
) -> Arrays:
    """Give the generator no gradient."""
    weights = (*generator, *discriminator)
    for x, z in zip(real, noise, strict=True):
        weights = _moved(weights, _of_discriminator(weights, x, z), eta, _D)
    return weights


def halved(
    generator: Network,
    discriminator: Network,
    real: np.ndarray,
    noise: np.ndarray,
    eta: float,
) -> Arrays:
    """Take half of the discriminator's loss."""
    weights = (*generator, *discriminator)
    for x, z in zip(real, noise, strict=True):
        weights = _moved(weights, _of_discriminator(weights, x, z), eta / 2, _D)
        weights = _moved(weights, _of_generator(weights, z), eta, _G)
    return weights


def by_adam(
    generator: Network,
    discriminator: Network,
    real: np.ndarray,
    noise: np.ndarray,
    eta: float,
) -> Arrays:
    """Take the steps of PyTorch's Adam."""
    weights = (*generator, *discriminator)
    m, v = ([np.zeros_like(weight) for weight in weights] for _ in range(2))
    for t, (x, z) in enumerate(zip(real, noise, strict=True), start=1):
        for which in (_D, _G):
            if which is _D:
                slopes = _of_discriminator(weights, x, z)
            else:
                slopes = _of_generator(weights, z)
            steps = [*slopes]
            for i in range(len(weights))[which]:
                m[i] = 0.9 * m[i] + 0.1 * slopes[i]
                v[i] = 0.999 * v[i] + 0.001 * slopes[i] ** 2
                root = np.sqrt(v[i] / (1 - 0.999**t))
                steps[i] = m[i] / (1 - 0.9**t) / (root + 1e-8)
            weights = _moved(weights, steps, eta, which)
    return weights


def leftovers(
    generator: Network,
    discriminator: Network,
    real: np.ndarray,
    noise: np.ndarray,
    eta: float,
) -> Arrays:
    """Clear gradients before each step only; fakes are not detached."""
    weights = (*generator, *discriminator)
    for x, z in zip(real, noise, strict=True):
        first = _of_discriminator(weights, x, z)
        weights = _moved(weights, first, eta, _D)
        second = _of_generator(weights, z)
        both = [one + other for one, other in zip(first, second, strict=True)]
        weights = _moved(weights, both, eta, _G)
    return weights


def fakes_as_real(
    generator: Network,
    discriminator: Network,
    real: np.ndarray,
    noise: np.ndarray,
    eta: float,
) -> Arrays:
    """Tell the discriminator that fakes are real."""
    weights = (*generator, *discriminator)
    for x, z in zip(real, noise, strict=True):
        nothing = np.zeros((len(x), z.shape[1]), z.dtype)
        slope = -sigmoid(-discriminate(weights[2:], x)) / len(x)
        slopes = _by_all(weights, slope, x, nothing)
        wrong = _of_generator(weights, z)
        both = [one + other for one, other in zip(slopes, wrong, strict=True)]
        weights = _moved(weights, both, eta, _D)
        weights = _moved(weights, _of_generator(weights, z), eta, _G)
    return weights


def saturating(
    generator: Network,
    discriminator: Network,
    real: np.ndarray,
    noise: np.ndarray,
    eta: float,
) -> Arrays:
    """Give the generator the loss of the theory."""
    weights = (*generator, *discriminator)
    for x, z in zip(real, noise, strict=True):
        weights = _moved(weights, _of_discriminator(weights, x, z), eta, _D)
        fake = generate(weights[:2], z)
        slope = generator_loss_saturating_gradient(discriminate(weights[2:], fake))
        weights = _moved(weights, _by_all(weights, slope, fake, z), eta, _G)
    return weights


def at_once(
    generator: Network,
    discriminator: Network,
    real: np.ndarray,
    noise: np.ndarray,
    eta: float,
) -> Arrays:
    """Take both gradients before either network moves."""
    weights = (*generator, *discriminator)
    for x, z in zip(real, noise, strict=True):
        first = _of_discriminator(weights, x, z)
        second = _of_generator(weights, z)
        weights = _moved(weights, (*second[:2], *first[2:]), eta, _BOTH)
    return weights


def in_single(
    generator: Network,
    discriminator: Network,
    real: np.ndarray,
    noise: np.ndarray,
    eta: float,
) -> Arrays:
    """Learn at float32, whatever came in."""
    G = [weight.astype(np.float32) for weight in generator]
    D = [weight.astype(np.float32) for weight in discriminator]
    real, noise = real.astype(np.float32), noise.astype(np.float32)
    return train_steps(G, D, real, noise, eta)
