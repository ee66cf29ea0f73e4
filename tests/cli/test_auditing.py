"""`autograder audit`: its use, and its table. What it finds is in tests/audit."""

from __future__ import annotations

from rich.console import Console

from autograder.audit.findings import (
    AssignmentAudit,
    ExerciseAudit,
    Finding,
    Kind,
    Part,
)
from autograder.cli.audittable import show_audit

FULL = Part(2, 2)


def shown(capsys, *exercises, gone=()):
    audit = AssignmentAudit("squares", exercises, gone, is_quick=True, seconds=9.0)
    show_audit(Console(width=80, no_color=True), audit)
    return [line.rstrip() for line in capsys.readouterr().out.splitlines()]


def test_an_exercise_needs_its_assignment(autograder, make_course, monkeypatch):
    monkeypatch.chdir(make_course().course_root)
    done = autograder("audit", "squares", "cubes", "--exercise", "square")
    assert done.code == 2
    assert "--exercise needs one assignment to be named." in done.err


def test_an_unknown_wall_is_an_error(autograder, make_course, monkeypatch):
    monkeypatch.chdir(make_course().course_root)
    done = autograder("audit", "--wall", "paper")
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith('error there is no wall "paper". There are: ')


def test_a_table_is_the_end(capsys):
    proven = ExerciseAudit("square", FULL, FULL, Part(), FULL, FULL, seconds=3.4)
    lines = shown(capsys, proven)
    assert lines[-1] == "9 s; proven"
    assert "squares, a sample of the mutants" in lines
    (row,) = [line.split() for line in lines if line.strip().startswith("square ")]
    assert row == ["square", "2/2", "2/2", "0/0", "2/2", "2/2", "0", "0", "3"]


def test_a_survivor_keeps_its_lines_and_is_text(capsys):
    diff = "--- right\n+++ wrong\n-    return x[red]\n+    return x[/red]"
    mutants = Part(1, 0, (Finding(Kind.SURVIVOR, "f, line 1", diff),))
    one = ExerciseAudit("square", FULL, FULL, Part(), mutants, FULL, seconds=1)
    gone = Finding(Kind.EXCEPTION_GONE, "Slow of x", "there is no mutant of it")
    lines = shown(capsys, one, gone=(gone,))
    assert lines[:7] == [
        "square: mutant not refused: f, line 1",
        "    --- right",
        "    +++ wrong",
        "    -    return x[red]",
        "    +    return x[/red]",
        "declared exception of what is not there: Slow of x",
        "    there is no mutant of it",
    ]
    assert lines[-1] == "9 s; 2 to be mended"


def test_of_many_unasked_rules_the_first_are_told(capsys):
    wrong = Part(9, 9, unasked=tuple("abcdefgh"))
    one = ExerciseAudit("square", FULL, wrong, Part(), FULL, FULL, seconds=1)
    lines = shown(capsys, one)
    assert lines[0] == "square: no public case asks: a"
    assert lines[5] == "square: and 3 more, which --json lists"
    assert lines[-1] == "9 s; proven"  # no fault
