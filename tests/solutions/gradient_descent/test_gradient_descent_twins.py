"""Three opinions that must be one: the oracle, PyTorch and TensorFlow.

The PyTorch twin's steps are those of torch.optim, its loss is the library's, and its
gradients are autograd's, so agreeing with it is agreeing with the library.
"""

from __future__ import annotations

import numpy as np
import pytest

from solutions.gradient_descent import oracle
from tests.deferred import torch, twins

TWINS = twins("gradient_descent")
torch_twin, tf_twin = (twin for twin, _ in TWINS.values())
SHAPES = [(4,), (2, 3)]


@pytest.fixture(params=TWINS)
def twin(request):
    return TWINS[request.param]


def normal(*shape, dtype, seed=4):
    return np.random.default_rng(seed).normal(size=shape).astype(dtype)


def warped(x):
    """Give a slope that couples neighbours; numpy's, torch's and TensorFlow's own."""
    return x**3 / 4 + 0.5 * x + 1


@pytest.mark.parametrize("name", ["parabola", "wave"])
def test_given_functions_and_gradients_agree(twin, dtype, close, name):
    module, tensor = twin
    x = np.linspace(-9, 9, 13, dtype=dtype)
    for part in (name, f"{name}_gradient"):
        close(getattr(module, part)(tensor(x)), getattr(oracle, part)(x))


def test_bowls_agree(twin, dtype, close):
    module, tensor = twin
    x = np.array([-1.5, 0.7], dtype)
    close(module.bowl(tensor(x)), oracle.bowl(x))
    close(module.bowl_gradient(tensor(x)), oracle.bowl_gradient(x))


@pytest.mark.parametrize("shape", [(), (4,), (2, 3)], ids=str)
@pytest.mark.parametrize("steps", [0, 5])
def test_descents_agree(twin, dtype, close, shape, steps):
    module, tensor = twin
    x0 = np.asarray(normal(*shape, dtype=dtype), dtype=dtype)
    got = module.descend(warped, tensor(x0), 0.2, steps)
    close(got, oracle.descend(warped, x0, 0.2, steps))


def test_descents_agree_on_whole_numbers(twin):
    module, tensor = twin
    x0 = np.array([2, -1, 0])
    got = np.asarray(module.descend(warped, tensor(x0), 0.2, 4))
    assert got.dtype == np.float64
    np.testing.assert_allclose(got, oracle.descend(warped, x0, 0.2, 4), rtol=1e-13)


def test_schedules_agree(twin):
    module, _ = twin
    for name, numbers in [
        ("exponential_decay", (0.8, 0.15)),
        ("exponential_decay", (3, 0)),
        ("polynomial_decay", (0.8, 0.15, 1.5)),
        ("polynomial_decay", (7, 2, 1)),
    ]:
        ours, theirs = getattr(oracle, name)(*numbers), getattr(module, name)(*numbers)
        for t in (0, 1, 2.5, 40):
            assert np.isclose(ours(t), theirs(t), rtol=1e-13)
    for t in (0, 1, 6):
        assert np.isclose(oracle.cooling(t), module.cooling(t), rtol=1e-13)
        assert oracle.steady(t) == module.steady(t)


def test_noisy_walks_agree(twin, dtype, close):
    module, tensor = twin
    x0, noise = normal(3, dtype=dtype), normal(5, 3, dtype=dtype, seed=5)
    got = module.sgd(warped, tensor(x0), oracle.cooling, tensor(noise))
    close(got, oracle.sgd(warped, x0, oracle.cooling, noise))


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("momentum_step", {"beta": 0.7}),
        ("momentum_step", {}),
        ("adagrad_step", {"eps": 0.3}),
        ("adagrad_step", {}),
        ("rmsprop_step", {"rho": 0.6, "eps": 0.3}),
        ("rmsprop_step", {}),
    ],
    ids=str,
)
def test_steps_agree(twin, dtype, close, shape, name, settings):
    module, tensor = twin
    x, g = normal(*shape, dtype=dtype), normal(*shape, dtype=dtype, seed=5)
    state = normal(*shape, dtype=dtype, seed=6) ** 2
    tensors = tensor(x), tensor(state), tensor(g)
    got = getattr(module, name)(*tensors, 0.2, **settings)
    expected = getattr(oracle, name)(x, state, g, 0.2, **settings)
    for ours, theirs in zip(got, expected, strict=True):
        close(ours, theirs)


@pytest.mark.parametrize("t", [0, 1, 5])
@pytest.mark.parametrize("settings", [{}, {"beta1": 0.7, "beta2": 0.6, "eps": 0.3}])
def test_steps_of_adam_agree(twin, dtype, close, t, settings):
    module, tensor = twin
    x, g = normal(2, 3, dtype=dtype), normal(2, 3, dtype=dtype, seed=5)
    m, v = normal(2, 3, dtype=dtype, seed=6), normal(2, 3, dtype=dtype, seed=7) ** 2
    if t == 0:
        m, v = 0 * m, 0 * v
    state = tensor(m), tensor(v), t
    got, (*means, count) = module.adam_step(
        tensor(x), state, tensor(g), 0.2, **settings
    )
    expected, (*ours, _) = oracle.adam_step(x, (m, v, t), g, 0.2, **settings)
    close(got, expected)
    for mean, our in zip(means, ours, strict=True):
        close(mean, our)
    assert count == t + 1


