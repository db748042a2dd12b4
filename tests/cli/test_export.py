"""Exports: every row under its JSON keys, as text or as Parquet, and nothing that runs in a spreadsheet."""

import csv
import io
import sys
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from pyarrow import parquet

from tests.support.claude_lines import Transcript, tool_use, usage
from tests.support.program import Program


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """A machine with one session of two calls: 100 + 50 tokens in, 10 + 5 out, of a model at $3 and $15."""
    made = Program(tmp_path)
    talk = Transcript()
    talk.model = "claude-sonnet-4-5"
    talk.prompt("=cmd|' /C calc'!A0")
    talk.answer(tool_use(command="ls"), spent=usage(given=100, output=10), stop="tool_use")
    talk.tool_result(output="a.py")
    talk.answer(spent=usage(given=50, output=5))
    talk.write(made.claude)
    return made


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_calls_are_exported_as_csv_with_their_cost(program: Program) -> None:
    first, second = rows_of(program.says("export", "calls"))
    assert (first["input_tokens"], first["output_tokens"], first["cost_usd"]) == ("100", "10", "0.00045")
    assert (second["tools"], first["tools"], second["exact"]) == ("", "Bash", "true")


def test_json_is_one_listing_with_totals(program: Program) -> None:
    listing = msgspec.json.decode(program.says("export", "calls", "--format", "json"))
    assert len(listing["rows"]) == 2
    assert listing["totals"]["cost_usd"] == 0.000675
    assert listing["notes"] == []


def test_json_lines_hold_one_row_each(program: Program) -> None:
    lines = program.says("export", "usage", "--by", "model", "--format", "jsonl").splitlines()
    assert [msgspec.json.decode(line)["model"] for line in lines] == ["claude-sonnet-4-5"]


def test_an_export_without_rows_is_still_a_listing(program: Program) -> None:
    assert program.answers("export", "calls", "--model", "none-such")["rows"] == []


def test_events_hold_words_only_where_asked(program: Program) -> None:
    quiet = rows_of(program.says("export", "events"))
    loud = rows_of(program.says("export", "events", "--with-text"))
    assert "text" not in quiet[0]
    assert [row["kind"] for row in loud] == ["user", "tool_call", "tool_result", "assistant"]
    assert loud[2]["text"] == "a.py"


def test_a_title_that_is_a_formula_does_not_run(program: Program) -> None:
    assert rows_of(program.says("export", "sessions"))[0]["title"].startswith("'=cmd")


def test_a_limit_and_a_filter_hold_for_every_export(program: Program) -> None:
    assert len(rows_of(program.says("export", "events", "--limit", "1"))) == 1
    assert rows_of(program.says("export", "sessions", "--project", "elsewhere")) == []


def test_parquet_has_typed_columns(program: Program, tmp_path: Path) -> None:
    file = tmp_path / "calls.parquet"
    program.says("export", "calls", "--format", "parquet", "-o", str(file))
    table = parquet.read_table(file)
    assert table["input_tokens"].to_pylist() == [100, 50]
    assert table["at"].to_pylist()[0] == datetime(2026, 11, 1, 12, 0, 1, tzinfo=UTC)


def test_parquet_wants_a_file(program: Program) -> None:
    result = program.run("export", "calls", "--format", "parquet")
    assert (result.exit_code, "-o FILE" in result.stderr) == (2, True)


def test_parquet_without_pyarrow_says_what_to_install(
    program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    file = tmp_path / "calls.parquet"
    result = program.run("export", "calls", "--format", "parquet", "-o", str(file))
    assert (result.exit_code, "pip install 'dashcam[parquet]'" in result.stderr) == (1, True)
    assert list(tmp_path.glob("*.part")) == []


def test_a_file_that_cannot_be_written_is_one_clear_line(program: Program, tmp_path: Path) -> None:
    result = program.run("export", "calls", "-o", str(tmp_path / "nowhere" / "calls.csv"))
    assert result.exit_code == 1
    assert "cannot write" in result.stderr
