"""The store keeps what it says it has kept, and says in one line why it can't."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.errors import ResultsError
from autograder.model import Outcome
from autograder.results import DATABASE, Store
from autograder.results import database as database_module
from autograder.results import rescue as rescue_module
from autograder.results import store as store_module
from tests.results.parts import KEY, ROOT, part_of

ADA = ("convolution", "ada", "cpu")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "state", patience_s=0.2) as store:
        yield store


def path_of(tmp_path: Path) -> Path:
    return tmp_path / "state" / DATABASE


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


class TestParts:
    def test_a_part_comes_back_as_it_was_put(self, store):
        part = part_of(notebook='{"cells": ["\\ud800 ä"]}\ud800', executed="{}")
        store.put(part)
        assert store.part(*ADA) == part

    def test_another_process_sees_it(self, store, tmp_path):
        store.put(part_of())
        with Store(tmp_path / "state", writes=False) as other:
            assert other.part(*ADA) == part_of()

    def test_there_may_be_no_notebook(self, store):
        store.put(part_of(notebook=None))
        assert store.part(*ADA).notebook is None

    def test_one_that_was_never_put_is_none(self, store):
        assert store.part(*ADA) is None
        assert store.keys("convolution") == {}

    def test_keys_are_by_student_and_device(self, store):
        for student, device in (("bo", "cpu"), ("ada", "cuda"), ("ada", "cpu")):
            store.put(part_of(student, device=device))
        store.put(part_of(assignment="gan"))
        found = store.keys("convolution")
        assert [*found] == [("ada", "cpu"), ("ada", "cuda"), ("bo", "cpu")]
        assert all(kept.key == KEY for kept in found.values())
        assert store.assignments() == ["convolution", "gan"]

    def test_a_summary_says_whether_it_is_open(self, store):
        store.put(part_of(outcome=Outcome.UNGRADED, graded_at=7.5))
        kept = store.keys("convolution")[("ada", "cpu")]
        assert (kept.status, kept.is_open, kept.graded_at) == ("graded", True, 7.5)

    def test_keys_that_differ_stay_apart(self, store):
        other = replace(KEY, versions={"numpy": "2.4.7"}, submission="6a")
        store.put(part_of("ada"))
        store.put(part_of("bo", key=other))
        kept = store.keys("convolution")
        assert kept[("ada", "cpu")].key == KEY
        assert kept[("bo", "cpu")].key == other

    def test_reports_come_without_notebooks(self, store):
        for student in ("bo", "ada"):
            store.put(part_of(student, notebook="no JSON at all"))
        found = list(store.reports("convolution"))
        assert [kept.student for kept, _ in found] == ["ada", "bo"]
        assert found[0][1] == part_of("ada").report
        assert len(list(store.reports("convolution", students=["bo"]))) == 1

    def test_more_reports_come_than_are_read_at_a_time(self, store, monkeypatch):
        monkeypatch.setattr(store_module, "_AT_A_TIME", 3)
        students = [f"s{number:03}" for number in range(7)]
        for student in students:
            store.put(part_of(student))
        found = [kept.student for kept, _ in store.reports("convolution")]
        assert found == students

    @pytest.mark.parametrize("student", ["Zoë", "a b", "'; DROP TABLE results; --"])
    def test_any_name_is_only_a_name(self, store, student):
        store.put(part_of(student))
        assert store.part("convolution", student, "cpu") == part_of(student)

    @pytest.mark.parametrize(
        "part",
        [
            pytest.param(part_of("\udcff"), id="no-text"),
            pytest.param(replace(part_of(), report={}), id="no-report"),
            pytest.param(part_of(graded_at=float("nan")), id="no-time"),
            pytest.param(
                replace(part_of(), report={**part_of().report, "seconds": 1e999}),
                id="infinite",
            ),
        ],
    )
    def test_what_can_not_be_kept_is_refused_in_one_line(self, store, part):
        store.put(part_of())
        with pytest.raises(ResultsError, match=r"can't be kept: .+") as caught:
            store.put(part)
        assert str(caught.value).isprintable()
        assert store.part(*ADA) == part_of()


class TestHistory:
    def test_the_newest_and_the_one_before_stay(self, store):
        serials = [store.put(part_of(note=f"run {number}")) for number in range(4)]
        assert [kept.serial for kept in store.history(*ADA)] == serials[:1:-1]
        assert store.part(*ADA).report["note"] == "run 3"
        assert store.part(*ADA, serial=serials[2]).report["note"] == "run 2"
        assert store.part(*ADA, serial=serials[0]) is None

    def test_a_final_part_outlives_any_number_of_open_ones(self, store):
        first = store.put(part_of())
        for _ in range(5):
            last = store.put(part_of(outcome=Outcome.UNGRADED))
        assert [store.history(*ADA)[at].serial for at in (0, 2)] == [last, first]
        found = store.keys("convolution", is_final=True)
        assert found[("ada", "cpu")].serial == first
        ((_, report),) = store.reports("convolution", is_final=True)
        assert report["score"] == 4.0

    def test_a_clock_that_was_put_back_changes_no_order(self, store):
        store.put(part_of(graded_at=2e9))
        store.put(part_of(graded_at=1e9, note="later"))
        assert store.part(*ADA).report["note"] == "later"

    def test_nothing_is_left_of_what_goes(self, store, tmp_path):
        """Of a device's parts the two newest stay."""
        for number in range(5):
            store.put(part_of(key=replace(KEY, seed=str(number))))
        store.put(part_of("bo"))
        with sqlite3.connect(path_of(tmp_path)) as connection:
            tables = ("results", "payloads", "contexts")
            counts = [
                connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
                for table in tables
            ]
        assert counts == [3, 3, 3]


