"""Wrong answers to the fit of a line in PyTorch: `fit_line_torch`.

`result` computes the same in numpy, in the process that has no framework. Those that
show by their framework or device have none.
"""

from autograder.checks import Misconception, RightAnswer, times

from .. import oracle
from ..variants import in_place, modules_and_layers
from .lines import ACCUMULATED, IN_SINGLE, MOVES, recorded

__all__ = ["MISCONCEPTIONS"]

by_linear = RightAnswer(modules_and_layers.fit_line_torch)
by_grad = RightAnswer(in_place.fit_line_torch)
in_numpy = RightAnswer(oracle.fit_line, of="fit_line_torch")

MISCONCEPTIONS: tuple[Misconception, ...] = (
    by_linear.but(
        "torch_accumulates",
        {"model.zero_grad()": ""},
        "backward() adds to .grad, it doesn't replace: each step used the sum of all "
        "gradients so far. Clear them after each step.",
        result=in_numpy.edited(ACCUMULATED),
    ),
    by_grad.but(
        "torch_records_updates",
        {
            """
            for _ in range(steps):
                w.requires_grad_()
                b.requires_grad_()
            """: """
            first = w.requires_grad_(), b.requires_grad_()
            for _ in range(steps):
            """,
            "half, [w, b]": "half, first, create_graph=True",
            ".detach()": times(2, ""),
        },
        "The updates became part of the recorded graph, and the gradient is that by "
        "the very first weights, through all steps since. Take each step under "
        "torch.no_grad(), and differentiate by the weights of now.",
        result=recorded,
    ),
    by_linear.but(
        "torch_update_lost",
        {"parameter.data.add_(": "parameter = parameter.add("},
        "The weights are still zero: p = p - ... gives the name p to a new tensor and "
        "leaves the weight as it was. Change the tensor itself, or keep the new one.",
        result=in_numpy.edited({MOVES: ""}),
    ),
    by_linear.but(
        "torch_loses_dtype",
        {
            "model = torch": """
            X, y = X.float(), y.float()
            model = torch
            """,
        },
        "float64 data gave float32 weights. Create the weights with the dtype of X.",
        result=in_numpy.edited(IN_SINGLE),
    ),
    by_linear.but(
        "torch_factor_two_kept",
        {" / 2": ""},
        "The loss is the mean of squares; its half is missing, so each step is twice "
        "as long.",
        result=in_numpy.edited({"eta * d": times(2, "2 * eta * d")}),
    ),
    by_linear.but(
        "torch_loss_summed",
        {", y)": ', y, reduction="sum")'},
        "The loss was summed over the samples, not averaged. Steps then grow with the "
        "amount of data.",
        result=in_numpy.edited({"eta * d": times(2, "eta * len(y) * d")}),
    ),
    by_linear.but(
        "torch_targets_broadcast",
        {".squeeze(1)": ""},
        "Each prediction was compared with every target: predictions (m, 1) minus "
        "targets (m,) is (m, m) by broadcasting. Print the shape of the residuals.",
        result=in_numpy.edited({"b, X, y)": "b, X, np.full_like(y, y.mean()))"}),
    ),
    by_linear.but(
        "torch_bias_stands_still",
        {"model.parameters()": "[model.weight]"},
        "The bias is still zero: only the weights were moved.",
        result=in_numpy.edited({"np.asarray(b - eta * db)": "b"}),
    ),
    by_linear.but(
        "torch_ascends",
        {"alpha=-eta": "alpha=eta"},
        "The weights moved uphill. Look at the sign of the step.",
        result=in_numpy.edited({"- eta": times(2, "+ eta")}),
    ),
    by_linear.but(
        "torch_one_step_more",
        {"range(steps)": "range(steps + 1)"},
        "One step too many was taken.",
        result=in_numpy.edited({"range(steps)": "range(steps + 1)"}),
    ),
    by_grad.but(
        "torch_returns_numpy",
        {"return w, b": "return w.cpu().numpy(), b.cpu().numpy()"},
        "The weights came back as numpy arrays. Return tensors, on the device of the "
        "data.",
        result=None,
        sign="framework",
    ),
    by_grad.but(
        "torch_result_on_cpu",
        {"return w, b": "return w.cpu(), b.cpu()"},
        "The weights came back on the CPU, whatever the device of X. Create and keep "
        "everything where X is.",
        result=None,
        sign="device",
    ),
)
