"""Submissions: whatever the file holds, a notebook or one MalformedError."""

from __future__ import annotations

import contextlib
import copy
import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.errors import MalformedError, UnreadableError
from autograder.files import read_bytes
from autograder.notebook import parse_submission, read_submission
from autograder.notebook.submitted import MAX_CELLS


def refusal(action, *args, **options) -> str:
    """The message with which a submission is refused."""
    with pytest.raises(MalformedError) as caught:
        action(*args, **options)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def as_bytes(*cells: object, **more: object) -> bytes:
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [*cells]}
    return json.dumps({**notebook, **more}).encode()


def code(source: object = "1", **more: object) -> dict[str, object]:
    return {"cell_type": "code", "source": source, "metadata": {}, **more}


class TestKept:
    def test_types_sources_ids_and_grade_ids(self, source):
        kept = parse_submission(nbformat.writes(source).encode())
        for mine, theirs in zip(kept.cells, source.cells, strict=True):
            assert (mine.cell_type, mine.source, mine.id) == (
                theirs.cell_type,
                theirs.source,
                theirs.id,
            )
        assert kept.cells[4].metadata.nbgrader == {"grade_id": "square"}

    def test_nothing_else(self):
        data = as_bytes(
            code(
                ["a = 1\n", "b"],
                outputs=[{"output_type": "display_data", "data": {"text/html": "x"}}],
                execution_count=7,
                metadata={
                    "tags": ["skip-execution", "picture"],
                    "nbgrader": {"grade_id": "x", "points": 1000, "grade": False},
                    "collapsed": True,
                },
            ),
            metadata={"kernelspec": {"name": "evil"}},
        )
        kept = parse_submission(data)
        (cell,) = kept.cells
        assert cell.source == "a = 1\nb"
        assert (cell.outputs, cell.execution_count) == ([], None)
        assert cell.metadata == {"tags": [], "nbgrader": {"grade_id": "x"}}
        assert kept.metadata == {}
        nbformat.validate(kept)

    def test_raw_cells_are_kept_for_those_who_rebuild(self):
        raw = {"cell_type": "raw", "source": "x", "metadata": {}}
        kept = parse_submission(as_bytes(raw, code()))
        assert [cell.cell_type for cell in kept.cells] == ["raw", "code"]
        nbformat.validate(kept)

    def test_byte_order_mark_is_read(self):
        assert parse_submission(b"\xef\xbb\xbf" + as_bytes(code("x"))).cells[0].source

    @pytest.mark.parametrize(
        "cell_id", ["", "\u00e9", "a b", "x" * 65, 5, ["x"]], ids=str
    )
    def test_an_impossible_cell_id_is_no_id(self, cell_id):
        kept = parse_submission(as_bytes(code(id=cell_id)))
        assert kept.cells[0].id == "cell-1"

    def test_two_cells_never_share_an_id(self):
        cells = [code(id=name) for name in ("cell-2", "cell-2", "cell-3", "cell-3")]
        ids = [cell.id for cell in parse_submission(as_bytes(*cells)).cells]
        assert ids == ["cell-2", "cell-2-x", "cell-3", "cell-4"]

    @pytest.mark.parametrize("minor", [0, 2, 4, 5, 9])
    def test_every_minor_version_of_4(self, minor):
        kept = parse_submission(as_bytes(code("x"), nbformat_minor=minor))
        assert kept.cells[0].id == "cell-1"
        nbformat.validate(kept)

    def test_format_3_is_upgraded(self):
        cell = {"cell_type": "code", "input": "x = 3", "outputs": [], "metadata": {}}
        old = {"nbformat": 3, "nbformat_minor": 0, "metadata": {}}
        old["worksheets"] = [{"cells": [cell | {"language": "python"}]}]
        assert parse_submission(json.dumps(old).encode()).cells[0].source == "x = 3"

    def test_format_3_as_it_lies_on_disk(self):
        grader = {"nbgrader": {"grade_id": "x", "schema_version": 1}}
        cells = [
            {"cell_type": "heading", "level": 2, "source": ["Squares\n", "of x"]},
            {"cell_type": "markdown", "source": ["some ", "text"], "metadata": {}},
            {"cell_type": "code", "input": ["a = 1\n", "b = 2"], "metadata": grader,
             "language": "python", "outputs": [{"output_type": "pyout"}]},
        ]  # fmt: skip
        more = [{"cell_type": "html", "source": "<b>x</b>"},
                {"cell_type": "raw", "source": "y"},
                {"cell_type": "heading", "level": 4 * 10**8,
                 "source": "deep"}]  # fmt: skip
        old = {"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": ""}}
        old["worksheets"] = [{"cells": cells}, {"cells": more, "metadata": {}}]
        kept = parse_submission(json.dumps(old).encode())
        assert [(cell.cell_type, cell.source) for cell in kept.cells] == [
            ("markdown", "## Squares of x"),
            ("markdown", "some text"),
            ("code", "a = 1\nb = 2"),
            ("markdown", "<b>x</b>"),
            ("raw", "y"),
            ("markdown", "###### deep"),
        ]
        assert kept.cells[2].metadata.nbgrader == {"grade_id": "x"}
        nbformat.validate(kept)

    @pytest.mark.parametrize("minor", [6, 99, -1, "x", None, 1e9])
    def test_minor_versions_that_nobody_has_written_yet(self, minor):
        kept = parse_submission(as_bytes(code("x"), nbformat_minor=minor))
        assert kept.cells[0].source == "x"
        nbformat.validate(kept)

    @pytest.mark.parametrize(
        "sheets",
        [None, {}, [1], [{}], [{"cells": {}}], [{"cells": [1]}], [{"cells": [{}]}],
         [{"cells": [{"cell_type": "heading", "source": [1]}]}]],
        ids=str,
    )  # fmt: skip
    def test_format_3_that_is_damaged_is_refused(self, sheets):
        refusal(
            parse_submission, json.dumps({"nbformat": 3, "worksheets": sheets}).encode()
        )

    def test_lone_surrogates_become_text_that_can_be_written(self):
        kept = parse_submission(as_bytes(code("x = '\ud800'")))
        assert kept.cells[0].source == "x = '?'"

    @pytest.mark.parametrize(
        "metadata",
        [
            None,
            [],
            {"nbgrader": []},
            {"nbgrader": {"grade_id": ["x"]}},
            {"tags": "parameters"},
            {"tags": [{}, 1]},
        ],
        ids=str,
    )
    def test_odd_metadata_is_no_metadata(self, metadata):
        (cell,) = parse_submission(as_bytes(code(metadata=metadata))).cells
        assert cell.metadata == {"tags": []}


