"""What code says after a hidden check has called it reaches the instructor only."""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook, new_output

from autograder.config import Settings
from autograder.grading.course import grade_class
from autograder.grading.secrecy import HIDDEN, Outlook, shows_less, without_late
from autograder.model import GradeReport
from tests.attacks.attack import code
from tests.courses import add_checks

#: Digits of the hidden input; no message or output may hold them.
SECRET = "4711"

CHECKS = f"""
import numpy as np
import pytest

from autograder.checks import agrees, refuses

pytestmark = pytest.mark.grade("square")


def right(x):
    return x * x


@pytest.mark.public
def test_three(submission):
    agrees(submission.square, right, np.array([3.0]))


def test_hidden(submission):
    agrees(submission.square, right, {SECRET}.25)


def test_hidden_refusal(submission):
    refuses(submission.square, {SECRET})


@pytest.mark.public
def test_five(submission):
    agrees(submission.square, right, np.array([5.0]))


@pytest.mark.public
def test_text(submission):
    agrees(submission.square, lambda x: "25", 5)
"""

#: How a function may say what it was asked; `said` is that, as digits.
IN_THE_CALL = {
    "exception-text": "raise ValueError(said)",
    "not-written": "raise NotImplementedError(said)",
    "class-name": "raise type('E' + said, (Exception,), {})()",
    "class-name-with-a-line": "raise type('E\\n  ok  ' + said, (Exception,), {})()",
    "qualified-name": """
        E = type('E', (Exception,), {'__qualname__': said, '__module__': said})
        raise E()""",
    "memory": "raise MemoryError(said)",
    "cause": "raise KeyError(said) from ValueError(said)",
    "group": "raise ExceptionGroup(said, [ValueError(said)])",
    "exit-code": "import os; os._exit(47)",
    "exit": "raise SystemExit(said)",
    "interrupt": "raise KeyboardInterrupt(said)",
    "text": "return said",
    "type-name": "return type('T' + said, (), {})()",
    "class": "return type('T' + said, (), {})",
    "shape": "import numpy; return numpy.zeros((int(said), 0))",
    "dtype": "import numpy; return numpy.zeros(1, [('f' + said, 'f8')])",
    "keys": "return {said: 1}",
    "value": "return float(said)",
    "warning": "import warnings; warnings.warn(said); return x",
    "print": "print(said, flush=True); return x",
    "our-names": """
        import sys
        ours = [m for name, m in sys.modules.items() if name[:10] == 'autograder']
        for kind in [kind for module in ours for kind in vars(module).values()]:
            if isinstance(kind, type) and issubclass(kind, Exception):
                if KIND in kind.__name__: raise kind(said)
        raise ValueError(said)""",
}

#: What an own cell below the grade cell may do with it.
LATER = {
    "printed": "print(said)",
    "on-stderr": "import sys; print(said, file=sys.stderr)",
    "result": "said",
    "raised": "raise ValueError(said)",
    "class-raised": "raise type('E' + said, (Exception,), {})()",
    "html": "from IPython.display import HTML; HTML(f'<b>{said}</b>')",
    "metadata": """
        from IPython.display import display
        display({'text/plain': 'x'}, metadata={'text/plain': {'width': int(said)}},
                raw=True)""",
    "earlier-display": "handle.update({'text/plain': said}, raw=True)",
    "execution-count": "get_ipython().execution_count = int(said)",
    "thread": "print(end=''); open_gate.set()",
}

OPENING = """
import threading
from IPython.display import display
said = ""
handle = display({"text/plain": "early"}, display_id="d", raw=True)
print("\\x1b[31mearly\\x1b[2K")
open_gate = threading.Event()
threading.Thread(target=lambda: (open_gate.wait(), print(said)), daemon=True).start()
"""

SOLUTION = """
def square(x):
    global said
    is_hidden = not hasattr(x, "shape") and int(x) == int("47" + "11")
    if is_hidden:
        said = str(int(x))
{leak}
    return x * x
"""

OUR_ERRORS = ("Missing", "Forbidden", "DeviceMissing", "BrokenGraph", "Wire")


def attacks() -> dict[str, tuple[str, str]]:
    """Solution and later cell of each attack."""
    made = {}
    for name, leak in IN_THE_CALL.items():
        kinds = OUR_ERRORS if "KIND" in leak else ("",)
        for kind in kinds:
            body = "if said:\n" + indented(leak.replace("KIND", repr(kind)))
            solution = SOLUTION.format(leak=indented(body))
            made[f"call-{name}{kind}"] = (solution, "")
    for name, later in LATER.items():
        made[f"later-{name}"] = (SOLUTION.format(leak=""), code(later))
    return made


