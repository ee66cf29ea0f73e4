"""A change of the course's code changes the prints of whom it concerns alone."""

from __future__ import annotations

import inspect
import json
import os
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import pytest

from autograder.checks import Misconception, RightAnswer
from autograder.errors import UnreadableError
from autograder.results.modules import BUT, MISCONCEPTION
from autograder.results.prints import ExercisePrint, exercise_prints
from autograder.results.recall import recalled_prints

ROOT = Path(__file__).parents[2]
ASSIGNMENTS = sorted(path.name for path in (ROOT / "source").iterdir() if path.is_dir())
IDS = ["area", "edge", "other"]

TEST = """import pytest
from autograder.checks import agrees
from solutions.shapes import oracle

pytestmark = pytest.mark.grade("{0}")


def test_it(submission):
    agrees(submission.{0}, oracle.{0}, 2)
"""
COURSE = {
    "solutions/__init__.py": "import math\n\nmath.sqrt(1)\n",
    "solutions/shapes/__init__.py": "",
    "solutions/shapes/oracle.py": """import math

SCALE = 2
NAMES = []


def area(x):
    return SCALE * half(x)


def half(x):
    return x / 2


def edge(x):
    return math.sqrt(x)


def other(x):
    return x
""",
    "solutions/shapes/misconceptions.py": """from autograder.checks import Misconception

from .oracle import half

ENDING = "Look again."


def _area(x):
    return half(x) + 1


def _edge(x):
    return x


MISCONCEPTIONS = (
    Misconception(
        name="area_more", of="area", hint="One too many. " + ENDING, code=_area
    ),
    Misconception("edge_no_root", "edge", "No root.", _edge),
)
""",
    "tests/grading/shapes/__init__.py": "",
    **{f"tests/grading/shapes/test_{each}.py": TEST.format(each) for each in IDS},
}
ORACLE = "solutions/shapes/oracle.py"
MISTAKES = "solutions/shapes/misconceptions.py"
AREA, EDGE, OTHER = (f"tests/grading/shapes/test_{each}.py" for each in IDS)
ALL_CHECKS = {(each, "checks") for each in IDS}
ALL_ORACLES = {(each, "oracle") for each in IDS}

Change = set[tuple[str, str]]


class Shapes:
    """A made-up course of three exercises on the disk."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for name, text in COURSE.items():
            self.write(name, text)

    def write(self, name: str, text: str | bytes) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)

    def edit(self, name: str, old: str, new: str) -> None:
        text = (self.root / name).read_text()
        assert old in text
        self.write(name, text.replace(old, new))

    def add(self, name: str, text: str) -> None:
        self.write(name, (self.root / name).read_text() + text)

    def prints(self) -> dict[str, ExercisePrint]:
        tests = self.root / "tests/grading/shapes"
        return exercise_prints(self.root, tests, self.root / "solutions/shapes", IDS)

    def change(self, act: Callable[[], None]) -> Change:
        """Which exercises' prints an act changes, and which part of them."""
        before = self.prints()
        act()
        after = self.prints()
        return {
            (grade_id, part.name)
            for grade_id in IDS
            for part in fields(ExercisePrint)
            if getattr(before[grade_id], part.name)
            != getattr(after[grade_id], part.name)
        }


@pytest.fixture
def shapes(tmp_path: Path) -> Shapes:
    return Shapes(tmp_path)


def edited(shapes: Shapes, name: str, old: str, new: str) -> Change:
    return shapes.change(lambda: shapes.edit(name, old, new))


