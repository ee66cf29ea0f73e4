"""Speed up what IPython does with every cell's source.

Owns: two components of a kernel's shell, replaced through IPython's own hooks. May not:
change what a cell means, or how a traceback names it. For a function of twenty lines
these two took as long as everything else that a kernel does for a cell.
"""

from __future__ import annotations

import os
import zlib
from typing import Any

from ipykernel.compiler import XCachingCompiler, get_tmp_directory
from IPython.core.inputtransformer2 import TransformerManager

__all__ = ["spare_repetition"]


class _Transformers(TransformerManager):
    """Turns magics into Python, once for the two calls per cell.

    ipykernel calls it to see whether a cell awaits something, IPython calls it again to
    run the cell.
    """

    _last: tuple[str, tuple[int, ...], str] | None = None

    def transform_cell(self, cell: str) -> str:
        """Called by the shell."""
        ways = (*self.cleanup_transforms, *self.line_transforms)
        told = tuple(map(id, (*ways, *self.token_transformers)))
        last, self._last = self._last, None
        if last and last[:2] == (cell, told):
            return last[2]
        made: str = super().transform_cell(cell)
        self._last = cell, told, made
        return made


class _Compiler(XCachingCompiler):
    """Names a cell's pseudo-file; ipykernel's own hash is slow."""

    def get_code_name(self, raw_code: str, code: str, number: int) -> str:
        """Called by the shell for each cell."""
        name = os.environ.get("IPYKERNEL_CELL_NAME")
        if name is None:
            number = zlib.crc32(raw_code.encode())
            folder = get_tmp_directory()  # type: ignore[no-untyped-call]
            name = f"{folder}{os.sep}{number}.py"
        return name


def spare_repetition(shell: Any) -> None:
    """Install both in a shell that has not run anything yet."""
    before: Any = shell.input_transformer_manager
    now: Any = _Transformers()  # type: ignore[no-untyped-call]
    vars(now).update(vars(before))
    shell.input_transformer_manager = now
    shell.compile = _Compiler()  # type: ignore[no-untyped-call]
