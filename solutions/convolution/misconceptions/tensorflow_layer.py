"""Wrong answers to the layer in TensorFlow: `conv2d_tf`.

`result` computes the same in numpy, in the process that has no framework. Those that
show by their framework, device or broken graph have none.
"""

from typing import TYPE_CHECKING

import numpy as np

from autograder.checks import Misconception

from ..oracle import conv2d, conv2d_nhwc

if TYPE_CHECKING:
    import tensorflow as tf

__all__ = ["MISCONCEPTIONS"]

Pair = tuple[int, int]


def _tf_bias_missing(
    x: "tf.Tensor",
    w: "tf.Tensor",
    b: "tf.Tensor | None" = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
) -> "tf.Tensor":
    import tensorflow as tf

    (sh, sw), (ph, pw), (kh, kw) = stride, padding, w.shape[:2]
    x = tf.pad(x, [[0, 0], [ph, ph], [pw, pw], [0, 0]])
    sizes, steps = [1, kh, kw, 1], [1, sh, sw, 1]
    patches = tf.image.extract_patches(x, sizes, steps, [1, 1, 1, 1], "VALID")
    return tf.tensordot(patches, tf.reshape(w, (-1, w.shape[3])), 1)


def _tf_flipped_kernel(
    x: "tf.Tensor",
    w: "tf.Tensor",
    b: "tf.Tensor | None" = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
) -> "tf.Tensor":
    import tensorflow as tf

    (sh, sw), (ph, pw), (kh, kw) = stride, padding, w.shape[:2]
    x = tf.pad(x, [[0, 0], [ph, ph], [pw, pw], [0, 0]])
    sizes, steps = [1, kh, kw, 1], [1, sh, sw, 1]
    patches = tf.image.extract_patches(x, sizes, steps, [1, 1, 1, 1], "VALID")
    w = w[::-1, ::-1]
    out = tf.tensordot(patches, tf.reshape(w, (-1, w.shape[3])), 1)
    return out if b is None else out + b


def _tf_padding_ignored(
    x: "tf.Tensor",
    w: "tf.Tensor",
    b: "tf.Tensor | None" = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
) -> "tf.Tensor":
    import tensorflow as tf

    (sh, sw), (kh, kw) = stride, w.shape[:2]
    sizes, steps = [1, kh, kw, 1], [1, sh, sw, 1]
    patches = tf.image.extract_patches(x, sizes, steps, [1, 1, 1, 1], "VALID")
    out = tf.tensordot(patches, tf.reshape(w, (-1, w.shape[3])), 1)
    return out if b is None else out + b


def _tf_same_padding(
    x: "tf.Tensor",
    w: "tf.Tensor",
    b: "tf.Tensor | None" = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
) -> "tf.Tensor":
    import tensorflow as tf

    (sh, sw), (kh, kw) = stride, w.shape[:2]
    sizes, steps = [1, kh, kw, 1], [1, sh, sw, 1]
    patches = tf.image.extract_patches(x, sizes, steps, [1, 1, 1, 1], "SAME")
    out = tf.tensordot(patches, tf.reshape(w, (-1, w.shape[3])), 1)
    return out if b is None else out + b


def _tf_paddings_swapped(
    x: "tf.Tensor",
    w: "tf.Tensor",
    b: "tf.Tensor | None" = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
) -> "tf.Tensor":
    import tensorflow as tf

    (sh, sw), (ph, pw), (kh, kw) = stride, padding, w.shape[:2]
    x = tf.pad(x, [[0, 0], [pw, pw], [ph, ph], [0, 0]])
    sizes, steps = [1, kh, kw, 1], [1, sh, sw, 1]
    patches = tf.image.extract_patches(x, sizes, steps, [1, 1, 1, 1], "VALID")
    out = tf.tensordot(patches, tf.reshape(w, (-1, w.shape[3])), 1)
    return out if b is None else out + b


