"""dashcam, asked about each case: every number is that of the hand-worked table."""

from collections import Counter
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from dashcam.queries.audit import differences
from dashcam.queries.moment import Moment
from dashcam.queries.sessions import one_session, session_listing
from dashcam.queries.usage import total_of, usage
from dashcam.records.filters import Filter
from dashcam.records.money import NANO
from dashcam.records.rows import Sums
from dashcam.store.database import Database
from dashcam.store.sessions import Page
from dashcam.store.store import Store
from tests.accuracy import arithmetic
from tests.accuracy.case import NAMES, Expected, expected_of, home_of
from tests.support.build import DAY, START
from tests.support.machine import Machine

CALLS = (
    "SELECT model, input, output, cache_read, cache_write_5m, cache_write_1h, web_searches, cost_nano "
    "FROM call WHERE counted = 1"
)


def nano(dollars: str | Decimal) -> int:
    return int(Decimal(dollars) * NANO)


def calls_worked_by_hand(expected: Expected) -> Counter[tuple[object, ...]]:
    return Counter(
        (
            work.model,
            *arithmetic.tokens_in(work.lines).values(),
            arithmetic.searches_in(work.lines),
            None if work.cost is None else nano(work.cost),
        )
        for work in expected.work
    )


def sums_worked_by_hand(expected: Expected) -> tuple[int, ...]:
    estimated = sum(nano(work.estimate) - nano(work.cost) for work in expected.work if work.estimate and work.cost)
    return (
        expected.calls,
        *expected.tokens.values(),
        nano(expected.cost),
        expected.unpriced,
        expected.inexact,
        estimated,
    )


def sums_told(sums: Sums) -> tuple[int, ...]:
    tokens = (sums.input, sums.output, sums.cache_read, sums.cache_write_5m, sums.cache_write_1h)
    return (
        sums.calls,
        *tokens,
        sums.cost_nano,
        sums.unpriced_calls,
        sums.inexact_calls,
        sums.estimate_extra_nano,
    )


def calls_by_session(database: Database) -> dict[str, tuple[int, int]]:
    rows = database.rows("SELECT native_id, calls, inherited_calls FROM session")
    return {native_id: (calls, inherited) for native_id, calls, inherited in rows}


@pytest.mark.parametrize("name", NAMES)
def test_dashcam_agrees_with_the_hand_worked_table(name: str, tmp_path: Path) -> None:
    expected = expected_of(name)
    machine = Machine(home_of(name), f"sqlite:///{tmp_path / 'dashcam.db'}")
    machine.scan()
    moment = Moment(now=START + 30 * DAY, zone=ZoneInfo(expected.zone))
    with Store.open(machine.url) as store:
        assert Counter(store.database.rows(CALLS)) == calls_worked_by_hand(expected)
        days = usage(store.database, Filter(), ["day"], moment)
        assert sums_told(total_of(days)) == sums_worked_by_hand(expected)
        if expected.days:
            worked = {day: nano(arithmetic.added(text)) for day, text in expected.days.items()}
            assert {row.keys[0]: row.sums.cost_nano for row in days} == worked
        sessions = {name: (calls.calls, calls.inherited) for name, calls in expected.sessions.items()}
        assert calls_by_session(store.database) == sessions | dict.fromkeys(expected.uncounted, (0, 0))
        listing = session_listing(store.database, Filter(), Page(), moment)
        assert {row.session_id for row in listing.rows} == expected.sessions.keys()
        assert listing.totals.sessions == len(expected.sessions)
        for probe in expected.uncounted:
            assert one_session(store.database, probe, moment).session_id == probe
        rows = differences(store.database, Filter(), moment).rows
        unattributed = {row.session_id: Decimal(str(row.unattributed_usd)) for row in rows}
        assert unattributed == {name: arithmetic.added(text) for name, text in expected.unattributed.items()}