class TestRefused:
    @pytest.mark.parametrize(
        ("data", "message"),
        [
            (b"", "the notebook is not JSON: Expecting value in line 1"),
            (b"\xff\xfe\x00", "the notebook is not UTF-8 text"),
            (as_bytes(code())[:40], "the notebook is not JSON: Unterminated"),
            (b'"text"', "the file is JSON, but not a notebook"),
            (b"{}", 'the file is JSON, but not a notebook: no "nbformat"'),
            (b'{"nbformat": true}', 'but not a notebook: no "nbformat"'),
            (b'{"nbformat": 2}', "the notebook has format 2; this course reads 4"),
            (b'{"nbformat": 3}', "the notebook has format 3 and is damaged"),
            (b'{"nbformat": 4}', "the notebook has no list of cells"),
            (as_bytes(cells={}), "the notebook has no list of cells"),
            (as_bytes(), "the notebook has no cells"),
            (as_bytes(1), "cell 1 of the notebook is not a cell"),
            (as_bytes(code(), {}), "cell 2 of the notebook has an unknown type"),
            (
                as_bytes(code(cell_type=["code"])),
                "cell 1 of the notebook has an unknown",
            ),
            (as_bytes(code(None)), "cell 1 of the notebook has no source"),
            (as_bytes(code(["a", 1])), "cell 1 of the notebook has no source"),
            (
                as_bytes(*[code()] * (MAX_CELLS + 1)),
                f"the notebook has more than {MAX_CELLS} cells",
            ),
            (b"[" * 200_000, "the notebook is nested too deeply"),
            (
                b'{"x": ' + b"9" * 5_000 + b"}",
                "the notebook contains an integer of more than 4300 digits",
            ),
            (
                b'{"nbformat": 4, "cells": [], "cells": [1]}',
                'the notebook has the key "cells" twice in one object',
            ),
        ],
        ids=lambda value: value[:30] if isinstance(value, str) else "",
    )
    def test_with_a_reason_that_a_person_understands(self, data, message):
        assert message in refusal(parse_submission, data)

    def test_deep_nesting_within_jsons_own_limit_is_no_crash(self):
        depth = sys.getrecursionlimit() - 200
        deep = as_bytes(code(outputs="X")).replace(b'"X"', b"[" * depth + b"]" * depth)
        with contextlib.suppress(MalformedError):
            assert parse_submission(deep).cells[0].outputs == []

    @given(st.binary(max_size=200))
    def test_any_bytes_give_a_notebook_or_malformed(self, data):
        with pytest.raises(MalformedError):
            parse_submission(data)

    @given(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=8),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(
                    st.sampled_from(
                        ["cells", "cell_type", "source", "metadata", "nbgrader", "tags"]
                    ),
                    inner,
                    max_size=3,
                )
            ),
        ),
        st.sampled_from([3, 4]),
    )
    def test_any_json_gives_a_valid_notebook_or_malformed(self, value, major):
        raw = {"nbformat": major, "nbformat_minor": 5, "cells": value}
        raw["worksheets"] = [{"cells": value}]
        try:
            kept = parse_submission(json.dumps(raw).encode())
        except MalformedError:
            return
        nbformat.validate(kept)


