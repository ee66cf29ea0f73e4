"""Three opinions that must be one: the oracle, PyTorch and TensorFlow.

The twins' activations, gradients, parameter counts and early stopping are the
libraries' own, so agreeing with them is agreeing with the libraries.
"""

from __future__ import annotations

import numpy as np
import pytest

from solutions.backpropagation import oracle
from tests.deferred import tf, torch, twins

TWINS = twins("backpropagation")
torch_twin, tf_twin = (twin for twin, _ in TWINS.values())
SIZES = [(7, 3, 5, 2), (4, 4, 4, 4), (1, 2, 6, 1)]
ELEMENTWISE = [
    "relu",
    "leaky_relu",
    "sigmoid",
    "tanh",
    "swish",
    "relu_gradient",
    "leaky_relu_gradient",
    "sigmoid_gradient",
    "tanh_gradient",
    "swish_gradient",
]


@pytest.fixture(params=TWINS)
def twin(request):
    return TWINS[request.param]


def normal(*shape, dtype, seed=4):
    return np.random.default_rng(seed).normal(size=shape).astype(dtype)


def drawn(m, d, h, k, dtype):
    """X, Y and the four weights."""
    shapes = [(m, d), (m, k), (d, h), (h,), (h, k), (k,)]
    X, Y, *weights = (
        normal(*shape, dtype=dtype, seed=seed) for seed, shape in enumerate(shapes)
    )
    return X, Y, weights


@pytest.mark.parametrize("name", ELEMENTWISE)
@pytest.mark.parametrize("shape", [(6,), (2, 3, 2)], ids=str)
def test_activations_agree(twin, dtype, close, name, shape):
    module, tensor = twin
    x = 3 * normal(*shape, dtype=dtype)
    close(getattr(module, name)(tensor(x)), getattr(oracle, name)(x))


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_activations_agree_on_large_numbers(twin, dtype, close, name):
    module, tensor = twin
    x = np.array([-1e4, -800, -90, 90, 800, 1e4], dtype)
    close(getattr(module, name)(tensor(x)), getattr(oracle, name)(x))


@pytest.mark.parametrize("alpha", [0.0, 0.3, 1.0])
def test_leaky_slopes_agree(twin, dtype, close, alpha):
    module, tensor = twin
    x = normal(8, dtype=dtype)
    for name in ("leaky_relu", "leaky_relu_gradient"):
        ours = getattr(oracle, name)(x, alpha)
        close(getattr(module, name)(tensor(x), alpha), ours)


@pytest.mark.parametrize("size", [1, 1e4], ids=["small", "large"])
def test_probabilities_agree(twin, dtype, close, size):
    module, tensor = twin
    x = (size * normal(3, 4, dtype=np.float64)).astype(dtype)
    close(module.softmax(tensor(x)), oracle.softmax(x))
    close(module.softmax_jacobian(tensor(x[0])), oracle.softmax_jacobian(x[0]))


@pytest.mark.parametrize("sizes", SIZES, ids=str)
def test_collapsed_layers_agree(twin, dtype, close, sizes):
    module, tensor = twin
    _, _, weights = drawn(*sizes, dtype)
    got = module.collapse(*map(tensor, weights))
    for theirs, ours in zip(got, oracle.collapse(*weights), strict=True):
        close(theirs, ours)


@pytest.mark.parametrize("sizes", SIZES, ids=str)
@pytest.mark.parametrize("activation", oracle.ACTIVATIONS)
def test_networks_agree_forwards_and_backwards(twin, dtype, close, sizes, activation):
    module, tensor = twin
    X, Y, weights = drawn(*sizes, dtype)
    out, cache = oracle.mlp_forward(X, *weights, activation)
    tensors = [tensor(w) for w in weights]
    their_out, their_cache = module.mlp_forward(tensor(X), *tensors, activation)
    close(their_out, out)
    for theirs, ours in zip(their_cache, cache, strict=True):
        close(theirs, ours)
    got = module.mlp_backward(their_out, tensor(Y), their_cache, tensors[2], activation)
    expected = oracle.mlp_backward(out, Y, cache, weights[2], activation)
    for theirs, ours in zip(got, expected, strict=True):
        close(theirs, ours)


@pytest.mark.parametrize("activation", oracle.ACTIVATIONS)
def test_backward_is_autograd_through_the_whole_network(dtype, close, activation):
    X, Y, weights = drawn(7, 3, 5, 2, dtype)
    leaves = [torch.from_numpy(w).requires_grad_() for w in weights]
    out, _ = torch_twin.mlp_forward(torch.from_numpy(X), *leaves, activation)
    ((out - torch.from_numpy(Y)) ** 2).sum().div(2 * len(X)).backward()
    ours, cache = oracle.mlp_forward(X, *weights, activation)
    expected = oracle.mlp_backward(ours, Y, cache, weights[2], activation)
    for leaf, gradient in zip(leaves, expected, strict=True):
        close(leaf.grad, gradient)


def test_graphs_agree(twin, dtype, close):
    module, tensor = twin
    x, y = np.abs(normal(5, dtype=dtype)), np.abs(normal(5, dtype=dtype, seed=5))
    got = module.graph_gradients(tensor(x), tensor(y))
    for theirs, ours in zip(got, oracle.graph_gradients(x, y), strict=True):
        close(theirs, ours)


