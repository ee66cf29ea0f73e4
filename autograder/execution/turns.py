"""Turns on a GPU: as many kernels at a time as the course allows, on this machine.

Owns: who has a turn, by locks that die with their holders. May not: use a GPU.

Runs of several courses and commands of one user share the turns.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import stat
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from autograder.errors import KernelError

__all__ = ["turn_on"]

#: How often to check for a free turn, in seconds.
_LOOK_S = 0.05


@contextlib.contextmanager
def turn_on(gpus: Sequence[str], *, kernels_per_gpu: int) -> Iterator[str]:
    """Wait for a turn on one of the GPUs, and hold it during the block.

    Args:
        gpus: Their names, as CUDA_VISIBLE_DEVICES has them.
        kernels_per_gpu: How many turns each has at the same time.

    Yields:
        The GPU's name.

    Raises:
        KernelError: There is no GPU, or its lock is unavailable.
    """
    if not gpus:
        raise KernelError("this machine has no CUDA device")
    # The first kernel of each GPU before the second of any.
    turns = [(gpu, number) for number in range(kernels_per_gpu) for gpu in gpus]
    try:
        folder = _folder()
        while (lock := _first_free(folder, turns)) is None:
            time.sleep(_LOOK_S)
    except OSError as error:
        raise KernelError(f"no turn on a GPU is available: {error}") from error
    gpu, descriptor = lock
    try:
        yield gpu
    finally:
        os.close(descriptor)


def _first_free(
    folder: Path, turns: Sequence[tuple[str, int]]
) -> tuple[str, int] | None:
    """A GPU and the descriptor that holds its turn; None if all are taken."""
    for gpu, number in turns:
        name = "".join(each if each.isalnum() else "-" for each in gpu)
        flags = os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(folder / f"{name}.{number}", flags, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            continue
        return gpu, descriptor
    return None


def _folder() -> Path:
    """This user's folder of locks.

    Raises:
        OSError: Somebody else owns something with its name.
    """
    folder = Path("/tmp") / f"autograder-gpus-{os.geteuid()}"
    with contextlib.suppress(FileExistsError):
        folder.mkdir(0o700)
    about = folder.lstat()
    is_ours = stat.S_ISDIR(about.st_mode) and about.st_uid == os.geteuid()
    if not is_ours or about.st_mode & 0o077:
        raise OSError(f"{folder} is not this user's own folder")
    return folder
