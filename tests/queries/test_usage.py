"""Usage by the asker's own days: the same as if each quarter of an hour had been looked at by itself."""

from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from dashcam.queries.moment import Moment
from dashcam.queries.usage import groups_of, rows_of, usage
from dashcam.records.clock import Range, micros
from dashcam.records.filters import TIME_DIMENSIONS, Filter
from dashcam.store.store import Store
from dashcam.store.usage import grouped
from tests.support import build
from tests.support.saving import news, save

TIMES = (
    "2026-03-28T22:59", "2026-03-28T23:00", "2026-03-29T00:59", "2026-03-29T01:00", "2026-03-29T21:59",
    "2026-03-29T22:00", "2026-07-01T12:00", "2026-10-24T21:59", "2026-10-24T22:00", "2026-10-25T01:30",
    "2026-10-25T22:59", "2026-10-25T23:00", "2026-11-01T03:45", "2026-11-01T04:00", "2026-12-31T23:45",
)  # fmt: skip
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Auckland", "Asia/Kathmandu")


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """Calls around two changes of clocks, and one of unknown time."""
    with Store.open(store_url) as opened:
        ats = [0, *(micros(datetime.fromisoformat(text).replace(tzinfo=UTC)) for text in TIMES)]
        calls = tuple(build.model_call(key=f"call-{nth}", at=at, output=1 << nth) for nth, at in enumerate(ats))
        save(opened, news(calls=calls))
        yield opened


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("dimension", TIME_DIMENSIONS)
def test_days_in_the_database_are_days_of_the_zone(store: Store, dimension: str, zone: str) -> None:
    at = Moment(now=0, zone=ZoneInfo(zone))
    for asked in (Filter(), Filter(range=Range(since=micros(datetime(2026, 3, 29, 1, 5, tzinfo=UTC))))):
        quarters = grouped(store.database, asked, groups_of((dimension,)), quiet_since=0)
        expected = rows_of(quarters, (dimension,), at)
        assert usage(store.database, asked, (dimension,), at) == expected


def test_a_day_of_a_change_of_clocks_is_one_day(store: Store) -> None:
    at = Moment(now=0, zone=ZoneInfo("Europe/Berlin"))
    found = {row.keys[0]: row.sums.calls for row in usage(store.database, Filter(), ("day",), at)}
    assert (found["2026-03-28"], found["2026-03-29"], found["2026-03-30"]) == (1, 4, 1)
    assert (found["2026-10-24"], found["2026-10-25"], found["2026-10-26"]) == (1, 3, 1)
    assert found["(unknown time)"] == 1


def test_days_of_models_keep_both_keys(store: Store) -> None:
    at = Moment(now=0)
    rows = usage(store.database, Filter(), ("model", "day"), at)
    assert [row.keys for row in rows][:2] == [
        ("claude-sonnet-5", "(unknown time)"),
        ("claude-sonnet-5", "2026-03-28"),
    ]


def test_no_usage_has_no_days(store_url: str) -> None:
    with Store.open(store_url) as store:
        assert usage(store.database, Filter(), ("day",), Moment(now=0)) == []
