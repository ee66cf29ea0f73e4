"""Wrong answers to the layer in TensorFlow: `conv2d_tf`.

`result` computes the same in numpy, in the process that has no framework. Those that
show by their framework, device or broken graph have none.
"""

from autograder.checks import Misconception, RightAnswer

from .. import oracle
from ..variants import matrix_products

__all__ = ["MISCONCEPTIONS"]

by_patches = RightAnswer(matrix_products.conv2d_tf)
in_numpy = RightAnswer(oracle.conv2d_nhwc, of="conv2d_tf")

MISCONCEPTIONS: tuple[Misconception, ...] = (
    by_patches.but(
        "tf_bias_missing",
        {"out + b if b is not None else out": "out"},
        "The bias was never added. Everything else is right.",
        result=in_numpy.edited({"b, stride": "None, stride"}),
    ),
    by_patches.but(
        "tf_flipped_kernel",
        {"tf.reshape(w,": "tf.reshape(w[::-1, ::-1],"},
        "The kernels were turned around. This layer lays them on the image as they "
        "are.",
        result=in_numpy.edited({"(w)": "(w[::-1, ::-1])"}),
    ),
    by_patches.but(
        "tf_padding_ignored",
        {"x = tf.pad(x, [(0, 0), (padding[0],) * 2, (padding[1],) * 2, (0, 0)])": ""},
        "The padding plays no part in this result.",
        result=in_numpy.edited({"stride, padding)": "stride, (0, 0))"}),
    ),
    by_patches.but(
        "tf_same_padding",
        {
            "x = tf.pad(x, [(0, 0), (padding[0],) * 2, (padding[1],) * 2, (0, 0)])": "",
            "VALID": "SAME",
        },
        "The image was padded as 'SAME' does, whatever the argument says. Use the "
        "padding that is given.",
        result=in_numpy.edited(
            {
                "out = conv2d(_to_nchw(x), _to_oihw(w), b, stride, padding)": """
                frame = [(0, 0)]
                for n, k, s in zip(x.shape[1:3], w.shape, stride):
                    total = max((-(-n // s) - 1) * s + k - n, 0)
                    frame.append((total // 2, total - total // 2))
                x = np.pad(x, [*frame, (0, 0)])
                out = conv2d(_to_nchw(x), _to_oihw(w), b, stride)
            """
            }
        ),
    ),
    by_patches.but(
        "tf_paddings_swapped",
        {"padding[0]": "padding[1]", "padding[1]": "padding[0]"},
        "The two paddings are exchanged. The first one is for the rows above and "
        "below.",
        result=in_numpy.edited({"stride, padding)": "stride, padding[::-1])"}),
    ),
    by_patches.but(
        "tf_stride_of_height",
        {"*stride": "stride[0], stride[0]"},
        "The vertical stride was used for both axes. Each axis has its own.",
        result=in_numpy.edited(
            {"stride, padding)": "(stride[0], stride[0]), padding)"}
        ),
    ),
    by_patches.but(
        "tf_stride_ignored",
        {"*stride": "1, 1"},
        "The stride plays no part in this result: the kernel moved by one pixel at a "
        "time.",
        result=in_numpy.edited({"stride, padding)": "(1, 1), padding)"}),
    ),
    by_patches.but(
        "tf_channels_first",
        {
            "return out + b if b is not None else out": """
                out = out + b if b is not None else out
                return tf.transpose(out, (0, 3, 1, 2))
            """,
        },
        "The channels follow the batch in this result, as in PyTorch. In TensorFlow "
        "they come last.",
        result=in_numpy.edited({"np.moveaxis(out, 1, -1)": "out"}),
    ),
    by_patches.but(
        "tf_places_reshaped",
        {
            "return out + b if b is not None else out": """
                out = out + b if b is not None else out
                return tf.reshape(tf.transpose(out, (0, 3, 1, 2)), out.shape)
            """,
        },
        "The shape is right, but the numbers are in the wrong places: a reshape does "
        "not move axes, it reads the numbers in their old order.",
        result=in_numpy.edited(
            {"np.moveaxis(out, 1, -1)": "out.reshape(np.moveaxis(out, 1, -1).shape)"}
        ),
    ),
    by_patches.but(
        "tf_image_reshaped",
        {
            "x = tf.pad(": """
                x = tf.reshape(x, (x.shape[0], channels, *x.shape[1:3]))
                x = tf.transpose(x, (0, 2, 3, 1))
                x = tf.pad(
            """,
        },
        "x was reshaped to another order of axes, which mixes its channels. A reshape "
        "does not move axes: what does?",
        result=in_numpy.edited(
            {"_to_nchw(x)": "x.reshape(len(x), x.shape[3], *x.shape[1:3])"}
        ),
    ),
    by_patches.but(
        "tf_kernels_reshaped",
        {
            "tf.reshape(w,": "tf.transpose(tf.reshape(w,",
            "(kh * kw * channels, filters))": "(filters, -1)))",
        },
        "The weights of the filters are mixed up: w was reshaped so that one row "
        "holds pieces of several filters. On which axis of w do the filters lie?",
        result=in_numpy.edited(
            {"(w)": "(w.reshape(w.shape[3], -1).T.reshape(w.shape))"}
        ),
    ),
    by_patches.but(
        "tf_kernels_read_as_torch",
        {
            "kh, kw, channels, filters = w.shape": """
                filters, channels, kh, kw = w.shape
                w = tf.transpose(w, (2, 3, 1, 0))
            """,
        },
        "w was read as (out, in, kh, kw), the order of PyTorch. TensorFlow's kernels "
        "are (kh, kw, in, out).",
        result=in_numpy.edited({"_to_oihw(w)": "w"}),
    ),
    by_patches.but(
        "tf_loses_dtype",
        {
            "patches @": "tf.cast(patches, tf.float32) @",
            "tf.reshape(w,": "tf.reshape(tf.cast(w, tf.float32),",
            "out + b": "out + tf.cast(b, tf.float32)",
        },
        "float64 images gave a float32 result. Keep the dtype of x in all that you "
        "create or convert.",
        result=in_numpy.edited({"(out, 1, -1)": "(out, 1, -1), np.float32"}),
    ),
    by_patches.but(
        "tf_not_a_tensor",
        {
            "return out + b if b is not None else out": """
                out = out + b if b is not None else out
                return out.numpy()
            """,
        },
        "What comes back is no TensorFlow tensor, so no gradient can flow through it. "
        "Stay in the library from x to the result: no numpy() on the way, and no path "
        "without a return.",
        result=None,
        sign="framework",
    ),
    by_patches.but(
        "tf_breaks_autograd",
        {
            "return out + b if b is not None else out": """
                out = out + b if b is not None else out
                return tf.constant(out.numpy())
            """,
        },
        "The values are right, but the tape has lost track of how they were made. "
        "Look for numpy() or a detour through numpy on the way from x to the result.",
        result=None,
        sign="broken_graph",
    ),
    by_patches.but(
        "tf_result_on_cpu",
        {
            "return out + b if b is not None else out": """
                with tf.device("/CPU:0"):
                    return tf.identity(out + b if b is not None else out)
            """,
        },
        "The result lies on the CPU, whatever the device of x. Create and keep "
        "everything where x is.",
        result=None,
        sign="device",
    ),
)
