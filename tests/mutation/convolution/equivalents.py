"""Mutants of `convolution` that no check can refuse, with the reasons."""

from __future__ import annotations

from tests.mutation.equivalent import Equivalent

__all__ = ["EQUIVALENT"]

EQUIVALENT = (
    Equivalent(
        "output_shape",
        "The four arguments are pairs, so there is nothing that strict could refuse.",
        (
            "line 2: `zip(size, kernel, padding, stride, strict=True)` -> "
            "`zip(size, kernel, padding, stride, strict=False)`",
        ),
    ),
    Equivalent(
        "pad2d",
        "An image doesn't fit into a frame that is smaller than itself, which numpy "
        "refuses with a ValueError, too.",
        (
            "line 2: `ph < 0 or pw < 0` -> `ph < 0 and pw < 0`",
            "line 2: `ph < 0 or pw < 0` -> `pw < 0`",
            "line 2: `ph < 0 or pw < 0` -> `ph < 0`",
            "line 2: `ph < 0` -> `ph < -1`",
            "line 2: `pw < 0` -> `pw < -1`",
            "line 3: `raise ValueError(f'padding must not be negative, got "
            "{padding}')` -> `nothing`",
        ),
    ),
    Equivalent(
        "conv2d",
        "np.pad refuses a negative padding with a ValueError, too.",
        (
            "line 5: `min(stride) < 1 or min(padding) < 0` -> `min(stride) < 1`",
            "line 5: `min(padding) < 0` -> `min(padding) < -1`",
        ),
    ),
    Equivalent(
        "sobel_edges",
        "The batch holds one image, which is the first and the last.",
        (
            "line 2: `conv2d(image[None, None], kernels)[0]` -> "
            "`conv2d(image[None, None], kernels)[-1]`",
        ),
    ),
)