# --- one change, and whom it concerns -------------------------------------------------


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        pytest.param(AREA, ", 2)", ", 3)", {("area", "checks")}, id="a test"),
        pytest.param(
            ORACLE, "x / 2", "x / 3", {("area", "oracle")}, id="what it calls"
        ),
        pytest.param(
            ORACLE, "SCALE = 2", "SCALE = 3", {("area", "oracle")}, id="a constant"
        ),
        pytest.param(ORACLE, "math.sqrt(x)", "x", {("edge", "oracle")}, id="its body"),
        pytest.param(
            ORACLE,
            "import math",
            "import cmath as math",
            {("edge", "oracle")},
            id="a library's name",
        ),
        pytest.param(ORACLE, "NAMES = []", "NAMES = [1]", set(), id="what nobody uses"),
        pytest.param(
            ORACLE, "NAMES = []", "NAMES = []\nSCALE += 1", ALL_ORACLES, id="an effect"
        ),
        pytest.param(
            ORACLE,
            "NAMES = []",
            "NAMES = []\nif NAMES:\n    SCALE = 9",
            ALL_ORACLES,
            id="a condition",
        ),
        pytest.param(
            ORACLE,
            "    return x\n",
            '    """Say."""\n    # so\n    return (x)\n',
            set(),
            id="comments",
        ),
        pytest.param(
            MISTAKES,
            "return x\n",
            "return -x\n",
            {("edge", "mistakes")},
            id="a mistake's code",
        ),
        pytest.param(
            MISTAKES, "area_more", "area_most", {("area", "mistakes")}, id="its name"
        ),
        pytest.param(
            MISTAKES, "One too", "Two too", {("area", "hints")}, id="its hint"
        ),
        pytest.param(
            MISTAKES, "No root", "No", {("edge", "hints")}, id="hint by position"
        ),
        pytest.param(
            MISTAKES, "again", "twice", {("area", "hints")}, id="what hints share"
        ),
        pytest.param(
            MISTAKES,
            '"edge", "No',
            '"area", "No',
            {(i, p) for i in ("area", "edge") for p in ("mistakes", "hints")},
            id="whose mistake it is",
        ),
        pytest.param(
            MISTAKES,
            "_edge),",
            '_edge, sign="device"),',
            {("edge", "mistakes")},
            id="its sign",
        ),
    ],
)
def test_a_change_concerns(shapes, name, old, new, expected):
    assert edited(shapes, name, old, new) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param("oracle.area", True, id="attribute"),
        pytest.param("getattr(oracle, name)", True, id="getattr"),
        pytest.param("vars(oracle)", True, id="vars"),
        pytest.param("passed(oracle)", True, id="passed along"),
        pytest.param("oracle.__dict__[name]", True, id="dict"),
        pytest.param("oracle.unknown", True, id="unknown name"),
        pytest.param("oracle.edge", False, id="another"),
    ],
)
def test_a_use_of_a_module_reaches(shapes, body, expected):
    shapes.add(OTHER, f"\n\ndef test_more(name):\n    return {body}\n")
    found = edited(shapes, ORACLE, "SCALE = 2", "SCALE = 3")
    assert (("other", "oracle") in found) is expected


