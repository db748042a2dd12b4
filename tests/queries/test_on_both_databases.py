"""The questions of the smaller commands give the same answers on SQLite and on PostgreSQL."""

from pathlib import Path

import pytest

from dashcam.agents.registry import AGENTS
from dashcam.queries import agents, audit, export, health, prices
from dashcam.queries.beside import side_by_side
from dashcam.queries.detail import session_detail
from dashcam.queries.moment import Moment
from dashcam.queries.sessions import one_session
from dashcam.records.clock import Range
from dashcam.records.filters import Filter
from dashcam.store import events, holdings
from dashcam.store import export as stored_export
from dashcam.store.sessions import Page
from dashcam.store.store import Store
from tests.support.build import HOUR, SECOND, SESSION, START
from tests.support.claude_lines import Transcript, text, tool_use, usage
from tests.support.codex_lines import Rollout
from tests.support.machine import Machine, make_prices

AT = Moment(now=START + HOUR)


@pytest.fixture
def machine(tmp_path: Path, store_url: str) -> Machine:
    """A scanned machine: three calls of one session at $0.0045 each, one of an unknown model, and one rollout."""
    made = Machine(tmp_path, store_url)
    talk = Transcript()
    talk.model = "claude-sonnet-4-5"
    talk.prompt()
    for number in range(3):
        talk.answer(text(), tool_use(), message_id=f"msg_{number}00", spent=usage(given=1_000, output=100))
    talk.answer(message_id="msg_strange", model="acme-1")
    talk.cost_state(0.02, claude_sonnet_4_5={"inputTokens": 4_000, "outputTokens": 300, "costUSD": 0.02})
    talk.write(made.claude)
    rollout = Rollout()
    rollout.turn()
    rollout.prompt()
    rollout.tokens()
    rollout.write(made.codex)
    made.scan()
    return made


def test_models_that_were_used(machine: Machine) -> None:
    with Store.open(machine.url) as store:
        listing = prices.used_models(store.database, AT.zone)
    found = {row.model: (row.calls, row.unpriced_calls, row.status) for row in listing.rows}
    assert found["claude-sonnet-4-5"] == (3, 0, "priced")
    assert found["acme-1"] == (1, 1, "unpriced")


def test_a_receipt(machine: Machine) -> None:
    with Store.open(machine.url) as store:
        listing = prices.receipts(store.database, make_prices, "msg_100", AT.zone)
    assert [row.cost_usd for row in listing.rows] == [0.0045]


def test_agents_and_what_was_found(machine: Machine) -> None:
    with Store.open(machine.url) as store:
        listing = agents.agent_listing(
            store.database,
            AGENTS,
            machine.scanner.environment,
            machine.scanner.settings,
            machine="desk",
            zone=AT.zone,
        )
    assert [(row.agent, row.files, row.sessions, row.roots[0].files) for row in listing.rows if row.roots] == [
        ("claude-code", 1, 1, 1),
        ("codex", 1, 1, 1),
    ]


def test_an_audit(machine: Machine) -> None:
    with Store.open(machine.url) as store:
        listing = audit.differences(store.database, Filter(), AT)
        session = one_session(store.database, SESSION, AT)
        side = side_by_side(store.database, session_detail(store.database, session, AT), AT)
    assert [row.unattributed_input_tokens for row in listing.rows] == [4_000 - 3_010]
    assert [row.source for row in side.rows if not row.model] == ["transcript", "own_total"]


def test_health(machine: Machine) -> None:
    asked = health.Asked(
        agents=AGENTS, environment=machine.scanner.environment, settings=machine.scanner.settings, machine="desk"
    )
    with Store.open(machine.url) as store:
        listing = health.health(store.database, asked)
        assert holdings.sizes(store.database).raw == sum(one.bytes for one in holdings.source_groups(store.database))
    assert ("warning", "prices") in [(row.level, row.topic) for row in listing.rows]
    assert listing.totals["broken"] == 0


def test_exports_of_many_pages_hold_every_row_once(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored_export, "PAGE", 2)
    monkeypatch.setattr(export, "PAGE", 1)
    with Store.open(machine.url) as store:
        database = store.database
        calls = [row.call_id for row in export.calls(database, Filter(), AT, "calculated")]
        words = list(export.events(database, AGENTS, Filter(), AT, with_text=True))
        rows = list(export.sessions(database, Filter(), Page(), AT, "calculated"))
        counted = database.one("SELECT count(*) FROM event WHERE counted = 1")[0]
    assert (len(calls), len(set(calls))) == (5, 5)
    assert (len(words), len({(row.path, row.line, row.part) for row in words})) == (counted, counted)
    assert len({row.session_id for row in rows}) == len(rows) == 2


def test_an_export_keeps_to_its_range_and_model(machine: Machine) -> None:
    early = Filter(range=Range(since=START, until=START + 2 * SECOND), agents=("claude-code",))
    with Store.open(machine.url) as store:
        calls = list(export.calls(store.database, early, AT, "calculated"))
        named = list(export.calls(store.database, Filter(models=("ACME",)), AT, "calculated"))
        assert export.total(store.database, Filter(models=("acme",)), AT, "calculated")[1].calls == 1
    assert all(call.at < "2026-11-01T12:00:02" for call in calls)
    assert [call.model for call in named] == ["acme-1"]


def test_a_call_is_found_by_its_request_id(machine: Machine) -> None:
    with Store.open(machine.url) as store:
        assert {one.call.key for one in events.calls_by_key(store.database, "msg_")} >= {"msg_000", "msg_strange"}
