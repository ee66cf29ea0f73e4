"""Files are whole or as they were, and nothing else is left."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from autograder.files import sweep_drafts, write_new, write_whole, writing

WRITERS = pytest.mark.parametrize("write", [write_whole, write_new])


@pytest.fixture
def umask():
    """A umask that leaves the group nothing to write and others nothing."""
    before = os.umask(0o027)
    yield
    os.umask(before)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def draft_of(pid: int, *, here: str | None = None) -> str:
    return f".writing-{here or writing._here()}-{pid}-0123abcd"


def ended_process() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


@WRITERS
def test_a_file_is_written_and_its_folder_made(tmp_path, write):
    path = tmp_path / "a" / "b" / "file"
    write(path, b"\x00text")
    assert path.read_bytes() == b"\x00text"
    assert names(path.parent) == ["file"]


def test_a_file_is_replaced(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"an older one, and longer")
    write_whole(path, b"new")
    assert path.read_bytes() == b"new"


def test_a_link_is_replaced_and_not_followed(tmp_path):
    (tmp_path / "other").write_bytes(b"theirs")
    (tmp_path / "file").symlink_to("other")
    write_whole(tmp_path / "file", b"ours")
    assert (tmp_path / "other").read_bytes() == b"theirs"
    assert (tmp_path / "file").read_bytes() == b"ours"


def test_who_comes_second_keeps_the_first(tmp_path):
    path = tmp_path / "file"
    assert write_new(path, b"first") is True
    assert write_new(path, b"second") is False
    assert path.read_bytes() == b"first"
    assert names(tmp_path) == ["file"]


@WRITERS
def test_permissions_are_those_of_a_new_file(tmp_path, umask, write):
    (tmp_path / "plain").write_bytes(b"")
    write(tmp_path / "file", b"")
    assert (tmp_path / "file").stat().st_mode == (tmp_path / "plain").stat().st_mode


@WRITERS
@pytest.mark.parametrize("mode", [0o600, 0o644, 0o666])
def test_permissions_asked_for_are_exact(tmp_path, umask, write, mode):
    write(tmp_path / "file", b"", mode=mode)
    assert (tmp_path / "file").stat().st_mode & 0o777 == mode


@pytest.mark.parametrize("step", ["fsync", "fchmod", "replace"])
def test_a_failure_leaves_what_was_there_and_no_draft(tmp_path, monkeypatch, step):
    path = tmp_path / "file"
    path.write_bytes(b"old")

    def fail(*args: object) -> None:
        raise OSError(28, "No space left on device")

    target = Path if step == "replace" else os
    monkeypatch.setattr(target, step, fail)
    with pytest.raises(OSError, match="No space left"):
        write_whole(path, b"new", mode=0o600)
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["file"]


def test_ctrl_c_leaves_what_was_there_and_no_draft(tmp_path, monkeypatch):
    def interrupt(descriptor: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_whole(tmp_path / "file", b"new")
    assert names(tmp_path) == []


def test_a_full_disk_leaves_what_was_there_and_no_draft(tmp_path):
    (tmp_path / "file").write_bytes(b"old")
    code = (
        "import resource, signal, sys\n"
        "from pathlib import Path\n"
        "from autograder.files import write_whole\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "write_whole(Path(sys.argv[1]), bytes(100_000))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "file"], capture_output=True, text=True
    )
    assert "OSError: [Errno 27]" in done.stderr
    assert (tmp_path / "file").read_bytes() == b"old"
    assert names(tmp_path) == ["file"]


def test_a_folder_in_the_way_is_left_as_it_was(tmp_path):
    (tmp_path / "file").mkdir()
    with pytest.raises(IsADirectoryError):
        write_whole(tmp_path / "file", b"new")
    assert names(tmp_path) == ["file"]


def test_a_folder_that_does_not_sync_is_no_failure(tmp_path, monkeypatch):
    sync = os.fsync

    def refuse(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(22, "Invalid argument")
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", refuse)
    assert write_new(tmp_path / "file", b"ours") is True


class TestDrafts:
    def test_those_of_ended_processes_go(self, tmp_path):
        (tmp_path / draft_of(ended_process())).write_bytes(b"half")
        (tmp_path / ".writing-of-mine").write_bytes(b"no draft of ours")
        assert sweep_drafts(tmp_path) == 1
        assert names(tmp_path) == [".writing-of-mine"]

    def test_those_of_running_processes_stay(self, tmp_path):
        for pid in (os.getpid(), 1):
            (tmp_path / draft_of(pid)).write_bytes(b"being written")
        assert sweep_drafts(tmp_path) == 0

    @pytest.mark.parametrize(("age_s", "count"), [(60, 0), (90_000, 1), (-90_000, 1)])
    def test_those_from_elsewhere_go_after_a_day(self, tmp_path, age_s, count):
        path = tmp_path / draft_of(ended_process(), here="00000000")
        path.write_bytes(b"half")
        os.utime(path, (time.time() - age_s,) * 2)
        assert sweep_drafts(tmp_path) == count

    def test_a_folder_that_is_not_there_has_none(self, tmp_path):
        assert sweep_drafts(tmp_path / "none") == 0

    def test_the_first_write_removes_them(self, tmp_path):
        (tmp_path / draft_of(ended_process())).write_bytes(b"half")
        write_whole(tmp_path / "file", b"whole")
        assert names(tmp_path) == ["file"]


def test_a_killed_writer_leaves_a_whole_file_and_a_draft_that_is_swept(tmp_path):
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from autograder.files import write_whole\n"
        "path, number = Path(sys.argv[1]), 0\n"
        "while True:\n"
        "    number += 1\n"
        "    write_whole(path, f'{number:08}'.encode() * 50_000)\n"
        "    print(number, flush=True)\n"
    )
    path = tmp_path / "file"
    for pause_s in (0.0, 0.003, 0.007, 0.013, 0.021):
        process = subprocess.Popen(
            [sys.executable, "-c", code, path], stdout=subprocess.PIPE, text=True
        )
        told = process.stdout.readline()
        time.sleep(pause_s)
        process.send_signal(signal.SIGKILL)
        told += process.communicate()[0]
        last = int(told.rpartition("\n")[0].split("\n")[-1])
        data = path.read_bytes()
        assert len(data) == 400_000
        assert data == data[:8] * 50_000
        assert int(data[:8]) >= last
        sweep_drafts(tmp_path)
        assert names(tmp_path) == ["file"]
