"""What a student shows is harmless in somebody else's browser.

What whole pages make of it: `tests/gradebook/test_feedbackpage.py`.
"""

from __future__ import annotations

import base64
import io
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat import NotebookNode, from_dict
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from PIL import Image

from autograder.grading.markup import TOO_LARGE
from autograder.grading.pictures import REMOVED
from autograder.grading.presentation import presentable

SCRIPT = "<script>alert(1)</script>"
ODD = "[output removed: it has no form that can be shown here]"


def png(width: int = 2, height: int = 3) -> str:
    buffer = io.BytesIO()
    Image.new("L", (width, height), 7).save(buffer, format="PNG")
    return base64.b64encode(buffer.getvalue()).decode()


def kept(output: Any) -> NotebookNode:
    """What stays of one output of an own cell."""
    cell = new_code_cell("1", id="own")
    cell.outputs = [from_dict(output)]
    notebook = new_notebook()
    notebook.cells = [cell]  # nbformat's own function would refuse an odd one
    return presentable(notebook, new_notebook()).cells[0].outputs[0]


def shown(data: Any, metadata: Any = None) -> Any:
    """The data that stay of an output."""
    return displayed(data, metadata)["data"]


def displayed(data: Any, metadata: Any = None) -> NotebookNode:
    metadata = {} if metadata is None else metadata
    return kept({"output_type": "display_data", "data": data, "metadata": metadata})


class TestData:
    def test_a_script_in_html_is_gone(self):
        html = shown({"text/html": f"<b>bold</b>{SCRIPT}"})["text/html"]
        assert html == "<b>bold</b>"

    @pytest.mark.parametrize(
        "kind",
        [
            "application/javascript",
            "application/pdf",
            "image/svg+xml",
            "text/vnd.mermaid",
            "text/x-own",
        ],
    )
    def test_forms_that_can_carry_code_are_dropped(self, kind):
        assert shown({kind: SCRIPT, "text/plain": "kept"}) == {"text/plain": "kept"}
        assert shown({kind: SCRIPT}) == {"text/plain": ODD}

    def test_a_table_of_pandas_is_as_it_was(self):
        table = (
            '<div>\n<table border="1" class="dataframe">\n  <thead>\n'
            '    <tr style="text-align:right">\n      <th></th>\n      <th>a</th>\n'
            "    </tr>\n  </thead>\n  <tbody>\n    <tr>\n      <th>0</th>\n"
            "      <td>1</td>\n    </tr>\n  </tbody>\n</table>\n</div>"
        )
        assert shown({"text/html": table})["text/html"] == table

    def test_formulas_stay_and_links_in_them_do_not(self):
        data = shown({"text/latex": r"$a < \href{javascript:x}{b}$"})
        assert data == {"text/latex": r"$a \lt  \backslash href{javascript:x}{b}$"}

    def test_lists_of_lines_are_joined(self):
        assert shown({"text/plain": ["a\n", "b"]}) == {"text/plain": "a\nb"}

    @pytest.mark.parametrize("value", [7, None, {"x": 1}, ["x", 7], [["x"]]], ids=repr)
    @pytest.mark.parametrize("kind", ["text/plain", "text/html", "text/markdown"])
    def test_what_is_no_text_is_dropped_with_a_note(self, kind, value):
        assert shown({kind: value}) == {"text/plain": ODD}

    @pytest.mark.parametrize("data", [7, None, ["x"], "text/plain"], ids=repr)
    def test_data_that_are_none_are_dropped_with_a_note(self, data):
        assert shown(data) == {"text/plain": ODD}

    @pytest.mark.parametrize(
        "html", ["<b>" * 20_000 + "<p>", "x" * 300_000], ids=["nested", "long"]
    )
    def test_html_beyond_measure_is_dropped_with_a_note(self, html):
        assert shown({"text/html": html}) == {"text/plain": TOO_LARGE}
        data = shown({"text/html": html, "text/plain": "x"})
        assert data == {"text/plain": f"x\n{TOO_LARGE}"}


