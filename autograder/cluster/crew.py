"""Workers of a Dask cluster, with the interface that a run expects.

Owns: the connection to the scheduler, which submissions are in progress, and what the
end of each task means. May not: read or write a result.

If a worker is lost, Dask runs its task again on another one. Only enough tasks are
submitted to keep all workers busy, so a large class takes no more memory than a small
one.
"""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import suppress
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from autograder.cluster import bundle, host, parcel
from autograder.config import Assignment
from autograder.errors import AutograderError, MalformedError, UnreadableError
from autograder.grading.messages import (
    Answer,
    Failure,
    Job,
    Refusal,
    read_message,
)
from autograder.text import one_line

if TYPE_CHECKING:
    from distributed import Client, Future

__all__ = ["DaskCrew"]

_log = logging.getLogger(__name__)

#: How long a scheduler may take to answer, in seconds.
CONNECT_S = 5.0

#: How long workers may take to be notified that a run is over, in seconds.
DISMISS_S = 3.0

#: Tasks in progress per thread of the cluster: one runs, one waits.
_EACH = 2

#: How often to ask how many threads there are, in seconds.
_ASK_S = 5.0

_INSTALL = "Install it with `pip install 'autograder[dask]'`"


class DaskCrew:
    """A cluster's workers, which get the course on entering the block.

    Args:
        assignment: What they grade. On the device cuda, each task asks for a worker
            that offers the resource GPU.
        address: The scheduler's, such as tcp://10.0.0.1:8786.

    Raises:
        AutograderError: Dask isn't installed.
    """

    def __init__(self, assignment: Assignment, address: str) -> None:
        try:
            import distributed  # noqa: F401 - whether it is there
        except ImportError as error:
            raise AutograderError(
                f"--scheduler needs Dask, which isn't installed. {_INSTALL}, here and "
                "for the workers."
            ) from error
        self._assignment = assignment
        self._address = address
        self._run = f"autograder-{uuid.uuid4().hex}"
        self._client: Client | None = None
        self._course: Future | None = None
        self._name = ""
        self._threads, self._asked_at = 0, float("-inf")

    def __enter__(self) -> Self:
        """Connect, and hand the course over.

        Raises:
            AutograderError: The scheduler can't be reached, or the course can't be
                packed.
        """
        self._client = _connected(self._address)
        try:
            data = bundle.pack(self._assignment)
            self._name = bundle.name_of(data)
            self._course = self._client.submit(
                host.course_of, data, key=f"{self._run}-course"
            )
            if not self._free_threads():
                _log.warning("%s has no workers yet: waiting for them", self._address)
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Cancel what is in progress and end our processes on all workers."""
        client, self._client = self._client, None
        if client is None:
            return
        with suppress(Exception):  # nothing to clean up if the cluster is gone
            client.sync(_dismissed, client, self._run, callback_timeout=DISMISS_S)
        with suppress(Exception):
            client.close(timeout=DISMISS_S)

    def grade(self, jobs: Sequence[Job]) -> Iterator[tuple[Job, Answer | Failure]]:
        """Grade jobs; answers come in the order of finishing.

        Raises:
            AutograderError: A worker refuses, or the scheduler is gone.
        """
        from distributed import as_completed

        waiting = iter(jobs)
        running: dict[str, Job] = {}
        under_way = as_completed(loop=self._connection.loop, raise_errors=False)
        while True:
            for job in waiting:
                try:
                    future = self._submitted(job)
                except (MalformedError, UnreadableError) as error:
                    yield job, Failure(one_line(str(error)))
                    continue
                running[future.key] = job
                under_way.add(future)
                if len(running) >= max(self._free_threads() * _EACH, 1):
                    break
            if not running:
                return
            future = next(under_way)
            answer = self._answer_of(future)
            yield running.pop(future.key), answer
            del future  # the scheduler forgets the task, and its bytes

    def _submitted(self, job: Job) -> Future:
        client = self._connection
        resources = {"GPU": 1} if self._assignment.device == "cuda" else None
        return client.submit(
            host.grade,
            self._course,
            self._name,
            self._run,
            parcel.pack(self._assignment, job),
            key=f"{self._run}-{uuid.uuid4().hex}",
            pure=False,
            resources=resources,
        )

    def _answer_of(self, future: Future) -> Answer | Failure:
        if future.status == "finished":
            message = read_message(self._result_of(future))
            if isinstance(message, Refusal):
                raise AutograderError(message.reason)
            if isinstance(message, Answer | Failure):
                return message
        if future.status != "error":
            raise AutograderError(
                f"the scheduler at {self._address} has ended or dropped this run. What "
                "was graded is kept; start it again, and grade again."
            )
        return self._failure_of(future.exception())

    def _result_of(self, future: Future) -> bytes:
        from distributed.client import FutureCancelledError

        try:
            data: bytes = future.result()
        except (FutureCancelledError, OSError) as error:
            raise AutograderError(
                f"the scheduler at {self._address} is gone: {one_line(str(error))}. "
                "What was graded is kept; start it again, and grade again."
            ) from error
        return data

    def _failure_of(self, error: BaseException | None) -> Failure:
        """The failure of a task that no submission can cause."""
        from distributed.scheduler import KilledWorker

        if isinstance(error, KilledWorker):
            return Failure("each Dask worker that had it was lost")
        if isinstance(error, ImportError | AttributeError):
            raise AutograderError(
                f"the cluster's workers can't run this autograder: {error}. Install "
                "the same version there."
            )
        return Failure(f"{type(error).__name__}: {one_line(str(error))}")

    def _free_threads(self) -> int:
        """The number of threads that take our tasks, polled periodically."""
        if time.monotonic() - self._asked_at > _ASK_S:
            self._threads = sum(self._connection.nthreads().values())
            self._asked_at = time.monotonic()
        return self._threads

    @property
    def _connection(self) -> Client:
        if self._client is None:
            raise ValueError("the block was not entered, or was left")
        return self._client


def _connected(address: str) -> Client:
    """A client of the scheduler that writes nothing to our log.

    Raises:
        AutograderError: It can't be reached.
    """
    from distributed import Client

    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    try:
        return Client(
            address, timeout=CONNECT_S, set_as_default=False, name="autograder"
        )
    except (OSError, ValueError, TypeError, ImportError) as error:
        raise AutograderError(
            f"the scheduler at {address} can't be reached: "
            f"{one_line(str(error)) or type(error).__name__}. Is it running, and is "
            "that its address?"
        ) from error


async def _dismissed(client: Any, run: str) -> None:
    """Notify all reachable workers that a run is over."""
    await client._run(host.dismiss, run, on_error="ignore")
