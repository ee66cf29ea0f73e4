"""Modules that are imported at their first use.

A framework takes a processor seconds, and pytest-xdist has each worker collect all
tests, of which most go to another one.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable
from typing import Any

__all__ = ["Deferred", "tf", "torch", "twins"]


os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # TensorFlow keeps its notes


class Deferred:
    """Stands for a module.

    >>> Deferred("math").sqrt(9)
    3.0
    """

    def __init__(self, name: str) -> None:
        self.__name__ = name

    def __getattr__(self, attribute: str) -> Any:
        # Of all that it sees, pytest asks whether it is a test, a mock or a fixture.
        if attribute.startswith("_") and attribute != "__all__":
            raise AttributeError(attribute)
        return getattr(importlib.import_module(self.__name__), attribute)


tf, torch = Deferred("tensorflow"), Deferred("torch")


def twins(assignment: str) -> dict[str, tuple[Any, Callable[..., Any]]]:
    """By framework, an assignment's reference in it and what makes its tensors."""
    package = f"solutions.{assignment}"
    return {
        "torch": (
            Deferred(f"{package}.torch_twin"),
            lambda array: torch.from_numpy(array),
        ),
        "tf": (Deferred(f"{package}.tf_twin"), lambda array: tf.constant(array)),
    }
