"""A submission and its job, packed for another machine.

Owns: its form: a job, a notebook and the files beside it as bytes. May not: parse a
notebook. Unpacked files stay below our folder, whatever their names are.

A parcel is the header's length, the header in JSON, then the files one after another.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from autograder.config import Assignment
from autograder.errors import AutograderError
from autograder.grading.handed import read_handed_in
from autograder.grading.messages import Job

__all__ = ["pack", "unpack"]

#: How many bytes encode the length of the header.
_LENGTH = 4

#: The folder used for the student: no name of theirs becomes a path here.
_STUDENT = "student"


def pack(assignment: Assignment, job: Job) -> bytes:
    """Read what a student handed in, within the course's limits.

    Raises:
        MalformedError: It can't be graded.
        UnreadableError: This machine can't read it.
    """
    data, beside = read_handed_in(assignment, Path(job.path))
    files = {Path(assignment.notebook): data, **beside.files}
    sent = replace(job, remarks=beside.notes)
    header = json.dumps(
        {
            "job": json.loads(sent.to_bytes()),
            "files": [
                [os.fsencode(path).hex(), len(data)] for path, data in files.items()
            ],
        }
    ).encode()
    return b"".join(
        (len(header).to_bytes(_LENGTH, "big"), header, *files.values()),
    )


def unpack(parcel: bytes, assignment: Assignment) -> Job:
    """Unpack a submission into the assignment's folder; return its job.

    Raises:
        AutograderError: The parcel is damaged.
    """
    folder = assignment.submission(_STUDENT).parent
    try:
        end = _LENGTH + int.from_bytes(parcel[:_LENGTH], "big")
        header = json.loads(parcel[_LENGTH:end])
        for path, data in _files(header["files"], memoryview(parcel)[end:]):
            place = folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)
        job = Job.from_bytes(json.dumps(header["job"]).encode())
    except (ValueError, KeyError, TypeError, OSError) as error:
        raise AutograderError(f"the submission did not arrive: {error}") from error
    return replace(job, path=str(folder / assignment.notebook))


def _files(
    listed: list[tuple[str, int]], content: memoryview
) -> Iterator[tuple[Path, memoryview]]:
    for name, size in listed:
        path = Path(os.fsdecode(bytes.fromhex(name)))
        if path.is_absolute() or ".." in path.parts or size > len(content):
            raise ValueError("the parcel is damaged")
        yield path, content[:size]
        content = content[size:]
