"""Checks of `max_pool2d_torch` and `max_pool2d_tf`, on every device of the course."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.checks import (
    RemoteFunction,
    Submission,
    Tensor,
    agrees,
    gradients_agree,
    tf_tensor,
    torch_tensor,
)
from solutions.pooling import oracle

from .libraries import TENSORFLOW, TORCH
from .windows import WINDOWS, Window

pytestmark = [pytest.mark.grade("device"), pytest.mark.device]

BY_NAME = {window.name: window for window in WINDOWS}
GRADIENTS = [
    BY_NAME["strides and padding differ"],
    BY_NAME["padding above and below"],
    BY_NAME["rows and columns left over"],
]


def to_tf(x: np.ndarray, device: str) -> Tensor:
    """Images as TensorFlow wants them, (batch, h, w, channels)."""
    return tf_tensor(np.ascontiguousarray(np.moveaxis(x, 1, -1)), device=device)


@pytest.fixture
def torch_pool(submission: Submission) -> RemoteFunction:
    """The student's layer in PyTorch, which may not call the library's."""
    return submission.max_pool2d_torch.without(*TORCH)


@pytest.fixture
def tf_pool(submission: Submission) -> RemoteFunction:
    """The student's layer in TensorFlow, which may not call the library's."""
    return submission.max_pool2d_tf.without(*TENSORFLOW)


@pytest.mark.public
def test_torch_lecture_example(torch_pool: RemoteFunction, device: str) -> None:
    x = torch_tensor(np.arange(9, dtype=np.float32).reshape(1, 1, 3, 3), device=device)
    agrees(torch_pool, oracle.max_pool2d, x, (2, 2), stride=(1, 1))


@pytest.mark.public
def test_torch_negative_pixels_in_a_frame(
    torch_pool: RemoteFunction, device: str
) -> None:
    x = -np.arange(1, 13, dtype=np.float32).reshape(1, 2, 2, 3)
    tensor = torch_tensor(x, device=device)
    agrees(torch_pool, oracle.max_pool2d, tensor, (2, 2), padding=(1, 1))


@pytest.mark.public
def test_tf_lecture_example(tf_pool: RemoteFunction, device: str) -> None:
    x = to_tf(np.arange(9, dtype=np.float32).reshape(1, 1, 3, 3), device)
    agrees(tf_pool, oracle.max_pool2d_nhwc, x, (2, 2), stride=(1, 1))


@pytest.mark.public
def test_tf_negative_pixels_in_a_frame(tf_pool: RemoteFunction, device: str) -> None:
    x = to_tf(-np.arange(1, 13, dtype=np.float32).reshape(1, 2, 2, 3), device)
    agrees(tf_pool, oracle.max_pool2d_nhwc, x, (2, 2), padding=(1, 1))


@pytest.mark.parametrize("window", WINDOWS, ids=str)
def test_torch_any_window(
    torch_pool: RemoteFunction, rng: np.random.Generator, device: str, window: Window
) -> None:
    x = torch_tensor(window.images(rng, np.float32), device=device)
    agrees(torch_pool, oracle.max_pool2d, x, **window.settings)


@pytest.mark.parametrize("window", WINDOWS, ids=str)
def test_tf_any_window(
    tf_pool: RemoteFunction, rng: np.random.Generator, device: str, window: Window
) -> None:
    x = to_tf(window.images(rng, np.float32), device)
    agrees(tf_pool, oracle.max_pool2d_nhwc, x, **window.settings)


@pytest.mark.parametrize("exact", [True, False], ids=["whole numbers", "any numbers"])
def test_torch_keeps_float64(
    torch_pool: RemoteFunction, rng: np.random.Generator, device: str, exact: bool
) -> None:
    window = BY_NAME["strides and padding differ"]
    images = window.images(rng)
    x = torch_tensor(np.rint(100 * images) if exact else images, device=device)
    agrees(torch_pool, oracle.max_pool2d, x, **window.settings)


@pytest.mark.parametrize("exact", [True, False], ids=["whole numbers", "any numbers"])
def test_tf_keeps_float64(
    tf_pool: RemoteFunction, rng: np.random.Generator, device: str, exact: bool
) -> None:
    window = BY_NAME["strides and padding differ"]
    images = window.images(rng)
    x = to_tf(np.rint(100 * images) if exact else images, device)
    agrees(tf_pool, oracle.max_pool2d_nhwc, x, **window.settings)


@pytest.mark.parametrize("window", GRADIENTS, ids=str)
def test_torch_gradients(
    torch_pool: RemoteFunction,
    rng: np.random.Generator,
    device: str,
    window: Window,
) -> None:
    x = torch_tensor(window.images(rng, np.float32), device=device)
    agrees(torch_pool, oracle.max_pool2d, x, **window.settings)
    gradients_agree(  # of a wrong result they would say nothing
        torch_pool,
        oracle.max_pool2d_vjp,
        x,
        cotangent=window.gradient(rng, np.float32),
        **window.settings,
    )


@pytest.mark.parametrize("window", GRADIENTS, ids=str)
def test_tf_gradients(
    tf_pool: RemoteFunction,
    rng: np.random.Generator,
    device: str,
    window: Window,
) -> None:
    x = to_tf(window.images(rng, np.float32), device)
    cotangent = np.moveaxis(window.gradient(rng, np.float32), 1, -1)
    agrees(tf_pool, oracle.max_pool2d_nhwc, x, **window.settings)
    gradients_agree(  # of a wrong result they would say nothing
        tf_pool,
        oracle.max_pool2d_nhwc_vjp,
        x,
        cotangent=np.ascontiguousarray(cotangent),
        **window.settings,
    )
