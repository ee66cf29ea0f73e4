"""autograder.execution.kernel and .pages: an ordinary kernel that starts quickly."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from autograder.execution.launchers import PlainLauncher
from autograder.execution.pages import gather_pages
from autograder.sandbox import syscalls
from tests.lending import launcher_of

from .conftest import AMPLE_S, MakeStudent

ASK = "def ask(text):\n    return eval(text)\n"

#: Empty modules that stand for the two whose order matters.
STAND_INS = """
import pathlib, sys
for name in ("triton", "tensorflow"):
    pathlib.Path(name + ".py").write_text("")
sys.path.insert(0, str(pathlib.Path.cwd()))
"""
ORDER = "[name for name in sys.modules if name in ('triton', 'tensorflow')]"

#: Ends with a segmentation fault where triton's library is loaded after TensorFlow's.
OPTIMIZE = """
import tensorflow, torch
torch.optim.Adam([torch.zeros(1, requires_grad=True)])
"""


@pytest.fixture
def student(make_student: MakeStudent):
    """A student whose kernel evaluates what it is told."""
    return make_student("import sys", ASK)


def test_debugger_steps_into_no_library(student):
    files = student.call("ask", "get_ipython().kernel.debugger.kernel_modules")
    assert any(Path(file).parent.name == "numpy" for file in files)
    assert files == student.call("ask", "get_ipython().kernel._kernel_modules")


def test_libraries_see_all_modules_again_once_the_kernel_runs(student):
    assert student.call("ask", "__import__('ipykernel').ipkernel.sys is sys")
    assert student.call("ask", "__import__('IPython').core.shellapp.sys is sys")


def test_reset_forgets_what_the_student_has_imported_and_no_more(make_student):
    student = make_student(
        "import sys, calendar, zipapp\nbefore = 'zipapp' in sys.modules",
        "assert before",
        "get_ipython().reset(aggressive=True)",
        f"import sys\n{ASK}",
    )
    assert not student.call("ask", "'zipapp' in sys.modules")
    assert student.call("ask", "'numpy' in sys.modules")


def test_own_import_of_tensorflow_brings_triton_first(make_student, each_launcher):
    student = make_student(STAND_INS, "import tensorflow", ASK, on=each_launcher)
    assert student.call("ask", ORDER) == ["triton", "tensorflow"]


@pytest.mark.slow
@pytest.mark.skipif(find_spec("triton") is None, reason="without triton")
@pytest.mark.parametrize("kind", ["cold", "plain", "warm"])
def test_tensorflow_first_harms_no_kernel(kind, make_student, walled, pytestconfig):
    launcher = {
        "cold": lambda: walled,
        "plain": PlainLauncher,
        "warm": lambda: launcher_of(pytestconfig),
    }[kind]()
    cells = OPTIMIZE, f"import sys\n{ASK}"
    student = make_student(*cells, on=launcher, cell_timeout_s=AMPLE_S * 5)
    assert student.call("ask", "'triton' in sys.modules")


def test_history_of_the_session_is_there_and_none_is_stored(make_student):
    student = make_student("x = 3", "import sys", ASK)
    assert student.call("ask", "In[1]") == "x = 3"
    assert not student.call("ask", "get_ipython().history_manager.enabled")


@pytest.mark.skipif(sys.platform != "linux", reason="Linux's own page tables")
def test_gathered_memory_holds_what_it_held():
    held = bytearray(range(256)) * (1 << 15)
    before = bytes(held[:4096]), sum(held[:: 1 << 12])
    gather_pages()
    assert (bytes(held[:4096]), sum(held[:: 1 << 12])) == before


@pytest.mark.skipif(sys.platform != "linux", reason="Linux's own page tables")
def test_memory_that_is_not_there_is_told():
    with pytest.raises(OSError, match="madvise"):
        syscalls.collapse(1 << 21, 1 << 21)
