"""What wrong layers of PyTorch and TensorFlow give, computed in numpy.

For the process that has no framework: `result` of the entries for `multi_head_torch`
and `multi_head_tf`. Some are mistakes of `multi_head`, too; they are its `code`.
"""

from autograder.checks import RightAnswer

from ..variants import always_masked

__all__ = [
    "heads_reshaped",
    "in_single",
    "join_reshaped",
    "mask_for_heads",
    "mask_inverted",
    "nan_where_nothing_is_seen",
    "no_output_projection",
    "no_scale",
    "root_in_single",
    "scale_of_d_model",
    "softmax_over_queries",
]

layer = RightAnswer(always_masked.multi_head)

no_output_projection = layer.edited({" @ Wo": ""}, label="no_output_projection")
no_scale = layer.edited({" / q.shape[-1] ** 0.5": ""}, label="no_scale")
scale_of_d_model = layer.edited({"/ q.shape": "/ x.shape"}, label="scale_of_d_model")
root_in_single = layer.edited(
    {"q.shape[-1] ** 0.5": "float(np.float32(q.shape[-1] ** 0.5))"},
    label="root_in_single",
)
softmax_over_queries = layer.edited(
    {
        "weights = softmax(scores, mask)": """
            if mask is not None:
                mask = np.swapaxes(mask, -1, -2)
            weights = softmax(np.swapaxes(scores, -1, -2), mask)
            weights = np.swapaxes(weights, -1, -2)
            """
    },
    label="softmax_over_queries",
)
heads_reshaped = layer.edited(
    {
        "split_heads(rows @ W, heads)": """
            (rows @ W).reshape(len(rows), heads, rows.shape[1], -1)""",
        "join_heads(weights @ v)": "(weights @ v).reshape(x.shape)",
    },
    label="heads_reshaped",
)
join_reshaped = layer.edited(
    {"join_heads(weights @ v)": "(weights @ v).reshape(x.shape)"},
    label="join_reshaped",
)
mask_for_heads = layer.edited({"mask[..., None, :, :]": "mask"}, label="mask_for_heads")
mask_inverted = layer.edited({"else mask": "else ~mask"}, label="mask_inverted")
nan_where_nothing_is_seen = layer.edited(
    {
        "weights = softmax(scores, mask)": """
            weights = softmax(scores, mask)
            if mask is not None:
                sees = mask.any(axis=-1, keepdims=True)
                weights = np.where(sees, weights, np.nan)
            """
    },
    label="nan_where_nothing_is_seen",
)
in_single = layer.edited(
    {
        "join_heads(weights @ v) @ Wo": """
            (join_heads(weights @ v) @ Wo).astype(np.float32)"""
    },
    label="in_single",
)