def test_twenty_steps_of_adam_agree_with_one_optimizer_of_torch():
    x = torch.tensor([-5.0, -2.0], dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.Adam([x], lr=0.3)
    ours, state = x.detach().numpy().copy(), (np.zeros(2), np.zeros(2), 0)
    for _ in range(20):
        optimizer.zero_grad()
        torch_twin.bowl(x).backward()
        optimizer.step()
        ours, state = oracle.adam_step(ours, state, oracle.bowl_gradient(ours), 0.3)
    np.testing.assert_allclose(x.detach().numpy(), ours, rtol=1e-12)


@pytest.mark.parametrize(("m", "d"), [(7, 3), (3, 5), (4, 4), (1, 2)])
def test_losses_and_gradients_agree(twin, dtype, close, m, d):
    module, tensor = twin
    w, X, y = (
        normal(*shape, dtype=dtype, seed=seed)
        for seed, shape in enumerate([(d,), (m, d), (m,)])
    )
    tensors = tensor(w), 1.5, tensor(X), tensor(y)
    close(module.mse_loss(*tensors), oracle.mse_loss(w, 1.5, X, y))
    expected = oracle.mse_gradient(w, 1.5, X, y)
    for got, ours in zip(module.mse_gradient(*tensors), expected, strict=True):
        close(got, ours)


def test_numerical_gradients_agree(twin, dtype, close):
    module, tensor = twin
    x = np.array([1.5, -0.25, 0.5], dtype)

    def f(x):
        return x[0] ** 2 - 3 * x[0] * x[1] + 2 * x[2] ** 3

    got = module.numerical_gradient(f, tensor(x), 0.25)
    close(got, oracle.numerical_gradient(f, x, 0.25))


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_gradient_errors_agree(twin, dtype, close, shape):
    module, tensor = twin
    a, n = normal(*shape, dtype=dtype), normal(*shape, dtype=dtype, seed=5)
    for pair in ((a, n), (a, a), (a, 0 * a), (0 * a, 0 * a)):
        close(module.gradient_error(*map(tensor, pair)), oracle.gradient_error(*pair))


@pytest.mark.parametrize("turn", range(4))
def test_best_runs_agree(twin, dtype, close, turn):
    module, tensor = twin
    starts = np.roll(np.array([-9.0, 3.0, 10.0, 0.5], dtype), turn)
    etas = np.roll(np.array([0.1, 0.2, 0.1, 0.3], dtype), turn)
    ours = oracle.best_run(oracle.wave, oracle.wave_gradient, starts, etas, 6)
    tensors = tensor(starts), tensor(etas)
    close(module.best_run(module.wave, module.wave_gradient, *tensors, 6), ours)


@pytest.mark.filterwarnings("ignore:.*encountered in:RuntimeWarning")
def test_runs_that_diverge_are_left_out_by_all(twin):
    module, tensor = twin

    def f(x):
        return x**3 / 3 - x

    def gradient(x):
        return x**2 - 1

    starts, etas = np.array([0.5, -3.0, 0.2]), np.array([0.3, 0.9, 0.2])
    ours = oracle.best_run(f, gradient, starts, etas, 14)
    got = module.best_run(f, gradient, tensor(starts), tensor(etas), 14)
    np.testing.assert_allclose(got, ours, rtol=1e-13)


@pytest.mark.parametrize(("m", "d", "steps"), [(7, 3, 4), (3, 5, 3), (5, 1, 0)])
def test_fits_agree(twin, dtype, close, m, d, steps):
    module, tensor = twin
    X, y = normal(m, d, dtype=dtype), normal(m, dtype=dtype, seed=5)
    expected = oracle.fit_line(X, y, 0.2, steps)
    got = module.fit_line(tensor(X), tensor(y), 0.2, steps)
    for theirs, ours in zip(got, expected, strict=True):
        close(theirs, ours)


def test_all_refuse_the_same(twin):
    module, tensor = twin
    one, two = tensor(np.ones(1)), tensor(np.ones(2))
    square, row = tensor(np.ones((2, 2))), tensor(np.ones((1, 2)))
    calls = [
        ("descend", (warped, one, 0, 1)),
        ("descend", (warped, one, 0.1, -1)),
        ("exponential_decay", (0, 1)),
        ("polynomial_decay", (1, -1, 1)),
        ("sgd", (warped, one, oracle.steady, square)),
        ("mse_loss", (one, 0.0, square, two)),
        ("mse_gradient", (two, 0.0, square, one)),
        ("numerical_gradient", (warped, one, 0)),
        ("gradient_error", (two, row)),
        ("best_run", (warped, warped, one, two, 1)),
    ]
    for name, args in calls:
        with pytest.raises(ValueError, match=r"invalid|no |of |with |must "):
            getattr(module, name)(*args)
