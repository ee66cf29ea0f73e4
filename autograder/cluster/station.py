"""A process that grades one submission after another on a machine of a cluster.

Owns: the course's files on that machine, in a private folder that is removed when it
ends, and the refusal of a machine that can't do what the course needs. May not: access
the coordinator's files; everything arrives through its standard input.

It is a separate program, `python -m autograder.cluster.station`, because a Dask worker
has threads, so its forks could hang. Standard input brings the bundle's name, the
bundle, then parcels; standard output gets a message for the bundle and one for each
parcel. It ends when its input ends, or after a while without input.
"""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO

from autograder.cluster import bundle, parcel
from autograder.cluster.frames import read_frame, write_frame
from autograder.config import Assignment
from autograder.errors import AutograderError
from autograder.grading.messages import Message, Ready, Refusal, write_message
from autograder.grading.pool import Crew
from autograder.grading.preflight import require_machine
from autograder.results.keys import versions
from autograder.sandbox import remove_tree, run_folder, temporary_files_in

__all__ = ["main"]

#: How long to wait for the next submission: the coordinator may have been killed.
IDLE_S = 300.0

#: How many version differences one line names.
_FEW = 3


def main() -> None:
    """Grade until the input ends."""
    requests, replies = _taken_streams()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the coordinator's
    name, course = read_frame(requests), read_frame(requests)
    if name is None or course is None:
        return
    with run_folder() as folder, temporary_files_in(folder):
        try:
            root = Path(tempfile.mkdtemp(prefix="course-"))
            assignment, expected = bundle.unpack(course, name.decode(), root)
            require_same(expected, versions())
            require_machine(assignment)
            crew = Crew(assignment, size=1)
        except (AutograderError, OSError) as error:
            write_frame(replies, write_message(Refusal(str(error))))
            return
        with crew:
            write_frame(replies, write_message(Ready()))
            for request in _requests(requests):
                answer = _answer(crew, assignment, request)
                write_frame(replies, write_message(answer))


def require_same(expected: Mapping[str, str], got: Mapping[str, str]) -> None:
    """Refuse to grade with code that differs from the coordinator's.

    Raises:
        AutograderError: Something differs; the message says what.
    """
    names = sorted({*expected, *got})
    told = [
        f"{name} is {got.get(name, 'missing')} there, {expected.get(name, 'missing')} "
        "here"
        for name in names
        if got.get(name) != expected.get(name)
    ]
    if told:
        more = len(told) - _FEW
        rest = f" and {more} more" if more > 0 else ""
        raise AutograderError(
            f"{'; '.join(told[:_FEW])}{rest}. Install the same versions there."
        )


def _answer(crew: Crew, assignment: Assignment, request: bytes) -> Message:
    """Grade one submission; nothing is left of the one before."""
    remove_tree(assignment.settings.submitted_directory)
    try:
        [(_job, answer)] = crew.grade([parcel.unpack(request, assignment)])
    except AutograderError as error:
        return Refusal(str(error))
    return answer


def _requests(stream: IO[bytes]) -> Iterator[bytes]:
    """Parcels as they arrive, until there are no more.

    A thread listens, so that the end of the input is noticed even during grading:
    nobody wants the answer then.
    """
    waiting: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()

    def listen() -> None:
        while (data := read_frame(stream)) is not None:
            waiting.put(data)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=listen, daemon=True).start()
    with contextlib.suppress(queue.Empty):
        while (data := waiting.get(timeout=IDLE_S)) is not None:
            yield data


def _taken_streams() -> tuple[IO[bytes], IO[bytes]]:
    """Reserve standard input and output; prints go to stderr instead."""
    requests, replies = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    os.close(nothing)
    return os.fdopen(requests, "rb"), os.fdopen(replies, "wb")


if __name__ == "__main__":
    main()
