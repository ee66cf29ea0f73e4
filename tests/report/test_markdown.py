"""Markdown: no text of a student's is markup, and a summary has its size."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from autograder.report import ClassReport
from autograder.report.markdown import MOST_BYTES, code, document, fenced, summary
from tests.report.made import HOSTILE, graded, hostile_class, one, refused

#: What no summary of ours holds.
_FORBIDDEN = {
    *("html_block", "html_inline", "link_open", "image", "hr", "strikethrough"),
    *("blockquote_open", "bullet_list_open", "ordered_list_open", "code_block"),
}


def tokens(text: bytes) -> Iterator[Token]:
    for token in MarkdownIt("commonmark").enable("table").parse(text.decode()):
        yield token
        yield from token.children or ()


def words(text: bytes) -> str:
    """What is text, and no code."""
    return " ".join(each.content for each in tokens(text) if each.type == "text")


def test_a_submission_is_a_table_and_what_was_found():
    assert document(one()).decode() == (
        "## `convolution`\n\n"
        "### `ada`: 1.5 of 3 automatic points so far; 3 more are open\n\n"
        "| exercise | points | result |\n"
        "|---|---:|---|\n"
        "| `pad2d` | 1 / 1 | right |\n"
        "| `corr2d` | 0.5 / 2 | stopped with an error |\n"
        "| `layer` | open / 3 | not graded yet |\n\n"
        "#### `corr2d`\n\n"
        "`test_example`: wrong\n\n"
        "```text\n"
        "corr2d: the values differ\n"
        "  got       2\n"
        "  hint      turn the kernel\n"
        "```\n\n"
        "`test_any_shape` (hidden): stopped with an error\n\n"
        "```text\nhint: turn the kernel\n```\n\n"
        "#### `layer`\n\n"
        "`test_layer` (hidden): not graded yet\n\n"
        "````text\n".replace("````", "```")
        + "needs cuda: run `autograder grade A --device cuda` on a GPU runner\n```\n\n"
        "Noted: `cell 9 failed`\n\n"
    )


def test_a_class_begins_with_an_overview():
    text = document(
        [ClassReport("convolution", [graded("ada"), graded("bob")])]
    ).decode()
    assert (
        "| student | status | automatic points |\n|---|---|---|\n| `ada` | graded |"
        in text
    )


def test_a_refused_assignment_says_so():
    assert document(refused()).decode() == (
        "## `gan`\n\nNothing was graded; the output of the command says why.\n\n"
    )


def test_hostile_text_is_code_wherever_it_stands():
    made = document(hostile_class())
    assert {each.type for each in tokens(made)}.isdisjoint(_FORBIDDEN)
    said = words(made)
    for piece in ("@", "#", "evil", "pwned", "::", "<", "$", "http", "www", "\\"):
        assert piece not in said
    assert said.isprintable()


def test_a_table_has_as_many_cells_as_columns():
    rows, cells = 0, 0
    for token in tokens(document(hostile_class())):
        rows += token.type == "tr_open"
        cells += token.type in ("td_open", "th_open")
    assert cells == 3 * rows


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_code_span_and_a_block_hold_all_of_a_text(text):
    (span,) = [
        each
        for each in tokens(f"a {code(text)} b".encode())
        if each.type == "code_inline"
    ]
    assert span.content.strip()
    block, *rest = [
        each
        for each in tokens(fenced(text.encode("utf-8", "replace").decode()).encode())
        if each.type != "inline"
    ]
    assert (block.type, block.info, rest) == ("fence", "text", [])


def test_nothing_is_a_code_span_as_well():
    assert code("") == "` `"


def test_a_long_summary_is_cut_between_blocks_and_says_so():
    reports = [graded(f"student-{number:05}") for number in range(5_000)]
    made = document([ClassReport("convolution", reports)])
    assert MOST_BYTES - 2_000 < len(made) <= MOST_BYTES
    assert made.decode().endswith(
        "\n\n**Truncated: the rest is too long for a summary. See the other "
        "reports.**\n"
    )
    assert "html_block" not in {each.type for each in tokens(made[-4_000:])}


def test_where_there_is_no_room_there_is_no_summary():
    assert summary(one(), most_bytes=10) == b""
    assert summary(one(), most_bytes=100).endswith(b"reports.**\n")
