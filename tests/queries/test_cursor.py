"""A cursor comes back as it was handed out; whatever else comes from outside is refused in words."""

from base64 import urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashcam.queries.cursor import LONGEST, read_cursor, write_cursor
from dashcam.records.errors import BadInput

NUMBERS = st.integers(-(1 << 63), (1 << 63) - 1)
WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=50)


@given(NUMBERS, WORDS)
def test_what_was_written_is_read_back(number: int, word: str) -> None:
    cursor = write_cursor(word, number)
    assert read_cursor(cursor, (str, int)) == [word, number]
    assert cursor.isascii()
    assert not set(cursor) & set("+/=&?#% ")


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        [number] = read_cursor(text, (int,))
    except BadInput:
        return
    assert isinstance(number, int)


def encoded(text: bytes) -> str:
    return urlsafe_b64encode(text).decode()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "\u00e9",
        "!!!!",
        encoded(b"[9223372036854775808]"),
        encoded(b"[1.5]"),
        encoded(b"[true]"),
        encoded(b"[null]"),
        encoded(b"[1, 2]"),
        encoded(b"[]"),
        encoded(b"{}"),
        encoded(b'["1"]'),
        encoded(b"[" * 2_000),
        encoded(b"[1" + b" " * LONGEST + b"]"),
    ],
)
def test_what_is_no_cursor_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="no cursor of this listing"):
        read_cursor(text, (int,))


@pytest.mark.parametrize("word", [rb'"a\u0000b"', rb'"\ud800"', b'"\xff"'])
def test_a_word_that_no_database_takes_is_refused(word: bytes) -> None:
    with pytest.raises(BadInput):
        read_cursor(encoded(b"[" + word + b"]"), (str,))
