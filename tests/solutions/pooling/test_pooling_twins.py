"""Three opinions that must be one: the oracle, PyTorch and TensorFlow.

Each twin is compared with the oracle, and the oracle with the libraries' own layers;
values and gradients, at float32 and float64.
"""

from __future__ import annotations

import numpy as np
import pytest

from solutions.pooling import oracle
from tests.deferred import tf, torch, twins

TWINS = twins("pooling")
torch_twin, tf_twin = (twin for twin, _ in TWINS.values())

KINDS = ["max_pool2d", "avg_pool2d"]
MODULES = pytest.mark.parametrize("module", [torch_twin, tf_twin], ids=["torch", "tf"])


def normal(*shape, dtype, seed=4):
    return np.random.default_rng(seed).normal(size=shape).astype(dtype)


def nhwc(array):
    return np.ascontiguousarray(np.moveaxis(array, 1, -1))


def nchw(tensor):
    return np.moveaxis(np.asarray(tensor), -1, 1)


# --- the twins agree with the oracle ------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_torch_pooling_agrees(window, dtype, close, kind):
    x = window.images(dtype)
    out = getattr(oracle, kind)(x, **window.geometry)
    close(getattr(torch_twin, kind)(torch.from_numpy(x), **window.geometry), out)
    dout = normal(*out.shape, dtype=dtype)
    tensors = torch.from_numpy(dout), torch.from_numpy(x)
    got = getattr(torch_twin, f"{kind}_backward")(*tensors, **window.geometry)
    close(got, getattr(oracle, f"{kind}_backward")(dout, x, **window.geometry))


@pytest.mark.parametrize("kind", KINDS)
def test_tf_pooling_agrees(window, dtype, close, kind):
    x = window.images(dtype)
    out = getattr(oracle, kind)(x, **window.geometry)
    got = getattr(tf_twin, kind)(tf.constant(nhwc(x)), **window.geometry)
    close(nchw(got), out)
    dout = normal(*out.shape, dtype=dtype)
    tensors = tf.constant(nhwc(dout)), tf.constant(nhwc(x))
    got = getattr(tf_twin, f"{kind}_backward")(*tensors, **window.geometry)
    close(nchw(got), getattr(oracle, f"{kind}_backward")(dout, x, **window.geometry))


def test_gradients_of_equal_pixels_agree(dtype, close):
    x = np.zeros((2, 3, 4, 6), dtype)
    dout = normal(2, 3, 2, 2, dtype=dtype)
    expected = oracle.max_pool2d_backward(dout, x, (2, 3))
    tensors = torch.from_numpy(dout), torch.from_numpy(x)
    close(torch_twin.max_pool2d_backward(*tensors, (2, 3)), expected)
    tensors = tf.constant(nhwc(dout)), tf.constant(nhwc(x))
    close(nchw(tf_twin.max_pool2d_backward(*tensors, (2, 3))), expected)


def test_global_means_agree(dtype, close):
    x = normal(3, 2, 5, 4, dtype=dtype)
    expected = oracle.global_average_pool(x)
    close(torch_twin.global_average_pool(torch.from_numpy(x)), expected)
    close(tf_twin.global_average_pool(tf.constant(nhwc(x))), expected)


@pytest.mark.parametrize(
    ("size", "stride"), [((2, 3), None), ((3, 2), (1, 2)), ((1, 1), (2, 1))], ids=str
)
def test_invariances_agree(dtype, close, size, stride):
    image = np.random.default_rng(3).integers(-2, 6, size=(7, 8)).astype(dtype)
    expected = oracle.shift_invariance(image, size, stride)
    assert 0 < expected.mean() < 1
    close(torch_twin.shift_invariance(torch.from_numpy(image), size, stride), expected)
    close(tf_twin.shift_invariance(tf.constant(image), size, stride), expected)


def conv(filters, kernel, **rest):
    return {"kind": "conv", "filters": filters, "kernel": kernel, **rest}


FLATTEN, RELU, GLOBAL = ({"kind": kind} for kind in ("flatten", "relu", "global_pool"))
NETWORKS = {
    "lecture": (
        [
            *(conv(32, (3, 3)), {"kind": "pool", "size": (2, 2)}, conv(64, (3, 3))),
            *({"kind": "pool", "size": (2, 2)}, conv(64, (3, 3)), FLATTEN),
            *({"kind": "dense", "units": 64}, RELU, {"kind": "dense", "units": 10}),
        ],
        (32, 32, 3),
    ),
    "geometry": (
        [
            conv(7, (5, 3), stride=(2, 3), padding=(1, 2)),
            {"kind": "pool", "size": (3, 2), "stride": (1, 2)},
            GLOBAL,
            {"kind": "dense", "units": 4},
        ],
        (40, 27, 3),
    ),
    "dense": (
        [{"kind": "dense", "units": 6}, RELU, {"kind": "dense", "units": 1}],
        (9,),
    ),
}


@MODULES
@pytest.mark.parametrize(("layers", "shape"), NETWORKS.values(), ids=list(NETWORKS))
def test_traces_agree(module, layers, shape):
    assert module.trace_shapes(layers, shape) == oracle.trace_shapes(layers, shape)


