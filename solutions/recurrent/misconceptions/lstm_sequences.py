"""Wrong answers to an LSTM over sequences: `lstm_forward`."""

from autograder.checks import Misconception, RightAnswer

from ..variants import growing_lists

__all__ = ["MISCONCEPTIONS"]

forward = RightAnswer(growing_lists.lstm_forward)

MISCONCEPTIONS: tuple[Misconception, ...] = (
    forward.but(
        "lstm_states_reset",
        {"*states[-1], W": "h0, c0, W"},
        "Each step began with h0 and c0 again. Hand both new states on to the next "
        "step.",
    ),
    forward.but(
        "lstm_cell_not_carried",
        {"*states[-1], W": "states[-1][0], c0, W"},
        "The hidden state was handed on, the cell wasn't: each step began with c0.",
    ),
    forward.but(
        "lstm_hidden_not_carried",
        {"*states[-1], W": "h0, states[-1][1], W"},
        "The cell was handed on, the hidden state wasn't: each step began with h0.",
    ),
    forward.but(
        "lstm_shows_cells",
        {"h for h, c in": "c for h, c in"},
        "These are the cell states of each step. What the layer shows is its hidden "
        "states.",
    ),
    forward.but(
        "lstm_time_first",
        {", axis=1": ""},
        "The states are right, but time is the first axis. The batch comes first.",
    ),
    forward.but(
        "lstm_along_batch",
        {"t in range(x.shape[1])": "moment in x", "x[:, t]": "moment", ", axis=1": ""},
        "The steps went along the first axis: samples were read as moments. Time is "
        "the second axis.",
    ),
    forward.but(
        "lstm_returns_last_hidden",
        {"states[-1][1]": "states[-1][0]"},
        "The second result is the last hidden state, which is among the first ones "
        "already. Return the last cell state.",
    ),
    forward.but(
        "lstm_from_zero",
        {"(h0, c0)": "(np.zeros_like(h0), np.zeros_like(c0))"},
        "The first step began with states of zero, not with h0 and c0.",
    ),
    forward.but(
        "lstm_cell_from_zero",
        {"(h0, c0)": "(h0, np.zeros_like(c0))"},
        "The first step began with h0, but with a cell state of zero. It begins with "
        "c0.",
    ),
)
