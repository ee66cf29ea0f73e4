"""What a submission behind the full wall may see, and what must not lie there."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from autograder.errors import WallError
from autograder.sandbox import require_closed, require_hidden, visible_paths
from tests.courses import ROOT


def test_the_interpreter_is_seen_and_the_course_around_it_is_not():
    seen = [Path(path) for path in visible_paths()]
    assert Path(sys.prefix) in seen
    assert ROOT not in seen
    assert not any((ROOT / "tests").is_relative_to(path) for path in seen)


def test_a_course_elsewhere_is_hidden(tmp_path):
    require_hidden(tmp_path, ROOT / "solutions")


@pytest.mark.parametrize("folder", ["/usr/src/app/tests", f"{sys.prefix}/course"])
def test_a_course_among_what_is_seen_is_refused(folder):
    with pytest.raises(WallError) as caught:
        require_hidden(Path("/srv"), Path(folder))
    told = str(caught.value)
    assert told.startswith(f"{folder} lies in ")
    assert told.endswith("or the environment that it runs in, elsewhere")


def test_a_link_does_not_hide_where_a_course_lies(tmp_path):
    link = tmp_path / "course"
    link.symlink_to("/usr/share")
    with pytest.raises(WallError, match="which every submission can read"):
        require_hidden(link)


def test_an_environment_that_is_a_link_is_seen_where_it_really_is(
    tmp_path, monkeypatch
):
    real, link = tmp_path / "real", tmp_path / "link"
    real.mkdir()
    link.symlink_to(real)
    monkeypatch.setattr(sys, "prefix", str(link))
    assert {str(real), str(link)} <= set(visible_paths())


@pytest.mark.parametrize(
    ("above", "own"), [(0o700, 0o755), (0o711, 0o700), (0o710, 0o777)], ids=oct
)
def test_a_course_that_is_closed_to_others_is_closed(tmp_path, above, own):
    course = tmp_path / "course"
    course.mkdir()
    tmp_path.chmod(above)
    course.chmod(own)
    require_closed(course, tmp_path / "no such folder")


def test_a_course_that_every_account_can_read_is_refused():
    with pytest.raises(WallError) as caught:
        require_closed(Path("/usr/share"))
    assert str(caught.value) == (
        "/usr/share can be read by every account, and so by a submission: run "
        "chmod o-rwx /usr/share"
    )
