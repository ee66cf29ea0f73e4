"""Wrong answers to maximum pooling in TensorFlow: `max_pool2d_tf`.

`result` computes the same in numpy, in the process that has no framework. Those that
show by their framework, device or broken graph have none.
"""

from typing import TYPE_CHECKING

import numpy as np

from autograder.checks import Misconception

from ..oracle import max_pool2d, max_pool2d_nhwc
from .maxima import _max_pads_with_zero, _max_stride_one_by_default

if TYPE_CHECKING:
    import tensorflow as tf

__all__ = ["MISCONCEPTIONS"]


def _tf_pads_with_zero(
    x: "tf.Tensor",
    size: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
) -> "tf.Tensor":
    import tensorflow as tf

    (kh, kw), (sh, sw), (ph, pw) = size, stride or size, padding
    x = tf.pad(x, [[0, 0], [ph, ph], [pw, pw], [0, 0]])
    sizes, steps = [1, kh, kw, 1], [1, sh, sw, 1]
    patches = tf.image.extract_patches(x, sizes, steps, [1, 1, 1, 1], "VALID")
    oh, ow = patches.shape[1:3]
    patches = tf.reshape(patches, (len(x), oh, ow, kh * kw, x.shape[3]))
    return tf.reduce_max(patches, axis=3)


def _tf_same_padding(
    x: "tf.Tensor",
    size: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
) -> "tf.Tensor":
    import tensorflow as tf

    (kh, kw), (sh, sw) = size, stride or size
    sizes, steps = [1, kh, kw, 1], [1, sh, sw, 1]
    patches = tf.image.extract_patches(x, sizes, steps, [1, 1, 1, 1], "SAME")
    oh, ow = patches.shape[1:3]
    patches = tf.reshape(patches, (len(x), oh, ow, kh * kw, x.shape[3]))
    return tf.reduce_max(patches, axis=3)


def _tf_stride_one_by_default(
    x: "tf.Tensor",
    size: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
) -> "tf.Tensor":
    import tensorflow as tf

    (kh, kw), (sh, sw), (ph, pw) = size, stride or (1, 1), padding
    low = tf.constant(-np.inf, x.dtype)
    x = tf.pad(x, [[0, 0], [ph, ph], [pw, pw], [0, 0]], constant_values=low)
    sizes, steps = [1, kh, kw, 1], [1, sh, sw, 1]
    patches = tf.image.extract_patches(x, sizes, steps, [1, 1, 1, 1], "VALID")
    oh, ow = patches.shape[1:3]
    patches = tf.reshape(patches, (len(x), oh, ow, kh * kw, x.shape[3]))
    return tf.reduce_max(patches, axis=3)


def _tf_channels_mixed(
    x: "tf.Tensor",
    size: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
) -> "tf.Tensor":
    import tensorflow as tf

    (kh, kw), (sh, sw), (ph, pw) = size, stride or size, padding
    low = tf.constant(-np.inf, x.dtype)
    x = tf.pad(x, [[0, 0], [ph, ph], [pw, pw], [0, 0]], constant_values=low)
    sizes, steps = [1, kh, kw, 1], [1, sh, sw, 1]
    patches = tf.image.extract_patches(x, sizes, steps, [1, 1, 1, 1], "VALID")
    oh, ow = patches.shape[1:3]
    patches = tf.reshape(patches, (len(x), oh, ow, x.shape[3], kh * kw))
    return tf.reduce_max(patches, axis=4)


def _tf_channels_first(
    x: "tf.Tensor",
    size: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
) -> "tf.Tensor":
    import tensorflow as tf

    (kh, kw), (sh, sw), (ph, pw) = size, stride or size, padding
    low = tf.constant(-np.inf, x.dtype)
    x = tf.pad(x, [[0, 0], [ph, ph], [pw, pw], [0, 0]], constant_values=low)
    sizes, steps = [1, kh, kw, 1], [1, sh, sw, 1]
    patches = tf.image.extract_patches(x, sizes, steps, [1, 1, 1, 1], "VALID")
    oh, ow = patches.shape[1:3]
    patches = tf.reshape(patches, (len(x), oh, ow, kh * kw, x.shape[3]))
    out = tf.reduce_max(patches, axis=3)
    return tf.transpose(out, (0, 3, 1, 2))


def _tf_loses_dtype(
    x: "tf.Tensor",
    size: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
) -> "tf.Tensor":
    import tensorflow as tf

    (kh, kw), (sh, sw), (ph, pw) = size, stride or size, padding
    low = tf.constant(-np.inf, x.dtype)
    x = tf.pad(x, [[0, 0], [ph, ph], [pw, pw], [0, 0]], constant_values=low)
    sizes, steps = [1, kh, kw, 1], [1, sh, sw, 1]
    patches = tf.image.extract_patches(x, sizes, steps, [1, 1, 1, 1], "VALID")
    oh, ow = patches.shape[1:3]
    patches = tf.reshape(patches, (len(x), oh, ow, kh * kw, x.shape[3]))
    out = tf.reduce_max(patches, axis=3)
    return tf.cast(out, tf.float32)


def _tf_not_a_tensor(
    x: "tf.Tensor",
    size: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
) -> "tf.Tensor":
    channels_first = x.numpy().transpose(0, 3, 1, 2)
    out = max_pool2d(channels_first, size, stride, padding)
    return out.transpose(0, 2, 3, 1)


def _tf_breaks_autograd(
    x: "tf.Tensor",
    size: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
) -> "tf.Tensor":
    import tensorflow as tf

    channels_first = x.numpy().transpose(0, 3, 1, 2)
    out = max_pool2d(channels_first, size, stride, padding)
    with tf.device(x.device):
        return tf.constant(out.transpose(0, 2, 3, 1))


