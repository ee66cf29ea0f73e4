"""What this machine gives: memory, limits of the shell, disks, short paths."""

from __future__ import annotations

import os
import resource
import tempfile
from collections import namedtuple
from pathlib import Path

import pytest

from autograder.errors import KernelError, WallError
from autograder.sandbox import machine, visible
from autograder.sandbox.box import Box
from autograder.sandbox.machine import (
    available_mib,
    low_disks,
    low_limits,
    oom_kills,
    temporary_folder,
)

MIB = 1 << 20
NEEDS = {"memory_mib": 100, "disk_mib": 10, "processes": 64, "seconds": 10}


@pytest.fixture
def root(tmp_path):
    """A machine's files, of which a test writes those that it is about."""

    def write(files: dict[str, str]) -> Path:
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return tmp_path

    return write


def limit(most: object, used: int, cached: int) -> dict[str, str]:
    """Version 2: one group's files, in MiB."""
    return {
        "memory.max": f"{most * MIB if isinstance(most, int) else most}\n",
        "memory.current": f"{used * MIB}\n",
        "memory.stat": f"anon 1\ninactive_file {cached * MIB}\n",
    }


def below(folder: str, files: dict[str, str]) -> dict[str, str]:
    return {f"{folder}/{name}": text for name, text in files.items()}


class TestMemory:
    def test_without_a_cgroup_it_is_the_machines(self, root):
        found = root({"proc/meminfo": "MemTotal: 9\nMemAvailable:   2048 kB\n"})
        assert available_mib(found) == 2.0

    @pytest.mark.parametrize("own", ["max", 500])
    def test_the_tightest_group_around_us_counts(self, root, own):
        files = {
            "proc/meminfo": f"MemAvailable: {4000 * 1024} kB\n",
            "proc/self/cgroup": "0::/outer/inner\n",
            **below("sys/fs/cgroup/outer/inner", limit(own, 10, 0)),
            **below("sys/fs/cgroup/outer", limit(300, 200, 50)),
        }
        assert available_mib(root(files)) == 150.0

    def test_version_1_counts_as_well(self, root):
        group = "sys/fs/cgroup/memory/job"
        files = {
            "proc/self/cgroup": "4:cpu,memory:/\n5:memory:/job\n1:name=systemd:/\n",
            f"{group}/memory.limit_in_bytes": f"{256 * MIB}\n",
            f"{group}/memory.usage_in_bytes": f"{56 * MIB}\n",
            f"{group}/memory.stat": f"total_inactive_file {6 * MIB}\n",
            "sys/fs/cgroup/memory/memory.limit_in_bytes": f"{(1 << 63) - 4096}\n",
        }
        assert available_mib(root(files)) == 206.0

    def test_a_containers_group_is_seen_as_the_top_only(self, root):
        files = {
            "proc/self/cgroup": "0::/docker/0123abcd\n",
            **below("sys/fs/cgroup", limit(100, 20, 0)),
        }
        assert available_mib(root(files)) == 80.0

    def test_where_nothing_is_told_there_is_no_bound(self, root):
        assert available_mib(root({})) == float("inf")

    def test_kills_are_counted_wherever_they_are_told(self, root):
        files = {
            "proc/vmstat": "nr_free_pages 7\noom_kill 3\n",
            "proc/self/cgroup": "0::/job\n5:memory:/job\n",
            "sys/fs/cgroup/job/memory.events": "oom 9\noom_kill 1\n",
            "sys/fs/cgroup/memory/job/memory.oom_control": "under_oom 0\noom_kill 2\n",
        }
        assert oom_kills(root(files)) == 6
        assert oom_kills() >= 0
        assert available_mib() > 0


