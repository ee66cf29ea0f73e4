"""The assignment `recurrent` once more, in PyTorch.

Owns a second opinion: each function has the oracle's name and meaning, takes and
returns tensors, and is found by another road than the oracle's: the library's own cells
and layers, and autograd for each gradient. Never imports the oracle. `learn` has no
twin, for it has no one right answer; `lstm` stands for a student's `lstm_torch` and
does without the library's layers, as it must.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import torch
from torch import Tensor

__all__ = [
    "extrapolate",
    "gates_to_torch",
    "gradient_norms",
    "gru_step",
    "keras_to_torch",
    "lstm",
    "lstm_backward",
    "lstm_cell",
    "lstm_forward",
    "lstm_step",
    "rnn_forward",
    "rnn_step",
    "sigmoid",
    "straight_on",
    "torch_to_keras",
    "windows",
]

Pair: TypeAlias = tuple[Tensor, Tensor]
Packed: TypeAlias = tuple[Tensor, Tensor, Tensor, Tensor]


# --- what the notebook gives ---------------------------------------------------------


def sigmoid(z: Tensor) -> Tensor:
    """Return 1 / (1 + exp(-z))."""
    return torch.sigmoid(z)


def straight_on(window: Tensor) -> Tensor:
    """Go on from the last value by the last difference, (batch,)."""
    return window[:, -1, 0] + torch.diff(window[:, -2:, 0], dim=1)[:, 0]


# --- sequences and plain recurrent networks ------------------------------------------


def windows(series: Tensor, length: int) -> Pair:
    """Cut a series (n,) by `Tensor.unfold`.

    Raises:
        ValueError: `length` is less than 1, or no value follows the first window.
    """
    if length < 1 or length >= len(series):
        raise ValueError(f"window length {length}, but a series of {len(series)}")
    return series[:-1].unfold(0, length, 1)[:, :, None], series[length:]


def rnn_step(x: Tensor, h: Tensor, W: Tensor, U: Tensor, b: Tensor) -> Tensor:
    """Take a step with the library's cell.

    Raises:
        ValueError: `x` and `h` differ in batch.
    """
    _require_batch(x, h)
    state: Tensor = torch.rnn_tanh_cell(x, h, W.T, U.T, b, torch.zeros_like(b))
    return state


def rnn_forward(x: Tensor, h0: Tensor, W: Tensor, U: Tensor, b: Tensor) -> Tensor:
    """Run torch.nn.RNN over sequences.

    Raises:
        ValueError: `x` and `h0` differ in batch.
    """
    _require_batch(x, h0)
    layer = torch.nn.RNN(*W.shape, batch_first=True)
    weights = {
        "weight_ih_l0": W.T,
        "weight_hh_l0": U.T,
        "bias_ih_l0": b,
        "bias_hh_l0": torch.zeros_like(b),
    }
    states: Tensor = _call(layer, weights, x, h0[None])[0]
    return states


def _require_batch(*arrays: Tensor) -> None:
    sizes = {len(array) for array in arrays}
    if len(sizes) > 1:
        raise ValueError(f"inputs and states for {sorted(sizes)} samples")


def _call(layer: torch.nn.Module, weights: dict[str, Tensor], *args: Any) -> Any:
    """Call a module of the library with weights that are not parameters."""
    with torch.no_grad():
        return torch.func.functional_call(layer, weights, args)


def gradient_norms(h: Tensor, U: Tensor) -> Tensor:
    """Differentiate the last state with respect to each one before, by autograd.

    The input of a step is computed from the states on either side of it.
    """
    drive = torch.atanh(h[1:]) - h[:-1] @ U

    def last(state: Tensor, since: int) -> Tensor:
        for now in drive[since:]:
            state = torch.tanh(now + state @ U)
        return state

    norms = [
        torch.linalg.matrix_norm(
            torch.autograd.functional.jacobian(
                lambda state, since=t: last(state, since), state
            ),
            ord=2,
        )
        for t, state in enumerate(h)
    ]
    return torch.stack(norms)


# --- LSTM ----------------------------------------------------------------------------


def lstm_step(x: Tensor, h: Tensor, c: Tensor, W: Tensor, U: Tensor, b: Tensor) -> Pair:
    """Take a step with the library's cell.

    Raises:
        ValueError: `x`, `h` and `c` differ in batch.
    """
    _require_batch(x, h, c)
    return lstm_cell(x, h, c, *gates_to_torch(W, U, b))


def lstm_forward(
    x: Tensor, h0: Tensor, c0: Tensor, W: Tensor, U: Tensor, b: Tensor
) -> Pair:
    """Run torch.nn.LSTM over sequences.

    Raises:
        ValueError: `x`, `h0` and `c0` differ in batch.
    """
    _require_batch(x, h0, c0)
    layer = torch.nn.LSTM(*W.shape[1:], batch_first=True)
    names = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")
    weights = dict(zip(names, gates_to_torch(W, U, b), strict=True))
    states, (_, c) = _call(layer, weights, x, (h0[None], c0[None]))
    return states, c[0]


def lstm_backward(dh: Tensor, dc: Tensor, *args: Tensor) -> tuple[Tensor, ...]:
    """Differentiate `lstm_step` with respect to all its arguments, by autograd."""
    leaves = [array.detach().clone().requires_grad_() for array in args]
    x, h, c, W, U, b = leaves
    results = lstm_step(x, h, c, W, U, b)
    gradients: tuple[Tensor, ...] = torch.autograd.grad(results, leaves, (dh, dc))
    return gradients


def gru_step(
    x: Tensor, h: Tensor, W: Tensor, U: Tensor, b: Tensor, bn: Tensor
) -> Tensor:
    """Take a step with the library's cell, which has the gates in the same order.

    Raises:
        ValueError: `x` and `h` differ in batch.
    """
    _require_batch(x, h)
    second = torch.cat([torch.zeros_like(b[:2]).flatten(), bn])
    rows = W.mT.flatten(0, 1), U.mT.flatten(0, 1)
    state: Tensor = torch.gru_cell(x, h, *rows, b.flatten(), second)
    return state


# --- predicting ----------------------------------------------------------------------


def extrapolate(
    predict: Callable[[Tensor], Tensor], known: Tensor, length: int, steps: int
) -> Tensor:
    """Predict many steps ahead, the window shifted by `torch.roll`.

    Raises:
        ValueError: `length` is less than 1 or more than n, or `steps` is negative.
    """
    if length < 1 or length > len(known) or steps < 0:
        raise ValueError(f"invalid: {steps} steps from {length} of {len(known)} values")
    window, values = known[len(known) - length :].clone(), []
    for _ in range(steps):
        values.append(predict(window[None, :, None]))
        window = torch.roll(window, -1)
        window[-1:] = values[-1]
    return torch.cat(values) if values else known[:0]


# --- other people's layouts ----------------------------------------------------------


def gates_to_torch(W: Tensor, U: Tensor, b: Tensor) -> Packed:
    """Arrange f, i, g, o as PyTorch does."""

    def swapped(gates: Tensor) -> Tensor:
        f, i, g, o = gates.unbind()
        return torch.cat([i.T, f.T, g.T, o.T])

    f, i, g, o = b.unbind()
    bias = torch.cat([i, f, g, o])
    return swapped(W), swapped(U), bias, torch.zeros_like(bias)


def keras_to_torch(kernel: Tensor, recurrent_kernel: Tensor, bias: Tensor) -> Packed:
    """Arrange Keras's weights as PyTorch does, gate by gate."""
    rows = [
        torch.cat([gate.T for gate in array.chunk(4, dim=1)])
        for array in (kernel, recurrent_kernel)
    ]
    return rows[0], rows[1], bias, torch.zeros_like(bias)


