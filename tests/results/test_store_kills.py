"""Writers of results are killed, and write at once: nothing is lost or half."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from autograder.results import DATABASE, Store
from tests.results.parts import ROOT, part_of

#: Puts parts until it is killed, forking for each life; a life imports nothing anew.
WRITER = """
import os, sys
from pathlib import Path
from autograder.results import Store
from tests.results.parts import ROOT, part_of

folder, lives, noise = Path(sys.argv[1]), int(sys.argv[2]), os.urandom(30_000).hex()
for life in range(lives):
    if (child := os.fork()) == 0:
        with Store(folder) as store:
            number = 0
            while True:
                student = f"s{life}-{number % 5}"
                text = f"{number}:{noise}"
                store.put(part_of(student, notebook=text, executed=text))
                store.note_projected("convolution", student, {"gradebook": f"{number}"})
                os.write(1, f"{student} {number}\\n".encode())
                number += 1
    os.write(1, f"life {child}\\n".encode())
    os.waitpid(child, 0)
"""


def writer(folder: Path, lives: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, folder, str(lives)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.mark.slow
def test_forty_kills_lose_nothing_that_was_acknowledged(tmp_path):
    chance, told = random.Random(5), {}
    folder, lives = tmp_path / "state", 40
    with writer(folder, lives) as process:
        assert process.stdout is not None
        for _ in range(lives):
            pid = 0
            while not pid or chance.random() < 0.6:
                word, _, number = process.stdout.readline().partition(" ")
                if word == "life":
                    pid = int(number)
                else:
                    told[word] = int(number)
            time.sleep(chance.uniform(0, 0.012))
            kill(pid)
        for line in process.stdout:
            word, _, number = line.partition(" ")
            told[word] = int(number)
    assert len(told) > 20
    with Store(folder) as store:
        for student, number in told.items():
            part = store.part("convolution", student, "cpu")
            assert part is not None
            kept, _, noise = part.notebook.partition(":")
            assert int(kept) >= number
            assert part.executed == part.notebook
            assert len(noise) == 60_000
        noted = store.projected("convolution")
        assert all(int(noted[name]["gradebook"]) >= told[name] for name in told)
        assert store._opened().execute("PRAGMA integrity_check") == [("ok",)]
    # A journal that was begun and holds nothing yet is left to the next writer.
    left = {path.name for path in folder.iterdir()} - {f"{DATABASE}-journal"}
    assert left == {DATABASE}


def kill(pid: int) -> None:
    """End a child of our writer, which waits for it: the id can't be another's."""
    os.kill(pid, signal.SIGKILL)


def test_two_processes_write_at_once(tmp_path):
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from autograder.results import Store\n"
        "from tests.results.parts import ROOT, part_of\n"
        "with Store(Path(sys.argv[1])) as store:\n"
        "    for number in range(20):\n"
        "        store.put(part_of(f'{sys.argv[2]}{number}'))\n"
        "        assert store.part('convolution', f'{sys.argv[2]}{number}', 'cpu')\n"
    )
    folder = tmp_path / "state"
    processes = [
        subprocess.Popen([sys.executable, "-c", code, folder, name], cwd=ROOT)
        for name in "abc"
    ]
    assert [process.wait() for process in processes] == [0, 0, 0]
    with Store(folder, writes=False) as store:
        found = {student for student, _ in store.keys("convolution")}
        assert found == {f"{name}{number}" for name in "abc" for number in range(20)}


def test_a_reader_after_a_kill_sees_what_was_kept(tmp_path):
    """A half-written transaction is undone by who comes next, even a reader."""
    folder = tmp_path / "state"
    with Store(folder) as store:
        store.put(part_of())
    code = (
        "import os, sqlite3, sys\n"
        "connection = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "connection.execute('PRAGMA cache_size = 1')\n"
        "connection.execute('BEGIN IMMEDIATE')\n"
        "connection.execute('DELETE FROM results')\n"
        "for serial in range(2, 200):\n"
        "    values = (serial, os.urandom(5000))\n"
        "    connection.execute('INSERT INTO payloads VALUES (?, ?, 0, 0)', values)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    subprocess.run([sys.executable, "-c", code, folder / DATABASE])
    assert (folder / f"{DATABASE}-journal").exists()
    with Store(folder, writes=False) as store:
        assert store.part("convolution", "ada", "cpu") == part_of()
    # A journal that was begun and holds nothing yet is left to the next writer.
    left = {path.name for path in folder.iterdir()} - {f"{DATABASE}-journal"}
    assert left == {DATABASE}


def test_two_find_the_damage_and_one_mends_it(tmp_path):
    folder = tmp_path / "state"
    with Store(folder) as store:
        for number in range(20):
            store.put(part_of(f"s{number}"))
    with (folder / DATABASE).open("r+b") as file:
        file.truncate((folder / DATABASE).stat().st_size - 4096)
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from autograder.results import Store\n"
        "with Store(Path(sys.argv[1]), tell=print) as store:\n"
        "    list(store.reports('convolution'))\n"
    )
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", code, folder], stdout=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]
    told = [process.communicate()[0] for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0]
    assert sum("was damaged and is now" in each for each in told) == 1
    assert len(list(folder.glob(f"{DATABASE}.damaged-*"))) == 1
