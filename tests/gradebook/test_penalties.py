"""Late penalties: what nbgrader's own AssignLatePenalties writes, number for number."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

import pytest
from nbgrader.api import Gradebook as Nbgraders
from nbgrader.plugins import BasePlugin
from nbgrader.preprocessors import AssignLatePenalties
from traitlets.config import Config

from autograder.config import load_settings
from autograder.errors import GradebookError
from autograder.gradebook import Gradebook
from autograder.gradebook.penalties import LatePenalties

pytestmark = pytest.mark.filterwarnings(  # of nbgrader's own queries
    "ignore:Object of type:sqlalchemy.exc.SAWarning"
)

DUE = datetime(2026, 3, 1, 12)
LATE = datetime(2026, 3, 1, 15, tzinfo=UTC)

#: A plugin as nbgrader's documentation has it: a module in the course's folder.
PLUGIN = """
from nbgrader.plugins import BasePlugin
from traitlets import Float


class SubMarks(BasePlugin):
    an_hour = Float(0.25).tag(config=True)

    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return self.an_hour * total_seconds_late / 3600
"""


class Answering(BasePlugin):
    """Answers what a test wants."""

    answer: object = None

    def late_submission_penalty(self, student_id, score, total_seconds_late):
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def penalties(answer: object) -> LatePenalties:
    config = Config()
    config.AssignLatePenalties.plugin_class = type(
        "Plugin", (Answering,), {"answer": answer}
    )
    return LatePenalties(config)


@pytest.fixture
def settings(make_course):
    return make_course('c.LateSubmissionPlugin.penalty_method = "zero"')


def opened(settings, late: LatePenalties | None = None) -> Gradebook:
    """The gradebook with an assignment that was due."""
    late = late or LatePenalties.of_course(settings)
    book = Gradebook(settings.db_url, penalties=late)
    book.ensure_assignment("squares", settings.source_notebook("squares"))
    with Nbgraders(settings.db_url) as theirs:
        theirs.update_or_create_assignment("squares", duedate=DUE)
    return book


def stored(settings) -> float | None:
    with Nbgraders(settings.db_url) as theirs:
        book = theirs.find_submission_notebook("squares", "squares", "ann")
        penalty: float | None = book.late_submission_penalty
        return penalty


def nbgraders_own(settings, config: Config) -> float | None:
    """What nbgrader's own preprocessor makes of the same rows."""
    names = {"notebook": "squares", "assignment": "squares", "student": "ann"}
    resources = {"nbgrader": {**names, "db_url": settings.db_url}}
    AssignLatePenalties(config=config).preprocess(None, resources)
    return stored(settings)


@pytest.fixture(autouse=True)
def no_cells(monkeypatch):
    """nbgrader's preprocessor looks at no cell; so it needs no notebook."""
    from nbgrader.preprocessors import NbGraderPreprocessor

    monkeypatch.setattr(
        NbGraderPreprocessor, "preprocess", lambda _, nb, resources: (nb, resources)
    )


