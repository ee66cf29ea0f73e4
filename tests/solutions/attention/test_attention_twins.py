"""Three opinions that must be one: the oracle, PyTorch and TensorFlow.

Each twin is compared with the oracle and, where the library has the operation itself,
the oracle with the library; values and gradients, at float32 and float64.
"""

from __future__ import annotations

import numpy as np
import pytest
import scipy.special

from solutions.attention import oracle
from tests.deferred import tf, torch, twins

TWINS = twins("attention")
torch_twin, tf_twin = (twin for twin, _ in TWINS.values())

#: batch, queries, keys, heads, width of a head
LAYERS = {
    "more-keys": (2, 3, 5, 4, 3),
    "more-queries": (3, 6, 4, 2, 5),
    "as-many-samples-as-heads": (3, 4, 5, 3, 2),
    "one-head": (2, 3, 4, 1, 6),
}


@pytest.fixture(params=TWINS)
def twin(request):
    """Give the twin with arrays going in as its tensors."""
    module, to_tensor = TWINS[request.param]

    def call(name, *args):
        args = [to_tensor(a) if isinstance(a, np.ndarray) else a for a in args]
        return getattr(module, name)(*args)

    return call


@pytest.fixture(params=LAYERS.values(), ids=LAYERS.keys())
def layer(request, dtype):
    """The six arrays of `multi_head`, heads and a mask."""
    batch, queries, keys, heads, width = request.param
    rng, d_model = np.random.default_rng(4), heads * width
    mask = rng.random((batch, queries, keys)) < 0.6
    mask[..., 0] = True
    return (
        rng.normal(size=(batch, queries, d_model)).astype(dtype),
        rng.normal(size=(batch, keys, d_model)).astype(dtype),
        *(rng.normal(size=(4, d_model, d_model)) / d_model**0.5).astype(dtype),
        heads,
        mask,
    )


def normal(*shape, dtype=np.float64, seed=4):
    return np.random.default_rng(seed).normal(size=shape).astype(dtype)


def look(dtype):
    """q, k, v and a mask by which one query sees nothing."""
    mask = np.random.default_rng(4).random((2, 3, 5)) < 0.6
    mask[0, 1] = False
    q, k, v = (normal(2, *shape, dtype=dtype) for shape in ((3, 4), (5, 4), (5, 6)))
    return q, k, v, mask


def alone(array):
    """The array with nothing forbidden, but for all of the first query."""
    array = np.ones_like(array)
    array[0, 0] = False
    return array


# --- the twins agree with the oracle --------------------------------------------------


@pytest.mark.parametrize("scale", [1, 1e4], ids=["small", "large"])
def test_softmaxes_agree(twin, dtype, close, scale):
    scores = scale * normal(2, 3, 5, dtype=dtype)
    close(twin("softmax", scores), oracle.softmax(scores))
    mask = look(dtype)[3]
    close(twin("softmax", scores, mask), oracle.softmax(scores, mask))
    close(twin("softmax", scores, mask[0, 0]), oracle.softmax(scores, mask[0, 0]))


def test_attentions_agree(twin, dtype, close):
    q, k, v, mask = look(dtype)
    for args in ((q, k, v), (q, k, v, mask), (q, k, v, mask[1])):
        for g, e in zip(twin("attention", *args), oracle.attention(*args), strict=True):
            close(g, e)


def test_layers_agree(twin, layer, close):
    *arrays, heads, mask = layer
    for args in ((heads,), (heads, mask), (heads, mask[0]), (heads, alone(mask))):
        expected = oracle.multi_head(*arrays, *args)
        close(twin("multi_head", *arrays, *args), expected)


def test_heads_agree(twin, dtype, close):
    x = normal(2, 5, 12, dtype=dtype)
    for heads in (1, 3, 12):
        parts = oracle.split_heads(x, heads)
        close(twin("split_heads", x, heads), parts)
        close(twin("join_heads", parts), x)


def test_places_and_masks_agree(twin):
    for length, d_model in ((1, 2), (3, 4), (200, 16)):
        got = twin("positional_encoding", length, d_model).numpy()
        assert got.dtype == np.float64
        expected = oracle.positional_encoding(length, d_model)
        np.testing.assert_allclose(got, expected, rtol=1e-11, atol=1e-11)
        mask = twin("causal_mask", length).numpy()
        assert mask.dtype == bool
        np.testing.assert_array_equal(mask, oracle.causal_mask(length))


@pytest.mark.parametrize("module", [torch_twin, tf_twin], ids=["torch", "tf"])
def test_twins_answer_every_exercise(module):
    assert set(oracle.__all__) - {"multi_head_vjp"} == set(module.__all__)


REFUSED = {
    "widths": ("attention", (np.ones((3, 4)), np.ones((5, 3)), np.ones((5, 2)))),
    "numbers": ("attention", (np.ones((3, 4)), np.ones((5, 4)), np.ones((1, 2)))),
    "no-length": ("causal_mask", (0,)),
    "no-heads": ("split_heads", (np.ones((1, 2, 6)), 0)),
    "uneven": ("multi_head", (*np.ones((2, 1, 2, 6)), *np.ones((4, 6, 6)), 4)),
    "odd": ("positional_encoding", (3, 5)),
    "no-place": ("positional_encoding", (0, 4)),
    "no-width": ("positional_encoding", (3, 0)),
}


