"""A small course to be attacked: three exercises, secrets, and canaries around it.

The points are powers of two, so that a score says which exercises earned it.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder.config import Settings, load_settings
from autograder.release import release

__all__ = ["ASSIGNMENT", "POINTS", "RIGHT", "Canaries", "canaries", "make_course"]

ASSIGNMENT = "numbers"

#: Points by exercise.
POINTS = {"double": 1, "slope": 2, "total": 4}

#: A right answer to each exercise.
RIGHT = {
    "double": "def double(x):\n    return 2 * x",
    "slope": "def slope(f, x, h):\n    return (f(x + h) - f(x - h)) / (2 * h)",
    "total": (
        "def total(x):\n"
        "    if x.size == 0:\n"
        "        raise ValueError('nothing to add')\n"
        "    return x.sum()"
    ),
}

#: What would be read if a hidden test or the source notebook could be.
SECRET = "SECRET-OF-THE-COURSE"

#: Limits that let exhaustion cost seconds.
CONFIG = f"""\
c = get_config()
c.Autograder.assignments = ["{ASSIGNMENT}"]
c.Autograder.cell_timeout_s = 2
c.Autograder.call_timeout_s = 1
c.Autograder.notebook_timeout_s = 30
c.Autograder.memory_mib = 512
c.Autograder.disk_mib = 64
c.Autograder.processes = 64
c.Autograder.output_max_kib = 1024
c.Autograder.output_messages = 500
c.Autograder.submission_max_mib = 4
"""

TESTS = {
    "double": f"""\
import numpy as np
import pytest

from autograder.checks import agrees

pytestmark = pytest.mark.grade("double")  # {SECRET}


def oracle(x):
    return 2 * x


@pytest.mark.public
def test_small(submission):
    agrees(submission.double, oracle, np.array([1.0, -2.0, 3.0]))


@pytest.mark.parametrize("shape", [(5,), (2, 3)], ids=str)
def test_any_shape(submission, rng, shape):
    agrees(submission.double, oracle, rng.normal(size=shape))


def test_again(submission, rng):
    for _ in range(2):
        agrees(submission.double, oracle, rng.normal(size=(4,)))
""",
    "slope": f"""\
import numpy as np
import pytest

from autograder.checks import agrees

pytestmark = pytest.mark.grade("slope")  # {SECRET}


def oracle(f, x, h):
    return (f(x + h) - f(x - h)) / (2 * h)


@pytest.mark.parametrize("f", [np.sin, np.square], ids=["sin", "square"])
def test_of_a_function(submission, rng, f):
    agrees(submission.slope, oracle, f, rng.normal(size=3), 0.5)
""",
    "total": f"""\
import numpy as np
import pytest

from autograder.checks import agrees, refuses

pytestmark = pytest.mark.grade("total")  # {SECRET}


def oracle(x):
    return x.sum()


def test_any_length(submission, rng):
    agrees(submission.total, oracle, rng.normal(size=7))


def test_nothing_is_refused(submission):
    refuses(submission.total, np.zeros(0))
