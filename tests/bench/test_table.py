"""What the benchmark prints."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace

from rich.console import Console

from autograder.bench import document, machine, show_bench
from autograder.bench.figures import Figures
from tests.bench.test_figures import FIGURES


def printed(figures: Figures) -> str:
    console = Console(file=io.StringIO(), width=160, no_color=True)
    show_bench(console, machine(), [figures])
    file = console.file
    assert isinstance(file, io.StringIO)
    return file.getvalue()


def rows(text: str) -> list[list[str]]:
    """The cells of every row of a table."""
    lines = [line for line in text.splitlines() if "│" in line]
    return [[cell.strip() for cell in line.strip("│").split("│")] for line in lines]


def test_each_way_is_a_row_with_its_ratios() -> None:
    found = [" | ".join(row) for row in rows(printed(FIGURES)) if len(row) == 9]
    assert found == [
        "nbgrader autograde | 1 | 5 | ~160.0 s | 8.00 s | 8.00 s | 900 MiB | 1.0 | 1.0",
        "autograder grade | 1 | 20 | 10.0 s | 0.50 s | 0.25 s | 1000 MiB | 16.0 | 32.0",
        "autograder grade | 4 | 20 | 8.0 s | 0.40 s | 0.10 s | 1600 MiB | 20.0 | 80.0",
    ]


def test_scaling_is_said() -> None:
    said = (
        "~ nbgrader graded 5 of 20; the others are reckoned at 8.00 s each, its time "
        "for a further one"
    )
    assert said in printed(FIGURES)


def test_nothing_is_said_of_scaling_where_there_is_none() -> None:
    assert "reckoned" not in printed(replace(FIGURES, stock=None))


def test_stretches_stand_in_words_and_sums() -> None:
    found = dict(row for row in rows(printed(FIGURES)) if len(row) == 2)
    assert found == {
        "the student's cells": "0.050",
        "calls of the student's functions": "0.020",
        "checks: inputs, oracles, comparisons": "0.030",
        "inside": "0.100",
        "fork, wall, kernel ready": "0.100",
        "from one to the next: the answer's way, its file": "0.050",
        "overhead": "0.150",
        "beside it: gradebook": "0.010",
        "once, the start: programs, imports": "4.000",
        "once, the end": "1.000",
    }


def test_starts_are_told_where_they_were_measured() -> None:
    assert "with a warm server" not in printed(FIGURES)
    text = printed(replace(FIGURES, warm_start_s=0.5, bare_import_s=6.25))
    assert ["the start with a warm server", "0.500"] in rows(text)
    assert ["Python alone: the notebook's imports", "6.250"] in rows(text)


def test_scores_that_differ_are_cried_out() -> None:
    assert "1 and 4 at once: equal scores; a further worker takes 200 MiB" in printed(
        FIGURES
    )
    assert "SCORES DIFFER" in printed(replace(FIGURES, scores_agree=False))


def test_machine_says_when_and_on_what() -> None:
    about = machine()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", about["date"])
    assert about["cores"] >= 1
    assert about["memory_mib"] > 100
    assert {"nbgrader", "papermill", "ipykernel", "torch"} <= set(about["versions"])


def test_document_is_the_machine_and_the_notebooks() -> None:
    text = json.dumps(document(machine(), [FIGURES]), allow_nan=False)
    loaded = json.loads(text)
    assert sorted(loaded) == ["machine", "notebooks"]
    assert loaded["notebooks"] == [json.loads(json.dumps(FIGURES.to_json()))]