def _tf_stride_of_height(
    x: "tf.Tensor",
    w: "tf.Tensor",
    b: "tf.Tensor | None" = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
) -> "tf.Tensor":
    import tensorflow as tf

    (ph, pw), (kh, kw) = padding, w.shape[:2]
    sh = sw = stride[0]
    x = tf.pad(x, [[0, 0], [ph, ph], [pw, pw], [0, 0]])
    sizes, steps = [1, kh, kw, 1], [1, sh, sw, 1]
    patches = tf.image.extract_patches(x, sizes, steps, [1, 1, 1, 1], "VALID")
    out = tf.tensordot(patches, tf.reshape(w, (-1, w.shape[3])), 1)
    return out if b is None else out + b


def _tf_stride_ignored(
    x: "tf.Tensor",
    w: "tf.Tensor",
    b: "tf.Tensor | None" = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
) -> "tf.Tensor":
    import tensorflow as tf

    (ph, pw), (kh, kw) = padding, w.shape[:2]
    x = tf.pad(x, [[0, 0], [ph, ph], [pw, pw], [0, 0]])
    sizes, steps = [1, kh, kw, 1], [1, 1, 1, 1]
    patches = tf.image.extract_patches(x, sizes, steps, [1, 1, 1, 1], "VALID")
    out = tf.tensordot(patches, tf.reshape(w, (-1, w.shape[3])), 1)
    return out if b is None else out + b


def _tf_channels_first(
    x: "tf.Tensor",
    w: "tf.Tensor",
    b: "tf.Tensor | None" = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
) -> "tf.Tensor":
    import tensorflow as tf

    (sh, sw), (ph, pw), (kh, kw) = stride, padding, w.shape[:2]
    x = tf.pad(x, [[0, 0], [ph, ph], [pw, pw], [0, 0]])
    sizes, steps = [1, kh, kw, 1], [1, sh, sw, 1]
    patches = tf.image.extract_patches(x, sizes, steps, [1, 1, 1, 1], "VALID")
    out = tf.tensordot(patches, tf.reshape(w, (-1, w.shape[3])), 1)
    out = out if b is None else out + b
    return tf.transpose(out, (0, 3, 1, 2))


def _tf_places_reshaped(
    x: "tf.Tensor",
    w: "tf.Tensor",
    b: "tf.Tensor | None" = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
) -> "tf.Tensor":
    import tensorflow as tf

    (sh, sw), (ph, pw), (kh, kw) = stride, padding, w.shape[:2]
    x = tf.pad(x, [[0, 0], [ph, ph], [pw, pw], [0, 0]])
    sizes, steps = [1, kh, kw, 1], [1, sh, sw, 1]
    patches = tf.image.extract_patches(x, sizes, steps, [1, 1, 1, 1], "VALID")
    out = tf.tensordot(patches, tf.reshape(w, (-1, w.shape[3])), 1)
    out = out if b is None else out + b
    n, oh, ow, channels = out.shape
    return tf.reshape(tf.transpose(out, (0, 3, 1, 2)), (n, oh, ow, channels))


def _tf_image_reshaped(
    x: "tf.Tensor",
    w: "tf.Tensor",
    b: "tf.Tensor | None" = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
) -> "tf.Tensor":
    import tensorflow as tf

    (sh, sw), (ph, pw), (kh, kw) = stride, padding, w.shape[:2]
    n, h, width, channels = x.shape
    x = tf.transpose(tf.reshape(x, (n, channels, h, width)), (0, 2, 3, 1))
    x = tf.pad(x, [[0, 0], [ph, ph], [pw, pw], [0, 0]])
    sizes, steps = [1, kh, kw, 1], [1, sh, sw, 1]
    patches = tf.image.extract_patches(x, sizes, steps, [1, 1, 1, 1], "VALID")
    out = tf.tensordot(patches, tf.reshape(w, (-1, w.shape[3])), 1)
    return out if b is None else out + b


def _tf_kernels_reshaped(
    x: "tf.Tensor",
    w: "tf.Tensor",
    b: "tf.Tensor | None" = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
) -> "tf.Tensor":
    import tensorflow as tf

    (sh, sw), (ph, pw), (kh, kw) = stride, padding, w.shape[:2]
    x = tf.pad(x, [[0, 0], [ph, ph], [pw, pw], [0, 0]])
    sizes, steps = [1, kh, kw, 1], [1, sh, sw, 1]
    patches = tf.image.extract_patches(x, sizes, steps, [1, 1, 1, 1], "VALID")
    weights = tf.transpose(tf.reshape(w, (w.shape[3], -1)))
    out = tf.tensordot(patches, weights, 1)
    return out if b is None else out + b