def _tf_result_on_cpu(
    x: "tf.Tensor",
    size: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
) -> "tf.Tensor":
    import tensorflow as tf

    (kh, kw), (sh, sw), (ph, pw) = size, stride or size, padding
    low = tf.constant(-np.inf, x.dtype)
    x = tf.pad(x, [[0, 0], [ph, ph], [pw, pw], [0, 0]], constant_values=low)
    sizes, steps = [1, kh, kw, 1], [1, sh, sw, 1]
    patches = tf.image.extract_patches(x, sizes, steps, [1, 1, 1, 1], "VALID")
    oh, ow = patches.shape[1:3]
    patches = tf.reshape(patches, (len(x), oh, ow, kh * kw, x.shape[3]))
    out = tf.reduce_max(patches, axis=3)
    with tf.device("/CPU:0"):
        return tf.identity(out)


# the same results in numpy


def _pads_with_zero(
    x: np.ndarray,
    size: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
) -> np.ndarray:
    nchw = np.moveaxis(x, -1, 1)
    return np.moveaxis(_max_pads_with_zero(nchw, size, stride, padding), 1, -1)


def _stride_one_by_default(
    x: np.ndarray,
    size: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
) -> np.ndarray:
    nchw = np.moveaxis(x, -1, 1)
    return np.moveaxis(_max_stride_one_by_default(nchw, size, stride, padding), 1, -1)


def _same_padding(
    x: np.ndarray,
    size: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
) -> np.ndarray:
    steps, frame = stride or size, []
    for n, k, s in zip(x.shape[1:3], size, steps, strict=True):
        total = max((-(-n // s) - 1) * s + k - n, 0)
        frame.append((total // 2, total - total // 2))
    return max_pool2d_nhwc(np.pad(x, [(0, 0), *frame, (0, 0)]), size, steps)


def _channels_mixed(
    x: np.ndarray,
    size: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
) -> np.ndarray:
    (kh, kw), (sh, sw), (ph, pw) = size, stride or size, padding
    frame = ((0, 0), (ph, ph), (pw, pw), (0, 0))
    x = np.pad(x, frame, constant_values=-np.inf)
    windows = np.lib.stride_tricks.sliding_window_view(x, (kh, kw), (1, 2))
    windows = windows[:, ::sh, ::sw]  # (batch, oh, ow, channels, kh, kw)
    batch, oh, ow, channels = windows.shape[:4]
    patches = windows.transpose(0, 1, 2, 4, 5, 3)
    return np.asarray(patches.reshape(batch, oh, ow, channels, kh * kw).max(axis=4))


def _channels_first(
    x: np.ndarray,
    size: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
) -> np.ndarray:
    return np.moveaxis(max_pool2d_nhwc(x, size, stride, padding), -1, 1)


def _in_single(
    x: np.ndarray,
    size: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
) -> np.ndarray:
    return max_pool2d_nhwc(x, size, stride, padding).astype(np.float32)


MISCONCEPTIONS: tuple[Misconception, ...] = (
    Misconception(
        name="tf_pads_with_zero",
        of="max_pool2d_tf",
        hint=(
            "The frame was made of zeros, which beat negative pixels. Both tf.pad and "
            "extract_patches take zeros unless they are told otherwise."
        ),
        code=_tf_pads_with_zero,
        result=_pads_with_zero,
    ),
    Misconception(
        name="tf_same_padding",
        of="max_pool2d_tf",
        hint=(
            "The image was padded as 'SAME' does, and with zeros, whatever the "
            "argument says. Use the padding that is given."
        ),
        code=_tf_same_padding,
        result=_same_padding,
    ),
    Misconception(
        name="tf_stride_one_by_default",
        of="max_pool2d_tf",
        hint=(
            "Without a stride the window moved by one pixel at a time. What does None "
            "stand for in this notebook?"
        ),
        code=_tf_stride_one_by_default,
        result=_stride_one_by_default,
    ),
    Misconception(
        name="tf_channels_mixed",
        of="max_pool2d_tf",
        hint=(
            "Maxima were taken over pixels of different channels: the patches were "
            "split the wrong way round. What runs fastest in a patch, the channel or "
            "the place in the window?"
        ),
        code=_tf_channels_mixed,
        result=_channels_mixed,
    ),
    Misconception(
        name="tf_channels_first",
        of="max_pool2d_tf",
        hint=(
            "The channels follow the batch in this result, as in PyTorch. In "
            "TensorFlow they come last."
        ),
        code=_tf_channels_first,
        result=_channels_first,
    ),
    Misconception(
        name="tf_loses_dtype",
        of="max_pool2d_tf",
        hint=(
            "float64 images gave a float32 result. Keep the dtype of x in all that "
            "you create or convert."
        ),
        code=_tf_loses_dtype,
        result=_in_single,
    ),
    Misconception(
        name="tf_not_a_tensor",
        of="max_pool2d_tf",
        hint=(
            "What comes back is no TensorFlow tensor, so no gradient can flow through "
            "it. Stay in the library from x to the result."
        ),
        code=_tf_not_a_tensor,
        result=None,
        sign="framework",
    ),
    Misconception(
        name="tf_breaks_autograd",
        of="max_pool2d_tf",
        hint=(
            "The values are right, but the tape has lost track of how they were made. "
            "Look for numpy() or a detour through numpy on the way from x to the "
            "result."
        ),
        code=_tf_breaks_autograd,
        result=None,
        sign="broken_graph",
    ),
    Misconception(
        name="tf_result_on_cpu",
        of="max_pool2d_tf",
        hint=(
            "The result lies on the CPU, whatever the device of x. Create and keep "
            "everything where x is."
        ),
        code=_tf_result_on_cpu,
        result=None,
        sign="device",
    ),
)
