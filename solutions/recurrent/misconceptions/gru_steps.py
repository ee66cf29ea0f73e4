"""Wrong answers to one step of a GRU: `gru_step`."""

from autograder.checks import Misconception, RightAnswer

from ..variants import growing_lists

__all__ = ["MISCONCEPTIONS"]

step = RightAnswer(growing_lists.gru_step)

MISCONCEPTIONS: tuple[Misconception, ...] = (
    step.but(
        "gru_z_exchanged",
        {"(1 - z) * n + z * h": "z * n + (1 - z) * h"},
        "z and 1 - z are exchanged. Both conventions are in use; in this notebook's, "
        "the old state stays where z is 1.",
    ),
    step.but(
        "gru_gates_exchanged",
        {"r, z =": "z, r ="},
        "The reset and the update gate are exchanged. The weights are stacked as r, z, "
        "n.",
    ),
    step.but(
        "gru_reset_before",
        {"r * (h @ U[2] + bn)": "(r * h) @ U[2] + bn"},
        "The state was reset before it met U, as in the paper of Cho et al. Here it "
        "meets U first; then the reset gate multiplies.",
    ),
    step.but(
        "gru_second_bias_outside",
        {"(h @ U[2] + bn)": "(h @ U[2]) + bn"},
        "The candidate's second bias is out of the reset gate's reach. Look at the "
        "brackets.",
    ),
    step.but(
        "gru_without_second_bias",
        {" + bn": ""},
        "The candidate's second bias is missing.",
    ),
    step.but(
        "gru_without_reset",
        {"r * (h @ U[2] + bn)": "h @ U[2] + bn"},
        "The reset gate was computed and not used.",
    ),
    step.but(
        "gru_reset_of_everything",
        {"tanh(x": "tanh(r * (x", "r * (h": "h"},
        "The reset gate multiplied the inputs, too. It decides about the past only.",
    ),
    step.but(
        "gru_sigmoid_of_candidate",
        {"np.tanh": "sigmoid"},
        "The candidate went through a sigmoid. It says what is written, and may be "
        "negative.",
    ),
    step.but(
        "gru_candidate_unused",
        {"(1 - z) * n": "(1 - z) * h"},
        "The state didn't change: the candidate doesn't appear in the new state.",
    ),
)
