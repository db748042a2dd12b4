"""A real Prometheus scrapes made-up counters that grow, and our source asks it."""

import asyncio
import math
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashcam.ingest.prometheus.client import connected
from dashcam.ingest.prometheus.detail import session
from dashcam.ingest.prometheus.errors import NoMetrics, PrometheusFailed
from dashcam.ingest.prometheus.rows import PrometheusSession
from dashcam.ingest.prometheus.sessions import sessions
from dashcam.ingest.prometheus.trial import trial
from dashcam.records.errors import NotFound
from dashcam.records.settings import PrometheusSetting
from tests.support.counters import WITH_UNITS, Counters, page
from tests.support.prometheus import Exporter, ask, running, wait_until

pytestmark = pytest.mark.slow

OWN, UNITS, BOTH, STILL, ODD = "5e55-own", "5e55-units", "5e55-both", "5e55-still", 'odd"\\\n} or vector(1) #'
GROWTH = 10
"""For so many scrapes the counters grow, then they stay."""


def grown(scrape: int) -> int:
    return min(scrape, GROWTH)


def own_page(scrape: int) -> str:
    now = grown(scrape)
    return page(
        Counters(
            session=OWN,
            cost=now * 0.25,
            tokens={"input": now * 10, "output": now * 20, "cacheRead": now * 300, "cacheCreation": now * 40},
            active={"user": now * 1.5, "cli": now * 6},
        ),
        Counters(session=OWN, cost=now * 0.05, tokens={"input": now * 1}, model="claude-haiku-4-5"),
        Counters(session=BOTH, cost=now * 0.1),
        Counters(session=STILL, cost=4.0),
        Counters(session=ODD, cost=now * 0.01),
        Counters(session=None, cost=now * 9),
    )


