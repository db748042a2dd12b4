"""Usage by one or two dimensions: exact in JSON, readable at every width, and marked where it is not whole."""

import csv
import io
from pathlib import Path

import pytest
from rich.cells import cell_len

from tests.support.build import DAY, HOUR, START
from tests.support.claude_lines import Transcript, text, tool_use, usage
from tests.support.program import Program

SONNET = "claude-sonnet-4-5"
FIELDS = [
    "calls",
    "input_tokens",
    "output_tokens",
    "cache_read_tokens",
    "cache_write_5m_tokens",
    "cache_write_1h_tokens",
    "reasoning_tokens",
    "total_tokens",
    "cost_usd",
    "unpriced_calls",
]


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """Sunday and Monday.

    Sunday noon: 1,000 in and 100 out of a model at $3 and $15 ($0.0045) that calls Bash. Monday: the same with
    2,000 in ($0.0075) and no tool, and 500 tokens of a model that nobody knows a price of.
    """
    made = Program(tmp_path)
    talk = Transcript()
    talk.model = SONNET
    talk.prompt()
    talk.answer(tool_use(), spent=usage(given=1_000, output=100))
    talk.at = START + DAY + HOUR
    talk.tool_result()
    talk.answer(spent=usage(given=2_000, output=100))
    talk.answer(text("Bye."), model="mystery-9", spent=usage(given=400, output=100))
    talk.write(made.claude)
    return made


def test_usage_by_day_is_in_the_order_of_time(program: Program) -> None:
    listing = program.answers("usage")
    assert [(row["day"], row["calls"], row["total_tokens"], row["cost_usd"]) for row in listing["rows"]] == [
        ("2026-11-01", 1, 1_100, 0.0045),
        ("2026-11-02", 2, 2_600, 0.0075),
    ]
    assert (listing["totals"]["cost_usd"], listing["totals"]["unpriced_calls"]) == (0.012, 1)
    assert len(listing["notes"]) == 1


def test_a_day_is_a_day_of_the_zone_that_was_asked_for(program: Program) -> None:
    days = [row["day"] for row in program.answers("usage", "--tz", "Pacific/Kiritimati")["rows"]]
    assert days == ["2026-11-02", "2026-11-03"], "14 hours ahead, noon is the next day"


def test_a_row_has_its_dimensions_and_the_fields_of_the_contract(program: Program) -> None:
    row = program.answers("usage", "--by", "day,model")["rows"][0]
    assert list(row)[:2] == ["day", "model"]
    assert set(FIELDS) <= set(row)


@pytest.mark.parametrize(
    ("by", "key", "expected"),
    [
        ("model", "model", [SONNET, "mystery-9"]),
        ("project", "project", ["/home/ada/app"]),
        ("agent", "agent", ["claude-code"]),
        ("branch", "branch", ["main"]),
        ("tool", "tool", ["(no tool)", "Bash"]),
        ("session", "session_id", ["5e551011-0000-4000-8000-000000000001"]),
        ("week", "week", ["2026-10-26", "2026-11-02"]),
        ("month", "month", ["2026-11"]),
        ("hour", "hour", ["2026-11-01T12:00+00:00", "2026-11-02T13:00+00:00"]),
    ],
)
def test_every_dimension_has_its_key(program: Program, by: str, key: str, expected: list[str]) -> None:
    assert [row[key] for row in program.answers("usage", "--by", by)["rows"]] == expected


def test_two_dimensions_may_be_given_one_by_one(program: Program) -> None:
    assert program.answers("usage", "--by", "day", "--by", "model") == program.answers("usage", "--by", "day,model")
    assert program.run("usage", "--by", "day", "--by", "week").exit_code == 2


def test_a_range_selects_what_happened_in_it(program: Program) -> None:
    listing = program.answers("usage", "--by", "model", "--range", "2026-11-01..2026-11-01")
    assert [(row["model"], row["calls"]) for row in listing["rows"]] == [(SONNET, 1)]


def test_csv_begins_with_the_dimensions(program: Program) -> None:
    said = program.says("usage", "--by", "model,day", "--format", "csv")
    assert said.splitlines()[0].split(",")[: 2 + len(FIELDS)] == ["model", "day", *FIELDS]
    assert [row["cost_usd"] for row in csv.DictReader(io.StringIO(said))] == ["0.0045", "0.0075", ""]


def test_csv_without_rows_has_the_same_keys(program: Program) -> None:
    full = program.says("usage", "--format", "csv").splitlines()[0]
    assert program.says("usage", "--format", "csv", "--branch", "nowhere") == full + "\n"


@pytest.mark.parametrize("columns", [40, 80, 120, 160])
def test_the_table_fits(program: Program, columns: int) -> None:
    lines = program.says("usage", "--by", "model", columns=columns).splitlines()
    assert max(map(cell_len, lines[:6])) <= columns


def test_the_table_marks_what_is_not_whole(program: Program) -> None:
    lines = program.says("usage", "--by", "model", columns=160).splitlines()
    assert lines[2].split()[0] == SONNET
    assert "100%  ████████████████" in lines[2]
    assert "N/A" in lines[3]
    assert "≥ $0.0120" in lines[5]
    assert "`dashcam prices` lists it" in lines[-1]


def test_the_newest_days_and_the_dearest_models_stay_under_a_limit(program: Program) -> None:
    assert [row["day"] for row in program.answers("usage", "--limit", "1")["rows"]] == ["2026-11-02"]
    cut = program.answers("usage", "--by", "model", "--limit", "1")
    assert [row["model"] for row in cut["rows"]] == [SONNET]
    assert cut["totals"]["calls"] == 3
    assert "1 of 2 rows are shown" in cut["notes"][0]


def test_reported_cost_is_unknown_where_the_agent_wrote_none(program: Program) -> None:
    assert program.answers("usage", "--cost", "reported")["totals"]["cost_usd"] is None
    assert program.answers("usage", "--cost", "both")["rows"][0]["reported_cost_usd"] is None
    assert "Reported USD" in program.says("usage", "--cost", "both", columns=160)


def test_an_empty_range_says_so(program: Program) -> None:
    assert program.says("usage", "--range", "2025-01-01..2025-01-02") == "No usage in this range.\n"