class TestPictures:
    def test_are_kept_as_ones_of_ours(self):
        raw = base64.b64decode(shown({"image/png": png()})["image/png"])
        assert Image.open(io.BytesIO(raw)).size == (2, 3)

    @pytest.mark.parametrize(
        "fake",
        [
            f'">{SCRIPT}',
            base64.b64encode(b"no picture").decode(),
            "",
            png()[:40],
            7,
            None,
            [7],
        ],
        ids=["markup", "other bytes", "nothing", "cut", "number", "none", "list"],
    )
    def test_what_is_none_is_left_out(self, fake):
        assert shown({"image/png": fake}) == {"text/plain": REMOVED}

    def test_too_large_to_decode_are_left_out(self):
        assert "image/png" not in shown({"image/png": png(6000, 6000)})

    def test_carry_nothing_but_pixels(self):
        buffer = io.BytesIO()
        image = Image.new("RGB", (2, 3))
        image.save(buffer, format="JPEG", comment=b"<script>", icc_profile=b"x" * 200)
        made = shown({"image/jpeg": base64.b64encode(buffer.getvalue()).decode()})
        assert b"<script>" not in base64.b64decode(made["image/jpeg"])
        assert (
            "icc_profile"
            not in Image.open(io.BytesIO(base64.b64decode(made["image/jpeg"]))).info
        )

    def test_are_shown_as_large_as_they_ask_for(self):
        said = {"width": 300, "height": 200, "needs_background": "light"}
        output = displayed({"image/png": png()}, {"image/png": {**said, "x": 1}})
        assert output.metadata == {"image/png": said}

    @pytest.mark.parametrize(
        "said",
        [
            {"width": "1 onload=alert(1)"},
            {"width": True},
            {"width": -1},
            {"width": 10**9},
            {"width": 1.5},
            {"height": ["1"]},
            {"needs_background": '" onload="alert(1)'},
            {"unconfined": True},
            {"alt": "x"},
            ["width"],
            7,
        ],
        ids=repr,
    )
    def test_say_nothing_else_of_themselves(self, said):
        assert displayed({"image/png": png()}, {"image/png": said}).metadata == {}
        assert displayed({"image/png": png()}, said).metadata == {}


class TestOutputs:
    def test_streams_have_two_names(self):
        for name, made in (("stderr", "stderr"), ("stdout", "stdout"), ("x", "stdout")):
            output = kept({"output_type": "stream", "name": name, "text": "a\x00\n"})
            assert output == {
                "output_type": "stream",
                "name": made,
                "text": "a\N{REPLACEMENT CHARACTER}\n",
            }

    def test_errors_are_three_texts(self):
        output = kept(
            {
                "output_type": "error",
                "ename": "E\nE",
                "evalue": 7,
                "traceback": ["\x1b[31ma\x1b[0m", 7, "b"],
                "more": SCRIPT,
            }
        )
        assert output == {
            "output_type": "error",
            "ename": "E E",
            "evalue": "",
            "traceback": ["\x1b[31ma\x1b[0m", "b"],
        }

    @pytest.mark.parametrize("count", ["1", -1, 10**12, True, 1.0, [1]], ids=repr)
    def test_an_execution_count_is_a_small_number(self, count):
        output = {"output_type": "execute_result", "execution_count": count, "data": {}}
        assert kept(output).execution_count is None
        assert kept({**output, "execution_count": 7}).execution_count == 7

    @pytest.mark.parametrize(
        "output", [{}, {"output_type": "x"}, {"output_type": []}], ids=repr
    )
    def test_of_no_known_type_is_a_note(self, output):
        assert kept(output)["text"] == ODD

    @settings(max_examples=300, deadline=None)
    @given(
        st.dictionaries(
            st.sampled_from(
                ["output_type", "name", "text", "data", "metadata", "ename"]
            ),
            st.recursive(
                st.none()
                | st.booleans()
                | st.integers()
                | st.sampled_from(["stream", "error", "display_data", "<b", "\ud800"]),
                lambda inner: (
                    st.lists(inner, max_size=3)
                    | st.dictionaries(
                        st.sampled_from(["text/html", "image/png", "text/markdown"]),
                        inner,
                    )
                ),
                max_leaves=8,
            ),
        )
    )
    def test_whatever_comes_something_sound_goes(self, output):
        made = kept(output)
        assert made.output_type in ("stream", "error", "display_data")


class TestText:
    def test_is_cleaned_where_it_is_the_students(self):
        ours = new_markdown_cell("where $a<b$ holds")
        own = new_markdown_cell(f"my answer {SCRIPT}")
        grader = {"nbgrader": {"grade_id": "q", "solution": True}}
        answer = new_markdown_cell(SCRIPT, id="q", metadata=grader)
        blank = new_markdown_cell("YOUR ANSWER", id="q", metadata=grader)
        made = presentable(
            new_notebook(cells=[ours, own, answer]), new_notebook(cells=[ours, blank])
        )
        assert made.cells[0].source == "where $a<b$ holds"
        assert made.cells[1].source == "<div><p>my answer </p></div>"
        assert SCRIPT not in made.cells[2].source

    def test_an_answer_that_was_not_given_stays_as_it_is(self):
        """nbgrader knows by its text that it was not given."""
        grader = {"nbgrader": {"grade_id": "q", "solution": True}}
        blank = new_markdown_cell("# <b>YOUR ANSWER</b>", id="q", metadata=grader)
        made = presentable(new_notebook(cells=[blank]), new_notebook(cells=[blank]))
        assert made.cells[0].source == "# <b>YOUR ANSWER</b>"

    def test_metadata_are_the_courses(self):
        ours = new_code_cell("1", id="a", metadata={"tags": ["x"]})
        theirs = new_code_cell("1", id="a", metadata={"tags": ["y"], "alt": SCRIPT})
        own = new_code_cell("1", id="b", metadata={"nbgrader": {"points": 9}})
        made = presentable(
            new_notebook(cells=[theirs, own], metadata={"title": SCRIPT}),
            new_notebook(cells=[ours]),
        )
        assert [cell.metadata for cell in made.cells] == [{"tags": ["x"]}, {}]
        assert made.metadata == {}


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