@pytest.mark.parametrize(
    "line",
    [
        "from solutions.shapes.oracle import area",
        "from solutions.shapes.oracle import area as size",
        "from solutions.shapes.oracle import *",
        "from solutions.shapes import oracle as o; f = o.area",
        "import solutions.shapes.oracle; f = solutions.shapes.oracle.area",
        "import solutions.shapes.oracle as o; f = o.area",
        "import solutions; f = solutions.shapes.oracle.area",
        "def f():\n    from solutions.shapes.oracle import area",
        "def f():\n    import solutions.shapes.oracle as o\n    return o.area",
        "class A:\n    from solutions.shapes.oracle import area",
        "try:\n    from solutions.shapes.oracle import area\nfinally:\n    pass",
        "try:\n    from solutions.shapes import oracle as o\nfinally:\n    f = o.area",
        "class A:\n    from solutions.shapes import oracle\nf = A.oracle.area",
        "from .tried import tried; f = tried.area",
        "from .tried import half",
        "from .tried import *; f = area",
        "import importlib; o = importlib.import_module('solutions.shapes.' + 'oracle')",
        "o = pytest.importorskip('solutions.shapes.oracle')",
        "from sys import modules",
        "from .helper import through",
        "from .helper import api; f = api.area",
        "from .helper import lazy",
        "from .helper import Thing",
        "from .helper import default",
        "from .helper import decorated",
        "from .helper import CONSTANT",
        "from .filled import FILLED",
        "from .helper import loop_of_imports",
        "from . import helper; f = helper.through",
        "from . import helper; f = helper.star",
        "from tests.grading.shapes.helper import through",
        "from shapes.helper import through",
        "pytest_plugins = ['tests.grading.shapes.plugged']",
        "def test_patch(patch):\n    patch.setattr('solutions.shapes.oracle.x', 1)",
    ],
)
def test_what_is_imported_is_followed(shapes, line):
    shapes.write(
        "tests/grading/shapes/helper.py",
        """import functools

import solutions.shapes.oracle as api
from solutions.shapes import oracle
from solutions.shapes.oracle import area as through
from .around import loop_of_imports
from .starred import *

CONSTANT = {"area": oracle.area}

def lazy():
    return inner()

def inner():
    from solutions.shapes.oracle import area
    return area

class Thing:
    made = oracle.area

def default(f=oracle.area):
    return f

@functools.partial(map, oracle.area)
def decorated():
    return 1
""",
    )
    shapes.write(
        "tests/grading/shapes/starred.py",
        "from solutions.shapes.oracle import area\ndef star():\n    return area\n",
    )
    shapes.write(
        "tests/grading/shapes/filled.py",
        "from solutions.shapes import oracle\nFILLED = []\nFILLED += [oracle.area]\n",
    )
    shapes.write(
        "tests/grading/shapes/tried.py",
        "try:\n    from solutions.shapes import oracle as tried\n"
        "    from solutions.shapes.oracle import *\nfinally:\n    x = 1\n",
    )
    shapes.write("tests/grading/shapes/plugged.py", "from .starred import star\n")
    shapes.write(
        "tests/grading/shapes/around.py",
        "from .helper import lazy\ndef loop_of_imports():\n    return lazy()\n",
    )
    shapes.add(OTHER, f"\n{line}\n")
    found = edited(shapes, ORACLE, "SCALE = 2", "SCALE = 3")
    assert ("other", "oracle") in found
    # What runs for itself, and what may import anything, counts for all.
    for_all = ("class", "try:", "importlib", "importorskip", "modules", "ed import")
    assert (("edge", "oracle") in found) is any(word in line for word in for_all)


def test_what_is_for_types_alone_is_not_followed(shapes):
    shapes.add(OTHER, "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n")
    shapes.add(OTHER, "    from solutions.shapes.oracle import area\n")
    found = edited(shapes, ORACLE, "SCALE = 2", "SCALE = 3")
    assert found == {("area", "oracle")}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param(
            "SCALES = [SCALE]\nSCALE = SCALES.pop() + {}", {"area"}, id="call"
        ),
        pytest.param(
            "import random\nX = random.sample([SCALE], {})", {"area"}, id="library"
        ),
        pytest.param(
            "S = [SCALE]\nT = S\nU = [T.pop() for _ in range({})]", {"area"}, id="alias"
        ),
        pytest.param("half.factor = {}", set(IDS), id="attribute"),
        pytest.param(
            "for name in range({}):\n    globals()[str(name)] = 1", set(IDS), id="loop"
        ),
        pytest.param("with open({}) as f:\n    pass", set(IDS), id="with"),
        pytest.param("X = half({})", set(IDS), id="own function runs"),
        pytest.param(
            "X = list(map(half, [{}]))", set(IDS), id="own function is passed"
        ),
        pytest.param("@half\ndef f():\n    return {}", set(IDS), id="own decorator"),
        pytest.param("class A:\n    print({})", set(IDS), id="class body"),
        pytest.param("class A:\n    x = half({})", set(IDS), id="class attribute"),
        pytest.param(
            "class A:\n    pass\nclass B(A):\n    x = {}", set(IDS), id="own base"
        ),
        pytest.param("def f(x=half({})):\n    pass", set(IDS), id="default"),
        pytest.param("X = {}", set(), id="plain"),
        pytest.param(
            "from functools import cache\n@cache\ndef f():\n    return {}",
            set(),
            id="library's decorator",
        ),
    ],
)
def test_what_runs_at_import_counts(shapes, line, expected):
    shapes.add(ORACLE, "\n\n" + line.format(1) + "\n")
    found = edited(shapes, ORACLE, line.format(1), line.format(2))
    assert {grade_id for grade_id, part in found if part == "oracle"} == expected