class TestFiles:
    @pytest.fixture
    def path(self, tmp_path) -> Path:
        path = tmp_path / "ann" / "squares" / "squares.ipynb"
        path.parent.mkdir(parents=True)
        path.write_bytes(as_bytes(code("x")))
        return path

    def test_a_regular_file_is_read(self, path, tmp_path):
        for below in (None, tmp_path):
            kept = read_submission(path, max_mib=1, below=below)
            assert kept.cells[0].source == "x"

    def test_missing(self, path):
        path.unlink()
        assert refusal(read_submission, path, max_mib=1) == "squares.ipynb is missing"

    def test_a_link_is_not_followed(self, path):
        real = path.rename(path.with_name("real.ipynb"))
        path.symlink_to(real)
        assert refusal(read_submission, path, max_mib=1) == (
            "squares.ipynb is a symbolic link or lies behind one"
        )

    def test_a_link_among_the_folders_is_not_followed(self, path, tmp_path):
        path.parent.rename(tmp_path / "elsewhere")
        path.parent.symlink_to(tmp_path / "elsewhere")
        assert read_bytes(path, max_mib=1)
        message = refusal(read_submission, path, max_mib=1, below=tmp_path)
        assert message == "squares.ipynb is a symbolic link or lies behind one"

    @pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo], ids=["folder", "pipe"])
    def test_what_is_no_file_is_refused_at_once(self, path, make):
        path.unlink()
        make(path)
        assert refusal(read_submission, path, max_mib=1) == (
            "squares.ipynb is not a regular file"
        )

    @pytest.mark.parametrize(
        "number",
        [
            errno.EACCES,
            errno.EPERM,
            errno.EMFILE,
            errno.ENFILE,
            errno.EIO,
            errno.ENOMEM,
            errno.ESTALE,
            errno.ETIMEDOUT,
            errno.ENODEV,
        ],
        ids=errno.errorcode.get,
    )
    @pytest.mark.parametrize("at", ["open", "fstat"])
    def test_what_the_machine_refuses_is_not_the_students_fault(
        self, path, tmp_path, monkeypatch, number, at
    ):
        def refused(*_arguments, **_options):
            raise OSError(number, os.strerror(number))

        with monkeypatch.context() as patched:
            patched.setattr(os, at, refused)
            with pytest.raises(UnreadableError) as caught:
                read_submission(path, max_mib=1, below=tmp_path)
        assert str(caught.value) == (
            f"squares.ipynb can't be read: {os.strerror(number)}. Fix that and grade "
            "again."
        )

    def test_a_device_is_no_file_though_the_mount_forbids_devices(
        self, path, monkeypatch
    ):
        def refused(*_arguments, **_options):
            raise PermissionError(errno.EACCES, "Permission denied")

        path.unlink()
        os.mkfifo(path)  # stands for a device, which only root can make
        monkeypatch.setattr(os, "open", refused)
        assert refusal(read_submission, path, max_mib=1) == (
            "squares.ipynb is not a regular file"
        )

    def test_the_folder_of_all_submissions_is_nobodys_to_lose(self, path, tmp_path):
        (tmp_path / "ann").rename(tmp_path / "gone")
        below = tmp_path / "submitted"
        with pytest.raises(UnreadableError) as caught:
            read_submission(below / "ann" / "squares.ipynb", max_mib=1, below=below)
        assert "No such file or directory" in str(caught.value)

    @pytest.mark.parametrize("locked", ["squares.ipynb", "squares", "ann"])
    def test_missing_rights_are_the_machines_as_a_user_without_any(self, path, locked):
        found = next(p for p in (path, *path.parents) if p.name == locked)
        found.chmod(0)
        program = (
            "import sys\n"
            "from pathlib import Path\n"
            "from autograder.errors import AutograderError\n"
            "from autograder.files import read_bytes\n"
            "from autograder.sandbox import syscalls\n"
            "if sys.platform == 'linux':\n"
            "    syscalls.drop_capabilities()  # root's rights on files go with them\n"
            "path = Path(sys.argv[1])\n"
            "try:\n"
            "    read_bytes(path, max_mib=1, below=path.parents[2])\n"
            "except AutograderError as error:\n"
            "    print(type(error).__name__, error)\n"
        )
        try:
            told = subprocess.check_output(
                [sys.executable, "-P", "-c", program, path], text=True
            )
        finally:
            found.chmod(0o700)
        assert told == (
            "UnreadableError squares.ipynb can't be read: Permission denied. Fix that "
            "and grade again.\n"
        )

    def test_a_large_file_is_refused_before_it_is_read(self, path):
        os.truncate(path, 10 * 2**40)
        assert refusal(read_submission, path, max_mib=1.5) == (
            "squares.ipynb is larger than 1.5 MiB; clear its outputs and hand it in "
            "again"
        )

    def test_the_limit_itself_is_allowed(self, path):
        size = path.stat().st_size
        assert len(read_bytes(path, max_mib=size / 2**20)) == size
        assert "larger" in refusal(read_bytes, path, max_mib=(size - 1) / 2**20)


def test_reading_leaves_the_data_alone(source):
    before = copy.deepcopy(source)
    parse_submission(nbformat.writes(source).encode())
    assert source == before