class TestLimits:
    @pytest.mark.parametrize(
        ("flag", "what", "now", "need"),
        [
            ("v", resource.RLIMIT_AS, 4096 * MIB, 8392 * 1024),
            ("d", resource.RLIMIT_DATA, 4096 * 1024, 2148 * 1024),
            ("f", resource.RLIMIT_FSIZE, MIB, 74 * 1024),
            ("n", resource.RLIMIT_NOFILE, 64, 256),
            ("t", resource.RLIMIT_CPU, 30, 80),
            ("u", resource.RLIMIT_NPROC, 100, 128),
        ],
    )
    def test_one_that_is_too_low_is_named_with_the_remedy(
        self, monkeypatch, flag, what, now, need
    ):
        limits = {what: (now, now)}
        everything = (resource.RLIM_INFINITY,) * 2
        monkeypatch.setattr(
            machine.resource, "getrlimit", lambda each: limits.get(each, everything)
        )
        monkeypatch.setattr(os, "getuid", lambda: 1000)
        unit = 1024 if flag in "vdf" else 1
        assert low_limits(**NEEDS) == [
            f"`ulimit -{flag}` is {now // unit} and grading needs {need}: run "
            f"`ulimit -{flag} {need}` first, or have the limit of this user raised"
        ]

    def test_processes_of_root_are_not_limited(self, monkeypatch):
        monkeypatch.setattr(machine.resource, "getrlimit", lambda what: (100, 100))
        monkeypatch.setattr(os, "getuid", lambda: 0)
        assert not any("ulimit -u" in told for told in low_limits(**NEEDS))

    @pytest.mark.parametrize(("most", "is_low"), [("200\n", True), ("max\n", False)])
    def test_a_cgroup_that_allows_few_processes_is_named(self, root, most, is_low):
        files = {
            "proc/self/cgroup": "0::/job\n",
            "sys/fs/cgroup/job/pids.max": most,
            "sys/fs/cgroup/job/pids.current": "100\n",
        }
        told = [
            "a cgroup allows 100 more processes here and a notebook may need 64: raise "
            "the container's limit, or lower c.Autograder.processes"
        ]
        assert machine._low_pids(64, root(files)) == (told if is_low else [])


class TestDisks:
    usage = namedtuple("usage", "total used free")

    def test_one_that_is_nearly_full_is_named(self, monkeypatch, tmp_path):
        full = self.usage(100 * MIB, 98 * MIB, 2 * MIB)
        monkeypatch.setattr(machine.shutil, "disk_usage", lambda folder: full)
        assert low_disks(tmp_path) == [
            f"the disk of {tmp_path} has only 2 MiB left and grading needs 50 MiB and "
            "1000 files: free some, or set TMPDIR to a folder on another disk"
        ]

    def test_one_with_room_is_not(self, monkeypatch, tmp_path):
        empty = self.usage(100 * MIB, 0, 100 * MIB)
        monkeypatch.setattr(machine.shutil, "disk_usage", lambda folder: empty)
        assert low_disks(tmp_path) == []

    def test_a_folder_that_is_not_there_is_named(self, tmp_path):
        told = f"{tmp_path}/no: No such file or directory"
        assert low_disks(tmp_path / "no") == [told]


class TestTemporaryFolder:
    def test_the_usual_one_where_its_path_is_short(self, monkeypatch):
        monkeypatch.setattr(tempfile, "tempdir", "/var/tmp")
        assert temporary_folder() == Path("/var/tmp")

    def test_another_where_it_is_too_long_for_sockets(self, monkeypatch, tmp_path):
        long = tmp_path / ("x" * 120)
        long.mkdir()
        monkeypatch.setattr(tempfile, "tempdir", str(long))
        with Box() as box:
            assert not box.root.is_relative_to(long)
            assert len(bytes(box.run / "k-65535")) < 108

    def test_none_is_told(self, monkeypatch):
        monkeypatch.setattr(tempfile, "gettempdir", lambda: "/" + "x" * 120)
        monkeypatch.setattr(os, "access", lambda *_: False)
        with pytest.raises(KernelError, match="is too long a path for sockets"):
            temporary_folder()

    def test_a_machine_without_any_is_told(self, monkeypatch):
        def none() -> str:
            raise FileNotFoundError

        monkeypatch.setattr(tempfile, "gettempdir", none)
        with pytest.raises(KernelError, match="no folder for temporary files can be w"):
            temporary_folder()

    def test_a_box_that_cant_be_made_says_why(self, monkeypatch):
        def full(**_: object) -> str:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(tempfile, "mkdtemp", full)
        with pytest.raises(KernelError, match="made there: No space left"):
            Box()


def test_an_environment_that_only_root_can_read_is_named(monkeypatch, tmp_path):
    tmp_path.chmod(0o700)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(visible, "visible_paths", lambda: ("/usr", str(tmp_path)))
    with pytest.raises(WallError) as refused:
        visible.require_readable()
    assert str(refused.value) == (
        f"{tmp_path} can be read by root only, and notebooks run as another user: run "
        f"chmod -R go+rX {tmp_path}"
    )
    tmp_path.chmod(0o755)
    visible.require_readable()
