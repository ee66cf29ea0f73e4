"""The pages in a real browser: nothing of a student's runs, asks or leads away.

Skipped where there is no Chromium; `test_feedbackpage.py` then still reads the pages.
"""

from __future__ import annotations

from html import escape
from pathlib import Path

import nbformat
import pytest
from nbconvert.exporters import HTMLExporter
from nbconvert.filters import markdown2html
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell, new_notebook
from nbgrader.server_extensions.formgrader import handlers
from traitlets.config import Config

from autograder.gradebook.feedbackpage import FeedbackPage
from autograder.grading.presentation import presentable
from tests.gradebook.browser import CHROMIUM, Page, opened
from tests.gradebook.payloads import MARKDOWN, page_cells

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="this machine has no Chromium"),
]

_STATIC = Path(handlers.static_path) / "node_modules" / "bootstrap" / "dist" / "css"
_FEEDBACK = {"notebook": "x", "score": 1, "max_score": 2, "late_penalty": 0}
_FORMGRADE = {
    "assignment_id": "x",
    "notebook_id": "x",
    "submission_id": "1",
    "index": 0,
    "total": 1,
    "base_url": "",
    "student": "mal",
    "last_name": None,
    "first_name": None,
    "notebook_path": "x",
}


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Page:
    with opened(tmp_path_factory.mktemp("browser")) as tab:
        yield tab


def written(
    folder: Path, notebook: NotebookNode, exporter=HTMLExporter, **more
) -> Path:
    """A page of nbgrader's feedback template, or of another."""
    config = Config()
    config.HTMLExporter.template_name = more.get("template", "feedback")
    config.HTMLExporter.extra_template_basedirs = [handlers.template_path]
    config.HTMLExporter.extra_template_paths = [str(_STATIC)]
    resources = {"nbgrader": _FEEDBACK, **_FORMGRADE}
    copied = nbformat.from_dict(notebook)
    html, _ = exporter(config=config).from_notebook_node(copied, resources=resources)
    path = folder / "page.html"
    path.write_text(html, encoding="utf-8")
    return path


def cleaned(cells: list[NotebookNode]) -> NotebookNode:
    notebook = new_notebook()
    notebook.cells = cells
    return presentable(notebook, new_notebook())


def strangers(page: Page) -> list[str]:
    """Whom the page has asked, but those whom nbgrader's templates ask."""
    known = ("https://cdnjs.cloudflare.com/", "https://api.cdnjs.com/")
    return [url for url in page.asked_for if not url.startswith(known)]


@pytest.mark.parametrize("template", ["feedback", "formgrade", "lab"])
def test_nothing_runs_in_a_page(page, tmp_path, template):
    """nbgrader's feedback and formgrader's page, and nbconvert's own."""
    page.asked_for.clear()
    page.open(written(tmp_path, cleaned(page_cells()), template=template))
    assert page.evaluate("document.querySelectorAll('body *').length") > 500
    assert page.evaluate("window.__pwned") is None
    assert strangers(page) == []
    assert page.events.count("Page.frameNavigated") == 1
    assert "Page.javascriptDialogOpening" not in page.events


def test_each_text_alone_runs_nothing_either(page, tmp_path):
    """One after the other, an open quote or comment may hide the next."""
    frames = []
    for text in MARKDOWN.values():
        (cell,) = cleaned([new_markdown_cell(text, id="own")]).cells
        shown = escape(markdown2html(cell.source))
        frames.append(f'<iframe srcdoc="{shown}"></iframe>')
    frames.append('<iframe srcdoc="<script>window.__pwned=1</script>"></iframe>')
    path = tmp_path / "page.html"
    path.write_text(f"<!DOCTYPE html><body>{''.join(frames)}", encoding="utf-8")
    page.asked_for.clear()
    page.open(path)
    ran = page.evaluate("Array.from(frames, each => each.__pwned ? 1 : 0)")
    assert ran.pop() == 1  # so it would be seen
    assert dict(zip(MARKDOWN, ran, strict=True)) == dict.fromkeys(MARKDOWN, 0)
    assert strangers(page) == []


def test_the_same_page_uncleaned_would_run_them(page, tmp_path):
    notebook = new_notebook()
    notebook.cells = [
        cell
        for cell in page_cells()
        if cell.cell_type == "markdown" and "attachment:" not in cell.source
    ]
    page.asked_for.clear()
    page.open(written(tmp_path, notebook))
    assert page.evaluate("window.__pwned") == 1
    assert "https://evil.example/pixel.png" in strangers(page)


def test_the_policy_alone_would_stop_them_too(page, tmp_path):
    notebook = new_notebook()
    notebook.cells = [
        cell
        for cell in page_cells()
        if cell.cell_type == "markdown" and "attachment:" not in cell.source
    ]
    page.open(written(tmp_path, notebook, exporter=FeedbackPage))
    assert page.evaluate("window.__pwned") is None
