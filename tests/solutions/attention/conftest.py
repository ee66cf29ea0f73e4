"""Both dtypes, and a comparison as fine as each of them allows."""

from __future__ import annotations

import numpy as np
import pytest


@pytest.fixture(params=[np.float32, np.float64], ids=["float32", "float64"])
def dtype(request):
    return request.param


@pytest.fixture
def close(dtype):
    """Compare as far as rounding at the dtype allows, dtype and shape included."""
    bound = 2e-5 if dtype is np.float32 else 1e-12

    def compare(got, expected):
        got, expected = np.asarray(got), np.asarray(expected)
        assert got.dtype == expected.dtype == dtype
        assert got.shape == expected.shape
        np.testing.assert_allclose(got, expected, rtol=bound, atol=bound)

    return compare
