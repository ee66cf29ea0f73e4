"""The oracle against values worked by hand, and against scipy."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np
import pytest
import scipy.ndimage

from solutions.pooling import oracle

NINE = np.arange(9.0).reshape(1, 1, 3, 3)
FRAMED = np.array([[-3.0, -1.0], [-2.0, -4.0]])[None, None]

# --- values worked by hand ----------------------------------------------------------


def test_maxima_of_the_lecture():
    assert oracle.max_pool2d(NINE, (2, 2), (1, 1))[0, 0].tolist() == [[4, 5], [7, 8]]


def test_means_of_the_lecture_image():
    assert oracle.avg_pool2d(NINE, (2, 2), (1, 1))[0, 0].tolist() == [[2, 3], [5, 6]]


def test_stride_is_the_window_if_none_is_given():
    x = np.arange(24.0).reshape(1, 1, 4, 6)
    assert oracle.max_pool2d(x, (2, 3))[0, 0].tolist() == [[8, 11], [20, 23]]
    assert oracle.avg_pool2d(x, (2, 3))[0, 0].tolist() == [[4, 7], [16, 19]]


def test_rows_and_columns_left_over_are_not_seen():
    x = np.arange(20.0).reshape(1, 1, 4, 5)
    assert oracle.max_pool2d(x, (3, 2))[0, 0].tolist() == [[11, 13]]
    assert oracle.avg_pool2d(x, (3, 2))[0, 0].tolist() == [[5.5, 7.5]]


def test_frame_of_a_maximum_loses_against_every_number():
    got = oracle.max_pool2d(FRAMED, (2, 2), padding=(1, 1))
    np.testing.assert_array_equal(got, FRAMED)


def test_frame_of_a_mean_counts_as_zeros():
    got = oracle.avg_pool2d(FRAMED, (2, 2), padding=(1, 1))
    np.testing.assert_array_equal(got, FRAMED / 4)


def test_gradients_of_overlapping_windows_meet_at_the_winner():
    x = np.array([[1.0, 3, 2, 0], [4, 9, 5, 1], [2, 6, 7, 8]])[None, None]
    dout = np.array([[1.0, 2, 3], [4, 5, 6]])[None, None]
    got = oracle.max_pool2d_backward(dout, x, (2, 2), (1, 1))
    assert got[0, 0].tolist() == [[0, 0, 0, 0], [0, 12, 3, 0], [0, 0, 0, 6]]


def test_first_of_equal_pixels_gets_the_gradient():
    got = oracle.max_pool2d_backward(np.full((1, 1, 1, 1), 5.0), 0 * FRAMED, (2, 2))
    assert got[0, 0].tolist() == [[5, 0], [0, 0]]


def test_each_pixel_gets_a_share_from_every_window_over_it():
    got = oracle.avg_pool2d_backward(np.full((1, 1, 2, 2), 4.0), NINE, (2, 2), (1, 1))
    assert got[0, 0].tolist() == [[1, 2, 1], [2, 4, 2], [1, 2, 1]]


def test_shares_that_fall_on_the_frame_are_lost():
    dout = np.array([[6.0, 12.0]])[None, None]
    got = oracle.avg_pool2d_backward(dout, np.zeros((1, 1, 2, 3)), (2, 3), None, (0, 2))
    assert got[0, 0].tolist() == [[1, 2, 2], [1, 2, 2]]


def test_global_mean_is_one_number_a_map():
    x = np.stack([NINE[0, 0], -2 * NINE[0, 0]])[None]
    assert oracle.global_average_pool(x).tolist() == [[4, -8]]


def conv(filters: int, **rest: Any) -> dict[str, Any]:
    return {"kind": "conv", "filters": filters, "kernel": (3, 3), **rest}


POOL = {"kind": "pool", "size": (2, 2)}
LECTURE = [
    *(conv(32), POOL, conv(64), POOL, conv(64)),
    *({"kind": "flatten"}, {"kind": "dense", "units": 64}),
    {"kind": "dense", "units": 10},
]


def test_lecture_network_has_122570_parameters():
    trace = oracle.trace_shapes(LECTURE, (32, 32, 3))
    shapes, counts = zip(*trace, strict=True)
    assert shapes[4] == (4, 4, 64)
    assert shapes[5:] == ((1024,), (64,), (10,))
    assert counts == (896, 0, 18496, 0, 36928, 0, 65600, 650)
    assert sum(counts) == 122570


def test_lecture_pattern_has_its_volumes():
    layers = [
        conv(12, padding=(1, 1)),
        {"kind": "relu"},
        POOL,
        *LECTURE[5:6],
        LECTURE[7],
    ]
    trace = oracle.trace_shapes(layers, (32, 32, 3))
    expected = [(32, 32, 12), (32, 32, 12), (16, 16, 12), (3072,), (10,)]
    assert [shape for shape, _ in trace] == expected
    assert [count for _, count in trace] == [336, 0, 0, 0, 30730]


def test_a_bright_pixel_amid_a_window_survives_and_one_in_the_corner_does_not():
    image = np.zeros((3, 6))
    image[1, 1] = 5
    assert oracle.shift_invariance(image, (3, 3)).tolist() == [[1, 1]]
    corner = np.zeros((2, 4))
    corner[0, 0] = 5
    # Right, down, and both keep it in its window.
    assert oracle.shift_invariance(corner, (2, 2)).tolist() == [[3 / 8, 1]]


def test_what_leaves_on_one_side_does_not_come_back_on_the_other():
    image = np.array([[7.0, 0, 0, 0]])
    # To the left it is lost; up and down, too, for a row of zeros comes in.
    assert oracle.shift_invariance(image, (1, 2)).tolist() == [[1 / 8, 1]]


def test_told_apart_is_a_one_in_the_column_of_the_label():
    images, labels = np.zeros((4, 8, 8), np.float32), np.array([1, 2, 9, 0])
    got = oracle.told_apart(images, labels, 2)
    assert got.dtype == np.float32
    assert got.argmax(axis=1).tolist() == [9, 0]
    assert got.sum() == 2


# --- scipy --------------------------------------------------------------------------


def test_windows_are_those_of_scipy(window, dtype, close):
    x = window.images(dtype)
    (kh, kw), (ph, pw) = window.kernel, window.padding
    sh, sw = window.stride or window.kernel
    frame = ((0, 0), (0, 0), (ph, ph), (pw, pw))
    oh, ow = oracle.max_pool2d(x, **window.geometry).shape[2:]
    # scipy's windows are centred: the first whole one is at (kh // 2, kw // 2).
    rows = slice(kh // 2, kh // 2 + sh * oh, sh)
    columns = slice(kw // 2, kw // 2 + sw * ow, sw)
    cut = np.s_[:, :, rows, columns]

    low = np.pad(x, frame, constant_values=-np.inf)
    largest = scipy.ndimage.maximum_filter(low, (1, 1, kh, kw))
    close(oracle.max_pool2d(x, **window.geometry), largest[cut][:, :, :oh, :ow])
    means = scipy.ndimage.uniform_filter(
        np.pad(x, frame).astype(float), (1, 1, kh, kw), mode="constant"
    )
    close(oracle.avg_pool2d(x, **window.geometry), means[cut][:, :, :oh, :ow])


# --- digits -------------------------------------------------------------------------


def test_network_reads_digits_and_a_penalty_silences_it(digits):
    images, labels, train, truth = digits
    read = oracle.classify_digits(images, labels, train)
    np.testing.assert_allclose(read.sum(axis=1), 1, rtol=1e-12)
    assert np.mean(read.argmax(axis=1) == truth) > 0.9
    assert oracle.classify_digits(images[:120], labels[:120], 100, l2=1.0).max() < 0.3


def test_gradients_of_the_network_agree_with_central_differences():
    rng = np.random.default_rng(1)
    network = oracle._Network(rng)
    x, targets = rng.uniform(size=(3, 1, 8, 8)), np.eye(10)[[2, 7, 7]]

    def loss():
        kernels, _, w, _ = network.weights
        p = network.probabilities(x)
        penalty = 0.01 * (np.sum(kernels**2) + np.sum(w**2))
        return -np.mean(np.log(p[np.arange(3), [2, 7, 7]])) + penalty

    for array, slope in zip(
        network.weights, network._gradients(x, targets, 0.01), strict=True
    ):
        for index in rng.permutation(array.size)[:6]:
            values = []
            for step in (1e-6, -1e-6):
                array.flat[index] += step
                values.append(loss())
                array.flat[index] -= step
            got = (values[0] - values[1]) / 2e-6
            np.testing.assert_allclose(got, slope.flat[index], rtol=1e-5, atol=1e-8)


# --- refusals -----------------------------------------------------------------------

X = np.ones((2, 3, 5, 6))
BAD_WINDOWS = {
    "no-height": {"size": (0, 2)},
    "no-width": {"size": (2, 0)},
    "vertical-stride": {"size": (2, 3), "stride": (0, 1)},
    "horizontal-stride": {"size": (2, 3), "stride": (1, -1)},
    "padding-above": {"size": (2, 3), "padding": (-1, 0)},
    "padding-left": {"size": (2, 3), "padding": (0, -1)},
    "frame-alone": {"size": (2, 3), "padding": (2, 0)},
    "too-tall": {"size": (8, 2), "padding": (1, 0)},
    "too-wide": {"size": (2, 7)},
}


@pytest.mark.parametrize("settings", BAD_WINDOWS.values(), ids=list(BAD_WINDOWS))
@pytest.mark.parametrize("function", [oracle.max_pool2d, oracle.avg_pool2d])
def test_bad_windows_are_refused(function, settings):
    assert function(X, (2, 3)).shape == (2, 3, 2, 2)
    with pytest.raises(ValueError, match=r"at least 1|negative|larger"):
        function(X, **settings)


@pytest.mark.parametrize("settings", BAD_WINDOWS.values(), ids=list(BAD_WINDOWS))
@pytest.mark.parametrize(
    "function", [oracle.max_pool2d_backward, oracle.avg_pool2d_backward]
)
def test_bad_windows_are_refused_on_the_way_back(function, settings):
    dout = np.ones((2, 3, 2, 2))
    assert function(dout, X, (2, 3)).shape == X.shape
    with pytest.raises(ValueError, match=r"at least 1|negative|larger"):
        function(dout, X, **settings)
    with pytest.raises(ValueError, match="has another shape than the output"):
        function(dout[:, :, :1], X, (2, 3))


@pytest.mark.parametrize(
    ("layers", "shape", "message"),
    [
        ([{"kind": "dropout"}], (8, 9, 3), "unknown kind of layer"),
        ([{"kind": "pool", "size": (9, 2)}], (8, 9, 3), "larger than the padded"),
        ([conv(4)], (8, 2, 3), "larger than the padded"),
        ([LECTURE[7]], (8, 9, 3), "needs one axis"),
        ([LECTURE[5], POOL], (8, 9, 3), "needs an image"),
        ([{"kind": "global_pool"}], (8,), "needs an image"),
    ],
    ids=["unknown", "window", "kernel", "dense", "flat", "global"],
)
def test_impossible_networks_are_refused(layers, shape, message):
    with pytest.raises(ValueError, match=message):
        oracle.trace_shapes(layers, shape)


# --- manners ------------------------------------------------------------------------


def test_every_function_keeps_the_dtype_and_its_inputs(window, dtype):
    x = window.images(dtype)
    before = x.copy()
    y = oracle.max_pool2d(x, **window.geometry)
    results = [
        y,
        oracle.avg_pool2d(x, **window.geometry),
        oracle.max_pool2d_backward(y, x, **window.geometry),
        oracle.avg_pool2d_backward(y, x, **window.geometry),
        *oracle.max_pool2d_vjp(y, x, **window.geometry),
        oracle.global_average_pool(x),
        oracle.shift_invariance(x[0, 0], (1, 1)),
    ]
    assert [result.dtype for result in results] == [dtype] * len(results)
    assert not any(np.shares_memory(result, x) for result in results)
    np.testing.assert_array_equal(x, before)


def test_public_names_are_what_all_says():
    functions = {
        name
        for name, value in vars(oracle).items()
        if inspect.isfunction(value) and not name.startswith("_")
    }
    assert functions == set(oracle.__all__)
