"""The oracle against values worked by hand, against numpy and against scipy."""

from __future__ import annotations

import inspect

import numpy as np
import pytest
import scipy.linalg
import scipy.ndimage
import scipy.signal

from solutions.convolution import oracle

NINE = np.arange(9.0).reshape(3, 3)
FOUR = np.arange(4.0).reshape(2, 2)


# --- values worked by hand ----------------------------------------------------------


def test_product_of_the_lecture_degrees_by_hand():
    # (1 + 2t + 3t^2)(4 + 5t + 6t^2 + 7t^3)
    product = oracle.polynomial_product(
        np.array([1.0, 2.0, 3.0]), np.array([4.0, 5.0, 6.0, 7.0])
    )
    assert product.tolist() == [4, 13, 28, 34, 32, 21]


def test_product_with_one_coefficient_scales():
    product = oracle.polynomial_product(np.array([3.0]), np.array([1.0, -2.0]))
    assert product.tolist() == [3, -6]


def test_toeplitz_matrix_has_the_lecture_pattern():
    matrix = oracle.toeplitz_matrix(np.array([1.0, 2.0, 3.0]), 4)
    assert matrix.tolist() == [
        [1, 0, 0, 0],
        [2, 1, 0, 0],
        [3, 2, 1, 0],
        [0, 3, 2, 1],
        [0, 0, 3, 2],
        [0, 0, 0, 3],
    ]


def test_box_and_ramp_at_their_corners():
    x = np.array([-1.5, -1.0, 0.0, 0.5, 1.0, 1.5])
    assert oracle.box(x).tolist() == [0, 1, 1, 1, 1, 0]
    assert oracle.ramp(x).tolist() == [0, 1, 0.5, 0.25, 0, 0]
    assert oracle.ramp(0) == 0.5


def test_box_with_ramp_is_two_parabolas():
    # The ramp's area left of t + 1 is 1 - t^2/4; its area right of t - 1 is (2-t)^2/4.
    a = np.arange(-4, 4, 1e-3) + 5e-4
    t = np.array([-3.0, -2.0, -1.5, -1.0, -0.25, 0.0, 0.5, 1.0, 1.75, 2.0, 2.5])
    parabolas = np.where(t < 0, 1 - t**2 / 4, (2 - t) ** 2 / 4) * (np.abs(t) <= 2)
    got = oracle.convolution_integral(oracle.box, oracle.ramp, t, a)
    np.testing.assert_allclose(got, parabolas, atol=1e-3)


def test_bells_convolve_to_a_wider_bell_at_the_sum_of_their_centres():
    a, t = np.linspace(-9, 9, 361), np.linspace(-2, 3, 7)
    got = oracle.convolution_integral(
        lambda x: np.exp(-((x - 1) ** 2)), lambda x: np.exp(-((x + 0.5) ** 2)), t, a
    )
    wider = np.sqrt(np.pi / 2) * np.exp(-((t - 0.5) ** 2) / 2)
    np.testing.assert_allclose(got, wider, rtol=1e-12)


def test_correlation_of_the_lecture():
    assert oracle.corr2d(NINE, FOUR).tolist() == [[19, 25], [37, 43]]


def test_convolution_turns_the_kernel_of_the_lecture():
    # 0*3 + 1*2 + 3*1 + 4*0 = 5, and each step to the right or down adds 6 or 18
    assert oracle.conv2d_flipped(NINE, FOUR).tolist() == [[5, 11], [23, 29]]