class TestPenalty:
    @pytest.mark.parametrize(
        ("answer", "penalty"),
        [(None, None), (0, 0), (0.5, 0.5), (99, 1.5), (-1, 0), (1, 1)],
        ids=["none", "zero", "some", "more than the score", "negative", "whole"],
    )
    def test_is_what_nbgrader_writes(self, settings, answer, penalty):
        late = penalties(answer)
        with opened(settings, late) as book:
            taken = book.write_scores("squares", "ann", {"square": 1.5}, timestamp=LATE)
        assert taken == (penalty or 0)
        assert stored(settings) == penalty
        assert nbgraders_own(settings, late._step.config) == penalty

    def test_is_the_courses_zero(self, settings):
        with opened(settings) as book:
            book.write_scores("squares", "ann", {"square": 1.5}, timestamp=LATE)
        assert stored(settings) == 1.5
        with Nbgraders(settings.db_url) as theirs:
            submission = theirs.find_submission("squares", "ann")
            assert (submission.score, submission.late_submission_penalty) == (1.5, 1.5)

    def test_counts_what_a_person_gave(self, settings):
        with opened(settings) as book:
            book.write_scores("squares", "ann", {"square": 1.5}, timestamp=LATE)
            with Nbgraders(settings.db_url) as theirs:
                grade = theirs.find_grade("why", "squares", "squares", "ann")
                grade.manual_score = 0.75
                theirs.db.commit()
            book.write_scores("squares", "ann", {"square": 1}, timestamp=LATE)
        assert stored(settings) == 1.75

    @pytest.mark.parametrize(
        "timestamp",
        [None, DUE.replace(tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC)],
        ids=["no time", "at the very second", "early"],
    )
    def test_is_for_late_submissions(self, settings, timestamp):
        with opened(settings) as book:
            book.write_scores("squares", "ann", {"square": 1}, timestamp=timestamp)
        assert stored(settings) is None

    def test_follows_an_extension_and_its_end(self, settings):
        with opened(settings) as book:
            for hours, penalty in [(0, 1.5), (2, 1.5), (3, None), (0, 1.5)]:
                with Nbgraders(settings.db_url) as theirs:
                    theirs.update_or_create_student("ann")
                    theirs.update_or_create_submission("squares", "ann")
                    theirs.grant_extension("squares", "ann", hours=hours)
                book.write_scores("squares", "ann", {"square": 1.5}, timestamp=LATE)
                assert stored(settings) == penalty

    def test_follows_the_due_date(self, settings):
        with opened(settings) as book:
            for moment, penalty in [(DUE, 1.5), (DUE + timedelta(days=1), None)]:
                with Nbgraders(settings.db_url) as theirs:
                    theirs.update_or_create_assignment("squares", duedate=moment)
                book.write_scores("squares", "ann", {"square": 1.5}, timestamp=LATE)
                assert stored(settings) == penalty

    def test_is_none_for_an_extension_of_no_due_date(self, settings):
        """nbgrader itself ends with a TypeError there."""
        with opened(settings) as book:
            with Nbgraders(settings.db_url) as theirs:
                theirs.find_assignment("squares").duedate = None
                theirs.update_or_create_student("ann")
                theirs.update_or_create_submission("squares", "ann")
                theirs.grant_extension("squares", "ann", hours=1)
            book.write_scores("squares", "ann", {"square": 1.5}, timestamp=LATE)
        assert stored(settings) is None

    @pytest.mark.parametrize(
        ("answer", "reason"),
        [
            (math.nan, "Plugin returned nan"),
            (math.inf, "Plugin returned inf"),
            (
                "many",
                "Plugin raised ValueError: could not convert string to float: 'many'",
            ),
            (KeyError("x"), "Plugin raised KeyError: 'x'"),
        ],
        ids=["nan", "infinity", "text", "raises"],
    )
    def test_that_is_none_is_told_and_writes_nothing(self, settings, answer, reason):
        with opened(settings, penalties(0.5)) as book:
            book.write_scores("squares", "ann", {"square": 1.5}, timestamp=LATE)
        with (
            opened(settings, penalties(answer)) as book,
            pytest.raises(GradebookError) as caught,
        ):
            book.write_scores("squares", "ann", {"square": 2}, timestamp=LATE)
        assert str(caught.value) == (
            f"the late penalty of ann is unknown: {reason}. Fix the plugin and grade "
            "again."
        )
        assert stored(settings) == 0.5
        with Nbgraders(settings.db_url) as theirs:
            assert theirs.find_submission("squares", "ann").score == 1.5


class TestConfiguration:
    def test_may_name_a_plugin_of_the_courses_folder(self, make_course, tmp_path):
        (tmp_path / "late_by_hour.py").write_text(PLUGIN)
        settings = make_course(
            'c.AssignLatePenalties.plugin_class = "late_by_hour.SubMarks"',
            "c.SubMarks.an_hour = 0.1",
        )
        with opened(settings) as book:
            taken = book.write_scores("squares", "ann", {"square": 1}, timestamp=LATE)
        assert taken == pytest.approx(0.3)

    def test_may_import_it(self, make_course, tmp_path):
        (tmp_path / "late_class.py").write_text(PLUGIN)
        settings = make_course(
            "from late_class import SubMarks",
            "c.AssignLatePenalties.plugin_class = SubMarks",
        )
        with opened(settings) as book:
            assert book.write_scores(
                "squares", "ann", {"square": 2}, timestamp=LATE
            ) == (0.75)

    def test_may_stand_in_nbgraders_own_file(self, make_course, tmp_path):
        settings = make_course()
        (tmp_path / "nbgrader_config.py").write_text(
            'load_subconfig("course_config.py")\n'
            'c.LateSubmissionPlugin.penalty_method = "zero"\n'
        )
        with opened(settings) as book:
            book.write_scores("squares", "ann", {"square": 1}, timestamp=LATE)
        assert stored(settings) == 1

    def test_may_switch_penalties_off(self, make_course):
        settings = make_course(
            'c.LateSubmissionPlugin.penalty_method = "zero"',
            "c.AssignLatePenalties.enabled = False",
        )
        with opened(settings) as book:
            book.write_scores("squares", "ann", {"square": 1}, timestamp=LATE)
        assert stored(settings) is None

    def test_that_names_no_plugin_is_told(self, make_course):
        settings = make_course(
            'c.AssignLatePenalties.plugin_class = "no_such_module.SubMarks"'
        )
        with pytest.raises(GradebookError) as caught:
            Gradebook.of_course(settings)
        told = str(caught.value)
        assert told.startswith("c.AssignLatePenalties.plugin_class can't be used: ")
        assert "no_such_module.SubMarks" in told
        assert "\n" not in told

    def test_is_read_again_where_settings_came_from(self, make_course, tmp_path):
        settings = make_course("c.SubMarks.an_hour = 3")
        assert settings.config_file == tmp_path / "course_config.py"
        assert load_settings(tmp_path) == settings
