"""Fixtures of these tests, and how often a run is killed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.survival.classroom import Classroom
from tests.survival.command import Command

#: How many kills there are, and what their moments are drawn from.
KILLS, POSTGRES_KILLS, SEED = 80, 25, 20261130


def pytest_addoption(parser: pytest.Parser) -> None:
    """Called by pytest, if this folder or a file of it is named: add the options."""
    parser.addoption("--kills", type=int, default=KILLS)
    parser.addoption("--postgres-kills", type=int, default=POSTGRES_KILLS)
    parser.addoption("--kill-seed", type=int, default=SEED)


@pytest.fixture
def kills(pytestconfig: pytest.Config) -> int:
    """Kills of runs with an SQLite gradebook."""
    return int(pytestconfig.getoption("--kills", KILLS))


@pytest.fixture
def postgres_kills(pytestconfig: pytest.Config) -> int:
    """Kills of runs with a gradebook in PostgreSQL."""
    return int(pytestconfig.getoption("--postgres-kills", POSTGRES_KILLS))


@pytest.fixture
def seed(pytestconfig: pytest.Config) -> int:
    """What decides the moments."""
    return int(pytestconfig.getoption("--kill-seed", SEED))


@pytest.fixture
def command(tmp_path: Path) -> Iterator[Command]:
    """A class of three in a course with an SQLite gradebook, graded by the command."""
    (tmp_path / "course").mkdir()
    made = Command(Classroom(tmp_path / "course"), tmp_path)
    yield made
    made.close()
