"""What a student shows is harmless in somebody else's browser."""

from __future__ import annotations

import base64
import io

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from PIL import Image

from autograder.grading.presentation import presentable

SCRIPT = "<script>alert(1)</script>"


def png(width: int = 2, height: int = 3) -> str:
    buffer = io.BytesIO()
    Image.new("L", (width, height), 7).save(buffer, format="PNG")
    return base64.b64encode(buffer.getvalue()).decode()


def shown(data: dict[str, str]) -> NotebookNode:
    cell = new_code_cell("1", outputs=[new_output("display_data", data=data)])
    made = presentable(new_notebook(cells=[cell]), new_notebook(cells=[cell]))
    return made.cells[0].outputs[0].data


def test_a_script_in_an_html_output_is_escaped() -> None:
    assert SCRIPT not in shown({"text/html": f"<b>bold</b>{SCRIPT}"})["text/html"]
    assert "<b>bold</b>" in shown({"text/html": f"<b>bold</b>{SCRIPT}"})["text/html"]


@pytest.mark.parametrize(
    "kind", ["application/javascript", "image/svg+xml", "text/latex", "text/x-own"]
)
def test_formats_that_can_carry_code_are_dropped(kind: str) -> None:
    assert shown({kind: SCRIPT, "text/plain": "kept"}) == {"text/plain": "kept"}


def test_a_picture_is_kept_as_one_of_ours() -> None:
    raw = base64.b64decode(shown({"image/png": png()})["image/png"])
    assert Image.open(io.BytesIO(raw)).size == (2, 3)


@pytest.mark.parametrize(
    "fake",
    ['"><script>alert(1)</script>', base64.b64encode(b"no picture").decode(), ""],
    ids=["markup", "other bytes", "nothing"],
)
def test_what_is_no_picture_is_left_out(fake: str) -> None:
    assert shown({"image/png": fake}) == {
        "text/plain": "[a picture was left out: it is broken, too large or no picture]"
    }


def test_a_picture_too_large_to_decode_is_left_out() -> None:
    assert "image/png" not in shown({"image/png": png(6000, 6000)})


def test_markdown_is_cleaned_where_it_is_the_students() -> None:
    ours = new_markdown_cell("where $a<b$ holds")
    own = new_markdown_cell(f"my answer {SCRIPT}")
    answer = new_markdown_cell(
        SCRIPT, metadata={"nbgrader": {"grade_id": "q", "solution": True}}
    )
    made = presentable(
        new_notebook(cells=[ours, own, answer]), new_notebook(cells=[ours, answer])
    )
    assert made.cells[0].source == "where $a<b$ holds"
    assert SCRIPT not in made.cells[1].source
    assert SCRIPT not in made.cells[2].source


def test_papermills_cell_and_records_are_gone() -> None:
    injected = new_code_cell("SEED = 0", metadata={"tags": ["injected-parameters"]})
    cell = new_code_cell("1", metadata={"papermill": {"status": "completed"}})
    made = presentable(
        new_notebook(cells=[injected, cell], metadata={"papermill": {}}),
        new_notebook(),
    )
    assert [each.source for each in made.cells] == ["1"]
    assert "papermill" not in made.metadata
    assert "papermill" not in made.cells[0].metadata
