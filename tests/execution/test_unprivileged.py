"""The full wall as a user without any right has it: by a user namespace.

As root the wall is made in another way (see `sandbox/confinement`), so a user is made
here who has none of root's rights; whoever is none anyway stays what he is.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.attacks import ATTACKS

#: Starts a kernel, asks it, tries to break out, prints what came of that.
PROGRAM = """
import json, os
from autograder.errors import WallError
from autograder.execution.launchers import WalledLauncher
from autograder.execution.remote import Call, Target
from autograder.execution.session import Session
from autograder.sandbox import Box
from autograder.attacks import try_wall
from nbformat.v4 import new_code_cell, new_notebook

rights = next(line.split()[1] for line in open("/proc/self/status") if "CapEff" in line)
told = {"user": os.geteuid(), "rights": int(rights, 16)}
try:
    launcher = WalledLauncher(warm=False)
    cell = new_code_cell("import os\\ndef ask(text): return eval(text)")
    notebook = new_notebook(cells=[cell])
    with Box() as box, Session(notebook, box, launcher=launcher) as session:
        session.advance(1)
        asked = ("1 + 1", "os.getuid()", "os.getpid()", "os.listdir('/home')")
        for text in (*asked, "os.ttyname(os.openpty()[1])"):
            reply = session.remote.call(Call(Target("ask"), (text,)), timeout_s=60)
            told[text] = reply.value
    launcher.close()
    told["got through"] = {attack.name: passed for attack, passed in try_wall()}
except WallError as error:
    told["refused"] = str(error)
print(json.dumps(told))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the full wall needs Linux")
def test_the_wall_holds_for_a_user_without_rights(tmp_path):
    helper = Path(__file__).with_name("ordinary.py")
    run = subprocess.run(
        [sys.executable, helper, sys.executable, "-P", "-c", PROGRAM],
        env={"PATH": os.defpath, "HOME": "/nonexistent"},
        cwd="/",
        capture_output=True,
        text=True,
        check=True,
    )
    told = json.loads(run.stdout.splitlines()[-1])
    assert told["user"] != 0
    assert told["rights"] == 0
    if "refused" in told:
        pytest.skip(told["refused"])
    assert told["1 + 1"] == 2
    assert told["os.getuid()"] == 1000
    assert told["os.getpid()"] == 1
    assert told["os.ttyname(os.openpty()[1])"] == "/dev/pts/0"
    assert set(told["os.listdir('/home')"]) == {".shm", ".tmp", "student"}
    assert told["got through"] == {attack.name: False for attack in ATTACKS}
