"""The assignment `gan` in PyTorch: the same signatures as `oracle`.

Owns: a second opinion that shares no formula with the oracle. Losses are the library's
own cross-entropies, gradients come from autograd, shapes from layers that are run,
training from modules and optimizers. Takes and returns tensors of any floating dtype on
any device; images in shapes are (h, w, channels), as everywhere in the assignment.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F

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
    return F.binary_cross_entropy_with_logits(logits, targets)


def discriminator_loss(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """Add the cross-entropies of real samples and of fakes.

    Args:
        real_logits: Any shape.
        fake_logits: Any shape.

    Returns:
        ().
    """
    on_real = bce_with_logits(real_logits, torch.ones_like(real_logits))
    return on_real + bce_with_logits(fake_logits, torch.zeros_like(fake_logits))


def generator_loss(fake_logits: Tensor) -> Tensor:
    """Take the cross-entropy of fakes that are called real.

    Args:
        fake_logits: Any shape.

    Returns:
        ().
    """
    return bce_with_logits(fake_logits, torch.ones_like(fake_logits))


def generator_loss_saturating(fake_logits: Tensor) -> Tensor:
    """Take the mean logarithm of the probability of being a fake.

    Args:
        fake_logits: Any shape.

    Returns:
        ().
    """
    return F.logsigmoid(-fake_logits).mean()


def _slopes(loss: Callable[..., Tensor], *logits: Tensor) -> tuple[Tensor, ...]:
    """Differentiate a loss with respect to each of its arguments."""
    leaves = [each.detach().clone().requires_grad_() for each in logits]
    slopes: tuple[Tensor, ...] = torch.autograd.grad(loss(*leaves), leaves)
    return slopes


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
    if not bool(((d >= 0) & (d <= 1)).all()):
        raise ValueError("d has entries outside [0, 1]")
    value: Tensor = torch.xlogy(p, d).sum() + torch.special.xlog1py(q, -d).sum()
    return value


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
    return torch.sigmoid(torch.nan_to_num(p.log() - q.log(), nan=0.0))


# --- shapes --------------------------------------------------------------------------


def convolution_shape(
    shape: Shape, filters: int, kernel: Pair, stride: Pair, padding: str
) -> Shape:
    """Return the shape that running a convolution gives.

    Args:
        shape: (h, w, channels).
        filters: How many channels come out.
        kernel: (kh, kw).
        stride: (sh, sw).
        padding: "valid"; PyTorch has no "same" for strides beyond 1.

    Returns:
        (oh, ow, filters).

    Raises:
        ValueError: The layer is invalid.
    """
    if padding != "valid" or kernel[0] > shape[0] or kernel[1] > shape[1]:
        raise ValueError("invalid layer")
    return _seen(nn.Conv2d(shape[2], filters, kernel, stride), shape)


def transposed_shape(
    shape: Shape, filters: int, kernel: Pair, stride: Pair, padding: str
) -> Shape:
    """Return the shape that running a transposed convolution gives.

    Args:
        shape: (h, w, channels).
        filters: How many channels come out.
        kernel: (kh, kw), at least as large as the stride.
        stride: (sh, sw).
        padding: "valid"; PyTorch has no "same" here.

    Returns:
        (oh, ow, filters).

    Raises:
        ValueError: The layer is invalid.
    """
    if padding != "valid" or kernel[0] < stride[0] or kernel[1] < stride[1]:
        raise ValueError("invalid layer")
    return _seen(nn.ConvTranspose2d(shape[2], filters, kernel, stride), shape)


def _seen(layer: nn.Module, shape: Shape) -> Shape:
    """Return (h, w, channels) of a layer's output for an image."""
    with torch.no_grad():
        image = torch.zeros(1, shape[2], shape[0], shape[1])
        _, channels, h, w = layer(image).shape
    return int(h), int(w), int(channels)


# --- training ------------------------------------------------------------------------


class Discriminator(nn.Module):
    """One hidden layer of softsign units, then a logit.

    Args:
        U: (d, hidden).
        c: (hidden,).
        v: (hidden, 1).
    """

    def __init__(self, U: Tensor, c: Tensor, v: Tensor) -> None:
        super().__init__()
        weights = (U, c, v)
        self.weights = nn.ParameterList(nn.Parameter(w.clone()) for w in weights)

    def forward(self, x: Tensor) -> Tensor:
        """Return a logit for each sample, (batch, d) -> (batch, 1)."""
        U, c, v = self.weights
        return F.linear(F.softsign(F.linear(x, U.T, c)), v.T)


class Generator(nn.Module):
    """An affine map from noise to samples.

    Args:
        W: (noise, d).
        b: (d,).
    """

    def __init__(self, W: Tensor, b: Tensor) -> None:
        super().__init__()
        self.weights = nn.ParameterList(nn.Parameter(w.clone()) for w in (W, b))

    def forward(self, z: Tensor) -> Tensor:
        """Make samples, (batch, noise) -> (batch, d)."""
        W, b = self.weights
        return F.linear(z, W.T, b)


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
    G, D = Generator(*generator), Discriminator(*discriminator)
    of_G = torch.optim.SGD(G.parameters(), lr=eta)
    of_D = torch.optim.SGD(D.parameters(), lr=eta)
    for x, z in zip(real, noise, strict=True):
        of_D.zero_grad()
        discriminator_loss(D(x), D(G(z).detach())).backward()
        of_D.step()
        of_G.zero_grad()
        generator_loss(D(G(z))).backward()
        of_G.step()
    return tuple(weight.detach() for weight in (*G.weights, *D.weights))


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
    ratios = torch.linspace(0, 1, n_steps, dtype=p1.dtype, device=p1.device)
    return torch.lerp(p1, p2, ratios[:, None])


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
    if a.shape != b.shape or a.numel() == 0:
        raise ValueError("invalid sets")
    return F.l1_loss(a.sort().values, b.sort().values)