@pytest.mark.parametrize(("name", "args"), REFUSED.values(), ids=list(REFUSED))
def test_twins_refuse_what_the_oracle_refuses(twin, name, args):
    with pytest.raises(ValueError, match=r"wide|values|at least|divide|even"):
        getattr(oracle, name)(*args)
    with pytest.raises(ValueError, match=r"fit|at least|divide|invalid size"):
        twin(name, *args)


# --- the oracle agrees with the libraries' own attention ------------------------------


def test_softmax_agrees_with_scipy(dtype, close):
    scores = normal(3, 4, dtype=dtype)
    close(oracle.softmax(scores), scipy.special.softmax(scores, axis=-1))


def test_attention_agrees_with_torch(dtype, close):
    q, k, v, mask = look(dtype)
    tensors = [torch.from_numpy(array) for array in (q, k, v)]
    library = torch.nn.functional.scaled_dot_product_attention
    close(oracle.attention(q, k, v)[0], library(*tensors))
    mask[0, 1, 0] = True  # libraries differ where nothing is seen
    expected = library(*tensors, attn_mask=torch.from_numpy(mask))
    close(oracle.attention(q, k, v, mask)[0], expected)


def test_multi_head_agrees_with_torch(layer, dtype, close):
    x, memory, Wq, Wk, Wv, Wo, heads, mask = layer
    library = torch.nn.MultiheadAttention(
        x.shape[2],
        heads,
        bias=False,
        batch_first=True,
        dtype=torch.from_numpy(x).dtype,
    )
    stacked = np.concatenate([Wq.T, Wk.T, Wv.T])
    library.load_state_dict(
        {
            "in_proj_weight": torch.from_numpy(stacked),
            "out_proj.weight": torch.from_numpy(Wo.T.copy()),
        }
    )
    tensors = [torch.from_numpy(array) for array in (x, memory, memory)]
    blocked = torch.from_numpy(~mask).repeat_interleave(heads, dim=0)
    expected, _ = library(*tensors, attn_mask=blocked)
    got = oracle.multi_head(x, memory, Wq, Wk, Wv, Wo, heads, mask)
    close(got, expected.detach())


def test_multi_head_agrees_with_keras(layer, dtype):
    x, memory, Wq, Wk, Wv, Wo, heads, mask = layer
    d_model = x.shape[2]
    width = d_model // heads
    library = tf.keras.layers.MultiHeadAttention(
        heads, width, use_bias=False, dtype=np.dtype(dtype).name
    )
    library.build(x.shape, memory.shape)
    library.set_weights(
        [
            *(W.reshape(d_model, heads, width) for W in (Wq, Wk, Wv)),
            Wo.reshape(heads, width, d_model),
        ]
    )
    expected = library(
        tf.constant(x), tf.constant(memory), attention_mask=tf.constant(mask)
    )
    got = oracle.multi_head(x, memory, Wq, Wk, Wv, Wo, heads, mask)
    assert got.dtype == expected.numpy().dtype
    # Keras rounds the root of the width to float32 at float64, too.
    np.testing.assert_allclose(got, expected, rtol=2e-5, atol=2e-6)


# --- gradients ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "masked", [None, np.asarray, alone], ids=["all", "some", "none"]
)
def test_gradients_of_the_torch_twin_are_the_oracles(layer, dtype, close, masked):
    *arrays, heads, mask = layer
    mask = None if masked is None else masked(mask)
    tensors = [torch.from_numpy(array).requires_grad_() for array in arrays]
    kept = None if mask is None else torch.from_numpy(mask)
    out = torch_twin.multi_head(*tensors, heads, kept)
    cotangent = normal(*out.shape, dtype=dtype)
    got = torch.autograd.grad(out, tensors, torch.from_numpy(cotangent))
    expected = oracle.multi_head_vjp(cotangent, *arrays, heads, mask)
    for g, e in zip(got, expected, strict=True):
        close(g, e)


@pytest.mark.parametrize(
    "masked", [None, np.asarray, alone], ids=["all", "some", "none"]
)
def test_gradients_of_the_tf_twin_are_the_oracles(layer, dtype, close, masked):
    *arrays, heads, mask = layer
    mask = None if masked is None else masked(mask)
    tensors = [tf.constant(array) for array in arrays]
    kept = None if mask is None else tf.constant(mask)
    with tf.GradientTape() as tape:
        tape.watch(tensors)
        out = tf_twin.multi_head(*tensors, heads, kept)
    cotangent = normal(*out.shape, dtype=dtype)
    got = tape.gradient(out, tensors, tf.constant(cotangent))
    expected = oracle.multi_head_vjp(cotangent, *arrays, heads, mask)
    for g, e in zip(got, expected, strict=True):
        close(g, e)