@pytest.mark.parametrize("sizes", [[1, 50, 50, 1], [3, 4], [2, 3, 4, 5, 6]], ids=str)
def test_counts_agree(twin, sizes):
    module, _ = twin
    assert module.count_parameters(sizes) == oracle.count_parameters(sizes)


@pytest.mark.parametrize("patience", [1, 2, 3, 9])
@pytest.mark.parametrize(
    "losses",
    [
        [5.0, 3.0, 4.0, 2.0, 2.0, 6.0, 1.0],
        [4.0, 3.0, 5.0, 2.0, 6.0, 7.0, 8.0, 1.0],
        [3.0, 3.0, 3.0, 3.0, 2.0],
        [2.0, float("nan"), 1.0, float("nan"), float("nan"), 0.0],
        [7.0],
    ],
    ids=str,
)
def test_stops_agree(twin, losses, patience):
    module, _ = twin
    ours = oracle.early_stopping(losses, patience)
    assert module.early_stopping(losses, patience) == ours


@pytest.mark.parametrize("batch_size", [1, 3, 7, 20])
def test_trainings_agree(twin, dtype, close, batch_size):
    module, tensor = twin
    X, Y, weights = drawn(7, 2, 4, 2, dtype)
    settings = {"eta": 0.2, "epochs": 3, "batch_size": batch_size, "seed": 5}
    tensors = tuple(tensor(w) for w in weights)
    got = module.train_mlp(tensor(X), tensor(Y), tensors, **settings)
    expected = oracle.train_mlp(X, Y, tuple(weights), **settings)
    for theirs, ours in zip(got, expected, strict=True):
        close(theirs, ours)


@pytest.mark.parametrize("sizes", [(5, 1, 3, 1), (4, 3, 3, 3), (6, 2, 5, 3)], ids=str)
def test_built_networks_agree(twin, dtype, close, sizes):
    module, tensor = twin
    X, _, weights = drawn(*sizes, dtype)
    network = module.network(*map(tensor, weights))
    out = network(tensor(X))
    out = out.detach() if isinstance(out, torch.Tensor) else out
    (ours,) = oracle.network_outputs(*weights, [X])
    close(out, ours)


def test_built_networks_hold_their_weights_in_the_layout_of_their_framework():
    _, _, weights = drawn(1, 3, 5, 2, np.float32)
    module = torch_twin.network(*map(torch.from_numpy, weights))
    names = ["hidden_layer.weight", "hidden_layer.bias"]
    names += ["output_layer.weight", "output_layer.bias"]
    held = [module.get_parameter(name).detach().numpy() for name in names]
    for got, ours in zip(held, oracle.torch_layout(*weights), strict=True):
        np.testing.assert_array_equal(got, ours)
    model = tf_twin.network(*map(tf.constant, weights))
    layers = [model.get_layer(name) for name in ("hidden_layer", "output_layer")]
    held = [array for layer in layers for array in layer.get_weights()]
    for got, ours in zip(held, oracle.keras_layout(*weights), strict=True):
        np.testing.assert_array_equal(got, ours)


BAD_CALLS = {
    "layers that don't fit": ("collapse", lambda t: (t(1, 2), t(2), t(1, 2), t(2))),
    "inputs too wide": (
        "mlp_forward",
        lambda t: (t(1, 2), t(1, 2), t(2), t(2, 1), t(1)),
    ),
    "softmax": (
        "mlp_forward",
        lambda t: (t(1, 1), t(1, 2), t(2), t(2, 1), t(1), "softmax"),
    ),
    "targets of one axis": (
        "mlp_backward",
        lambda t: (t(1, 2), t(2), (t(1, 2), t(1, 2), t(1, 2)), t(2, 2)),
    ),
    "a sum of zero": ("graph_gradients", lambda t: (t(2), -t(2))),
    "one layer": ("count_parameters", lambda t: ([3],)),
    "an empty layer": ("count_parameters", lambda t: ([3, 0, 1],)),
    "no losses": ("early_stopping", lambda t: ([], 1)),
    "no patience": ("early_stopping", lambda t: ([1.0], 0)),
    "eta 0": ("train_mlp", lambda t: (t(1, 2), t(1, 1), some(t), 0, 1, 1, 0)),
    "epochs -1": ("train_mlp", lambda t: (t(1, 2), t(1, 1), some(t), 0.1, -1, 1, 0)),
    "batches of 0": ("train_mlp", lambda t: (t(1, 2), t(1, 1), some(t), 0.1, 1, 0, 0)),
    "a target more": ("train_mlp", lambda t: (t(1, 2), t(2, 1), some(t), 0.1, 1, 1, 0)),
}


def some(ones):
    """Weights of a 2-3-1 network."""
    return ones(2, 3), ones(3), ones(3, 1), ones(1)


@pytest.mark.parametrize(("name", "args"), BAD_CALLS.values(), ids=BAD_CALLS)
@pytest.mark.parametrize("library", ["numpy", *TWINS])
def test_all_refuse_the_same(library, name, args):
    module, tensor = TWINS.get(library, (oracle, np.asarray))
    with pytest.raises(
        ValueError, match=r"invalid|unknown|no |fit|targets|columns|is 0|with|batches"
    ):
        getattr(module, name)(*args(lambda *shape: tensor(np.ones(shape))))
