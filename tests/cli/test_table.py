"""The tables: a row a submission, and a reason for every point that was lost."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from autograder.cli.table import show_class, show_findings
from autograder.doctor import Finding
from autograder.model import (
    CheckResult,
    ExerciseReport,
    GradeReport,
    Outcome,
    Status,
)


def shown(*reports: GradeReport) -> list[str]:
    file = io.StringIO()
    show_class(Console(file=file, width=200), "lesson", reports)
    return [" ".join(line.split()) for line in file.getvalue().splitlines()]


def row(report: GradeReport) -> str:
    """What stands in the last column."""
    (line,) = (line for line in shown(report) if report.student in line)
    return line.strip("│").split("│")[-1].strip()


def report(*exercises: ExerciseReport, **more) -> GradeReport:
    facts = {"student": "ada", "status": Status.GRADED, **more}
    return GradeReport(assignment="lesson", exercises=exercises, **facts)


def exercise(outcome: Outcome, **more) -> ExerciseReport:
    passed = CheckResult("a", False, Outcome.PASSED)
    other = CheckResult("b", False, outcome, **more)
    return ExerciseReport("conv", 2.0, (passed, other))


def test_full_points_need_no_reason():
    assert row(report(exercise(Outcome.PASSED))) == "all right"


def test_a_note_stands_below_what_was_found_and_is_cut():
    lines = shown(report(exercise(Outcome.PASSED), note="a\nnote"))
    (at,) = (i for i, line in enumerate(lines) if "all right" in line)
    assert lines[at + 1].strip("│ ") == "a note"
    long = shown(report(exercise(Outcome.PASSED), note="x" * 400))
    assert "".join(long).count("x") == 297
    assert any("x..." in line for line in long)


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (Outcome.FAILED, "conv 1/2: wrong"),
        (Outcome.RAISED, "conv 1/2: stopped with an error"),
        (Outcome.TIMED_OUT, "conv 1/2: took too long"),
        (Outcome.EXHAUSTED, "conv 1/2: used too much memory"),
        (Outcome.NOT_RUN, "conv 1/2: not written"),
        (Outcome.UNGRADED, "conv ?/2: not graded: a person must look"),
    ],
)
def test_each_outcome_has_words(outcome, words):
    assert row(report(exercise(outcome))) == words


def test_a_known_mistake_is_called_by_its_name():
    named = exercise(Outcome.FAILED, misconception="kernel_not_flipped")
    assert row(report(named)) == "conv 1/2: kernel not flipped"


def test_a_blank_notebook_is_one_word_not_a_list():
    blank = ExerciseReport("conv", 2.0, (CheckResult("a", True, Outcome.NOT_RUN),))
    assert row(report(blank, blank)) == "nothing written yet"


@pytest.mark.parametrize("status", [Status.MALFORMED, Status.MISSING, Status.UNGRADED])
def test_what_was_not_graded_says_why(status):
    assert row(report(status=status, note="it is torn")) == f"{status}: it is torn"


def test_control_characters_of_a_student_reach_no_terminal():
    evil = report(status=Status.MALFORMED, note="\x1b[2Jgone", student="a\x1b]0;x\x07")
    text = "\n".join(shown(evil))
    assert "\x1b" not in text
    assert "\x07" not in text
    assert "\ufffd[2Jgone" in text


@pytest.mark.parametrize("name", ["[link=evil]x", "x\\", "[/]", "a\nb", "a\x1b[31m"])
def test_names_are_neither_markup_nor_lines(name):
    exact = report(
        ExerciseReport(name, 2.0, (CheckResult("a", False, Outcome.FAILED),)),
        student=name,
    )
    refused = report(student=f"{name}!", status=Status.MALFORMED, note=name)
    lines = shown(exact, refused)
    assert len(lines) == len(shown(report(), report(student="bob")))
    text = "\n".join(lines)
    assert "\x1b" not in text
    if name.isprintable():
        assert text.count(name) == 4


def test_findings_are_no_markup():
    file = io.StringIO()
    console = Console(file=file, width=100)
    show_findings(console, [Finding("[red]wall", False, "[/] \x1b[31m")])
    assert "[red]wall" in file.getvalue()
    assert "\x1b" not in file.getvalue()


def test_brackets_of_a_student_are_no_markup():
    assert "[red]eve" in "\n".join(shown(report(student="[red]eve")))


def test_rows_are_sorted_and_counted():
    right = exercise(Outcome.PASSED)
    lines = shown(
        report(right, student="zoe"),
        report(exercise(Outcome.FAILED), student="bob"),
        report(status=Status.MISSING, student="ada"),
    )
    text = "\n".join(lines)
    assert text.index("ada") < text.index("bob") < text.index("zoe")
    assert lines[-1] == (
        "3 submissions, 2 graded, 1 with full points; 1 needs a person to look"
    )


def test_what_was_kept_from_an_earlier_run_is_counted():
    right = exercise(Outcome.PASSED)
    lines = shown(report(right, student="ada", is_reused=True), report(right))
    assert lines[-1] == (
        "2 submissions, 2 graded, 2 with full points; 1 as kept from an earlier run"
    )


def test_a_class_in_which_all_is_well_needs_nobody():
    assert shown(report(exercise(Outcome.PASSED)))[-1] == (
        "1 submissions, 1 graded, 1 with full points"
    )


def score(report: GradeReport) -> str:
    """What stands in the column in the middle."""
    (line,) = (line for line in shown(report) if report.student in line)
    return line.strip("│").split("│")[1].strip()


def test_a_score_is_a_number_only_where_it_is_final():
    right, ours = exercise(Outcome.FAILED), exercise(Outcome.UNGRADED)
    assert score(report(right, right)) == "2 / 4"
    assert score(report(right, ours)) == "1 / 2 so far"
    assert score(report(ours)) == "not graded"
    assert score(report(right, status=Status.UNGRADED)) == "not graded"
    assert score(report(right, status=Status.MALFORMED)) == "1 / 2"


def test_an_ungraded_exercise_says_why_though_a_mistake_was_recognised():
    named = exercise(Outcome.FAILED, misconception="kernel_not_flipped")
    ours = CheckResult("test_b", False, Outcome.UNGRADED, detail="\x1bOops:\n boom")
    mixed = ExerciseReport("conv", 2.0, (*named.checks, ours))
    assert row(report(mixed)) == "conv ?/2: not graded: test_b: \ufffdOops: boom"


def test_findings_are_marked_well_or_not():
    file = io.StringIO()
    findings = [Finding("Python", True, "3.11"), Finding("kernel", False, "[none]")]
    show_findings(Console(file=file, width=80), findings)
    rows = [line.split() for line in file.getvalue().splitlines()]
    assert rows == [["ok", "Python", "3.11"], ["!!", "kernel", "[none]"]]
