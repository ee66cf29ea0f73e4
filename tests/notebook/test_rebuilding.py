"""The notebook that is run: the course's cells, the student's sources, no more."""

from __future__ import annotations

import copy
import json
import random

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_raw_cell
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
            'cell "square_solution" appears more than once in the submission; '
            "every copy is run",
        )

    def test_with_an_unknown_grade_id_are_own_cells(self, release, handed_in):
        cell = copy.deepcopy(handed_in.cells[3])
        cell.metadata.nbgrader.grade_id, cell.id = "bonus_solution", "bonus"
        handed_in.cells.append(cell)
        last = rebuilt(release, handed_in).notebook.cells[-1]
        assert (last.source, last.metadata) == (cell.source, {})


class TestChangedCells:
    """What the course has written is given again, and that is told."""

    @pytest.mark.parametrize(
        ("index", "told"),
        [
            (2, 'cell "setup" was changed; the course\'s own was run'),
            (4, 'cell "square" was changed; the course\'s own was used'),
        ],
        ids=["locked", "grade"],
    )
    def test_an_edit_is_noted(self, release, handed_in, index, told):
        handed_in.cells[index].source += "\nimport cmath"
        assert rebuilt(release, handed_in).notes == (told,)

    @pytest.mark.parametrize(
        ("index", "told"),
        [
            (
                2,
                'cell "setup" is missing from the submission; '
                "the course's own was run",
            ),
            (
                4,
                'cell "square" is missing from the submission; '
                "the course's own was used",
            ),
        ],
        ids=["locked", "grade"],
    )  # fmt: skip
    def test_a_loss_is_noted(self, release, handed_in, index, told):
        del handed_in.cells[index]
        assert rebuilt(release, handed_in).notes == (told,)

    @pytest.mark.parametrize(
        "change",
        [
            lambda text: text.replace("\n", "\r\n"),
            lambda text: text.replace("\n", "\r"),
            lambda text: text + "\n\n",
            lambda text: "\n" + text,
            lambda text: text.replace("\n", "  \t\n") + " ",
            lambda text: "\ufeff" + text,
        ],
        ids=["CRLF", "CR", "lines below", "a line above", "trailing blanks", "BOM"],
    )
    def test_what_editors_change_by_themselves_is_not_noted(
        self, release, handed_in, change
    ):
        for index in (0, 1, 2, 4, 5):
            cell = handed_in.cells[index]
            cell.source = change(cell.source + "\nx = 1")
            release.cells[index].source += "\nx = 1"
        result = rebuilt(release, handed_in)
        assert result.notes == ()
        assert len(result.notebook.cells) == len(release.cells)

    def test_a_change_of_indentation_is_one(self, release, handed_in):
        handed_in.cells[2].source = " " + handed_in.cells[2].source
        assert len(rebuilt(release, handed_in).notes) == 1

    def test_many_missing_cells_get_one_line(self, release, handed_in):
        for number in range(4):
            cell = copy.deepcopy(release.cells[3])
            cell.metadata.nbgrader.grade_id = cell.id = f"f{number}"
            release.cells.append(cell)
        assert rebuilt(release, handed_in).notes == (
            "4 of 6 cells are missing from the submission: f0, f1, f2, f3",
        )

    def test_older_nbgrader_metadata_is_matched_by_its_grade_id(
        self, release, handed_in
    ):
        expected = rebuilt(release, handed_in)
        for cell in handed_in.cells:
            if grader := cell.metadata.get("nbgrader"):
                cell.metadata.nbgrader = {"grade_id": grader.grade_id, "checksum": "x"}
        assert rebuilt(release, handed_in) == expected

    def test_cells_without_any_metadata_are_known_by_their_ids(
        self, release, handed_in
    ):
        expected = rebuilt(release, handed_in).notebook
        for cell in handed_in.cells:
            cell.metadata = {}
        result = rebuilt(release, handed_in)
        assert result.notebook == expected
        assert result.notes == (
            "nbgrader's metadata was missing from 4 cells, recognised by id or text",
        )

    def test_an_id_that_we_made_recognises_nothing(self, release, handed_in):
        for number, cell in enumerate(release.cells, start=1):
            cell.id = f"cell-{number}"
        del handed_in.cells[0]
        handed_in.nbformat_minor = 4
        for cell in handed_in.cells:
            cell.pop("id")
            cell.metadata = {}
        result = rebuilt(release, handed_in)
        # Our made ids would take the third cell for the course's third.
        assert sources(result)[3] == "def square(x):\n    return x**2"
        assert result.notes == (
            "nbgrader's metadata was missing from 2 cells, recognised by id or text",
            'cell "square_solution" is missing from the submission',
            'cell "why" is missing from the submission',
        )

    def test_many_lost_cells_of_the_courses_get_one_line(self, release, handed_in):
        for number in range(4):
            cell = copy.deepcopy(release.cells[2])
            cell.metadata.nbgrader.grade_id = cell.id = f"given{number}"
            release.cells.append(cell)
        assert rebuilt(release, handed_in).notes == (
            "4 of the course's cells are missing from the submission; "
            "its own were used",
        )


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
            'cell "square" appears more than once in the submission',
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
        assert rebuilt(release, handed_in).notes == (
            'cell "square_solution" is missing from the submission',
            'cell "why" is missing from the submission',
        )
        with pytest.raises(NotImplementedError, match="its cell is missing"):
            exec(result.notebook.cells[3].source, {})

    @pytest.mark.parametrize("make", [new_markdown_cell, new_raw_cell])
    @pytest.mark.parametrize(
        ("index", "told"),
        [
            (2, 'cell "setup" was changed; the course\'s own was run'),
            (3, 'cell "square_solution" is graded as code, not {}'),
            (4, 'cell "square" was changed; the course\'s own was used'),
        ],
        ids=["locked", "solution", "grade"],
    )
    def test_a_code_cell_of_another_type_is_code_again(
        self, release, handed_in, make, index, told
    ):
        expected = rebuilt(release, handed_in).notebook
        changed = make(handed_in.cells[index].source, id=release.cells[index].id)
        changed.metadata = handed_in.cells[index].metadata
        handed_in.cells[index] = changed
        result = rebuilt(release, handed_in)
        assert result.notebook == expected
        assert result.notes == (told.format(changed.cell_type),)
        nbformat.validate(result.notebook)

    @pytest.mark.parametrize("make", [new_code_cell, new_raw_cell])
    def test_a_written_answer_of_another_type_is_text_again(
        self, release, handed_in, make
    ):
        answer = make("Because.", id="why", metadata=handed_in.cells[6].metadata)
        handed_in.cells[6] = answer
        result = rebuilt(release, handed_in)
        assert result.notebook.cells[6].cell_type == "markdown"
        assert result.notebook.cells[6].source == "Because."
        told = f'cell "why" is graded as markdown, not {answer.cell_type}'
        assert result.notes == (told,)

    def test_an_old_try_parked_as_a_raw_cell_is_not_run(self, release, handed_in):
        parked = new_raw_cell("square = None", metadata=handed_in.cells[3].metadata)
        handed_in.cells.insert(3, parked)
        result = rebuilt(release, handed_in)
        assert sources(result)[3] == "def square(x):\n    return x**2"
        assert (len(result.notebook.cells), result.notes) == (len(release.cells), ())

    def test_own_raw_cells_are_left_out(self, release, handed_in):
        handed_in.cells.append(new_raw_cell("one = 1"))
        assert len(rebuilt(release, handed_in).notebook.cells) == len(release.cells)

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


class TestNumbers:
    def test_tell_where_the_submission_has_a_students_cell(self, release, handed_in):
        handed_in.cells.insert(0, new_raw_cell("a heading of its own"))
        handed_in.cells.insert(1, new_code_cell("first = 1"))
        handed_in.cells.append(new_code_cell("last = 1"))
        assert rebuilt(release, handed_in).numbers == {
            "own-0-1": 2,
            "square-solution": 6,
            "why": 9,
            "own-7-1": 10,
        }