def test_an_effect_in_one_exercises_tests_counts_for_all(shapes):
    effect = "\noracle.NAMES.append(1)\n"
    assert shapes.change(lambda: shapes.add(AREA, effect)) >= ALL_CHECKS


def test_packages_on_the_way_count(shapes):
    path = "solutions/shapes/__init__.py"
    found = shapes.change(lambda: shapes.write(path, "import math\nmath.tau = 6\n"))
    assert found == ALL_ORACLES


# --- files that count for all ---------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("tests/grading/shapes/conftest.py", ALL_CHECKS),
        ("tests/grading/conftest.py", ALL_CHECKS),
        ("tests/conftest.py", set()),
        ("conftest.py", set()),
        ("tests/grading/__init__.py", ALL_CHECKS),
        ("solutions/shapes/fast.pyc", ALL_ORACLES),
        ("tests/grading/shapes/test_without_mark.py", ALL_CHECKS),
        ("tests/grading/shapes/data/points.csv", ALL_CHECKS),
        ("solutions/shapes/points.npy", ALL_ORACLES),
        ("solutions/shapes/variants/loops.py", set()),
        ("solutions/shapes/exceptions.py", set()),
        ("solutions/shapes/exceptions/__init__.py", set()),
        ("solutions/shapes/__pycache__/oracle.cpython-311.pyc", set()),
        ("tests/grading/other/test_x.py", set()),
    ],
)
def test_a_new_file_concerns(shapes, name, expected):
    assert shapes.change(lambda: shapes.write(name, "X = 1\n")) == expected


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("from solutions.shapes import *", id="a star"),
        pytest.param(
            "import importlib\nNAME = 'orac' + 'le'\n"
            "importlib.import_module(f'solutions.shapes.{NAME}')",
            id="a name that is made up",
        ),
    ],
)
def test_what_an_audit_excepts_concerns_no_score(shapes, line):
    shapes.add(AREA, f"\n{line}\n")
    name = "solutions/shapes/exceptions.py"
    assert shapes.change(lambda: shapes.write(name, "EXCEPTIONS = ()\n")) == set()
    assert edited(shapes, name, "()", "(1,)") == set()


def test_a_check_that_imports_what_an_audit_excepts_depends_on_it(shapes):
    shapes.write("solutions/shapes/exceptions.py", "LIMIT = 1\n")
    shapes.add(AREA, "\nfrom solutions.shapes.exceptions import LIMIT\n")
    found = edited(shapes, "solutions/shapes/exceptions.py", "LIMIT = 1", "LIMIT = 2")
    assert found == {("area", "oracle")}


def test_data_is_known_by_its_bytes(shapes):
    shapes.write("solutions/shapes/points.csv", "1")
    found = shapes.change(lambda: shapes.write("solutions/shapes/points.csv", "2"))
    assert found == ALL_ORACLES


@pytest.mark.parametrize("broken", ["def f(:\n", "x = 1\0", b"\xff\xfe", "(" * 5000])
@pytest.mark.parametrize(
    ("name", "expected"), [(AREA, ALL_CHECKS), (ORACLE, ALL_ORACLES)]
)
def test_what_is_no_python_counts_by_its_bytes(shapes, broken, name, expected):
    shapes.write(name, broken)
    more = b"#" if isinstance(broken, bytes) else "#"
    assert shapes.change(lambda: shapes.write(name, broken + more)) == expected


