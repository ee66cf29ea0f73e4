"""Compare ways to keep the results of a class: files, or SQLite in its modes.

    autograder demo convolution         # makes the results that are written here
    python bench/results_store.py       # minutes; --submissions 1000 for a first look

Each candidate keeps the same results: a key, a report, an autograded notebook and, for
each tenth, a second notebook, as JSON compressed by zlib. They are written one by one
as a run of grading does, each safe before the next. The folder should lie on the disk
that is asked about (--folder).
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
import platform
import resource
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from autograder.results import DATABASE, Kept, Key, Part, Store

COURSE = Path(__file__).parents[1]
COLUMNS = ("write ms", "p99 ms", "keys ms", "read ms", "MB", "files", "kills: lost")


@dataclass(frozen=True)
class Sample:
    """One real result: whole, and its parts compressed."""

    part: Part
    key: bytes
    report: bytes
    notebook: bytes
    executed: bytes


class Files:
    """One file for the key, one for each payload; the key's comes last."""

    def __init__(self, folder: Path, *, syncs: bool) -> None:
        self.folder, self.syncs = folder, syncs
        folder.mkdir(exist_ok=True)

    def put(self, student: str, sample: Sample) -> None:
        """Keep a result, whole or not at all."""
        self.write(f"{student}.report", sample.report)
        self.write(f"{student}.notebook", sample.notebook)
        if sample.executed:
            self.write(f"{student}.executed", sample.executed)
        self.write(f"{student}.key", sample.key)

    def write(self, name: str, data: bytes) -> None:
        """Write one file, whole or not at all."""
        draft = self.folder / f".{name}"
        with draft.open("wb") as file:
            file.write(data)
            if self.syncs:
                file.flush()
                os.fsync(file.fileno())
        draft.replace(self.folder / name)

    def keys(self) -> dict[str, bytes]:
        """All keys, by student."""
        return {
            entry.name[:-4]: Path(entry.path).read_bytes()
            for entry in os.scandir(self.folder)
            if entry.name.endswith(".key") and not entry.name.startswith(".")
        }

    def part(self, student: str) -> list[bytes]:
        """One report and notebook."""
        names = ("report", "notebook")
        return [(self.folder / f"{student}.{name}").read_bytes() for name in names]

    def close(self) -> None:
        """Let go of what is open."""


class Database:
    """Keys in one table, payloads in another."""

    def __init__(self, folder: Path, *, journal: str, synchronous: str) -> None:
        folder.mkdir(exist_ok=True)
        self.connection = sqlite3.connect(folder / "results.db", isolation_level=None)
        self.connection.execute(f"PRAGMA journal_mode = {journal}")
        self.connection.execute(f"PRAGMA synchronous = {synchronous}")
        self.connection.execute(
            "CREATE TABLE IF NOT EXISTS results (serial INTEGER PRIMARY KEY, "
            "student TEXT UNIQUE, key BLOB)"
        )
        self.connection.execute(
            "CREATE TABLE IF NOT EXISTS payloads (serial INTEGER PRIMARY KEY, "
            "report BLOB, notebook BLOB, executed BLOB)"
        )

    def put(self, student: str, sample: Sample) -> None:
        """Keep a result, whole or not at all."""
        execute = self.connection.execute
        execute("BEGIN IMMEDIATE")
        serial = execute(
            "INSERT OR REPLACE INTO results (student, key) VALUES (?, ?)",
            (student, sample.key),
        ).lastrowid
        execute(
            "INSERT OR REPLACE INTO payloads VALUES (?, ?, ?, ?)",
            (serial, sample.report, sample.notebook, sample.executed),
        )
        execute("COMMIT")

    def keys(self) -> dict[str, bytes]:
        """All keys, by student."""
        return dict(self.connection.execute("SELECT student, key FROM results"))

    def part(self, student: str) -> list[bytes]:
        """One report and notebook."""
        return list(
            self.connection.execute(
                "SELECT report, notebook FROM payloads JOIN results USING (serial) "
                "WHERE student = ?",
                (student,),
            ).fetchone()
        )

    def close(self) -> None:
        """Let go of what is open."""
        self.connection.close()


class Ours:
    """The store that grading uses; it compresses, seals and shares what is equal."""

    def __init__(self, folder: Path) -> None:
        self.store = Store(folder)

    def put(self, student: str, sample: Sample) -> None:
        """Keep a result, whole or not at all."""
        report = {**sample.part.report, "student": student}
        self.store.put(replace(sample.part, student=student, report=report))

    def keys(self) -> dict[str, Kept]:
        """All keys, by student."""
        return {
            name: kept for (name, _), kept in self.store.keys("convolution").items()
        }

    def part(self, student: str) -> list[bytes]:
        """One report and notebook."""
        part = self.store.part("convolution", student, "cpu")
        if part is None:
            raise FileNotFoundError(student)
        texts = json.dumps(part.report), part.notebook or ""
        return [zlib.compress(text.encode(), 0) for text in texts]

    def close(self) -> None:
        """Let go of what is open."""
        self.store.close()