def _tf_kernels_read_as_torch(
    x: "tf.Tensor",
    w: "tf.Tensor",
    b: "tf.Tensor | None" = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
) -> "tf.Tensor":
    import tensorflow as tf

    (sh, sw), (ph, pw), (kh, kw) = stride, padding, w.shape[2:]
    filters, channels = w.shape[:2]
    x = tf.pad(x, [[0, 0], [ph, ph], [pw, pw], [0, 0]])
    sizes, steps = [1, kh, kw, 1], [1, sh, sw, 1]
    patches = tf.image.extract_patches(x, sizes, steps, [1, 1, 1, 1], "VALID")
    w = tf.transpose(w, (2, 3, 1, 0))
    out = tf.tensordot(patches, tf.reshape(w, (kh * kw * channels, filters)), 1)
    return out if b is None else out + b


def _tf_loses_dtype(
    x: "tf.Tensor",
    w: "tf.Tensor",
    b: "tf.Tensor | None" = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
) -> "tf.Tensor":
    import tensorflow as tf

    (sh, sw), (ph, pw), (kh, kw) = stride, padding, w.shape[:2]
    x = tf.pad(x, [[0, 0], [ph, ph], [pw, pw], [0, 0]])
    sizes, steps = [1, kh, kw, 1], [1, sh, sw, 1]
    patches = tf.image.extract_patches(x, sizes, steps, [1, 1, 1, 1], "VALID")
    x = tf.cast(patches, tf.float32)
    out = tf.tensordot(x, tf.reshape(tf.cast(w, tf.float32), (-1, w.shape[3])), 1)
    return out if b is None else out + tf.cast(b, tf.float32)


def _tf_not_a_tensor(
    x: "tf.Tensor",
    w: "tf.Tensor",
    b: "tf.Tensor | None" = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
) -> "tf.Tensor":
    out = conv2d(
        np.moveaxis(x.numpy(), -1, 1),
        w.numpy().transpose(3, 2, 0, 1),
        None if b is None else b.numpy(),
        stride,
        padding,
    )
    return np.moveaxis(out, 1, -1)


def _tf_breaks_autograd(
    x: "tf.Tensor",
    w: "tf.Tensor",
    b: "tf.Tensor | None" = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
) -> "tf.Tensor":
    import tensorflow as tf

    out = conv2d(
        np.moveaxis(x.numpy(), -1, 1),
        w.numpy().transpose(3, 2, 0, 1),
        None if b is None else b.numpy(),
        stride,
        padding,
    )
    return tf.constant(np.moveaxis(out, 1, -1))


def _tf_result_on_cpu(
    x: "tf.Tensor",
    w: "tf.Tensor",
    b: "tf.Tensor | None" = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
) -> "tf.Tensor":
    import tensorflow as tf

    (sh, sw), (ph, pw), (kh, kw) = stride, padding, w.shape[:2]
    x = tf.pad(x, [[0, 0], [ph, ph], [pw, pw], [0, 0]])
    sizes, steps = [1, kh, kw, 1], [1, sh, sw, 1]
    patches = tf.image.extract_patches(x, sizes, steps, [1, 1, 1, 1], "VALID")
    out = tf.tensordot(patches, tf.reshape(w, (-1, w.shape[3])), 1)
    out = out if b is None else out + b
    with tf.device("/CPU:0"):
        return tf.identity(out)


# the same results in numpy


def _bias_missing(
    x: np.ndarray,
    w: np.ndarray,
    b: np.ndarray | None = None,
    stride: Pair = (1, 1),
    padding: Pair = (0, 0),
) -> np.ndarray:
    return conv2d_nhwc(x, w, None, stride, padding)


def _flipped_kernel(
    x: np.ndarray,
    w: np.ndarray,
    b: np.ndarray | None = None,
    stride: Pair = (1, 1),
    padding: Pair = (0, 0),
) -> np.ndarray:
    return conv2d_nhwc(x, w[::-1, ::-1], b, stride, padding)


