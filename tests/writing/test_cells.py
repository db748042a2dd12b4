"""A spreadsheet calculates nothing that a transcript says, and Markdown obeys none of it."""

from typing import Any

import pytest

from dashcam.queries.answers import SessionAnswer
from dashcam.writing.cells import csv_cell, keys_of, markdown_text


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://evil.example")'])
def test_no_text_is_a_formula(text: str) -> None:
    assert csv_cell(text) == "'" + text


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("plain", "plain"),
        (-1.5, -1.5),
        (None, None),
        (True, "true"),
        (["a", "=b"], "a;'=b"),
        (("=a", "b"), "'=a;b"),
        ({"a": 1}, '{"a":1}'),
        ("half \ud83d", "half ?"),
    ],
)
def test_values_are_written_as_they_are(value: Any, written: Any) -> None:  # noqa: ANN401  any cell
    assert csv_cell(value) == written


def test_a_list_of_formulas_is_none_itself() -> None:
    assert csv_cell(["=1"]) == "'=1"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("<script>", r"\<script\>"),
        ("[a](javascript:b)", r"\[a\](javascript:b)"),
        ("a|b", r"a\|b"),
        ("`x` *y* _z_ ~n~", r"\`x\` \*y\* \_z\_ \~n\~"),
        ("\x1b[31mred", "red"),
    ],
)
def test_markdown_shows_text_as_it_is(text: str, written: str) -> None:
    assert markdown_text(text) == written


def test_rows_have_the_columns_that_all_of_them_have_and_those_asked_for() -> None:
    plain, more = keys_of(SessionAnswer), keys_of(SessionAnswer, "reported_cost_usd")
    assert set(more) - set(plain) == {"reported_cost_usd"}
    assert plain[0] == "session_id"
