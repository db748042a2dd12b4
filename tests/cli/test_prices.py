"""What models cost: the listing, the receipt, prices of one's own, and pricing again."""

from pathlib import Path

import pytest

from tests.support.claude_lines import Transcript, usage
from tests.support.program import Program

SETTINGS = '# mine\ntime_zone = "UTC" # a note\n'


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """A machine with a call of a known model ($3 and $15 a million) and one of a model that nobody knows."""
    made = Program(tmp_path)
    talk = Transcript()
    talk.prompt()
    talk.answer(
        message_id="msg_known", model="claude-sonnet-4-5", spent=usage(given=1_000, output=100, cache_read=2_000)
    )
    talk.answer(message_id="msg_strange", model="acme-1", spent=usage(given=1_000_000, output=1_000_000))
    talk.write(made.claude)
    made.data.mkdir()
    (made.data / "settings.toml").write_text(SETTINGS)
    return made


def cost(program: Program) -> tuple[float, int]:
    totals = program.answers("usage")["totals"]
    return totals["cost_usd"], totals["unpriced_calls"]


def test_models_are_listed_with_their_rates_and_the_unpriced_with_a_hint(program: Program) -> None:
    listing = program.answers("prices")
    assert [(row["model"], row["status"], row["cost_usd"]) for row in listing["rows"]] == [
        ("claude-sonnet-4-5", "priced", 0.0051),
        ("acme-1", "unpriced", None),
    ]
    assert any("dashcam prices set acme-1" in note for note in listing["notes"])


def test_the_table_marks_the_total_as_a_least_sum(program: Program) -> None:
    said = program.says("prices")
    assert "unpriced" in said
    assert "≥ $0.0051" in said
    assert all(len(line) <= 80 for line in said.splitlines() if "dashcam prices" not in line)


def test_a_price_of_ones_own_prices_old_calls_and_keeps_comments(program: Program) -> None:
    program.says("scan")
    said = program.says("prices", "set", "acme-1", "--input", "2", "--output", "$4")
    assert "priced 1 call of 1 session again: $0.00 before, $6.00 now" in said
    assert cost(program) == (6.0051, 0)
    text = (program.data / "settings.toml").read_text()
    assert text.startswith(SETTINGS)
    assert '[[prices]]\nmodel = "acme-1"\ninput = "2"\noutput = "4"\n' in text


def test_setting_a_price_twice_keeps_one(program: Program) -> None:
    program.says("prices", "set", "acme-1", "--input", "2", "--output", "4", "--cache-read", "1")
    said = program.says("prices", "set", "ACME-1", "--input", "3", "--output", "4")
    assert "changed" in said
    text = (program.data / "settings.toml").read_text()
    assert (text.count("[[prices]]"), "cache_read" in text) == (1, False)


def test_taking_a_price_back_leaves_the_file_as_it_was(program: Program) -> None:
    program.says("scan")
    program.says("prices", "set", "acme-1", "--input", "2", "--output", "4")
    program.says("prices", "unset", "acme-1")
    assert (program.data / "settings.toml").read_text().strip() == SETTINGS.strip()
    assert cost(program) == (0.0051, 1)


def test_an_alias_prices_a_model_as_a_known_one(program: Program) -> None:
    program.says("scan")
    program.says("prices", "alias", "acme-1", "claude-sonnet-4-5")
    assert cost(program) == (18.0051, 0)


def test_an_alias_to_nothing_is_refused(program: Program) -> None:
    result = program.run("prices", "alias", "acme-1", "none-such-9")
    assert (result.exit_code, "no model 'none-such-9'" in result.stderr) == (2, True)
    assert (program.data / "settings.toml").read_text() == SETTINGS


def test_a_price_that_is_none_is_refused_and_changes_nothing(program: Program) -> None:
    result = program.run("prices", "set", "acme-1", "--input", "cheap", "--output", "4")
    assert result.exit_code == 1
    assert "not a price: 'cheap'" in result.stderr
    assert (program.data / "settings.toml").read_text() == SETTINGS


def test_a_receipt_adds_up_line_by_line(program: Program) -> None:
    said = program.says("prices", "explain", "msg_known")
    assert [line.split() for line in said.splitlines()[5:10]] == [
        ["input", "1,000", "3.00/M", "$0.0030"],
        ["output", "100", "15.00/M", "$0.0015"],
        ["cache", "read", "2,000", "0.30/M", "$0.0006"],
        ["──────────", "───────"],
        ["cost", "$0.0051"],
    ]
    assert ".jsonl:2  (counted)" in said


def test_a_receipt_of_an_unknown_model_says_so(program: Program) -> None:
    row = program.answers("prices", "explain", "msg_strange")["rows"][0]
    assert (row["cost_usd"], row["notes"]) == (None, ["no rate is known for acme-1"])


def test_a_call_that_is_not_there_is_not_found(program: Program) -> None:
    assert program.run("prices", "explain", "msg_nowhere").exit_code == 1


def test_a_model_is_shown_with_its_rate(program: Program) -> None:
    assert "3.00  $ per million tokens" in program.says("prices", "show", "claude-sonnet-4-5")
    assert program.run("prices", "show", "acme-1").exit_code == 1


def test_the_price_list_is_of_the_providers_in_use(program: Program) -> None:
    program.says("scan")
    rows = program.answers("prices", "list", "sonnet")["rows"]
    assert {row["provider"] for row in rows} == {"anthropic"}
    assert len(program.answers("prices", "list", "sonnet", "--all")["rows"]) > len(rows)


def test_pricing_everything_again_by_the_same_list_changes_nothing(program: Program) -> None:
    program.says("scan")
    assert "none changed" in program.says("prices", "reprice", "--all")
