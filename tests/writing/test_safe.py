"""Hostile text: nothing of it steers the terminal, turns the reading order, or breaks the JSON."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashcam.writing.safe import safe_block, safe_json, safe_text

BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;owned\x07title", "title"),
        ("\x1b]8;;http://evil\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x9b2Jgone", "gone"),
        ("a\x1b", "a␛"),
        ("bell\x07", "bell␇"),
        ("two\nlines\tand a tab", "two lines and a tab"),
        ("carriage\rreturn", "carriage return"),
        (f"txt.{BIDI}exe", "txt.exe"),
        ("half \ud800", "half \N{REPLACEMENT CHARACTER}"),
        ("\x7f", "␡"),
        ("日本語 ünïcödé", "日本語 ünïcödé"),
    ],
)
def test_a_text_on_one_line_is_harmless(text: str, shown: str) -> None:
    assert safe_text(text) == shown


def test_a_block_keeps_its_lines_and_tabs() -> None:
    assert safe_block("a\r\n\tb\x1b[2K\rc") == "a\n\tb\nc"


def test_an_unfinished_sequence_swallows_nothing_that_follows() -> None:
    assert safe_text("\x1b]0;title without an end, and the rest") == "0;title without an end, and the rest"


@given(st.text(st.characters(exclude_categories=[])))
def test_no_control_sign_is_left_in_any_text(text: str) -> None:
    for shown in (safe_text(text), safe_block(text)):
        assert not [sign for sign in shown if (ord(sign) < 32 and sign not in "\n\t") or 127 <= ord(sign) < 160]
        assert not set(shown) & set(BIDI)
        shown.encode()


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_json_reads_back_as_the_same_values(text: str) -> None:
    written = safe_json(json.dumps([text], ensure_ascii=False))
    assert json.loads(written) == [text]
    assert not set(written) & set(BIDI + "\x9b\x7f")
