"""autograder.arrays: whose array it is, where it lives, and its numbers."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from autograder import arrays
from autograder.arrays import (
    Tensor,
    device_of,
    framework_of,
    tf_tensor,
    to_numpy,
    to_tensor,
    torch_tensor,
)


@pytest.fixture(scope="module")
def torch() -> Any:
    return pytest.importorskip("torch")


@pytest.fixture(scope="module")
def tf() -> Any:
    return pytest.importorskip("tensorflow")


def test_importing_the_rooms_loads_no_framework():
    code = (
        "import sys, autograder.arrays, autograder.comparison, autograder.wire;"
        "sys.exit(any(name in sys.modules for name in ('torch','tensorflow','keras')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_every_public_name_exists_once():
    assert sorted(set(arrays.__all__)) == sorted(arrays.__all__)
    assert all(hasattr(arrays, name) for name in arrays.__all__)


# --- numpy ----------------------------------------------------------------------------


class Liar(np.ndarray):
    """An ndarray that answers everything falsely."""

    dtype = np.dtype("int8")  # type: ignore[assignment]
    shape = (9,)  # type: ignore[assignment]

    def __array__(self, *_args: object, **_options: object) -> np.ndarray:
        return np.full(2, 13.0)

    def __array_function__(self, *_args: object, **_options: object) -> str:
        return "anything"

    def __array_ufunc__(self, *_args: object, **_options: object) -> str:
        return "anything"

    def astype(self, *_args: object, **_options: object) -> np.ndarray:
        return np.full(2, 13.0)


def test_subclass_of_ndarray_is_read_as_what_it_is_beneath():
    got = to_numpy(np.array([1.0, 2.0]).view(Liar))
    assert type(got) is np.ndarray
    assert got.tolist() == [1.0, 2.0]
    assert got.dtype == np.float64


def test_copy_owns_its_memory():
    source = np.arange(6.0).reshape(2, 3)
    got = to_numpy(source.T)
    source[:] = -1
    assert got.tolist() == [[0, 3], [1, 4], [2, 5]]
    assert got.flags.owndata
    assert got.flags.writeable
    assert got.flags.c_contiguous


@pytest.mark.parametrize(
    "value", [np.float32(1.5), np.int8(-3), np.bool_(True)], ids=str
)
def test_numpy_scalar_keeps_its_dtype(value):
    got = to_numpy(value)
    assert (got.shape, got.dtype, got[()]) == ((), value.dtype, value)


REFUSED = {
    "masked": (np.ma.masked_all(2), "can't read a masked array; return .filled"),
    "object": (
        np.array([None]),
        "can't read an array of dtype object; return an array",
    ),
    "text": (np.array(["a"]), "can't read an array of dtype <U1; return an array of"),
    "record": (
        np.zeros(2, "i4,f8"),
        "can't read an array of dtype record (structured)",
    ),
    "time": (
        np.array("2024-01-01", "M8[D]"),
        "can't read an array of dtype datetime64",
    ),
    "list": ([1.0], "can't read a list as an array; return a numpy array or a tensor"),
    "int": (3, "can't read an int as an array"),
    "None": (None, "can't read None as an array"),
}


@pytest.mark.parametrize(("value", "message"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_array_of_numbers_is_refused_by_name(value, message):
    with pytest.raises(TypeError) as refusal:
        to_numpy(value)
    assert str(refusal.value).startswith(message)


@pytest.mark.parametrize(
    "value",
    [[1.0], 3, None, "torch", object(), np],
    ids=lambda value: type(value).__name__,
)
def test_what_is_no_array_has_no_framework_and_no_device(value):
    assert framework_of(value) is None
    assert device_of(value) is None


def test_numpy_lives_on_the_cpu():
    assert framework_of(np.zeros(2)) == "numpy"
    assert framework_of(np.float64(2)) == "numpy"
    assert device_of(np.zeros(2)) == "cpu"


# --- the description ------------------------------------------------------------------


def test_wrappers_copy_and_keep_dtype():
    source = np.ones(2, np.float32)
    wrapped = [torch_tensor(source, "cuda", requires_grad=True), tf_tensor(source)]
    source[:] = 5
    assert [w.array.tolist() for w in wrapped] == [[1, 1], [1, 1]]
    assert [w.array.dtype for w in wrapped] == [np.float32, np.float32]
    assert [w.framework for w in wrapped] == ["torch", "tensorflow"]
    assert [w.device for w in wrapped] == ["cuda", "cpu"]
    assert [w.requires_grad for w in wrapped] == [True, False]


def test_tensor_refuses_what_nobody_could_build():
    with pytest.raises(
        ValueError, match="unknown framework 'jax'; use one of \"torch\""
    ):
        Tensor(np.zeros(1), "jax")
    with pytest.raises(ValueError, match="unknown device 'tpu'; use one of \"cpu\""):
        Tensor(np.zeros(1), "torch", "tpu")
    with pytest.raises(TypeError, match="got a list, expected a numpy array"):
        Tensor([1.0], "torch")  # type: ignore[arg-type]


def test_to_tensor_refuses_numpy():
    with pytest.raises(
        TypeError, match="got an ndarray, expected a torch or TensorFlow"
    ):
        to_tensor(np.zeros(2))


# --- torch ----------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::UserWarning")  # sparse and quantised are in beta
class TestTorch:
    def test_tensor_is_described(self, torch):
        value = torch.arange(3.0, requires_grad=True)
        got = to_tensor(value)
        assert (got.framework, got.device, got.requires_grad) == ("torch", "cpu", True)
        assert got.array.tolist() == [0, 1, 2]
        assert got.array.dtype == np.float32

    def test_parameter_counts_and_module_does_not(self, torch):
        layer = torch.nn.Linear(2, 1)
        assert framework_of(layer.weight) == "torch"
        assert framework_of(layer) is None
        assert framework_of(torch.float32) is None

    def test_copy_is_apart_from_the_tensor(self, torch):
        value = torch.zeros(2)
        got = to_numpy(value)
        value += 1
        assert got.tolist() == [0, 0]

    def test_lazy_conjugate_and_sign_are_applied(self, torch):
        value = torch.tensor([1 + 2j])
        assert to_numpy(value.conj()).tolist() == [1 - 2j]
        assert to_numpy(value.conj().imag).tolist() == [-2.0]

    def test_bfloat16_becomes_float32_exactly(self, torch):
        got = to_numpy(torch.tensor([1.0, 2.0**-7 + 1, 3e38], dtype=torch.bfloat16))
        assert got.dtype == np.float32
        assert got[1] == np.float32(2.0**-7 + 1)

    @pytest.mark.parametrize(
        ("make", "message"),
        [
            (lambda t: t.eye(2).to_sparse(), "can't read a sparse or nested torch"),
            (lambda t: t.eye(2).to_sparse_csr(), "can't read a sparse or nested torch"),
            (
                lambda t: t.quantize_per_tensor(t.ones(2), 0.1, 0, t.qint8),
                "can't read a quantised torch tensor; return .dequantize() of it",
            ),
            (
                lambda t: t.empty(2, device="meta"),
                "can't read a torch tensor on the meta device: it has no values",
            ),
        ],
        ids=["coo", "csr", "quantised", "meta"],
    )
    def test_what_has_no_plain_numbers_is_refused(self, torch, make, message):
        with pytest.raises(TypeError) as refusal:
            to_numpy(make(torch))
        assert str(refusal.value).startswith(message)

    def test_device_beyond_cpu_and_cuda_is_told_by_its_own_name(self, torch):
        assert device_of(torch.empty(2, device="meta")) == "meta"


# --- TensorFlow -----------------------------------------------------------------------


@pytest.mark.slow
class TestTensorFlow:
    def test_tensor_is_described(self, tf):
        got = to_tensor(tf.constant([[1, 2]], tf.int32))
        assert (got.framework, got.device) == ("tensorflow", "cpu")
        assert got.requires_grad is False
        assert got.array.tolist() == [[1, 2]]
        assert got.array.dtype == np.int32

    def test_variables_count_and_layers_do_not(self, tf):
        assert to_tensor(tf.Variable([1.0])).array.tolist() == [1.0]
        layer = tf.keras.layers.Dense(1)
        layer.build((None, 2))
        assert framework_of(layer.kernel) == "tensorflow"
        assert device_of(layer.kernel) == "cpu"
        assert to_numpy(layer.bias).tolist() == [0.0]
        assert framework_of(layer) is None
        assert framework_of(tf.float32) is None

    def test_bfloat16_becomes_float32(self, tf):
        got = to_numpy(tf.constant([1.5], tf.bfloat16))
        assert (got.dtype, got.tolist()) == (np.float32, [1.5])

    @pytest.mark.parametrize(
        ("make", "message"),
        [
            (
                lambda tf: tf.ragged.constant([[1], [2, 3]]),
                "can't read a ragged tensorflow tensor; return .to_tensor() of it",
            ),
            (
                lambda tf: tf.sparse.from_dense([[0, 1]]),
                "can't read a sparse tensorflow tensor",
            ),
            (
                lambda tf: tf.IndexedSlices(tf.ones((1, 2)), [0], [3, 2]),
                "can't read a sparse tensorflow gradient (IndexedSlices)",
            ),
            (lambda tf: tf.constant("a"), "can't read an array of dtype"),
        ],
        ids=["ragged", "sparse", "slices", "text"],
    )
    def test_what_has_no_plain_numbers_is_refused(self, tf, make, message):
        with pytest.raises(TypeError) as refusal:
            to_numpy(make(tf))
        assert str(refusal.value).startswith(message)

    def test_symbolic_tensor_has_no_values(self, tf):
        refusals = []

        @tf.function
        def traced(x):
            with pytest.raises(TypeError) as refusal:
                to_numpy(x)
            refusals.append(str(refusal.value))
            return x

        traced(tf.constant([1.0]))
        assert refusals[0].startswith("can't read a symbolic tensorflow tensor")