@pytest.mark.parametrize(
    "mark",
    [
        "pytest.mark.grade(NAME)",
        'getattr(pytest.mark, "grade")("area")',
        "MARK",
        'pytest.mark.grade(f"area")',
        "(lambda mark: mark.grade)(pytest.mark)('area')",
    ],
)
def test_a_mark_that_names_no_exercise_counts_for_all(shapes, mark):
    shapes.write(
        "tests/grading/shapes/marks.py",
        "import pytest\nMARK = pytest.mark.grade('area')\n",
    )
    line = (
        "NAME = 'area'\nfrom .marks import MARK\n"
        if "MARK" in mark
        else "NAME = 'area'\n"
    )
    shapes.edit(AREA, 'pytest.mark.grade("area")', mark)
    shapes.edit(AREA, "import pytest\n", "import pytest\n" + line)
    assert edited(shapes, AREA, ", 2)", ", 3)") == ALL_CHECKS


def test_a_file_may_belong_to_two_exercises(shapes):
    shapes.edit(AREA, "\n\ndef test_it", '\n\n@pytest.mark.grade("other")\ndef test_it')
    found = edited(shapes, AREA, ", 2)", ", 3)")
    assert found == {("area", "checks"), ("other", "checks")}


def test_a_mark_may_be_inherited(shapes):
    base = '@pytest.mark.grade("area")\nclass Base:\n    def test_more(self):\n'
    shapes.add(AREA, f"\n\n{base}        assert 1\n")
    shapes.edit(OTHER, "def test_it", "from .test_area import Base\n\n\ndef test_it")
    found = edited(shapes, OTHER, ", 2)", ", 3)")
    assert found == ALL_CHECKS


def test_a_helper_may_ask_from_anywhere(shapes):
    text = "def ask(submission):\n    return submission.area\n"
    shapes.write("solutions/shapes/asking.py", text)
    shapes.add(OTHER, "\nfrom solutions.shapes.asking import ask\n")
    found = edited(shapes, MISTAKES, "area_more", "area_most")
    assert found == {("area", "mistakes"), ("other", "mistakes")}


def test_a_helper_counts_for_whom_it_helps(shapes):
    shapes.write("tests/grading/shapes/helper.py", "A = 1\nB = 2\n")
    shapes.add(AREA, "\nfrom .helper import A\n")
    shapes.add(EDGE, "\nfrom .helper import B\n")
    found = edited(shapes, "tests/grading/shapes/helper.py", "A = 1", "A = 3")
    assert found == {("area", "checks")}


# --- known mistakes -------------------------------------------------------------------


def test_the_dataclass_is_as_it_is_read():
    assert MISCONCEPTION.parameters == tuple(
        each.name for each in fields(Misconception)
    )


BUILT = """from autograder.checks import Misconception as M
from .building import wrong
MISCONCEPTIONS = [
    wrong("a", "area", hint="first", code=abs),
    wrong("b", "edge", "second", code=abs),
    *[M(name=of, of=of, hint="third", code=abs) for of in ("area", "edge")],
]
"""
BUILDING = """from autograder.checks import Misconception, RightAnswer
def wrong(name, of, hint, *, code):
    return Misconception(name=name, of=of, hint=hint, code=code)
"""


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        (MISTAKES, "first", "1st", {("area", "hints")}),
        (MISTAKES, "second", "2nd", {("edge", "hints")}),
        (MISTAKES, '"b"', '"c"', {("edge", "mistakes")}),
        (MISTAKES, "third", "3rd", {(e, "hints") for e in IDS}),
        (MISTAKES, '("area", "edge")', '("area",)', {(e, "mistakes") for e in IDS}),
        (
            "solutions/shapes/building.py",
            "name=name",
            "name=of",
            {("area", "mistakes"), ("edge", "mistakes")},
        ),
        ("solutions/shapes/building.py", "hint=hint", "hint=name + hint", None),
    ],
)
def test_mistakes_may_be_built_by_a_function(shapes, name, old, new, expected):
    shapes.write(MISTAKES, BUILT)
    shapes.write("solutions/shapes/building.py", BUILDING)
    found = edited(shapes, name, old, new)
    if expected is None:
        assert found >= {(each, "mistakes") for each in ("area", "edge")}
    elif name == MISTAKES:
        assert found == expected
    else:
        assert found >= expected


