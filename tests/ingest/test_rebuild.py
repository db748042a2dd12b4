"""Rebuilding from the journal alone: the same contents, whatever happened to the files, wherever it was stopped."""

import shutil
from pathlib import Path

import pytest

from dashcam.agents.registry import AGENTS
from dashcam.ingest import rebuild
from dashcam.store import rates
from dashcam.store.store import Store
from tests.support.claude_lines import Transcript, text, tool_use
from tests.support.codex_lines import Rollout
from tests.support.machine import Machine, make_prices

FORK = "5e551011-0000-4000-8000-00000000000f"


@pytest.fixture
def machine(tmp_path: Path, store_url: str) -> Machine:
    """A scanned machine: a session, its fork and its subagent, and one rollout."""
    made = Machine(tmp_path, store_url)
    talk = Transcript()
    talk.prompt()
    talk.answer(text(), tool_use())
    talk.tool_result(failed=True)
    talk.write(made.claude)
    fork = talk.fork(FORK)
    fork.prompt("And now?")
    fork.answer(message_id="msg_fork")
    fork.write(made.claude)
    below = talk.subagent()
    below.answer()
    below.write(made.claude)
    rollout = Rollout()
    rollout.turn()
    rollout.prompt()
    rollout.tokens()
    rollout.write(made.codex)
    made.scan()
    return made


def test_a_rebuild_without_the_files_ends_in_the_same_contents(machine: Machine) -> None:
    before = machine.contents()
    shutil.rmtree(machine.claude)
    shutil.rmtree(machine.codex)
    with Store.open(machine.url) as store:
        assert rebuild.empty(store) == 4
        prices = make_prices(rates.pinned(store.database))
        done = rebuild.reread(store, AGENTS, prices, rebuild.unread(store, AGENTS))
        assert rebuild.unread(store, AGENTS) == []
    assert (done.sources, done.unknown) == (4, 0)
    assert machine.contents() == before


def test_a_rebuild_that_was_stopped_is_ended_by_the_next_scan(machine: Machine) -> None:
    before = machine.contents()
    with Store.open(machine.url) as store:
        rebuild.empty(store)
        waiting = rebuild.unread(store, AGENTS)
        rebuild.reread(store, AGENTS, make_prices(rates.pinned(store.database)), waiting[:2])
    assert machine.contents() != before
    assert machine.scan().reread == 2
    assert machine.contents() == before


def test_a_rebuild_keeps_the_rates_of_their_day(machine: Machine) -> None:
    with Store.open(machine.url) as store:
        before = rates.pinned(store.database)
        rebuild.empty(store)
        assert rates.pinned(store.database) == before


def test_a_source_of_an_unknown_agent_stays_in_the_journal(machine: Machine) -> None:
    known = {"codex": AGENTS["codex"]}
    with Store.open(machine.url) as store:
        rebuild.empty(store)
        done = rebuild.reread(store, known, make_prices({}), rebuild.unread(store, known))
    assert (done.sources, done.unknown) == (1, 3)
