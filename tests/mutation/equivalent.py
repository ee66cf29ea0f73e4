"""Mutants that no check can refuse, for each the reason why.

A mutant is equivalent where its function gives right results for everything that the
exercise allows. One that merely gets through is none: it is a hole in the checks.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["EQUIVALENT", "Equivalent", "reason_for"]


@dataclass(frozen=True)
class Equivalent:
    """Mutants of one function that are right for one reason.

    Attributes:
        assignment: Name of the assignment.
        function: The function.
        reason: Why every result is right, in one sentence.
        changes: The mutants' descriptions.
    """

    assignment: str
    function: str
    reason: str
    changes: tuple[str, ...]


EQUIVALENT: tuple[Equivalent, ...] = (
    # --- convolution ---
    Equivalent(
        "convolution",
        "output_shape",
        "The four arguments are pairs, so there is nothing that strict could refuse.",
        (
            "line 2: `zip(size, kernel, padding, stride, strict=True)` -> "
            "`zip(size, kernel, padding, stride, strict=False)`",
        ),
    ),
    Equivalent(
        "convolution",
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
        "convolution",
        "conv2d",
        "np.pad refuses a negative padding with a ValueError, too.",
        (
            "line 5: `min(stride) < 1 or min(padding) < 0` -> `min(stride) < 1`",
            "line 5: `min(padding) < 0` -> `min(padding) < -1`",
        ),
    ),
    Equivalent(
        "convolution",
        "sobel_edges",
        "The batch holds one image, which is the first and the last.",
        (
            "line 2: `conv2d(image[None, None], kernels)[0]` -> "
            "`conv2d(image[None, None], kernels)[-1]`",
        ),
    ),
    # --- gradient_descent ---
    Equivalent(
        "gradient_descent",
        "sgd",
        "The exercise allows no noise but that with two axes.",
        (
            "line 4: `noise.ndim != 2 or noise.shape[1] != len(x)` -> "
            "`noise.shape[1] != len(x)`",
        ),
    ),
    Equivalent(
        "gradient_descent",
        "best_run",
        "Without runs there is none that ends at a finite value, which is refused with "
        "a ValueError, too, and so does zip's strict refuse unequal lengths.",
        (
            "line 1: `len(starts) == 0 or len(starts) != len(etas)` -> "
            "`len(starts) == 0 and len(starts) != len(etas)`",
            "line 1: `len(starts) == 0 or len(starts) != len(etas)` -> "
            "`len(starts) != len(etas)`",
            "line 1: `len(starts) == 0 or len(starts) != len(etas)` -> "
            "`len(starts) == 0`",
            "line 1: `len(starts) == 0` -> `len(starts) == -1`",
            "line 2: `raise ValueError(f'{len(starts)} starts and {len(etas)} learning "
            "rates')` -> `nothing`",
        ),
    ),
    Equivalent(
        "gradient_descent",
        "best_run",
        "Unequal lengths are refused before zip could.",
        (
            "line 4: `zip(starts, etas, strict=True)` -> "
            "`zip(starts, etas, strict=False)`",
        ),
    ),
    Equivalent(
        "gradient_descent",
        "best_run",
        "Of runs that end equally low the exercise asks for no certain one.",
        ("line 7: `value < lowest` -> `value <= lowest`",),
    ),
    Equivalent(
        "gradient_descent",
        "fit_line_torch",
        "Where there is no GPU the CPU is the only device, and the checks that are "
        "marked `device` put X elsewhere where there is one.",
        (
            "line 1: `torch.zeros(X.shape[1], dtype=X.dtype, device=X.device, "
            "requires_grad=True)` -> `torch.zeros(X.shape[1], dtype=X.dtype, "
            "requires_grad=True)`",
            "line 2: `torch.zeros((), dtype=X.dtype, device=X.device, "
            "requires_grad=True)` -> `torch.zeros((), dtype=X.dtype, "
            "requires_grad=True)`",
        ),
    ),
)

_REASONS = {
    (each.assignment, each.function, change): each.reason
    for each in EQUIVALENT
    for change in each.changes
}


def reason_for(assignment: str, function: str, change: str) -> str:
    """Why a mutant is equivalent, or "" for one that is not."""
    return _REASONS.get((assignment, function, change), "")
