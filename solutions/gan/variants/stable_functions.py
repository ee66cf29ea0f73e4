"""As one who knows scipy writes it, and trains with PyTorch's optimizers."""

import numpy as np


def _log_sigmoid(x):
    from scipy.special import log_expit

    return log_expit(x)


def _sigmoid(x):
    from scipy.special import expit

    return expit(x)


def bce_with_logits(logits, targets):
    if np.shape(logits) != np.shape(targets):
        raise ValueError("shape mismatch")
    log_real, log_fake = _log_sigmoid(logits), _log_sigmoid(-logits)
    return -np.average(targets * log_real + (1 - targets) * log_fake)


def discriminator_loss(real_logits, fake_logits):
    return -_log_sigmoid(real_logits).mean() - _log_sigmoid(-fake_logits).mean()


def generator_loss(fake_logits):
    return -_log_sigmoid(fake_logits).mean()


def generator_loss_saturating(fake_logits):
    return _log_sigmoid(-fake_logits).mean()


def discriminator_loss_gradient(real_logits, fake_logits):
    n, m = np.size(real_logits), np.size(fake_logits)
    return (_sigmoid(real_logits) - 1) / n, _sigmoid(fake_logits) / m


def generator_loss_gradient(fake_logits):
    return -_sigmoid(-fake_logits) / len(fake_logits)


def generator_loss_saturating_gradient(fake_logits):
    return -_sigmoid(fake_logits) / len(fake_logits)


def value_function(d, p, q):
    from scipy import special

    if d.shape != p.shape or d.shape != q.shape:
        raise ValueError("shape mismatch")
    if d.min() < 0 or d.max() > 1:
        raise ValueError("d is not a probability")
    return special.xlogy(p, d).sum() + special.xlog1py(q, -d).sum()


def optimal_discriminator(p, q):
    if p.shape != q.shape:
        raise ValueError("shape mismatch")
    never = (p == 0) & (q == 0)
    p, q = np.where(never, p.dtype.type(1), p), np.where(never, q.dtype.type(1), q)
    return 1 / (1 + q / p) if (p > 0).all() else p / (p + q)


def _checked(shape, filters, kernel, stride, padding):
    numbers = np.array([*shape, filters, *kernel, *stride])
    if (numbers <= 0).any() or padding not in {"same", "valid"}:
        raise ValueError("invalid layer")
    return np.array(shape[:2]), np.array(kernel), np.array(stride)


def convolution_shape(shape, filters, kernel, stride, padding):
    n, k, s = _checked(shape, filters, kernel, stride, padding)
    if padding == "valid":
        if (k > n).any():
            raise ValueError("kernel larger than image")
        n = n - k + 1
    return (*(-(-n // s)).tolist(), filters)


def transposed_shape(shape, filters, kernel, stride, padding):
    n, k, s = _checked(shape, filters, kernel, stride, padding)
    extra = np.maximum(k - s, 0) if padding == "valid" else 0
    return (*(n * s + extra).tolist(), filters)


def _fakes(G, z):
    return z @ G[0] + G[1]


def _logits(D, x):
    a = x @ D[0] + D[1]
    return (a / (1 + abs(a))) @ D[2]


def train_steps_torch(generator, discriminator, real, noise, eta):
    import torch

    G = torch.nn.ParameterList([torch.nn.Parameter(p.clone()) for p in generator])
    D = torch.nn.ParameterList([torch.nn.Parameter(p.clone()) for p in discriminator])
    opt_G, opt_D = torch.optim.SGD(G, lr=eta), torch.optim.SGD(D, lr=eta)
    log = torch.nn.functional.logsigmoid
    for x, z in zip(real, noise):
        opt_D.zero_grad()
        fakes = _fakes(G, z).detach()
        loss = -log(_logits(D, x)).mean() - log(-_logits(D, fakes)).mean()
        loss.backward()
        opt_D.step()

        opt_G.zero_grad()
        (-log(_logits(D, _fakes(G, z))).mean()).backward()
        opt_G.step()
    return tuple(p.data for p in [*G, *D])


def train_steps_tf(generator, discriminator, real, noise, eta):
    import tensorflow as tf

    with tf.device(real.device):
        G, D = ([tf.Variable(p) for p in net] for net in (generator, discriminator))
    log = tf.math.log_sigmoid
    for t in range(len(real)):
        with tf.GradientTape(persistent=True) as tape:
            real_score = _logits(D, real[t])
            fake_score = _logits(D, _fakes(G, noise[t]))
            loss = -tf.reduce_mean(log(real_score)) - tf.reduce_mean(log(-fake_score))
        for p, g in zip(D, tape.gradient(loss, D)):
            p.assign(p - eta * g)
        with tf.GradientTape() as tape:
            loss = -tf.reduce_mean(log(_logits(D, _fakes(G, noise[t]))))
        for p, g in zip(G, tape.gradient(loss, G)):
            p.assign(p - eta * g)
    return (*G, *D)


def interpolation(p1, p2, n_steps):
    if p1.shape != p2.shape or n_steps < 2:
        raise ValueError("invalid walk")
    return np.linspace(p1, p2, n_steps, dtype=p1.dtype)


def distance(a, b):
    from scipy import stats

    if a.shape != b.shape or not len(a):
        raise ValueError("invalid samples")
    return a.dtype.type(stats.wasserstein_distance(a, b))


def toy_gan(data, noise):
    import torch

    torch.manual_seed(1)
    x = torch.tensor((data - data.mean()) / data.std(), dtype=torch.float32)[:, None]

    def net(inputs):
        hidden = torch.nn.Linear(inputs, 24), torch.nn.Tanh()
        return torch.nn.Sequential(*hidden, torch.nn.Linear(24, 1))

    def features(z):
        return torch.cat([torch.sign(z[:, :1]), z], dim=1)

    def seen(x):
        return torch.cat([x, x**2, torch.sin(2 * x), torch.cos(2 * x)], dim=1)

    G, D = net(3), net(4)
    opt_G = torch.optim.Adam(G.parameters(), 4e-3, betas=(0.5, 0.9))
    opt_D = torch.optim.Adam(D.parameters(), 8e-3, betas=(0.5, 0.9))
    log = torch.nn.functional.logsigmoid
    mean = [p.detach().clone() for p in G.parameters()]
    for _ in range(500):
        real = x[torch.randint(len(x), (96,))]
        fake = G(features(torch.randn(96, 2)))
        loss = -log(D(seen(real))).mean() - log(-D(seen(fake.detach()))).mean()
        opt_D.zero_grad()
        loss.backward()
        opt_D.step()
        loss = -log(D(seen(fake))).mean()
        opt_G.zero_grad()
        loss.backward()
        opt_G.step()
        for m, p in zip(mean, G.parameters()):
            m.lerp_(p.detach(), 0.02)
    for m, p in zip(mean, G.parameters()):
        p.data = m
    with torch.no_grad():
        made = G(features(torch.tensor(noise, dtype=torch.float32)))[:, 0]
    return (made.numpy() * data.std() + data.mean()).astype(data.dtype)
