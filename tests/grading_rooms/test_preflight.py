"""Before anybody is graded: memory for the workers, limits, disks."""

from __future__ import annotations

import logging

import pytest

from autograder.config import Limits
from autograder.errors import AutograderError
from autograder.grading import preflight
from autograder.grading.preflight import low_memory, require_machine, workers_for

LIMITS = Limits(memory_mib=1000)
SHORT = "this machine has 2500 MiB for 4 workers of 1000 MiB: use --workers 2 or lower "


@pytest.fixture(autouse=True)
def memory(monkeypatch):
    monkeypatch.setattr(preflight, "available_mib", lambda: 2500.0)


def test_workers_that_nobody_chose_are_as_many_as_there_is_memory_for(caplog):
    with caplog.at_level(logging.WARNING):
        assert workers_for(LIMITS, 4, is_chosen=False) == 2
    assert caplog.messages == [f"{SHORT}c.Autograder.memory_mib; 2 now"]


def test_workers_that_a_person_chose_stay_and_the_risk_is_told(caplog):
    with caplog.at_level(logging.WARNING):
        assert workers_for(LIMITS, 4, is_chosen=True) == 4
    assert caplog.messages == [f"{SHORT}c.Autograder.memory_mib"]


def test_where_there_is_enough_nothing_is_told(caplog):
    assert workers_for(LIMITS, 2, is_chosen=False) == 2
    assert caplog.messages == []


def test_one_is_there_in_any_case(monkeypatch):
    monkeypatch.setattr(preflight, "available_mib", lambda: 10.0)
    assert workers_for(LIMITS, 4, is_chosen=False) == 1
    assert low_memory(LIMITS, 1, 10.0) == (
        "this machine has 10 MiB for 1 worker of 1000 MiB: lower "
        "c.Autograder.memory_mib"
    )


def test_a_limit_that_is_too_low_is_refused(monkeypatch, make_course):
    monkeypatch.setattr(preflight, "low_limits", lambda **_: ["`ulimit -n` is 3"])
    with pytest.raises(AutograderError, match=r"^`ulimit -n` is 3$"):
        require_machine(make_course().assignment("squares"))


def test_a_machine_with_all_that_is_promised_is_not(monkeypatch, make_course):
    monkeypatch.setattr(preflight, "low_limits", lambda **_: [])
    require_machine(make_course().assignment("squares"))