def torch_to_keras(
    weight_ih: Tensor, weight_hh: Tensor, bias_ih: Tensor, bias_hh: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    """Arrange PyTorch's weights as Keras does, gate by gate."""
    columns = [
        torch.cat([gate.T for gate in array.chunk(4)], dim=1)
        for array in (weight_ih, weight_hh)
    ]
    return columns[0], columns[1], torch.stack([bias_ih, bias_hh]).sum(dim=0)


def lstm_cell(x: Tensor, h: Tensor, c: Tensor, *weights: Tensor) -> Pair:
    """Take a step with the library's cell."""
    new_h, new_c = torch.lstm_cell(x, (h, c), *weights)
    return new_h, new_c


def lstm(
    x: Tensor, weight_ih: Tensor, weight_hh: Tensor, bias_ih: Tensor, bias_hh: Tensor
) -> Tensor:
    """Run an LSTM over sequences from states of zero, by products of whole blocks."""
    driven = torch.nn.functional.linear(x, weight_ih, bias_ih + bias_hh)
    h = c = torch.zeros_like(driven[:, 0, : weight_hh.shape[1]])
    states = []
    for now in driven.unbind(dim=1):
        i, f, g, o = (now + h @ weight_hh.mT).unflatten(1, (4, -1)).unbind(dim=1)
        c = torch.addcmul(torch.sigmoid(f) * c, torch.sigmoid(i), torch.tanh(g))
        h = torch.sigmoid(o) * torch.tanh(c)
        states.append(h)
    return torch.stack(states, dim=1)
