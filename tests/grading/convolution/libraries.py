"""The library's own routines that an exercise asks to write oneself."""

from __future__ import annotations

__all__ = ["POLYNOMIALS", "TENSORFLOW", "TORCH"]

POLYNOMIALS = (
    "numpy.convolve",
    "numpy.correlate",
    "numpy.polymul",
    "numpy.poly1d.__mul__",
    "numpy.polynomial.Polynomial.__mul__",
    "numpy.polynomial.polynomial.polymul",
    "numpy._core.numeric.convolve",  # what numpy.polymul and poly1d call
    "scipy.signal.convolve",
    "scipy.signal.convolve2d",
    "scipy.signal.correlate",
    "scipy.signal.fftconvolve",
    "scipy.signal.oaconvolve",
    "scipy.ndimage.convolve",
    "scipy.ndimage.convolve1d",
    "scipy.ndimage.correlate1d",
)

# The layers of torch.nn call the functions of torch.nn.functional.
TORCH = (
    "torch.nn.functional.conv1d",
    "torch.nn.functional.conv2d",
    "torch.nn.functional.conv3d",
    "torch.nn.functional.conv_tbc",
    "torch.nn.functional.conv_transpose1d",
    "torch.nn.functional.conv_transpose2d",
    "torch.nn.functional.conv_transpose3d",
    "torch.conv1d",
    "torch.conv2d",
    "torch.conv3d",
    "torch.conv_tbc",
    "torch.conv_transpose1d",
    "torch.conv_transpose2d",
    "torch.conv_transpose3d",
    "torch.convolution",
    "torch.mkldnn_convolution",
    "torch.cudnn_convolution",
)

# Keras is not named as tensorflow.keras: looking that up would load it into a kernel
# that doesn't use it. Its layers are the same classes, so their calls are named, which
# also covers a layer that was made outside of the student's function.
TENSORFLOW = (
    "tensorflow.nn.conv1d",
    "tensorflow.nn.conv2d",
    "tensorflow.nn.conv3d",
    "tensorflow.nn.conv1d_transpose",
    "tensorflow.nn.conv2d_transpose",
    "tensorflow.nn.conv3d_transpose",
    "tensorflow.nn.conv_transpose",
    "tensorflow.nn.convolution",
    "tensorflow.nn.atrous_conv2d",
    "tensorflow.nn.depthwise_conv2d",
    "tensorflow.nn.separable_conv2d",
    "tensorflow.raw_ops.Conv2D",
    "tensorflow.raw_ops.Conv3D",
    "tensorflow.raw_ops.DepthwiseConv2dNative",
    "keras.ops.conv",
    "keras.ops.conv_transpose",
    "keras.ops.depthwise_conv",
    "keras.ops.separable_conv",
    "keras.layers.Conv1D.__call__",
    "keras.layers.Conv2D.__call__",
    "keras.layers.Conv3D.__call__",
    "keras.layers.Conv2DTranspose.__call__",
    "keras.layers.DepthwiseConv2D.__call__",
    "keras.layers.SeparableConv2D.__call__",
)
