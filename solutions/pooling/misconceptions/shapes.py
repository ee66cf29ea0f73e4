"""Wrong answers to shapes and parameters: `trace_shapes`."""

from typing import Any

from autograder.checks import Misconception

__all__ = ["MISCONCEPTIONS"]


def _trace_counts_pooling(
    layers: "list[dict[str, Any]]", input_shape: tuple[int, ...]
) -> "tuple[Any, ...]":
    import math

    trace: list[Any] = []
    shape = tuple(input_shape)
    for layer in layers:
        kind, count = layer["kind"], 0
        needed = {"conv": 3, "pool": 3, "global_pool": 3, "dense": 1}
        if len(shape) != needed.get(kind, len(shape)):
            raise ValueError("the layer doesn't fit")
        if kind in ("conv", "pool"):
            k = layer["kernel" if kind == "conv" else "size"]
            s_all = layer.get("stride", (1, 1) if kind == "conv" else k)
            p_all = layer.get("padding", (0, 0))
            count = (
                layer["filters"] * (shape[2] * k[0] * k[1] + 1)
                if kind == "conv"
                else shape[2] * k[0] * k[1]
            )
            places = []
            for n, w, s, p in zip(shape[:2], k, s_all, p_all, strict=True):
                if w > n + 2 * p:
                    raise ValueError("the window doesn't fit")
                places.append((n + 2 * p - w) // s + 1)
            shape = (*places, layer["filters"] if kind == "conv" else shape[2])
        elif kind == "global_pool":
            shape = shape[2:]
        elif kind == "flatten":
            shape = (math.prod(shape),)
        elif kind == "dense":
            count = (shape[0] + 1) * layer["units"]
            shape = (layer["units"],)
        elif kind != "relu":
            raise ValueError("no such layer")
        trace.append((shape, count))
    return tuple(trace)


def _trace_without_biases(
    layers: "list[dict[str, Any]]", input_shape: tuple[int, ...]
) -> "tuple[Any, ...]":
    import math

    trace: list[Any] = []
    shape = tuple(input_shape)
    for layer in layers:
        kind, count = layer["kind"], 0
        needed = {"conv": 3, "pool": 3, "global_pool": 3, "dense": 1}
        if len(shape) != needed.get(kind, len(shape)):
            raise ValueError("the layer doesn't fit")
        if kind in ("conv", "pool"):
            k = layer["kernel" if kind == "conv" else "size"]
            s_all = layer.get("stride", (1, 1) if kind == "conv" else k)
            p_all = layer.get("padding", (0, 0))
            count = layer["filters"] * shape[2] * k[0] * k[1] if kind == "conv" else 0
            places = []
            for n, w, s, p in zip(shape[:2], k, s_all, p_all, strict=True):
                if w > n + 2 * p:
                    raise ValueError("the window doesn't fit")
                places.append((n + 2 * p - w) // s + 1)
            shape = (*places, layer["filters"] if kind == "conv" else shape[2])
        elif kind == "global_pool":
            shape = shape[2:]
        elif kind == "flatten":
            shape = (math.prod(shape),)
        elif kind == "dense":
            count = shape[0] * layer["units"]
            shape = (layer["units"],)
        elif kind != "relu":
            raise ValueError("no such layer")
        trace.append((shape, count))
    return tuple(trace)


def _trace_kernel_without_channels(
    layers: "list[dict[str, Any]]", input_shape: tuple[int, ...]
) -> "tuple[Any, ...]":
    import math

    trace: list[Any] = []
    shape = tuple(input_shape)
    for layer in layers:
        kind, count = layer["kind"], 0
        needed = {"conv": 3, "pool": 3, "global_pool": 3, "dense": 1}
        if len(shape) != needed.get(kind, len(shape)):
            raise ValueError("the layer doesn't fit")
        if kind in ("conv", "pool"):
            k = layer["kernel" if kind == "conv" else "size"]
            s_all = layer.get("stride", (1, 1) if kind == "conv" else k)
            p_all = layer.get("padding", (0, 0))
            count = layer["filters"] * (k[0] * k[1] + 1) if kind == "conv" else 0
            places = []
            for n, w, s, p in zip(shape[:2], k, s_all, p_all, strict=True):
                if w > n + 2 * p:
                    raise ValueError("the window doesn't fit")
                places.append((n + 2 * p - w) // s + 1)
            shape = (*places, layer["filters"] if kind == "conv" else shape[2])
        elif kind == "global_pool":
            shape = shape[2:]
        elif kind == "flatten":
            shape = (math.prod(shape),)
        elif kind == "dense":
            count = (shape[0] + 1) * layer["units"]
            shape = (layer["units"],)
        elif kind != "relu":
            raise ValueError("no such layer")
        trace.append((shape, count))
    return tuple(trace)


def _trace_bias_for_each_place(
    layers: "list[dict[str, Any]]", input_shape: tuple[int, ...]
) -> "tuple[Any, ...]":
    import math

    trace: list[Any] = []
    shape = tuple(input_shape)
    for layer in layers:
        kind, count = layer["kind"], 0
        needed = {"conv": 3, "pool": 3, "global_pool": 3, "dense": 1}
        if len(shape) != needed.get(kind, len(shape)):
            raise ValueError("the layer doesn't fit")
        if kind in ("conv", "pool"):
            k = layer["kernel" if kind == "conv" else "size"]
            s_all = layer.get("stride", (1, 1) if kind == "conv" else k)
            p_all = layer.get("padding", (0, 0))
            count = (
                layer["filters"] * (shape[2] * k[0] * k[1] + 1) if kind == "conv" else 0
            )
            places = []
            for n, w, s, p in zip(shape[:2], k, s_all, p_all, strict=True):
                if w > n + 2 * p:
                    raise ValueError("the window doesn't fit")
                places.append((n + 2 * p - w) // s + 1)
            if kind == "conv":
                count += layer["filters"] * (places[0] * places[1] - 1)
            shape = (*places, layer["filters"] if kind == "conv" else shape[2])
        elif kind == "global_pool":
            shape = shape[2:]
        elif kind == "flatten":
            shape = (math.prod(shape),)
        elif kind == "dense":
            count = (shape[0] + 1) * layer["units"]
            shape = (layer["units"],)
        elif kind != "relu":
            raise ValueError("no such layer")
        trace.append((shape, count))
    return tuple(trace)


def _trace_flatten_with_batch(
    layers: "list[dict[str, Any]]", input_shape: tuple[int, ...]
) -> "tuple[Any, ...]":
    import math

    trace: list[Any] = []
    shape = tuple(input_shape)
    for layer in layers:
        kind, count = layer["kind"], 0
        needed = {"conv": 3, "pool": 3, "global_pool": 3, "dense": len(shape[-1:])}
        if kind == "dense" and shape[0] == 1:
            shape = shape[1:]
        if len(shape) != needed.get(kind, len(shape)):
            raise ValueError("the layer doesn't fit")
        if kind in ("conv", "pool"):
            k = layer["kernel" if kind == "conv" else "size"]
            s_all = layer.get("stride", (1, 1) if kind == "conv" else k)
            p_all = layer.get("padding", (0, 0))
            count = (
                layer["filters"] * (shape[2] * k[0] * k[1] + 1) if kind == "conv" else 0
            )
            places = []
            for n, w, s, p in zip(shape[:2], k, s_all, p_all, strict=True):
                if w > n + 2 * p:
                    raise ValueError("the window doesn't fit")
                places.append((n + 2 * p - w) // s + 1)
            shape = (*places, layer["filters"] if kind == "conv" else shape[2])
        elif kind == "global_pool":
            shape = shape[2:]
        elif kind == "flatten":
            shape = (1, math.prod(shape))
        elif kind == "dense":
            count = (shape[0] + 1) * layer["units"]
            shape = (layer["units"],)
        elif kind != "relu":
            raise ValueError("no such layer")
        trace.append((shape, count))
    return tuple(trace)


def _trace_pads_always(
    layers: "list[dict[str, Any]]", input_shape: tuple[int, ...]
) -> "tuple[Any, ...]":
    import math

    trace: list[Any] = []
    shape = tuple(input_shape)
    for layer in layers:
        kind, count = layer["kind"], 0
        needed = {"conv": 3, "pool": 3, "global_pool": 3, "dense": 1}
        if len(shape) != needed.get(kind, len(shape)):
            raise ValueError("the layer doesn't fit")
        if kind in ("conv", "pool"):
            k = layer["kernel" if kind == "conv" else "size"]
            s_all = layer.get("stride", (1, 1) if kind == "conv" else k)
            p_all = layer.get(
                "padding", (k[0] // 2, k[1] // 2) if kind == "conv" else (0, 0)
            )
            count = (
                layer["filters"] * (shape[2] * k[0] * k[1] + 1) if kind == "conv" else 0
            )
            places = []
            for n, w, s, p in zip(shape[:2], k, s_all, p_all, strict=True):
                if w > n + 2 * p:
                    raise ValueError("the window doesn't fit")
                places.append((n + 2 * p - w) // s + 1)
            shape = (*places, layer["filters"] if kind == "conv" else shape[2])
        elif kind == "global_pool":
            shape = shape[2:]
        elif kind == "flatten":
            shape = (math.prod(shape),)
        elif kind == "dense":
            count = (shape[0] + 1) * layer["units"]
            shape = (layer["units"],)
        elif kind != "relu":
            raise ValueError("no such layer")
        trace.append((shape, count))
    return tuple(trace)


def _trace_pools_by_one(
    layers: "list[dict[str, Any]]", input_shape: tuple[int, ...]
) -> "tuple[Any, ...]":
    import math

    trace: list[Any] = []
    shape = tuple(input_shape)
    for layer in layers:
        kind, count = layer["kind"], 0
        needed = {"conv": 3, "pool": 3, "global_pool": 3, "dense": 1}
        if len(shape) != needed.get(kind, len(shape)):
            raise ValueError("the layer doesn't fit")
        if kind in ("conv", "pool"):
            k = layer["kernel" if kind == "conv" else "size"]
            s_all = layer.get("stride", (1, 1))
            p_all = layer.get("padding", (0, 0))
            count = (
                layer["filters"] * (shape[2] * k[0] * k[1] + 1) if kind == "conv" else 0
            )
            places = []
            for n, w, s, p in zip(shape[:2], k, s_all, p_all, strict=True):
                if w > n + 2 * p:
                    raise ValueError("the window doesn't fit")
                places.append((n + 2 * p - w) // s + 1)
            shape = (*places, layer["filters"] if kind == "conv" else shape[2])
        elif kind == "global_pool":
            shape = shape[2:]
        elif kind == "flatten":
            shape = (math.prod(shape),)
        elif kind == "dense":
            count = (shape[0] + 1) * layer["units"]
            shape = (layer["units"],)
        elif kind != "relu":
            raise ValueError("no such layer")
        trace.append((shape, count))
    return tuple(trace)


def _trace_stride_ignored(
    layers: "list[dict[str, Any]]", input_shape: tuple[int, ...]
) -> "tuple[Any, ...]":
    import math

    trace: list[Any] = []
    shape = tuple(input_shape)
    for layer in layers:
        kind, count = layer["kind"], 0
        needed = {"conv": 3, "pool": 3, "global_pool": 3, "dense": 1}
        if len(shape) != needed.get(kind, len(shape)):
            raise ValueError("the layer doesn't fit")
        if kind in ("conv", "pool"):
            k = layer["kernel" if kind == "conv" else "size"]
            p_all = layer.get("padding", (0, 0))
            count = (
                layer["filters"] * (shape[2] * k[0] * k[1] + 1) if kind == "conv" else 0
            )
            places = []
            for n, w, p in zip(shape[:2], k, p_all, strict=True):
                if w > n + 2 * p:
                    raise ValueError("the window doesn't fit")
                places.append(n + 2 * p - w + 1)
            shape = (*places, layer["filters"] if kind == "conv" else shape[2])
        elif kind == "global_pool":
            shape = shape[2:]
        elif kind == "flatten":
            shape = (math.prod(shape),)
        elif kind == "dense":
            count = (shape[0] + 1) * layer["units"]
            shape = (layer["units"],)
        elif kind != "relu":
            raise ValueError("no such layer")
        trace.append((shape, count))
    return tuple(trace)


def _trace_rounds_up(
    layers: "list[dict[str, Any]]", input_shape: tuple[int, ...]
) -> "tuple[Any, ...]":
    import math

    trace: list[Any] = []
    shape = tuple(input_shape)
    for layer in layers:
        kind, count = layer["kind"], 0
        needed = {"conv": 3, "pool": 3, "global_pool": 3, "dense": 1}
        if len(shape) != needed.get(kind, len(shape)):
            raise ValueError("the layer doesn't fit")
        if kind in ("conv", "pool"):
            k = layer["kernel" if kind == "conv" else "size"]
            s_all = layer.get("stride", (1, 1) if kind == "conv" else k)
            p_all = layer.get("padding", (0, 0))
            count = (
                layer["filters"] * (shape[2] * k[0] * k[1] + 1) if kind == "conv" else 0
            )
            places = []
            for n, w, s, p in zip(shape[:2], k, s_all, p_all, strict=True):
                if w > n + 2 * p:
                    raise ValueError("the window doesn't fit")
                places.append(math.ceil((n + 2 * p - w) / s) + 1)
            shape = (*places, layer["filters"] if kind == "conv" else shape[2])
        elif kind == "global_pool":
            shape = shape[2:]
        elif kind == "flatten":
            shape = (math.prod(shape),)
        elif kind == "dense":
            count = (shape[0] + 1) * layer["units"]
            shape = (layer["units"],)
        elif kind != "relu":
            raise ValueError("no such layer")
        trace.append((shape, count))
    return tuple(trace)


MISCONCEPTIONS: tuple[Misconception, ...] = (
    Misconception(
        name="trace_counts_pooling",
        of="trace_shapes",
        hint=(
            "Pooling layers got parameters of their own. What in a window of a "
            "pooling layer could be learned?"
        ),
        code=_trace_counts_pooling,
    ),
    Misconception(
        name="trace_without_biases",
        of="trace_shapes",
        hint=(
            "Only weights were counted. Each filter and each unit has one number more "
            "that it adds."
        ),
        code=_trace_without_biases,
    ),
    Misconception(
        name="trace_kernel_without_channels",
        of="trace_shapes",
        hint=(
            "Each filter was counted with a single kernel. It has one for every "
            "channel that comes in."
        ),
        code=_trace_kernel_without_channels,
    ),
    Misconception(
        name="trace_bias_for_each_place",
        of="trace_shapes",
        hint=(
            "A bias was counted for each place of the output. A filter has one bias, "
            "and shares it among all places."
        ),
        code=_trace_bias_for_each_place,
    ),
    Misconception(
        name="trace_flatten_with_batch",
        of="trace_shapes",
        hint=(
            "The flattened shape has an axis for the batch. Shapes are written "
            "without the batch here, so one axis is left."
        ),
        code=_trace_flatten_with_batch,
    ),
    Misconception(
        name="trace_pads_always",
        of="trace_shapes",
        hint=(
            "Convolutions without a padding were padded so that the image keeps its "
            "size. What is the default in the table?"
        ),
        code=_trace_pads_always,
    ),
    Misconception(
        name="trace_pools_by_one",
        of="trace_shapes",
        hint=(
            "Pooling windows without a stride moved by one pixel at a time. What is "
            "the default in the table?"
        ),
        code=_trace_pools_by_one,
    ),
    Misconception(
        name="trace_rounds_up",
        of="trace_shapes",
        hint=(
            "Sizes were rounded up: windows that stick out at the end were counted. "
            "Only whole windows give an output."
        ),
        code=_trace_rounds_up,
    ),
    Misconception(
        name="trace_stride_ignored",
        of="trace_shapes",
        hint=(
            "Every window moved by one pixel at a time. A stride makes the output "
            "smaller; pooling has one even where none is given."
        ),
        code=_trace_stride_ignored,
    ),
)
