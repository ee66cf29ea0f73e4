"""One warm kernel an assignment, for all the answers that are put to its checks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.meta.examiner import Examiner, Lesson, examiner


@pytest.fixture(scope="session")
def examine() -> Iterator[Callable[..., Examiner]]:
    """An assignment's examiner on a device; started when it is first asked for."""
    started: dict[tuple[str, str], Examiner] = {}
    with ExitStack() as stack:

        def begin(lesson: Lesson, *, device: str = "cpu") -> Examiner:
            key = lesson.assignment, device
            if key not in started:
                started[key] = stack.enter_context(examiner(lesson, device=device))
            return started[key]

        yield begin
