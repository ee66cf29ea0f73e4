"""As one who thinks in single numbers writes it: math, lists, and backward()."""

import math

import numpy as np


def _softplus(x):
    return x + math.log1p(math.exp(-x)) if x > 0 else math.log1p(math.exp(x))


def _sigmoid(x):
    return 1 / (1 + math.exp(-x)) if x > 0 else math.exp(x) / (1 + math.exp(x))


def _numbers(array):
    return [float(x) for x in np.ravel(array)]


def bce_with_logits(logits, targets):
    if logits.shape != targets.shape:
        raise ValueError("one target for each logit, please")
    total = 0.0
    for s, t in zip(_numbers(logits), _numbers(targets)):
        total += t * _softplus(-s) + (1 - t) * _softplus(s)
    return logits.dtype.type(total / logits.size)


def discriminator_loss(real_logits, fake_logits):
    real = [_softplus(-s) for s in _numbers(real_logits)]
    fake = [_softplus(s) for s in _numbers(fake_logits)]
    return real_logits.dtype.type(sum(real) / len(real) + sum(fake) / len(fake))


def generator_loss(fake_logits):
    losses = [_softplus(-s) for s in _numbers(fake_logits)]
    return fake_logits.dtype.type(sum(losses) / len(losses))


def generator_loss_saturating(fake_logits):
    losses = [-_softplus(s) for s in _numbers(fake_logits)]
    return fake_logits.dtype.type(sum(losses) / len(losses))


def discriminator_loss_gradient(real_logits, fake_logits):
    real, fake = np.empty_like(real_logits), np.empty_like(fake_logits)
    for index in np.ndindex(real.shape):
        real[index] = (_sigmoid(float(real_logits[index])) - 1) / real.size
    for index in np.ndindex(fake.shape):
        fake[index] = _sigmoid(float(fake_logits[index])) / fake.size
    return real, fake


def generator_loss_gradient(fake_logits):
    slopes = [(_sigmoid(s) - 1) / fake_logits.size for s in _numbers(fake_logits)]
    return np.array(slopes, fake_logits.dtype).reshape(fake_logits.shape)


def generator_loss_saturating_gradient(fake_logits):
    slopes = [-_sigmoid(s) / fake_logits.size for s in _numbers(fake_logits)]
    return np.array(slopes, fake_logits.dtype).reshape(fake_logits.shape)


def value_function(d, p, q):
    if not (len(d) == len(p) == len(q)):
        raise ValueError("lengths")
    value = 0.0
    for chance, real, fake in zip(d.tolist(), p.tolist(), q.tolist()):
        if chance < 0 or chance > 1:
            raise ValueError(f"{chance} is no probability")
        if real > 0:
            value += real * math.log(chance) if chance > 0 else -math.inf
        if fake > 0:
            value += fake * math.log(1 - chance) if chance < 1 else -math.inf
    return p.dtype.type(value)


def optimal_discriminator(p, q):
    if len(p) != len(q):
        raise ValueError("lengths")
    best = [a / (a + b) if a + b > 0 else 0.5 for a, b in zip(p.tolist(), q.tolist())]
    return np.array(best, dtype=p.dtype)


def _require(shape, filters, kernel, stride, padding):
    for number in [*shape, filters, *kernel, *stride]:
        if number < 1:
            raise ValueError("too small")
    if padding != "same" and padding != "valid":
        raise ValueError("padding")


def _count(n, k, s):
    places, start = 0, 0
    while start + k <= n:
        places, start = places + 1, start + s
    if places == 0:
        raise ValueError("too large a kernel")
    return places


def convolution_shape(shape, filters, kernel, stride, padding):
    _require(shape, filters, kernel, stride, padding)
    h, w, _ = shape
    if padding == "same":
        return math.ceil(h / stride[0]), math.ceil(w / stride[1]), filters
    return _count(h, kernel[0], stride[0]), _count(w, kernel[1], stride[1]), filters


def transposed_shape(shape, filters, kernel, stride, padding):
    _require(shape, filters, kernel, stride, padding)
    result = []
    for axis in range(2):
        size = shape[axis] * stride[axis]
        if padding == "valid" and kernel[axis] > stride[axis]:
            size += kernel[axis] - stride[axis]
        result.append(size)
    return result[0], result[1], filters


def _draw(generator, z):
    return z @ generator[0] + generator[1]


