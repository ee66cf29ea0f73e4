"""Fixtures of these tests, and how often a run is killed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.survival.classroom import Classroom
from tests.survival.command import Command


def pytest_addoption(parser: pytest.Parser) -> None:
    """Called by pytest: add the options."""
    parser.addoption("--kills", type=int, default=80, help="on SQLite")
    parser.addoption("--postgres-kills", type=int, default=25)
    parser.addoption("--real-kills", type=int, default=3)
    parser.addoption("--kill-seed", type=int, default=20261130)


@pytest.fixture
def command(tmp_path: Path) -> Iterator[Command]:
    """A class of four in a course with an SQLite gradebook, graded by the command."""
    (tmp_path / "course").mkdir()
    made = Command(Classroom(tmp_path / "course"), tmp_path)
    yield made
    made.close()
