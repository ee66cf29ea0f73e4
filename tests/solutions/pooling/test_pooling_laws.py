"""Laws that every pooling layer obeys, checked without rounding.

Arrays hold small whole numbers and windows have 1, 2, 4 or 8 pixels, so that float64
holds all sums and means exactly: each law is an equality.
"""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from solutions.pooling import oracle

equal = np.testing.assert_array_equal
KERNELS = [(1, 1), (1, 2), (2, 1), (2, 2), (1, 4), (4, 1), (2, 4), (4, 2)]


def law(*strategies, examples=40):
    """Try the law on drawn examples; a busy machine's slowness breaks no law."""

    def decorate(test):
        limits = settings(max_examples=examples, deadline=None)
        return limits(given(*strategies)(test))

    return decorate


@st.composite
def layers(draw, *, distinct=False, padded=True):
    """Draw (x, geometry) in which the window fits."""
    kernel = draw(st.sampled_from(KERNELS))
    most = max(kernel) if padded else 0
    padding = tuple(min(draw(st.integers(0, most)), k - 1) for k in kernel)
    if not padded:
        padding = (0, 0)
    stride = draw(
        st.none() | st.tuples(st.integers(1, 3), st.integers(1, 3)), label="stride"
    )
    size = [
        draw(st.integers(max(k - 2 * p, 1), 7))
        for k, p in zip(kernel, padding, strict=True)
    ]
    shape = (draw(st.integers(1, 3)), draw(st.integers(1, 3)), *size)
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    x = rng.integers(-9, 10, size=shape).astype(float)
    if distinct:
        x = (rng.permutation(x.size) * 4.0 - 2 * x.size).reshape(shape)
    return x, {"size": kernel, "stride": stride, "padding": padding}


def like(array, seed=1):
    return np.random.default_rng(seed).integers(-9, 10, size=array.shape).astype(float)


@law(layers())
def test_every_element_is_that_of_the_definition(layer):
    x, geometry = layer
    (kh, kw), (ph, pw) = geometry["size"], geometry["padding"]
    sh, sw = geometry["stride"] or geometry["size"]
    largest, mean = oracle.max_pool2d(x, **geometry), oracle.avg_pool2d(x, **geometry)
    h, w = x.shape[2:]
    assert largest.shape[2:] == (
        (h + 2 * ph - kh) // sh + 1,
        (w + 2 * pw - kw) // sw + 1,
    )
    for b, c, i, j in np.ndindex(largest.shape):
        seen = [
            x[b, c, p, q]
            for p in range(i * sh - ph, i * sh - ph + kh)
            for q in range(j * sw - pw, j * sw - pw + kw)
            if 0 <= p < h and 0 <= q < w
        ]
        assert largest[b, c, i, j] == max(seen)
        assert mean[b, c, i, j] == sum(seen) / (kh * kw)


@law(layers(), st.integers(-5, 5), st.integers(0, 4))
def test_maximum_commutes_with_shifting_and_scaling_grey_values(layer, shift, scale):
    x, geometry = layer
    pooled = oracle.max_pool2d(x, **geometry)
    equal(oracle.max_pool2d(scale * x + shift, **geometry), scale * pooled + shift)


@law(layers())
def test_maximum_is_monotone_and_above_the_mean(layer):
    x, geometry = layer
    higher = x + np.abs(like(x))
    assert np.all(
        oracle.max_pool2d(higher, **geometry) >= oracle.max_pool2d(x, **geometry)
    )


@law(layers(padded=False))
def test_mean_lies_between_the_extremes(layer):
    x, geometry = layer
    mean = oracle.avg_pool2d(x, **geometry)
    assert np.all(mean <= oracle.max_pool2d(x, **geometry))
    assert np.all(mean >= -oracle.max_pool2d(-x, **geometry))


@law(layers(), st.integers(-5, 5), st.integers(-5, 5))
def test_mean_is_linear(layer, p, q):
    x, geometry = layer

    def pool(x):
        return oracle.avg_pool2d(x, **geometry)

    equal(pool(p * x + q * like(x)), p * pool(x) + q * pool(like(x)))


@law(layers())
def test_channels_and_images_do_not_meet(layer):
    x, geometry = layer
    for pool in (oracle.max_pool2d, oracle.avg_pool2d):
        pooled = pool(x, **geometry)
        for b, c in np.ndindex(x.shape[:2]):
            alone = pool(x[b : b + 1, c : c + 1], **geometry)
            equal(alone[0, 0], pooled[b, c])


@law(layers(padded=False))
def test_stride_keeps_every_nth_place(layer):
    x, geometry = layer
    sh, sw = geometry["stride"] or geometry["size"]
    for pool in (oracle.max_pool2d, oracle.avg_pool2d):
        everywhere = pool(x, geometry["size"], (1, 1))
        equal(pool(x, **geometry), everywhere[:, :, ::sh, ::sw])