def _score(discriminator, x):
    U, c, v = discriminator
    hidden = x @ U + c
    return (hidden / (1 + abs(hidden))) @ v


def train_steps_torch(generator, discriminator, real, noise, eta):
    import torch

    W, b = (torch.nn.Parameter(p.clone()) for p in generator)
    U, c, v = (torch.nn.Parameter(p.clone()) for p in discriminator)
    bce = torch.nn.BCEWithLogitsLoss()
    for i in range(len(real)):
        for p in (W, b, U, c, v):
            p.grad = None
        fake = _draw((W, b), noise[i]).detach()
        yes = _score((U, c, v), real[i])
        no = _score((U, c, v), fake)
        (bce(yes, torch.ones_like(yes)) + bce(no, torch.zeros_like(no))).backward()
        for p in (U, c, v):
            p.data -= eta * p.grad
        for p in (W, b, U, c, v):
            p.grad = None
        no = _score((U, c, v), _draw((W, b), noise[i]))
        bce(no, torch.ones_like(no)).backward()
        for p in (W, b):
            p.data -= eta * p.grad
    return [p.detach() for p in (W, b, U, c, v)]


def train_steps_tf(generator, discriminator, real, noise, eta):
    import tensorflow as tf

    W, b = generator
    U, c, v = discriminator
    for i in range(real.shape[0]):
        x, z = real[i], noise[i]
        fake = _draw((W, b), z)
        with tf.GradientTape() as tape:
            tape.watch((U, c, v))
            yes, no = _score((U, c, v), x), _score((U, c, v), fake)
            on_real = tf.nn.sigmoid_cross_entropy_with_logits(tf.ones_like(yes), yes)
            on_fake = tf.nn.sigmoid_cross_entropy_with_logits(tf.zeros_like(no), no)
            loss = tf.reduce_mean(on_real) + tf.reduce_mean(on_fake)
        dU, dc, dv = tape.gradient(loss, (U, c, v))
        U, c, v = U - eta * dU, c - eta * dc, v - eta * dv
        with tf.GradientTape() as tape:
            tape.watch((W, b))
            no = _score((U, c, v), _draw((W, b), z))
            losses = tf.nn.sigmoid_cross_entropy_with_logits(tf.ones_like(no), no)
            loss = tf.reduce_mean(losses)
        dW, db = tape.gradient(loss, (W, b))
        W, b = W - eta * dW, b - eta * db
    return W, b, U, c, v


def interpolation(p1, p2, n_steps):
    if len(p1) != len(p2):
        raise ValueError("lengths")
    if n_steps < 2:
        raise ValueError("steps")
    walk = np.zeros((n_steps, len(p1)), p1.dtype)
    for i in range(n_steps):
        for j in range(len(p1)):
            walk[i, j] = p1[j] + i * (float(p2[j]) - float(p1[j])) / (n_steps - 1)
    return walk


def distance(a, b):
    if len(a) != len(b) or len(a) == 0:
        raise ValueError("sets")
    gaps = [abs(x - y) for x, y in zip(sorted(a.tolist()), sorted(b.tolist()))]
    return a.dtype.type(sum(gaps) / len(gaps))


def toy_gan(data, noise):
    import torch

    random = np.random.RandomState(3)
    mean, std = float(np.mean(data)), float(np.std(data))
    G = [torch.tensor([[0.5], [0.5]]), torch.zeros(1)]
    D = [
        torch.tensor(random.normal(0, 2, (1, 24)), dtype=torch.float32),
        torch.tensor(random.normal(0, 2, 24), dtype=torch.float32),
        torch.zeros(24, 1) + 0.01,
    ]
    a = b = c = 0.0
    for part in range(50):
        x, z = [], []
        for _ in range(12):
            x.append([[(t - mean) / std] for t in random.choice(data, 64)])
            z.append([[np.sign(u), w] for u, w in random.normal(size=(64, 2))])
        x, z = torch.tensor(x, dtype=torch.float32), torch.tensor(z).float()
        learnt = train_steps_torch(G, D, x, z, 0.4)
        G, D = learnt[:2], learnt[2:]
        if part >= 25:
            a += float(G[0][0]) / 25
            b += float(G[0][1]) / 25
            c += float(G[1]) / 25
    made = [mean + std * (a * np.sign(u) + b * w + c) for u, w in noise.tolist()]
    return np.array(made, dtype=data.dtype)