def units_page(scrape: int) -> str:
    now = grown(scrape)
    return page(
        Counters(
            session=UNITS,
            cost=now * 0.5,
            tokens={"input": now, "cache_read": now * 7, "cache_creation": now * 5},
            active={"cli": now * 2},
            names=WITH_UNITS,
        ),
        Counters(session=BOTH, cost=now * 0.1, names=WITH_UNITS),
    )


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server that has scraped both pages until their counters stood still."""
    own, units = Exporter(own_page), Exporter(units_page)
    with running(tmp_path_factory.mktemp("prometheus"), own=own, units=units) as address:
        own.wait(2 * GROWTH)
        units.wait(2 * GROWTH)
        wait_until(lambda: len(ask(address, f'claude_code_cost_usage_total{{session_id="{OWN}"}} > 0')) == 2)
        yield address


@pytest.fixture
def said(address: str) -> PrometheusSetting:
    return PrometheusSetting(url=address)


def about(value: float, whole: float) -> bool:
    """Whether an estimate is near: never below what was seen to grow, and a little above it at most."""
    return whole * 0.999 <= value <= whole * 1.3


def test_sessions_come_by_cost_with_what_their_counters_grew_by(said: PrometheusSetting) -> None:
    found = asyncio.run(sessions(said, "1h"))
    assert [row.session_id for row in found.rows] == [UNITS, OWN, BOTH, ODD]
    rows = {row.session_id: row for row in found.rows}
    assert about(rows[UNITS].cost_usd, 5.0)
    assert about(rows[OWN].cost_usd, 3.0)
    assert about(rows[ODD].cost_usd, 0.1)
    own = rows[OWN]
    counts = (own.input_tokens, own.output_tokens, own.cache_read_tokens, own.cache_write_tokens, own.total_tokens)
    for count, whole in zip(counts, (110, 200, 3_000, 400, 3_710), strict=True):
        assert isinstance(count, int)
        assert about(count, whole)
    assert about(own.active_seconds or 0, 75)
    assert own.models == ("claude-sonnet-4-5", "claude-haiku-4-5")
    assert found.totals.sessions == 4
    assert math.isclose(found.totals.cost_usd, sum(row.cost_usd for row in found.rows), abs_tol=1e-6)


def test_both_names_and_both_spellings_are_understood(said: PrometheusSetting) -> None:
    row = next(row for row in asyncio.run(sessions(said, "24h")).rows if row.session_id == UNITS)
    assert about(row.cache_read_tokens or 0, 70)
    assert about(row.cache_write_tokens or 0, 50)
    assert about(row.active_seconds or 0, 20)


def test_a_session_that_arrives_by_two_ways_costs_once(said: PrometheusSetting) -> None:
    row = next(row for row in asyncio.run(sessions(said, "24h")).rows if row.session_id == BOTH)
    assert about(row.cost_usd, 1.0)
    assert row.total_tokens is None
    assert row.active_seconds is None


def test_what_is_left_out_is_said(said: PrometheusSetting) -> None:
    notes = asyncio.run(sessions(said, "24h")).notes
    assert any("increase" in note for note in notes)
    assert "1 session is left out: their cost did not grow between two samples of this range." in notes
    assert any("no session id" in note for note in notes)


def test_one_session_opens_with_its_types_models_and_course(said: PrometheusSetting) -> None:
    found = asyncio.run(session(said, OWN, "1h"))
    assert [one.type for one in found.types] == ["cache_read", "cache_write", "output", "input"]
    assert [one.model for one in found.models] == ["claude-sonnet-4-5", "claude-haiku-4-5"]
    assert about(found.models[0].cost_usd or 0, 2.5)
    assert about(found.models[1].cost_usd or 0, 0.5)
    assert [(one.type, about(one.seconds, whole)) for one, whole in zip(found.active, (60, 15), strict=True)] == [
        ("cli", True),
        ("user", True),
    ]
    assert found.step_seconds == 300
    assert 1 <= len(found.slices) <= 2, "five seconds lie in one slice of five minutes, or in two"
    assert about(sum(one.tokens for one in found.slices), 3_710) or len(found.slices) == 2


def test_a_hostile_id_selects_itself_alone(said: PrometheusSetting) -> None:
    found = asyncio.run(session(said, ODD, "1h"))
    assert found.session.session_id == ODD
    assert about(found.session.cost_usd, 0.1)
    with pytest.raises(NotFound):
        asyncio.run(session(said, 'none"} or {session_id=~".+', "1h"))


def test_a_look_at_the_server_says_what_it_holds(said: PrometheusSetting) -> None:
    found = asyncio.run(trial(said))
    assert found.version.startswith(("2.", "3."))
    assert "claude_code_cost_usage_total" in found.metrics
    assert "claude_code_cost_usage_USD_total" in found.metrics
    assert found.sessions == 5, "four that grew and one that stands still"
    assert found.looks_delta is False
    assert any("Both names" in note for note in found.notes)


def test_a_question_that_makes_no_sense_is_answered_in_its_own_words(said: PrometheusSetting) -> None:
    async def wrong() -> None:
        async with connected(said) as client:
            await client.moment("sum by (")

    with pytest.raises(PrometheusFailed, match="parse error"):
        asyncio.run(wrong())


def test_deltas_are_added_up_where_the_settings_say_so(tmp_path: Path) -> None:
    given: list[float] = []

    def deltas(scrape: int) -> str:
        given.append(float(1 + scrape % 3))
        return page(Counters(session="5e55-delta", cost=given[-1]))

    exporter = Exporter(deltas)
    with running(tmp_path, delta=exporter) as address:
        exporter.wait(20)
        said = PrometheusSetting(url=address, delta=True)
        least = sum(given[:19])
        found: PrometheusSession = asyncio.run(sessions(said, "1h")).rows[0]
        most = sum(given)
        looked = asyncio.run(trial(PrometheusSetting(url=address)))
    assert least <= found.cost_usd <= most
    assert looked.looks_delta is True
    assert any("delta = true" in note for note in looked.notes)


def test_a_server_without_such_metrics_says_so(tmp_path: Path) -> None:
    other = Exporter(lambda _scrape: "# TYPE up_since gauge\nup_since 1\n")
    with running(tmp_path, other=other) as address:
        other.wait(1)
        said = PrometheusSetting(url=address)
        with pytest.raises(NoMetrics, match="no Claude Code metrics here"):
            asyncio.run(sessions(said, "24h"))
        with pytest.raises(NoMetrics, match="no Claude Code metrics here"):
            asyncio.run(trial(said))
