"""Wrong answers to the network in PyTorch: `network_torch`.

`result` computes what the network gives in numpy, in the process that has no
framework; it takes the batches as one argument more than `code`.
"""

from typing import TYPE_CHECKING

from autograder.checks import Misconception

from .networks import (
    in_single,
    relu_after_output,
    reshaped,
    with_sigmoid,
    without_biases,
    without_relu,
)

if TYPE_CHECKING:
    import torch

__all__ = ["MISCONCEPTIONS"]


def _torch_weights_reshaped(
    W1: "torch.Tensor", b1: "torch.Tensor", W2: "torch.Tensor", b2: "torch.Tensor"
) -> "torch.nn.Module":
    import torch

    like = {"dtype": W1.dtype, "device": W1.device}

    class Network(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.hidden_layer = torch.nn.Linear(*W1.shape, **like)
            self.output_layer = torch.nn.Linear(*W2.shape, **like)

        def forward(self, x: "torch.Tensor") -> "torch.Tensor":
            return self.output_layer(torch.relu(self.hidden_layer(x)))

    network = Network()
    with torch.no_grad():
        network.hidden_layer.weight.copy_(W1.reshape(W1.T.shape))
        network.output_layer.weight.copy_(W2.reshape(W2.T.shape))
        network.hidden_layer.bias.copy_(b1)
        network.output_layer.bias.copy_(b2)
    return network


def _torch_without_relu(
    W1: "torch.Tensor", b1: "torch.Tensor", W2: "torch.Tensor", b2: "torch.Tensor"
) -> "torch.nn.Module":
    import torch

    like = {"dtype": W1.dtype, "device": W1.device}

    class Network(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.hidden_layer = torch.nn.Linear(*W1.shape, **like)
            self.output_layer = torch.nn.Linear(*W2.shape, **like)

        def forward(self, x: "torch.Tensor") -> "torch.Tensor":
            return self.output_layer(self.hidden_layer(x))

    network = Network()
    with torch.no_grad():
        network.hidden_layer.weight.copy_(W1.T)
        network.output_layer.weight.copy_(W2.T)
        network.hidden_layer.bias.copy_(b1)
        network.output_layer.bias.copy_(b2)
    return network


def _torch_relu_after_output(
    W1: "torch.Tensor", b1: "torch.Tensor", W2: "torch.Tensor", b2: "torch.Tensor"
) -> "torch.nn.Module":
    import torch

    like = {"dtype": W1.dtype, "device": W1.device}

    class Network(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.hidden_layer = torch.nn.Linear(*W1.shape, **like)
            self.output_layer = torch.nn.Linear(*W2.shape, **like)

        def forward(self, x: "torch.Tensor") -> "torch.Tensor":
            return torch.relu(self.output_layer(torch.relu(self.hidden_layer(x))))

    network = Network()
    with torch.no_grad():
        network.hidden_layer.weight.copy_(W1.T)
        network.output_layer.weight.copy_(W2.T)
        network.hidden_layer.bias.copy_(b1)
        network.output_layer.bias.copy_(b2)
    return network


def _torch_with_sigmoid(
    W1: "torch.Tensor", b1: "torch.Tensor", W2: "torch.Tensor", b2: "torch.Tensor"
) -> "torch.nn.Module":
    import torch

    like = {"dtype": W1.dtype, "device": W1.device}

    class Network(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.hidden_layer = torch.nn.Linear(*W1.shape, **like)
            self.output_layer = torch.nn.Linear(*W2.shape, **like)

        def forward(self, x: "torch.Tensor") -> "torch.Tensor":
            return self.output_layer(torch.sigmoid(self.hidden_layer(x)))

    network = Network()
    with torch.no_grad():
        network.hidden_layer.weight.copy_(W1.T)
        network.output_layer.weight.copy_(W2.T)
        network.hidden_layer.bias.copy_(b1)
        network.output_layer.bias.copy_(b2)
    return network


def _torch_without_biases(
    W1: "torch.Tensor", b1: "torch.Tensor", W2: "torch.Tensor", b2: "torch.Tensor"
) -> "torch.nn.Module":
    import torch

    like = {"dtype": W1.dtype, "device": W1.device}

    class Network(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.hidden_layer = torch.nn.Linear(*W1.shape, bias=False, **like)
            self.output_layer = torch.nn.Linear(*W2.shape, bias=False, **like)

        def forward(self, x: "torch.Tensor") -> "torch.Tensor":
            return self.output_layer(torch.relu(self.hidden_layer(x)))

    network = Network()
    with torch.no_grad():
        network.hidden_layer.weight.copy_(W1.T)
        network.output_layer.weight.copy_(W2.T)
    return network


def _torch_loses_dtype(
    W1: "torch.Tensor", b1: "torch.Tensor", W2: "torch.Tensor", b2: "torch.Tensor"
) -> "torch.nn.Module":
    import torch

    like = {"device": W1.device}

    class Network(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.hidden_layer = torch.nn.Linear(*W1.shape, **like)
            self.output_layer = torch.nn.Linear(*W2.shape, **like)

        def forward(self, x: "torch.Tensor") -> "torch.Tensor":
            return self.output_layer(torch.relu(self.hidden_layer(x.float())))

    network = Network()
    with torch.no_grad():
        network.hidden_layer.weight.copy_(W1.T)
        network.output_layer.weight.copy_(W2.T)
        network.hidden_layer.bias.copy_(b1)
        network.output_layer.bias.copy_(b2)
    return network


MISCONCEPTIONS: tuple[Misconception, ...] = (
    Misconception(
        name="torch_weights_reshaped",
        of="network_torch",
        hint=(
            "The weights got their shape by reshape or view, or were left as they are "
            "where they are square. PyTorch wants (outputs, inputs): rows and columns "
            "must change places, not just the shape."
        ),
        code=_torch_weights_reshaped,
        result=reshaped,
    ),
    Misconception(
        name="torch_without_relu",
        of="network_torch",
        hint=("There is no ReLU between the layers, so that both are one."),
        code=_torch_without_relu,
        result=without_relu,
    ),
    Misconception(
        name="torch_relu_after_output",
        of="network_torch",
        hint=("The ReLU was applied to the output, too. The output layer is linear."),
        code=_torch_relu_after_output,
        result=relu_after_output,
    ),
    Misconception(
        name="torch_with_sigmoid",
        of="network_torch",
        hint=("The hidden layer has a sigmoid. Asked for is a ReLU."),
        code=_torch_with_sigmoid,
        result=with_sigmoid,
    ),
    Misconception(
        name="torch_without_biases",
        of="network_torch",
        hint=("The layers have no biases, or these were left at zero."),
        code=_torch_without_biases,
        result=without_biases,
    ),
    Misconception(
        name="torch_loses_dtype",
        of="network_torch",
        hint=(
            "float64 weights gave float32 results. Make the layers with the dtype of "
            "the weights."
        ),
        code=_torch_loses_dtype,
        result=in_single,
    ),
)
