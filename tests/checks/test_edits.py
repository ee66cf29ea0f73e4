"""Edits: what is replaced, what is refused, and what comes of it."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

from autograder.checks import Misconception, RightAnswer, times
from autograder.errors import AssignmentError

ROOT = Path(__file__).parents[2]
MODULE = '''"""Right answers, as one writes them."""

import functools
import math

SCALE, OFFSET = 2, 1
UNUSED = 3


@functools.cache
def double(x):
    return SCALE * x


@functools.cache
def size(x, y=OFFSET):
    """Measure.

    In two steps.
    """

    total = double(x)
    if x > 0:
        total += y
        total += y
    for each in range(2):
        if each:
            total += y

    return total


def root(x):
    return math.sqrt(x)


class Sum:
    """Of two."""

    def __init__(self, x, y):
        self.total = double(x) + y

    def value(self):
        return self.total


def framework(x):
    import torch

    return torch.as_tensor(x) + 1
'''

Edit = dict[str, object]


@pytest.fixture
def right(tmp_path, monkeypatch) -> Iterator[ModuleType]:
    """The module, imported from a file."""
    (tmp_path / "right_answers.py").write_text(MODULE, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    import right_answers

    yield right_answers
    del sys.modules["right_answers"]


@pytest.fixture
def size(right) -> RightAnswer:
    return RightAnswer(right.size)


def edited(right: RightAnswer, pieces: Edit) -> Callable[..., object]:
    return right.edited(pieces, label="edit")


def refusal(right: RightAnswer, pieces: Edit) -> str:
    with pytest.raises(AssignmentError) as refused:
        right.edited(pieces, label="edit")
    return str(refused.value)


# --- pieces ---------------------------------------------------------------------------


def test_only_the_piece_is_another(size, right):
    wrong = edited(size, {"double(x)": "x"})
    assert (right.size(3), wrong(3)) == (9, 6)
    assert wrong.source == size.text.replace("double(x)", "x")


def test_no_text_of_the_docstring_and_no_blank_line_is_a_piece(size):
    assert "Measure" not in size.text
    assert "\n\n" not in size.text
    expected = "edit: 'In two' is to stand in right_answers.size once, but it stands "
    assert refusal(size, {"In two": "In"}) == expected + "there nowhere"


@pytest.mark.parametrize(
    ("piece", "new", "said"),
    [
        ("tota(", "x", "once, but it stands there nowhere"),
        ("", "x", "once, but it stands there nowhere"),
        ("total += y", "x", "once, but it stands there 3 times"),
        ("total += y", times(2, "x"), "2 times, but it stands there 3 times"),
        ("double(x)", times(2, "x"), "2 times, but it stands there once"),
        ("total += y\ntotal += x", "x", "once, but it stands there nowhere"),
    ],
)
def test_a_piece_stands_there_as_often_as_is_said(size, piece, new, said):
    expected = f"edit: {piece!r} is to stand in right_answers.size {said}"
    assert refusal(size, {piece: new}) == expected


def test_a_piece_may_be_replaced_each_time(size):
    assert edited(size, {"total += y": times(3, "total -= y")})(3) == 3


def test_a_piece_of_several_lines_is_found_at_its_indentation(size):
    two = edited(size, {"total += y\ntotal += y": "total += 5 * y"})
    assert two(3) == 12
    assert "    if x > 0:\n        total += 5 * y\n    for" in two.source


def test_a_piece_may_be_indented_as_its_surroundings_are(size):
    pieces = {
        """
        if each:
            total += y
        """: """
        if not each:
            total += y
            total += y
        """
    }
    wrong = edited(size, pieces)
    assert wrong(0) == 2
    assert "        if not each:\n            total += y\n" in wrong.source


def test_more_lines_in_place_of_a_part_of_one_are_indented_as_it_is(size):
    wrong = edited(size, {"for each in range(2):": "y = 7\nfor each in range(2):"})
    assert wrong(0) == 7


def test_a_line_of_which_nothing_is_left_is_dropped(size):
    wrong = edited(size, {"total = double(x)": "", "if x > 0:": "total = 0\nif x > 0:"})
    assert wrong.source.splitlines()[2] == "    total = 0"


def test_pieces_are_looked_for_in_the_right_answer_alone(size):
    both = edited(size, {"double(x)": "range(2)[x]", "in range(2)": "in range(3)"})
    assert both(0) == 2


def test_pieces_may_touch_and_not_overlap(size):
    touching = {"total = ": "total = 1 + ", "double(x)": "x"}
    assert edited(size, touching)(0) == 2
    expected = "edit: two pieces overlap in right_answers.size, at 'double(x)'"
    assert refusal(size, {"= double": "= ", "double(x)": "x"}) == expected
    assert refusal(size, {"double(x)": "x", "= double": "= "}) == expected


@pytest.mark.parametrize(
    ("new", "said"),
    [
        ("x +* 1", "invalid syntax in 'total = x +* 1'"),
        ("x\nyield from (", "'(' was never closed in 'yield from ('"),
        ("0\n__debug__ = 1", "cannot assign to __debug__ in '__debug__ = 1'"),
        ("0\nnonlocal z", "no binding for nonlocal 'z' found in 'nonlocal z'"),
    ],
)
def test_what_is_no_python_is_refused_when_it_is_written_down(size, new, said):
    expected = "edit: right_answers.size with its pieces replaced is no Python: "
    assert refusal(size, {"double(x)": new}) == expected + said


def test_what_cant_be_defined_is_refused_when_it_is_written_down(size):
    assert refusal(size, {"y=OFFSET": "y=1 / 0"}) == (
        "edit: right_answers.size with its pieces replaced can't be defined: "
        "ZeroDivisionError: division by zero"
    )


def test_one_that_defines_something_else_is_refused(size):
    expected = "edit: right_answers.size with its pieces replaced defines no 'size'"
    assert refusal(size, {"def size": "def length"}) == expected


def test_a_name_that_nobody_defines_is_refused_when_it_is_written_down(size, right):
    said = "edit: right_answers.size with its pieces replaced uses 'tota', which "
    said += "neither it nor its file nor Python defines"
    assert refusal(size, {"return total": "return tota"}) == said
    in_a_comprehension = {"return total": "return [tota for _ in range(1)]"}
    assert refusal(size, in_a_comprehension) == said
    attribute = {"return total": "return x.real + real"}
    assert refusal(size, attribute) == said.replace("tota", "real")
    method = {"return self.total": "return tota"}
    assert refusal(RightAnswer(right.Sum), method) == said.replace("size", "Sum")


@pytest.mark.parametrize(
    "new",
    [
        "return [i for i in range(total)]",
        "return (lambda z: z + total)(1)",
        "return UNUSED + len(str(total))",
        "import cmath\nreturn cmath.sqrt(total)",
    ],
)
def test_names_that_somebody_defines_may_be_used(size, new):
    edited(size, {"return total": new})(1)


@pytest.mark.parametrize("pieces", [{}, {"return total": "return total"}])
def test_an_edit_that_changes_nothing_is_refused(size, pieces):
    expected = "edit: nothing of right_answers.size is changed by it"
    assert refusal(size, pieces) == expected


def test_a_function_without_a_file_is_refused():
    names: dict[str, object] = {"__name__": "nowhere"}
    exec("def f(x):\n    return x\n", names)
    with pytest.raises(AssignmentError, match=r"nowhere\.f: its code can't be read"):
        RightAnswer(names["f"]).edited({"x": "y"})  # type: ignore[arg-type]


# --- what comes of it -----------------------------------------------------------------


def test_its_source_signature_and_traceback_are_its_own(size):
    wrong = edited(size, {"y=OFFSET": "y=OFFSET, z=0", "return total": "return x / z"})
    assert inspect.getsource(wrong) == wrong.source
    assert list(inspect.signature(wrong).parameters) == ["x", "y", "z"]
    with pytest.raises(ZeroDivisionError) as raised:
        wrong(1)
    (last,) = traceback.extract_tb(raised.tb)[-1:]
    assert (last.name, last.line) == ("size", "return x / z")
    assert last.filename.startswith("<edit: right_answers.size edited")


def test_two_edits_of_one_label_do_not_show_each_others_code(size):
    first = size.edited({"return total": "return 1"})
    second = size.edited({"return total": "return 2"})
    assert inspect.getsource(first) == first.source != second.source
    assert inspect.getsource(second) == second.source


def test_it_is_called_as_its_base_is_and_has_its_decorators(size):
    wrong = edited(size, {"double(x)": "x"})
    assert (wrong.__name__, wrong.__module__) == ("size", "right_answers")
    assert repr(wrong) == "<edit, an edit of right_answers.size>"
    assert wrong(2) == 5
    assert wrong.__wrapped__.cache_info().currsize == 1


def test_it_sees_the_names_of_its_bases_file_and_changes_none(size, right):
    edited(size, {"double(x)": "UNUSED"})(1)
    assert right.size(3) == 9
    assert inspect.getsource(right.size).startswith("@functools.cache")


def test_a_class_may_be_edited(right):
    wrong = edited(RightAnswer(right.Sum), {"double(x) + y": "double(x) - y"})
    assert (right.Sum(2, 1).value(), wrong(2, 1).value()) == (5, 3)
    assert "double(x) - y" in wrong.source
    assert "Of two" not in wrong.source


def test_annotations_stay_texts_where_they_are_such(tmp_path, monkeypatch):
    text = "from __future__ import annotations\n\n\ndef f(x: Unknown) -> No:\n"
    (tmp_path / "annotated.py").write_text(text + "    return x\n")
    monkeypatch.syspath_prepend(tmp_path)
    import annotated  # type: ignore[import-not-found]

    assert RightAnswer(annotated.f).edited({"return x": "return -x"})(1) == -1


# --- where it is pasted ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ((), ["import functools", "SCALE, OFFSET = 2, 1", "@functools.cache"]),
        (("double",), ["import functools", "SCALE, OFFSET = 2, 1"]),
        (("double", "functools", "OFFSET"), []),
    ],
)
def test_it_brings_what_it_needs_and_is_not_there(size, known, expected):
    helpers = edited(size, {"total = double": "total = 1 * double"}).helpers(known)
    starts = [ast.unparse(each).splitlines()[0] for each in ast.parse(helpers).body]
    assert [each.replace("(", "").replace(")", "") for each in starts] == [
        each.replace("(", "").replace(")", "") for each in expected
    ]


def test_what_it_brings_makes_it_run_alone(size):
    wrong = edited(size, {"if x > 0:": "if x < 0:"})
    alone: dict[str, object] = {}
    exec(f"{wrong.helpers(())}\n\n\n{wrong.source}", alone)
    assert alone["size"](3) == wrong(3) == 7  # type: ignore[operator]


# --- known mistakes -------------------------------------------------------------------


def test_a_known_mistake_is_an_edit_of_a_right_answer(size):
    mistake = size.but("halved", {"double(x)": "x / 2"}, "Halved.", sign="device")
    expected = Misconception("halved", "size", "Halved.", mistake.code, sign="device")
    assert mistake == expected
    assert mistake.function is mistake.code
    assert mistake.code(0) == 1
    assert "<halved: " in mistake.code.__wrapped__.__wrapped__.__code__.co_filename


def test_its_result_and_its_function_may_be_others(right):
    answer = RightAnswer(right.framework, of="size_torch")
    result = RightAnswer(right.size).edited({"double(x)": "x"})
    mistake = answer.but("more", {"+ 1": "+ 2"}, "More.", result=result)
    assert (mistake.of, mistake.function) == ("size_torch", result)
    without = answer.but("most", {"+ 1": "+ 3"}, "Most.", result=None)
    assert without.function is None


def test_to_write_edits_down_imports_no_framework(right):
    code = (
        "import sys; from autograder.checks import RightAnswer\n"
        f"sys.path.append({str(Path(right.__file__).parent)!r}); import right_answers\n"
        "edit = RightAnswer(right_answers.framework).edited({'+ 1': '+ 2'})\n"
        "print({'torch', 'tensorflow'} & sys.modules.keys())\n"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
