"""The notebook that is run: the course's cells, the student's sources, no more."""

from __future__ import annotations

import copy
import json
import random

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell
from nbformat.warnings import DuplicateCellId

from autograder.gradebook import blanked, prepared
from autograder.notebook import parse_submission, rebuild


@pytest.fixture
def release(source, tmp_path):
    """What students get of the source."""
    return blanked(prepared(source, tmp_path), tmp_path)


@pytest.fixture
def handed_in(release):
    """The release with an answer in its solution cell."""
    answered = copy.deepcopy(release)
    answered.cells[3].source = "def square(x):\n    return x**2"
    return answered


def rebuilt(release, submission):
    """Rebuild from a submission as a file would bring it."""
    return rebuild(release, parse_submission(nbformat.writes(submission).encode()))


def sources(result):
    return [cell.source for cell in result.notebook.cells]


class TestHonest:
    def test_the_release_comes_back_as_it_is(self, release):
        result = rebuilt(release, release)
        assert result.notebook == release
        assert result.notes == ()

    def test_the_students_source_is_in_the_skeletons_cell(self, release, handed_in):
        result = rebuilt(release, handed_in)
        expected = copy.deepcopy(release)
        expected.cells[3].source = handed_in.cells[3].source
        assert result.notebook == expected
        assert result.notes == ()

    def test_the_written_answer_too(self, release, handed_in):
        handed_in.cells[6].source = "Because."
        assert sources(rebuilt(release, handed_in))[6] == "Because."

    def test_neither_argument_is_changed(self, release, handed_in):
        before = copy.deepcopy(release)
        submission = parse_submission(nbformat.writes(handed_in).encode())
        submitted = copy.deepcopy(submission)
        rebuild(release, submission)
        assert (release, submission) == (before, submitted)

    def test_cells_without_ids_are_found_by_their_text(self, release, handed_in):
        for cell in handed_in.cells:
            cell.pop("id")
        handed_in.nbformat_minor = 4
        result = rebuilt(release, handed_in)
        assert len(result.notebook.cells) == len(release.cells)


class TestOwnCells:
    def test_stay_behind_the_cell_they_followed(self, release, handed_in):
        handed_in.cells.insert(0, new_code_cell("first = 1"))
        handed_in.cells.insert(4, new_code_cell("helper = 2"))
        handed_in.cells.insert(5, new_markdown_cell("a note"))
        handed_in.cells.append(new_code_cell("last = 3"))
        expected = [cell.source for cell in handed_in.cells]
        assert sources(rebuilt(release, handed_in)) == expected

    def test_have_ids_that_are_the_same_each_time(self, release, handed_in):
        handed_in.cells.insert(3, new_code_cell("a = 1"))
        handed_in.cells.insert(4, new_code_cell("b = 2"))
        first, second = (rebuilt(release, handed_in).notebook for _ in range(2))
        assert first == second
        assert [cell.id for cell in first.cells[3:5]] == ["own-3-1", "own-3-2"]
        nbformat.validate(first)

    def test_lose_tags_metadata_and_outputs(self, release, handed_in):
        own = new_code_cell(
            "a = 1",
            metadata={"tags": ["skip-execution", "picture"], "x": 1},
            outputs=[nbformat.v4.new_output("stream", text="10/10")],
        )
        handed_in.cells.append(own)
        cell = rebuilt(release, handed_in).notebook.cells[-1]
        assert (cell.metadata, cell.outputs) == ({}, [])

    def test_that_are_empty_are_left_out(self, release, handed_in):
        handed_in.cells.append(new_code_cell("  \n"))
        assert len(rebuilt(release, handed_in).notebook.cells) == len(release.cells)

    def test_an_edited_picture_cell_runs_after_the_given_one(self, release, handed_in):
        handed_in.cells[5].source = "helper = 1"
        result = sources(rebuilt(release, handed_in))
        assert result[5:7] == ["print(square(5))", "helper = 1"]

    def test_a_solution_cell_that_was_split_still_runs_whole(self, release, handed_in):
        first, second = (copy.deepcopy(handed_in.cells[3]) for _ in range(2))
        first.source, second.source, second.id = "two = 2", "square = pow", "half"
        handed_in.cells[3:4] = [first, second]
        result = rebuilt(release, handed_in)
        assert sources(result)[3:5] == ["two = 2", "square = pow"]
        assert "nbgrader" not in result.notebook.cells[4].metadata
        assert result.notes == (
            'cell "square_solution" stands more than once in the submission; '
            "all of them run",
        )

    def test_with_an_unknown_grade_id_are_own_cells(self, release, handed_in):
        cell = copy.deepcopy(handed_in.cells[3])
        cell.metadata.nbgrader.grade_id, cell.id = "bonus_solution", "bonus"
        handed_in.cells.append(cell)
        last = rebuilt(release, handed_in).notebook.cells[-1]
        assert (last.source, last.metadata) == (cell.source, {})


