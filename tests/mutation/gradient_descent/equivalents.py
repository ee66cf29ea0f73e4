"""Mutants of `gradient_descent` that no check can refuse, with the reasons."""

from __future__ import annotations

from tests.mutation.equivalent import Equivalent

__all__ = ["EQUIVALENT"]

EQUIVALENT = (
    Equivalent(
        "sgd",
        "The exercise allows no noise but that with two axes.",
        (
            "line 4: `noise.ndim != 2 or noise.shape[1] != len(x)` -> "
            "`noise.shape[1] != len(x)`",
        ),
    ),
    Equivalent(
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
        "best_run",
        "Unequal lengths are refused before zip could.",
        (
            "line 4: `zip(starts, etas, strict=True)` -> "
            "`zip(starts, etas, strict=False)`",
        ),
    ),
    Equivalent(
        "best_run",
        "Of runs that end equally low the exercise asks for no certain one.",
        ("line 7: `value < lowest` -> `value <= lowest`",),
    ),
    Equivalent(
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
