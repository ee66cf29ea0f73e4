"""nbgrader's pages of a notebook that is all attack: nothing in them can run."""

from __future__ import annotations

import copy
import re

import nbformat
import pytest
from nbconvert.exporters import HTMLExporter
from nbformat.v4 import new_markdown_cell
from nbgrader.apps.api import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from nbgrader.server_extensions.formgrader import handlers
from traitlets.config import Config

from autograder.gradebook import Gradebook, write_autograded
from autograder.gradebook.feedbackpage import POLICY
from autograder.grading.presentation import presentable
from autograder.notebook import parse_submission, read_course_notebook, rebuild
from autograder.release import release
from tests.gradebook.pages import findings
from tests.gradebook.payloads import MARKDOWN, page_cells, png

#: What nbgrader's own template loads.
TEMPLATES = [
    "https://cdnjs.cloudflare.com/ajax/libs/mathjax/2.7.7/latest.js"
    "?config=TeX-AMS_CHTML-full,Safe",
    "text/x-mathjax-config",
]


@pytest.fixture
def course(make_course):
    settings = make_course()
    release(settings, "squares")
    with Gradebook(settings.db_url) as book:
        book.ensure_assignment("squares", settings.source_notebook("squares"))
    return settings


def hand_in(course, student, cells, answer=None, attachments=None):
    """Put cells, as executed, where nbgrader reads; returns the notebook's path."""
    path = course.release_directory / "squares" / "squares.ipynb"
    skeleton = read_course_notebook(path)
    theirs = nbformat.from_dict(skeleton)
    if answer is not None:
        theirs.cells[6].source = answer
        theirs.cells[6].attachments = attachments or {}
    data = nbformat.writes(theirs).encode()
    executed = rebuild(skeleton, parse_submission(data)).notebook
    executed.cells += copy.deepcopy(cells)
    notebook = presentable(executed, skeleton)
    nbformat.validate(notebook)
    path = course.submitted_directory / student / "squares" / "squares.ipynb"
    path.parent.mkdir(parents=True)
    nbformat.write(notebook, path)
    with Gradebook(course.db_url) as book:
        book.write_scores("squares", student, {"square": 1}, notebook=notebook)
    return write_autograded(
        course.autograded_directory,
        student=student,
        assignment="squares",
        notebook=notebook,
    )


def feedback_page(course, student):
    """The page that `nbgrader generate_feedback` makes."""
    config = Config()
    config.CourseDirectory.root = str(course.course_root)
    config.CourseDirectory.db_url = course.db_url
    config.GenerateFeedback.exporter_class = (
        "autograder.gradebook.feedbackpage.FeedbackPage"
    )
    api = NbGraderAPI(CourseDirectory(config=config), config=config)
    result = api.generate_feedback("squares", student)
    assert result["success"], result
    path = course.feedback_directory / student / "squares" / "squares.html"
    return path.read_text(encoding="utf-8")


def formgraders_page(path):
    """The page in which an instructor grades by hand."""
    config = Config()
    config.HTMLExporter.template_name = "formgrade"
    config.HTMLExporter.extra_template_basedirs = [handlers.template_path]
    resources = {
        "assignment_id": "squares",
        "notebook_id": "squares",
        "submission_id": "1",
        "index": 0,
        "total": 1,
        "base_url": "",
        "student": "mal",
        "last_name": None,
        "first_name": None,
        "notebook_path": "x",
    }
    return HTMLExporter(config=config).from_filename(str(path), resources=resources)[0]


class TestAttacks:
    def test_nothing_can_run_in_the_feedback_page(self, course):
        hand_in(course, "mal", page_cells(), "\n\n".join(MARKDOWN.values()))
        found, scripts = findings(feedback_page(course, "mal"))
        assert found == []
        assert scripts == TEMPLATES

    def test_each_text_alone_is_harmless_too(self, course):
        """One after the other, an open quote or comment may hide the next."""
        exporter = HTMLExporter(template_name="classic")
        for name, text in MARKDOWN.items():
            cell = new_markdown_cell(text, id="own-1")
            notebook = presentable(
                nbformat.v4.new_notebook(cells=[cell]), nbformat.v4.new_notebook()
            )
            html = exporter.from_notebook_node(notebook)[0]
            shown = html.partition('id="notebook-container"')[2]
            found, scripts = findings(shown)
            assert (name, found, scripts) == (name, [], [])

    def test_nothing_more_than_its_own_can_run_in_formgraders_page(self, course):
        plain = formgraders_page(hand_in(course, "ann", []))
        hostile = formgraders_page(hand_in(course, "mal", page_cells(), "x"))
        own, _ = findings(plain)
        found, scripts = findings(hostile)
        assert found == own
        assert scripts == findings(plain)[1]

    def test_what_is_looked_for_would_have_been_found(self, course):
        """Without the cleaning the same cells are full of it."""
        notebook = nbformat.v4.new_notebook(cells=page_cells()[-len(MARKDOWN) :])
        html = HTMLExporter(template_name="classic").from_notebook_node
        notebook.cells = [
            cell for cell in notebook.cells if "attachment:" not in cell.source
        ]
        found, scripts = findings(html(notebook)[0])
        assert len(found) > 40
        assert "inline" in scripts


class TestPolicy:
    def test_comes_before_all_that_it_is_for(self, course):
        hand_in(course, "ann", [])
        page = feedback_page(course, "ann")
        head = re.search(r"<head>(.*?)>", page, re.DOTALL)
        assert head[1] == (
            f'<meta http-equiv="Content-Security-Policy" content="{POLICY}"/'
        )

    def test_is_named_in_the_course_configuration(self):
        from tests.courses import ROOT

        named = "autograder.gradebook.feedbackpage.FeedbackPage"
        text = (ROOT / "course_config.py").read_text(encoding="utf-8")
        assert f'c.GenerateFeedback.exporter_class = "{named}"' in text


class TestAttachments:
    def test_a_picture_in_a_written_answer_is_shown_to_the_student(self, course):
        """It broke `nbgrader generate_feedback` while only the reference was kept."""
        attached = {"image.png": {"image/png": png()}}
        hand_in(course, "ann", [], "see ![plot](attachment:image.png)", attached)
        assert 'src="data:image/png;base64,' in feedback_page(course, "ann")

    @pytest.mark.parametrize(
        "attachments",
        [
            {},
            {"other.png": {"image/png": png()}},
            {"image.png": {"image/png": "AAAA"}},
            {"image.png": {"image/svg+xml": "PHN2Zy8+"}},
            {"image.png": {"text/html": "PHN2Zy8+"}},
        ],
        ids=["none", "another", "damaged", "vector", "no picture"],
    )
    def test_a_reference_to_no_picture_becomes_text(self, course, attachments):
        hand_in(course, "ann", [], "see ![plot](attachment:image.png)", attachments)
        page = feedback_page(course, "ann")
        assert "see [image removed: plot]" in page
