"""One judge: the file that students get compares as grading does, and alone."""

from __future__ import annotations

import ast
import importlib.util
import re
import subprocess
import sys
import warnings
from dataclasses import asdict
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings

from autograder import comparison, selfcheck, wire
from autograder.comparison import Tolerance
from autograder.singlefile import MARK, SingleFileError, as_one_file
from tests.comparison.pairs import PAIRS
from tests.courses import ROOT

TEMPLATE = Path(selfcheck.__file__)
LIMITS = (1e-9, 1e-12, 1e-9)

#: Other Pythons that this machine has, of those that students may use.
NEWER = [
    pytest.param(found, id=version)
    for version in ("3.12", "3.13")
    for found in sorted(Path.home().glob(f".pyenv/versions/{version}*/bin/python"))
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """The file alone."""
    folder: Path = tmp_path_factory.mktemp("released")
    (folder / "selfcheck.py").write_text(as_one_file(TEMPLATE), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def released(folder) -> ModuleType:
    """The file, imported under a name of its own."""
    path = folder / "selfcheck.py"
    spec = importlib.util.spec_from_file_location("released_selfcheck", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


def told(judge: Any, got: Any, expected: Any) -> Any:
    """Everything that a comparison says and shows."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            found = judge.difference_of(got, expected, judge.Tolerance(*LIMITS))
        except Exception as error:  # noqa: BLE001 - it is compared, whatever it is
            return type(error).__name__, str(error)
    if found is None:
        return None
    return asdict(found.mismatch), [repr(each) for each in found.arrays]


class TestVerdicts:
    @settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
    @given(pair=PAIRS)
    def test_and_messages_are_those_of_grading(self, released, pair):
        assert told(released, *pair) == told(comparison, *pair)

    @settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
    @given(pair=PAIRS)
    def test_are_those_of_grading_after_the_way_over_the_wire(self, released, pair):
        got, expected = pair
        try:
            received = wire.decode(wire.encode(got))
        except (TypeError, wire.WireError):
            assume(False)
        ours = released.compare(got, expected, released.Tolerance(*LIMITS))
        theirs = comparison.compare(received, expected, Tolerance(*LIMITS))
        assert (ours and (ours.kind, ours.message, ours.expected)) == (
            theirs and (theirs.kind, theirs.message, theirs.expected)
        )

    @pytest.mark.parametrize(
        ("got", "expected", "kind"),
        [
            ([0.5, np.float32(2.0)], np.array([0.5, 2.0], np.float32), None),
            ([0.5, np.float32(2.0)], np.array([0.5, 2.0]), "dtype"),
            ([np.int32(0), 10**30], np.array([0, 1]), "type"),
            ([1.0, 10**400], np.array([1.0, 2.0]), "type"),
            (b"a", b"a", None),
            ([np.float16(1), 2], np.array([1, 2], np.float16), None),
            ([np.longdouble(1), 2.5], np.array([1, 2.5]), "dtype"),
        ],
        ids=repr,
    )
    def test_that_once_differed(self, released, got, expected, kind):
        for judge in (released, comparison):
            found = judge.compare(got, expected, judge.Tolerance(*LIMITS))
            assert (found and found.kind) == kind

    def test_of_an_enum_are_those_of_its_number(self, released):
        from enum import IntEnum

        one = IntEnum("Few", ["ONE"]).ONE
        for got, expected in ((one, 1), ([one, 2], np.array([1, 2]))):
            assert released.compare(got, expected, released.Tolerance(0, 0)) is None


class TestOneFile:
    def test_imports_python_and_numpy_only(self, folder):
        tree = ast.parse((folder / "selfcheck.py").read_text(encoding="utf-8"))
        names = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                names |= {each.name for each in node.names}
            elif isinstance(node, ast.ImportFrom):
                names.add(node.module)
        tops = {name.partition(".")[0] for name in names}
        assert tops - set(sys.stdlib_module_names) == {"numpy"}

    def test_works_without_the_package_and_without_frameworks(self, folder):
        code = (
            "import sys\n"
            "for name in ('autograder', 'torch', 'tensorflow'):\n"
            "    sys.modules[name] = None\n"
            "import numpy as np, selfcheck as s\n"
            "t = s.Tolerance(1e-9, 1e-12)\n"
            "print(s.compare(np.ones(2), np.ones(3), t).message)\n"
            "print(s.compare([{'a': 1.0}], [{'a': 2.0}], t).message)\n"
            "print(s.compare(np.ones(3), np.ones(3), t))\n"
            "print(s.coarsened(t, np.ones(1)) == t)"
        )
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.stdout.splitlines() == [
            "the result has the wrong shape",
            "item 1 of 1, key 'a' has the wrong value",
            "None",
            "True",
        ], done.stderr

    @pytest.mark.parametrize("python", NEWER)
    def test_is_python_of_each_version(self, python, folder):
        code = "import ast; ast.parse(open('selfcheck.py', encoding='utf-8').read())"
        done = subprocess.run([python, "-c", code], cwd=folder, check=False)
        assert done.returncode == 0

    def test_says_nothing_of_what_is_hidden(self, folder):
        text = (folder / "selfcheck.py").read_text(encoding="utf-8")
        assert not re.search(r"\bsolutions/|\boracle\b", text)

    def test_is_what_every_release_has(self, folder):
        text = (folder / "selfcheck.py").read_bytes()
        copies = list((ROOT / "release").glob("*/selfcheck.py"))
        assert len(copies) > 5
        assert [each for each in copies if each.read_bytes() != text] == []

    def test_a_definition_keeps_its_comments_and_the_text_below(self, released, folder):
        text = (folder / "selfcheck.py").read_text(encoding="utf-8")
        assert '"values")\n"""The reasons, in the order in which they' in text
        assert "_MAX_AXES: Final = 64  # numpy's own limit" in text

    def test_has_what_is_used_and_no_more(self, released):
        assert callable(released.compare)
        assert not hasattr(released, "noise_tolerance")
        assert not hasattr(released, "to_numpy")


class TestWhatCannotBeOneFile:
    @pytest.mark.parametrize(
        ("lines", "reason"),
        [
            (["from autograder.comparison import compare"], "has no line that begins"),
            (
                ["from autograder.comparison import compare", MARK, "KINDS = 1"],
                "defined twice: KINDS",
            ),
            (
                ["from autograder.comparison import words", MARK],
                "defines no 'words'; import definitions, not modules",
            ),
            (
                [
                    "from autograder.comparison import compare",
                    "from cmath import inf as np",
                    MARK,
                ],
                "defined twice: np",
            ),
            (
                ["from autograder.comparison import compare as judge", MARK],
                "compare is imported as judge; use its own name",
            ),
            (
                ["from autograder.comparison import compare", MARK, "math = 1"],
                "defined twice: math",
            ),
        ],
        ids=[
            "no mark",
            "two of one name",
            "a module",
            "two imports of one name",
            "another name",
            "a definition like an import",
        ],
    )
    def test_is_refused(self, tmp_path, lines, reason):
        path = tmp_path / "entry.py"
        path.write_text('"""Doc."""\n' + "\n".join(lines) + "\n", encoding="utf-8")
        with pytest.raises(SingleFileError, match=re.escape(reason)):
            as_one_file(path)
