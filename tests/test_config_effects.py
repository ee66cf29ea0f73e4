"""Every setting of course_config.py, when it is changed, changes something.

For each there is an effect that is observed here, or the place that reads it.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from nbformat.v4 import new_code_cell, new_notebook
from nbgrader.preprocessors import Execute

from autograder.checks.collecting import arguments
from autograder.checks.runs import is_run_by
from autograder.config import CONFIG_KEYS, Settings
from autograder.errors import AutograderError
from autograder.execution.launchers import PlainLauncher, launcher_for
from autograder.execution.novalue import NoValue
from autograder.execution.remote import Call, Target
from autograder.execution.session import Session
from autograder.grading.devices import devices_for
from autograder.grading.handed import read_handed_in
from autograder.sandbox import Box
from tests.courses import ROOT, add_checks, hand_in

#: Takes half a second, prints in many messages, defines what answers slowly and at
#: length.
BUSY = """
import sys, time
for number in range(20):
    print("." * 100, file=(sys.stdout, sys.stderr)[number % 2], flush=True)
time.sleep(0.5)
def answer():
    time.sleep(0.5)
    return "x" * 100_000
"""


@dataclass(frozen=True)
class Changed:
    """A setting's other value, and what is seen of it.

    Attributes:
        value: Other than the default.
        effect: What the course's settings make of something.
    """

    value: object
    effect: Callable[[Settings], object]


@dataclass(frozen=True)
class ReadIn:
    """Where a setting is read, if its effect takes a GPU, a full wall or a release.

    Attributes:
        path: Of a module, below autograder/.
        text: How the module reads it.
    """

    path: str
    text: str


def told(call: Callable[[], object]) -> object:
    """What a call gives, or with what words it refuses."""
    try:
        return call()
    except (AutograderError, NoValue) as error:
        return str(error)


def a_run(settings: Settings) -> object:
    """What becomes of a notebook that takes its time and says much."""
    notebook = new_notebook(cells=[new_code_cell(BUSY), new_code_cell("1 + 1")])
    limits = settings.limits("squares")
    with (
        Box() as box,
        Session(notebook, box, limits=limits, launcher=PlainLauncher()) as session,
    ):
        session.advance(2)
        failures = [failure.message for failure in session.failures.values()]
        call, timeout_s = Call(Target("answer")), limits.call_timeout_s
        return failures, told(lambda: session.remote.call(call, timeout_s=timeout_s))


def a_hand_in(settings: Settings) -> object:
    """What is read of a file that was handed in."""
    add_checks(settings)
    path = hand_in(settings, "ada")
    return told(lambda: len(read_handed_in(settings.assignment("squares"), path)[0]))


def a_picture(settings: Settings) -> bool:
    """Whether a cell that is tagged "picture" is run."""
    return is_run_by(settings)(new_code_cell("", metadata={"tags": ["picture"]}))


def the_wall(settings: Settings) -> str:
    """What kernels are started behind."""
    launcher = launcher_for(settings.wall, settings.limits("squares"))
    launcher.close()
    return launcher.level


SETTINGS: dict[str, Changed | ReadIn] = {
    "Autograder.answer_max_mib": Changed(0.01, a_run),
    "Autograder.assignments": Changed(["cubes"], Settings.require_assignments),
    "Autograder.call_timeout_s": Changed(0.1, a_run),
    "Autograder.cell_timeout_s": Changed(0.1, a_run),
    "Autograder.check_timeout_s": ReadIn("grading/progress.py", "check_timeout_s"),
    "Autograder.devices": Changed(
        ["cpu", "simulated"],
        lambda given: told(lambda: devices_for(given, ["simulated"])),
    ),
    "Autograder.disk_mib": ReadIn("execution/launchers.py", "limits.disk_mib"),
    "Autograder.hints": ReadIn("checks/recording.py", 'settings.hints != "never"'),
    "Autograder.kernels_per_gpu": ReadIn(
        "grading/submission.py", "settings.kernels_per_gpu"
    ),
    "Autograder.memory_mib": ReadIn("execution/launchers.py", "limits.memory_mib"),
    "Autograder.notebook_timeout_s": Changed(0.1, a_run),
    "Autograder.output_max_kib": Changed(1, a_run),
    "Autograder.output_messages": Changed(2, a_run),
    "Autograder.per_assignment": Changed(
        {"squares": {"cell_timeout_s": 3}}, lambda given: given.limits("squares")
    ),
    "Autograder.processes": ReadIn("execution/launchers.py", "limits.processes"),
    "Autograder.seed": Changed("another", lambda given: given.seed),
    "Autograder.show_text_after_hidden_checks": ReadIn(
        "checks/plugin.py", "settings.show_text_after_hidden_checks"
    ),
    "Autograder.skip_tags": Changed([], a_picture),
    "Autograder.solutions_directory": Changed(
        "answers", lambda given: given.assignment("squares").solutions
    ),
    "Autograder.submission_max_mib": Changed(0.0001, a_hand_in),
    "Autograder.tests_directory": Changed(
        "checks", lambda given: arguments(given.assignment("squares"))
    ),
    "Autograder.wall": Changed("process", the_wall),
    "Autograder.warm_minutes": Changed(3, lambda given: given.warm_s),
    "Autograder.workers": ReadIn("grading/run.py", "settings.workers"),
    "CourseDirectory.course_id": ReadIn("gradebook/scores.py", "settings.course_id"),
    "Execute.timeout": Changed(33, lambda given: given.cell_timeout_s),
}

#: Read by nbgrader alone: a class of ours that it is to use, or a number.
NBGRADERS: dict[str, str] = {
    "Autograde.exporter_class": "autograder.converters.Grading",
    "GenerateAssignment.exporter_class": "autograder.converters.Releasing",
    "GenerateFeedback.exporter_class": "autograder.gradebook.feedbackpage.FeedbackPage",
}


def settings_in(path: Path) -> dict[str, str]:
    """What a course_config.py sets, also where it stands in a comment."""
    lines = re.findall(r"^(?:# )?c\.(\w+\.\w+) = (.*)$", path.read_text("utf-8"), re.M)
    return dict(lines)


def test_every_setting_has_its_entry():
    ours = {f"Autograder.{key}" for key in CONFIG_KEYS}
    written = set(settings_in(ROOT / "course_config.py"))
    assert ours <= set(SETTINGS)
    assert written | ours == {*SETTINGS, *NBGRADERS, "Execute.iopub_timeout"}


def changed(kinds: type) -> list[str]:
    return [key for key, each in SETTINGS.items() if isinstance(each, kinds)]


@pytest.mark.parametrize("key", changed(Changed))
def test_a_change_is_seen(make_course, monkeypatch, key):
    monkeypatch.delenv("AUTOGRADER_WARM_MINUTES", raising=False)
    monkeypatch.delenv("AUTOGRADER_SEED", raising=False)
    each: Any = SETTINGS[key]
    before = each.effect(make_course())
    assert each.effect(make_course(f"c.{key} = {each.value!r}")) != before


@pytest.mark.parametrize("key", changed(ReadIn))
def test_it_is_read_where_it_is_said(key):
    each: Any = SETTINGS[key]
    assert each.text in (ROOT / "autograder" / each.path).read_text("utf-8")


@pytest.mark.parametrize("key", NBGRADERS)
def test_nbgrader_is_given_a_class_that_there_is(key):
    assert settings_in(ROOT / "course_config.py")[key] == f'"{NBGRADERS[key]}"'
    module, _, name = NBGRADERS[key].rpartition(".")
    assert hasattr(importlib.import_module(module), name)


def test_nbgrader_waits_for_outputs():
    assert "iopub_timeout" in Execute.class_traits()
