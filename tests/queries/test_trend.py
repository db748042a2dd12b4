"""How cost grew, beside the period before. Every call costs 0.00375 dollars."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

import msgspec
import pytest

from dashcam.queries.moment import Moment
from dashcam.queries.trend import Trend, trend
from dashcam.records.clock import parse_range
from dashcam.records.filters import Filter
from dashcam.store.store import Store
from tests.support import build
from tests.support.build import DAY, HOUR, START
from tests.support.saving import news, save

AT = Moment(now=START + HOUR)
"""13:00 of the first of November."""
ONE = 0.00375


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """A call now, two yesterday at noon and at two, one four days ago."""
    with Store.open(store_url) as opened:
        for name, at in (("a", START), ("b", START - DAY), ("c", START - DAY + 2 * HOUR), ("d", START - 4 * DAY)):
            facts = build.session_facts(session=name, born=at, first_at=at, last_at=at)
            save(opened, news(name, calls=(build.model_call(key=name, at=at),), facts=facts))
        yield opened


def asked(store: Store, words: str, at: Moment = AT) -> Trend:
    return trend(store.database, Filter(range=parse_range(words, now=at.now, zone=at.zone)), at)


def test_cost_runs_up_beside_the_period_before(store: Store) -> None:
    found = asked(store, "2026-10-30..2026-11-01")
    assert [row.at for row in found.rows] == ["2026-10-30", "2026-10-31", "2026-11-01"]
    assert [row.cost_usd for row in found.rows] == [0, 2 * ONE, ONE]
    assert [row.running_cost_usd for row in found.rows] == [0, 2 * ONE, 3 * ONE]
    assert [row.previous_running_cost_usd for row in found.rows] == [0, ONE, ONE]


def test_today_ends_now_and_so_does_its_average(store: Store) -> None:
    found = asked(store, "today")
    assert (found.by, len(found.rows), found.rows[-1].at) == ("hour", 13, "2026-11-01T12:00+00:00")
    assert found.days == 13 / 24
    assert found.cost_per_day_usd == pytest.approx(ONE * 24 / 13)
    assert found.previous_cost_per_day_usd == pytest.approx(ONE * 24 / 13)
    assert found.month_at_this_pace_usd == pytest.approx(30 * ONE * 24 / 13)


def test_all_time_begins_with_the_first_use_and_has_nothing_before(store: Store) -> None:
    found = asked(store, "all")
    assert (found.rows[0].at, len(found.rows)) == ("2026-10-28", 5)
    assert found.rows[-1].running_cost_usd == 4 * ONE
    assert {row.previous_running_cost_usd for row in found.rows} == {None}


def test_the_hours_of_a_zone_that_is_half_an_hour_off(store: Store) -> None:
    at = msgspec.structs.replace(AT, zone=ZoneInfo("Asia/Kolkata"))
    found = asked(store, "2h", at)
    assert [row.at for row in found.rows] == [f"2026-11-01T{hour}:00+05:30" for hour in (16, 17, 18)]
    assert [row.cost_usd for row in found.rows] == [0, ONE, 0]


def test_an_empty_range_and_an_empty_database(store_url: str) -> None:
    with Store.open(store_url) as empty:
        found = asked(empty, "all")
        assert (found.rows, found.cost_per_day_usd, found.month_at_this_pace_usd) == ([], None, None)
        assert [row.cost_usd for row in asked(empty, "2026-10-30..2026-10-31").rows] == [0] * 48
