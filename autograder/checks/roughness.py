"""How much a device rounds, measured there, and tolerances that follow from it.

Owns: that measure, in a process of its own: no process of ours that forks, or that
holds what is secret, begins with a GPU. May not: see a student's result.

A tolerance comes from the oracle's rounding error in numpy. Another device adds up in
another order and fuses operations; its own error on the same sums, as a multiple of
numpy's, widens the tolerance by that much.
"""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from typing import Any

from autograder.arrays import Tensor, leaves
from autograder.comparison import Tolerance
from autograder.sandbox.environment import server_environment

__all__ = ["roughened", "roughness"]

_log = logging.getLogger(__name__)

#: A device that rounds more than so many times as numpy does is set up wrongly: with
#: TensorFloat-32 a product has ten bits instead of 23.
_MOST = 8.0

#: How long the measure may take, in seconds; most of it is an import.
_PATIENCE_S = 300.0

#: Prints the larger of two ratios, of a matrix product and of a convolution: the
#: device's error at float32 by numpy's, or by the CPU's.
_MEASURE = """
import json, sys
import numpy as np
import torch

device, rng = sys.argv[1], np.random.default_rng(0)


def error(got, exact):
    return float(np.abs(got - exact).max() / np.abs(exact).max())


a, b = (rng.normal(size=(512, 512)).astype(np.float32) for _ in range(2))
exact = a.astype(np.float64) @ b.astype(np.float64)
there = (torch.from_numpy(a).to(device) @ torch.from_numpy(b).to(device)).cpu().numpy()
products = error(there, exact) / error(a @ b, exact)

x = torch.from_numpy(rng.normal(size=(4, 16, 32, 32)).astype(np.float32))
w = torch.from_numpy(rng.normal(size=(16, 16, 3, 3)).astype(np.float32))
conv2d = torch.nn.functional.conv2d
exact = conv2d(x.double(), w.double()).numpy()
there = conv2d(x.to(device), w.to(device)).cpu().numpy()
sums = error(there, exact) / error(conv2d(x, w).numpy(), exact)
print(json.dumps(max(products, sums)))
"""


def roughened(tolerance: Tolerance, values: object) -> Tolerance:
    """Widen a tolerance by what the devices of some inputs round more than numpy.

    Args:
        tolerance: From the oracle's rounding error in numpy.
        values: The inputs, however nested.
    """
    devices = set(_devices_of(values)) - {"cpu"}
    factor = max((roughness(each) for each in devices), default=1.0)
    if factor == 1.0:
        return tolerance
    return Tolerance(
        rtol=factor * tolerance.rtol,
        atol=factor * tolerance.atol,
        peak=factor * tolerance.peak,
    )


@cache
def roughness(device: str) -> float:
    """How many times as much as numpy a device rounds, from 1 to 8; measured once.

    Where it can't be measured it counts as 1, and the log says why: whether the device
    is there at all is found out where a student's function is called.
    """
    try:
        measured = _measured(device)
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        last = str(getattr(error, "stderr", "") or error).strip().splitlines()
        why = last[-1] if last else type(error).__name__
        _log.warning("how much %s rounds can't be measured: %s", device, why)
        return 1.0
    if measured > _MOST:
        _log.warning(
            "%s rounds %.3g times as much as numpy; only %g are allowed for. Is "
            "TensorFloat-32 on?",
            device,
            measured,
            _MOST,
        )
    return min(max(measured, 1.0), _MOST)


def _measured(device: str) -> float:
    """What the measure prints.

    Raises:
        OSError: It can't be started.
        SubprocessError: It fails, or takes too long.
        ValueError: It prints no number.
    """
    done = subprocess.run(
        [sys.executable, "-P", "-c", _MEASURE, device],
        env=server_environment(device=device),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=_PATIENCE_S,
        check=True,
    )
    return float(json.loads(done.stdout))


def _devices_of(value: Any) -> Iterator[str]:
    return (leaf.device for leaf in leaves(value) if isinstance(leaf, Tensor))
