"""A command seen from outside: its output, its end, all of its memory."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
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


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs POSIX signals")
def test_interrupted_measurement_leaves_no_command_behind(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    code = f"import os, time; open({str(note)!r}, 'w').write(str(os.getpid()))"
    command = [sys.executable, "-c", f"{code}; time.sleep(600)"]

    def interrupt(*_: object) -> None:
        if note.is_file() and note.read_text():
            signal.setitimer(signal.ITIMER_REAL, 0)
            raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.1, 0.1)
        with pytest.raises(KeyboardInterrupt):
            measure(command, folder=tmp_path, environment=os.environ)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert not psutil.pid_exists(int(note.read_text()))


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
