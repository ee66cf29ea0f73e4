"""Laws that every convolution obeys, checked without rounding.

Arrays hold small whole numbers, whose sums and products float64 holds exactly, so each
law is an equality and one wrong element anywhere breaks it.
"""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from solutions.convolution import oracle

WHOLE = st.integers(-9, 9).map(float)
equal = np.testing.assert_array_equal


def wholes(*shape):
    return hnp.arrays(np.float64, shape, elements=WHOLE)


def law(*strategies, examples=60):
    """Try the law on drawn examples; a busy machine's slowness breaks no law."""

    def decorate(test):
        limits = settings(max_examples=examples, deadline=None)
        return limits(given(*strategies)(test))

    return decorate


polynomials = st.integers(1, 7).flatmap(wholes)


@st.composite
def layers(draw, most_padding=2):
    """Draw (x, w, stride, padding) in which the kernel fits."""
    batch, channels, filters = (draw(st.integers(1, 3)) for _ in range(3))
    padding = tuple(draw(st.integers(0, most_padding)) for _ in range(2))
    stride = tuple(draw(st.integers(1, 3)) for _ in range(2))
    size = tuple(draw(st.integers(1, 6)) for _ in range(2))
    kernel = tuple(
        draw(st.integers(1, n + 2 * p)) for n, p in zip(size, padding, strict=True)
    )
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    x = rng.integers(-9, 10, size=(batch, channels, *size)).astype(float)
    w = rng.integers(-9, 10, size=(filters, channels, *kernel)).astype(float)
    return x, w, stride, padding


def like(array, seed=1):
    return np.random.default_rng(seed).integers(-9, 10, size=array.shape).astype(float)


# --- one dimension ------------------------------------------------------------------


@law(polynomials, polynomials)
def test_product_commutes(alpha, beta):
    equal(
        oracle.polynomial_product(alpha, beta), oracle.polynomial_product(beta, alpha)
    )


@law(polynomials, polynomials, polynomials)
def test_product_associates(alpha, beta, gamma):
    product = oracle.polynomial_product
    equal(product(product(alpha, beta), gamma), product(alpha, product(beta, gamma)))


@law(polynomials, polynomials, st.integers(-3, 3))
def test_value_of_the_product_is_the_product_of_values(alpha, beta, t):
    def value(coefficients):
        return sum(int(c) * t**power for power, c in enumerate(coefficients))

    assert value(oracle.polynomial_product(alpha, beta)) == value(alpha) * value(beta)


@law(polynomials, polynomials)
def test_toeplitz_matrix_multiplies_polynomials(alpha, beta):
    matrix = oracle.toeplitz_matrix(alpha, len(beta))
    equal(matrix @ beta, oracle.polynomial_product(alpha, beta))


@law(polynomials, polynomials)
def test_convolution_integral_of_combs_is_the_product(alpha, beta):
    def comb(coefficients):
        def function(x):
            inside = (x >= 0) & (x < len(coefficients))
            return np.where(inside, coefficients[np.where(inside, x, 0).astype(int)], 0)

        return function

    power = np.arange(len(alpha) + len(beta) - 1, dtype=float)
    got = oracle.convolution_integral(
        comb(alpha), comb(beta), power, np.arange(-1.0, 9.0)
    )
    equal(got, oracle.polynomial_product(alpha, beta))


# --- images -------------------------------------------------------------------------


@law(layers())
def test_shape_is_as_predicted(layer):
    x, w, stride, padding = layer
    predicted = oracle.output_shape(x.shape[2:], w.shape[2:], padding, stride)
    out = oracle.conv2d(x, w, stride=stride, padding=padding)
    assert out.shape == (len(x), len(w), *predicted)


@law(layers())
def test_every_element_is_the_sum_of_the_definition(layer):
    x, w, (sh, sw), (ph, pw) = layer
    out = oracle.conv2d(x, w, stride=(sh, sw), padding=(ph, pw))
    height, width = x.shape[2:]
    for n, o, i, j in np.ndindex(out.shape):
        total = 0.0
        for c, p, q in np.ndindex(w.shape[1:]):
            row, column = i * sh + p - ph, j * sw + q - pw
            if 0 <= row < height and 0 <= column < width:
                total += x[n, c, row, column] * w[o, c, p, q]
        assert out[n, o, i, j] == total


@law(layers(), st.integers(-5, 5), st.integers(-5, 5))
def test_conv2d_is_linear_in_image_and_kernel(layer, p, q):
    x, w, stride, padding = layer

    def conv(x, w):
        return oracle.conv2d(x, w, stride=stride, padding=padding)

    equal(conv(p * x + q * like(x), w), p * conv(x, w) + q * conv(like(x), w))
    equal(conv(x, p * w + q * like(w)), p * conv(x, w) + q * conv(x, like(w)))


