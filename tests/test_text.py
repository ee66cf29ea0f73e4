"""Untrusted text, made fit to be shown."""

from __future__ import annotations

import pytest

from autograder.text import printable


@pytest.mark.parametrize(
    "char",
    ["\x00", "\x1b", "\x7f", "\x9b", "\r", "\n", "\ud800", "\u202e", "\u2028"],
    ids=ascii,
)
def test_what_a_terminal_obeys_is_replaced(char):
    assert printable(f"a{char}b") == "a\N{REPLACEMENT CHARACTER}b"


def test_letters_of_all_scripts_stay():
    text = "abc ÄÖÜ γλῶσσα 日本語 🙂 [red] <b> %s"
    assert printable(text) == text


def test_lines_stay_where_they_are_asked_for():
    assert printable("a\nb\rc", keep="\n") == "a\nb\N{REPLACEMENT CHARACTER}c"
