"""What travels to other machines: whole, the same each time, and nothing too much."""

from __future__ import annotations

import json

import pytest

from autograder.cluster import bundle, parcel
from autograder.cluster.station import require_same
from autograder.errors import AutograderError
from autograder.grading.messages import Job
from autograder.results.keys import versions
from tests.courses import add_checks, files, hand_in


@pytest.fixture
def course(make_course):
    settings = make_course(
        'c.CourseDirectory.db_url = "postgresql://grader:secret@host/marks"',
        'c.Autograder.seed = "a seed"',
        "c.Autograder.call_timeout_s = 3.5",
    )
    add_checks(settings)
    return settings


def test_equal_courses_give_equal_bytes(course):
    assignment = course.assignment("squares")
    assert bundle.pack(assignment) == bundle.pack(assignment)


def test_another_check_gives_another_name(course):
    assignment = course.assignment("squares")
    before = bundle.name_of(bundle.pack(assignment))
    path = assignment.tests / "test_square.py"
    path.write_text(f"{path.read_text('utf-8')}\n# more\n", encoding="utf-8")
    assert bundle.name_of(bundle.pack(assignment)) != before


def test_the_course_arrives_as_it_is(course, tmp_path):
    data = bundle.pack(course.assignment("squares", "cuda"))
    folder = tmp_path / "there"
    folder.mkdir()
    there, told = bundle.unpack(data, bundle.name_of(data), folder)
    assert (there.name, there.device, told) == ("squares", "cuda", versions())
    assert there.settings.seed == "a seed"
    assert there.limits == course.limits("squares")
    assert there.settings.wall == course.wall
    for name in ("source", "release", "tests"):
        assert files(getattr(there, name)) == files(
            getattr(course.assignment("squares"), name)
        )


def test_neither_submissions_nor_the_gradebook_travel(course):
    hand_in(course, "ada", "PRIVATE = 1")
    data = bundle.pack(course.assignment("squares"))
    assert b"PRIVATE" not in data
    assert b"secret" not in data


def test_a_course_that_was_changed_on_its_way_is_refused(course, tmp_path):
    data = bundle.pack(course.assignment("squares"))
    with pytest.raises(AutograderError, match="the course arrived damaged"):
        bundle.unpack(data + b"x", bundle.name_of(data), tmp_path)


def test_other_versions_are_refused_by_name():
    with pytest.raises(AutograderError) as caught:
        require_same({"Python": "3.11.7", "numpy": "2.4.6"}, {"Python": "3.12.1"})
    assert str(caught.value) == (
        "Python is 3.12.1 there, 3.11.7 here; numpy is missing there, 2.4.6 here. "
        "Install the same versions there."
    )


def test_equal_versions_are_not_refused():
    require_same(versions(), versions())


def test_a_submission_arrives_with_its_files(course, make_course, tmp_path):
    path = hand_in(course, "ada/../eve", "x = 1")
    (path.parent / "data").mkdir()
    (path.parent / "data" / "täble.csv").write_text("1,2", encoding="utf-8")
    sent = parcel.pack(
        course.assignment("squares"), Job("ada/../eve", str(path), ("square",))
    )
    there = course.model_copy(update={"submitted_directory": tmp_path / "there"})
    job = parcel.unpack(sent, there.assignment("squares"))
    assert (job.student, job.wanted) == ("ada/../eve", ("square",))
    assert files(there.submitted_directory) == {
        "student/squares/data/täble.csv": b"1,2",
        "student/squares/squares.ipynb": path.read_bytes(),
    }


@pytest.mark.parametrize("name", ["../up.py", "/tmp/up.py"])
def test_no_file_gets_out_of_its_folder(course, tmp_path, name):
    job = json.loads(Job("ada", "").to_bytes())
    header = json.dumps({"job": job, "files": [[name.encode().hex(), 1]]}).encode()
    data = len(header).to_bytes(4, "big") + header + b"x"
    there = course.model_copy(update={"submitted_directory": tmp_path / "there"})
    with pytest.raises(AutograderError, match="did not arrive: the parcel is damaged"):
        parcel.unpack(data, there.assignment("squares"))
