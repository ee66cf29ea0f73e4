"""What the audit of `backpropagation` is to except, for each the reason why."""

from __future__ import annotations

from autograder.audit.exceptions import Accepted, Equivalent, TrueName

__all__ = ["EXCEPTIONS"]

EXCEPTIONS = (
    # --- wrong answers that are a known mistake ---
    TrueName(
        "early_stopping",
        "one_too_many",
        ("stopping_counts_from_one",),
        "The known mistake counts epochs from 1.",
    ),
    # --- wrong answers that are right here ---
    Accepted(
        "fit_sine",
        "shuffled",
        "All weights one place on are the same network, its hidden units in turn.",
    ),
    # --- mutants of the notebook's solutions ---
    Equivalent(
        "collapse",
        "numpy refuses to multiply matrices that don't fit with a ValueError, too.",
        (
            "line 2: `raise ValueError(f'{W1.shape[1]} numbers leave W1, W2 takes "
            "{W2.shape[0]}')` -> `nothing`",
        ),
    ),
    Equivalent(
        "leaky_relu",
        "At 0 both branches are 0.",
        ("line 1: `x > 0` -> `x >= 0`",),
    ),
    Equivalent(
        "sigmoid",
        "At 0 both branches are a half.",
        ("line 2: `x > 0` -> `x >= 0`",),
    ),
    Equivalent(
        "relu_gradient",
        "At 0 there is no derivative, and the exercise asks for none.",
        ("line 1: `x > 0` -> `x >= 0`",),
    ),
    Equivalent(
        "leaky_relu_gradient",
        "At 0 there is no derivative, and the exercise asks for none.",
        ("line 1: `x > 0` -> `x >= 0`",),
    ),
    Equivalent(
        "mlp_forward",
        "numpy refuses to multiply matrices that don't fit with a ValueError, too.",
        (
            "line 3: `X.shape[1] != W1.shape[0] or W1.shape[1] != W2.shape[0]` -> "
            "`X.shape[1] != W1.shape[0] and W1.shape[1] != W2.shape[0]`",
            "line 3: `X.shape[1] != W1.shape[0] or W1.shape[1] != W2.shape[0]` -> "
            "`W1.shape[1] != W2.shape[0]`",
            "line 3: `X.shape[1] != W1.shape[0] or W1.shape[1] != W2.shape[0]` -> "
            "`X.shape[1] != W1.shape[0]`",
            'line 4: `raise ValueError(f"X {X.shape}, W1 {W1.shape}, W2 {W2.shape} '
            "don't fit\")` -> `nothing`",
        ),
    ),
    Equivalent(
        "train_mlp",
        "A batch without samples has gradients of zero.",
        (
            "line 8: `range(0, len(X), batch_size)` -> `range(0, len(X) + 1, "
            "batch_size)`",
        ),
    ),
    Equivalent(
        "train_mlp",
        "There are four weights and four gradients, so there is nothing that strict "
        "could refuse.",
        (
            "line 12: `zip(weights, gradients, strict=True)` -> `zip(weights, "
            "gradients, strict=False)`",
        ),
    ),
    Equivalent(
        "fit_sine",
        "The exercise leaves the network and its training free, and the network fits "
        "the sine with these, too.",
        (
            "line 1: `(np.random.default_rng(seed), 50)` -> "
            "`(np.random.default_rng(seed), 51)`",
            "line 1: `(np.random.default_rng(seed), 50)` -> "
            "`(np.random.default_rng(seed), 49)`",
            "line 3: `-W1[0] * rng.uniform(-6, 6, size=hidden)` -> `rng.uniform(-6, "
            "6, size=hidden)`",
            "line 3: `-W1[0] * rng.uniform(-6, 6, size=hidden)` -> `W1[0] * "
            "rng.uniform(-6, 6, size=hidden)`",
            "line 3: `rng.uniform(-6, 6, size=hidden)` -> `rng.uniform(-7, 6, "
            "size=hidden)`",
            "line 3: `rng.uniform(-6, 6, size=hidden)` -> `rng.uniform(-5, 6, "
            "size=hidden)`",
            "line 3: `rng.uniform(-6, 6, size=hidden)` -> `rng.uniform(-6, 7, "
            "size=hidden)`",
            "line 3: `rng.uniform(-6, 6, size=hidden)` -> `rng.uniform(-6, 5, "
            "size=hidden)`",
            "line 6: `train_mlp(X, Y, weights, eta=0.05, epochs=250, batch_size=10, "
            "seed=seed)` -> `train_mlp(X, Y, weights, eta=0.1, epochs=250, "
            "batch_size=10, seed=seed)`",
            "line 6: `train_mlp(X, Y, weights, eta=0.05, epochs=250, batch_size=10, "
            "seed=seed)` -> `train_mlp(X, Y, weights, eta=0.05, epochs=251, "
            "batch_size=10, seed=seed)`",
            "line 6: `train_mlp(X, Y, weights, eta=0.05, epochs=250, batch_size=10, "
            "seed=seed)` -> `train_mlp(X, Y, weights, eta=0.05, epochs=249, "
            "batch_size=10, seed=seed)`",
            "line 6: `train_mlp(X, Y, weights, eta=0.05, epochs=250, batch_size=10, "
            "seed=seed)` -> `train_mlp(X, Y, weights, eta=0.05, epochs=250, "
            "batch_size=11, seed=seed)`",
            "line 6: `train_mlp(X, Y, weights, eta=0.05, epochs=250, batch_size=10, "
            "seed=seed)` -> `train_mlp(X, Y, weights, eta=0.05, epochs=250, "
            "batch_size=9, seed=seed)`",
        ),
        is_free=True,
    ),
    Equivalent(
        "fit_sine",
        "The one row of W1 is its first and its last.",
        ("line 3: `W1[0]` -> `W1[-1]`",),
    ),
    # --- mutants of the oracle ---
    Equivalent(
        "oracle.fit_sine",
        "The exercise leaves the training free, and what is learnt is good enough.",
        (
            "line 1: `(np.random.default_rng(seed), 50)` -> "
            "`(np.random.default_rng(seed), 51)`",
            "line 1: `(np.random.default_rng(seed), 50)` -> "
            "`(np.random.default_rng(seed), 49)`",
            "line 3: `-W1[0] * rng.uniform(-6, 6, size=hidden)` -> `rng.uniform(-6, "
            "6, size=hidden)`",
            "line 3: `-W1[0] * rng.uniform(-6, 6, size=hidden)` -> `W1[0] * "
            "rng.uniform(-6, 6, size=hidden)`",
            "line 3: `rng.uniform(-6, 6, size=hidden)` -> `rng.uniform(-7, 6, "
            "size=hidden)`",
            "line 3: `rng.uniform(-6, 6, size=hidden)` -> `rng.uniform(-5, 6, "
            "size=hidden)`",
            "line 3: `rng.uniform(-6, 6, size=hidden)` -> `rng.uniform(-6, 7, "
            "size=hidden)`",
            "line 3: `rng.uniform(-6, 6, size=hidden)` -> `rng.uniform(-6, 5, "
            "size=hidden)`",
            "line 10: `train_mlp(X, Y, weights, eta=0.05, epochs=250, batch_size=10, "
            "seed=seed)` -> `train_mlp(X, Y, weights, eta=0.1, epochs=250, "
            "batch_size=10, seed=seed)`",
            "line 10: `train_mlp(X, Y, weights, eta=0.05, epochs=250, batch_size=10, "
            "seed=seed)` -> `train_mlp(X, Y, weights, eta=0.05, epochs=251, "
            "batch_size=10, seed=seed)`",
            "line 10: `train_mlp(X, Y, weights, eta=0.05, epochs=250, batch_size=10, "
            "seed=seed)` -> `train_mlp(X, Y, weights, eta=0.05, epochs=249, "
            "batch_size=10, seed=seed)`",
            "line 10: `train_mlp(X, Y, weights, eta=0.05, epochs=250, batch_size=10, "
            "seed=seed)` -> `train_mlp(X, Y, weights, eta=0.05, epochs=250, "
            "batch_size=11, seed=seed)`",
            "line 10: `train_mlp(X, Y, weights, eta=0.05, epochs=250, batch_size=10, "
            "seed=seed)` -> `train_mlp(X, Y, weights, eta=0.05, epochs=250, "
            "batch_size=9, seed=seed)`",
        ),
        is_free=True,
    ),
    Equivalent(
        "oracle.fit_sine",
        "W1 has one row only.",
        ("line 3: `W1[0]` -> `W1[-1]`",),
    ),
    Equivalent(
        "oracle.train_mlp",
        "A batch of no samples, where there are samples and no remainder, moves the "
        "weights by nothing.",
        (
            "line 7: `range(0, len(X), batch_size)` -> `range(0, len(X) + 1, "
            "batch_size)`",
        ),
    ),
    Equivalent(
        "oracle.collapse",
        "numpy refuses a product of such matrices with a ValueError, too.",
        (
            "line 2: `raise ValueError(f'{W1.shape[1]} columns of W1 and "
            "{W2.shape[0]} rows of W2')` -> `nothing`",
        ),
    ),
    Equivalent(
        "oracle.mlp_forward",
        "numpy refuses a product of such matrices with a ValueError, too.",
        (
            "line 3: `X.shape[1] != W1.shape[0] or W1.shape[1] != W2.shape[0]` -> "
            "`X.shape[1] != W1.shape[0] and W1.shape[1] != W2.shape[0]`",
            "line 3: `X.shape[1] != W1.shape[0] or W1.shape[1] != W2.shape[0]` -> "
            "`W1.shape[1] != W2.shape[0]`",
            "line 3: `X.shape[1] != W1.shape[0] or W1.shape[1] != W2.shape[0]` -> "
            "`X.shape[1] != W1.shape[0]`",
            'line 4: `raise ValueError(f"X {X.shape}, W1 {W1.shape} and W2 {W2.shape} '
            "don't fit\")` -> `nothing`",
        ),
    ),
)
