"""Mutants of this assignment's oracle that no check can refuse, with the reasons."""

from __future__ import annotations

from tests.mutation.equivalent import Equivalent

__all__ = ["EQUIVALENT"]

EQUIVALENT = (
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
