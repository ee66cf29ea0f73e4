"""A container tells with which options the wall would stand in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.sandbox.container import is_container, missing_options

SECCOMP = "--security-opt seccomp=unconfined"
APPARMOR = "--security-opt apparmor=unconfined"
MASKED = "--security-opt systempaths=unconfined"


def machine(root: Path, **texts: str) -> Path:
    """A made-up /proc/self."""
    for name, text in texts.items():
        path = root / "proc/self" / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def test_dockers_own_settings_lack_all_three(tmp_path):
    root = machine(
        tmp_path,
        status="Name:\tx\nSeccomp:\t2\nSeccomp_filters:\t1\n",
        attr__current="docker-default (enforce)\n",
        mountinfo="1 0 0:1 / / rw\n2 1 0:2 / /proc/kcore rw - tmpfs tmpfs rw\n",
    )
    assert missing_options(root) == [SECCOMP, APPARMOR, MASKED]


def test_podman_has_a_name_of_its_own_for_one(tmp_path):
    root = machine(tmp_path, mountinfo="2 1 0:2 / /proc/kcore rw - tmpfs tmpfs rw\n")
    (root / "run").mkdir()
    (root / "run/.containerenv").touch()
    assert missing_options(root) == ["--security-opt unmask=ALL"]


@pytest.mark.parametrize("profile", ["unconfined\n", "", "docker-default (complain)\n"])
def test_nothing_is_missing_where_nothing_is_forbidden(tmp_path, profile):
    root = machine(
        tmp_path,
        status="Name:\tx\nSeccomp:\t0\n",
        attr__current=profile,
        mountinfo="1 0 0:1 / / rw\n2 1 0:2 / /proc rw - proc proc rw\n",
    )
    assert missing_options(root) == []


def test_a_machine_that_tells_nothing_is_not_blamed(tmp_path):
    assert missing_options(tmp_path) == []


@pytest.mark.parametrize("mark", [".dockerenv", "run/.containerenv"])
def test_a_container_is_known_by_its_marks(tmp_path, mark):
    assert not is_container(tmp_path)
    (tmp_path / mark).parent.mkdir(exist_ok=True)
    (tmp_path / mark).touch()
    assert is_container(tmp_path)
