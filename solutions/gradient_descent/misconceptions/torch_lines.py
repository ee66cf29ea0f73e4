"""Wrong answers to the fit of a line in PyTorch: `fit_line_torch`.

`result` computes the same in numpy, in the process that has no framework. Those that
show by their framework or device have none.
"""

from typing import TYPE_CHECKING

from autograder.checks import Misconception

from .lines import (
    accumulated,
    ascends,
    bias_stands_still,
    column,
    in_single,
    not_moved,
    one_step_more,
    recorded,
    summed,
    two_kept,
)

if TYPE_CHECKING:
    import torch

__all__ = ["MISCONCEPTIONS"]


def _torch_accumulates(
    X: "torch.Tensor", y: "torch.Tensor", eta: float, steps: int
) -> "tuple[torch.Tensor, torch.Tensor]":
    import torch

    like = {"dtype": X.dtype, "device": X.device, "requires_grad": True}
    w, b = torch.zeros(X.shape[1], **like), torch.zeros((), **like)
    for _ in range(steps):
        loss = ((X @ w + b - y) ** 2).mean() / 2
        loss.backward()
        with torch.no_grad():
            for parameter in (w, b):
                parameter -= eta * parameter.grad
    return w.detach(), b.detach()


def _torch_records_updates(
    X: "torch.Tensor", y: "torch.Tensor", eta: float, steps: int
) -> "tuple[torch.Tensor, torch.Tensor]":
    import torch

    like = {"dtype": X.dtype, "device": X.device, "requires_grad": True}
    first = torch.zeros(X.shape[1], **like), torch.zeros((), **like)
    w, b = first
    for _ in range(steps):
        loss = ((X @ w + b - y) ** 2).mean() / 2
        dw, db = torch.autograd.grad(loss, first, create_graph=True)
        w, b = w - eta * dw, b - eta * db
    return w.detach(), b.detach()


def _torch_update_lost(
    X: "torch.Tensor", y: "torch.Tensor", eta: float, steps: int
) -> "tuple[torch.Tensor, torch.Tensor]":
    import torch

    like = {"dtype": X.dtype, "device": X.device, "requires_grad": True}
    w, b = torch.zeros(X.shape[1], **like), torch.zeros((), **like)
    for _ in range(steps):
        loss = ((X @ w + b - y) ** 2).mean() / 2
        loss.backward()
        with torch.no_grad():
            for parameter in (w, b):
                parameter = parameter - eta * parameter.grad
    return w.detach(), b.detach()


def _torch_loses_dtype(
    X: "torch.Tensor", y: "torch.Tensor", eta: float, steps: int
) -> "tuple[torch.Tensor, torch.Tensor]":
    import torch

    w = torch.zeros(X.shape[1], device=X.device, requires_grad=True)
    b = torch.zeros((), device=X.device, requires_grad=True)
    for _ in range(steps):
        loss = ((X.float() @ w + b - y.float()) ** 2).mean() / 2
        loss.backward()
        with torch.no_grad():
            for parameter in (w, b):
                parameter -= eta * parameter.grad
                parameter.grad = None
    return w.detach(), b.detach()


def _torch_factor_two_kept(
    X: "torch.Tensor", y: "torch.Tensor", eta: float, steps: int
) -> "tuple[torch.Tensor, torch.Tensor]":
    import torch

    like = {"dtype": X.dtype, "device": X.device, "requires_grad": True}
    w, b = torch.zeros(X.shape[1], **like), torch.zeros((), **like)
    for _ in range(steps):
        loss = ((X @ w + b - y) ** 2).mean()
        loss.backward()
        with torch.no_grad():
            for parameter in (w, b):
                parameter -= eta * parameter.grad
                parameter.grad = None
    return w.detach(), b.detach()


def _torch_loss_summed(
    X: "torch.Tensor", y: "torch.Tensor", eta: float, steps: int
) -> "tuple[torch.Tensor, torch.Tensor]":
    import torch

    like = {"dtype": X.dtype, "device": X.device, "requires_grad": True}
    w, b = torch.zeros(X.shape[1], **like), torch.zeros((), **like)
    for _ in range(steps):
        loss = ((X @ w + b - y) ** 2).sum() / 2
        loss.backward()
        with torch.no_grad():
            for parameter in (w, b):
                parameter -= eta * parameter.grad
                parameter.grad = None
    return w.detach(), b.detach()


def _torch_targets_broadcast(
    X: "torch.Tensor", y: "torch.Tensor", eta: float, steps: int
) -> "tuple[torch.Tensor, torch.Tensor]":
    import torch

    like = {"dtype": X.dtype, "device": X.device, "requires_grad": True}
    w, b = torch.zeros(X.shape[1], 1, **like), torch.zeros((), **like)
    for _ in range(steps):
        loss = ((X @ w + b - y) ** 2).mean() / 2
        loss.backward()
        with torch.no_grad():
            for parameter in (w, b):
                parameter -= eta * parameter.grad
                parameter.grad = None
    return w.detach()[:, 0], b.detach()


def _torch_bias_stands_still(
    X: "torch.Tensor", y: "torch.Tensor", eta: float, steps: int
) -> "tuple[torch.Tensor, torch.Tensor]":
    import torch

    like = {"dtype": X.dtype, "device": X.device, "requires_grad": True}
    w, b = torch.zeros(X.shape[1], **like), torch.zeros((), **like)
    for _ in range(steps):
        loss = ((X @ w + b - y) ** 2).mean() / 2
        loss.backward()
        with torch.no_grad():
            w -= eta * w.grad
            w.grad = None
    return w.detach(), b.detach()


