"""The library's own optimizers, which an exercise asks to do without."""

from __future__ import annotations

__all__ = ["TENSORFLOW", "TORCH"]

# Every optimizer's own __init__ calls that of its base class.
TORCH = ("torch.optim.Optimizer.__init__",)

# Not named as tensorflow.keras: looking that up would load Keras into a kernel that
# doesn't use it. tf.optimizers holds the same classes.
TENSORFLOW = ("keras.optimizers.Optimizer.__init__",)
