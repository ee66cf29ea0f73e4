"""One run of grading an assignment at a time.

Owns: the locks of a course, and messages about who holds one. May not: know what is
done while one is held.

The operating system releases a lock when its holder ends, however that happens. A
program started by the holder does not inherit it (O_CLOEXEC), and a forked child closes
it.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import functools
import json
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from autograder.errors import ResultsError
from autograder.results.database import shown

__all__ = ["grading_lock", "held"]

#: How often to try for a lock held by another process.
_PULSE_S = 0.05

#: How long to wait before saying so.
_SILENCE_S = 0.2

#: Errors of a file system without locks.
_NO_LOCKS = (errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS)

#: Descriptors of the locks that this process holds; its children must not keep them.
_HELD: set[int] = set()


@contextlib.contextmanager
def grading_lock(
    state_directory: Path,
    assignment: str,
    *,
    tell: Callable[[str], None],
    patience_s: float | None = None,
) -> Iterator[None]:
    """Keep other runs from grading an assignment; wait for one that already does.

    Args:
        state_directory: The course's.
        assignment: Name of the assignment.
        tell: Called with one line when waiting for another run, or if the file system
            has no locks; grading then goes on, and results are still written
            atomically.
        patience_s: How long to wait, in seconds; None: as long as it takes.

    Raises:
        ResultsError: Another run is still grading after that time, or no lock can be
            created.
    """
    command = f"autograder grade {assignment}"
    path = state_directory / "locks" / assignment
    with held(path, command, tell=tell, patience_s=patience_s):
        yield


@contextlib.contextmanager
def held(
    path: Path,
    command: str,
    *,
    tell: Callable[[str], None],
    patience_s: float | None = None,
) -> Iterator[None]:
    """Hold the lock of a file, as `grading_lock` does, for a command."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise _not_made(path, error) from error
    _children_let_go()
    _HELD.add(descriptor)
    try:
        if _wait(descriptor, path, command, tell=tell, patience_s=patience_s):
            _write_holder(descriptor)
        yield
    finally:
        _HELD.discard(descriptor)
        _release(descriptor)


def _wait(
    descriptor: int,
    path: Path,
    command: str,
    *,
    tell: Callable[[str], None],
    patience_s: float | None,
) -> bool:
    """Get the lock; False if the file system has none."""
    started, is_told = time.monotonic(), False
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pass
        except OSError as error:
            if error.errno not in _NO_LOCKS:
                raise _not_made(path, error) from error
            tell(
                f"{shown(path.parent)}: its file system has no locks; make sure that "
                f"no other `{command}` is running"
            )
            return False
        else:
            return True
        waited_s = time.monotonic() - started
        if patience_s is not None and waited_s >= patience_s:
            raise ResultsError(f"{_running(descriptor, command)}. Wait for it to end.")
        if not is_told and waited_s >= _SILENCE_S:
            tell(f"{_running(descriptor, command)}; waiting for it")
            is_told = True
        time.sleep(_PULSE_S)


def _running(descriptor: int, command: str) -> str:
    holder = _holder(descriptor)
    about = f" ({', '.join(holder)})" if holder else ""
    return f"another `{command}`{about} is running"


def _holder(descriptor: int) -> list[str]:
    """What the holder has written about itself; it may still be writing."""
    try:
        data: Any = json.loads(os.pread(descriptor, 4096, 0))
        place, since = str(data["host"]), time.localtime(float(data["since"]))
        words = f"process {int(data['pid'])}"
    except (OSError, OverflowError, ValueError, TypeError, KeyError):
        return []
    if place != os.uname().nodename:
        from autograder.text import one_line  # slow to load, and hardly ever needed

        words += f" on {one_line(place, 64)}"
    is_today = since[:3] == time.localtime()[:3]
    return [
        words,
        time.strftime("since %H:%M" if is_today else "since %d %B %H:%M", since),
    ]


def _write_holder(descriptor: int) -> None:
    holder = {"pid": os.getpid(), "host": os.uname().nodename, "since": time.time()}
    with contextlib.suppress(OSError):  # a full disk: the lock holds without a name
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps(holder).encode(), 0)


def _release(descriptor: int) -> None:
    # Unlocked explicitly, so that a child that still has the descriptor loses it, too.
    with contextlib.suppress(OSError):
        fcntl.flock(descriptor, fcntl.LOCK_UN)
    os.close(descriptor)


def _not_made(path: Path, error: OSError) -> ResultsError:
    return ResultsError(
        f"{shown(path)}: no lock can be made: {error.strerror}. Fix the folder, and "
        "run this again."
    )


@functools.cache
def _children_let_go() -> None:
    """Make forked children close the locks' descriptors, from the first lock on."""
    os.register_at_fork(after_in_child=_close_all)


def _close_all() -> None:
    while _HELD:
        with contextlib.suppress(OSError):
            os.close(_HELD.pop())
