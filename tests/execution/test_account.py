"""The wall "account": student code as a user who owns nothing but its box."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.config import Limits
from autograder.errors import WallError
from autograder.execution.launchers import launcher_for
from autograder.grading.pool import Crew
from autograder.sandbox import Box, launch_process, process, run_folder
from autograder.sandbox.runfolder import let_pass
from tests.ci.upload import other_python
from tests.courses import add_checks

ROOT_ONLY = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give accounts")

#: Starts a kernel behind the wall, asks it, says what came of that.
PROGRAM = """
import json, os
from autograder.config import Limits
from autograder.execution.launchers import launcher_for
from autograder.execution.remote import Call, Target
from autograder.execution.session import Session
from autograder.sandbox import Box, process, run_folder, temporary_files_in
from nbformat.v4 import new_code_cell, new_notebook

cell = new_code_cell('''
import os, subprocess, time
def ask(text):
    return eval(text)
subprocess.Popen(["sleep", "600"], start_new_session=True)
open("mine", "w").write("x")
''')
told = {}
launcher = launcher_for("account", Limits())
with run_folder() as folder, temporary_files_in(folder), Box() as box:
    notebook = new_notebook(cells=[cell])
    from autograder.execution.session import Session
    with Session(notebook, box, limits=Limits(), launcher=launcher) as session:
        session.advance(1)
        for text in ("os.getuid()", "os.getgroups()", "open('mine').read()",
                     "open('/proc/self/status').read()"):
            reply = session.remote.call(Call(Target("ask"), (text,)), timeout_s=60)
            told[text] = reply.value
    told["left"] = list(process._pids_of(told["os.getuid()"]))
print(json.dumps(told))
"""


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that every account can get to."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@ROOT_ONLY
@pytest.mark.slow
def test_code_runs_as_another_and_nothing_of_it_stays(place):
    python = other_python(place / "environment")
    if python is None:
        pytest.skip("no interpreter here that another account can run")
    done = subprocess.run(
        [python, "-P", "-c", PROGRAM], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    status = told["open('/proc/self/status').read()"]
    rights = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    assert 61_000 <= told["os.getuid()"] < 65_000
    assert told["os.getgroups()"] == []
    assert told["open('mine').read()"] == "x"
    assert int(rights["CapEff"], 16) == int(rights["CapPrm"], 16) == 0
    assert rights["NoNewPrivs"] == "1"
    assert told["left"] == []


@ROOT_ONLY
def test_what_has_left_its_group_is_killed_as_well(place):
    place.chmod(0o777)
    child = launch_process(
        ["/bin/sh", "-c", "setsid sleep 600 & echo x > started; wait"],
        environment={"PATH": os.defpath},
        cwd=place,
        keep_fds=(),
        account=61_234,
    )
    deadline = time.monotonic() + 60
    while not (place / "started").exists():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert list(process._pids_of(61_234))
    child.kill()
    assert list(process._pids_of(61_234)) == []


def test_who_can_give_no_account_says_so(monkeypatch):
    def refuse(*_args, **_options):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "chown", refuse)
    launcher = launcher_for("account", Limits())
    assert launcher.level == "account"
    with Box() as box, pytest.raises(WallError) as caught:
        launcher.launch(box, None)
    assert str(caught.value) == (
        'this machine refuses the wall "account", which takes root and the right to '
        "start processes as another user: [Errno 1] Operation not permitted"
    )


def test_a_course_that_others_can_read_is_not_graded(make_course):
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        settings = make_course('c.Autograder.wall = "account"')
        add_checks(settings)
        settings = settings.model_copy(update={"source_directory": Path(folder)})
        with pytest.raises(WallError, match="can be read by every account"):
            Crew(settings.assignment("squares"), size=1)


def test_others_may_pass_through_a_runs_folder_and_list_nothing():
    with run_folder() as folder:
        inner = folder / "w-1" / "box-2"
        inner.mkdir(parents=True, mode=0o700)
        inner.parent.chmod(0o700)
        before = folder.parent.stat().st_mode
        let_pass(inner)
        assert [path.stat().st_mode & 0o777 for path in (inner.parent, folder)] == [
            0o701,
            0o701,
        ]
        assert folder.parent.stat().st_mode == before
