"""The examiners of the tests of the checks, for mutants, too."""

from __future__ import annotations

from tests.meta.conftest import examine

__all__ = ["examine"]
