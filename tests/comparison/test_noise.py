"""autograder.comparison.noise: right answers written otherwise pass, others don't."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from autograder.arrays import torch_tensor
from autograder.comparison import (
    Tolerance,
    coarsened,
    compare,
    magnitude,
    noise_tolerance,
)

Array = np.ndarray

DTYPES = [np.float32, np.float64]
SEEDS = range(5)


def windows(x: Array, k: Array) -> Array:
    return np.lib.stride_tricks.sliding_window_view(x, k.shape)


def corr2d(x: Array, k: Array) -> Array:
    """The oracle of these tests: a sum over the windows."""
    return np.einsum("hwij,ij->hw", windows(x, k), k)


def by_loops(x: Array, k: Array) -> Array:
    """Add one product after the other, in the order in which a loop does."""
    (h, w), (kh, kw) = x.shape, k.shape
    out = np.zeros((h - kh + 1, w - kw + 1), x.dtype)
    for i in range(kh):
        for j in range(kw):
            out += x[i : i + h - kh + 1, j : j + w - kw + 1] * k[i, j]
    return out


def backwards(x: Array, k: Array) -> Array:
    return by_loops(x[::-1, ::-1], k[::-1, ::-1])[::-1, ::-1]


def by_matmul(x: Array, k: Array) -> Array:
    view = windows(x, k)
    return (view.reshape(-1, k.size) @ k.ravel()).reshape(view.shape[:2])


def by_fft(x: Array, k: Array) -> Array:
    (h, w), (kh, kw) = x.shape, k.shape
    product = np.fft.rfft2(x) * np.conj(np.fft.rfft2(k, s=x.shape))
    full = np.fft.irfft2(product, s=x.shape)
    return full[: h - kh + 1, : w - kw + 1].astype(x.dtype)


UNLIKE: dict[str, Callable[[Array, Array], Array]] = {
    "loops": by_loops,
    "backwards": backwards,
    "matmul": by_matmul,
    "fft": by_fft,
}

QUESTIONS: dict[str, Callable[[np.random.Generator], tuple[Array, Array]]] = {
    "small": lambda rng: (rng.normal(size=(5, 6)), rng.normal(size=(2, 3))),
    "large": lambda rng: (rng.normal(size=(64, 64)), rng.normal(size=(31, 31))),
    "one element": lambda rng: (rng.normal(size=(40, 40)), rng.normal(size=(40, 40))),
    "bytes, edge filter": lambda rng: (
        rng.integers(0, 256, size=(32, 32)).astype(float),
        np.array([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]]),
    ),
    "smooth, cancels": lambda rng: (
        200 + rng.normal(size=(32, 32)) * 1e-2,
        np.array([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]]),
    ),
    "constant": lambda _: (
        np.full((16, 16), 0.1),
        np.array([[-0.1, 0, 0.1], [-0.3, 0, 0.3], [-0.1, 0, 0.1]]),
    ),
    "constant bytes": lambda _: (
        np.full((16, 16), 201.7),
        np.array([[-0.1, 0, 0.1], [-0.3, 0, 0.3], [-0.1, 0, 0.1]]),
    ),
}


def asked(question: str, seed: int, dtype: type) -> tuple[Array, Array]:
    x, k = QUESTIONS[question](np.random.default_rng(seed))
    return x.astype(dtype), k.astype(dtype)


def tolerance_for(x: Array, k: Array) -> tuple[Array, object]:
    expected = corr2d(x, k)
    exact = corr2d(x.astype(np.float64), k.astype(np.float64))
    scale = magnitude(x, k)
    return expected, noise_tolerance(expected, exact, x.dtype, scale=scale)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("way", UNLIKE)
def test_right_answers_written_otherwise_pass(way, question, dtype):
    for seed in SEEDS:
        x, k = asked(question, seed, dtype)
        expected, tolerance = tolerance_for(x, k)
        assert compare(UNLIKE[way](x, k), expected, tolerance) is None


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("question", ["small", "large", "bytes, edge filter"])
@pytest.mark.parametrize("factor", [1 + 1e-3, 1 - 1e-3])
def test_relative_error_of_a_thousandth_is_refused(question, dtype, factor):
    for seed in SEEDS:
        x, k = asked(question, seed, dtype)
        expected, tolerance = tolerance_for(x, k)
        got = (expected * factor).astype(dtype)
        found = compare(got, expected, tolerance)
        assert found is not None
        assert found.kind == "values"


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("noise", [0.0, 1e-7, 1e-6, 1e-5])
def test_thousandth_is_refused_whatever_the_noise_may_be(noise, dtype):
    exact = np.random.default_rng(0).normal(size=50)
    rounded = exact * (1 + noise)
    for scale in (None, 1.0, 1e4, 1e300):
        tolerance = noise_tolerance(rounded, exact, dtype, scale=scale)
        assert tolerance.rtol + tolerance.peak < 1e-3 * 0.9
        assert compare(exact * 1.001, exact, tolerance) is not None


@pytest.mark.parametrize("dtype", DTYPES)
def test_one_wrong_element_of_many_is_refused(dtype):
    x, k = asked("large", 0, dtype)
    expected, tolerance = tolerance_for(x, k)
    got = expected.copy()
    got[3, 4] += 1e-2 * np.abs(expected).max()
    found = compare(got, expected, tolerance)
    assert found is not None
    assert (found.index, found.count) == ((3, 4), 1)


def test_float32_in_the_middle_is_refused_at_float64():
    x, k = asked("large", 0, np.float64)
    expected, tolerance = tolerance_for(x, k)
    got = corr2d(x.astype(np.float32), k.astype(np.float32)).astype(np.float64)
    assert compare(got, expected, tolerance) is not None


@pytest.mark.parametrize("size", [1e4, 1e300])
@pytest.mark.parametrize("dtype", DTYPES)
def test_huge_inputs_do_not_make_everything_acceptable(dtype, size):
    softmax = np.array([0.0900306, 0.244728, 0.665241])
    tolerance = noise_tolerance(softmax, softmax, dtype, scale=size)
    assert compare(np.full(3, 1 / 3), softmax, tolerance) is not None
    assert compare(softmax * 1.001, softmax, tolerance) is not None


def test_zeros_are_refused_where_results_are_small():
    small = np.array([1e-5, -2e-5])
    for dtype in DTYPES:
        tolerance = noise_tolerance(small, small, dtype, scale=1.0)
        assert compare(np.zeros(2), small, tolerance) is not None


def test_array_that_cancelled_does_not_loosen_the_other_one():
    exact = (np.array([1e-17, -1e-17]), np.array([1.0, 2.0]))
    rounded = (np.array([3e-8, 1e-8]), np.array([1.0, 2.0]))
    tolerance = noise_tolerance(rounded, exact, np.float32)
    assert compare((np.zeros(2), exact[1]), exact, tolerance) is None
    assert compare((exact[0], exact[1] * 1.001), exact, tolerance) is not None
    assert compare((np.full(2, 1e-6), exact[1]), exact, tolerance) is not None


def test_small_gradient_beside_a_large_one_keeps_its_own_tolerance():
    exact = {"dw": np.array([1e4, 2e4]), "db": (np.array([1e-2]), 3)}
    tolerance = noise_tolerance(exact, exact, np.float32)
    wrong = {"dw": exact["dw"], "db": (np.array([1.001e-2]), 3)}
    found = compare(wrong, exact, tolerance)
    assert found is not None
    assert found.message == "key 'db', item 1 of 2 has wrong values"


def test_multiple_of_the_noise_is_accepted_between_floor_and_cap():
    exact = np.array([2.0, 1.0])
    for noise, peak in [(1e-8, 3e-5), (1e-6, 64e-6), (3e-6, 192e-6), (2e-5, 4e-4)]:
        rounded = exact + np.array([2.0 * noise, 0.0])
        tolerance = noise_tolerance(rounded, exact, np.float32)
        assert tolerance.peak == pytest.approx(peak)
        assert tolerance.atol == 1e-7
    assert noise_tolerance(rounded, exact, np.float32, multiple=10).peak == (
        pytest.approx(2e-4)
    )


def test_noise_above_the_cap_is_accepted_eight_times():
    exact = np.array([1.0, -2.0])
    for noise, atol in [(0.9e-4, 1e-7), (1.1e-4, 8.8e-4), (1e-2, 8e-2)]:
        tolerance = noise_tolerance(exact + noise, exact, np.float32)
        assert tolerance.atol == pytest.approx(atol)
        assert tolerance.peak == pytest.approx(4e-4)


def test_scale_counts_as_stated():
    epsilon, one, none = 2.0**-23, np.ones(1), np.zeros(1)
    assert noise_tolerance(none, none, "f4", scale=2.0).atol == 32 * epsilon
    assert noise_tolerance(none, none, "f4", scale=1e9).atol == 16 * 256 * epsilon
    assert noise_tolerance(one, one, "f4", scale=10.0).peak == 640 * epsilon
    assert noise_tolerance((none, one), (none, one), "f4", scale=2.0).atol == 1e-7
    edge = np.array([8.0 * epsilon])
    assert noise_tolerance(edge, edge, "f4", scale=2.0).atol == 32 * epsilon
    beyond = 1.01 * edge
    assert noise_tolerance(beyond, beyond, "f4", scale=2.0).atol == 1e-7


def test_sums_of_half_precision_pass_and_a_tenth_does_not():
    x, k = asked("large", 0, np.float16)
    expected = corr2d(x, k)
    exact = corr2d(x.astype(float), k.astype(float))
    tolerance = noise_tolerance(expected, exact, np.float16)
    assert compare(by_matmul(x, k), expected, tolerance) is None
    assert compare((expected * 1.2).astype(np.float16), expected, tolerance) is not None


def test_noise_beyond_the_largest_number_is_left_out():
    with np.errstate(over="ignore"):
        rounded = np.array([1e30, 1.0]).astype(np.float16)
    tolerance = noise_tolerance(rounded, np.array([1e30, 1.0]), np.float16)
    assert math.isfinite(tolerance.peak)
    assert noise_tolerance(np.array([np.nan]), np.array([np.nan]), "f8").peak == 1e-9


@pytest.mark.parametrize("dtype", [int, bool, np.uint8])
def test_ints_are_computed_with_at_float64(dtype):
    one = np.ones(2)
    assert noise_tolerance(one, one, dtype) == noise_tolerance(one, one, np.float64)


def test_complex_numbers_have_the_tolerance_of_their_parts():
    one = np.ones(2)
    for wide, part in [(np.complex64, np.float32), (np.complex128, np.float64)]:
        assert noise_tolerance(one, one, wide) == noise_tolerance(one, one, part)


def test_results_without_floats_need_no_noise():
    tolerance = noise_tolerance((3, 4), (3, 4), np.float64)
    assert (tolerance.rtol, tolerance.peak, tolerance.atol) == (1e-9, 1e-9, 1e-12)
    assert noise_tolerance(None, None, np.float64) == tolerance


def test_oracle_whose_result_depends_on_dtype_is_our_fault():
    with pytest.raises(ValueError, match="differ in structure or shape"):
        noise_tolerance(np.ones(2), np.ones(3), np.float32)
    with pytest.raises(ValueError, match="differ in structure or shape"):
        noise_tolerance([1.0], [1.0, 2.0], np.float32)
    with pytest.raises(ValueError, match="no tolerance for dtype object"):
        noise_tolerance(1.0, 1.0, object)


def test_magnitude_is_the_largest_finite_number():
    nested = [np.array([[-3.0, np.inf]]), {"a": (2, "9", None)}, torch_tensor([4j])]
    assert magnitude(*nested) == 4.0
    assert magnitude(len, None, np.zeros((0, 2))) == 0.0


@pytest.mark.parametrize(
    ("dtype", "floor", "atol"),
    [(np.float32, 3e-5, 1e-7), (np.float16, 1e-2, 1e-3), (np.complex64, 3e-5, 1e-7)],
)
def test_tolerance_widens_to_a_coarser_dtype(dtype, floor, atol):
    given = Tolerance(rtol=1e-9, atol=1e-12, peak=1e-9)
    results = [np.ones(2), {"b": np.ones(3, dtype)}]
    assert coarsened(given, results) == Tolerance(floor, atol, floor)
    assert coarsened(given, [np.ones(2), 3, True]) == given


def test_tolerance_that_is_wide_already_stays():
    given = Tolerance(rtol=1e-3, atol=1e-3, peak=1e-3)
    assert coarsened(given, np.ones(2, np.float32)) == given
