"""`dashcam` alone: today at a glance, and an honest word where there is nothing yet."""

import csv
import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.cells import cell_len

from tests.support.build import MINUTE
from tests.support.claude_lines import Transcript, usage
from tests.support.program import Program


def where_it_is_noon() -> str:
    """Name a zone in which a minute ago was today."""
    return f"Etc/GMT{datetime.now(UTC).hour - 12:+}"


def just_now(program: Program, model: str = "claude-sonnet-4-5") -> None:
    """A session of a minute ago: 1,000 tokens in at $3 and 100 out at $15 a million are $0.0045."""
    talk = Transcript(at=int(datetime.now(UTC).timestamp()) * 1_000_000 - MINUTE)
    talk.model = model
    talk.prompt("Add a test")
    talk.answer(spent=usage(given=1_000, output=100), stop="tool_use")
    talk.write(program.claude)


def test_an_empty_machine_is_told_what_was_looked_for_and_where(tmp_path: Path) -> None:
    program = Program(tmp_path)
    said = program.says(columns=120)
    assert "No session has been recorded yet" in said
    assert str(program.claude) in said
    assert str(program.codex) in said
    assert str(program.data / "settings.toml") in said


def test_an_empty_machine_is_an_empty_answer_in_json(tmp_path: Path) -> None:
    found = Program(tmp_path).answers("overview")
    assert (found["sessions"], found["active_sessions"], found["models"], found["notes"]) == (0, [], [], [])
    assert found["totals"]["calls"] == 0


def test_today_is_told_with_who_is_at_work_and_what_to_type_next(tmp_path: Path) -> None:
    program = Program(tmp_path)
    just_now(program)
    said = program.says("--tz", where_it_is_noon(), columns=80)
    today = next(line for line in said.splitlines() if line.startswith("Today"))
    assert "$0.0045" in today
    assert "1,100" in today
    assert "● running" in said
    assert "Add a test" in said
    assert "claude-sonnet-4-5" in said
    assert "dashcam sessions --range today" in said
    assert max(map(cell_len, said.splitlines())) <= 80


def test_the_periods_are_rows_and_all_time_is_the_total(tmp_path: Path) -> None:
    program = Program(tmp_path)
    just_now(program)
    old = Transcript("7a000000-0000-4000-8000-000000000002", at=1_600_000_000_000_000)
    old.prompt()
    old.answer()
    old.write(program.claude)
    found = program.answers("overview", "--tz", where_it_is_noon())
    rows = {row["period"]: row["calls"] for row in found["rows"]}
    assert (rows["today"], rows["thisweek"], rows["thismonth"]) == (1, 1, 1)
    assert found["totals"]["calls"] == 2
    assert [row["status"] for row in found["active_sessions"]] == ["running"]
    assert [row["model"] for row in found["models"]] == ["claude-sonnet-4-5"]


@pytest.mark.parametrize("form", ["csv", "md"])
def test_it_comes_in_the_other_formats_too(tmp_path: Path, form: str) -> None:
    program = Program(tmp_path)
    just_now(program)
    said = program.says("--format", form)
    if form == "csv":
        assert [row["period"] for row in csv.DictReader(io.StringIO(said))][:2] == ["today", "yesterday"]
    else:
        assert "| Today |" in said


def test_an_unknown_model_makes_the_cost_a_least(tmp_path: Path) -> None:
    program = Program(tmp_path)
    just_now(program, "mystery-9")
    said = program.says("--tz", where_it_is_noon())
    assert "N/A" in said
    assert "1 call of an unknown model is not priced" in " ".join(said.split())
