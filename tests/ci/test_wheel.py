"""The wheel that is made of what is installed: whole, the same each time."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import stat
import zipfile
from importlib import metadata
from pathlib import Path

import autograder
from autograder.ci.wheel import archive, wheel


def opened() -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(wheel()[1]))


def test_equal_packages_give_equal_bytes():
    assert wheel() == wheel()


def test_the_name_says_the_version():
    version = metadata.version("autograder")
    assert wheel()[0] == f"autograder-{version}-py3-none-any.whl"


def test_holds_every_file_of_the_package():
    root = Path(autograder.__file__).parent
    held = {name for name in opened().namelist() if name.startswith("autograder/")}
    there = {
        f"autograder/{path.relative_to(root)}"
        for path in root.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert held == there


def test_the_record_is_true_for_every_file():
    with opened() as made:
        (record,) = [name for name in made.namelist() if name.endswith("/RECORD")]
        rows = list(csv.reader(made.read(record).decode().splitlines()))
        assert [row[0] for row in rows] == made.namelist()
        for name, digest, size in rows[:-1]:
            data = made.read(name)
            encoded = base64.urlsafe_b64encode(hashlib.sha256(data).digest())
            assert (digest, int(size)) == (
                f"sha256={encoded.decode().rstrip('=')}",
                len(data),
            )
        assert rows[-1] == [record, "", ""]


def test_programs_can_be_run_and_others_not():
    data = archive({"a": b"1", "b": b"2"}, programs=("b",))
    with zipfile.ZipFile(io.BytesIO(data)) as made:
        modes = [stat.S_IMODE(info.external_attr >> 16) for info in made.filelist]
    assert modes == [0o644, 0o755]