def _torch_ascends(
    X: "torch.Tensor", y: "torch.Tensor", eta: float, steps: int
) -> "tuple[torch.Tensor, torch.Tensor]":
    import torch

    like = {"dtype": X.dtype, "device": X.device, "requires_grad": True}
    w, b = torch.zeros(X.shape[1], **like), torch.zeros((), **like)
    for _ in range(steps):
        loss = ((X @ w + b - y) ** 2).mean() / 2
        loss.backward()
        with torch.no_grad():
            for parameter in (w, b):
                parameter += eta * parameter.grad
                parameter.grad = None
    return w.detach(), b.detach()


def _torch_one_step_more(
    X: "torch.Tensor", y: "torch.Tensor", eta: float, steps: int
) -> "tuple[torch.Tensor, torch.Tensor]":
    import torch

    like = {"dtype": X.dtype, "device": X.device, "requires_grad": True}
    w, b = torch.zeros(X.shape[1], **like), torch.zeros((), **like)
    for _ in range(steps + 1):
        loss = ((X @ w + b - y) ** 2).mean() / 2
        loss.backward()
        with torch.no_grad():
            for parameter in (w, b):
                parameter -= eta * parameter.grad
                parameter.grad = None
    return w.detach(), b.detach()


def _torch_returns_numpy(
    X: "torch.Tensor", y: "torch.Tensor", eta: float, steps: int
) -> "tuple[torch.Tensor, torch.Tensor]":
    import torch

    like = {"dtype": X.dtype, "device": X.device, "requires_grad": True}
    w, b = torch.zeros(X.shape[1], **like), torch.zeros((), **like)
    for _ in range(steps):
        loss = ((X @ w + b - y) ** 2).mean() / 2
        loss.backward()
        with torch.no_grad():
            for parameter in (w, b):
                parameter -= eta * parameter.grad
                parameter.grad = None
    return w.detach().cpu().numpy(), b.detach().cpu().numpy()


def _torch_result_on_cpu(
    X: "torch.Tensor", y: "torch.Tensor", eta: float, steps: int
) -> "tuple[torch.Tensor, torch.Tensor]":
    import torch

    like = {"dtype": X.dtype, "device": X.device, "requires_grad": True}
    w, b = torch.zeros(X.shape[1], **like), torch.zeros((), **like)
    for _ in range(steps):
        loss = ((X @ w + b - y) ** 2).mean() / 2
        loss.backward()
        with torch.no_grad():
            for parameter in (w, b):
                parameter -= eta * parameter.grad
                parameter.grad = None
    return w.detach().cpu(), b.detach().cpu()


MISCONCEPTIONS: tuple[Misconception, ...] = (
    Misconception(
        name="torch_accumulates",
        of="fit_line_torch",
        hint=(
            "backward() adds to .grad, it doesn't replace: each step used the sum "
            "of all gradients so far. Clear them after each step."
        ),
        code=_torch_accumulates,
        result=accumulated,
    ),
    Misconception(
        name="torch_records_updates",
        of="fit_line_torch",
        hint=(
            "The updates became part of the recorded graph, and the gradient is "
            "that by the very first weights, through all steps since. Take each "
            "step under torch.no_grad(), and differentiate by the weights of now."
        ),
        code=_torch_records_updates,
        result=recorded,
    ),
    Misconception(
        name="torch_update_lost",
        of="fit_line_torch",
        hint=(
            "The weights are still zero: p = p - ... gives the name p to a new "
            "tensor and leaves the weight as it was. Change the tensor itself, or "
            "keep the new one."
        ),
        code=_torch_update_lost,
        result=not_moved,
    ),
    Misconception(
        name="torch_loses_dtype",
        of="fit_line_torch",
        hint=(
            "float64 data gave float32 weights. Create the weights with the dtype of X."
        ),
        code=_torch_loses_dtype,
        result=in_single,
    ),
    Misconception(
        name="torch_factor_two_kept",
        of="fit_line_torch",
        hint=(
            "The loss is the mean of squares; its half is missing, so each step is "
            "twice as long."
        ),
        code=_torch_factor_two_kept,
        result=two_kept,
    ),
    Misconception(
        name="torch_loss_summed",
        of="fit_line_torch",
        hint=(
            "The loss was summed over the samples, not averaged. Steps then grow "
            "with the amount of data."
        ),
        code=_torch_loss_summed,
        result=summed,
    ),
    Misconception(
        name="torch_targets_broadcast",
        of="fit_line_torch",
        hint=(
            "Each prediction was compared with every target: predictions (m, 1) "
            "minus targets (m,) is (m, m) by broadcasting. Print the shape of the "
            "residuals."
        ),
        code=_torch_targets_broadcast,
        result=column,
    ),
    Misconception(
        name="torch_bias_stands_still",
        of="fit_line_torch",
        hint=("The bias is still zero: only the weights were moved."),
        code=_torch_bias_stands_still,
        result=bias_stands_still,
    ),
    Misconception(
        name="torch_ascends",
        of="fit_line_torch",
        hint=("The weights moved uphill. Look at the sign of the step."),
        code=_torch_ascends,
        result=ascends,
    ),
    Misconception(
        name="torch_one_step_more",
        of="fit_line_torch",
        hint=("One step too many was taken."),
        code=_torch_one_step_more,
        result=one_step_more,
    ),
    Misconception(
        name="torch_returns_numpy",
        of="fit_line_torch",
        hint=(
            "The weights came back as numpy arrays. Return tensors, on the device "
            "of the data."
        ),
        code=_torch_returns_numpy,
        result=None,
        sign="framework",
    ),
    Misconception(
        name="torch_result_on_cpu",
        of="fit_line_torch",
        hint=(
            "The weights came back on the CPU, whatever the device of X. Create and "
            "keep everything where X is."
        ),
        code=_torch_result_on_cpu,
        result=None,
        sign="device",
    ),
)