class TestProjections:
    def test_what_was_written_is_known(self, store):
        store.note_projected("gan", "ada", {"gradebook": "1", "autograded": "2"})
        store.note_projected("gan", "ada", {"gradebook": "3"})
        store.note_projected("gan", "bo", {"gradebook": "4"})
        assert store.projected("gan") == {
            "ada": {"gradebook": "3", "autograded": "2"},
            "bo": {"gradebook": "4"},
        }
        assert store.projected("convolution") == {}

    def test_one_that_was_removed_is_none(self, store):
        store.note_projected("gan", "ada", {"executed": "1"})
        store.note_projected("gan", "ada", {"executed": None})
        assert store.projected("gan") == {}


class TestReading:
    def test_nothing_is_made(self, tmp_path):
        with Store(tmp_path / "state", writes=False) as store:
            assert store.keys("convolution") == {}
            assert store.part(*ADA) is None
        assert names(tmp_path) == []

    def test_nothing_is_put(self, store, tmp_path):
        store.put(part_of())
        with (
            Store(tmp_path / "state", writes=False) as reader,
            pytest.raises(ResultsError, match="was opened read-only"),
        ):
            reader.put(part_of())

    def test_a_folder_that_can_not_be_written_to_is_read(
        self, store, tmp_path, monkeypatch
    ):
        store.put(part_of())
        monkeypatch.setattr(os, "access", lambda path, mode: False)
        with Store(tmp_path / "state", writes=False) as reader:
            assert reader.part(*ADA) == part_of()

    def test_what_is_put_meanwhile_is_seen(self, tmp_path):
        with Store(tmp_path / "state", writes=False) as reader:
            assert reader.keys("convolution") == {}
            with Store(tmp_path / "state") as writer:
                writer.put(part_of())
            assert reader.part(*ADA) == part_of()


def test_only_the_owner_may_read(store, tmp_path):
    store.put(part_of())
    assert path_of(tmp_path).stat().st_mode & 0o777 == 0o600
    assert path_of(tmp_path).parent.stat().st_mode & 0o777 == 0o700
    assert names(tmp_path / "state") == [DATABASE]


