"""Wrong answers to `multi_head_tf`.

`result` computes the same in numpy, in the process that has no framework. Those that
show by their framework, their device or a broken graph have none.
"""

from typing import TYPE_CHECKING

from autograder.checks import Misconception

from .in_numpy import (
    heads_reshaped,
    in_single,
    join_reshaped,
    mask_for_heads,
    mask_inverted,
    nan_where_nothing_is_seen,
    no_output_projection,
    no_scale,
    root_in_single,
    scale_of_d_model,
    softmax_over_queries,
)

if TYPE_CHECKING:
    import tensorflow as tf

__all__ = ["MISCONCEPTIONS"]


def _tf_no_scale(
    x: "tf.Tensor",
    memory: "tf.Tensor",
    Wq: "tf.Tensor",
    Wk: "tf.Tensor",
    Wv: "tf.Tensor",
    Wo: "tf.Tensor",
    heads: int,
    mask: "tf.Tensor | None" = None,
) -> "tf.Tensor":
    import tensorflow as tf

    batch, _, d_model = x.shape
    q, k, v = (
        tf.transpose(
            tf.reshape(rows @ W, (batch, -1, heads, d_model // heads)), (0, 2, 1, 3)
        )
        for rows, W in ((x, Wq), (memory, Wk), (memory, Wv))
    )
    scores = tf.matmul(q, k, transpose_b=True)
    seen = tf.ones_like(scores, tf.bool) if mask is None else mask[..., None, :, :]
    scores = tf.where(seen, scores, scores.dtype.min)
    weights = tf.nn.softmax(scores, axis=-1)
    weights = tf.where(seen, weights, 0)
    joined = tf.reshape(tf.transpose(weights @ v, (0, 2, 1, 3)), x.shape)
    return joined @ Wo


def _tf_scale_of_d_model(
    x: "tf.Tensor",
    memory: "tf.Tensor",
    Wq: "tf.Tensor",
    Wk: "tf.Tensor",
    Wv: "tf.Tensor",
    Wo: "tf.Tensor",
    heads: int,
    mask: "tf.Tensor | None" = None,
) -> "tf.Tensor":
    import tensorflow as tf

    batch, _, d_model = x.shape
    q, k, v = (
        tf.transpose(
            tf.reshape(rows @ W, (batch, -1, heads, d_model // heads)), (0, 2, 1, 3)
        )
        for rows, W in ((x, Wq), (memory, Wk), (memory, Wv))
    )
    scores = tf.matmul(q, k, transpose_b=True) / d_model**0.5
    seen = tf.ones_like(scores, tf.bool) if mask is None else mask[..., None, :, :]
    scores = tf.where(seen, scores, scores.dtype.min)
    weights = tf.nn.softmax(scores, axis=-1)
    weights = tf.where(seen, weights, 0)
    joined = tf.reshape(tf.transpose(weights @ v, (0, 2, 1, 3)), x.shape)
    return joined @ Wo


def _tf_softmax_over_queries(
    x: "tf.Tensor",
    memory: "tf.Tensor",
    Wq: "tf.Tensor",
    Wk: "tf.Tensor",
    Wv: "tf.Tensor",
    Wo: "tf.Tensor",
    heads: int,
    mask: "tf.Tensor | None" = None,
) -> "tf.Tensor":
    import tensorflow as tf

    batch, _, d_model = x.shape
    q, k, v = (
        tf.transpose(
            tf.reshape(rows @ W, (batch, -1, heads, d_model // heads)), (0, 2, 1, 3)
        )
        for rows, W in ((x, Wq), (memory, Wk), (memory, Wv))
    )
    scores = tf.matmul(q, k, transpose_b=True) / q.shape[-1] ** 0.5
    seen = tf.ones_like(scores, tf.bool) if mask is None else mask[..., None, :, :]
    scores = tf.where(seen, scores, scores.dtype.min)
    weights = tf.nn.softmax(scores, axis=-2)
    weights = tf.where(seen, weights, 0)
    joined = tf.reshape(tf.transpose(weights @ v, (0, 2, 1, 3)), x.shape)
    return joined @ Wo


def _tf_heads_reshaped(
    x: "tf.Tensor",
    memory: "tf.Tensor",
    Wq: "tf.Tensor",
    Wk: "tf.Tensor",
    Wv: "tf.Tensor",
    Wo: "tf.Tensor",
    heads: int,
    mask: "tf.Tensor | None" = None,
) -> "tf.Tensor":
    import tensorflow as tf

    batch, _, d_model = x.shape
    q, k, v = (
        tf.reshape(rows @ W, (batch, heads, -1, d_model // heads))
        for rows, W in ((x, Wq), (memory, Wk), (memory, Wv))
    )
    scores = tf.matmul(q, k, transpose_b=True) / q.shape[-1] ** 0.5
    seen = tf.ones_like(scores, tf.bool) if mask is None else mask[..., None, :, :]
    scores = tf.where(seen, scores, scores.dtype.min)
    weights = tf.nn.softmax(scores, axis=-1)
    weights = tf.where(seen, weights, 0)
    joined = tf.reshape(weights @ v, x.shape)
    return joined @ Wo


def _tf_join_reshaped(
    x: "tf.Tensor",
    memory: "tf.Tensor",
    Wq: "tf.Tensor",
    Wk: "tf.Tensor",
    Wv: "tf.Tensor",
    Wo: "tf.Tensor",
    heads: int,
    mask: "tf.Tensor | None" = None,
) -> "tf.Tensor":
    import tensorflow as tf

    batch, _, d_model = x.shape
    q, k, v = (
        tf.transpose(
            tf.reshape(rows @ W, (batch, -1, heads, d_model // heads)), (0, 2, 1, 3)
        )
        for rows, W in ((x, Wq), (memory, Wk), (memory, Wv))
    )
    scores = tf.matmul(q, k, transpose_b=True) / q.shape[-1] ** 0.5
    seen = tf.ones_like(scores, tf.bool) if mask is None else mask[..., None, :, :]
    scores = tf.where(seen, scores, scores.dtype.min)
    weights = tf.nn.softmax(scores, axis=-1)
    weights = tf.where(seen, weights, 0)
    joined = tf.reshape(weights @ v, x.shape)
    return joined @ Wo


def _tf_no_output_projection(
    x: "tf.Tensor",
    memory: "tf.Tensor",
    Wq: "tf.Tensor",
    Wk: "tf.Tensor",
    Wv: "tf.Tensor",
    Wo: "tf.Tensor",
    heads: int,
    mask: "tf.Tensor | None" = None,
) -> "tf.Tensor":
    import tensorflow as tf

    batch, _, d_model = x.shape
    q, k, v = (
        tf.transpose(
            tf.reshape(rows @ W, (batch, -1, heads, d_model // heads)), (0, 2, 1, 3)
        )
        for rows, W in ((x, Wq), (memory, Wk), (memory, Wv))
    )
    scores = tf.matmul(q, k, transpose_b=True) / q.shape[-1] ** 0.5
    seen = tf.ones_like(scores, tf.bool) if mask is None else mask[..., None, :, :]
    scores = tf.where(seen, scores, scores.dtype.min)
    weights = tf.nn.softmax(scores, axis=-1)
    weights = tf.where(seen, weights, 0)
    joined = tf.reshape(tf.transpose(weights @ v, (0, 2, 1, 3)), x.shape)
    return joined + 0 * tf.reduce_sum(Wo)


def _tf_mask_inverted(
    x: "tf.Tensor",
    memory: "tf.Tensor",
    Wq: "tf.Tensor",
    Wk: "tf.Tensor",
    Wv: "tf.Tensor",
    Wo: "tf.Tensor",
    heads: int,
    mask: "tf.Tensor | None" = None,
) -> "tf.Tensor":
    import tensorflow as tf

    batch, _, d_model = x.shape
    q, k, v = (
        tf.transpose(
            tf.reshape(rows @ W, (batch, -1, heads, d_model // heads)), (0, 2, 1, 3)
        )
        for rows, W in ((x, Wq), (memory, Wk), (memory, Wv))
    )
    scores = tf.matmul(q, k, transpose_b=True) / q.shape[-1] ** 0.5
    seen = tf.ones_like(scores, tf.bool) if mask is None else ~mask[..., None, :, :]
    scores = tf.where(seen, scores, scores.dtype.min)
    weights = tf.nn.softmax(scores, axis=-1)
    weights = tf.where(seen, weights, 0)
    joined = tf.reshape(tf.transpose(weights @ v, (0, 2, 1, 3)), x.shape)
    return joined @ Wo


def _tf_mask_for_heads(
    x: "tf.Tensor",
    memory: "tf.Tensor",
    Wq: "tf.Tensor",
    Wk: "tf.Tensor",
    Wv: "tf.Tensor",
    Wo: "tf.Tensor",
    heads: int,
    mask: "tf.Tensor | None" = None,
) -> "tf.Tensor":
    import tensorflow as tf

    batch, _, d_model = x.shape
    q, k, v = (
        tf.transpose(
            tf.reshape(rows @ W, (batch, -1, heads, d_model // heads)), (0, 2, 1, 3)
        )
        for rows, W in ((x, Wq), (memory, Wk), (memory, Wv))
    )
    scores = tf.matmul(q, k, transpose_b=True) / q.shape[-1] ** 0.5
    seen = tf.ones_like(scores, tf.bool) if mask is None else mask
    scores = tf.where(seen, scores, scores.dtype.min)
    weights = tf.nn.softmax(scores, axis=-1)
    weights = tf.where(seen, weights, 0)
    joined = tf.reshape(tf.transpose(weights @ v, (0, 2, 1, 3)), x.shape)
    return joined @ Wo


def _tf_nan_where_nothing_is_seen(
    x: "tf.Tensor",
    memory: "tf.Tensor",
    Wq: "tf.Tensor",
    Wk: "tf.Tensor",
    Wv: "tf.Tensor",
    Wo: "tf.Tensor",
    heads: int,
    mask: "tf.Tensor | None" = None,
) -> "tf.Tensor":
    import tensorflow as tf

    batch, _, d_model = x.shape
    q, k, v = (
        tf.transpose(
            tf.reshape(rows @ W, (batch, -1, heads, d_model // heads)), (0, 2, 1, 3)
        )
        for rows, W in ((x, Wq), (memory, Wk), (memory, Wv))
    )
    scores = tf.matmul(q, k, transpose_b=True) / q.shape[-1] ** 0.5
    seen = tf.ones_like(scores, tf.bool) if mask is None else mask[..., None, :, :]
    scores = tf.where(seen, scores, float("-inf"))
    weights = tf.nn.softmax(scores, axis=-1)
    joined = tf.reshape(tf.transpose(weights @ v, (0, 2, 1, 3)), x.shape)
    return joined @ Wo


def _tf_in_single(
    x: "tf.Tensor",
    memory: "tf.Tensor",
    Wq: "tf.Tensor",
    Wk: "tf.Tensor",
    Wv: "tf.Tensor",
    Wo: "tf.Tensor",
    heads: int,
    mask: "tf.Tensor | None" = None,
) -> "tf.Tensor":
    import tensorflow as tf

    x, memory, Wq, Wk, Wv, Wo = (
        tf.cast(t, tf.float32) for t in (x, memory, Wq, Wk, Wv, Wo)
    )
    batch, _, d_model = x.shape
    q, k, v = (
        tf.transpose(
            tf.reshape(rows @ W, (batch, -1, heads, d_model // heads)), (0, 2, 1, 3)
        )
        for rows, W in ((x, Wq), (memory, Wk), (memory, Wv))
    )
    scores = tf.matmul(q, k, transpose_b=True) / q.shape[-1] ** 0.5
    seen = tf.ones_like(scores, tf.bool) if mask is None else mask[..., None, :, :]
    scores = tf.where(seen, scores, scores.dtype.min)
    weights = tf.nn.softmax(scores, axis=-1)
    weights = tf.where(seen, weights, 0)
    joined = tf.reshape(tf.transpose(weights @ v, (0, 2, 1, 3)), x.shape)
    return joined @ Wo


def _tf_root_in_single(
    x: "tf.Tensor",
    memory: "tf.Tensor",
    Wq: "tf.Tensor",
    Wk: "tf.Tensor",
    Wv: "tf.Tensor",
    Wo: "tf.Tensor",
    heads: int,
    mask: "tf.Tensor | None" = None,
) -> "tf.Tensor":
    import tensorflow as tf

    batch, _, d_model = x.shape
    q, k, v = (
        tf.transpose(
            tf.reshape(rows @ W, (batch, -1, heads, d_model // heads)), (0, 2, 1, 3)
        )
        for rows, W in ((x, Wq), (memory, Wk), (memory, Wv))
    )
    scores = tf.matmul(q, k, transpose_b=True) / tf.cast(q.shape[-1] ** 0.5, q.dtype)
    seen = tf.ones_like(scores, tf.bool) if mask is None else mask[..., None, :, :]
    scores = tf.where(seen, scores, scores.dtype.min)
    weights = tf.nn.softmax(scores, axis=-1)
    weights = tf.where(seen, weights, 0)
    joined = tf.reshape(tf.transpose(weights @ v, (0, 2, 1, 3)), x.shape)
    return joined @ Wo


def _tf_breaks_autograd(
    x: "tf.Tensor",
    memory: "tf.Tensor",
    Wq: "tf.Tensor",
    Wk: "tf.Tensor",
    Wv: "tf.Tensor",
    Wo: "tf.Tensor",
    heads: int,
    mask: "tf.Tensor | None" = None,
) -> "tf.Tensor":
    import tensorflow as tf

    batch, _, d_model = x.shape
    q, k, v = (
        tf.transpose(
            tf.reshape(rows @ W, (batch, -1, heads, d_model // heads)), (0, 2, 1, 3)
        )
        for rows, W in ((x, Wq), (memory, Wk), (memory, Wv))
    )
    scores = tf.matmul(q, k, transpose_b=True) / q.shape[-1] ** 0.5
    seen = tf.ones_like(scores, tf.bool) if mask is None else mask[..., None, :, :]
    scores = tf.where(seen, scores, scores.dtype.min)
    weights = tf.nn.softmax(scores, axis=-1)
    weights = tf.where(seen, weights, 0)
    joined = tf.reshape(tf.transpose(weights @ v, (0, 2, 1, 3)), x.shape)
    return tf.stop_gradient(joined @ Wo)


def _tf_returns_numpy(
    x: "tf.Tensor",
    memory: "tf.Tensor",
    Wq: "tf.Tensor",
    Wk: "tf.Tensor",
    Wv: "tf.Tensor",
    Wo: "tf.Tensor",
    heads: int,
    mask: "tf.Tensor | None" = None,
) -> "tf.Tensor":
    import tensorflow as tf

    batch, _, d_model = x.shape
    q, k, v = (
        tf.transpose(
            tf.reshape(rows @ W, (batch, -1, heads, d_model // heads)), (0, 2, 1, 3)
        )
        for rows, W in ((x, Wq), (memory, Wk), (memory, Wv))
    )
    scores = tf.matmul(q, k, transpose_b=True) / q.shape[-1] ** 0.5
    seen = tf.ones_like(scores, tf.bool) if mask is None else mask[..., None, :, :]
    scores = tf.where(seen, scores, scores.dtype.min)
    weights = tf.nn.softmax(scores, axis=-1)
    weights = tf.where(seen, weights, 0)
    joined = tf.reshape(tf.transpose(weights @ v, (0, 2, 1, 3)), x.shape)
    return (joined @ Wo).numpy()


def _tf_result_on_cpu(
    x: "tf.Tensor",
    memory: "tf.Tensor",
    Wq: "tf.Tensor",
    Wk: "tf.Tensor",
    Wv: "tf.Tensor",
    Wo: "tf.Tensor",
    heads: int,
    mask: "tf.Tensor | None" = None,
) -> "tf.Tensor":
    import tensorflow as tf

    batch, _, d_model = x.shape
    q, k, v = (
        tf.transpose(
            tf.reshape(rows @ W, (batch, -1, heads, d_model // heads)), (0, 2, 1, 3)
        )
        for rows, W in ((x, Wq), (memory, Wk), (memory, Wv))
    )
    scores = tf.matmul(q, k, transpose_b=True) / q.shape[-1] ** 0.5
    seen = tf.ones_like(scores, tf.bool) if mask is None else mask[..., None, :, :]
    scores = tf.where(seen, scores, scores.dtype.min)
    weights = tf.nn.softmax(scores, axis=-1)
    weights = tf.where(seen, weights, 0)
    joined = tf.reshape(tf.transpose(weights @ v, (0, 2, 1, 3)), x.shape)
    out = joined @ Wo
    with tf.device("/CPU:0"):
        return tf.identity(out)


MISCONCEPTIONS: tuple[Misconception, ...] = (
    Misconception(
        name="tf_no_scale",
        of="multi_head_tf",
        hint=("The scores were not divided by the root of the heads' width."),
        code=_tf_no_scale,
        result=no_scale,
    ),
    Misconception(
        name="tf_scale_of_d_model",
        of="multi_head_tf",
        hint=(
            "The scores were divided by the root of d_model. Each head adds up "
            "only as many products as it is wide."
        ),
        code=_tf_scale_of_d_model,
        result=scale_of_d_model,
    ),
    Misconception(
        name="tf_softmax_over_queries",
        of="multi_head_tf",
        hint=(
            "The weights of each key add up to 1 over the queries. It is each "
            "query that hands out weights, over the keys: look at the softmax's "
            "axis."
        ),
        code=_tf_softmax_over_queries,
        result=softmax_over_queries,
    ),
    Misconception(
        name="tf_heads_reshaped",
        of="multi_head_tf",
        hint=(
            "The heads were cut by a reshape alone, which mixes positions and "
            "features: the shape is right, the numbers are not. First cut the "
            "last axis, then move axes."
        ),
        code=_tf_heads_reshaped,
        result=heads_reshaped,
    ),
    Misconception(
        name="tf_join_reshaped",
        of="multi_head_tf",
        hint=(
            "The heads were joined by a reshape alone, which puts numbers of other "
            "positions side by side. First bring heads and features together, then "
            "join them."
        ),
        code=_tf_join_reshaped,
        result=join_reshaped,
    ),
    Misconception(
        name="tf_no_output_projection",
        of="multi_head_tf",
        hint=(
            "The heads' results stand side by side as they are: the projection of "
            "the output is missing."
        ),
        code=_tf_no_output_projection,
        result=no_output_projection,
    ),
    Misconception(
        name="tf_mask_inverted",
        of="multi_head_tf",
        hint=(
            "Each query looks at just those keys that its mask forbids. Here True "
            "means allowed, whatever it means elsewhere in the library."
        ),
        code=_tf_mask_inverted,
        result=mask_inverted,
    ),
    Misconception(
        name="tf_mask_for_heads",
        of="multi_head_tf",
        hint=(
            "The batch's axis of the mask met the axis of the heads. Compare the "
            "shapes of scores and mask, from the last axis backwards."
        ),
        code=_tf_mask_for_heads,
        result=mask_for_heads,
    ),
    Misconception(
        name="tf_nan_where_nothing_is_seen",
        of="multi_head_tf",
        hint=(
            "A query that may look at nothing gets nan: the softmax of nothing "
            "but -inf is no number. Such queries get zeros."
        ),
        code=_tf_nan_where_nothing_is_seen,
        result=nan_where_nothing_is_seen,
    ),
    Misconception(
        name="tf_in_single",
        of="multi_head_tf",
        hint=(
            "float64 tensors gave a float32 result. Keep the dtype of x in all "
            "that you create or convert."
        ),
        code=_tf_in_single,
        result=in_single,
    ),
    Misconception(
        name="tf_root_in_single",
        of="multi_head_tf",
        hint=(
            "float64 tensors gave a float64 result of float32's precision: "
            "tf.cast makes a float32 tensor of a Python number before it casts. "
            "Cast a whole number and take its root then, or divide by the Python "
            "number."
        ),
        code=_tf_root_in_single,
        result=root_in_single,
    ),
    Misconception(
        name="tf_breaks_autograd",
        of="multi_head_tf",
        hint=(
            "The values are right, but no gradient flows back: on its way the "
            "result was taken out of the library's record, as by numpy() or "
            "tf.stop_gradient."
        ),
        code=_tf_breaks_autograd,
        result=None,
        sign="broken_graph",
    ),
    Misconception(
        name="tf_returns_numpy",
        of="multi_head_tf",
        hint=(
            "What comes back is a numpy array, through which no gradient can "
            "flow. Return a tensor of TensorFlow."
        ),
        code=_tf_returns_numpy,
        result=None,
        sign="framework",
    ),
    Misconception(
        name="tf_result_on_cpu",
        of="multi_head_tf",
        hint=(
            "The result lies on the CPU, whatever the device of x. Create and "
            "keep everything where x is."
        ),
        code=_tf_result_on_cpu,
        result=None,
        sign="device",
    ),
)
