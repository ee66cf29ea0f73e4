"""Wrong answers to shapes and parameters: `trace_shapes`."""

from autograder.checks import Misconception, RightAnswer

from ..variants import running_maximum

__all__ = ["MISCONCEPTIONS"]

layer_by_layer = RightAnswer(running_maximum.trace_shapes)

MISCONCEPTIONS: tuple[Misconception, ...] = (
    layer_by_layer.but(
        "trace_counts_pooling",
        {"(*size, shape[2]), 0": "(*size, shape[2]), shape[2] * window[0] * window[1]"},
        "Pooling layers got parameters of their own. What in a window of a pooling "
        "layer could be learned?",
    ),
    layer_by_layer.but(
        "trace_without_biases",
        {
            ' + layer["units"]': "",
            ' + layer["filters"]': "",
        },
        "Only weights were counted. Each filter and each unit has one number more "
        "that it adds.",
    ),
    layer_by_layer.but(
        "trace_kernel_without_channels",
        {"* shape[2] * window": "* window"},
        "Each filter was counted with a single kernel. It has one for every channel "
        "that comes in.",
    ),
    layer_by_layer.but(
        "trace_bias_for_each_place",
        {' + layer["filters"]': ' + layer["filters"] * size[0] * size[1]'},
        "A bias was counted for each place of the output. A filter has one bias, and "
        "shares it among all places.",
    ),
    layer_by_layer.but(
        "trace_flatten_with_batch",
        {
            "(int(np.prod(shape)),)": "(1, int(np.prod(shape)))",
            "shape[0] * layer": "shape[-1] * layer",
        },
        "The flattened shape has an axis for the batch. Shapes are written without "
        "the batch here, so one axis is left.",
    ),
    layer_by_layer.but(
        "trace_pads_always",
        {
            'padding = layer.get("padding", (0, 0))': """
            same = [n // 2 for n in window] if kind == "conv" else (0, 0)
            padding = layer.get("padding", same)
            """,
        },
        "Convolutions without a padding were padded so that the image keeps its size. "
        "What is the default in the table?",
    ),
    layer_by_layer.but(
        "trace_pools_by_one",
        {' if kind == "conv" else window': ""},
        "Pooling windows without a stride moved by one pixel at a time. What is the "
        "default in the table?",
    ),
    layer_by_layer.but(
        "trace_rounds_up",
        {"room // stride[axis]": "-(-room // stride[axis])"},
        "Sizes were rounded up: windows that stick out at the end were counted. Only "
        "whole windows give an output.",
    ),
    layer_by_layer.but(
        "trace_stride_ignored",
        {" // stride[axis]": ""},
        "Every window moved by one pixel at a time. A stride makes the output "
        "smaller; pooling has one even where none is given.",
    ),
)
