"""The audit: lines beside the agent's own total, and what is left."""

from pathlib import Path

import pytest

from dashcam.cli.audit import how_much
from dashcam.pricing.currency import DOLLAR
from dashcam.queries.beside import SourceDifference
from tests.support.build import SESSION
from tests.support.claude_lines import Transcript, usage
from tests.support.program import Program

FORK = "5e551011-0000-4000-8000-00000000000f"
MODEL = "claude-sonnet-4-5"


def total(dollars: float, given: int, output: int) -> dict[str, float]:
    return {"inputTokens": given, "outputTokens": output, "costUSD": dollars}


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """A session of 1,000 tokens in and 100 out ($0.0045), whose agent says 1,500 and 120 ($0.0063); and its fork."""
    made = Program(tmp_path)
    talk = Transcript()
    talk.model = MODEL
    talk.prompt()
    talk.answer(spent=usage(given=1_000, output=100))
    fork = talk.fork(FORK)
    talk.cost_state(0.0063, claude_sonnet_4_5=total(0.0063, 1_500, 120))
    talk.write(made.claude)
    fork.model = MODEL
    fork.at += 1_000_000
    fork.prompt("And now?")
    fork.answer(message_id="msg_fork", spent=usage(given=2_000, output=200))
    fork.cost_state(0.0153, claude_sonnet_4_5=total(0.0153, 3_500, 320))
    fork.write(made.claude)
    return made


def test_sessions_are_listed_by_what_is_unattributed(program: Program) -> None:
    rows = program.answers("audit")["rows"]
    assert [(row["session_id"], row["unattributed_usd"], row["unattributed_input_tokens"]) for row in rows] == [
        (SESSION, 0.0018, 500),
        (FORK, 0.0, 0),
    ]


def test_one_session_shows_its_accounts_side_by_side(program: Program) -> None:
    side = program.answers("audit", SESSION)
    assert [(row["source"], row["model"], row["input_tokens"], row["cost_usd"]) for row in side["rows"]] == [
        ("transcript", "", 1_000, 0.0045),
        ("own_total", "", 1_500, 0.0063),
        ("transcript", MODEL, 1_000, 0.0045),
        ("own_total", MODEL, 1_500, 0.0063),
    ]
    (difference,) = side["differences"]
    assert [(part["code"], part["tokens"], part["cost_usd"]) for part in difference["parts"]] == [
        ("unattributed", 520, 0.0018)
    ]
    assert "$0.0018: requests that left no line" in program.says("audit", SESSION)


def test_a_fork_is_compared_without_what_its_parent_spent(program: Program) -> None:
    side = program.answers("audit", FORK)
    assert [(row["source"], row["input_tokens"]) for row in side["rows"][:2]] == [
        ("transcript", 2_000),
        ("own_total", 2_000),
    ]
    assert (side["explained"], side["differences"][0]["parts"]) == (True, [])


def test_a_session_without_a_total_says_so(tmp_path: Path) -> None:
    program = Program(tmp_path)
    talk = Transcript()
    talk.prompt()
    talk.answer()
    talk.write(program.claude)
    assert "nothing to compare with" in program.says("audit", SESSION)
    assert "No agent wrote a total of its own." in program.says("audit")


def test_the_table_fits_a_narrow_terminal(program: Program) -> None:
    assert max(map(len, program.says("audit").splitlines())) <= 80
    assert max(map(len, program.says("audit", SESSION).splitlines())) <= 80


@pytest.mark.parametrize(
    ("dollars", "tokens", "expected"),
    [
        (0.5, 1_200, "$0.50 and 1,200 tokens more than"),
        (-0.5, None, "$0.50 less than"),
        (0.5, -1_200, "$0.50 more and 1,200 tokens less than"),
        (0.0, -7, "7 tokens less than"),
        (0.0, 0, "in all the same as"),
    ],
)
def test_dollars_and_tokens_may_differ_in_two_directions(dollars: float, tokens: int | None, expected: str) -> None:
    one = SourceDifference(source="otlp_log", tokens=tokens, cost_usd=dollars, parts=[])
    assert how_much(one, DOLLAR) == expected