""",
}


def make_course(root: Path) -> Settings:
    """Write the course, with its source, tests, release and gradebook, below `root`."""
    (root / "course_config.py").write_text(CONFIG, encoding="utf-8")
    folder = root / "source" / ASSIGNMENT
    folder.mkdir(parents=True)
    nbformat.write(_source(), folder / f"{ASSIGNMENT}.ipynb")
    # A file that comes with the assignment: what a student may read and overwrite.
    (folder / "data.txt").write_text("given\n", encoding="utf-8")
    tests = root / "tests" / "grading" / ASSIGNMENT
    tests.mkdir(parents=True)
    for name, text in TESTS.items():
        (tests / f"test_{name}.py").write_text(text, encoding="utf-8")
    settings = load_settings(root / "course_config.py")
    release(settings, ASSIGNMENT)
    return settings


def _source() -> NotebookNode:
    cells = [
        new_markdown_cell("# Numbers", id="title"),
        new_code_cell("SEED = 0", id="seed", metadata={"tags": ["parameters"]}),
        new_code_cell(
            "import numpy as np",
            id="imports",
            metadata=_grader("imports", locked=True),
        ),
    ]
    for name, points in POINTS.items():
        head, _, body = RIGHT[name].partition("\n")
        # The secret is in the solution: a released or leaked source would show it.
        text = (
            f"{head}\n    ### BEGIN SOLUTION\n    # {SECRET}\n{body}\n"
            "    ### END SOLUTION"
        )
        solution = _grader(f"{name}_solution", solution=True)
        grade = _grader(name, grade=True, locked=True, points=points)
        cells += [
            new_code_cell(text, id=f"{name}-solution", metadata=solution),
            new_code_cell(f"print({name!r})", id=name, metadata=grade),
        ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook: NotebookNode = new_notebook(cells=cells, metadata={"kernelspec": kernel})
    return notebook


def _grader(grade_id: str, **flags: Any) -> dict[str, Any]:
    absent = {"grade": False, "solution": False, "locked": False, "task": False}
    return {"nbgrader": {"schema_version": 3, "grade_id": grade_id, **absent, **flags}}


@dataclass
class Canaries:
    """Things around the course that no submission may read, reach or change.

    Attributes:
        file: A file outside of the course, readable and writable by everybody.
        variable: An environment variable of the grader.
        port: A TCP port that listens on loopback.
        udp_port: A UDP port there.
        unix: A unix socket that listens, by path.
        abstract: One by abstract name.
        pid: The grader's process id.
        course: The course's folder.
        visits: What came to any of the sockets.
    """

    file: Path
    variable: str
    port: int = 0
    udp_port: int = 0
    unix: str = ""
    abstract: str = ""
    pid: int = 0
    course: str = ""
    visits: list[str] = field(default_factory=list)

    #: What the file and the variable hold.
    word = "canary-a81f"

    #: The places that `fill_in` knows.
    _places = (
        "file",
        "variable",
        "port",
        "udp_port",
        "unix",
        "abstract",
        "pid",
        "course",
    )

    def fill_in(self, code: str) -> str:
        """Student code with the canaries' places for @FILE@, @PORT@ and so on."""
        for name in self._places:
            code = code.replace(f"@{name.upper()}@", str(getattr(self, name)))
        return code

    @property
    def is_untouched(self) -> bool:
        """Whether nothing came to a socket, and the file is as it was, alone."""
        alone = sorted(path.name for path in self.file.parent.iterdir())
        as_it_was = self.file.read_text(encoding="utf-8") == self.word
        return not self.visits and as_it_was and alone == ["canary.txt", "unix"]


@contextlib.contextmanager
def canaries(folder: Path, course: Path) -> Iterator[Canaries]:
    """Set the canaries out, listen at the sockets, take all away at the end."""
    folder.mkdir()
    folder.chmod(0o777)
    made = Canaries(
        folder / "canary.txt",
        f"AUTOGRADER_CANARY_{secrets.token_hex(4)}",
        pid=os.getpid(),
        course=str(course),
    )
    made.file.write_text(made.word, encoding="utf-8")
    made.file.chmod(0o666)
    with contextlib.ExitStack() as stack:
        tcp = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        udp = stack.enter_context(socket.socket(type=socket.SOCK_DGRAM))
        udp.bind(("127.0.0.1", 0))
        unix = stack.enter_context(socket.socket(socket.AF_UNIX))
        unix.bind(str(folder / "unix"))
        (folder / "unix").chmod(0o777)
        abstract = stack.enter_context(socket.socket(socket.AF_UNIX))
        made.abstract = f"canary-{secrets.token_hex(8)}"
        abstract.bind(f"\0{made.abstract}")
        for listening in (unix, abstract):
            listening.listen()
        for sock in (tcp, udp, unix, abstract):
            sock.settimeout(0.1)
        made.port, made.udp_port = tcp.getsockname()[1], udp.getsockname()[1]
        made.unix = str(folder / "unix")
        for name, sock in (("tcp", tcp), ("unix", unix), ("abstract", abstract)):
            _watch(stack, made, name, lambda sock=sock: sock.accept()[0].close())
        _watch(stack, made, "udp", lambda: udp.recv(100))
        os.environ[made.variable] = made.word
        stack.callback(os.environ.pop, made.variable)
        yield made


def _watch(
    stack: contextlib.ExitStack,
    made: Canaries,
    name: str,
    take: Callable[[], object],
) -> None:
    """Note whatever comes to a socket, until the stack is unwound."""
    is_over = threading.Event()

    def look() -> None:
        while not is_over.is_set():
            with contextlib.suppress(TimeoutError):
                take()
                made.visits.append(name)

    thread = threading.Thread(target=look, daemon=True)

    def stop() -> None:
        is_over.set()
        thread.join()

    thread.start()
    stack.callback(stop)
