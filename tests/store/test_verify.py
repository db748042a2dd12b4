"""Proving a database: each kind of fault is found, and a sound one has none."""

from pathlib import Path

import pytest

from dashcam.store import verify
from dashcam.store.store import Store
from tests.support.claude_lines import Transcript
from tests.support.codex_lines import Rollout
from tests.support.machine import Machine


@pytest.fixture
def machine(tmp_path: Path, store_url: str) -> Machine:
    """A scanned machine with a session and a rollout."""
    made = Machine(tmp_path, store_url)
    talk = Transcript()
    talk.prompt()
    talk.answer()
    talk.write(made.claude)
    rollout = Rollout()
    rollout.turn()
    rollout.tokens()
    rollout.write(made.codex)
    made.scan()
    return made


def faults(machine: Machine, statement: str = "") -> list[str]:
    with Store.open(machine.url) as store:
        if statement:
            store.database.run(statement)
        return [fault.why for fault in verify.verify(store.database)]


def test_a_sound_database_has_no_fault(machine: Machine) -> None:
    assert faults(machine) == []


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("DELETE FROM frame", "the bookmark says"),
        ("UPDATE frame SET first_line = first_line + 1", "lines 0 to 0 are missing"),
        ("UPDATE frame SET lines = lines + 1", "bytes in"),
        ("UPDATE source SET lines_read = lines + 1", "are said to be read"),
        ("UPDATE call SET counted = 0", "no account of it counts"),
        ("UPDATE usage_bucket SET cost_nano = cost_nano + 1", "the sums by time says cost_nano"),
        ("UPDATE session SET prompts = prompts + 1", "the session's row says prompts"),
        ("DELETE FROM event", "the sums by time says events"),
    ],
)
def test_each_fault_is_found(machine: Machine, statement: str, why: str) -> None:
    assert any(why in said for said in faults(machine, statement))
