"""Three opinions that must be one: the oracle, PyTorch and TensorFlow.

Each twin is compared with the oracle and, where the library has the operation itself,
the oracle with the library; values and gradients, at float32 and float64.
"""

from __future__ import annotations

import numpy as np
import pytest

from solutions.convolution import oracle
from tests.deferred import tf, torch, twins

TWINS = twins("convolution")
torch_twin, tf_twin = (twin for twin, _ in TWINS.values())


@pytest.fixture(params=TWINS)
def twin(request):
    """Give the twin with arrays going in as its tensors."""
    module, to_tensor = TWINS[request.param]

    def call(name, *args, **kwargs):
        args = [to_tensor(a) if isinstance(a, np.ndarray) else a for a in args]
        return getattr(module, name)(*args, **kwargs)

    return call


def normal(*shape, dtype, seed=4):
    return np.random.default_rng(seed).normal(size=shape).astype(dtype)


# --- the twins agree with the oracle ------------------------------------------------


@pytest.mark.parametrize(("m", "n"), [(1, 1), (1, 5), (4, 2), (3, 3)])
def test_one_dimension_agrees(twin, dtype, close, m, n):
    alpha, beta = normal(m, dtype=dtype), normal(n, dtype=dtype, seed=5)
    close(
        twin("polynomial_product", alpha, beta), oracle.polynomial_product(alpha, beta)
    )
    close(twin("toeplitz_matrix", alpha, n), oracle.toeplitz_matrix(alpha, n))


@pytest.mark.parametrize("name", TWINS)
def test_convolution_integrals_agree(name, dtype, close):
    module, to_tensor = TWINS[name]
    t, a = np.linspace(-3, 3, 7, dtype=dtype), np.linspace(-4, 4, 54, dtype=dtype)
    got = module.convolution_integral(
        module.box, module.ramp, to_tensor(t), to_tensor(a)
    )
    close(got, oracle.convolution_integral(oracle.box, oracle.ramp, t, a))


@pytest.mark.parametrize("shape", [(3, 4), (2, 3, 4), (2, 1, 4, 3)], ids=str)
def test_padding_agrees(twin, dtype, close, shape):
    x = normal(*shape, dtype=dtype)
    close(twin("pad2d", x, (2, 1)), oracle.pad2d(x, (2, 1)))
    close(twin("pad2d", x, (0, 3)), oracle.pad2d(x, (0, 3)))


def test_single_images_agree(twin, dtype, close):
    x, k = normal(6, 9, dtype=dtype), normal(4, 3, dtype=dtype, seed=5)
    close(twin("corr2d", x, k), oracle.corr2d(x, k))
    close(twin("conv2d_flipped", x, k), oracle.conv2d_flipped(x, k))
    close(twin("sobel_edges", x), oracle.sobel_edges(x))


def test_torch_layers_agree(layer, dtype, close):
    x, w, b = layer.arrays(dtype)
    tensors = [torch.from_numpy(array) for array in (x, w, b)]
    out = oracle.conv2d(x, w, b, **layer.geometry)
    close(torch_twin.conv2d(*tensors, **layer.geometry), out)
    without = torch_twin.conv2d(*tensors[:2], **layer.geometry)
    close(without, oracle.conv2d(x, w, **layer.geometry))
    got = torch_twin.conv2d_backward(
        torch.from_numpy(out), *tensors[:2], **layer.geometry
    )
    for g, e in zip(
        got, oracle.conv2d_backward(out, x, w, **layer.geometry), strict=True
    ):
        close(g, e)


def test_tf_layers_agree(layer, dtype, close):
    x, w, b = nhwc_arrays(layer, dtype)
    out = oracle.conv2d_nhwc(x, w, b, **layer.geometry)
    close(tf_twin.conv2d(*map(tf.constant, (x, w, b)), **layer.geometry), out)
    without = tf_twin.conv2d(tf.constant(x), tf.constant(w), **layer.geometry)
    close(without, oracle.conv2d_nhwc(x, w, **layer.geometry))
    got = tf_twin.conv2d_backward(*map(tf.constant, (out, x, w)), **layer.geometry)
    expected = oracle.conv2d_nhwc_vjp(out, x, w, b, **layer.geometry)
    for g, e in zip(got, expected, strict=True):
        close(g, e)


