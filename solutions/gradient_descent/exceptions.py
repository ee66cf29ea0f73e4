"""What the audit of `gradient_descent` is to except, for each the reason why."""

from __future__ import annotations

from autograder.audit.exceptions import Equivalent, OneProperty, TrueName

__all__ = ["EXCEPTIONS"]

EXCEPTIONS = (
    # --- wrong answers that are a known mistake ---
    TrueName(
        "fit_line_torch",
        "zeros",
        ("torch_update_lost",),
        "A line that is never updated stays at its zeros.",
    ),
    TrueName(
        "fit_line_tf",
        "zeros",
        ("tf_update_lost",),
        "A line that is never updated stays at its zeros.",
    ),
    TrueName(
        "fit_line_torch",
        "in_single",
        ("torch_loses_dtype",),
        "The known mistake is to compute at float32, whatever goes in.",
    ),
    TrueName(
        "fit_line_tf",
        "in_single",
        ("tf_loses_dtype",),
        "The known mistake is to compute at float32, whatever goes in.",
    ),
    # --- checks of one property ---
    OneProperty(
        "test_whole_numbers_count_as_float64_before_the_first_step",
        "It asks for the dtype of the start alone.",
    ),
    OneProperty(
        "test_a_run_to_infinity_is_not_the_best_where_f_is_finite",
        "It asks that f is finite at the result.",
    ),
    OneProperty(
        "test_a_point_where_f_is_infinite_is_never_the_best",
        "It asks that f is finite at the result.",
    ),
    # --- mutants of the notebook's solutions ---
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
    # --- mutants of the oracle ---
    Equivalent(
        "oracle.best_run",
        "No two runs of the checks end at the same value, of which the exercise says "
        "nothing.",
        ("line 9: `min(finite, key=lambda pair: pair[0])` -> `min(finite)`",),
    ),
    Equivalent(
        "oracle.sgd",
        "Noise of another shape can't be unpacked or added, which is a ValueError of "
        "numpy's.",
        (
            "line 2: `noise.ndim != 2 or noise.shape[1:] != start.shape` -> "
            "`noise.shape[1:] != start.shape`",
        ),
    ),
    Equivalent(
        "oracle.best_run",
        "zip refuses unequal lengths, and no run at all has no finite end: both a "
        "ValueError.",
        (
            "line 1: `len(starts) == 0 or len(starts) != len(etas)` -> `len(starts) "
            "== 0 and len(starts) != len(etas)`",
            "line 1: `len(starts) == 0 or len(starts) != len(etas)` -> `len(starts) "
            "!= len(etas)`",
            "line 1: `len(starts) == 0 or len(starts) != len(etas)` -> `len(starts) "
            "== 0`",
            "line 1: `len(starts) == 0` -> `len(starts) == -1`",
            "line 2: `raise ValueError(f'{len(starts)} starts with {len(etas)} "
            "learning rates')` -> `nothing`",
        ),
    ),
    Equivalent(
        "oracle.best_run",
        "The lengths are known to be equal there.",
        (
            "line 3: `zip(starts, etas, strict=True)` -> `zip(starts, etas, "
            "strict=False)`",
        ),
    ),
    Equivalent(
        "oracle.best_run",
        "min refuses an empty list with a ValueError, too.",
        ("line 8: `raise ValueError('no run ends at a finite value')` -> `nothing`",),
    ),
)
