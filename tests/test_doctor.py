"""What this machine can do: every finding, well and not."""

from __future__ import annotations

import json
import platform
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

import pytest

from autograder import attacks, doctor
from autograder.attacks import ATTACKS
from autograder.config import load_settings
from autograder.doctor import Finding, examine
from autograder.errors import WallError
from tests.courses import ROOT, run_autograder

SUBJECTS = [
    "Python",
    "nbgrader",
    "papermill",
    "nbclient",
    "jupyter_client",
    "ipykernel",
    "numpy",
    "PyTorch",
    "TensorFlow",
    "PyTorch with TensorFlow",
    "papermill.engine",
    "jupyter_client.kernel_provisioners",
    *(f"wall: {attack.name}" for attack in ATTACKS),
    "full wall",
    "container",
    "warm server",
    "course",
    "nbgrader's commands",
    "memory",
    "CUDA device",
    "limits",
]

SEGFAULT = "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"


@pytest.fixture
def findings(monkeypatch):
    """Examine a course without starting a kernel or a framework; by subject."""

    def look(course: Path = ROOT) -> dict[str, Finding]:
        framework = Finding("a framework", True, "")
        monkeypatch.setattr(doctor, "_framework", lambda *_: framework)
        monkeypatch.setattr(doctor, "_both_frameworks", list)
        monkeypatch.setattr(doctor, "try_wall", lambda: [(ATTACKS[0], False)])
        return {finding.subject: finding for finding in examine(course)}

    return look


@pytest.mark.slow
def test_here_all_is_well():
    done = run_autograder("doctor", "--json", cwd=ROOT)
    assert done.returncode == 0, done.stdout
    found = {each["subject"]: each for each in json.loads(done.stdout)}
    of_gpu = {"CUDA in the wall", "CUDA driver"}
    assert [each for each in found if each not in of_gpu] == SUBJECTS
    assert all(each["is_well"] for each in found.values())
    assert found["Python"]["told"].startswith(platform.python_version())
    assert found["numpy"]["told"] == version("numpy")
    assert found["PyTorch"]["told"].startswith(version("torch"))
    assert found["PyTorch"]["told"].partition(", devices: ")[2] in {
        "cpu",
        "cpu and cuda",
    }
    has_triton = find_spec("triton") is not None
    assert found["PyTorch with TensorFlow"]["told"].startswith(
        "work in one notebook, since kernels here import triton first. Without that"
        if has_triton
        else "work in one notebook, whichever is imported first"
    )
    assert found["full wall"]["told"] == "a kernel starts behind it"
    assert {found[f"wall: {attack.name}"]["told"] for attack in ATTACKS} == {"held"}
    course = load_settings(ROOT)
    expected = f"{course.course_id}: {', '.join(course.assignments)}"
    assert found["course"]["told"].startswith(expected)


def test_a_course_that_is_broken_is_told_in_its_own_words(findings, tmp_path):
    (tmp_path / "course_config.py").write_text("1 / 0\n")
    found = findings(tmp_path)["course"]
    assert not found.is_well
    assert found.told.endswith(
        "course_config.py:1: ZeroDivisionError: division by zero"
    )


def test_a_course_without_assignments_is_well(findings, tmp_path):
    (tmp_path / "course_config.py").write_text("c = get_config()\n")
    assert findings(tmp_path)["course"] == Finding(
        "course", True, ": no assignments yet"
    )


@pytest.mark.parametrize(
    ("written", "told"),
    [
        pytest.param(
            None,
            'read no course_config.py: write load_subconfig("course_config.py") into '
            "nbgrader_config.py",
            id="no-file",
        ),
        pytest.param(
            'c.Autograde.exporter_class = "autograder.converters.Grading"\n',
            "give no scores here; for ours add c.GenerateAssignment.exporter_class = "
            '"autograder.converters.Releasing"',
            id="one-line-missing",
        ),
        pytest.param(
            'c.Autograde.exporter_class = "autograder.converters.Grading"\n'
            'c.GenerateAssignment.exporter_class = "autograder.converters.Releasing"\n',
            "grade and release as autograder does",
            id="both-lines",
        ),
    ],
)
def test_what_nbgraders_commands_do_here_is_told(written, told, tmp_path):
    (tmp_path / "course_config.py").write_text("c = get_config()\n")
    if written is not None:
        text = f"c = get_config()\n{written}"
        (tmp_path / "nbgrader_config.py").write_text(text)
    settings = load_settings(tmp_path / "course_config.py")
    finding = doctor._nbgrader(settings)
    assert (finding.is_well, finding.told) == (True, told)


def test_a_package_that_is_missing_says_what_to_do(findings, monkeypatch):
    def lacks(name: str) -> str:
        if name == "papermill":
            raise PackageNotFoundError(name)
        return "1.0"

    monkeypatch.setattr(doctor, "version", lacks)
    found = findings()
    assert found["papermill"] == Finding(
        "papermill", False, "not installed; run `make setup`"
    )
    assert found["numpy"] == Finding("numpy", True, "1.0")


def test_entry_points_that_are_not_registered_say_what_to_do(findings, monkeypatch):
    monkeypatch.setattr(doctor, "entry_points", lambda **_: [])
    assert findings()["papermill.engine"] == Finding(
        "papermill.engine", False, "not registered; run `pip install -e .`"
    )


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("import no_such", "ModuleNotFoundError: No module named 'no_such'"),
        ("import os; os.abort()", "it ended without output"),
        (SEGFAULT, "segmentation fault"),
    ],
    ids=["raises", "dies", "segfault"],
)
def test_a_framework_that_cant_be_imported_says_why(code, told):
    assert doctor._framework("PyTorch", code) == Finding(
        "PyTorch", False, f"can't be imported: {told}"
    )


