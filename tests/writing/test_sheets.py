"""Rows are written a few at a time, and a file that was broken off never looks like a whole one."""

import csv
import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import msgspec
import pytest
from msgspec import UNSET, UnsetType

from dashcam.records.errors import DashcamError
from dashcam.writing.sheets import TEXTS, Counted, Sheet, new_file


class Row(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    cost: float | None = None
    more: str | UnsetType = UNSET


ROWS = [Row(name="=1+1", cost=1.5, more="x"), Row(name="two\nlines, and a comma")]


def sheet(rows: list[Row]) -> Sheet:
    return Sheet(shape=Row, columns=("name", "cost", "more"), rows=rows, closing=lambda: {"totals": {}, "notes": []})


def written(form: str, rows: list[Row]) -> str:
    return "".join(TEXTS[form](sheet(rows)))


def test_csv_reads_back_with_what_is_unknown_left_empty() -> None:
    rows = list(csv.reader(StringIO(written("csv", ROWS))))
    assert rows == [["name", "cost", "more"], ["'=1+1", "1.5", "x"], ["two\nlines, and a comma", "", ""]]


def test_json_is_one_listing_also_without_rows() -> None:
    assert json.loads(written("json", ROWS))["rows"] == [
        {"name": "=1+1", "cost": 1.5, "more": "x"},
        {"name": "two\nlines, and a comma", "cost": None},
    ]
    assert json.loads(written("json", [])) == {"rows": [], "totals": {}, "notes": []}


def test_json_lines_hold_one_row_each() -> None:
    assert [json.loads(line)["name"] for line in written("jsonl", ROWS).splitlines()] == [row.name for row in ROWS]
    assert written("jsonl", []) == ""


@pytest.mark.parametrize("form", sorted(TEXTS))
def test_rows_are_read_while_they_are_written(form: str) -> None:
    read = 0

    def endless() -> Iterator[Row]:
        nonlocal read
        while True:
            read += 1
            yield ROWS[0]

    rows = TEXTS[form](Sheet(shape=Row, columns=("name",), rows=endless(), closing=dict))
    for _ in range(5):
        next(rows)
    assert read <= 6


def test_the_totals_are_asked_for_once_the_last_row_is_written() -> None:
    rows = Counted(ROWS)
    counted = Sheet(shape=Row, columns=("name",), rows=rows, closing=lambda: {"totals": {"events": rows.count}})
    assert json.loads("".join(TEXTS["json"](counted)))["totals"] == {"events": 2}


def test_a_file_takes_its_place_when_all_is_written(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text("old")
    with new_file(path) as file:
        file.write(b"new")
        file.flush()
        assert path.read_text() == "old"
    assert path.read_text() == "new"
    assert path.stat().st_mode & 0o777 == 0o600


def test_what_was_broken_off_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"

    def broken_off() -> None:
        with new_file(path) as file:
            file.write(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        broken_off()
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_written_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(DashcamError, match="cannot write"), new_file(tmp_path / "nowhere" / "export.csv"):
        pass