@pytest.mark.parametrize(
    "text",
    [
        "B = Misconception('b', 'area', 'h', abs)\n"
        "MISCONCEPTIONS = (B, replace(B, name='c', of='other'))\n",
        "MISCONCEPTIONS = [Misconception('b', 'area', 'h', abs)]\n"
        "MISCONCEPTIONS.append(replace(MISCONCEPTIONS[0], of='other'))\n",
        "def made():\n    return [Misconception('b', 'area', 'h', abs)]\n"
        "MISCONCEPTIONS = tuple(made())\n",
    ],
)
def test_mistakes_that_are_computed_count_for_all(shapes, text):
    head = (
        "from dataclasses import replace\nfrom autograder.checks import Misconception\n"
    )
    shapes.write(MISTAKES, head + text)
    found = edited(shapes, MISTAKES, "abs", "max")
    assert found == {(each, "mistakes") for each in IDS}


PLAIN = "solutions/shapes/variants/plain.py"
EDITED = """from autograder.checks import RightAnswer, times

from . import oracle
from .variants import plain

HALF = "2"
by_parts = RightAnswer(plain.area)
at_once = RightAnswer(plain.length, of="edge")

MISCONCEPTIONS = (
    by_parts.but("area_more", {"x / 2": "x / 1"}, "One too many."),
    at_once.but(
        "edge_no_root",
        {"root(x)": "x", "length": "length"},
        "No " + "root.",
        result=RightAnswer(oracle.edge).edited({"math.sqrt(x)": "abs(x)"}),
    ),
)
"""
ANSWERS = """import math

STEP = 1


def area(x):
    return 2 * x / 2 + shared(0)


def length(x):
    return root(x)


def root(x):
    return math.sqrt(x) * shared(STEP)


def shared(x):
    return x


def other(x):
    return -x
"""


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        pytest.param(
            MISTAKES, "x / 1", "x / 3", {("area", "mistakes")}, id="what it puts there"
        ),
        pytest.param(
            MISTAKES, '"x / 2"', '"2"', {("area", "mistakes")}, id="its piece"
        ),
        pytest.param(
            MISTAKES, "area_more", "area_most", {("area", "mistakes")}, id="its name"
        ),
        pytest.param(MISTAKES, "One too", "Two", {("area", "hints")}, id="its hint"),
        pytest.param(MISTAKES, '"No "', '"A "', {("edge", "hints")}, id="half a hint"),
        pytest.param(
            MISTAKES, "abs(x)", "-abs(x)", {("edge", "mistakes")}, id="its result"
        ),
        pytest.param(
            MISTAKES, 'HALF = "2"', 'HALF = "3"', set(), id="what no one uses"
        ),
        pytest.param(PLAIN, "2 * x", "x * 2", {("area", "mistakes")}, id="its base"),
        pytest.param(
            PLAIN, "math.sqrt(x)", "x**0.5", {("edge", "mistakes")}, id="what it calls"
        ),
        pytest.param(
            PLAIN, "STEP = 1", "STEP = 2", {("edge", "mistakes")}, id="a constant"
        ),
        pytest.param(
            PLAIN,
            "    return x\n",
            "    return +x\n",
            {("area", "mistakes"), ("edge", "mistakes")},
            id="what both call",
        ),
        pytest.param(PLAIN, "return -x", "return 0", set(), id="of what is no base"),
        pytest.param(
            ORACLE,
            "math.sqrt(x)",
            "x**0.5",
            {("edge", "oracle")},
            id="an oracle that is a base as well",
        ),
        pytest.param(
            MISTAKES,
            'of="edge"',
            'of="other"',
            {(i, p) for i in ("edge", "other") for p in ("mistakes", "hints")},
            id="whose mistake it is",
        ),
        pytest.param(
            MISTAKES,
            "RightAnswer(plain.area)",
            "RightAnswer(plain.other)",
            {(i, p) for i in ("area", "other") for p in ("mistakes", "hints")},
            id="another base",
        ),
    ],
)
def test_a_change_of_an_edit_concerns(shapes, name, old, new, expected):
    shapes.write(PLAIN, ANSWERS)
    shapes.write(MISTAKES, EDITED)
    assert edited(shapes, name, old, new) == expected


