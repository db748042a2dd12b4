"""Listings on paper: tables fit, and the same rows come out as JSON, CSV and Markdown."""

import json
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from rich.cells import cell_len

from dashcam.cli import output
from dashcam.cli.output import Cell, Column, fitted, print_listing
from dashcam.queries.answers import Listing, UsageAnswer
from dashcam.writing.cells import csv_cell, keys_of, markdown_text

Printed = Callable[..., list[str]]


class Fruit(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    weight: int | None
    tags: tuple[str, ...] = ()


COLUMNS: tuple[Column[Fruit], ...] = (
    Column(title="Name", show=lambda row: row.name, narrowest=6, wanted=25, total="Total"),
    Column(title="Weight g", show=lambda row: str(row.weight), right=True, total="250"),
    Column(title="Tags", show=lambda row: ", ".join(row.tags), priority=2),
)
APPLE = Fruit(name="apple", weight=200, tags=("red", "round"))
LONG = Fruit(name="a pear with a very long name indeed", weight=50)


def listing(*rows: Fruit, notes: tuple[str, ...] = ()) -> Listing[Fruit]:
    return Listing(rows=list(rows), totals={"weight": 250}, notes=list(notes))


@pytest.fixture
def printed(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Printed:
    """Print a listing at a width, and give the lines."""

    def lines(found: Listing[Any], form: str = "table", width: int = 80, **more: Any) -> list[str]:
        monkeypatch.setenv("COLUMNS", str(width))
        print_listing(found, COLUMNS, form, **more)
        return capsys.readouterr().out.splitlines()

    return lines


def test_a_table_has_an_underlined_header_and_numbers_at_the_right(printed: Printed) -> None:
    assert printed(listing(APPLE)) == [
        "Name   Weight g  Tags",
        "─────  ────────  ──────────",
        "apple       200  red, round",
        "─────  ────────",
        "Total       250",
    ]


def test_a_narrow_terminal_loses_columns_first_and_then_cuts_texts(printed: Printed) -> None:
    lines = printed(listing(APPLE, LONG), width=40)
    assert "Tags" not in lines[0]
    assert lines[3] == "a pear with a very long name …        50"
    assert max(map(cell_len, lines)) == 40


def test_no_line_is_wider_than_the_terminal_whatever_the_signs(printed: Printed) -> None:
    wide = Fruit(name="りんご" * 20, weight=1, tags=("日本",))
    for width in (40, 80, 120):
        assert max(map(cell_len, printed(listing(wide), width=width))) <= width


def test_a_path_is_cut_at_its_beginning() -> None:
    assert output._end_of(Cell("/home/ada/projects/app"), 10) == Cell("…jects/app")


def test_an_empty_table_says_so(printed: Printed) -> None:
    assert printed(listing(), empty="No fruit.") == ["No fruit."]


def test_hostile_cells_are_made_harmless_in_every_format(printed: Printed) -> None:
    hostile = Fruit(name="\x1b[2J\x9b2Jevil\u202e\nname", weight=1)
    for form in ("table", "md"):
        assert not set("\x1b\x9b\u202e") & set("".join(printed(listing(hostile), form)))
    text = "".join(printed(listing(hostile), "json"))
    assert not set("\x1b\x9b\u202e") & set(text)
    assert json.loads(text)["rows"][0]["name"] == hostile.name


def test_json_is_the_listing_itself(printed: Printed) -> None:
    assert json.loads("".join(printed(listing(APPLE, notes=("Mind the pips.",)), "json"))) == {
        "rows": [{"name": "apple", "weight": 200, "tags": ["red", "round"]}],
        "totals": {"weight": 250},
        "notes": ["Mind the pips."],
    }


def test_csv_has_the_json_keys_also_without_rows(printed: Printed) -> None:
    assert printed(listing(APPLE), "csv") == ["name,weight,tags", "apple,200,red;round"]
    assert printed(listing(), "csv", keys=("name", "weight")) == ["name,weight"]


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("=1+1", "'=1+1"),
        ("@cmd", "'@cmd"),
        (-5, -5),
        (True, "true"),
        (None, None),
        (["-a", "b"], "'-a;b"),
        ("plain", "plain"),
    ],
)
def test_a_spreadsheet_calculates_nothing_of_a_cell(value: object, written: object) -> None:
    assert csv_cell(value) == written


def test_markdown_has_every_column_and_no_live_signs(printed: Printed) -> None:
    sly = Fruit(name="a|b <img> [x](y)", weight=1, tags=("`t`",))
    lines = printed(listing(sly, notes=("At least.",)), "md", width=40)
    assert lines[:3] == [
        "| Name | Weight g | Tags |",
        "| --- | ---: | --- |",
        "| a\\|b \\<img\\> \\[x\\](y) | 1 | \\`t\\` |",
    ]
    assert lines[-1] == "> At least."


def test_notes_stand_under_the_table(printed: Printed) -> None:
    assert printed(listing(APPLE, notes=("Mind the pips.",)))[-2:] == ["", "· Mind the pips."]


def test_marks_that_no_longer_fit_are_left_out() -> None:
    assert output._harmless(Cell("a\x1b[1mb", spans=((0, 1, "bold"),))).spans == ()
    assert output._harmless(Cell("ab", spans=((0, 1, "bold"),))).spans == ((0, 1, "bold"),)


def test_the_most_important_columns_stay_even_where_there_is_no_room() -> None:
    chosen, _ = fitted(COLUMNS, [[Cell(LONG.name), Cell("50"), Cell("x")]], 10)
    assert chosen == [0, 1]


def test_keys_that_a_row_may_lack_are_named_only_where_asked() -> None:
    assert "day" not in keys_of(UsageAnswer)
    assert keys_of(UsageAnswer, "day")[0] == "day"


def test_markdown_text_is_one_line() -> None:
    assert markdown_text("a\nb*c*") == "a b\\*c\\*"
