"""The order in which frameworks are imported: the one place that decides it.

PyTorch's wheel for Linux on x86-64 depends on triton. Its library and TensorFlow's each
contain their own LLVM. If TensorFlow's is loaded first, the process ends with a
segmentation fault as soon as PyTorch imports its compiler, which each optimizer does.
If triton's is loaded first, both work. Importing torch does not yet load it.

Owns: the rule, as a finder on `sys.meta_path`. It costs nothing until TensorFlow is
imported, then 0.3 s, and nothing without triton. Every process that may import both
calls `keep_order` at its start: the fork server, kernels, pytest's plugin (so tests and
graders), the package of reference solutions. May not: import a framework itself.
"""

from __future__ import annotations

import contextlib
import importlib
import sys

__all__ = ["keep_order"]


class _TritonFirst:
    """Imports triton just before TensorFlow."""

    @staticmethod
    def find_spec(name: str, *_: object) -> None:
        """Called by Python for each new import; finds none."""
        if name == "tensorflow":
            with contextlib.suppress(ImportError, OSError):  # not here: nothing to do
                importlib.import_module("triton")


def keep_order() -> None:
    """From now on, import triton before TensorFlow in this process and its forks."""
    if _TritonFirst not in sys.meta_path:
        sys.meta_path.insert(0, _TritonFirst)