@pytest.mark.parametrize(
    ("size", "kernel", "padding", "stride", "expected"),
    [
        ((3, 3), (2, 2), (0, 0), (1, 1), (2, 2)),
        ((8, 8), (3, 3), (1, 1), (1, 1), (8, 8)),
        ((8, 8), (5, 3), (2, 1), (1, 1), (8, 8)),
        ((8, 8), (3, 3), (1, 1), (2, 2), (4, 4)),
        ((8, 8), (3, 5), (0, 1), (3, 4), (2, 2)),
        ((32, 28), (1, 1), (0, 0), (3, 5), (11, 6)),
    ],
    ids=["plain", "same", "same-5x3", "halved", "lecture-3x4", "leftovers"],
)
def test_output_shapes_of_the_lecture(size, kernel, padding, stride, expected):
    got = oracle.output_shape(size, kernel, padding, stride)
    assert got == expected
    assert [type(n) for n in got] == [int, int]


def test_pad2d_frames_the_last_two_axes_only():
    padded = oracle.pad2d(np.ones((2, 1, 2, 1)), (1, 2))
    assert padded.shape == (2, 1, 4, 5)
    assert padded[1, 0].tolist() == [
        [0, 0, 0, 0, 0],
        [0, 0, 1, 0, 0],
        [0, 0, 1, 0, 0],
        [0, 0, 0, 0, 0],
    ]


def test_conv2d_sums_channels_and_adds_bias_once():
    x = np.stack([NINE, 10 * NINE])[None]
    w = np.stack([np.stack([FOUR, FOUR]), np.stack([FOUR, 0 * FOUR])])
    got = oracle.conv2d(x, w, np.array([0.5, -1.0]))
    assert got[0, 0].tolist() == [[209.5, 275.5], [407.5, 473.5]]
    assert got[0, 1].tolist() == [[18, 24], [36, 42]]


def test_conv2d_with_padding_and_stride_by_hand():
    # Lecture 000: the first padded window holds 0, 0, 0 and pixel 0, times 0, 1, 2, 3.
    x, w = NINE[None, None], FOUR[None, None]
    assert oracle.conv2d(x, w, padding=(1, 1))[0, 0].tolist() == [
        [0, 3, 8, 4],
        [9, 19, 25, 10],
        [21, 37, 43, 16],
        [6, 7, 8, 0],
    ]
    strided = oracle.conv2d(x, w, stride=(3, 2), padding=(1, 1))
    assert strided[0, 0].tolist() == [[0, 8], [6, 8]]


def test_backward_of_one_window_by_hand():
    x, w = NINE[None, None, :2, :2], FOUR[None, None]
    dx, dw, db = oracle.conv2d_backward(np.full((1, 1, 1, 1), 2.0), x, w)
    assert dx[0, 0].tolist() == [[0, 2], [4, 6]]
    assert dw[0, 0].tolist() == [[0, 2], [6, 8]]
    assert db.tolist() == [2]


def test_backward_adds_where_windows_overlap():
    ones = np.ones((1, 1, 2, 2))
    dx, dw, db = oracle.conv2d_backward(ones, NINE[None, None], ones)
    assert dx[0, 0].tolist() == [[1, 2, 1], [2, 4, 2], [1, 2, 1]]
    assert dw[0, 0].tolist() == [[8, 12], [20, 24]]
    assert db.tolist() == [4]


def test_parameter_counts_of_the_lectures():
    assert oracle.dense_parameters(10**6, 10**6, bias=False) == 10**12
    voice = oracle.dense_parameters(10**6, 10**4) + oracle.dense_parameters(10**4, 1)
    assert voice == 10**10 + 10**4 + 10**4 + 1
    assert oracle.local_parameters(1000) == 4 * 10**6
    assert oracle.local_parameters(10) == 400
    assert oracle.conv_parameters(3, 32, (3, 3)) == 896
    assert oracle.conv_parameters(3, 32, (5, 2), bias=False) == 960


def test_slope_of_a_plane_is_eight_times_its_steepness():
    i, j = np.indices((5, 6))
    edges = oracle.sobel_edges(3.0 * i - 4.0 * j)
    np.testing.assert_array_equal(edges, np.full((3, 4), 40.0))


# --- numpy and scipy ----------------------------------------------------------------


