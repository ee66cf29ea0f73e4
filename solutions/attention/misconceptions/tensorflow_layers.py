"""Wrong answers to `multi_head_tf`.

`result` computes the same in numpy, in the process that has no framework. Those that
show by their framework, their device or a broken graph have none.
"""

from autograder.checks import Misconception, RightAnswer

from ..variants import always_masked
from . import in_numpy

__all__ = ["MISCONCEPTIONS"]

layer = RightAnswer(always_masked.multi_head_tf)

MISCONCEPTIONS: tuple[Misconception, ...] = (
    layer.but(
        "tf_no_scale",
        {" / q.shape[-1] ** 0.5": ""},
        "The scores were not divided by the root of the heads' width.",
        result=in_numpy.no_scale,
    ),
    layer.but(
        "tf_scale_of_d_model",
        {"/ q.shape[-1]": "/ d_model"},
        "The scores were divided by the root of d_model. Each head adds up only as "
        "many products as it is wide.",
        result=in_numpy.scale_of_d_model,
    ),
    layer.but(
        "tf_softmax_over_queries",
        {"axis=-1": "axis=-2"},
        "The weights of each key add up to 1 over the queries. It is each query that "
        "hands out weights, over the keys: look at the softmax's axis.",
        result=in_numpy.softmax_over_queries,
    ),
    layer.but(
        "tf_heads_reshaped",
        {
            "-1, heads": "heads, -1",
            "tf.transpose(tf.reshape(": "tf.reshape(",
            "apart), (0, 2, 1, 3))": "apart)",
            "tf.transpose(weights @ v, (0, 2, 1, 3))": "weights @ v",
        },
        "The heads were cut by a reshape alone, which mixes positions and features: "
        "the shape is right, the numbers are not. First cut the last axis, then move "
        "axes.",
        result=in_numpy.heads_reshaped,
    ),
    layer.but(
        "tf_join_reshaped",
        {"tf.transpose(weights @ v, (0, 2, 1, 3))": "weights @ v"},
        "The heads were joined by a reshape alone, which puts numbers of other "
        "positions side by side. First bring heads and features together, then join "
        "them.",
        result=in_numpy.join_reshaped,
    ),
    layer.but(
        "tf_no_output_projection",
        {"@ Wo": "+ 0 * tf.reduce_sum(Wo)"},
        "The heads' results stand side by side as they are: the projection of the "
        "output is missing.",
        result=in_numpy.no_output_projection,
    ),
    layer.but(
        "tf_mask_inverted",
        {"else mask": "else ~mask"},
        "Each query looks at just those keys that its mask forbids. Here True means "
        "allowed, whatever it means elsewhere in the library.",
        result=in_numpy.mask_inverted,
    ),
    layer.but(
        "tf_mask_for_heads",
        {"mask[..., None, :, :]": "mask"},
        "The batch's axis of the mask met the axis of the heads. Compare the shapes of "
        "scores and mask, from the last axis backwards.",
        result=in_numpy.mask_for_heads,
    ),
    layer.but(
        "tf_nan_where_nothing_is_seen",
        {
            "scores.dtype.min": "-np.inf",
            "tf.where(seen, tf.nn": "tf.nn",
            "axis=-1), 0)": "axis=-1)",
        },
        "A query that may look at nothing gets nan: the softmax of nothing but -inf is "
        "no number. Such queries get zeros.",
        result=in_numpy.nan_where_nothing_is_seen,
    ),
    layer.but(
        "tf_in_single",
        {
            "batch, _": """
                x, memory, Wq, Wk, Wv, Wo = (
                    tf.cast(t, tf.float32) for t in (x, memory, Wq, Wk, Wv, Wo)
                )
                batch, _
                """
        },
        "float64 tensors gave a float32 result. Keep the dtype of x in all that you "
        "create or convert.",
        result=in_numpy.in_single,
    ),
    layer.but(
        "tf_root_in_single",
        {"q.shape[-1] ** 0.5": "tf.cast(q.shape[-1] ** 0.5, q.dtype)"},
        "float64 tensors gave a float64 result of float32's precision: tf.cast makes a "
        "float32 tensor of a Python number before it casts. Cast a whole number and "
        "take its root then, or divide by the Python number.",
        result=in_numpy.root_in_single,
    ),
    layer.but(
        "tf_breaks_autograd",
        {"joined @ Wo": "tf.stop_gradient(joined @ Wo)"},
        "The values are right, but no gradient flows back: on its way the result was "
        "taken out of the library's record, as by numpy() or tf.stop_gradient.",
        result=None,
        sign="broken_graph",
    ),
    layer.but(
        "tf_returns_numpy",
        {"joined @ Wo": "(joined @ Wo).numpy()"},
        "What comes back is a numpy array, through which no gradient can flow. Return "
        "a tensor of TensorFlow.",
        result=None,
        sign="framework",
    ),
    layer.but(
        "tf_result_on_cpu",
        {
            "return joined @ Wo": """
                out = joined @ Wo
                with tf.device("/CPU:0"):
                    return tf.identity(out)
                """
        },
        "The result lies on the CPU, whatever the device of x. Create and keep "
        "everything where x is.",
        result=None,
        sign="device",
    ),
)
