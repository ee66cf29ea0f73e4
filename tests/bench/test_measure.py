"""A command seen from outside: its output, its end, all of its memory."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.bench.measure import measure, pss_mib, tree
from autograder.errors import AutograderError

needs_proc = pytest.mark.skipif(
    pss_mib(os.getpid()) is None, reason="this machine has no /proc/<pid>/smaps_rollup"
)

#: A parent whose child holds 80 MiB for long enough to be seen.
_HOLDER = """
import subprocess, sys
child = "import time; held = bytearray(b'x') * (80 << 20); time.sleep(1.6)"
subprocess.run([sys.executable, "-c", child], check=True)
print("done")
"""


def test_output_and_time_come_back(tmp_path: Path) -> None:
    code = "import os, time; time.sleep(0.2); print(os.getcwd(), os.environ['WORD'])"
    done = measure(
        [sys.executable, "-c", code],
        folder=tmp_path,
        environment={**os.environ, "WORD": "squirrel"},
    )
    assert done.output == f"{tmp_path} squirrel\n"
    assert done.wall_s >= 0.2


@needs_proc
def test_memory_of_children_counts(tmp_path: Path) -> None:
    done = measure(
        [sys.executable, "-c", _HOLDER], folder=tmp_path, environment=os.environ
    )
    assert done.output == "done\n"
    assert done.peak_mib is not None
    assert done.peak_mib > 80


def test_memory_is_unknown_where_nobody_could_look(tmp_path: Path) -> None:
    done = measure(["true"], folder=tmp_path, environment=os.environ)
    assert done.peak_mib is None


def test_failing_command_is_one_line(tmp_path: Path) -> None:
    code = "import sys; print('once', file=sys.stderr); sys.exit('twice')"
    with pytest.raises(AutograderError) as caught:
        measure([sys.executable, "-c", code], folder=tmp_path, environment=os.environ)
    message = str(caught.value)
    assert message.endswith(" ended with 1: twice")
    assert "\n" not in message


@needs_proc
def test_tree_holds_children_of_children() -> None:
    code = (
        "import subprocess, sys; "
        "subprocess.run(['sh', '-c', 'echo up; read line'], stdin=sys.stdin)"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    with process:
        process.stdout.readline()
        below = tree(process.pid)
        process.communicate(b"\n")
    assert below[0] == process.pid
    assert len(below) >= 2
