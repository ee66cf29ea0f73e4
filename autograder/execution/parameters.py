"""Inject papermill's parameters into a notebook that papermill does not run.

Owns: one call. May not: import the engine.
"""

from __future__ import annotations

import copy
from typing import Any

from nbformat import NotebookNode
from papermill.parameterize import parameterize_notebook

__all__ = ["with_parameters"]


def with_parameters(notebook: NotebookNode, parameters: dict[str, Any]) -> NotebookNode:
    """A copy with papermill's injected cell after the one tagged `parameters`."""
    prepared = copy.deepcopy(notebook)
    prepared.metadata.setdefault("papermill", NotebookNode())
    for cell in prepared.cells:
        cell.metadata.setdefault("tags", [])
    made: NotebookNode = parameterize_notebook(
        prepared, parameters, kernel_name="python3", language="python"
    )
    return made