@pytest.mark.parametrize(("m", "n"), [(1, 1), (1, 5), (4, 2), (3, 3), (7, 12)])
def test_product_agrees_with_numpy(m, n, dtype, close):
    rng = np.random.default_rng(m)
    alpha, beta = (rng.normal(size=k).astype(dtype) for k in (m, n))
    close(oracle.polynomial_product(alpha, beta), np.convolve(alpha, beta))


@pytest.mark.parametrize(("m", "n"), [(1, 1), (1, 4), (5, 1), (4, 3), (2, 6)])
def test_toeplitz_matrix_agrees_with_scipy(m, n, dtype, close):
    alpha = np.random.default_rng(m).normal(size=m).astype(dtype)
    column, row = np.pad(alpha, (0, n - 1)), np.pad(alpha[:1], (0, n - 1))
    close(oracle.toeplitz_matrix(alpha, n), scipy.linalg.toeplitz(column, row))


def test_single_images_agree_with_scipy(layer, dtype, close):
    x, w, _ = layer.arrays(dtype)
    image = x[0, 0]
    kernel = w[0, 0, : image.shape[0], : image.shape[1]]  # some fit only with padding
    close(
        oracle.corr2d(image, kernel),
        scipy.signal.correlate2d(image, kernel, mode="valid"),
    )
    close(
        oracle.conv2d_flipped(image, kernel),
        scipy.signal.convolve2d(image, kernel, mode="valid"),
    )


def test_edges_agree_with_scipy(dtype, close):
    image = np.random.default_rng(3).normal(size=(7, 9)).astype(dtype)
    across, down = (scipy.ndimage.sobel(image, axis=axis) for axis in (1, 0))
    close(oracle.sobel_edges(image), np.hypot(across, down)[1:-1, 1:-1])


# --- refusals -----------------------------------------------------------------------

NOTHING, TWO = np.zeros(0), np.ones(2)
X, W = np.ones((2, 3, 5, 4)), np.ones((6, 3, 3, 2))
DOUT = np.ones((2, 6, 3, 3))
NHWC, HWIO = np.ones((2, 5, 4, 3)), np.ones((3, 2, 3, 6))
REFUSED = {
    "product-empty-alpha": (oracle.polynomial_product, (NOTHING, TWO), {}),
    "product-empty-beta": (oracle.polynomial_product, (TWO, NOTHING), {}),
    "toeplitz-empty": (oracle.toeplitz_matrix, (NOTHING, 2), {}),
    "toeplitz-no-columns": (oracle.toeplitz_matrix, (TWO, 0), {}),
    "corr2d-too-tall": (oracle.corr2d, (np.ones((2, 5)), np.ones((3, 1))), {}),
    "corr2d-too-wide": (oracle.corr2d, (np.ones((5, 2)), np.ones((1, 3))), {}),
    "flipped-too-tall": (oracle.conv2d_flipped, (np.ones((2, 5)), np.ones((3, 1))), {}),
    "flipped-too-wide": (oracle.conv2d_flipped, (np.ones((5, 2)), np.ones((1, 3))), {}),
    "shape-stride-rows": (oracle.output_shape, ((5, 5), (3, 3), (0, 0), (0, 1)), {}),
    "shape-stride-columns": (
        oracle.output_shape,
        ((5, 5), (3, 3), (0, 0), (1, -1)),
        {},
    ),
    "shape-padding-rows": (oracle.output_shape, ((5, 5), (3, 3), (-1, 0)), {}),
    "shape-padding-columns": (oracle.output_shape, ((5, 5), (3, 3), (0, -1)), {}),
    "shape-kernel-zero": (oracle.output_shape, ((5, 5), (3, 0)), {}),
    "shape-kernel-too-tall": (oracle.output_shape, ((2, 5), (5, 3), (1, 1)), {}),
    "shape-kernel-too-wide": (oracle.output_shape, ((5, 2), (3, 5), (1, 1)), {}),
    "pad-rows": (oracle.pad2d, (X, (-1, 0)), {}),
    "pad-columns": (oracle.pad2d, (X, (0, -1)), {}),
    "conv2d-channels": (oracle.conv2d, (X[:, :2], W), {}),
    "conv2d-kernel": (oracle.conv2d, (X[:, :, :2], W), {}),
    "conv2d-stride": (oracle.conv2d, (X, W), {"stride": (1, 0)}),
    "conv2d-padding": (oracle.conv2d, (X, W), {"padding": (0, -1)}),
    "backward-channels": (oracle.conv2d_backward, (DOUT, X[:, :2], W), {}),
    "backward-stride": (oracle.conv2d_backward, (DOUT, X, W, (0, 1)), {}),
    "backward-dout": (oracle.conv2d_backward, (DOUT[:, :, :2], X, W), {}),
    "nhwc-channels": (oracle.conv2d_nhwc, (NHWC[..., :2], HWIO), {}),
    "nhwc-kernel": (oracle.conv2d_nhwc, (NHWC[:, :2], HWIO), {}),
    "nhwc-stride": (oracle.conv2d_nhwc, (NHWC, HWIO), {"stride": (0, 1)}),
    "nhwc-padding": (oracle.conv2d_nhwc, (NHWC, HWIO), {"padding": (-1, 0)}),
    "sobel-too-small": (oracle.sobel_edges, (np.ones((2, 9)),), {}),
}


