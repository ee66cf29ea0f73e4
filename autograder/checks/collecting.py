"""How pytest is run on an assignment's checks where nobody but us runs it.

Owns: pytest's arguments, and in one line why it did not get to the checks. May not: say
what is done with the checks; a plugin's run loop does.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
from dataclasses import dataclass

import pytest

from autograder.config import Assignment

__all__ = ["Collected", "arguments", "collect"]

_ROOT = "AUTOGRADER_ROOT"


@dataclass(frozen=True)
class Collected:
    """How pytest came to its end.

    Attributes:
        code: Its exit code.
        printed: What it and the tests' modules have printed.
    """

    code: int
    printed: str

    @property
    def reason(self) -> str:
        """Why it did not get to the checks, in one line."""
        lines = [line.strip() for line in self.printed.splitlines() if line.strip()]
        refusals = [line[7:] for line in lines if line.startswith("ERROR: ")]
        errors = [line[1:].strip() for line in lines if line.startswith("E  ")]
        # A syntax error's own lines come before its name.
        named = [line for line in errors if re.match(r"[\w.]+(: |$)", line)]
        ended = [f"pytest ended with {self.code}"]
        return (refusals or named or errors or lines or ended)[0]

    @property
    def place(self) -> str:
        """The file of tests that can't be collected, if one is to blame."""
        found = re.search(r"ERROR collecting (\S+)", self.printed)
        is_refusal = re.search(r"^ERROR: ", self.printed, re.MULTILINE)
        return found[1] if found and not is_refusal else ""


def arguments(assignment: Assignment) -> list[str]:
    """pytest's arguments for an assignment's checks; none of a user's has a say.

    pytest expands variables in some of them, so the course's folder is put into one: a
    "$" in its path is none.
    """
    settings = assignment.settings
    os.environ[_ROOT] = str(settings.course_root)
    return [
        str(assignment.tests),
        f"--rootdir=${_ROOT}",
        f"--confcutdir={settings.tests_directory}",
        f"--device={assignment.hardware}",
        "--config-file=/dev/null",
        # pytest takes this option apart as a shell would.
        f"--override-ini=pythonpath={shlex.quote(str(settings.course_root))}",
        "--import-mode=importlib",
        "--capture=no",
        "-p",
        "no:cacheprovider",
        "-p",
        "autograder.checks.plugin",
    ]


def collect(assignment: Assignment, plugin: object) -> Collected:
    """Collect an assignment's checks in this process and leave them to a plugin.

    Args:
        assignment: Whose checks, and on which device they are asked.
        plugin: Of pytest's; its run loop, or its other hooks, do the rest.
    """
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    printed = io.StringIO()
    # To stderr pytest prints why it can't begin, such as a grade_id that is none.
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        code = pytest.main(arguments(assignment), plugins=[plugin])
    return Collected(int(code), printed.getvalue())
