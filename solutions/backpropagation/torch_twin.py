"""The assignment `backpropagation` once more, in PyTorch.

Owns a second opinion: each function has the oracle's name and meaning, takes and
returns tensors, and is found by another road than the oracle's (the library's own
activations, layers and optimizer, autograd for each gradient), so that the two can only
agree by being right. Never imports the oracle.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise, takewhile
from typing import TypeAlias

import numpy as np
import torch
from torch import Tensor

__all__ = [
    "collapse",
    "count_parameters",
    "early_stopping",
    "graph_gradients",
    "leaky_relu",
    "leaky_relu_gradient",
    "mlp_backward",
    "mlp_forward",
    "network",
    "relu",
    "relu_gradient",
    "sigmoid",
    "sigmoid_gradient",
    "softmax",
    "softmax_jacobian",
    "swish",
    "swish_gradient",
    "tanh",
    "tanh_gradient",
    "train_mlp",
]

Cache: TypeAlias = tuple[Tensor, Tensor, Tensor]
Function: TypeAlias = Callable[[Tensor], Tensor]
Weights: TypeAlias = tuple[Tensor, Tensor, Tensor, Tensor]


# --- activations, by the library ------------------------------------------------------


def relu(x: Tensor) -> Tensor:
    """Keep what is positive."""
    return torch.relu(x)


def leaky_relu(x: Tensor, alpha: float = 0.01) -> Tensor:
    """Keep what is positive, and `alpha` times what is negative."""
    return torch.nn.functional.leaky_relu(x, alpha)


def sigmoid(x: Tensor) -> Tensor:
    """Squash into (0, 1)."""
    return torch.sigmoid(x)


def tanh(x: Tensor) -> Tensor:
    """Squash into (-1, 1)."""
    return torch.tanh(x)


def swish(x: Tensor) -> Tensor:
    """Weigh each number by its own sigmoid; the library says SiLU."""
    return torch.nn.functional.silu(x)


def softmax(x: Tensor) -> Tensor:
    """Turn rows (..., n) of scores into rows of probabilities."""
    return torch.softmax(x, dim=-1)


# --- their derivatives, by autograd ---------------------------------------------------


def relu_gradient(x: Tensor) -> Tensor:
    """Differentiate `relu` at x."""
    return _slope(relu, x)


def leaky_relu_gradient(x: Tensor, alpha: float = 0.01) -> Tensor:
    """Differentiate `leaky_relu` at x."""
    return _slope(lambda x: leaky_relu(x, alpha), x)


def sigmoid_gradient(x: Tensor) -> Tensor:
    """Differentiate `sigmoid` at x."""
    return _slope(sigmoid, x)


def tanh_gradient(x: Tensor) -> Tensor:
    """Differentiate `tanh` at x."""
    return _slope(tanh, x)


def swish_gradient(x: Tensor) -> Tensor:
    """Differentiate `swish` at x."""
    return _slope(swish, x)


def softmax_jacobian(x: Tensor) -> Tensor:
    """The derivatives of one row's probabilities: (n,) -> (n, n)."""
    jacobian: Tensor = torch.func.jacrev(softmax)(x)
    return jacobian


def _slope(f: Function, x: Tensor) -> Tensor:
    x = x.detach().requires_grad_()
    (gradient,) = torch.autograd.grad(f(x).sum(), x)
    return gradient


_BY_NAME: dict[str, Function] = {
    "relu": relu,
    "leaky_relu": leaky_relu,
    "sigmoid": sigmoid,
    "tanh": tanh,
    "swish": swish,
}


# --- the network ----------------------------------------------------------------------


def collapse(W1: Tensor, b1: Tensor, W2: Tensor, b2: Tensor) -> tuple[Tensor, Tensor]:
    """Read W and b off from what two layers give for the unit vectors and for zero.

    Raises:
        ValueError: `W1` doesn't have as many columns as `W2` has rows.
    """
    if W1.shape[1] != W2.shape[0]:
        raise ValueError(f"W1 {tuple(W1.shape)} and W2 {tuple(W2.shape)} don't fit")
    inputs = torch.vstack([torch.zeros_like(W1[:, 0]), torch.eye(len(W1)).to(W1)])
    outputs = torch.addmm(b2, torch.addmm(b1, inputs, W1), W2)
    return outputs[1:] - outputs[0], outputs[0]


def mlp_forward(
    X: Tensor,
    W1: Tensor,
    b1: Tensor,
    W2: Tensor,
    b2: Tensor,
    activation: str = "relu",
) -> tuple[Tensor, Cache]:
    """Send a batch through two of the library's linear layers.

    Raises:
        ValueError: `activation` is unknown, or the shapes don't fit.
    """
    if activation not in _BY_NAME:
        raise ValueError(f"unknown activation {activation}")
    if X.shape[1] != W1.shape[0] or W1.shape[1] != W2.shape[0]:
        raise ValueError("the shapes of X, W1 and W2 don't fit")
    Z = torch.nn.functional.linear(X, W1.mT, b1)
    H = _BY_NAME[activation](Z)
    return torch.nn.functional.linear(H, W2.mT, b2), (X, Z, H)


