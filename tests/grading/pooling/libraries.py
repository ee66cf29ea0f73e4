"""The library's own routines that the last exercise asks to write oneself."""

from __future__ import annotations

__all__ = ["TENSORFLOW", "TORCH"]

# The layers of torch.nn call the functions of torch.nn.functional.
TORCH = (
    "torch.nn.functional.max_pool1d",
    "torch.nn.functional.max_pool2d",
    "torch.nn.functional.max_pool3d",
    "torch.nn.functional.max_pool2d_with_indices",
    "torch.nn.functional.adaptive_max_pool1d",
    "torch.nn.functional.adaptive_max_pool2d",
    "torch.nn.functional.adaptive_max_pool3d",
    "torch.nn.functional.fractional_max_pool2d",
    "torch.max_pool1d",
    "torch.max_pool2d",
    "torch.max_pool3d",
    "torch.max_pool1d_with_indices",
    "torch.adaptive_max_pool1d",
    "torch.mkldnn_max_pool2d",
    "torch._C._nn.max_pool2d_with_indices",
    "torch._C._nn.adaptive_max_pool2d",
)

# Keras is not named as tensorflow.keras: looking that up would load it into a kernel
# that doesn't use it. Its layers are the same classes, so their calls are named, which
# also covers a layer that was made outside of the student's function.
TENSORFLOW = (
    "tensorflow.nn.max_pool",
    "tensorflow.nn.max_pool1d",
    "tensorflow.nn.max_pool2d",
    "tensorflow.nn.max_pool3d",
    "tensorflow.nn.max_pool_with_argmax",
    "tensorflow.nn.fractional_max_pool",
    "tensorflow.nn.pool",
    "tensorflow.nn.dilation2d",
    "tensorflow.compat.v1.nn.max_pool",
    "tensorflow.raw_ops.MaxPool",
    "tensorflow.raw_ops.MaxPoolV2",
    "tensorflow.raw_ops.MaxPool3D",
    "tensorflow.raw_ops.MaxPoolWithArgmax",
    "keras.ops.max_pool",
    "keras.layers.MaxPooling1D.__call__",
    "keras.layers.MaxPooling2D.__call__",
    "keras.layers.MaxPooling3D.__call__",
    "keras.layers.GlobalMaxPooling2D.__call__",
)