def indented(text: str) -> str:
    lines = code(text if text.startswith("\n") else f"\n{text}").splitlines()
    return "\n".join(f"    {line}" for line in lines)


@dataclass(frozen=True)
class Class:
    settings: Settings
    reports: dict[str, GradeReport]

    def seen(self, student: str) -> str:
        """All that nbgrader's pages are made from."""
        folder = self.settings.autograded_directory / student
        text = (folder / "squares" / "squares.ipynb").read_text("utf-8")
        cells = [
            {**cell, "source": ""}  # the student's own words
            for cell in json.loads(text)["cells"]
        ]
        return json.dumps(cells)

    def kept(self, student: str) -> str:
        """What the instructor has beside that."""
        folder = self.settings.state_directory / "executed" / "squares"
        path = folder / f"{student}.ipynb"
        return path.read_text("utf-8") if path.exists() else ""


def hand_in(settings: Settings, student: str, solution: str, later: str) -> None:
    path = settings.release_directory / "squares" / "squares.ipynb"
    notebook = copy.deepcopy(nbformat.read(path, 4))
    notebook.cells[3].source = solution
    notebook.cells.insert(3, new_code_cell(OPENING, id="opening"))
    if later:
        notebook.cells.append(new_code_cell(later, id="later"))
    folder = settings.submitted_directory / student / "squares"
    folder.mkdir(parents=True)
    nbformat.write(notebook, folder / "squares.ipynb")


@pytest.fixture
def graded(make_course) -> Class:
    settings = make_course()
    add_checks(settings, CHECKS)
    for name, (solution, later) in attacks().items():
        hand_in(settings, name, solution, later)
    reports = grade_class(settings.assignment("squares"), workers=2)
    return Class(settings, {report.student: report for report in reports})


@pytest.mark.slow
def test_no_way_of_saying_it_reaches_the_student(graded):
    assert graded.reports.keys() == attacks().keys()
    for student, report in graded.reports.items():
        assert not report.needs_attention, report.to_json()
        messages = [c.message for each in report.exercises for c in each.checks]
        told = "\n".join([*messages, report.note, graded.seen(student)])
        assert SECRET not in told, (student, told)
        assert "exit code 47" not in told
    # The attacks did know it, and the instructor sees what they said.
    known = [
        student
        for student, report in graded.reports.items()
        if SECRET in json.dumps(report.to_json()) + graded.kept(student)
    ]
    silent = set(graded.reports) - set(known)
    assert silent <= SILENT, silent
    assert r"\u001b[31mearly" in graded.seen("later-printed")
    assert json.dumps(HIDDEN) in graded.seen("later-printed")


#: Attacks of which not even the instructor hears what they said.
SILENT = {
    "call-class",
    "call-dtype",
    "call-keys",
    "call-our-namesForbidden",
    "call-qualified-name",
    "later-thread",
    "call-exit-code",
    "call-warning",
    "call-print",
    "call-value",
    "later-metadata",
    "later-execution-count",
}


class TestOutlook:
    def notebook(self) -> NotebookNode:
        cells = [new_code_cell(str(number), id=f"c{number}") for number in range(3)]
        for cell in cells[:2]:
            cell.outputs = [new_output("stream", text=f"{cell.source}\n")]
            cell.execution_count = 7
        return new_notebook(cells=cells)

    def test_cells_before_the_first_hidden_check_stay(self):
        notebook = self.notebook()
        outlook = Outlook(notebook.cells)
        outlook.remember(1)
        assert outlook.late() == {"c1", "c2"}
        made = without_late(notebook, outlook.late())
        assert made.cells[0] == notebook.cells[0]
        assert made.cells[1].outputs == [new_output("stream", text=HIDDEN)]
        assert made.cells[1].execution_count is None
        assert made.cells[2].outputs == []
        assert shows_less(made, notebook)
        assert not shows_less(notebook, notebook)
        assert notebook.cells[1].outputs[0].text == "1\n"

    def test_an_earlier_cell_that_was_changed_later_is_hidden(self):
        notebook = self.notebook()
        outlook = Outlook(notebook.cells)
        outlook.remember(3)
        assert outlook.late() == set()
        notebook.cells[0].outputs[0].text = "changed"
        assert outlook.late() == {"c0"}
