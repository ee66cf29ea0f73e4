"""The page: one file, no script, and a policy that a browser keeps to."""

from __future__ import annotations

import re

import pytest

from autograder.report import ClassReport
from autograder.report.page import document, policy
from tests.gradebook.browser import CHROMIUM, Page, opened
from tests.gradebook.pages import findings
from tests.report.made import HOSTILE, NEEDS, graded, hostile_class, one, refused


def test_the_page_tells_scores_outcomes_and_hints():
    page = document(
        [ClassReport("convolution", [graded("ada"), graded("bob")])]
    ).decode()
    for told in (
        "<title>Automatic points: convolution</title>",
        '<td class="open">1.5 of 3 automatic points so far; 3 more are open</td>',
        '<td class="points">0.5 / 2</td><td class="lost">stopped with an error</td>',
        "<pre>corr2d: the values differ\n  got       2\n",
        "<code>test_any_shape</code> (hidden)",
        f"<pre>{NEEDS}</pre>",
    ):
        assert told in page


def test_a_refused_assignment_says_so():
    told = "Nothing was graded; the output of the command says why."
    assert told in document(refused()).decode()


def test_the_policy_stands_before_all_that_it_governs():
    head = document(one()).decode().partition("<style>")[0]
    assert re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', head)
    assert policy().startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy()


def test_hostile_text_is_text():
    page = document(hostile_class()).decode()
    assert findings(page) == ([], [])
    assert "<script" not in page
    assert "\x1b" not in page


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Page:
    with opened(tmp_path_factory.mktemp("browser")) as tab:
        yield tab


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="this machine has no Chromium")
def test_nothing_runs_or_asks_in_a_browser(browser, tmp_path):
    path = tmp_path / "page.html"
    path.write_bytes(document(hostile_class()))
    browser.open(path)
    assert browser.evaluate("document.querySelectorAll('main pre').length") == len(
        HOSTILE
    )
    assert browser.evaluate("window.__pwned") is None
    assert browser.asked_for == []
    # The style's digest is right: the browser takes it.
    assert browser.evaluate("getComputedStyle(document.body).maxWidth") == "960px"