@pytest.mark.parametrize(
    "line",
    [
        'by_parts = RightAnswer(plain.area, of="ar" + "ea")',
        "by_parts = RightAnswer(*[plain.area])",
        "(by_parts,) = [RightAnswer(plain.area)]",
        "from .variants.plain import area as base\nby_parts = RightAnswer(base)",
        "from .bases import by_parts",
        "by_parts = RightAnswer(plain.other)\nby_parts = RightAnswer(plain.area)",
    ],
)
def test_an_edit_whose_function_is_not_clear_concerns_all(shapes, line):
    shapes.write(PLAIN, ANSWERS)
    bases = "from autograder.checks import RightAnswer\nfrom .variants import plain\n"
    shapes.write(
        "solutions/shapes/bases.py", bases + "by_parts = RightAnswer(plain.area)"
    )
    shapes.write(MISTAKES, EDITED)
    shapes.edit(MISTAKES, "by_parts = RightAnswer(plain.area)", line)
    found = edited(shapes, MISTAKES, "x / 1", "x / 3")
    assert found == {(each, "mistakes") for each in IDS}
    assert ("area", "mistakes") in edited(shapes, PLAIN, "2 * x", "x * 2")


def test_the_method_is_as_it_is_read():
    parameters = list(inspect.signature(RightAnswer.but).parameters)
    assert tuple(parameters[1:]) == BUT


def test_a_name_that_is_made_up_may_be_of_any_mistake(shapes):
    shapes.add(
        OTHER, "\n\ndef test_made(submission, x):\n    getattr(submission, 'ar' + x)\n"
    )
    found = edited(shapes, MISTAKES, "area_more", "area_most")
    assert found == {("area", "mistakes"), ("other", "mistakes")}


def test_a_name_may_stand_on_a_line_of_a_text(shapes):
    lines = 'NAMES = "x\\narea".split()\nASKED = [submission[n] for n in NAMES]\n'
    shapes.add(OTHER, f"\n{lines}")
    found = edited(shapes, MISTAKES, "area_more", "area_most")
    assert found == {("area", "mistakes"), ("other", "mistakes")}


def test_mistakes_beside_a_borrowed_oracle_count(shapes):
    shapes.write("solutions/lines/__init__.py", "")
    shapes.write("solutions/lines/oracle.py", "def other(x):\n    return x\n")
    shapes.write(
        "solutions/lines/misconceptions.py",
        "from autograder.checks import Misconception\n"
        "MISCONCEPTIONS = (Misconception('a', 'other', 'h', abs),)\n",
    )
    shapes.edit(OTHER, "solutions.shapes", "solutions.lines")
    found = edited(shapes, "solutions/lines/misconceptions.py", "abs", "max")
    assert found == {("other", "mistakes")}


def test_a_test_that_reads_the_known_mistakes_needs_all(shapes):
    line = "\nfrom solutions.shapes.misconceptions import MISCONCEPTIONS\n"
    shapes.add(OTHER, line)
    found = edited(shapes, MISTAKES, "area_more", "area_most")
    assert found == {("area", "mistakes"), ("other", "mistakes")}
    found = edited(shapes, MISTAKES, "One too", "Two too")
    assert found == {("area", "hints"), ("other", "hints")}


# --- the disk -------------------------------------------------------------------------


def test_a_link_is_followed(shapes, tmp_path):
    path = tmp_path / ORACLE
    path.rename(tmp_path / "elsewhere.py")
    path.symlink_to(tmp_path / "elsewhere.py")
    found = edited(shapes, "elsewhere.py", "SCALE = 2", "SCALE = 3")
    assert found == {("area", "oracle")}


def test_a_folder_in_itself_ends(shapes, tmp_path):
    (tmp_path / "tests/grading/shapes/again").symlink_to(tmp_path / "tests")
    assert set(shapes.prints()) == set(IDS)


@pytest.mark.parametrize("name", [ORACLE, AREA, "tests/grading/shapes/data.csv"])
def test_a_link_that_leads_nowhere_is_told(shapes, tmp_path, name):
    (tmp_path / name).unlink(missing_ok=True)
    (tmp_path / name).symlink_to(tmp_path / "nothing")
    with pytest.raises(UnreadableError, match="can't be read"):
        shapes.prints()


