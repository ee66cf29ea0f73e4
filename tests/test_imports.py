"""The order in which frameworks are imported: triton first, whoever asks for what.

Two empty modules stand for triton and TensorFlow, so that the order is held on machines
without them; where triton is installed, the real ones are imported too.
"""

from __future__ import annotations

import inspect
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from autograder import imports, selfcheck
from autograder.singlefile import as_one_file
from tests.courses import ROOT

#: Prints which of the two are imported, in order.
TELL = "; print([n for n in sys.modules if n in ('triton', 'tensorflow')])"

#: Ends with a segmentation fault where triton's library is loaded after TensorFlow's.
OPTIMIZE = (
    "import tensorflow, torch; "
    "torch.optim.Adam([torch.zeros(1, requires_grad=True)]); "
    "print('both work')"
)

has_triton = pytest.mark.skipif(find_spec("triton") is None, reason="without triton")


@pytest.fixture
def stand_ins(tmp_path: Path) -> Path:
    """A folder with a module called tensorflow, and one called triton."""
    for name in ("triton", "tensorflow"):
        (tmp_path / f"{name}.py").write_text("")
    return tmp_path


def python(code: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run code in a process of its own that finds a folder's modules first."""
    path = os.pathsep.join([str(folder), str(ROOT)])
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": path, "TF_CPP_MIN_LOG_LEVEL": "3"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    "first",
    [
        "from autograder.imports import keep_order; keep_order()",
        "from autograder.selfcheck import check",
        "import solutions",
    ],
    ids=["the rule", "self-check", "twins"],
)
def test_triton_comes_before_tensorflow(first, stand_ins):
    done = python(f"import sys; {first}; import tensorflow{TELL}", stand_ins)
    assert done.stdout == "['triton', 'tensorflow']\n", done.stderr


def test_so_it_does_under_pytest(stand_ins):
    (stand_ins / "test_order.py").write_text(
        "import sys, tensorflow\n\n\ndef test_order():\n"
        "    names = [n for n in sys.modules if n in ('triton', 'tensorflow')]\n"
        "    assert names == ['triton', 'tensorflow']\n"
    )
    options = "'-c', '/dev/null', '--rootdir=.', '-p', 'autograder.checks.plugin'"
    code = f"import pytest; pytest.main([{options}, '-p', 'no:cacheprovider'])"
    done = python(code, stand_ins)
    assert "1 passed" in done.stdout, done.stdout + done.stderr


def test_nothing_is_imported_before_tensorflow_is_asked_for(stand_ins):
    code = f"import sys; from autograder.imports import keep_order; keep_order(){TELL}"
    assert python(code, stand_ins).stdout == "[]\n"


@pytest.mark.parametrize("text", [None, "raise ImportError", "raise OSError"])
def test_tensorflow_is_imported_where_triton_cant_be(text, stand_ins):
    triton = stand_ins / "triton.py"
    triton.unlink() if text is None else triton.write_text(text)
    block = "sys.modules['triton'] = None; " if text is None else ""
    keep = "from autograder.imports import keep_order; keep_order(); "
    done = python(f"import sys; {block}{keep}import tensorflow; print(1)", stand_ins)
    assert done.stdout == "1\n", done.stderr


def test_the_rule_is_kept_once(monkeypatch):
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    imports.keep_order()
    before = list(sys.meta_path)
    imports.keep_order()
    assert sys.meta_path == before


@pytest.mark.parametrize("name", ["_TritonFirst", "keep_order"])
def test_students_have_the_same_rule(name):
    theirs = as_one_file(Path(selfcheck.__file__))
    assert inspect.getsource(getattr(imports, name)) in theirs


@has_triton
@pytest.mark.slow
def test_with_the_rule_both_work(tmp_path):
    keep = "from autograder.imports import keep_order; keep_order(); "
    done = python(keep + OPTIMIZE, tmp_path)
    assert (done.stdout, done.returncode) == ("both work\n", 0), done.stderr


@has_triton
@pytest.mark.slow
def test_given_cells_keep_it_for_students(tmp_path):
    import nbformat

    path = ROOT / "release" / "pooling" / "pooling.ipynb"
    cells = nbformat.read(path, 4).cells
    given = next(c.source for c in cells if c.get("id") == "libraries")
    optimize = OPTIMIZE.partition("; ")[2]
    done = python(f"{given}\n{optimize}", tmp_path)
    assert (done.stdout, done.returncode) == ("both work\n", 0), done.stderr
