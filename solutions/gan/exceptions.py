"""What the audit of `gan` is to except, for each the reason why."""

from __future__ import annotations

from autograder.audit.exceptions import Equivalent, TrueName

__all__ = ["EXCEPTIONS"]

EXCEPTIONS = (
    # --- wrong answers that are a known mistake ---
    TrueName(
        "interpolation",
        "in_double",
        ("walk_in_double",),
        "The known mistake is to compute at float64, whatever goes in.",
    ),
    TrueName(
        "train_steps_torch",
        "in_single",
        ("torch_in_single",),
        "The known mistake is to compute at float32, whatever goes in.",
    ),
    TrueName(
        "train_steps_tf",
        "in_single",
        ("tf_in_single",),
        "The known mistake is to compute at float32, whatever goes in.",
    ),
    # --- mutants of the notebook's solutions ---
    Equivalent(
        "discriminator_loss_gradient",
        "The order of the two numbers is nothing to logaddexp.",
        (
            "line 1: `np.logaddexp(0, real_logits)` -> `np.logaddexp(real_logits, 0)`",
            "line 2: `np.logaddexp(0, -fake_logits)` -> `np.logaddexp(-fake_logits, "
            "0)`",
        ),
    ),
    Equivalent(
        "generator_loss_gradient",
        "The order of the two numbers is nothing to logaddexp.",
        ("line 1: `np.logaddexp(0, fake_logits)` -> `np.logaddexp(fake_logits, 0)`",),
    ),
    Equivalent(
        "generator_loss_saturating_gradient",
        "The order of the two numbers is nothing to logaddexp.",
        ("line 1: `np.logaddexp(0, -fake_logits)` -> `np.logaddexp(-fake_logits, 0)`",),
    ),
    Equivalent(
        "value_function",
        "What is left out keeps a warning away, and changes no number.",
        ("line 6: `np.errstate(divide='ignore')` -> `np.errstate()`",),
    ),
    Equivalent(
        "convolution_shape",
        "The pairs have two items each, as the exercise says.",
        (
            "line 6: `zip(shape[:2], kernel, stride, strict=True)` -> `zip(shape[:2], "
            "kernel, stride, strict=False)`",
        ),
    ),
    Equivalent(
        "transposed_shape",
        "The pairs have two items each, as the exercise says.",
        (
            "line 6: `zip(shape[:2], kernel, stride, strict=True)` -> `zip(shape[:2], "
            "kernel, stride, strict=False)`",
        ),
    ),
    Equivalent(
        "transposed_shape",
        "The order of the two numbers is nothing to max.",
        ("line 7: `max(k, s)` -> `max(s, k)`",),
    ),
    Equivalent(
        "train_steps_torch",
        "Each weight has one gradient.",
        (
            "line 9: `zip(network, gradients, strict=True)` -> `zip(network, "
            "gradients, strict=False)`",
        ),
    ),
    Equivalent(
        "train_steps_torch",
        "There is a batch of noise for each batch of data, as the exercise says.",
        (
            "line 13: `zip(real, noise, strict=True)` -> `zip(real, noise, "
            "strict=False)`",
        ),
    ),
    Equivalent(
        "train_steps_tf",
        "Each weight has one gradient.",
        (
            "line 6: `zip(network, tape.gradient(loss, network), strict=True)` -> "
            "`zip(network, tape.gradient(loss, network), strict=False)`",
        ),
    ),
    Equivalent(
        "train_steps_tf",
        "There is a batch of noise for each batch of data, as the exercise says.",
        (
            "line 9: `zip(real, noise, strict=True)` -> `zip(real, noise, "
            "strict=False)`",
        ),
    ),
    Equivalent(
        "toy_gan",
        "The exercise leaves the networks' start and training free, and what is "
        "learnt is good enough with these, too.",
        (
            "line 4: `np.full((2, 1), 0.5)` -> `np.full((2, 1), 1.0)`",
            "line 6: `rng.normal(0, 2, size=(1, 32))` -> `rng.normal(2, 0, size=(1, "
            "32))`",
            "line 6: `rng.normal(0, 2, size=(1, 32))` -> `rng.normal(1, 2, size=(1, "
            "32))`",
            "line 6: `rng.normal(0, 2, size=(1, 32))` -> `rng.normal(-1, 2, size=(1, "
            "32))`",
            "line 6: `rng.normal(0, 2, size=(1, 32))` -> `rng.normal(0, 3, size=(1, "
            "32))`",
            "line 6: `rng.normal(0, 2, size=(1, 32))` -> `rng.normal(0, 1, size=(1, "
            "32))`",
            "line 7: `rng.normal(0, 2, size=32)` -> `rng.normal(2, 0, size=32)`",
            "line 7: `rng.normal(0, 2, size=32)` -> `rng.normal(0, 2)`",
            "line 7: `rng.normal(0, 2, size=32)` -> `rng.normal(1, 2, size=32)`",
            "line 7: `rng.normal(0, 2, size=32)` -> `rng.normal(-1, 2, size=32)`",
            "line 7: `rng.normal(0, 2, size=32)` -> `rng.normal(0, 3, size=32)`",
            "line 7: `rng.normal(0, 2, size=32)` -> `rng.normal(0, 1, size=32)`",
            "line 8: `rng.normal(0, 0.1, size=(32, 1))` -> `rng.normal(0.1, 0, "
            "size=(32, 1))`",
            "line 8: `rng.normal(0, 0.1, size=(32, 1))` -> `rng.normal(-1, 0.1, "
            "size=(32, 1))`",
            "line 8: `rng.normal(0, 0.1, size=(32, 1))` -> `rng.normal(0, 0.2, "
            "size=(32, 1))`",
            "line 8: `rng.normal(0, 0.1, size=(32, 1))` -> `rng.normal(0, 0.1, "
            "size=(32, 2))`",
            "line 12: `range(60)` -> `range(61)`",
            "line 12: `range(60)` -> `range(59)`",
            "line 13: `rng.choice((data - centre) / scale, size=(10, 64, 1))` -> "
            "`rng.choice((data - centre) / scale, size=(10, 65, 1))`",
            "line 13: `rng.choice((data - centre) / scale, size=(10, 64, 1))` -> "
            "`rng.choice((data - centre) / scale, size=(10, 63, 1))`",
            "line 14: `rng.normal(size=(10, 64, 2))` -> `rng.normal(size=(10, 65, 2))`",
            "line 14: `rng.normal(size=(10, 64, 2))` -> `rng.normal(size=(10, 63, 2))`",
            "line 14: `rng.normal(size=(10, 64, 2))` -> `rng.normal(size=(10, 64, 3))`",
            "line 18: `means[30:]` -> `means[30:-1]`",
            "line 18: `means[30:]` -> `means[31:]`",
            "line 18: `means[30:]` -> `means[29:]`",
        ),
        is_free=True,
    ),
    Equivalent(
        "toy_gan",
        "All have the same two weights.",
        (
            "line 18: `zip(*means[30:], strict=True)` -> `zip(*means[30:], "
            "strict=False)`",
        ),
    ),
    Equivalent(
        "toy_gan",
        "There is one column, which is the first and the last.",
        ("line 20: `numbers[:, 0]` -> `numbers[:, -1]`",),
    ),
    # --- mutants of the oracle ---
    Equivalent(
        "oracle.toy_gan",
        "Each column of the noise is as good as the others.",
        (
            "line 3: `noise[:, 0]` -> `noise[:, 1]`",
            "line 3: `noise[:, 0]` -> `noise[:, -1]`",
        ),
        is_free=True,
    ),
    Equivalent(
        "oracle.value_function",
        "Equality is the same in either order.",
        (
            "line 1: `_require_equal_shapes(d, p, q)` -> `_require_equal_shapes(p, d, "
            "q)`",
            "line 1: `_require_equal_shapes(d, p, q)` -> `_require_equal_shapes(d, q, "
            "p)`",
        ),
    ),
    Equivalent(
        "oracle.optimal_discriminator",
        "Equality is the same in either order.",
        ("line 1: `_require_equal_shapes(p, q)` -> `_require_equal_shapes(q, p)`",),
    ),
    Equivalent(
        "oracle.convolution_shape",
        "All sizes are asked for the same.",
        (
            "line 1: `_require_layer(shape, filters, kernel, stride, padding)` -> "
            "`_require_layer(shape, filters, stride, kernel, padding)`",
        ),
    ),
    Equivalent(
        "oracle.transposed_shape",
        "All sizes are asked for the same.",
        (
            "line 1: `_require_layer(shape, filters, kernel, stride, padding)` -> "
            "`_require_layer(shape, filters, stride, kernel, padding)`",
        ),
    ),
    Equivalent(
        "oracle.transposed_shape",
        "max gives the same in either order.",
        ("line 6: `max(k, s)` -> `max(s, k)`",),
    ),
    Equivalent(
        "oracle.interpolation",
        "Equality is the same in either order.",
        ("line 1: `_require_equal_shapes(p1, p2)` -> `_require_equal_shapes(p2, p1)`",),
    ),
    Equivalent(
        "oracle.distance",
        "Equality is the same in either order.",
        ("line 1: `_require_equal_shapes(a, b)` -> `_require_equal_shapes(b, a)`",),
    ),
    Equivalent(
        "oracle.value_function",
        "Without it numpy warns, and the numbers are the same.",
        (
            "line 4: `np.errstate(divide='ignore', invalid='ignore')` -> "
            "`np.errstate(invalid='ignore')`",
            "line 4: `np.errstate(divide='ignore', invalid='ignore')` -> "
            "`np.errstate(divide='ignore')`",
        ),
    ),
    Equivalent(
        "oracle.optimal_discriminator",
        "Where the total is 0 the quotient is not taken, whatever it is.",
        (
            "line 3: `total > 0` -> `total >= 0` (its place 2)",
            "line 3: `total > 0` -> `total > -1` (its place 2)",
            "line 3: `np.where(total > 0, total, 1)` -> `np.where(total > 0, total, "
            "2)`",
            "line 3: `np.where(total > 0, total, 1)` -> `np.where(total > 0, total, "
            "0)`",
        ),
    ),
    Equivalent(
        "oracle.sigmoid",
        "At 0 both sides give a half.",
        ("line 2: `x >= 0` -> `x > 0`",),
    ),
)
