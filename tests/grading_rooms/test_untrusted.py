"""What a student's data does to a library is that student's outcome, and no more."""

from __future__ import annotations

import base64
import io
import json
import random
from typing import Any

import pytest
from nbformat import NotebookNode, from_dict
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from PIL import Image

from autograder.errors import MalformedError
from autograder.grading import untrusted
from autograder.grading.presentation import presentable
from autograder.grading.untrusted import present, read
from autograder.notebook import parse_submission, rebuild
from autograder.sandbox import Budget, Disposable

SKELETON = new_notebook(
    cells=[
        new_markdown_cell("given", id="given"),
        new_code_cell(
            "x = 1",
            id="answer",
            metadata={
                "nbgrader": {
                    "grade_id": "answer",
                    "solution": True,
                    "grade": False,
                    "locked": False,
                    "schema_version": 3,
                }
            },
        ),
    ]
)


@pytest.fixture(scope="module")
def reader():
    made = Disposable()
    yield made
    made.close()


def handed_in(**changes: Any) -> dict[str, Any]:
    """A submission as JSON, changed."""
    return {**json.loads(json.dumps(SKELETON)), **changes}


def heading(level: Any) -> dict[str, Any]:
    """A notebook of format 3 with a heading and the answer."""
    cell = {"cell_type": "heading", "level": level, "source": "x", "metadata": {}}
    grader = SKELETON.cells[1].metadata
    answer = {"cell_type": "code", "input": "x = 1", "metadata": grader, "outputs": []}
    sheet = {"cells": [cell, answer], "metadata": {}}
    return {
        "nbformat": 3,
        "nbformat_minor": 0,
        "metadata": {"name": ""},
        "worksheets": [sheet],
    }


def showing(*outputs: Any) -> NotebookNode:
    """An executed notebook whose answer shows something."""
    notebook = rebuild(SKELETON, parse_submission(json.dumps(SKELETON).encode()))
    notebook.notebook.cells[1].outputs = [from_dict(each) for each in outputs]
    made: NotebookNode = notebook.notebook
    return made


def shown(reader: Disposable, *outputs: Any) -> tuple[list[Any], tuple[str, ...]]:
    """What is left of what a cell shows, and what is told about it."""
    made = present(reader, showing(*outputs), SKELETON)
    return made.notebook.cells[1].outputs, made.notes


def display(**data: Any) -> dict[str, Any]:
    names = {name.replace("_", "/"): value for name, value in data.items()}
    return {"output_type": "display_data", "data": names, "metadata": {}}


PRINTED = new_output("stream", text="kept\n")
REMOVED = new_output(
    "stream", text="[output removed: damaged, or too large to be checked]\n"
)

#: Work for ever, on what is far less than a file may have.
NESTED = "<b>" * 20_000 + "<p>" * 60_000


def test_a_submission_is_read_as_it_would_be_here(reader):
    data = json.dumps(handed_in()).encode()
    made = read(reader, data, SKELETON, assignment="one", others={})
    assert made == rebuild(SKELETON, parse_submission(data))


def test_a_notebook_is_presented_as_it_would_be_here(reader):
    made = present(reader, showing(PRINTED, display(text_plain="1")), SKELETON)
    here = presentable(showing(PRINTED, display(text_plain="1")), SKELETON)
    assert made.notebook == here
    assert made.notes == ()


@pytest.mark.parametrize(
    ("file", "told"),
    [
        pytest.param(
            b'{"nbformat": 4, "cells": [' + b"[]," * 4_000_000 + b"[]]}",
            "the notebook can't be read: that takes more than 64 MiB of memory. Open "
            "and save it in JupyterLab",
            id="many-lists",
        ),
        pytest.param(
            b"[" * 100_000, "the notebook is nested too deeply", id="nested-lists"
        ),
        pytest.param(
            b'{"a":' * 100_000, "the notebook is nested too deeply", id="nested-objects"
        ),
    ],
)
def test_a_file_that_costs_too_much_is_malformed(reader, file, told, monkeypatch):
    monkeypatch.setattr(untrusted, "READ", Budget(seconds=5, memory_mib=64))
    with pytest.raises(MalformedError) as caught:
        read(reader, file, SKELETON, assignment="one", others={})
    assert str(caught.value) == told


def test_a_heading_of_any_level_is_a_heading(reader):
    for level in (1, 6, 7, 400_000_000, 10**30, -5, 0):
        data = json.dumps(heading(level)).encode()
        made = read(reader, data, SKELETON, assignment="one", others={})
        (cell,) = [each for each in made.notebook.cells if each.id.startswith("own-")]
        assert cell.source.strip("#") == " x"
        assert 3 <= len(cell.source) <= 8


