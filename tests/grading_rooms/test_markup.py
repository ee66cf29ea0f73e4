"""Markdown and HTML of a student's, as nbconvert shows it in the end."""

from __future__ import annotations

import pytest
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from autograder.grading.markup import clean_html, clean_markdown


def page(source: str) -> str:
    """What nbconvert makes of it."""
    return MarkdownWithMath(renderer=IPythonRenderer(escape=False)).render(source)


class TestMarkdown:
    @pytest.mark.parametrize(
        "source",
        [
            "plain *x* and **y**, `a < b`",
            "$x<y$ and $$\\frac{1}{2}$$",
            "[a page](https://a.example/x?y=1&z#top 'title')",
            "<https://a.example>, https://b.example, <me@a.example>",
            "- a\n- b\n\n> quoted\n\n1. c\n",
            "|a|b|\n|-|-|\n|1|2|\n",
            "```python\nx = 1 < 2\n```\n\n    code\n",
            "[a]\n\n[a]: https://a.example\n",
            "a < b and c > d & e",
        ],
    )
    def test_that_is_harmless_stays_as_it_was_written(self, source):
        assert clean_markdown(source, {}) == source

    @pytest.mark.parametrize(
        ("source", "made"),
        [
            ("<b onclick=x>b</b>", "<div><p><b>b</b></p></div>"),
            ("# Title", "<div><h1>Title</h1></div>"),
            (
                "[x](javascript:y)",
                '<div><p><a rel="noopener noreferrer">x</a></p></div>',
            ),
            (
                "![plot](https://a.example/p.png)",
                '<div><p><a href="https://a.example/p.png" '
                'rel="noopener noreferrer">[image: plot]</a></p></div>',
            ),
            (
                "![](attachment:a)",
                "<div><p>[image removed: it is not attached]</p></div>",
            ),
            (r"$\href{x}{y}$", r"<div><p>$\backslash href{x}{y}$</p></div>"),
            ("<i>a</i>\n\nb\tc", "<div><p><i>a</i></p>\n<p>b&#9;c</p></div>"),
            ("<font color=red>a</font>", "<div><p>a</p></div>"),
        ],
    )
    def test_that_could_do_harm_becomes_its_html(self, source, made):
        assert clean_markdown(source, {}) == made

    @pytest.mark.parametrize(
        "source",
        [
            "<i>x</i>\n\n```\na\n\n\nb\n```\n\n    c\n\n    d",
            "<i>x</i>\n\n$$\na\n\nb\n$$\n\n[x]: javascript:y\n\n# x\n\n- y\n\n- z",
            "<pre>\n\n\n# x\n\n</pre>\n\n<div>\n\n*x*\n\n</div>",
            "<b>" + "\\begin{a}" * 30_000,
            "<b>" * 10_000,
            "<i>" + "x" * 200_001,
        ],
        ids=["code", "blocks", "pre", "formulas", "nested", "long"],
    )
    def test_is_not_read_as_markdown_a_second_time(self, source):
        made = clean_markdown(source, {})
        assert made != source
        assert page(made).strip() == made
        assert clean_markdown(source, {}) == made

    def test_of_which_nothing_can_be_made_is_shown_as_it_was_written(self):
        made = clean_markdown("<b>" * 10_000 + "\n\nend", {})
        assert made.startswith("<div><pre>&lt;b&gt;&lt;b&gt;")
        assert made.endswith("&#10;\nend</pre></div>")

    def test_says_where_it_is_cut(self):
        made = clean_markdown("x" * 200_001, {})
        assert made.endswith(
            "x\n[text truncated: a text may have 200000 characters]</pre></div>"
        )

    def test_pictures_that_are_attached_are_shown(self):
        attached = {"a.png": {"image/png": "AAAA"}}
        source = "![x](attachment:a.png)"
        assert clean_markdown(source, attached) == source
        made = clean_markdown(f"{source}<b>", attached)
        assert '<img src="data:image/png;base64,AAAA" alt="x">' in made


def test_html_keeps_numbers_that_are_numbers():
    html = '<td rowspan="2" colspan="x" style="text-align:right;top:0">'
    assert clean_html(f"<table><tr>{html}1") == (
        '<table><tbody><tr><td rowspan="2" style="text-align:right">1</td></tr></tbody>'
        "</table>"
    )


def test_the_order_of_attributes_and_classes_gives_no_way_round():
    html = '<span class="nf panel-heading btn" id="top" name="x">a</span>'
    assert clean_html(html) == '<span class="nf">a</span>'
