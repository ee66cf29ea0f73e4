"""A machine that refuses the wall says what to do about it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from autograder.sandbox.remedy import remedy

WEAKER = '--wall process, or c.Autograder.wall = "process"'


def machine(root: Path, **settings: str) -> Path:
    """A made-up machine with settings such as `kernel__x="1"`."""
    for name, value in settings.items():
        path = root / "proc/sys" / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{value}\n")
    return root


@pytest.mark.parametrize(
    ("name", "bad", "good"),
    [
        ("kernel__unprivileged_userns_clone", "0", "1"),
        ("kernel__apparmor_restrict_unprivileged_userns", "1", "0"),
        ("user__max_user_namespaces", "0", "15000"),
    ],
)
def test_a_setting_that_forbids_namespaces_is_named(tmp_path, name, bad, good):
    told = remedy(machine(tmp_path, **{name: bad}))
    assert told.startswith(f"run: sudo sysctl -w {name.replace('__', '.')}={good}; ")
    assert told.endswith(WEAKER)


def test_all_settings_are_named_at_once(tmp_path):
    root = machine(
        tmp_path,
        kernel__unprivileged_userns_clone="0",
        user__max_user_namespaces="0",
    )
    assert remedy(root).startswith(
        "run: sudo sysctl -w kernel.unprivileged_userns_clone=1 "
        "user.max_user_namespaces=15000; "
    )


def test_settings_that_allow_namespaces_are_not_blamed(tmp_path):
    told = remedy(machine(tmp_path, user__max_user_namespaces="63000"))
    assert told.startswith("run as root, or allow user namespaces to this user; ")


@pytest.mark.parametrize("mark", [".dockerenv", "run/.containerenv"])
def test_a_container_is_told_how_it_must_be_started(tmp_path, mark):
    (tmp_path / mark).parent.mkdir(exist_ok=True)
    (tmp_path / mark).touch()
    told = remedy(tmp_path)
    assert told.startswith("this container can't create namespaces: start it with ")


def test_other_systems_are_told_that_it_needs_linux(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "platform", "darwin")
    told = remedy(tmp_path)
    assert told.startswith("it needs Linux. Grade on a Linux machine; ")
    assert told.endswith(WEAKER)