def mlp_backward(
    out: Tensor,
    Y: Tensor,
    cache: Cache,
    W2: Tensor,
    activation: str = "relu",
) -> Weights:
    """Differentiate the loss by autograd, at weights for which the batch gives `out`.

    The hidden layer's weights enter as what is added to Z, so W1 needn't be known.

    Raises:
        ValueError: `out` and `Y` differ in shape.
    """
    if out.shape != Y.shape:
        raise ValueError(f"outputs {tuple(out.shape)} and targets {tuple(Y.shape)}")
    X, Z, _ = cache
    W1 = torch.zeros(X.shape[1], Z.shape[1], dtype=X.dtype, requires_grad=True)
    b1 = torch.zeros(Z.shape[1], dtype=X.dtype, requires_grad=True)
    W2 = W2.detach().requires_grad_()
    b2 = torch.zeros(out.shape[1], dtype=X.dtype, requires_grad=True)
    again = _BY_NAME[activation](Z + X @ W1 + b1) @ W2 + b2
    shifted = again + (out - again).detach()  # whatever bias there was
    loss = torch.nn.functional.mse_loss(shifted, Y, reduction="sum") / (2 * len(Y))
    dW1, db1, dW2, db2 = torch.autograd.grad(loss, (W1, b1, W2, b2))
    return dW1, db1, dW2, db2


def graph_gradients(x: Tensor, y: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return d = exp(sin(x y)) / (x + y) and its partial derivatives by autograd.

    Raises:
        ValueError: x + y is 0 somewhere.
    """
    if not (x + y).all():
        raise ValueError("x + y is 0")
    x, y = x.detach().requires_grad_(), y.detach().requires_grad_()
    d = torch.exp(torch.sin(x * y)) / (x + y)
    dx, dy = torch.autograd.grad(d.sum(), (x, y))
    return d.detach(), dx, dy


def count_parameters(sizes: Sequence[int]) -> int:
    """Count the parameters of the library's layers.

    Raises:
        ValueError: There are fewer than two layers, or one is empty.
    """
    if len(sizes) < 2 or any(size < 1 for size in sizes):
        raise ValueError(f"invalid layer sizes: {list(sizes)}")
    layers = [torch.nn.Linear(*pair, device="meta") for pair in pairwise(sizes)]
    held = torch.nn.Sequential(*layers).parameters()
    return sum(parameter.numel() for parameter in held)


# --- training -------------------------------------------------------------------------


def early_stopping(losses: Sequence[float] | Tensor, patience: int) -> tuple[int, int]:
    """Find where to stop by running minima, all at once.

    Raises:
        ValueError: `losses` is empty or `patience` is less than 1.
    """
    if len(losses) == 0 or patience < 1:
        raise ValueError("no losses, or no patience")
    values = torch.nan_to_num(torch.as_tensor(losses, dtype=torch.float64), torch.inf)
    lowest = torch.cummin(values, 0).values
    epochs = torch.arange(len(values))
    falls = torch.cat([torch.ones(1, dtype=torch.bool), lowest[1:] < lowest[:-1]])
    best = torch.cummax(torch.where(falls, epochs, 0), 0).values
    goes_on = takewhile(lambda waited: waited < patience, (epochs - best).tolist())
    stop = min(sum(1 for _ in goes_on), len(values) - 1)
    return stop, int(best[stop])


def train_mlp(
    X: Tensor,
    Y: Tensor,
    weights: Weights,
    eta: float,
    epochs: int,
    batch_size: int,
    seed: int,
) -> Weights:
    """Train by autograd and the library's SGD, in the order of numpy's generator.

    Raises:
        ValueError: `eta` is not positive, `epochs` is negative, `batch_size` is less
            than 1, or X and Y differ in length.
    """
    if not eta > 0 or epochs < 0 or batch_size < 1 or len(X) != len(Y):
        raise ValueError("can't train with these settings")
    rng = np.random.default_rng(seed)
    W1, b1, W2, b2 = (w.detach().clone().requires_grad_() for w in weights)
    optimizer = torch.optim.SGD([W1, b1, W2, b2], lr=eta)
    for _ in range(epochs):
        order = torch.from_numpy(rng.permutation(len(X)))
        for batch in order.split(batch_size):
            optimizer.zero_grad()
            out = torch.tanh(X[batch] @ W1 + b1) @ W2 + b2
            loss = (out - Y[batch]).square().sum() / (2 * len(batch))
            loss.backward()
            optimizer.step()
    return W1.detach(), b1.detach(), W2.detach(), b2.detach()


def network(W1: Tensor, b1: Tensor, W2: Tensor, b2: Tensor) -> torch.nn.Module:
    """Build a network with a ReLU layer from a state dict.

    Returns:
        A module with the layers `hidden_layer` and `output_layer`.
    """
    layers: dict[str, torch.nn.Module] = {
        "hidden_layer": torch.nn.Linear(*W1.shape),
        "activation": torch.nn.ReLU(),
        "output_layer": torch.nn.Linear(*W2.shape),
    }
    module = torch.nn.Sequential()
    for name, layer in layers.items():
        module.add_module(name, layer)
    module.to(W1.device, W1.dtype).load_state_dict(
        {
            "hidden_layer.weight": W1.mT,
            "hidden_layer.bias": b1,
            "output_layer.weight": W2.mT,
            "output_layer.bias": b2,
        }
    )
    return module
