"""Untrusted text, made fit to be shown."""

from __future__ import annotations

import itertools

import pytest
from nbconvert.filters import ansi2html

from autograder.text import one_line, printable, screen_text

OBEYED = ["\x00", "\x1b", "\x7f", "\x9b", "\r", "\n", "\ud800", "\u202e", "\u2028"]


@pytest.mark.parametrize("char", OBEYED, ids=ascii)
def test_what_a_terminal_obeys_is_replaced(char):
    assert printable(f"a{char}b") == "a\N{REPLACEMENT CHARACTER}b"


def test_letters_of_all_scripts_stay():
    text = "abc ÄÖÜ γλῶσσα 日本語 🙂 [red] <b> %s"
    assert printable(text) == one_line(text) == screen_text(text) == text


def test_lines_stay_where_they_are_asked_for():
    assert printable("a\nb\rc", keep="\n") == "a\nb\N{REPLACEMENT CHARACTER}c"


class TestOneLine:
    @pytest.mark.parametrize("char", OBEYED, ids=ascii)
    def test_no_second_line_can_be_forged(self, char):
        made = one_line(f"E{char}  ok        test_hidden")
        assert made.isprintable()
        assert made.startswith("E")

    def test_is_cut_to_its_limit(self):
        assert one_line("x" * 5_000_000, 10) == "x" * 10


class TestScreenText:
    @pytest.mark.parametrize("char", ["\x00", "\x7f", "\x9b", "\ud800", "\u202e"])
    def test_what_a_page_obeys_is_replaced(self, char):
        assert screen_text(f"a{char}b") == "a\N{REPLACEMENT CHARACTER}b"

    @pytest.mark.parametrize(
        ("printed", "shown"),
        [
            ("a\n\tb", "a\n\tb"),
            ("\x1b[1;31mred\x1b[0m", "\x1b[1;31mred\x1b[0m"),
            ("\x1b[38;5;30mx\x1b[m", "\x1b[38;5;30mx\x1b[m"),
            ("\x1b[38;2;1;2;300mx", "x"),
            ("\x1b[38mx", "x"),
            ("\x1b[2J\x1b[1Ax", "x"),
            ("x\x1b", "x"),
            ("1%\r2%\r\nend\r", "2%\nend"),
        ],
        ids=ascii,
    )
    def test_is_what_a_terminal_shows(self, printed, shown):
        assert screen_text(printed) == shown

    def test_no_colour_that_is_left_breaks_nbconvert(self):
        parts = ("", "0", "1", "38", "48", "38;5", "38;2;3", "300", "7", "31", "x")
        for codes in itertools.product(parts, repeat=3):
            printed = f"\x1b[{';'.join(codes)}mx\x1b[0my"
            assert "x" in ansi2html(screen_text(printed))

    def test_colours_without_end_go(self):
        assert screen_text("\x1b[31mx" * 6_000) == "x" * 6_000
