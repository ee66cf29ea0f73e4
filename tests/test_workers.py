"""A worker that dies costs the test that it died in, and nothing else."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.courses import ROOT
from tests.workers import MOST_DEATHS

WORKERS = ("-p", "xdist", "-n", "2", "--dist", "loadscope", "--no-loadscope-reorder")

#: What tests/selection.py does, without its imports.
CONFTEST = """
from tests.workers import scheduler

def pytest_xdist_make_scheduler(config, log):
    return scheduler(config, log, group_of=lambda name: name.partition("::")[0])
"""

#: The test in the middle ends its worker.
DIES = """
import os, signal

def test_before():
    pass

def test_dies():
    os.kill(os.getpid(), signal.SIGSEGV)

def test_after():
    pass
"""
LEAVES = "import os\n\ndef test_leaves():\n    os._exit(3)\n"
LASTS = "def test_lasts():\n    pass\n"


def run(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run a folder's tests with the plugin, and no other but pytest's own."""
    alone = ("-c", "/dev/null", f"--rootdir={folder}", "-p", "no:cacheprovider")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *alone, "-p", "tests.workers", *options],
        cwd=folder,
        env={
            # With CI set, pytest repeats each traceback in its summary.
            **{name: value for name, value in os.environ.items() if name != "CI"},
            "PYTHONPATH": str(ROOT),
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        },
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert "INTERNALERROR" not in done.stdout + done.stderr
    return done


def counts(done: subprocess.CompletedProcess[str]) -> dict[str, int]:
    """How many tests failed, passed and so on, from pytest's last line."""
    last = done.stdout.strip().splitlines()[-1]
    return {kind: int(number) for number, kind in re.findall(r"(\d+) (\w+)", last)}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder for tests."""
    (tmp_path / "conftest.py").write_text(CONFTEST)
    return tmp_path


@pytest.mark.slow
def test_each_death_is_a_failed_test_with_its_traceback(folder):
    for number in range(4):
        (folder / f"test_{number}.py").write_text(DIES)
    for number in range(2):
        (folder / f"test_{number}_alone.py").write_text(LASTS)
        (folder / f"test_{number}_leaves.py").write_text(LEAVES)
    done = run(folder, *WORKERS)
    assert done.returncode == pytest.ExitCode.TESTS_FAILED
    found = counts(done)
    assert (found["failed"], found["passed"]) == (4 + 2, 4 * 2 + 2), done.stdout
    assert done.stdout.count("Fatal Python error: Segmentation fault") == 4
    for number in range(4):
        file = f"test_{number}.py"
        assert f"crashed while running '{file}::test_dies'" in done.stdout
        assert f'{file}", line 8 in test_dies' in done.stdout
    none = "It left no traceback: ended from outside, or by os._exit."
    assert done.stdout.count(none) == 2


@pytest.mark.slow
def test_a_death_outside_of_tests_fails_the_run_and_is_shown(folder):
    (folder / "test_it.py").write_text(
        "import os, signal\n"
        "if os.environ.get('PYTEST_XDIST_WORKER') == 'gw0':\n"
        "    os.kill(os.getpid(), signal.SIGSEGV)\n" + LASTS
    )
    done = run(folder, *WORKERS)
    assert done.returncode == pytest.ExitCode.TESTS_FAILED
    assert counts(done)["passed"] == 1
    assert " worker gw0 died outside of a test " in done.stdout
    assert "Fatal Python error: Segmentation fault" in done.stdout
    assert 'test_it.py", line 3 in <module>' in done.stdout


@pytest.mark.parametrize(
    ("options", "most"), [((), str(MOST_DEATHS)), (("--max-worker-restart=3",), "3")]
)
def test_the_limit_of_deaths_can_be_set(options, most, tmp_path):
    (tmp_path / "conftest.py").write_text(
        "def pytest_report_header(config):\n"
        "    return f'most deaths: {config.option.maxworkerrestart}'\n"
    )
    done = run(tmp_path, "-p", "xdist", *options)
    assert f"most deaths: {most}\n" in done.stdout
