"""What IPython does with a cell's text: as before, but once."""

from __future__ import annotations

import zlib

import pytest
from IPython.core.inputtransformer2 import TransformerManager
from IPython.core.interactiveshell import InteractiveShell

from autograder.execution.cellsource import spare_repetition

CELLS = [
    "x = 1",
    "%time x = 1\n",
    "files = !ls\nprint(files)",
    "x?",
    "await x",
    "    indented\n    more",
    ">>> x = 1\n... y = 2",
    "def f(a, b):\n    'doc'\n    return a % b\n",
    "",
]


@pytest.fixture
def shell():
    made = InteractiveShell()
    spare_repetition(made)
    return made


@pytest.mark.parametrize("cell", CELLS, ids=repr)
def test_a_cell_means_what_it_has_meant(shell, cell):
    expected = TransformerManager().transform_cell(cell)
    assert [shell.transform_cell(cell) for _ in range(4)] == [expected] * 4


def test_a_cell_is_looked_at_once_for_two_questions(shell):
    seen = []
    shell.input_transformers_cleanup.append(lambda lines: seen.append(1) or lines)
    for _ in range(4):
        shell.transform_cell("x = 1")
    assert len(seen) == 2
    shell.transform_cell("y = 1")
    shell.transform_cell("x = 1")
    assert len(seen) == 4


def test_a_new_transformer_counts_from_the_next_question_on(shell):
    shell.transform_cell("x = 1")
    shell.input_transformers_post.append(lambda lines: [*lines, "y = 2\n"])
    assert shell.transform_cell("x = 1") == "x = 1\ny = 2\n"


def test_a_cell_that_is_no_python_is_so_each_time(shell):
    shell.input_transformers_cleanup.append(lambda _lines: 1 / 0)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            shell.transform_cell("x = 1")


def test_what_was_set_before_is_kept():
    made = InteractiveShell()
    made.input_transformers_post.append(lambda lines: [*lines, "y = 2\n"])
    spare_repetition(made)
    assert made.transform_cell("x = 1") == "x = 1\ny = 2\n"


def test_files_of_cells_are_named_as_by_ipykernel_or_by_the_variable(
    shell, monkeypatch
):
    name = shell.compile.cache("x = 1", 3, raw_code="x = 1")
    folder, file = name.rsplit("/", 1)
    assert folder.rsplit("/", 1)[1].startswith("ipykernel_")
    assert file == f"{zlib.crc32(b'x = 1')}.py"
    assert shell.compile.format_code_name(name) == ("Cell", "In[3]")
    monkeypatch.setenv("IPYKERNEL_CELL_NAME", "mine.py")
    assert shell.compile.cache("x = 2", 4, raw_code="x = 2") == "mine.py"
