"""Where a signal ends a command, no library adds a line to ours."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine
from sqlalchemy.pool import QueuePool

from autograder.gradebook.standing import leave_the_end_to_us


class Ended(SystemExit):
    """Raised by a signal in the midst of whatever runs."""


def test_a_connection_whose_end_is_interrupted_is_not_told_of(caplog, monkeypatch):
    leave_the_end_to_us()
    engine = create_engine("sqlite://", poolclass=QueuePool)

    def interrupted(_connection):
        raise Ended

    monkeypatch.setattr(engine.dialect, "do_close", interrupted)
    connection = engine.connect()
    with pytest.raises(Ended):
        connection.invalidate()
    assert caplog.records == []