Candidate = Files | Database | Ours


def _database(journal: str, synchronous: str) -> Callable[[Path], Database]:
    return lambda folder: Database(folder, journal=journal, synchronous=synchronous)


CANDIDATES: dict[str, Callable[[Path], Candidate]] = {
    "files, not synced": lambda folder: Files(folder, syncs=False),
    "files, synced": lambda folder: Files(folder, syncs=True),
    "SQLite DELETE FULL": _database("DELETE", "FULL"),
    "SQLite PERSIST FULL": _database("PERSIST", "FULL"),
    "SQLite WAL NORMAL": _database("WAL", "NORMAL"),
    "SQLite WAL FULL": _database("WAL", "FULL"),
    "autograder.results": Ours,
}


def main() -> None:
    """Measure each candidate and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--submissions", type=int, default=10_000)
    parser.add_argument("--keys", type=int, default=100_000)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--folder", type=Path, help="where to write; default: /tmp")
    parser.add_argument("--write-until-killed", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    samples = real_samples()
    if given.write_until_killed:
        name, folder = given.write_until_killed
        write_until_killed(CANDIDATES[name](Path(folder)), samples)
    say(f"{platform.system()}, Python {platform.python_version()}, ")
    say(f"SQLite {sqlite3.sqlite_version}, {os.cpu_count()} cores\n")
    say(f"{given.submissions} submissions; {describe(samples)}\n\n")
    say(f"{'':22}" + "".join(f"{name:>13}" for name in COLUMNS) + "\n")
    for name, make in CANDIDATES.items():
        with tempfile.TemporaryDirectory(dir=given.folder) as folder:
            row = measure(make, samples, given.submissions, Path(folder) / "store")
            lost = kill(name, given.kills, Path(folder) / "killed", samples)
        cells = [*(f"{value:.2f}" for value in row[:4]), f"{row[4]:.0f}"]
        cells += [f"{row[5]}", f"{given.kills}: {lost}"]
        say(f"{name:22}" + "".join(f"{cell:>13}" for cell in cells) + "\n")
    say(f"\n{given.keys} keys, no payloads\n")
    for name in ("files, not synced", "SQLite DELETE FULL", "autograder.results"):
        with tempfile.TemporaryDirectory(dir=given.folder) as folder:
            say(f"{name:22}{many_keys(name, given.keys, Path(folder) / 'store')}\n")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    say(f"\nmost memory: {peak:.0f} MiB\n")


def say(text: str) -> None:
    """Print at once: the output is read while this runs."""
    sys.stdout.write(text)
    sys.stdout.flush()


def real_samples() -> list[Sample]:
    """What a demo has left of its submissions, each compressed."""
    results = COURSE / ".autograder" / "results" / "convolution"
    autograded = COURSE / ".autograder" / "demo" / "convolution" / "autograded"
    samples: list[Sample] = []
    for path in sorted(results.glob("*.json")):
        book = autograded / path.stem / "convolution" / "convolution.ipynb"
        text = book.read_bytes()
        report = json.loads(path.read_text("utf-8"))
        key: dict[str, Any] = {"submission": hashlib.sha256(text).hexdigest()}
        shared = hashlib.sha256(b"shared").hexdigest()
        key |= dict.fromkeys(("skeleton", "settings", "seed"), shared)
        names = ("checks", "oracle", "mistakes")
        key["versions"] = {"python": platform.python_version()}
        key["exercises"] = {
            each["grade_id"]: dict.fromkeys(names, shared)
            for each in report["exercises"]
        }
        has_second = len(samples) % 10 == 0
        executed = zlib.compress(text) if has_second else b""
        samples.append(
            Sample(
                Part(
                    "convolution",
                    path.stem,
                    "cpu",
                    Key(**key),
                    report,
                    text.decode(),
                    text.decode() if has_second else None,
                    time.time(),
                ),
                json.dumps(key).encode(),
                zlib.compress(path.read_bytes()),
                zlib.compress(text),
                executed,
            )
        )
    if not samples:
        sys.exit("there are no results to write. Run `autograder demo convolution`.")
    return samples


def describe(samples: list[Sample]) -> str:
    """Sizes of the parts, and the time that compressing takes, in words."""
    sizes = {
        name: statistics.fmean(len(getattr(each, name)) for each in samples)
        for name in ("key", "report", "notebook")
    }
    plain = zlib.decompress(samples[0].report), zlib.decompress(samples[0].notebook)
    started = time.perf_counter()
    for data in plain:
        zlib.compress(data)
    took = (time.perf_counter() - started) * 1000
    told = ", ".join(f"{name} {size / 1024:.1f} KiB" for name, size in sizes.items())
    return f"compressed, on average: {told}; compressing one takes {took:.1f} ms"


def measure(
    make: Callable[[Path], Candidate],
    samples: list[Sample],
    count: int,
    folder: Path,
) -> tuple[float, float, float, float, float, int]:
    """Write, look up, read; the row of the table."""
    store, writes = make(folder), []
    for number in range(count):
        started = time.perf_counter()
        store.put(f"student-{number:06}", samples[number % len(samples)])
        writes.append((time.perf_counter() - started) * 1000)
    store.close()
    lookups, reads = [], []
    for _ in range(5):
        started = time.perf_counter()
        store = make(folder)
        found = len(store.keys())
        lookups.append((time.perf_counter() - started) * 1000)
        if found != count:
            sys.exit(f"{found} of {count} keys were found")
        for number in range(0, count, max(count // 50, 1)):
            started = time.perf_counter()
            store.part(f"student-{number:06}")
            reads.append((time.perf_counter() - started) * 1000)
        store.close()
    sizes = [path.stat().st_size for path in folder.rglob("*") if path.is_file()]
    return (
        statistics.median(writes),
        sorted(writes)[int(count * 0.99)],
        statistics.median(lookups),
        statistics.median(reads),
        sum(sizes) / 1e6,
        len(sizes),
    )


def write_until_killed(store: Candidate, samples: list[Sample]) -> None:
    """Say each result's number when it is kept."""
    start, number = time.time_ns(), 0
    while True:
        student = f"student-{start}-{number}"
        store.put(student, samples[number % len(samples)])
        say(f"{student}\n")
        number += 1


