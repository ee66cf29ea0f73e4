"""The library's own routines that an exercise asks to write oneself."""

from __future__ import annotations

__all__ = ["SOFTMAX", "TENSORFLOW", "TORCH"]

SOFTMAX = ("scipy.special.softmax", "scipy.special.log_softmax")

TORCH = (
    "torch.nn.functional.scaled_dot_product_attention",
    "torch.nn.functional.multi_head_attention_forward",
    "torch.nn.MultiheadAttention.forward",
    "torch.nn.attention.flex_attention.flex_attention",
    "torch._C._nn.scaled_dot_product_attention",
    "torch._native_multi_head_attention",
)

# Keras is not named as tensorflow.keras: looking that up would load it into a kernel
# that doesn't use it. Its layers are the same classes.
TENSORFLOW = (
    "keras.layers.MultiHeadAttention.__call__",
    "keras.layers.GroupQueryAttention.__call__",
    "keras.layers.Attention.__call__",
    "keras.layers.AdditiveAttention.__call__",
    "keras.ops.dot_product_attention",
)
