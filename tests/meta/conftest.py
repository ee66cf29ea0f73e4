"""One warm kernel an assignment, for all the answers that are put to its checks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.meta.examiner import Examiner, Lesson, examiner


@pytest.fixture(scope="session")
def examine() -> Iterator[Callable[[Lesson], Examiner]]:
    """An assignment's examiner; started when it is first asked for."""
    started: dict[str, Examiner] = {}
    with ExitStack() as stack:

        def begin(lesson: Lesson) -> Examiner:
            if lesson.assignment not in started:
                started[lesson.assignment] = stack.enter_context(examiner(lesson))
            return started[lesson.assignment]

        yield begin
