"""The library's own recurrent layers, which an exercise asks to write oneself."""

from __future__ import annotations

__all__ = ["TENSORFLOW", "TORCH"]

# The layers of torch.nn call those of torch._VF, which is torch's C++ side.
TORCH = (
    "torch.nn.LSTM.forward",
    "torch.nn.LSTMCell.forward",
    "torch.lstm",
    "torch.lstm_cell",
    "torch._VF.lstm",
    "torch._VF.lstm_cell",
)

# Keras is not named as tensorflow.keras: looking that up would load it into a kernel
# that doesn't use it. Its layers are the same classes.
TENSORFLOW = (
    "keras.layers.LSTM.__call__",
    "keras.layers.LSTMCell.__call__",
    "keras.layers.RNN.__call__",
)
