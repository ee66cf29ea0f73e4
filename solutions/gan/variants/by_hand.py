"""As one who distrusts autograd writes it: every gradient is worked out on paper."""

import numpy as np


def _log1pexp(x):
    """log(1 + e^x), in three pieces."""
    small = np.exp(np.minimum(x, 0))
    large = np.exp(-np.maximum(x, 0))
    return np.where(x < 0, np.log1p(small), x + np.log1p(large))


def _logistic(x):
    return (1 + np.tanh(x / 2)) / 2


def bce_with_logits(logits, targets):
    if logits.ndim != targets.ndim or logits.shape != targets.shape:
        raise ValueError(f"{logits.shape} != {targets.shape}")
    return (_log1pexp(logits) - logits * targets).mean()


def discriminator_loss(real_logits, fake_logits):
    return np.mean(_log1pexp(-real_logits)) + np.mean(_log1pexp(fake_logits))


def generator_loss(fake_logits):
    return np.sum(_log1pexp(-fake_logits)) / fake_logits.dtype.type(fake_logits.size)


def generator_loss_saturating(fake_logits):
    return np.mean(-_log1pexp(fake_logits))


def discriminator_loss_gradient(real_logits, fake_logits):
    toward_real = -_logistic(-real_logits)
    toward_fake = _logistic(fake_logits)
    return [toward_real / len(real_logits), toward_fake / len(fake_logits)]


def generator_loss_gradient(fake_logits):
    return (_logistic(fake_logits) - 1) / fake_logits.shape[0]


def generator_loss_saturating_gradient(fake_logits):
    return -_logistic(fake_logits) / fake_logits.shape[0]


def value_function(d, p, q):
    if len({d.shape, p.shape, q.shape}) > 1:
        raise ValueError("three arrays of one shape, please")
    if not np.all((0 <= d) & (d <= 1)):
        raise ValueError("probabilities lie between 0 and 1")
    with np.errstate(all="ignore"):
        terms = np.stack([p * np.log(d), q * np.log(1 - d)])
    terms[np.stack([p, q]) == 0] = 0
    return terms.sum()


def optimal_discriminator(p, q):
    if p.shape != q.shape:
        raise ValueError("two arrays of one shape, please")
    with np.errstate(all="ignore"):
        best = p / (p + q)
    best[np.isnan(best)] = 0.5
    return best


def convolution_shape(shape, filters, kernel, stride, padding):
    (h, w, c), (kh, kw), (sh, sw) = shape, kernel, stride
    if any(number < 1 for number in (h, w, c, filters, kh, kw, sh, sw)):
        raise ValueError("every number must be 1 or more")
    match padding:
        case "same":
            return (h - 1) // sh + 1, (w - 1) // sw + 1, filters
        case "valid" if kh <= h and kw <= w:
            return len(range(0, h - kh + 1, sh)), len(range(0, w - kw + 1, sw)), filters
    raise ValueError("padding is unknown, or the kernel is too large")


def transposed_shape(shape, filters, kernel, stride, padding):
    (h, w, c), (kh, kw), (sh, sw) = shape, kernel, stride
    if any(number < 1 for number in (h, w, c, filters, kh, kw, sh, sw)):
        raise ValueError("every number must be 1 or more")
    match padding:
        case "same":
            return h * sh, w * sw, filters
        case "valid":
            last_h, last_w = (h - 1) * sh, (w - 1) * sw
            return last_h + max(kh, sh), last_w + max(kw, sw), filters
    raise ValueError(f"padding {padding}?")


def _back(U, c, v, x, slope, transpose):
    """Derivatives by U, c, v and x of the sum of slope times logit."""
    a = x @ U + c
    units = a / (1 + abs(a))
    da = (slope @ transpose(v)) / (1 + abs(a)) ** 2
    return transpose(x) @ da, da, transpose(units) @ slope, da @ transpose(U)


def _steps(weights, real, noise, eta, transpose, sigmoid, total):
    W, b, U, c, v = weights
    for x, z in zip(real, noise):
        fake = z @ W + b
        s, f = (((x @ U + c) / (1 + abs(x @ U + c))) @ v for x in (x, fake))
        dU1, da1, dv1, _ = _back(U, c, v, x, -sigmoid(-s) / len(x), transpose)
        dU2, da2, dv2, _ = _back(U, c, v, fake, sigmoid(f) / len(fake), transpose)
        U = U - eta * (dU1 + dU2)
        c = c - eta * (total(da1) + total(da2))
        v = v - eta * (dv1 + dv2)
        f = ((fake @ U + c) / (1 + abs(fake @ U + c))) @ v
        *_, dx = _back(U, c, v, fake, -sigmoid(-f) / len(fake), transpose)
        W = W - eta * (transpose(z) @ dx)
        b = b - eta * total(dx)
    return W, b, U, c, v


def train_steps_torch(generator, discriminator, real, noise, eta):
    import torch

    with torch.no_grad():
        return _steps(
            (*generator, *discriminator),
            real,
            noise,
            eta,
            torch.t,
            torch.sigmoid,
            lambda array: array.sum(0),
        )


def train_steps_tf(generator, discriminator, real, noise, eta):
    import tensorflow as tf

    return _steps(
        (*generator, *discriminator),
        real,
        noise,
        eta,
        tf.transpose,
        tf.sigmoid,
        lambda array: tf.reduce_sum(array, axis=0),
    )


def interpolation(p1, p2, n_steps):
    if p1.shape != p2.shape:
        raise ValueError("both points must have as many coordinates")
    if n_steps < 2:
        raise ValueError("a walk has two ends")
    r = np.arange(n_steps, dtype=p1.dtype)[:, np.newaxis] / p1.dtype.type(n_steps - 1)
    return p1 * (1 - r) + p2 * r


def distance(a, b):
    if a.shape != b.shape:
        raise ValueError("sets of one size, please")
    if not a.size:
        raise ValueError("empty sets")
    gaps = np.sort(a) - np.sort(b)
    return np.linalg.norm(gaps, 1) / a.dtype.type(len(gaps))


def toy_gan(data, noise):
    rng = np.random.default_rng(7)
    mean, std = data.mean(dtype=float), data.std(dtype=float)
    x = (data.astype(float) - mean) / std
    weights = (
        np.array([[0.5], [0.5]]),
        np.zeros(1),
        rng.normal(0, 2, (1, 32)),
        rng.normal(0, 2, 32),
        rng.normal(0, 0.1, (32, 1)),
    )
    seen = []
    for _ in range(800):
        z = rng.normal(size=(1, 64, 2))
        z[..., 0] = np.where(z[..., 0] < 0, -1, 1)
        real = rng.choice(x, (1, 64, 1))
        weights = _steps(
            weights, real, z, 0.4, np.transpose, _logistic, lambda array: array.sum(0)
        )
        seen.append(np.append(weights[0], weights[1]))
    side, width, centre = np.mean(seen[400:], axis=0)
    made = side * np.where(noise[:, 0] < 0, -1, 1) + width * noise[:, 1] + centre
    return (made * std + mean).astype(data.dtype)
