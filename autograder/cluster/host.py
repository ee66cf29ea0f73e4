"""What runs inside a Dask worker: pass bytes to processes that grade.

Owns: those processes, kept warm between the submissions of a run. May not: grade, or
import what grading needs; a Dask worker has threads, so it must not fork our processes.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections import deque
from typing import IO

from autograder.cluster.frames import read_frame, write_frame
from autograder.config.seed import SEED_VARIABLE
from autograder.grading.messages import (
    Failure,
    Ready,
    Refusal,
    read_message,
    write_message,
)

__all__ = ["course_of", "dismiss", "grade"]

#: How often a submission is given to a station before giving up.
TRIES = 2

_lock = threading.Lock()

#: The stations of each run, and those waiting for work.
_stations: dict[str, set[_Station]] = {}
_idle: dict[str, list[_Station]] = {}

#: Runs that are over: their remaining tasks do nothing.
_over: deque[str] = deque(maxlen=1000)


def course_of(bundle: bytes) -> bytes:
    """The bundle as a Dask task, so that a worker that lost it gets it again."""
    return bundle


def grade(bundle: bytes, name: str, run: str, parcel: bytes) -> bytes:
    """Have one submission graded, as a Dask task.

    Args:
        bundle: The course.
        name: The bundle's SHA-256.
        run: The coordinator's own name for this run.
        parcel: The submission.

    Returns:
        An Answer, Failure or Refusal, in the form of `write_message`.
    """
    for _ in range(TRIES):
        station = _taken(run, name, bundle)
        if station is None:
            return write_message(Failure("the run was over before it began"))
        data = station.answer(parcel)
        if data is None:
            _bury(run, station)
            continue
        message = read_message(data)
        if isinstance(message, Refusal):
            _bury(run, station)
            told = f"{socket.gethostname()}: {message.reason}"
            return write_message(Refusal(told))
        with _lock:
            _idle.setdefault(run, []).append(station)
        return data
    where = socket.gethostname()
    return write_message(Failure(f"its process on {where} died {TRIES} times"))


def dismiss(run: str) -> None:
    """End a run's processes, whatever they are doing; called by Dask's `Client.run`."""
    with _lock:
        _over.append(run)
        stations = _stations.pop(run, set())
        _idle.pop(run, None)
    for station in stations:
        station.end()


def _taken(run: str, name: str, bundle: bytes) -> _Station | None:
    """An idle station, or a new one; None if the run is over."""
    with _lock:
        if run in _over:
            return None
        if waiting := _idle.get(run):
            return waiting.pop()
        station = _Station(name, bundle)
        _stations.setdefault(run, set()).add(station)
        return station


def _bury(run: str, station: _Station) -> None:
    with _lock:
        _stations.get(run, set()).discard(station)
    station.end()


class _Station:
    """A process that grades: `autograder.cluster.station`."""

    def __init__(self, name: str, bundle: bytes) -> None:
        kept = {key: each for key, each in os.environ.items() if key != SEED_VARIABLE}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "autograder.cluster.station"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=kept,
            start_new_session=True,
        )
        self._first: tuple[bytes, ...] = (name.encode(), bundle)

    def answer(self, parcel: bytes) -> bytes | None:
        """The answer to a submission or the course; None if the process has died."""
        requests, replies = self._streams
        try:
            if self._first:
                for each in self._first:
                    write_frame(requests, each)
                self._first = ()
                told = read_frame(replies)
                if told is None or not isinstance(read_message(told), Ready):
                    return told
            write_frame(requests, parcel)
            return read_frame(replies)
        except (OSError, ValueError):  # it has died, or was ended by `dismiss`
            return None

    def end(self) -> None:
        """Let it end: it removes its folder and ends its workers itself."""
        self._process.terminate()
        threading.Thread(target=self._wait, daemon=True).start()

    def _wait(self) -> None:
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    @property
    def _streams(self) -> tuple[IO[bytes], IO[bytes]]:
        requests, replies = self._process.stdin, self._process.stdout
        if requests is None or replies is None:
            raise ValueError("the station was made without pipes")
        return requests, replies
