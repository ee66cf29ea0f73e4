"""Wrong answers to the LSTM in PyTorch: `LSTMCell` and `lstm_torch`.

`result` computes the same in numpy, in the process that has no framework. Those that
show by their framework or by a broken graph have none.
"""

from autograder.checks import Misconception, RightAnswer

from ..variants import growing_lists
from . import packed_layers

__all__ = ["MISCONCEPTIONS"]

cell = RightAnswer(growing_lists.LSTMCell)
layer = RightAnswer(growing_lists.lstm_torch)

MISCONCEPTIONS: tuple[Misconception, ...] = (
    layer.but(
        "torch_layer_in_own_order",
        {"i, f, g, o =": "f, i, g, o ="},
        "The gates were read in the order f, i, g, o. PyTorch packs i, f, g, o.",
        result=packed_layers.in_own_order,
    ),
    layer.but(
        "torch_layer_in_order_of_books",
        {"i, f, g, o =": "i, f, o, g ="},
        "The gates were read in the order i, f, o, g. PyTorch packs i, f, g, o.",
        result=packed_layers.in_order_of_books,
    ),
    layer.but(
        "torch_layer_one_bias",
        {" + bias_hh": ""},
        "One of the two biases is missing. PyTorch adds both.",
        result=packed_layers.with_one_bias,
    ),
    layer.but(
        "torch_layer_shows_cells",
        {"append(h)": "append(c)"},
        "These are the cell states. What the layer shows is its hidden states.",
        result=packed_layers.cells,
    ),
    layer.but(
        "torch_layer_time_first",
        {"states, dim=1": "states"},
        "The states are right, but time is the first axis. The batch comes first.",
        result=packed_layers.time_first,
    ),
    layer.but(
        "torch_layer_last_only",
        {"torch.stack(states, dim=1)": "h"},
        "Only the last state was returned. Keep the state after each step.",
        result=packed_layers.last_only,
    ),
    layer.but(
        "torch_layer_forgets",
        {
            "states.append(h)": """
                states.append(h)
                h = c = torch.zeros_like(h)
                """
        },
        "Each step began with states of zero again.",
        result=packed_layers.forgetting,
    ),
    layer.but(
        "torch_layer_in_single",
        {
            "h = c = x": """
                x, bias_ih, bias_hh = x.float(), bias_ih.float(), bias_hh.float()
                weight_ih, weight_hh = weight_ih.float(), weight_hh.float()
                h = c = x
                """
        },
        "float64 tensors gave a float32 result. Create new tensors with the dtype of "
        "x.",
        result=packed_layers.in_single,
    ),
    layer.but(
        "torch_layer_breaks_autograd",
        {"append(h)": "append(h.detach())"},
        "No gradient flows back: on its way the result was taken out of PyTorch's "
        "record, as by detach, numpy, .data or torch.no_grad.",
        result=None,
        sign="broken_graph",
    ),
    layer.but(
        "torch_layer_returns_numpy",
        {"states, dim=1)": "states, dim=1).detach().cpu().numpy()"},
        "The states came back as a numpy array. Return a tensor.",
        result=None,
        sign="framework",
    ),
    cell.but(
        "cell_states_exchanged",
        {"return h, c": "return c, h"},
        "Both states are right but exchanged: first h, then c.",
        result=packed_layers.cell_with_states_exchanged,
    ),
)