class TestTrouble:
    def test_a_newer_schema_is_refused(self, store, tmp_path):
        store.close()
        with sqlite3.connect(path_of(tmp_path)) as connection:
            connection.execute("PRAGMA user_version = 2")
        with pytest.raises(ResultsError) as caught:
            Store(tmp_path / "state")
        assert str(caught.value) == (
            f"{path_of(tmp_path)}: was written by a newer autograder (schema 2; this "
            "one knows 1). Update this one."
        )

    def test_a_database_of_something_else_is_refused(self, tmp_path):
        path_of(tmp_path).parent.mkdir()
        with sqlite3.connect(path_of(tmp_path)) as connection:
            connection.execute("CREATE TABLE theirs (a)")
        for writes in (True, False):
            with pytest.raises(ResultsError, match="is another program's database"):
                Store(tmp_path / "state", writes=writes)

    def test_a_locked_database_is_waited_for_and_then_told_of(self, store, tmp_path):
        other = sqlite3.connect(path_of(tmp_path), isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(ResultsError) as caught:
            store.put(part_of())
        assert str(caught.value) == (
            f"{path_of(tmp_path)}: another process has locked it for 0.2 s. Wait until "
            "it is done, and run this again."
        )
        other.execute("COMMIT")
        other.close()
        store.put(part_of())

    def test_a_folder_that_can_not_be_written_to_is_told_of_at_once(
        self, tmp_path, monkeypatch
    ):
        monkeypatch.setattr(os, "access", lambda path, mode: False)
        with pytest.raises(ResultsError, match=r"results\.db may not be written to"):
            Store(tmp_path / "state")

    def test_a_file_in_place_of_the_folder_is_told_of(self, tmp_path):
        (tmp_path / "state").write_bytes(b"")
        with pytest.raises(ResultsError, match="can't be read or written"):
            Store(tmp_path / "state")

    def test_a_full_disk_loses_nothing_that_was_kept(self, tmp_path):
        code = (
            "import resource, sys\n"
            "from pathlib import Path\n"
            "from autograder.errors import ResultsError\n"
            "from autograder.results import Store\n"
            "from tests.results.parts import part_of\n"
            "with Store(Path(sys.argv[1])) as store:\n"
            "    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))\n"
            "    for number in range(1000):\n"
            "        noise = __import__('os').urandom(20_000).hex()\n"
            "        try:\n"
            "            store.put(part_of(f's{number:03}', notebook=noise))\n"
            "        except ResultsError as error:\n"
            "            print(number, error)\n"
            "            break\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", code, tmp_path / "state"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        number, _, said = done.stdout.partition(" ")
        assert "can't be" in said
        assert said.count("\n") == 1
        with Store(tmp_path / "state") as store:
            assert len(store.keys("convolution")) == int(number) > 0
            for student, device in store.keys("convolution"):
                assert store.part("convolution", student, device) is not None
            store.put(part_of())
        assert names(tmp_path / "state") == [DATABASE]

    def test_a_disk_that_sqlite_calls_full_is_named(self, store):
        store._opened().execute("PRAGMA max_page_count = 16")
        with pytest.raises(ResultsError, match="the disk is full"):
            store.put(part_of(notebook=os.urandom(200_000).hex()))
        assert store.keys("convolution") == {}
        store._opened().execute("PRAGMA max_page_count = 100000")
        store.put(part_of())


@pytest.fixture(scope="module")
def filled(tmp_path_factory) -> Path:
    """A database of 40 results, closed."""
    folder = tmp_path_factory.mktemp("filled")
    with Store(folder) as store:
        for number in range(40):
            noise = os.urandom(3000).hex()
            store.put(part_of(f"s{number:02}", notebook=noise))
    return folder / DATABASE


class TestDamage:
    @pytest.fixture
    def told(self) -> list[str]:
        return []

    @pytest.fixture
    def path(self, tmp_path, filled) -> Path:
        """A copy of it."""
        path_of(tmp_path).parent.mkdir()
        shutil.copy(filled, path_of(tmp_path))
        return path_of(tmp_path)

    def test_what_is_no_database_is_set_aside(self, path, told):
        path.write_bytes(b"no database at all, but text" * 400)
        with Store(path.parent, tell=told.append) as store:
            assert store.keys("convolution") == {}
            store.put(part_of())
        aside = next(path.parent.glob("results.db.damaged-*"))
        assert aside.read_bytes().startswith(b"no database")
        assert told == [
            f"{path} was damaged and is now {aside.name}; 0 results were "
            "recovered; the others are graded again"
        ]
        assert names(path.parent) == ["locks", DATABASE, aside.name]
        assert path.stat().st_mode & 0o777 == 0o600

    def test_what_can_be_read_is_taken_over(self, path, told):
        whole = read(path.parent)
        data = bytearray(path.read_bytes())
        middle = len(data) // 2 // 4096 * 4096
        data[middle : middle + 4 * 4096] = b"\xff" * (4 * 4096)
        path.write_bytes(data)
        found = read(path.parent, told)
        assert len(told) == 1
        assert 20 <= len(found) < 40
        assert found.items() <= whole.items()

    def test_a_cut_off_file_is_taken_over(self, path, told):
        whole = read(path.parent)
        os.truncate(path, path.stat().st_size * 3 // 4)
        found = read(path.parent, told)
        assert f"{len(found)} results were " in told[0]
        assert 0 < len(found) < 40
        assert found.items() <= whole.items()

    def test_a_reader_leaves_it_alone(self, path):
        path.write_bytes(b"no database at all, but text" * 400)
        with pytest.raises(
            ResultsError, match=r"is damaged: .* Grade again to repair it"
        ):
            Store(path.parent, writes=False)
        assert names(path.parent) == [DATABASE]

    def test_one_result_that_is_not_as_written_is_given_up(self, path, told):
        with sqlite3.connect(path) as connection:
            connection.execute(
                "UPDATE results SET status = 'malformed' WHERE student = 's07'"
            )
        with Store(path.parent, tell=told.append) as store:
            assert store.part("convolution", "s07", "cpu") is None
            assert len(store.keys("convolution")) == 39
        assert told == [
            f"{path}: the result of s07 in convolution is damaged: its seal is broken. "
            "Grade it again."
        ]

    def test_an_error_that_is_no_damage_sets_nothing_aside(
        self, path, told, monkeypatch
    ):
        monkeypatch.setattr(
            database_module, "_DAMAGED", (sqlite3.SQLITE_ERROR,), raising=True
        )
        with (
            Store(path.parent, tell=told.append) as store,
            pytest.raises(ResultsError),
        ):
            store._opened().execute("SELECT nothing FROM nowhere")
        assert told == []
        assert names(path.parent) == [DATABASE]

    @pytest.mark.parametrize("content", ["no JSON", "[]", "{}", b"\xff"], ids=repr)
    def test_a_key_that_is_not_as_written_equals_none(self, path, told, content):
        with sqlite3.connect(path) as connection:
            connection.execute("UPDATE contexts SET content = ?", (content,))
        with Store(path.parent, tell=told.append) as store:
            keys = store.keys("convolution")
            assert len(keys) == 40
            assert all(kept.key != KEY for kept in keys.values())
            assert store.part("convolution", "s07", "cpu") is None

    def test_text_that_is_none_any_more_stops_nothing(self, path, told):
        with sqlite3.connect(path) as connection:
            connection.execute(
                "UPDATE results SET student = CAST(x'ff41' AS TEXT) "
                "WHERE student = 's07'"
            )
        with Store(path.parent, tell=told.append) as store:
            assert ("s07", "cpu") not in store.keys("convolution")
            assert len(list(store.reports("convolution"))) == 40

    def test_no_draft_is_left_where_nothing_can_be_taken_over(
        self, path, told, monkeypatch
    ):
        def fail(*args: object) -> None:
            raise ResultsError("the disk is full")

        data = b"no database at all, but text" * 400
        path.write_bytes(data)
        monkeypatch.setattr(rescue_module, "_rows", fail)
        with pytest.raises(ResultsError, match="the disk is full"):
            Store(path.parent, tell=told.append)
        assert path.read_bytes() == data
        assert names(path.parent) == ["locks", DATABASE]

    def test_a_file_that_is_another_each_time_is_told_of(self, path, told, monkeypatch):
        with Store(path.parent, tell=told.append) as store:
            monkeypatch.setattr(
                database_module.Database, "is_in_place", lambda self: False
            )
            with pytest.raises(ResultsError, match="is replaced or damaged"):
                store.put(part_of())

    def test_the_log_has_it_where_nobody_is_told(self, path, caplog):
        path.write_bytes(b"no database at all, but text" * 400)
        with Store(path.parent):
            pass
        assert "was damaged and is now" in caplog.text

    def test_a_writer_finds_the_new_file(self, path):
        with Store(path.parent) as store:
            store.put(part_of("before"))
            path.rename(path.with_name("elsewhere"))
            store.put(part_of("after"))
        with Store(path.parent) as store:
            assert [*store.keys("convolution")] == [("after", "cpu")]


def read(folder: Path, told: list[str] | None = None) -> dict[str, str | None]:
    """Every student's notebook, asked for twice: the first time mends."""
    tell = None if told is None else told.append
    with Store(folder, tell=tell) as store:
        for _ in range(2):
            found = {
                student: part.notebook
                for student, device in store.keys("convolution")
                if (part := store.part("convolution", student, device))
            }
    return found


def test_importing_the_room_loads_nothing_slow():
    slow = ("numpy", "nbformat", "nbgrader", "pytest", "pydantic", "jupyter_client")
    code = (
        "import sys, autograder.results\n"
        f"print([name for name in {slow} if name in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"