def test_a_pipe_is_not_waited_for(shapes, tmp_path):
    os.mkfifo(tmp_path / "solutions/shapes/pipe")
    assert set(shapes.prints()) == set(IDS)
    (tmp_path / ORACLE).unlink()
    os.mkfifo(tmp_path / ORACLE)
    shapes.prints()  # no file, as Python sees it


def test_an_assignment_without_tests_has_prints(tmp_path):
    found = exercise_prints(tmp_path, tmp_path / "t", tmp_path / "s", ["a", "b"])
    assert found["a"] == found["b"]


def test_deep_code_ends(shapes):
    deep = "X = " + " + ".join(["SCALE"] * 900) + "\n"
    shapes.add(ORACLE, deep)
    shapes.edit(ORACLE, "    return x\n", "    return x + X\n")
    assert ("other", "oracle") in edited(shapes, ORACLE, "SCALE = 2", "SCALE = 3")


def test_a_long_chain_of_imports_ends(shapes):
    for number in range(600):
        text = f"from .m{number + 1} import f\n"
        shapes.write(f"solutions/shapes/m{number}.py", text)
    shapes.write("solutions/shapes/m600.py", "from .m0 import g\nf = 1\n")
    shapes.add(OTHER, "\nfrom solutions.shapes.m0 import f\n")
    found = edited(shapes, "solutions/shapes/m600.py", "f = 1", "f = 2")
    assert found == {("other", "oracle")}


# --- what was made the last time ------------------------------------------------------


def recalled(shapes: Shapes, memory: Path) -> dict[str, ExercisePrint]:
    tests = shapes.root / "tests/grading/shapes"
    return recalled_prints(
        memory, shapes.root, tests, shapes.root / "solutions/shapes", IDS
    )


def test_what_is_recalled_is_what_would_be_made(shapes, tmp_path, monkeypatch):
    memory = tmp_path / "kept" / "shapes.json"
    assert recalled(shapes, memory) == shapes.prints()
    right = shapes.prints()
    monkeypatch.setattr("ast.parse", lambda _: pytest.fail("it was read again"))
    assert recalled(shapes, memory) == right


@pytest.mark.parametrize(
    "act",
    [
        lambda s: s.edit(ORACLE, "SCALE = 2", "SCALE = 3"),
        lambda s: s.write("tests/grading/shapes/conftest.py", "X = 1\n"),
        lambda s: s.write("tests/grading/conftest.py", "X = 1\n"),
        lambda s: s.write("solutions/shapes/data.csv", "1"),
        lambda s: s.write("solutions/shapes/oracle/__init__.py", "def area(x): pass\n"),
        lambda s: s.write("math.py", "sqrt = 1\n"),
        lambda s: (s.root / AREA).unlink(),
    ],
)
def test_nothing_is_recalled_after_a_change(shapes, tmp_path, act):
    memory = tmp_path / "memory"
    before = recalled(shapes, memory)
    act(shapes)
    assert recalled(shapes, memory) == shapes.prints() != before


@pytest.mark.parametrize("text", ["", "{", "[]", '{"kept": {}, "sha256": ""}', "1"])
def test_a_memory_that_does_not_fit_is_made_anew(shapes, tmp_path, text):
    memory = tmp_path / "memory"
    memory.write_text(text)
    assert recalled(shapes, memory) == shapes.prints()
    assert json.loads(memory.read_text())["kept"]["prints"].keys() == set(IDS)


def test_a_changed_memory_is_not_believed(shapes, tmp_path):
    memory = tmp_path / "memory"
    right = recalled(shapes, memory)
    memory.write_text(memory.read_text().replace(right["area"].oracle, "0" * 64))
    assert recalled(shapes, memory) == right


def test_without_a_place_for_the_memory_prints_are_made(shapes, tmp_path):
    (tmp_path / "file").write_text("")
    assert recalled(shapes, tmp_path / "file" / "memory") == shapes.prints()