def nhwc_arrays(layer, dtype):
    x, w, b = layer.arrays(dtype)
    nhwc, hwio = np.moveaxis(x, 1, -1), w.transpose(2, 3, 1, 0)
    return np.ascontiguousarray(nhwc), np.ascontiguousarray(hwio), b


@pytest.mark.parametrize("module", [torch_twin, tf_twin], ids=["torch", "tf"])
def test_counts_agree(module):
    for bias in (True, False):
        assert module.conv_parameters(3, 8, (5, 2), bias=bias) == (
            oracle.conv_parameters(3, 8, (5, 2), bias=bias)
        )
        assert module.dense_parameters(10**6, 10**6, bias=bias) == (
            oracle.dense_parameters(10**6, 10**6, bias=bias)
        )
    assert [module.local_parameters(d) for d in (1, 7, 1000)] == [4, 196, 4 * 10**6]


@pytest.mark.parametrize("module", [torch_twin, tf_twin], ids=["torch", "tf"])
def test_output_shapes_agree(module):
    for size in range(1, 8):
        for kernel in range(1, size + 1):
            for padding in range(3):
                for stride in range(1, 5):
                    args = (size, 9), (kernel, 4), (padding, 1), (stride, 2)
                    assert module.output_shape(*args) == oracle.output_shape(*args)


@pytest.mark.parametrize("module", [torch_twin, tf_twin], ids=["torch", "tf"])
def test_constants_agree(module):
    np.testing.assert_array_equal(np.asarray(module.SOBEL_X), oracle.SOBEL_X)
    np.testing.assert_array_equal(np.asarray(module.SOBEL_Y), oracle.SOBEL_Y)


@pytest.mark.parametrize("module", [torch_twin, tf_twin], ids=["torch", "tf"])
def test_twins_answer_every_exercise(module):
    exercises = {name for name in oracle.__all__ if "nhwc" not in name}
    assert exercises - {"conv2d_vjp"} == set(module.__all__)


# --- the oracle agrees with the libraries' own convolution --------------------------


def test_conv2d_agrees_with_torch(layer, dtype, close):
    x, w, b = layer.arrays(dtype)
    tensors = [torch.from_numpy(a).requires_grad_() for a in (x, w, b)]
    expected = torch.nn.functional.conv2d(*tensors, **layer.geometry)
    out = oracle.conv2d(x, w, b, **layer.geometry)
    close(out, expected.detach().numpy())
    cotangent = normal(*out.shape, dtype=dtype)
    gradients = torch.autograd.grad(expected, tensors, torch.from_numpy(cotangent))
    got = oracle.conv2d_vjp(cotangent, x, w, b, **layer.geometry)
    for g, e in zip(got, gradients, strict=True):
        close(g, e.numpy())


def test_conv2d_nhwc_agrees_with_tensorflow(layer, dtype, close):
    x, w, b = nhwc_arrays(layer, dtype)
    (ph, pw), (sh, sw) = layer.padding, layer.stride
    tensors = [tf.constant(array) for array in (x, w, b)]
    with tf.GradientTape() as tape:
        tape.watch(tensors)
        padded = tf.pad(tensors[0], [[0, 0], [ph, ph], [pw, pw], [0, 0]])
        expected = tf.nn.conv2d(padded, tensors[1], (sh, sw), "VALID") + tensors[2]
    out = oracle.conv2d_nhwc(x, w, b, **layer.geometry)
    close(out, expected.numpy())
    cotangent = normal(*out.shape, dtype=dtype)
    gradients = tape.gradient(expected, tensors, tf.constant(cotangent))
    got = oracle.conv2d_nhwc_vjp(cotangent, x, w, b, **layer.geometry)
    for g, e in zip(got, gradients, strict=True):
        close(g, e.numpy())


# --- the twins are differentiable and refuse what the oracle refuses ----------------


def test_autograd_reaches_every_input_of_the_torch_twin(layer):
    arrays = layer.arrays()
    tensors = [torch.from_numpy(array).requires_grad_() for array in arrays]
    out = torch_twin.conv2d(*tensors, **layer.geometry)
    cotangent = normal(*out.shape, dtype=np.float64)
    gradients = torch.autograd.grad(out, tensors, torch.from_numpy(cotangent))
    expected = oracle.conv2d_vjp(cotangent, *arrays, **layer.geometry)
    for g, e in zip(gradients, expected, strict=True):
        np.testing.assert_allclose(g.numpy(), e, rtol=1e-12, atol=1e-12)


