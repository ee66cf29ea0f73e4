"""The coordinator's benchmark: what it counts, with a few submissions."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from rich.console import Console

from autograder.bench import loads_document, run_coordinator_bench, show_loads
from autograder.bench.coordinator import RUNS
from autograder.bench.light import LIGHT
from autograder.bench.rehearsed import Rehearsed
from autograder.config import load_settings
from autograder.grading.messages import Job
from tests.courses import ROOT

TOLD = {"report": {"student": "x", "digest": "y"}, "notebook": "{}", "executed": None}


def test_every_job_gets_an_answer_of_its_own():
    jobs = [Job("ada", "/ada.ipynb"), Job("bob", "/bob.ipynb")]
    found = list(Rehearsed([TOLD]).grade(jobs))
    assert [job for job, _ in found] == jobs
    assert [answer.report["student"] for _, answer in found] == ["ada", "bob"]
    assert TOLD["report"]["student"] == "x"


@pytest.mark.slow
def test_a_class_is_run_through_three_times():
    settings = load_settings(ROOT).model_copy(update={"wall": "process"})
    tell = list[str]()
    [load] = run_coordinator_bench(settings, LIGHT, [12], tell=tell.append)
    assert [each.run for each in load.passes] == list(RUNS)
    assert [each.done for each in load.passes] == [12, 0, 1]
    assert all(each.peak_mib > 10 for each in load.passes)
    document = loads_document({}, [load])
    assert json.loads(json.dumps(document, allow_nan=False)) == {
        "machine": {},
        "coordinator": [json.loads(json.dumps(load.to_json()))],
    }
    console = Console(file=StringIO(), width=200)
    about = {"cores": 2, "processor": "one", "load_before": 0.5, "python": "3.11"}
    show_loads(console, about, [load])
    text = console.file.getvalue()
    assert "light, 12" in text
    assert all(run in text for run in RUNS)
