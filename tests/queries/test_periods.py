"""What a period is compared with: as much of the one before, by the clock on the wall."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from dashcam.queries.moment import Moment
from dashcam.queries.periods import period_before
from dashcam.records.clock import ALL_TIME, Range, iso, micros, parse_range

BERLIN = ZoneInfo("Europe/Berlin")


def moment_of(text: str, zone: ZoneInfo | None = None) -> Moment:
    local = datetime.fromisoformat(text).replace(tzinfo=zone or UTC)
    return Moment(now=micros(local), zone=zone or UTC)


def before(words: str, at: Moment) -> tuple[str, str] | None:
    found = period_before(parse_range(words, now=at.now, zone=at.zone), at)
    if found is None:
        return None
    since, until = iso(found.since, at.zone), iso(found.until, at.zone)
    assert since
    assert until
    return since[:16], until[:16]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("today", ("2026-11-17T00:00", "2026-11-17T15:30")),
        ("yesterday", ("2026-11-16T00:00", "2026-11-17T00:00")),
        ("thisweek", ("2026-11-09T00:00", "2026-11-11T15:30")),
        ("thismonth", ("2026-10-01T00:00", "2026-10-18T15:30")),
        ("lastmonth", ("2026-09-01T00:00", "2026-10-01T00:00")),
        ("24h", ("2026-11-16T15:30", "2026-11-17T15:30")),
        ("7d", ("2026-11-04T15:30", "2026-11-11T15:30")),
        ("2026-11-01..2026-11-03", ("2026-10-29T00:00", "2026-11-01T00:00")),
        ("2026-11-01T12:00..2026-11-01T18:00", ("2026-11-01T06:00", "2026-11-01T12:00")),
        ("2026-11-18..", ("2026-11-17T08:30", "2026-11-18T00:00")),
        ("all", None),
        ("..2026-11-01", None),
        ("2027-01-01..", None),
    ],
)
def test_the_period_before(words: str, expected: tuple[str, str] | None) -> None:
    assert before(words, moment_of("2026-11-18T15:30")) == expected


def test_a_month_that_is_longer_than_the_one_before_ends_with_it() -> None:
    at = moment_of("2026-03-31T12:00")
    assert before("thismonth", at) == ("2026-02-01T00:00", "2026-03-01T00:00")


def test_the_day_before_a_change_of_clocks_ends_at_the_same_time_of_day() -> None:
    at = moment_of("2026-10-25T09:00", BERLIN)
    assert before("today", at) == ("2026-10-24T00:00", "2026-10-24T09:00")
    assert before("yesterday", moment_of("2026-10-26T09:00", BERLIN)) == ("2026-10-24T00:00", "2026-10-25T00:00")


def test_nothing_comes_before_1970() -> None:
    assert period_before(Range(since=10, until=None), Moment(now=100)) == Range(since=0, until=10)
    assert period_before(ALL_TIME, Moment(now=100)) is None
