"""The libraries' own training, which an exercise asks to do without."""

from __future__ import annotations

__all__ = ["TRAINERS"]

# What is not loaded can't be called, and is passed over. Keras is not named as
# tensorflow.keras: looking that up would load it into a kernel that doesn't use it.
TRAINERS = (
    "sklearn.neural_network.MLPRegressor.fit",
    "torch.optim.Adam.step",
    "torch.optim.AdamW.step",
    "torch.optim.LBFGS.step",
    "torch.optim.RMSprop.step",
    "torch.optim.SGD.step",
    "keras.optimizers.Optimizer.apply_gradients",
    "keras.Model.fit",
)
