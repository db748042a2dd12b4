"""The first answer on a machine whose history was never read is the answer that the archive gives."""

from pathlib import Path

import msgspec
import pytest

from tests.support.claude_lines import Transcript, text, tool_use, usage
from tests.support.codex_lines import Rollout, counts
from tests.support.program import Program

FIRST = "a first look at"


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    """A home with a fork, a subagent, a placeholder, an unknown model and a rollout; any history is much."""
    monkeypatch.setattr("dashcam.cli.first_totals.MUCH_BYTES", 1)
    made = Program(tmp_path)
    talk = Transcript(version="2.1.20")
    talk.prompt()
    for _ in range(20):
        talk.answer(text("Let me look."), tool_use(), spent=usage(given=10, output=2, write_5m=50), stop="")
        talk.tool_result()
    talk.answer(model="acme-1")
    talk.write(made.claude)
    fork = talk.fork("f0f0f0f0-0000-4000-8000-000000000002")
    fork.answer(spent=usage(given=5, output=7))
    fork.write(made.claude)
    below = talk.subagent()
    below.answer(spent=usage(given=3, output=4))
    below.write(made.claude)
    rollout = Rollout()
    rollout.turn()
    rollout.tokens(counts())
    rollout.write(made.codex)
    return made


@pytest.mark.parametrize("by", ["day", "hour,model", "project", "agent,model", "session"])
def test_the_first_answer_is_that_of_the_archive(program: Program, by: str) -> None:
    asked = ("usage", "--by", by, "--range", "all", "--format", "json")
    first = program.run(*asked)
    assert first.exit_code == 0
    assert FIRST in first.stderr
    second = program.run(*asked)
    assert FIRST not in second.stderr
    told = msgspec.json.decode(first.stdout)
    assert told == msgspec.json.decode(second.stdout)
    assert told["totals"]["calls"] == 24


def test_filters_that_calls_alone_answer_are_answered_the_same(program: Program) -> None:
    asked = ("usage", "--range", "2026-11-01..2026-11-01", "--model", "sonnet", "--format", "json")
    first = program.run(*asked)
    assert FIRST in first.stderr
    assert first.stdout == program.run(*asked).stdout


@pytest.mark.parametrize("more", [("--by", "tool"), ("--status", "completed"), ("--text", "test")])
def test_what_needs_a_whole_reading_waits_for_the_archive(program: Program, more: tuple[str, ...]) -> None:
    assert FIRST not in program.run("usage", *more, "--range", "all").stderr