@pytest.mark.parametrize(
    "output",
    [
        pytest.param(display(text_markdown=["x", 5]), id="list-of-odd-lines"),
        pytest.param(display(text_markdown={"a": 1}), id="markdown-object"),
        pytest.param(display(text_html=7), id="html-number"),
        pytest.param(display(image_png={"a": []}), id="png-object"),
        pytest.param({"output_type": "display_data", "data": 5}, id="data-number"),
        pytest.param({"output_type": "display_data"}, id="no-data"),
        pytest.param({"output_type": ["stream"]}, id="odd-type"),
        pytest.param({}, id="nothing"),
    ],
)
def test_an_odd_output_costs_at_most_itself(reader, output):
    made, _ = shown(reader, PRINTED, output, PRINTED)
    assert made[0] == made[-1] == PRINTED
    assert len(made) <= 3
    assert "image/png" not in json.dumps(made)


def test_of_what_is_shown_only_the_costly_output_is_left_out(reader, monkeypatch):
    monkeypatch.setattr(untrusted, "WHOLE", Budget(seconds=0.5, memory_mib=256))
    monkeypatch.setattr(untrusted, "PIECE", Budget(seconds=0.5, memory_mib=256))
    monkeypatch.setattr(untrusted, "presentable", slow_where_nested)
    own = Disposable()  # forked after the patches
    made, notes = shown(own, PRINTED, display(text_html=NESTED), PRINTED)
    assert made == [PRINTED, REMOVED, PRINTED]
    assert notes == ("cell 2: an output that costs too much to check was left out",)
    own.close()


def test_a_costly_text_is_left_out_and_the_others_stay(reader, monkeypatch):
    monkeypatch.setattr(untrusted, "WHOLE", Budget(seconds=0.5, memory_mib=256))
    monkeypatch.setattr(untrusted, "PIECE", Budget(seconds=0.5, memory_mib=256))
    monkeypatch.setattr(untrusted, "presentable", slow_where_nested)
    own = Disposable()
    notebook = showing(PRINTED)
    notebook.cells.append(new_markdown_cell(NESTED, id="own"))
    made = present(own, notebook, SKELETON)
    assert [cell.source for cell in made.notebook.cells] == [
        "given",
        "x = 1",
        "*[text removed: damaged, or too large to be checked]*",
    ]
    assert made.notebook.cells[1].outputs == [PRINTED]
    assert made.notes == ("a text that costs too much to check was left out",)
    own.close()


def slow_where_nested(notebook: NotebookNode, skeleton: NotebookNode) -> NotebookNode:
    """A `presentable` that a certain text costs for ever."""
    while NESTED in json.dumps(notebook):
        pass
    return presentable(notebook, skeleton)


def test_many_costly_outputs_together_are_bounded(monkeypatch):
    brief = Budget(seconds=0.1, memory_mib=256)
    monkeypatch.setattr(untrusted, "WHOLE", brief)
    monkeypatch.setattr(untrusted, "PIECE", brief)
    monkeypatch.setattr(untrusted, "ALTOGETHER_S", 0.5)
    monkeypatch.setattr(untrusted, "presentable", slow_where_nested)
    own = Disposable()
    made, _ = shown(own, *[display(text_html=NESTED)] * 100)
    assert made == [REMOVED] * 100
    assert own.spent_s < 1
    own.close()


def pictures() -> list[tuple[str, bytes]]:
    """A PNG and a progressive JPEG, as bytes."""
    made = []
    for kind, options in (("PNG", {}), ("JPEG", {"progressive": True})):
        buffer = io.BytesIO()
        image = Image.new("RGB", (40, 30), "red")
        image.save(buffer, kind, icc_profile=b"not a profile" * 9, **options)
        made.append((f"image/{kind.lower()}", buffer.getvalue()))
    return made


def test_broken_pictures_cost_no_other_output(reader):
    rng = random.Random(12)
    outputs: list[Any] = [PRINTED]
    for kind, data in pictures():
        for _ in range(60):
            broken = bytearray(data)
            for _ in range(rng.randint(1, 12)):
                broken[rng.randrange(len(broken))] = rng.randrange(256)
            encoded = base64.b64encode(broken[: rng.randint(1, len(broken))]).decode()
            outputs.append({**display(), "data": {kind: encoded}})
    outputs.append(PRINTED)
    made, _ = shown(reader, *outputs)
    assert len(made) == len(outputs)
    assert made[0] == made[-1] == PRINTED
