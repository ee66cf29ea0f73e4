"""Layers in which no two sizes are equal, so that no mix-up of axes stays hidden."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest


@dataclass(frozen=True)
class Layer:
    """Sizes of one convolutional layer and the arrays to try it on."""

    size: tuple[int, int]
    kernel: tuple[int, int]
    stride: tuple[int, int]
    padding: tuple[int, int]
    batch: int = 3
    in_channels: int = 2
    out_channels: int = 4

    def arrays(self, dtype=np.float64):
        rng = np.random.default_rng(20)
        shapes = (
            (self.batch, self.in_channels, *self.size),
            (self.out_channels, self.in_channels, *self.kernel),
            (self.out_channels,),
        )
        return tuple(rng.normal(size=shape).astype(dtype) for shape in shapes)

    @property
    def geometry(self):
        return {"stride": self.stride, "padding": self.padding}

    def __str__(self):
        return "-".join(
            f"{name}{'x'.join(map(str, pair))}"
            for name, pair in (
                ("x", self.size),
                ("k", self.kernel),
                ("s", self.stride),
                ("p", self.padding),
            )
        )


LAYERS = (
    Layer(size=(5, 7), kernel=(2, 3), stride=(1, 1), padding=(0, 0)),
    Layer(size=(6, 5), kernel=(3, 2), stride=(2, 1), padding=(1, 0)),
    Layer(size=(7, 9), kernel=(3, 5), stride=(3, 4), padding=(0, 1)),
    Layer(size=(8, 6), kernel=(1, 3), stride=(3, 2), padding=(2, 1)),
    Layer(size=(4, 3), kernel=(4, 3), stride=(1, 2), padding=(0, 0)),
    Layer(size=(3, 4), kernel=(5, 1), stride=(2, 3), padding=(1, 2)),
    Layer(size=(1, 6), kernel=(1, 1), stride=(1, 4), padding=(0, 3), batch=1),
)


@pytest.fixture(params=LAYERS, ids=str)
def layer(request):
    return request.param


@pytest.fixture(params=[np.float32, np.float64], ids=["float32", "float64"])
def dtype(request):
    return request.param


@pytest.fixture
def close(dtype):
    """Compare as far as rounding at the dtype allows, dtype and shape included."""
    bound = 2e-5 if dtype is np.float32 else 1e-12

    def compare(got, expected):
        got = np.asarray(got)
        assert got.dtype == dtype
        np.testing.assert_allclose(got, expected, rtol=bound, atol=bound, strict=False)
        assert got.shape == expected.shape

    return compare