@law(layers(most_padding=0), st.integers(0, 2), st.integers(0, 2))
def test_shifted_image_gives_shifted_output(layer, down, right):
    x, w, (sh, sw), _ = layer
    out = oracle.conv2d(x, w, stride=(sh, sw))
    down, right = min(down, out.shape[2] - 1), min(right, out.shape[3] - 1)
    shifted = oracle.conv2d(x[:, :, sh * down :, sw * right :], w, stride=(sh, sw))
    equal(shifted, out[:, :, down:, right:])


@law(layers())
def test_stride_keeps_every_nth_place(layer):
    x, w, (sh, sw), padding = layer
    everywhere = oracle.conv2d(x, w, padding=padding)
    strided = oracle.conv2d(x, w, stride=(sh, sw), padding=padding)
    equal(strided, everywhere[:, :, ::sh, ::sw])


@law(layers())
def test_padding_is_a_frame_of_zeros(layer):
    x, w, stride, padding = layer
    equal(
        oracle.conv2d(x, w, stride=stride, padding=padding),
        oracle.conv2d(oracle.pad2d(x, padding), w, stride=stride),
    )


@law(layers(most_padding=0))
def test_turned_kernel_turns_correlation_into_convolution(layer):
    x, w, _, _ = layer
    image, kernel = x[0, 0], w[0, 0]
    turned = np.rot90(kernel, 2)
    equal(oracle.conv2d_flipped(image, turned), oracle.corr2d(image, kernel))
    equal(
        np.rot90(oracle.corr2d(np.rot90(image, 2), turned), 2),
        oracle.corr2d(image, kernel),
    )


@law(layers())
def test_backward_is_the_adjoint_of_forward(layer):
    x, w, stride, padding = layer
    out = oracle.conv2d(x, w, like(w[:, 0, 0, 0]), stride, padding)
    dout = like(out, seed=2)
    dx, dw, db = oracle.conv2d_backward(dout, x, w, stride, padding)
    without_bias = np.sum(oracle.conv2d(x, w, None, stride, padding) * dout)
    assert np.sum(dx * x) == without_bias
    assert np.sum(dw * w) == without_bias
    assert np.sum(db * like(w[:, 0, 0, 0])) == np.sum(out * dout) - without_bias


@law(layers())
def test_backward_is_linear_in_dout(layer):
    x, w, stride, padding = layer
    dout = like(oracle.conv2d(x, w, None, stride, padding))
    other = like(dout, seed=3)

    def backward(dout):
        return oracle.conv2d_backward(dout, x, w, stride, padding)

    for both, one, two in zip(
        backward(2 * dout - other), backward(dout), backward(other), strict=True
    ):
        equal(both, 2 * one - two)


@law(layers(), examples=40)
def test_backward_agrees_with_central_differences(layer):
    x, w, stride, padding = layer
    b = like(w[:, 0, 0, 0])
    dout = like(oracle.conv2d(x, w, b, stride, padding))
    gradients = oracle.conv2d_backward(dout, x, w, stride, padding)
    for position, gradient in enumerate(gradients):
        arrays = [x.copy(), w.copy(), b.copy()]
        for index in np.ndindex(gradient.shape):
            values = []
            for step in (1.0, -1.0):  # exact: the loss is linear in each element
                arrays[position][index] += step
                out = oracle.conv2d(*arrays, stride, padding)
                values.append(np.sum(out * dout))
                arrays[position][index] -= step
            assert (values[0] - values[1]) / 2 == gradient[index]


@law(layers())
def test_tensorflow_order_is_the_same_layer(layer):
    x, w, stride, padding = layer
    out = oracle.conv2d(x, w, None, stride, padding)
    dx, dw = oracle.conv2d_vjp(out, x, w, None, stride, padding)
    nhwc, hwio = np.moveaxis(x, 1, -1), w.transpose(2, 3, 1, 0)
    out_nhwc = oracle.conv2d_nhwc(nhwc, hwio, None, stride, padding)
    equal(np.moveaxis(out_nhwc, -1, 1), out)
    dnhwc, dhwio = oracle.conv2d_nhwc_vjp(out_nhwc, nhwc, hwio, None, stride, padding)
    equal(np.moveaxis(dnhwc, -1, 1), dx)
    equal(dhwio.transpose(3, 2, 0, 1), dw)


@law(wholes(5, 6))
def test_edges_ignore_brightness_and_turn_with_the_image(image):
    edges = oracle.sobel_edges(image)
    equal(oracle.sobel_edges(image + 7), edges)
    equal(oracle.sobel_edges(-image), edges)
    equal(oracle.sobel_edges(image.T), edges.T)
