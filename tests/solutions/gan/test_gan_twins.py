"""Three opinions that must be one: the oracle, PyTorch and TensorFlow.

The twins' losses and layers are the libraries' own, and their gradients are those of
autograd and of a tape, so agreeing with them is agreeing with the libraries.
"""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from solutions.gan import oracle
from tests.deferred import twins

TWINS = twins("gan")
torch_twin, tf_twin = (twin for twin, _ in TWINS.values())
KERNELS = [(5, 5), (3, 4), (2, 3)]
STRIDES = [(1, 1), (2, 1), (2, 2)]
LAYERS = list(itertools.product(KERNELS, STRIDES))


@pytest.fixture(params=TWINS)
def twin(request):
    return TWINS[request.param]


def normal(*shape, dtype, seed, spread=2.0):
    numbers = spread * np.random.default_rng(seed).normal(size=shape)
    return numbers.astype(dtype)


def logits_of(dtype):
    """Logits of real samples and of fakes, of both signs and any size."""
    real, fake = (normal(n, 1, dtype=dtype, seed=n) for n in (7, 9))
    real[:2, 0], fake[:2, 0] = (1e4, -1e4), (-800, 40)
    return real, fake


def test_cross_entropies_agree(twin, dtype, close):
    module, tensor = twin
    _, logits = logits_of(dtype)
    targets = np.random.default_rng(0).uniform(size=logits.shape).astype(dtype)
    got = module.bce_with_logits(tensor(logits), tensor(targets))
    close(got, oracle.bce_with_logits(logits, targets))


def test_losses_agree(twin, dtype, close):
    module, tensor = twin
    real, fake = logits_of(dtype)
    got = module.discriminator_loss(tensor(real), tensor(fake))
    close(got, oracle.discriminator_loss(real, fake))
    for name in ("generator_loss", "generator_loss_saturating"):
        close(getattr(module, name)(tensor(fake)), getattr(oracle, name)(fake))


def test_gradients_agree_with_the_libraries(twin, dtype, close):
    module, tensor = twin
    real, fake = logits_of(dtype)
    got = module.discriminator_loss_gradient(tensor(real), tensor(fake))
    expected = oracle.discriminator_loss_gradient(real, fake)
    for theirs, ours in zip(got, expected, strict=True):
        close(theirs, ours)
    for name in ("generator_loss_gradient", "generator_loss_saturating_gradient"):
        close(getattr(module, name)(tensor(fake)), getattr(oracle, name)(fake))


def test_values_and_best_discriminators_agree(twin, dtype, close):
    module, tensor = twin
    rng = np.random.default_rng(0)
    p, q = rng.dirichlet(np.ones(6), size=2)
    p[[0, 3]], q[[1, 3]] = 0, 0
    d = rng.uniform(0.1, 0.9, size=6)
    d[:2] = 0, 1
    p, q, d = (array.astype(dtype) for array in (p, q, d))
    got = module.optimal_discriminator(tensor(p), tensor(q))
    close(got, oracle.optimal_discriminator(p, q))
    close(
        module.value_function(*map(tensor, (d, p, q))), oracle.value_function(d, p, q)
    )
    d[2] = 0
    wrong = module.value_function(*map(tensor, (d, p, q)))
    assert np.asarray(wrong) == oracle.value_function(d, p, q) == -np.inf


@pytest.mark.parametrize("padding", ["same", "valid"])
@pytest.mark.parametrize(("kernel", "stride"), [*LAYERS, ((2, 1), (3, 4))])
def test_shapes_are_those_of_keras(kernel, stride, padding):
    layer = (9, 14, 5), 7, kernel, stride, padding
    expected = tf_twin.convolution_shape(*layer)
    assert oracle.convolution_shape(*layer) == expected
    assert oracle.transposed_shape(*layer) == tf_twin.transposed_shape(*layer)


@pytest.mark.parametrize(("kernel", "stride"), LAYERS)
def test_shapes_are_those_of_torch(kernel, stride):
    layer = (9, 14, 5), 7, kernel, stride
    expected = torch_twin.convolution_shape(*layer, "valid")
    assert oracle.convolution_shape(*layer, "valid") == expected
    expected = torch_twin.transposed_shape(*layer, "valid")
    assert oracle.transposed_shape(*layer, "valid") == expected


@pytest.mark.parametrize(
    ("steps", "batch", "fakes", "noise", "d", "hidden"),
    [(4, 5, 3, 2, 3, 4), (3, 2, 6, 1, 1, 5), (2, 3, 3, 3, 3, 3)],
)
def test_training_agrees(twin, dtype, close, steps, batch, fakes, noise, d, hidden):
    module, tensor = twin
    shapes = (noise, d), (d,), (d, hidden), (hidden,), (hidden, 1)
    batches = (steps, batch, d), (steps, fakes, noise)
    arrays = [
        normal(*shape, dtype=dtype, seed=seed, spread=1)
        for seed, shape in enumerate((*shapes, *batches))
    ]
    tensors = [tensor(array) for array in arrays]
    got = module.train_steps(tensors[:2], tensors[2:5], *tensors[5:], 0.25)
    expected = oracle.train_steps(arrays[:2], arrays[2:5], *arrays[5:], 0.25)
    for theirs, ours in zip(got, expected, strict=True):
        close(theirs, ours)


@pytest.mark.parametrize(("d", "n"), [(1, 2), (4, 7), (6, 3)])
def test_walks_agree(twin, dtype, close, d, n):
    module, tensor = twin
    p1, p2 = (normal(d, dtype=dtype, seed=seed) for seed in range(2))
    got = module.interpolation(tensor(p1), tensor(p2), n)
    close(got, oracle.interpolation(p1, p2, n))


def test_distances_agree(twin, dtype, close):
    module, tensor = twin
    a, b = (normal(11, dtype=dtype, seed=seed) for seed in range(2))
    close(module.distance(tensor(a), tensor(b)), oracle.distance(a, b))


def test_twins_refuse_what_the_oracle_refuses(twin):
    module, tensor = twin
    three, four = tensor(np.full(3, 0.5)), tensor(np.full(4, 0.5))
    calls = [
        lambda: module.bce_with_logits(three, four),
        lambda: module.value_function(three, three, four),
        lambda: module.value_function(three * 4, three, three),
        lambda: module.optimal_discriminator(three, four),
        lambda: module.interpolation(three, four, 3),
        lambda: module.interpolation(three, three, 1),
        lambda: module.distance(three, four),
    ]
    for call in calls:
        with pytest.raises(ValueError):  # noqa: PT011 - each library has its words
            call()
