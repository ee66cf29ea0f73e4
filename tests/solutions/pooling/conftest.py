"""Windows in which no two sizes are equal, so that no mix-up of axes stays hidden."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from sklearn.datasets import load_digits


@dataclass(frozen=True)
class Window:
    """Sizes of one pooling layer and the arrays to try it on."""

    size: tuple[int, int]
    kernel: tuple[int, int]
    stride: tuple[int, int] | None
    padding: tuple[int, int]
    batch: int = 3
    channels: int = 2

    def images(self, dtype=np.float64):
        """Draw images without equal pixels; most are negative."""
        shape = (self.batch, self.channels, *self.size)
        count = int(np.prod(shape))
        pixels = np.random.default_rng(20).permutation(count) - 0.8 * count
        return (pixels.reshape(shape) / count).astype(dtype)

    @property
    def geometry(self):
        return {"size": self.kernel, "stride": self.stride, "padding": self.padding}

    def __str__(self):
        pairs = {
            "x": self.size,
            "k": self.kernel,
            "s": self.stride or ("none",),
            "p": self.padding,
        }
        return "-".join(f"{k}{'x'.join(map(str, pair))}" for k, pair in pairs.items())


#: The frameworks' own layers allow half a window of padding at most.
WINDOWS = (
    Window(size=(6, 8), kernel=(3, 2), stride=None, padding=(0, 0)),
    Window(size=(5, 7), kernel=(2, 3), stride=(1, 1), padding=(1, 0)),
    Window(size=(7, 9), kernel=(3, 5), stride=(3, 4), padding=(0, 2)),
    Window(size=(8, 6), kernel=(1, 3), stride=(3, 2), padding=(0, 1)),
    Window(size=(4, 3), kernel=(4, 3), stride=(1, 2), padding=(0, 0)),
    Window(size=(3, 5), kernel=(4, 2), stride=(2, 3), padding=(2, 1)),
    Window(size=(1, 6), kernel=(1, 1), stride=(1, 4), padding=(0, 0), batch=1),
)


@pytest.fixture(params=WINDOWS, ids=str)
def window(request):
    return request.param


@pytest.fixture(params=[np.float32, np.float64], ids=["float32", "float64"])
def dtype(request):
    return request.param


@pytest.fixture
def close(dtype):
    """Compare as far as rounding at the dtype allows, dtype and shape included."""
    bound = 2e-6 if dtype is np.float32 else 1e-13

    def compare(got, expected):
        got = np.asarray(got)
        assert got.dtype == dtype
        np.testing.assert_allclose(got, expected, rtol=bound, atol=bound)
        assert got.shape == expected.shape

    return compare


@pytest.fixture(scope="session")
def digits():
    """Shuffled digits, 300 to learn from and 200 held out, with no use of their labels.

    Returns:
        images, labels, train, and the right labels of the held-out images.
    """
    data = load_digits()
    chosen = np.random.default_rng(8).permutation(len(data.target))[:500]
    images, labels = data.images[chosen] / 16, data.target[chosen]
    truth = labels[300:].copy()
    labels[300:] = 0
    return images, labels, 300, truth
