"""The limits of one submission, and the bounds of these limits.

Owns: the limits and their bounds. May not: know what a limit is used for.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["MAX_SECONDS", "Limits"]

#: The largest limit on a time: a day.
MAX_SECONDS = 86_400

#: The largest limit on a size, in MiB or KiB: a TiB, or a GiB.
_MAX_SIZE = 1 << 20


_Seconds = Annotated[float, Field(gt=0, le=MAX_SECONDS, allow_inf_nan=False)]
_MiB = Annotated[float, Field(gt=0, le=_MAX_SIZE, allow_inf_nan=False)]  # and KiB
_WholeMiB = Annotated[float, Field(ge=1, le=_MAX_SIZE, allow_inf_nan=False)]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Limits(_Model):
    """What one submission may use.

    Attributes:
        cell_timeout_s: Seconds per cell.
        call_timeout_s: Seconds per call of a student's function.
        notebook_timeout_s: Seconds for a notebook's cells, calls and restarts together.
        check_timeout_s: Seconds that the course's own code may take in one check,
            besides the calls of the student's functions.
        submission_max_mib: Size of the notebook's file.
        memory_mib: Memory of all processes of a notebook, beyond the shared imports.
        disk_mib: Total size of the files it writes in home, /tmp and /dev/shm.
        processes: Processes and threads at a time.
        output_max_kib: What a cell may print and show.
        output_messages: How many output messages it may send.
        answer_max_mib: What a call may return.
    """

    cell_timeout_s: _Seconds = 60
    call_timeout_s: _Seconds = 10
    notebook_timeout_s: _Seconds = 600
    check_timeout_s: _Seconds = 60
    submission_max_mib: _MiB = 20
    memory_mib: _WholeMiB = 4096
    disk_mib: _WholeMiB = 256
    processes: Annotated[int, Field(ge=32, le=32_768)] = 256
    output_max_kib: _MiB = 4096
    output_messages: Annotated[int, Field(ge=1, le=1_000_000)] = 2000
    answer_max_mib: Annotated[float, Field(gt=0, le=2048, allow_inf_nan=False)] = 64
