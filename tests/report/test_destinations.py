"""`--report KIND=PATH`: refused before anything is graded, written whole."""

from __future__ import annotations

import json
import os

import pytest

from autograder.errors import ReportError
from autograder.report import document, kinds
from autograder.report.destinations import Destination, destinations, write_reports
from tests.report.made import OWN_KINDS, one


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def refusal(*texts: str) -> str:
    with pytest.raises(ReportError) as caught:
        destinations(texts)
    return str(caught.value)


@pytest.mark.parametrize("text", ["junit", "junit=", "=x", ""])
def test_what_names_no_kind_or_no_path_is_refused(text):
    known = ", ".join(kinds())
    told = refusal(text)
    if text == "=x":
        assert told == f'--report "=x": there is no kind "". Kinds: {known}.'
    else:
        assert told == (
            f'--report "{text}": should be KIND=PATH, such as '
            f"junit=reports/junit.xml. Kinds: {known}."
        )


def test_an_unknown_kind_is_refused():
    known = ", ".join(kinds())
    assert (
        refusal("xml=x") == f'--report "xml=x": there is no kind "xml". Kinds: {known}.'
    )


def test_a_folder_is_refused(here):
    (here / "reports").mkdir()
    assert refusal("junit=reports") == (
        '--report "junit=reports": is a folder. Name a file in it.'
    )


@pytest.mark.parametrize("path", ["/dev/stdout", "/dev/null", "pipe"])
def test_what_is_no_regular_file_is_not_replaced(here, path):
    os.mkfifo(here / "pipe")
    assert refusal(f"junit={path}") == (
        f'--report "junit={path}": is not a regular file and would be replaced. Name '
        "another place."
    )


def test_a_file_is_no_folder(here):
    (here / "reports").touch()
    assert refusal("junit=reports/junit.xml") == (
        '--report "junit=reports/junit.xml": reports is not a folder. Name another '
        "place."
    )


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_is_closed_is_refused(here):
    (here / "closed").mkdir(mode=0o500)
    assert refusal("junit=closed/x.xml") == (
        '--report "junit=closed/x.xml": nothing may be written in closed. Name another '
        "place."
    )


def test_two_reports_in_one_file_are_refused():
    assert refusal("junit=x", "html=./x").endswith(
        "another report goes to the same file. Name another one."
    )


def test_a_name_that_is_none_is_refused():
    assert "is not a valid file name: " in refusal(f"junit={'a' * 300}")


def test_folders_are_made_and_files_are_whole(here):
    wanted = destinations([f"{kind}=a/b/{kind}" for kind in OWN_KINDS])
    assert list(write_reports(wanted, one())) == []
    assert {path.name: path.read_bytes() for path in (here / "a" / "b").iterdir()} == {
        kind: document(kind, one()) for kind in OWN_KINDS
    }
    assert json.loads((here / "a/b/results").read_bytes())["version"] == 1


def test_one_that_can_not_be_written_does_not_stop_the_others(here):
    wanted = destinations(["junit=a/junit.xml", "results=results.json"])
    (here / "a").touch()
    (error,) = write_reports(wanted, one())
    assert str(error) == (
        "a/junit.xml: the report junit can't be written: File exists. What was graded "
        "is kept: fix that and grade again."
    )
    assert (here / "results.json").is_file()


def test_an_equals_sign_may_stand_in_a_path():
    assert destinations(["junit=a=b.xml"])[0] == Destination(
        "junit", destinations(["html=a=b.xml"])[0].path
    )