@pytest.mark.parametrize(
    ("function", "args", "kwargs"), REFUSED.values(), ids=list(REFUSED)
)
def test_bad_arguments_are_refused(function, args, kwargs):
    with pytest.raises(
        ValueError, match=r"at least|negative|larger|channels|output's shape"
    ):
        function(*args, **kwargs)


def test_refused_arguments_would_be_right_but_for_one():
    assert oracle.conv2d(X, W).shape == DOUT.shape
    assert oracle.conv2d_backward(DOUT, X, W)[0].shape == X.shape
    assert oracle.conv2d_nhwc(NHWC, HWIO).shape == (2, 3, 3, 6)
    assert oracle.output_shape((5, 5), (3, 3)) == (3, 3)


# --- manners ------------------------------------------------------------------------


def test_every_function_keeps_the_dtype_and_its_inputs(layer, dtype):
    x, w, b = layer.arrays(dtype)
    before = [array.copy() for array in (x, w, b)]
    out = oracle.conv2d(x, w, b, **layer.geometry)
    results = [
        out,
        *oracle.conv2d_vjp(out, x, w, b, **layer.geometry),
        oracle.pad2d(x, layer.padding),
        oracle.polynomial_product(b, b),
        oracle.toeplitz_matrix(b, 3),
        oracle.convolution_integral(oracle.box, oracle.ramp, b, x[0, 0, 0, :3]),
    ]
    assert [result.dtype for result in results] == [dtype] * len(results)
    assert not any(np.shares_memory(result, a) for result in results for a in (x, w, b))
    for after, array in zip((x, w, b), before, strict=True):
        np.testing.assert_array_equal(after, array)


def test_without_bias_there_is_no_gradient_for_it(layer):
    x, w, b = layer.arrays()
    out = oracle.conv2d(x, w, **layer.geometry)
    np.testing.assert_array_equal(
        out + b[:, None, None], oracle.conv2d(x, w, b, **layer.geometry)
    )
    assert len(oracle.conv2d_vjp(out, x, w, **layer.geometry)) == 2
    assert len(oracle.conv2d_vjp(out, x, w, b, **layer.geometry)) == 3


def test_public_names_are_what_all_says():
    constants = {"SOBEL_X", "SOBEL_Y"}
    functions = {
        name
        for name, value in vars(oracle).items()
        if inspect.isfunction(value) and not name.startswith("_")
    }
    assert functions | constants == set(oracle.__all__)