@pytest.fixture
def one_thread():
    """Keep PyTorch from waiting for a second processor that others are using."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@MODULES
@pytest.mark.usefixtures("one_thread")
def test_networks_read_the_same_digits(module, digits):
    images, labels, train, truth = digits
    read = module.classify_digits(images, labels, train)
    assert read.dtype == images.dtype
    np.testing.assert_allclose(read.sum(axis=1), 1, rtol=1e-5)
    assert np.mean(read.argmax(axis=1) == truth) > 0.9
    assert module.classify_digits(images[:120], labels[:120], 100, l2=1.0).max() < 0.3


@MODULES
def test_twins_answer_every_exercise(module):
    exercises = {n for n in oracle.__all__ if "nhwc" not in n and "vjp" not in n}
    assert exercises - {"told_apart"} == set(module.__all__)


# --- the oracle agrees with the libraries' own pooling ------------------------------


def test_maxima_agree_with_torch(window, dtype, close):
    x = window.images(dtype)
    tensor = torch.from_numpy(x).requires_grad_()
    k, s, p = window.kernel, window.stride, window.padding
    expected = torch.nn.functional.max_pool2d(tensor, k, s, p)
    out = oracle.max_pool2d(x, **window.geometry)
    close(out, expected.detach().numpy())
    cotangent = normal(*out.shape, dtype=dtype)
    (slope,) = torch.autograd.grad(expected, tensor, torch.from_numpy(cotangent))
    close(oracle.max_pool2d_vjp(cotangent, x, **window.geometry)[0], slope.numpy())


def test_means_agree_with_torch(window, dtype, close):
    x = window.images(dtype)
    tensor = torch.from_numpy(x).requires_grad_()
    k, s, p = window.kernel, window.stride, window.padding
    expected = torch.nn.functional.avg_pool2d(tensor, k, s, p)
    out = oracle.avg_pool2d(x, **window.geometry)
    close(out, expected.detach().numpy())
    cotangent = normal(*out.shape, dtype=dtype)
    (slope,) = torch.autograd.grad(expected, tensor, torch.from_numpy(cotangent))
    got = oracle.avg_pool2d_backward(cotangent, x, **window.geometry)
    close(got, slope.numpy())


def test_maxima_agree_with_tensorflow(window, dtype, close):
    x = nhwc(window.images(dtype))
    (ph, pw), s = window.padding, window.stride or window.kernel
    tensor, frame = tf.constant(x), [[0, 0], [ph, ph], [pw, pw], [0, 0]]
    with tf.GradientTape() as tape:
        tape.watch(tensor)
        expected = tf.nn.max_pool2d(tensor, window.kernel, s, frame)
    out = oracle.max_pool2d_nhwc(x, **window.geometry)
    close(out, expected.numpy())
    cotangent = normal(*out.shape, dtype=dtype)
    slope = tape.gradient(expected, tensor, tf.constant(cotangent))
    got = oracle.max_pool2d_nhwc_vjp(cotangent, x, **window.geometry)
    close(got[0], slope.numpy())


# --- the twins are differentiable and refuse what the oracle refuses ----------------


@pytest.mark.parametrize("kind", KINDS)
def test_autograd_reaches_the_input_of_the_twins(window, kind):
    x = window.images()
    out = getattr(oracle, kind)(x, **window.geometry)
    cotangent = normal(*out.shape, dtype=np.float64)
    expected = getattr(oracle, f"{kind}_backward")(cotangent, x, **window.geometry)

    tensor = torch.from_numpy(x).requires_grad_()
    pooled = getattr(torch_twin, kind)(tensor, **window.geometry)
    (slope,) = torch.autograd.grad(pooled, tensor, torch.from_numpy(cotangent))
    np.testing.assert_allclose(slope.numpy(), expected, rtol=1e-12, atol=1e-12)

    tensor = tf.constant(nhwc(x))
    with tf.GradientTape() as tape:
        tape.watch(tensor)
        pooled = getattr(tf_twin, kind)(tensor, **window.geometry)
    slope = tape.gradient(pooled, tensor, tf.constant(nhwc(cotangent)))
    np.testing.assert_allclose(nchw(slope), expected, rtol=1e-12, atol=1e-12)


X = np.ones((2, 3, 5, 6))
BAD_WINDOWS = {
    "height": {"size": (0, 2)},
    "stride": {"size": (2, 3), "stride": (1, 0)},
    "padding": {"size": (2, 3), "padding": (0, -1)},
    "frame": {"size": (2, 3), "padding": (2, 0)},
    "tall": {"size": (8, 2), "padding": (1, 0)},
    "wide": {"size": (2, 7)},
}


@pytest.mark.parametrize("settings", BAD_WINDOWS.values(), ids=list(BAD_WINDOWS))
@pytest.mark.parametrize("kind", KINDS)
def test_twins_refuse_bad_windows(kind, settings):
    with pytest.raises(ValueError, match=r"invalid layer|invalid frame|larger"):
        getattr(torch_twin, kind)(torch.from_numpy(X), **settings)
    with pytest.raises(ValueError, match=r"invalid layer|invalid frame|larger"):
        getattr(tf_twin, kind)(tf.constant(nhwc(X)), **settings)


@MODULES
@pytest.mark.parametrize(
    ("layers", "shape"),
    [
        ([{"kind": "dropout"}], (8, 9, 3)),
        ([conv(4, (9, 2))], (8, 9, 3)),
        ([{"kind": "dense", "units": 2}], (8, 9, 3)),
        ([FLATTEN, GLOBAL], (8, 9, 3)),
    ],
    ids=["unknown", "kernel", "dense", "flat"],
)
def test_twins_refuse_impossible_networks(module, layers, shape):
    with pytest.raises(
        ValueError, match=r"can't follow|unknown|Kernel|ndim|negative|size"
    ):
        module.trace_shapes(layers, shape)