def _padding_ignored(
    x: np.ndarray,
    w: np.ndarray,
    b: np.ndarray | None = None,
    stride: Pair = (1, 1),
    padding: Pair = (0, 0),
) -> np.ndarray:
    return conv2d_nhwc(x, w, b, stride, (0, 0))


def _same_padding(
    x: np.ndarray,
    w: np.ndarray,
    b: np.ndarray | None = None,
    stride: Pair = (1, 1),
    padding: Pair = (0, 0),
) -> np.ndarray:
    frame = []
    for n, k, s in zip(x.shape[1:3], w.shape[:2], stride, strict=True):
        total = max((-(-n // s) - 1) * s + k - n, 0)
        frame.append((total // 2, total - total // 2))
    return conv2d_nhwc(np.pad(x, [(0, 0), *frame, (0, 0)]), w, b, stride)


def _paddings_swapped(
    x: np.ndarray,
    w: np.ndarray,
    b: np.ndarray | None = None,
    stride: Pair = (1, 1),
    padding: Pair = (0, 0),
) -> np.ndarray:
    return conv2d_nhwc(x, w, b, stride, (padding[1], padding[0]))


def _stride_of_height(
    x: np.ndarray,
    w: np.ndarray,
    b: np.ndarray | None = None,
    stride: Pair = (1, 1),
    padding: Pair = (0, 0),
) -> np.ndarray:
    return conv2d_nhwc(x, w, b, (stride[0], stride[0]), padding)


def _stride_ignored(
    x: np.ndarray,
    w: np.ndarray,
    b: np.ndarray | None = None,
    stride: Pair = (1, 1),
    padding: Pair = (0, 0),
) -> np.ndarray:
    return conv2d_nhwc(x, w, b, (1, 1), padding)


def _channels_first(
    x: np.ndarray,
    w: np.ndarray,
    b: np.ndarray | None = None,
    stride: Pair = (1, 1),
    padding: Pair = (0, 0),
) -> np.ndarray:
    return np.moveaxis(conv2d_nhwc(x, w, b, stride, padding), -1, 1)


def _places_reshaped(
    x: np.ndarray,
    w: np.ndarray,
    b: np.ndarray | None = None,
    stride: Pair = (1, 1),
    padding: Pair = (0, 0),
) -> np.ndarray:
    out = conv2d_nhwc(x, w, b, stride, padding)
    return np.moveaxis(out, -1, 1).reshape(out.shape)


def _image_reshaped(
    x: np.ndarray,
    w: np.ndarray,
    b: np.ndarray | None = None,
    stride: Pair = (1, 1),
    padding: Pair = (0, 0),
) -> np.ndarray:
    n, h, width, channels = x.shape
    x = np.moveaxis(x.reshape(n, channels, h, width), 1, -1)
    return conv2d_nhwc(x, w, b, stride, padding)


def _kernels_reshaped(
    x: np.ndarray,
    w: np.ndarray,
    b: np.ndarray | None = None,
    stride: Pair = (1, 1),
    padding: Pair = (0, 0),
) -> np.ndarray:
    mixed = w.reshape(w.shape[3], -1).T.reshape(w.shape)
    return conv2d_nhwc(x, mixed, b, stride, padding)


def _kernels_read_as_torch(
    x: np.ndarray,
    w: np.ndarray,
    b: np.ndarray | None = None,
    stride: Pair = (1, 1),
    padding: Pair = (0, 0),
) -> np.ndarray:
    return conv2d_nhwc(x, w.transpose(2, 3, 1, 0), b, stride, padding)


def _in_single(
    x: np.ndarray,
    w: np.ndarray,
    b: np.ndarray | None = None,
    stride: Pair = (1, 1),
    padding: Pair = (0, 0),
) -> np.ndarray:
    return conv2d_nhwc(x, w, b, stride, padding).astype(np.float32)


MISCONCEPTIONS: tuple[Misconception, ...] = (
    Misconception(
        name="tf_bias_missing",
        of="conv2d_tf",
        hint=("The bias was never added. Everything else is right."),
        code=_tf_bias_missing,
        result=_bias_missing,
    ),
    Misconception(
        name="tf_flipped_kernel",
        of="conv2d_tf",
        hint=(
            "The kernels were turned around. This layer lays them on the image as "
            "they are."
        ),
        code=_tf_flipped_kernel,
        result=_flipped_kernel,
    ),
    Misconception(
        name="tf_padding_ignored",
        of="conv2d_tf",
        hint=("The padding plays no part in this result."),
        code=_tf_padding_ignored,
        result=_padding_ignored,
    ),
    Misconception(
        name="tf_same_padding",
        of="conv2d_tf",
        hint=(
            "The image was padded as 'SAME' does, whatever the argument says. Use the "
            "padding that is given."
        ),
        code=_tf_same_padding,
        result=_same_padding,
    ),
    Misconception(
        name="tf_paddings_swapped",
        of="conv2d_tf",
        hint=(
            "The two paddings are exchanged. The first one is for the rows above and "
            "below."
        ),
        code=_tf_paddings_swapped,
        result=_paddings_swapped,
    ),
    Misconception(
        name="tf_stride_of_height",
        of="conv2d_tf",
        hint=("The vertical stride was used for both axes. Each axis has its own."),
        code=_tf_stride_of_height,
        result=_stride_of_height,
    ),
    Misconception(
        name="tf_stride_ignored",
        of="conv2d_tf",
        hint=(
            "The stride plays no part in this result: the kernel moved by one pixel "
            "at a time."
        ),
        code=_tf_stride_ignored,
        result=_stride_ignored,
    ),
    Misconception(
        name="tf_channels_first",
        of="conv2d_tf",
        hint=(
            "The channels follow the batch in this result, as in PyTorch. In "
            "TensorFlow they come last."
        ),
        code=_tf_channels_first,
        result=_channels_first,
    ),
    Misconception(
        name="tf_places_reshaped",
        of="conv2d_tf",
        hint=(
            "The shape is right, but the numbers are in the wrong places: a reshape "
            "does not move axes, it reads the numbers in their old order."
        ),
        code=_tf_places_reshaped,
        result=_places_reshaped,
    ),
    Misconception(
        name="tf_image_reshaped",
        of="conv2d_tf",
        hint=(
            "x was reshaped to another order of axes, which mixes its channels. A "
            "reshape does not move axes: what does?"
        ),
        code=_tf_image_reshaped,
        result=_image_reshaped,
    ),
    Misconception(
        name="tf_kernels_reshaped",
        of="conv2d_tf",
        hint=(
            "The weights of the filters are mixed up: w was reshaped so that one row "
            "holds pieces of several filters. On which axis of w do the filters lie?"
        ),
        code=_tf_kernels_reshaped,
        result=_kernels_reshaped,
    ),
    Misconception(
        name="tf_kernels_read_as_torch",
        of="conv2d_tf",
        hint=(
            "w was read as (out, in, kh, kw), the order of PyTorch. TensorFlow's "
            "kernels are (kh, kw, in, out)."
        ),
        code=_tf_kernels_read_as_torch,
        result=_kernels_read_as_torch,
    ),
    Misconception(
        name="tf_loses_dtype",
        of="conv2d_tf",
        hint=(
            "float64 images gave a float32 result. Keep the dtype of x in all that "
            "you create or convert."
        ),
        code=_tf_loses_dtype,
        result=_in_single,
    ),
    Misconception(
        name="tf_not_a_tensor",
        of="conv2d_tf",
        hint=(
            "What comes back is no TensorFlow tensor, so no gradient can flow "
            "through it. Stay in the library from x to the result: no numpy() on "
            "the way, and no path without a return."
        ),
        code=_tf_not_a_tensor,
        result=None,
        sign="framework",
    ),
    Misconception(
        name="tf_breaks_autograd",
        of="conv2d_tf",
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
        of="conv2d_tf",
        hint=(
            "The result lies on the CPU, whatever the device of x. Create and keep "
            "everything where x is."
        ),
        code=_tf_result_on_cpu,
        result=None,
        sign="device",
    ),
)
