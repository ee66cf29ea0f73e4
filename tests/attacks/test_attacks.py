"""Every attack gets its honest score, and nothing outside of its box.

All attackers hand in as one class, which is graded once, by the command's own way, at
the full wall; then each report is looked at, and what lies around the course.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from autograder.config import Settings
from autograder.model import GradeReport, Status
from autograder.results import Store
from tests.attacks.attack import Attack
from tests.attacks.classroom import digests, grade_attacks
from tests.attacks.course import ASSIGNMENT, POINTS, Canaries, canaries, make_course
from tests.attacks.delayed import DELAYED
from tests.attacks.exfiltration import EXFILTRATION
from tests.attacks.exhaustion import EXHAUSTION
from tests.attacks.files import FILES
from tests.attacks.tampering import TAMPERING

pytestmark = pytest.mark.slow

ATTACKS = (*TAMPERING, *EXHAUSTION, *DELAYED, *EXFILTRATION, *FILES)

#: Neither before nor after them may anybody lose anything.
BYSTANDERS = (Attack("0-before-all"), Attack("zz-after-all"))


@dataclass(frozen=True)
class Graded:
    """The class after grading.

    Attributes:
        settings: The course.
        reports: By student.
        canaries: What lay around.
        before: Digests of the course's files before the grading.
        left: Processes of ours that outlived it.
    """

    settings: Settings
    reports: dict[str, GradeReport]
    canaries: Canaries
    before: dict[str, str]
    left: list[str]


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Graded]:
    root = tmp_path_factory.mktemp("course")
    root.chmod(0o755)
    settings = make_course(root)
    outside = tmp_path_factory.mktemp("outside") / "canary"
    kept = [
        settings.source_directory,
        settings.release_directory,
        settings.tests_directory,
    ]
    before = digests(*kept)
    earlier = still_running()
    with canaries(outside, root) as around:
        reports = grade_attacks(settings, (*BYSTANDERS, *ATTACKS), around)
        time.sleep(0.5)  # what would call home late
        left = [each for each in still_running() if each not in earlier]
        yield Graded(settings, reports, around, before, left)


def still_running() -> list[str]:
    """What grading has left: children of ours, and the attackers' daemons."""
    found = []
    for folder in Path("/proc").iterdir():
        try:
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            parent = (folder / "stat").read_text().rpartition(")")[2].split()[1]
        except (OSError, UnicodeDecodeError):
            continue  # no process, or gone by now
        is_ours = parent == str(os.getpid()) and "resource_tracker" not in command
        if is_ours or command.strip() in ("sleep 31415", "sleep 27182"):
            found.append(command)
    return found


@pytest.mark.parametrize("attack", [*BYSTANDERS, *ATTACKS], ids=lambda each: each.name)
def test_an_attack_gets_its_honest_score(graded: Graded, attack: Attack):
    report = graded.reports[attack.reported_as]
    scores = {each.grade_id: each.score for each in report.exercises}
    for exercise, points in POINTS.items():
        share = attack.parts.get(exercise, float(exercise in attack.earns))
        allowed = {points * share} | ({0.0} if exercise in attack.may_lose else set())
        if exercise in attack.may_lose:
            assert 0 <= (scores[exercise] or 0) <= points * share, report.to_json()
        else:
            assert scores[exercise] in allowed, report.to_json()
    assert str(report.status) == attack.status
    assert report.needs_attention == (attack.status != "graded")
    by_name = {each.grade_id: each for each in report.exercises}
    for exercise, outcome in attack.outcomes.items():
        assert str(by_name[exercise].outcome) in outcome.split(" or "), report.to_json()
    for where, text in attack.told.items():
        if where == "note":
            assert text in report.note
        else:
            told = [check.message for check in by_name[where].checks]
            assert any(text in message for message in told), told


def test_all_were_graded_behind_the_full_wall(graded: Graded):
    assert len(graded.reports) == len(ATTACKS) + len(BYSTANDERS)
    run = [each for each in graded.reports.values() if each.status is Status.GRADED]
    assert {report.wall for report in run} == {"full"}


def test_nothing_was_touched_outside(graded: Graded):
    assert graded.canaries.is_untouched
    settings = graded.settings
    now = digests(
        settings.source_directory, settings.release_directory, settings.tests_directory
    )
    assert now == graded.before
    assert sorted(path.name for path in settings.course_root.iterdir()) == [
        ".autograder",
        "autograded",
        "course_config.py",
        "gradebook.db",
        "release",
        "source",
        "submitted",
        "tests",
    ]


def test_nothing_is_left_running(graded: Graded):
    assert graded.left == []


def test_every_result_is_kept(graded: Graded):
    with Store(graded.settings.results_directory, writes=False) as store:
        kept = {
            each.student: GradeReport.from_json(ASSIGNMENT, report)
            for each, report in store.reports(ASSIGNMENT)
        }
    for student, report in graded.reports.items():
        if report.status is not Status.MISSING and student in kept:
            assert kept[student].exercises == report.exercises
    missing = graded.reports.keys() - kept.keys()
    assert all(graded.reports[each].status is not Status.GRADED for each in missing)


def test_nothing_of_the_secrets_is_in_what_students_get(graded: Graded):
    for path in graded.settings.autograded_directory.rglob("*.ipynb"):
        assert "SECRET-OF-THE-COURSE" not in path.read_text("utf-8"), path
    for report in graded.reports.values():
        messages = [c.message for each in report.exercises for c in each.checks]
        assert not any("SECRET-OF-THE-COURSE" in message for message in messages)


def test_the_gradebook_holds_the_same_scores(graded: Graded):
    with Gradebook(graded.settings.db_url) as gradebook:
        held = {
            each.student.id: each.score
            for each in gradebook.assignment_submissions(ASSIGNMENT)
        }
    reported = {
        student: report.score
        for student, report in graded.reports.items()
        if "can't be a student's id" not in report.note
    }
    assert held.keys() == reported.keys()
    assert held == pytest.approx(reported)


def test_messages_hold_no_control_characters(graded: Graded):
    for report in graded.reports.values():
        texts = [report.note]
        texts += [c.message for each in report.exercises for c in each.checks]
        assert not any("\x1b" in text or "\x00" in text for text in texts)


def test_the_canaries_would_have_been_seen(tmp_path: Path):
    """What the attacks look for can be had where there is no wall."""
    with canaries(tmp_path / "canary", tmp_path) as around:
        assert os.environ[around.variable] == around.word
        for attack in EXFILTRATION:
            if attack.name not in OPEN_WITHOUT_A_WALL:
                continue
            scope: dict[str, object] = {}
            exec(around.fill_in(attack.opening), scope)
            assert scope["stolen"] is True, attack.name
        time.sleep(0.3)
        assert set(around.visits) == {"tcp"}


#: Probes that do no harm where they succeed.
OPEN_WITHOUT_A_WALL = {
    "A20-grader-variables",
    "A23-tests-on-disk",
    "A23-dot-dot",
    "C01-loopback",
    "C07-signals-to-the-grader",
}