def kill(name: str, kills: int, folder: Path, samples: list[Sample]) -> str:
    """Kill a writer again and again; how many results are lost or half, and drafts."""
    acknowledged: list[str] = []
    for turn in range(kills):
        command = [sys.executable, __file__, "--write-until-killed", name, str(folder)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            first = process.stdout.readline()
            time.sleep(0.002 * (turn + 1))
            process.send_signal(signal.SIGKILL)
            acknowledged += (first + process.communicate()[0]).split("\n")[:-1]
    store = CANDIDATES[name](folder)
    found = store.keys()
    lost = sum(each not in found for each in acknowledged)
    half = sum(not _is_whole(store, each) for each in found)
    store.close()
    stray = len([path for path in folder.iterdir() if path.name.startswith(".")])
    return f"{lost}" + (f", {half} half" if half else "") + (f"+{stray}" * bool(stray))


def _is_whole(store: Candidate, student: str) -> bool:
    with contextlib.suppress(OSError, TypeError, zlib.error):
        return all(zlib.decompress(data) for data in store.part(student))
    return False


def many_keys(name: str, count: int, folder: Path) -> str:
    """Look up very many keys, written without waiting for the disk."""
    store = CANDIDATES[name](folder)
    data = hashlib.sha256(b"").hexdigest().encode() * 3
    students = (f"student-{number:06}" for number in range(count))
    if isinstance(store, Database):
        store.connection.execute("BEGIN")
        store.connection.executemany(
            "INSERT INTO results (student, key) VALUES (?, ?)",
            ((student, data) for student in students),
        )
        store.connection.execute("COMMIT")
    elif isinstance(store, Files):
        for student in students:
            store.write(f"{student}.key", data)
    elif isinstance(store, Ours):
        fill(folder / DATABASE, students)
    store.close()
    times = []
    for _ in range(3):
        started = time.perf_counter()
        store = CANDIDATES[name](folder)
        found = len(store.keys())
        times.append((time.perf_counter() - started) * 1000)
        store.close()
        if found != count:
            sys.exit(f"{found} of {count} keys were found")
    return f"{statistics.median(times):10.0f} ms to look them up"


def fill(path: Path, students: Iterable[str]) -> None:
    """Write keys to our own database as `put` does, all in one transaction."""
    context = json.dumps(
        {
            "skeleton": "",
            "settings": "",
            "seed": "",
            "versions": {},
            "exercises": {},
        }
    )
    digest = hashlib.sha256(b"").hexdigest()
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("INSERT INTO contexts VALUES (1, x'00', ?)", (context,))
        connection.executemany(
            "INSERT INTO results (assignment, student, device, submission, context, "
            "status, is_open, graded_at, seal) "
            "VALUES ('convolution', ?, 'cpu', ?, 1, 'graded', 0, 0, x'00')",
            ((student, digest) for student in students),
        )


if __name__ == "__main__":
    main()
