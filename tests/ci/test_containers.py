"""Container files: pinned by a digest, not root, and of files that there are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.courses import ROOT

FILES = sorted((ROOT / "containers").glob("Containerfile.*"))


def instructions(path: Path) -> list[tuple[str, str]]:
    """Instructions and what follows them, lines joined."""
    text = path.read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(line.split()[0], line.split(maxsplit=1)[1]) for line in lines]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.suffix[1:])
class TestContainerfile:
    def test_its_image_is_named_by_a_digest_that_must_be_given(self, path):
        found = instructions(path)
        assert ("ARG", "DIGEST") in found  # no default: a build without one fails
        assert [rest for word, rest in found if word == "FROM"] == [
            "${IMAGE}@${DIGEST}"
        ]

    def test_it_ends_as_a_user_without_rights(self, path):
        users = [rest for word, rest in instructions(path) if word == "USER"]
        assert users == ["grader"]
        names = [word for word, _ in instructions(path)]
        assert "RUN" not in names[names.index("USER") :]

    def test_it_copies_files_that_there_are_and_no_answers(self, path):
        copied = [rest for word, rest in instructions(path) if word == "COPY"]
        sources = [name for rest in copied for name in rest.split()[:-1]]
        assert all((ROOT / name).exists() for name in sources)
        assert not {"source", "solutions", "tests", "release", "."} & set(sources)

    def test_it_says_nothing_secret(self, path):
        assert not re.search("token|seed|password", path.read_text(), re.IGNORECASE)