class TestTampering:
    @pytest.mark.parametrize("index", [2, 4], ids=["locked", "grade"])
    def test_a_changed_given_cell_is_given_again(self, release, handed_in, index):
        handed_in.cells[index].source = "assert True"
        result = rebuilt(release, handed_in)
        assert sources(result)[index] == release.cells[index].source
        assert len(result.notebook.cells) == len(release.cells)

    def test_a_deleted_given_cell_is_given_again(self, release, handed_in):
        del handed_in.cells[4]
        del handed_in.cells[2]
        expected = copy.deepcopy(release)
        expected.cells[3].source = "def square(x):\n    return x**2"
        assert rebuilt(release, handed_in).notebook == expected

    def test_a_second_grade_cell_does_not_run(self, release, handed_in):
        fake = copy.deepcopy(handed_in.cells[4])
        fake.source, fake.id = "square = None", "fake"
        handed_in.cells.insert(3, fake)
        result = rebuilt(release, handed_in)
        assert "square = None" not in sources(result)
        assert result.notes == (
            'cell "square" stands more than once in the submission',
        )

    def test_a_copy_elsewhere_does_not_take_the_place(self, release, handed_in):
        copied = copy.deepcopy(handed_in.cells[3])
        copied.source, copied.id = "square = None", "old"
        handed_in.cells.insert(0, copied)
        result = rebuilt(release, handed_in)
        # It runs first, as it did for the student; the cell in its place runs last.
        assert sources(result)[0] == "square = None"
        assert sources(result)[4] == "def square(x):\n    return x**2"

    def test_metadata_and_kernelspec_are_the_courses(self, release, handed_in):
        handed_in.metadata.kernelspec.name = "evil"
        handed_in.cells[4].metadata.nbgrader.points = 1000
        handed_in.cells[4].metadata.tags = ["skip-execution"]
        result = rebuilt(release, handed_in).notebook
        assert result.metadata == release.metadata
        assert result.cells[4].metadata == release.cells[4].metadata

    def test_a_missing_solution_is_a_stub_even_if_the_skeleton_is_the_source(
        self, source, release, handed_in
    ):
        del handed_in.cells[6]
        del handed_in.cells[3]
        result = rebuilt(source, handed_in)
        text = "\n".join(sources(result))
        assert "return x * x" not in text
        assert "never negative" not in text
        assert result.notes == (
            'cell "square_solution" is missing from the submission',
            'cell "why" is missing from the submission',
        )
        with pytest.raises(NotImplementedError):
            exec(result.notebook.cells[3].source, {})

    def test_a_code_cell_turned_into_text_is_graded_as_code(self, release, handed_in):
        text = new_markdown_cell(handed_in.cells[3].source, id="square-solution")
        text.metadata = handed_in.cells[3].metadata
        handed_in.cells[3] = text
        result = rebuilt(release, handed_in)
        assert result.notebook.cells[3].cell_type == "code"
        assert result.notes == (
            'cell "square_solution" is graded as code, not markdown',
        )
        nbformat.validate(result.notebook)

    def test_pictures_attached_to_the_students_text_come_along(
        self, release, handed_in
    ):
        picture = {"a.png": {"image/png": "AAAA"}}
        handed_in.cells[6].attachments = picture
        own = new_markdown_cell("![](attachment:a.png)", id="mine")
        own.attachments = picture
        handed_in.cells.append(own)
        result = rebuilt(release, handed_in)
        assert result.notebook.cells[6].attachments == picture
        assert result.notebook.cells[-1].attachments == picture
        assert result.notes == ()
        nbformat.validate(result.notebook)

    def test_pictures_attached_to_a_given_cell_do_not(self, release, handed_in):
        handed_in.cells[0].attachments = {"a.png": {"image/png": "AAAA"}}
        result = rebuilt(release, handed_in)
        assert "attachments" not in result.notebook.cells[0]

    @pytest.mark.parametrize(
        "attachments",
        [
            [],
            "x",
            7,
            {"a": 7},
            {"a": {"image/png": 7}},
            {"a": {"image/png": "\u00e4"}},
            {"a\u202e": {"image/png": "AAAA"}},
        ],
        ids=repr,
    )
    def test_attachments_that_are_none_are_dropped(
        self, release, handed_in, attachments
    ):
        raw = json.loads(nbformat.writes(handed_in))
        raw["cells"][6]["attachments"] = attachments
        made = rebuild(release, parse_submission(json.dumps(raw).encode()))
        assert "attachments" not in made.notebook.cells[6]

    @pytest.mark.parametrize("tag", ["parameters", "injected-parameters"])
    def test_parameters_are_the_courses(self, release, handed_in, tag):
        handed_in.cells[1].source = "SEED = 99"
        extra = new_code_cell("SEED = 98", metadata={"tags": [tag]})
        handed_in.cells.insert(2, extra)
        result = rebuilt(release, handed_in)
        assert len(result.notebook.cells) == len(release.cells)
        assert result.notes == ("changed parameters are not used in grading",)

    def test_any_order_of_cells_gives_the_courses_order(self, release, handed_in):
        expected = sources(rebuilt(release, handed_in))
        for seed in range(20):
            shuffled = copy.deepcopy(handed_in)
            random.Random(seed).shuffle(shuffled.cells)
            assert sources(rebuilt(release, shuffled)) == expected

    def test_a_stolen_cell_id_gains_nothing(self, release, handed_in):
        handed_in.cells.append(new_code_cell("mine = 1", id="square"))
        with pytest.warns(DuplicateCellId):
            result = rebuilt(release, handed_in)
        assert sources(result)[4] == release.cells[4].source
        assert sources(result)[-1] == "mine = 1"
        nbformat.validate(result.notebook)