@pytest.mark.parametrize("uses", [[], ["torch"], ["torch", "tensorflow"]], ids=str)
def test_a_framework_that_is_missing_matters_where_the_course_imports_it(
    monkeypatch, make_course, uses
):
    settings = make_course()
    folder = settings.solutions_directory / "squares"
    folder.mkdir(parents=True)
    lines = [f"import {name}" for name in uses]
    (folder / "oracle.py").write_text("\n".join(["import numpy", *lines, ""]))
    monkeypatch.setattr(
        doctor, "_framework", lambda name, _: Finding(name, False, "is not here")
    )
    unused = "is not here; nothing in this course imports it"
    assert list(doctor._frameworks(settings.course_root)) == [
        Finding(
            subject, module not in uses, "is not here" if module in uses else unused
        )
        for subject, module in (("PyTorch", "torch"), ("TensorFlow", "tensorflow"))
    ]


@pytest.mark.parametrize(
    ("has_cuda", "devices"), [(True, "cpu and cuda"), (False, "cpu")]
)
def test_a_framework_tells_its_version_and_devices(has_cuda, devices):
    code = f"print('a warning'); print('2.13.0', {has_cuda})"
    assert doctor._framework("PyTorch", code) == Finding(
        "PyTorch", True, f"2.13.0, devices: {devices}"
    )


def test_a_wall_that_cant_be_had_is_told_in_one_line(monkeypatch):
    def refuses() -> None:
        raise WallError("no full wall here: do this")

    monkeypatch.setattr(doctor, "try_wall", refuses)
    assert list(doctor._wall()) == [
        Finding("full wall", False, "no full wall here: do this")
    ]


def test_an_attack_that_gets_through_is_told(monkeypatch):
    monkeypatch.setattr(doctor, "try_wall", lambda: [(ATTACKS[0], True)])
    told = "BREACHED: do not grade untrusted code on this machine"
    finding = Finding("wall: reads the grader's files", False, told)
    assert finding in doctor._wall()


def test_the_attacks_get_through_where_there_is_no_wall(tmp_path):
    """Those that do no harm, tried in this very process."""
    harmless = {
        "reads the grader's files",
        "reads the grader's variables",
        "finds the grader's process",
        "connects to this machine",
    }
    tried = [attack for attack in ATTACKS if attack.name in harmless]
    assert len(tried) == len(harmless)
    with attacks._laid_out() as places:
        scope: dict[str, object] = {}
        for cell in attacks._cells(places):
            exec(cell.source, scope)
        for attack in tried:
            assert scope[f"attack_{ATTACKS.index(attack)}"]() is True, attack.name


LLVM = "ends with a segmentation fault (triton and TensorFlow each carry an LLVM)"


@pytest.mark.parametrize(
    ("plain", "in_order", "is_well", "told"),
    [
        ("", "1 / 0", True, "work in one notebook, whichever is imported first"),
        (
            "1 / 0",
            "",
            False,
            "don't work in one notebook: ZeroDivisionError: division by zero",
        ),
        (
            SEGFAULT,
            "",
            True,
            "work in one notebook, since kernels here import triton first. Without "
            f"that, an optimizer of PyTorch's after TensorFlow {LLVM}: in your own "
            "programs, import torch._dynamo before tensorflow",
        ),
        (
            SEGFAULT,
            SEGFAULT,
            False,
            f"an optimizer of PyTorch's beside TensorFlow {LLVM}, even with triton "
            "imported first; run `pip uninstall triton`: only torch.compile on a GPU "
            "needs it",
        ),
    ],
    ids=["work", "fail", "work in order", "crash"],
)
def test_both_frameworks_are_tried_together(
    plain, in_order, is_well, told, monkeypatch
):
    monkeypatch.setattr(doctor, "find_spec", lambda _: True)
    monkeypatch.setattr(doctor, "_BOTH", plain)
    monkeypatch.setattr(doctor, "_IN_ORDER", in_order)
    assert list(doctor._both_frameworks()) == [
        Finding("PyTorch with TensorFlow", is_well, told)
    ]


@pytest.mark.parametrize("missing", ["torch", "tensorflow"])
def test_one_framework_alone_clashes_with_none(missing, monkeypatch):
    monkeypatch.setattr(doctor, "find_spec", lambda name: name != missing or None)
    assert list(doctor._both_frameworks()) == []


def test_a_server_that_stays_is_told(findings, monkeypatch):
    monkeypatch.setattr(doctor, "running", lambda: [4711])
    finding = findings()["warm server"]
    assert finding.is_well
    assert finding.told == (
        "process 4711 stays for the next command; `autograder stop` ends it"
    )
    monkeypatch.setattr(doctor, "running", list)
    assert findings()["warm server"].told.startswith("not running")


@pytest.mark.parametrize(
    ("inside", "missing", "is_walled", "is_well", "told"),
    [
        (False, ["--x"], False, True, "not in a container"),
        (True, [], True, True, "started with all options that the wall needs"),
        (True, ["--x", "--y"], False, False, "start it with --x --y"),
        (True, ["--x"], True, True, "started without --x; the wall works"),
    ],
    ids=["no container", "all", "refused", "stands all the same"],
)
def test_a_container_tells_which_options_it_lacks(
    monkeypatch, inside, missing, is_walled, is_well, told
):
    monkeypatch.setattr(doctor, "is_container", lambda: inside)
    monkeypatch.setattr(doctor, "missing_options", lambda: missing)
    found = doctor._container(is_walled=is_walled)
    assert found == Finding("container", is_well, told)
