"""Wrong answers to maximum pooling in TensorFlow: `max_pool2d_tf`.

`result` computes the same in numpy, in the process that has no framework. Those that
show by their framework, device or broken graph have none.
"""

import numpy as np

from autograder.checks import Misconception, RightAnswer

from .. import oracle
from ..oracle import max_pool2d_nhwc
from ..variants import window_views

__all__ = ["MISCONCEPTIONS"]

in_patches = RightAnswer(window_views.max_pool2d_tf)
in_numpy = RightAnswer(oracle.max_pool2d_nhwc, of="max_pool2d_tf")

POOLED = "return _to_nhwc(max_pool2d(_to_nchw(x), size, stride, padding))"


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


MISCONCEPTIONS: tuple[Misconception, ...] = (
    in_patches.but(
        "tf_pads_with_zero",
        {", constant_values=x.dtype.min": ""},
        "The frame was made of zeros, which beat negative pixels. Both tf.pad and "
        "extract_patches take zeros unless they are told otherwise.",
        result=in_numpy.edited(
            {
                POOLED: """
                windows = _windows(_to_nchw(x), size, stride, padding, fill=0)
                return _to_nhwc(windows.max(axis=(4, 5)))
                """
            }
        ),
    ),
    in_patches.but(
        "tf_same_padding",
        {
            "stride or size, padding": "stride or size, (0, 0)",
            '"VALID"': '"SAME"',
        },
        "The image was padded as 'SAME' does, and with zeros, whatever the argument "
        "says. Use the padding that is given.",
        result=_same_padding,
    ),
    in_patches.but(
        "tf_stride_one_by_default",
        {"stride or size": "stride or (1, 1)"},
        "Without a stride the window moved by one pixel at a time. What does None "
        "stand for in this notebook?",
        result=in_numpy.edited({"stride, pad": "stride or (1, 1), pad"}),
    ),
    in_patches.but(
        "tf_channels_mixed",
        {
            "kh * kw, -1]), axis=-2": "-1, kh * kw]), axis=-1",
            "x.dtype.min": "tf.constant(-np.inf, x.dtype)",
        },
        "Maxima were taken over pixels of different channels: the patches were split "
        "the wrong way round. What runs fastest in a patch, the channel or the place "
        "in the window?",
        result=in_numpy.edited(
            {
                POOLED: """
                windows = _windows(_to_nchw(x), size, stride, padding, fill=-np.inf)
                b, c, oh, ow, kh, kw = windows.shape
                patches = windows.transpose(0, 2, 3, 4, 5, 1)
                return patches.reshape(b, oh, ow, c, kh * kw).max(axis=4)
                """
            }
        ),
    ),
    in_patches.but(
        "tf_channels_first",
        {
            "return tf": "best = tf",
            "axis=-2)": """
            axis=-2)
            return tf.transpose(best, (0, 3, 1, 2))
            """,
        },
        "The channels follow the batch in this result, as in PyTorch. In TensorFlow "
        "they come last.",
        result=in_numpy.edited({"_to_nhwc": ""}),
    ),
    in_patches.but(
        "tf_loses_dtype",
        {"tf.reshape(patches,": "tf.reshape(tf.cast(patches, tf.float32),"},
        "float64 images gave a float32 result. Keep the dtype of x in all that you "
        "create or convert.",
        result=in_numpy.edited({"padding))": "padding)).astype(np.float32)"}),
    ),
    in_patches.but(
        "tf_not_a_tensor",
        {"axis=-2)": "axis=-2).numpy()"},
        "What comes back is no TensorFlow tensor, so no gradient can flow through it. "
        "Stay in the library from x to the result.",
        result=None,
        sign="framework",
    ),
    in_patches.but(
        "tf_breaks_autograd",
        {
            "return tf": "best = tf",
            "axis=-2)": """
            axis=-2)
            with tf.device(x.device):
                return tf.constant(best.numpy())
            """,
        },
        "The values are right, but the tape has lost track of how they were made. "
        "Look for numpy() or a detour through numpy on the way from x to the result.",
        result=None,
        sign="broken_graph",
    ),
    in_patches.but(
        "tf_result_on_cpu",
        {
            "return tf": "best = tf",
            "axis=-2)": """
            axis=-2)
            with tf.device("/CPU:0"):
                return tf.identity(best)
            """,
        },
        "The result lies on the CPU, whatever the device of x. Create and keep "
        "everything where x is.",
        result=None,
        sign="device",
    ),
)
