"""What the commands say of sessions that left no usage on record: N/A and at least, never 0."""

import time
from pathlib import Path

import pytest

from tests.support.build import MINUTE, SECOND
from tests.support.claude_lines import Transcript, text, usage
from tests.support.codex_lines import Rollout
from tests.support.program import Program

UNKNOWN = "1 session left no usage on record: its tokens and cost are unknown."


def some_of_today(program: Program, model: str = "claude-sonnet-4-5") -> None:
    """1,000 tokens in at $3 a million and 100 out at $15 are $0.0045."""
    talk = Transcript(at=int(time.time()) * SECOND - MINUTE)
    talk.model = model
    talk.prompt("Add a test")
    talk.answer(spent=usage(given=1_000, output=100))
    talk.write(program.claude)


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """A machine on which a session of a minute ago left no usage on record."""
    made = Program(tmp_path)
    rollout = Rollout(at=int(time.time()) * SECOND - MINUTE)
    rollout.turn()
    rollout.prompt()
    rollout.answer()
    rollout.write(made.codex)
    return made


def last(said: str, begins: str) -> list[str]:
    """The last line that begins so, as words."""
    return next(line for line in reversed(said.splitlines()) if line.strip().startswith(begins)).split()


def test_the_total_of_sessions_is_unknown_where_all_are(program: Program) -> None:
    said = program.says("sessions", columns=120)
    assert last(said, "1 session") == ["1", "session", "N/A", "N/A"]
    assert UNKNOWN in said
    assert program.answers("sessions")["totals"]["unknown_sessions"] == 1


def test_the_total_of_sessions_is_a_least_sum_where_one_is_unknown(program: Program) -> None:
    some_of_today(program)
    assert last(program.says("sessions", columns=120), "2 sessions") == ["2", "sessions", "≥", "1,100", "≥", "$0.0045"]


def test_a_limit_does_not_hide_what_is_unknown(program: Program) -> None:
    some_of_today(program)
    said = program.says("sessions", "--limit", "1", "--sort", "cost", columns=120)
    assert last(said, "2 sessions") == ["2", "sessions", "≥", "1,100", "≥", "$0.0045"]
    assert UNKNOWN in said


def test_sessions_of_unknown_cost_come_last_by_cost(program: Program) -> None:
    some_of_today(program)
    quiet = Transcript("5e551011-0000-4000-8000-000000000077")
    quiet.prompt("Say nothing")
    quiet.write(program.claude)
    rows = program.answers("sessions", "--sort", "cost")["rows"]
    assert [row["cost_usd"] for row in rows] == [0.0045, 0.0, None]


def test_the_overview_says_what_it_does_not_know(program: Program) -> None:
    said = program.says(columns=120)
    assert last(said, "This month")[2:4] == ["N/A", "N/A"]
    assert last(said, "Last month")[2:4] == ["$0.00", "0"]
    assert UNKNOWN in said
    some_of_today(program)
    assert last(program.says(columns=120), "This month")[2:6] == ["≥", "$0.0045", "≥", "1,100"]


def test_statistics_are_least_sums(program: Program) -> None:
    assert last(program.says("sessions", "stats"), "Cost") == ["Cost", "USD", "N/A", "N/A"]
    some_of_today(program)
    said = program.says("sessions", "stats")
    assert last(said, "Cost") == ["Cost", "USD", "≥", "$0.0045", "$0.0045"]
    assert last(said, "Tokens") == ["Tokens", "≥", "1,100", "1,100"]
    assert UNKNOWN in said
    assert program.answers("sessions", "stats")["totals"]["unknown_sessions"] == 1


def test_the_share_of_what_has_no_price_is_unknown(program: Program) -> None:
    some_of_today(program)
    other = Transcript("5e551011-0000-4000-8000-000000000078", at=int(time.time()) * SECOND - MINUTE)
    other.model = "a-model-of-ours"
    other.answer(spent=usage(given=1_000), message_id="msg_other", request="req_other")
    other.write(program.claude)
    said = program.says("usage", "--by", "model", columns=160)
    assert "N/A" in last(said, "a-model-of-ours")[-2:]
    assert "≤" in last(said, "claude-sonnet-4-5")


def test_a_session_with_an_unknown_subagent_costs_at_least_what_is_known(program: Program) -> None:
    talk = Transcript(at=int(time.time()) * SECOND - MINUTE)
    talk.model = "claude-sonnet-4-5"
    talk.prompt("Add a test")
    talk.answer(spent=usage(given=1_000, output=100))
    talk.write(program.claude)
    helper = talk.subagent()
    helper.line("assistant", message={"role": "assistant", "model": talk.model, "content": [text()]})
    helper.write(program.claude)
    said = program.says("sessions", "show", talk.session, columns=120)
    assert last(said, "With subagents")[2:] == ["≥", "$0.0045,", "≥", "1,100", "tokens"]
    assert "≥ $0.0045" in said.partition("Cost, and why")[2]