def test_autograd_reaches_the_input_of_the_other_torch_functions():
    rows = torch.from_numpy(normal(2, 5, dtype=np.float64)).requires_grad_()
    image = torch.from_numpy(normal(4, 5, dtype=np.float64)).requires_grad_()
    gradcheck = torch.autograd.gradcheck
    assert gradcheck(torch_twin.sobel_edges, image)
    assert gradcheck(torch_twin.conv2d_flipped, (image, rows))
    assert gradcheck(torch_twin.polynomial_product, (rows[0], rows[1]))
    assert gradcheck(lambda alpha: torch_twin.toeplitz_matrix(alpha, 3), rows[0])


def test_tape_reaches_the_input_of_the_other_tf_functions():
    rows, image = normal(2, 5, dtype=np.float64), normal(4, 5, dtype=np.float64)
    functions = {
        tf_twin.sobel_edges: image,
        lambda x: tf_twin.conv2d_flipped(x, tf.constant(rows)): image,
        lambda x: tf_twin.polynomial_product(x, tf.constant(rows[1])): rows[0],
        lambda x: tf_twin.toeplitz_matrix(x, 3) ** 2: rows[0],
    }
    for function, value in functions.items():
        exact, numeric = tf.test.compute_gradient(function, [tf.constant(value)])
        np.testing.assert_allclose(exact[0], numeric[0], rtol=1e-6, atol=1e-6)


X, W = np.ones((2, 3, 5, 4)), np.ones((6, 3, 3, 2))
NHWC, HWIO = np.ones((2, 5, 4, 3)), np.ones((3, 2, 3, 6))
NOTHING, TWO = np.zeros(0), np.ones(2)
REFUSED = {
    "product-alpha": ("polynomial_product", (NOTHING, TWO)),
    "product-beta": ("polynomial_product", (TWO, NOTHING)),
    "toeplitz-empty": ("toeplitz_matrix", (NOTHING, 2)),
    "toeplitz-columns": ("toeplitz_matrix", (TWO, 0)),
    "corr2d-tall": ("corr2d", (np.ones((2, 5)), np.ones((3, 1)))),
    "flipped-wide": ("conv2d_flipped", (np.ones((5, 2)), np.ones((1, 3)))),
    "shape-stride": ("output_shape", ((5, 5), (3, 3), (0, 0), (1, 0))),
    "shape-padding": ("output_shape", ((5, 5), (3, 3), (0, -1))),
    "shape-kernel": ("output_shape", ((5, 5), (0, 3))),
    "shape-large": ("output_shape", ((5, 2), (3, 5), (1, 1))),
    "pad": ("pad2d", (X, (0, -1))),
    "sobel": ("sobel_edges", (np.ones((2, 9)),)),
}


@pytest.mark.parametrize(("name", "args"), REFUSED.values(), ids=list(REFUSED))
def test_twins_refuse_what_the_oracle_refuses(twin, name, args):
    with pytest.raises(ValueError, match=r"at least|invalid layer|larger|negative"):
        twin(name, *args)


BAD_LAYERS = {
    "channels": ({}, "channels differ"),
    "kernel": ({}, "larger than the image"),
    "stride": ({"stride": (0, 1)}, "invalid layer"),
    "padding": ({"padding": (0, -1)}, "invalid layer"),
}


@pytest.mark.parametrize("fault", BAD_LAYERS)
def test_twins_refuse_bad_layers(fault):
    kwargs, message = BAD_LAYERS[fault]
    x, nhwc = {
        "channels": (X[:, :2], NHWC[..., :2]),
        "kernel": (X[:, :, :2], NHWC[:, :2]),
    }.get(fault, (X, NHWC))
    with pytest.raises(ValueError, match=message):
        torch_twin.conv2d(torch.from_numpy(x), torch.from_numpy(W), **kwargs)
    with pytest.raises(ValueError, match=message):
        tf_twin.conv2d(tf.constant(nhwc), tf.constant(HWIO), **kwargs)
