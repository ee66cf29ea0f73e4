"""Wrong answers to the LSTM in PyTorch: `LSTMCell` and `lstm_torch`.

`result` computes the same in numpy, in the process that has no framework. Those that
show by their framework or by a broken graph have none.
"""

from typing import TYPE_CHECKING

from autograder.checks import Misconception

from .packed_layers import (
    cell_with_states_exchanged,
    cells,
    forgetting,
    in_order_of_books,
    in_own_order,
    in_single,
    last_only,
    time_first,
    with_one_bias,
)

if TYPE_CHECKING:
    import torch

__all__ = ["MISCONCEPTIONS"]


def _torch_layer_in_own_order(
    x: "torch.Tensor",
    weight_ih: "torch.Tensor",
    weight_hh: "torch.Tensor",
    bias_ih: "torch.Tensor",
    bias_hh: "torch.Tensor",
) -> "torch.Tensor":
    import torch

    h = c = x.new_zeros(len(x), weight_hh.shape[1])
    states = []
    for t in range(x.shape[1]):
        f, i, g, o = (
            x[:, t] @ weight_ih.T + bias_ih + h @ weight_hh.T + bias_hh
        ).chunk(4, dim=1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        h = torch.sigmoid(o) * torch.tanh(c)
        states.append(h)
    return torch.stack(states, dim=1)


def _torch_layer_in_order_of_books(
    x: "torch.Tensor",
    weight_ih: "torch.Tensor",
    weight_hh: "torch.Tensor",
    bias_ih: "torch.Tensor",
    bias_hh: "torch.Tensor",
) -> "torch.Tensor":
    import torch

    h = c = x.new_zeros(len(x), weight_hh.shape[1])
    states = []
    for t in range(x.shape[1]):
        i, f, o, g = (
            x[:, t] @ weight_ih.T + bias_ih + h @ weight_hh.T + bias_hh
        ).chunk(4, dim=1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        h = torch.sigmoid(o) * torch.tanh(c)
        states.append(h)
    return torch.stack(states, dim=1)


def _torch_layer_one_bias(
    x: "torch.Tensor",
    weight_ih: "torch.Tensor",
    weight_hh: "torch.Tensor",
    bias_ih: "torch.Tensor",
    bias_hh: "torch.Tensor",
) -> "torch.Tensor":
    import torch

    h = c = x.new_zeros(len(x), weight_hh.shape[1])
    states = []
    for t in range(x.shape[1]):
        i, f, g, o = (x[:, t] @ weight_ih.T + bias_ih + h @ weight_hh.T).chunk(4, dim=1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        h = torch.sigmoid(o) * torch.tanh(c)
        states.append(h)
    return torch.stack(states, dim=1)


def _torch_layer_shows_cells(
    x: "torch.Tensor",
    weight_ih: "torch.Tensor",
    weight_hh: "torch.Tensor",
    bias_ih: "torch.Tensor",
    bias_hh: "torch.Tensor",
) -> "torch.Tensor":
    import torch

    h = c = x.new_zeros(len(x), weight_hh.shape[1])
    states = []
    for t in range(x.shape[1]):
        i, f, g, o = (
            x[:, t] @ weight_ih.T + bias_ih + h @ weight_hh.T + bias_hh
        ).chunk(4, dim=1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        h = torch.sigmoid(o) * torch.tanh(c)
        states.append(c)
    return torch.stack(states, dim=1)


def _torch_layer_time_first(
    x: "torch.Tensor",
    weight_ih: "torch.Tensor",
    weight_hh: "torch.Tensor",
    bias_ih: "torch.Tensor",
    bias_hh: "torch.Tensor",
) -> "torch.Tensor":
    import torch

    h = c = x.new_zeros(len(x), weight_hh.shape[1])
    states = []
    for t in range(x.shape[1]):
        i, f, g, o = (
            x[:, t] @ weight_ih.T + bias_ih + h @ weight_hh.T + bias_hh
        ).chunk(4, dim=1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        h = torch.sigmoid(o) * torch.tanh(c)
        states.append(h)
    return torch.stack(states)


def _torch_layer_last_only(
    x: "torch.Tensor",
    weight_ih: "torch.Tensor",
    weight_hh: "torch.Tensor",
    bias_ih: "torch.Tensor",
    bias_hh: "torch.Tensor",
) -> "torch.Tensor":
    import torch

    h = c = x.new_zeros(len(x), weight_hh.shape[1])
    states = []
    for t in range(x.shape[1]):
        i, f, g, o = (
            x[:, t] @ weight_ih.T + bias_ih + h @ weight_hh.T + bias_hh
        ).chunk(4, dim=1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        h = torch.sigmoid(o) * torch.tanh(c)
        states.append(h)
    return h


def _torch_layer_forgets(
    x: "torch.Tensor",
    weight_ih: "torch.Tensor",
    weight_hh: "torch.Tensor",
    bias_ih: "torch.Tensor",
    bias_hh: "torch.Tensor",
) -> "torch.Tensor":
    import torch

    zero = x.new_zeros(len(x), weight_hh.shape[1])
    states = []
    for t in range(x.shape[1]):
        z = x[:, t] @ weight_ih.T + bias_ih + zero @ weight_hh.T + bias_hh
        i, f, g, o = z.chunk(4, dim=1)
        c = torch.sigmoid(f) * zero + torch.sigmoid(i) * torch.tanh(g)
        states.append(torch.sigmoid(o) * torch.tanh(c))
    return torch.stack(states, dim=1)


def _torch_layer_in_single(
    x: "torch.Tensor",
    weight_ih: "torch.Tensor",
    weight_hh: "torch.Tensor",
    bias_ih: "torch.Tensor",
    bias_hh: "torch.Tensor",
) -> "torch.Tensor":
    import torch

    x, weight_ih, weight_hh = x.float(), weight_ih.float(), weight_hh.float()
    bias_ih, bias_hh = bias_ih.float(), bias_hh.float()
    h = c = torch.zeros(len(x), weight_hh.shape[1], device=x.device)
    states = []
    for t in range(x.shape[1]):
        i, f, g, o = (
            x[:, t] @ weight_ih.T + bias_ih + h @ weight_hh.T + bias_hh
        ).chunk(4, dim=1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        h = torch.sigmoid(o) * torch.tanh(c)
        states.append(h)
    return torch.stack(states, dim=1)


def _torch_layer_breaks_autograd(
    x: "torch.Tensor",
    weight_ih: "torch.Tensor",
    weight_hh: "torch.Tensor",
    bias_ih: "torch.Tensor",
    bias_hh: "torch.Tensor",
) -> "torch.Tensor":
    import torch

    h = c = x.new_zeros(len(x), weight_hh.shape[1])
    states = []
    for t in range(x.shape[1]):
        i, f, g, o = (
            x[:, t] @ weight_ih.T + bias_ih + h @ weight_hh.T + bias_hh
        ).chunk(4, dim=1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        h = torch.sigmoid(o) * torch.tanh(c)
        states.append(h.detach())
    return torch.stack(states, dim=1)


def _torch_layer_returns_numpy(
    x: "torch.Tensor",
    weight_ih: "torch.Tensor",
    weight_hh: "torch.Tensor",
    bias_ih: "torch.Tensor",
    bias_hh: "torch.Tensor",
) -> "torch.Tensor":
    import torch

    h = c = x.new_zeros(len(x), weight_hh.shape[1])
    states = []
    for t in range(x.shape[1]):
        i, f, g, o = (
            x[:, t] @ weight_ih.T + bias_ih + h @ weight_hh.T + bias_hh
        ).chunk(4, dim=1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        h = torch.sigmoid(o) * torch.tanh(c)
        states.append(h)
    return torch.stack(states, dim=1).detach().cpu().numpy()


def _cell_states_exchanged(inputs: int, hidden: int) -> "torch.nn.Module":
    import torch

    class Cell(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.weight_ih = torch.nn.Parameter(torch.zeros(4 * hidden, inputs))
            self.weight_hh = torch.nn.Parameter(torch.zeros(4 * hidden, hidden))
            self.bias_ih = torch.nn.Parameter(torch.zeros(4 * hidden))
            self.bias_hh = torch.nn.Parameter(torch.zeros(4 * hidden))

        def forward(
            self, x: "torch.Tensor", state: "tuple[torch.Tensor, torch.Tensor]"
        ) -> "tuple[torch.Tensor, torch.Tensor]":
            h, c = state
            z = (
                x @ self.weight_ih.T
                + self.bias_ih
                + h @ self.weight_hh.T
                + self.bias_hh
            )
            i, f, g, o = z.chunk(4, dim=1)
            c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
            h = torch.sigmoid(o) * torch.tanh(c)
            return c, h

    return Cell()


MISCONCEPTIONS: tuple[Misconception, ...] = (
    Misconception(
        name="torch_layer_in_own_order",
        of="lstm_torch",
        hint=("The gates were read in the order f, i, g, o. PyTorch packs i, f, g, o."),
        code=_torch_layer_in_own_order,
        result=in_own_order,
    ),
    Misconception(
        name="torch_layer_in_order_of_books",
        of="lstm_torch",
        hint=("The gates were read in the order i, f, o, g. PyTorch packs i, f, g, o."),
        code=_torch_layer_in_order_of_books,
        result=in_order_of_books,
    ),
    Misconception(
        name="torch_layer_one_bias",
        of="lstm_torch",
        hint=("One of the two biases is missing. PyTorch adds both."),
        code=_torch_layer_one_bias,
        result=with_one_bias,
    ),
    Misconception(
        name="torch_layer_shows_cells",
        of="lstm_torch",
        hint=("These are the cell states. What the layer shows is its hidden states."),
        code=_torch_layer_shows_cells,
        result=cells,
    ),
    Misconception(
        name="torch_layer_time_first",
        of="lstm_torch",
        hint=(
            "The states are right, but time is the first axis. The batch comes first."
        ),
        code=_torch_layer_time_first,
        result=time_first,
    ),
    Misconception(
        name="torch_layer_last_only",
        of="lstm_torch",
        hint=("Only the last state was returned. Keep the state after each step."),
        code=_torch_layer_last_only,
        result=last_only,
    ),
    Misconception(
        name="torch_layer_forgets",
        of="lstm_torch",
        hint=("Each step began with states of zero again."),
        code=_torch_layer_forgets,
        result=forgetting,
    ),
    Misconception(
        name="torch_layer_in_single",
        of="lstm_torch",
        hint=(
            "float64 tensors gave a float32 result. Create new tensors with the "
            "dtype of x."
        ),
        code=_torch_layer_in_single,
        result=in_single,
    ),
    Misconception(
        name="torch_layer_breaks_autograd",
        of="lstm_torch",
        hint=(
            "No gradient flows back: on its way the result was taken out of "
            "PyTorch's record, as by detach, numpy, .data or torch.no_grad."
        ),
        code=_torch_layer_breaks_autograd,
        result=None,
        sign="broken_graph",
    ),
    Misconception(
        name="torch_layer_returns_numpy",
        of="lstm_torch",
        hint=("The states came back as a numpy array. Return a tensor."),
        code=_torch_layer_returns_numpy,
        result=None,
        sign="framework",
    ),
    Misconception(
        name="cell_states_exchanged",
        of="LSTMCell",
        hint=("Both states are right but exchanged: first h, then c."),
        code=_cell_states_exchanged,
        result=cell_with_states_exchanged,
    ),
)