@law(layers())
def test_shift_by_a_stride_shifts_the_result_by_one(layer):
    x, geometry = layer
    sh, sw = geometry["stride"] or geometry["size"]
    plain = {**geometry, "padding": (0, 0)}
    if any(
        n < k + s for n, k, s in zip(x.shape[2:], plain["size"], (sh, sw), strict=True)
    ):
        x = np.pad(x, ((0, 0), (0, 0), (0, 4 + sh), (0, 4 + sw)), mode="wrap")
    for pool in (oracle.max_pool2d, oracle.avg_pool2d):
        equal(pool(x[:, :, sh:, sw:], **plain), pool(x, **plain)[:, :, 1:, 1:])


@law(layers())
def test_backward_of_the_mean_is_its_adjoint(layer):
    x, geometry = layer
    out = oracle.avg_pool2d(x, **geometry)
    dout = 8 * like(out)
    dx = oracle.avg_pool2d_backward(dout, x, **geometry)
    assert np.sum(dx * x) == np.sum(out * dout)


@law(layers())
def test_backward_of_the_maximum_loses_and_invents_nothing(layer):
    x, geometry = layer
    out = oracle.max_pool2d(x, **geometry)
    dout = like(out)
    dx = oracle.max_pool2d_backward(dout, x, **geometry)
    equal(dx.sum(axis=(2, 3)), dout.sum(axis=(2, 3)))
    assert np.sum(dx * x) == np.sum(out * dout)  # Euler: a maximum is homogeneous


@law(layers())
def test_backward_is_linear_in_dout(layer):
    x, geometry = layer
    dout = like(oracle.max_pool2d(x, **geometry))
    other = like(dout, seed=3)
    for name in ("max_pool2d_backward", "avg_pool2d_backward"):
        back = getattr(oracle, name)
        equal(
            back(2 * dout - other, x, **geometry),
            2 * back(dout, x, **geometry) - back(other, x, **geometry),
        )


@law(layers(distinct=True), examples=25)
def test_backward_agrees_with_central_differences(layer):
    x, geometry = layer  # pixels differ by 4, so a step of 1 changes no winner
    for name in ("max_pool2d", "avg_pool2d"):
        pool, back = getattr(oracle, name), getattr(oracle, f"{name}_backward")
        dout = like(pool(x, **geometry))
        dx = back(dout, x, **geometry)
        for index in np.ndindex(x.shape):
            values = []
            for step in (1.0, -1.0):  # exact: the loss is linear in each element
                moved = x.copy()
                moved[index] += step
                values.append(np.sum(pool(moved, **geometry) * dout))
            assert (values[0] - values[1]) / 2 == dx[index]


@law(layers())
def test_tensorflow_order_is_the_same_layer(layer):
    x, geometry = layer
    nhwc = np.moveaxis(x, 1, -1)
    out = oracle.max_pool2d_nhwc(nhwc, **geometry)
    equal(np.moveaxis(out, -1, 1), oracle.max_pool2d(x, **geometry))
    dout = like(out)
    (dx,) = oracle.max_pool2d_nhwc_vjp(dout, nhwc, **geometry)
    (expected,) = oracle.max_pool2d_vjp(np.moveaxis(dout, -1, 1), x, **geometry)
    equal(np.moveaxis(dx, -1, 1), expected)


@law(hnp.arrays(np.float64, (2, 3, 4, 8), elements=st.integers(-9, 9).map(float)))
def test_global_mean_is_one_window_and_the_mean_of_means(x):
    whole = oracle.global_average_pool(x)
    equal(whole, oracle.avg_pool2d(x, (4, 8))[:, :, 0, 0])
    equal(whole, oracle.global_average_pool(oracle.avg_pool2d(x, (2, 4))))


@law(
    hnp.arrays(np.float64, (6, 7), elements=st.integers(-3, 5).map(float)),
    st.sampled_from([(1, 1), (2, 2), (3, 2), (2, 4)]),
)
def test_invariance_counts_eighths_and_turns_with_the_image(image, size):
    survival = oracle.shift_invariance(image, size, (1, 1))
    equal(8 * survival, np.rint(8 * survival))
    assert np.all((survival >= 0) & (survival <= 1))
    turned = oracle.shift_invariance(np.rot90(image), size[::-1], (1, 1))
    equal(turned, np.rot90(survival))
    equal(oracle.shift_invariance(2 * image, size, (1, 1)), survival)


@law(st.integers(2, 12), st.integers(2, 12), st.integers(1, 4), st.integers(1, 5))
def test_trace_of_pooling_is_the_shape_of_what_is_pooled(h, w, channels, filters):
    layers = [
        {"kind": "pool", "size": (2, 1), "stride": (1, 2)},
        {"kind": "conv", "filters": filters, "kernel": (1, 1)},
        {"kind": "global_pool"},
    ]
    trace = oracle.trace_shapes(layers, (h, w, channels))
    pooled = oracle.max_pool2d(np.zeros((1, channels, h, w)), (2, 1), (1, 2))
    assert trace[0] == ((*pooled.shape[2:], channels), 0)
    assert trace[1] == ((*pooled.shape[2:], filters), filters * (channels + 1))
    assert trace[2] == ((filters,), 0)
