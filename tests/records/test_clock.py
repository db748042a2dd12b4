"""Times and ranges: every word of a range, and days that are 23 or 25 hours long.

Berlin's clocks went forward on 2026-03-29 and back on 2026-10-25. "Now" is Wednesday, 2026-11-18, 15:30 there.
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashcam.records.clock import (
    ALL_TIME,
    HOUR,
    MINUTE,
    RANGE_HINT,
    SECOND,
    Range,
    iso,
    micros,
    midnight,
    moment,
    offsets,
    parse_moment,
    parse_range,
)
from dashcam.records.errors import BadInput

BERLIN = ZoneInfo("Europe/Berlin")
LOS_ANGELES = ZoneInfo("America/Los_Angeles")
LINE_ISLANDS = ZoneInfo("Pacific/Kiritimati")
CAIRO = ZoneInfo("Africa/Cairo")
HAVANA = ZoneInfo("America/Havana")
DAY = 24 * HOUR

NOW = datetime(2026, 11, 18, 14, 30, tzinfo=UTC)

Ends = tuple[str | None, str | None]


def utc(text: str) -> int:
    return micros(datetime.fromisoformat(text).replace(tzinfo=UTC))


def ends(found: Range) -> Ends:
    """Write a range's ends in UTC, to the minute."""
    since, until = (text[:16] if (text := iso(at)) else None for at in (found.since, found.until))
    return since, until


def read(words: str, *, now: datetime = NOW, zone: ZoneInfo = BERLIN) -> Ends:
    return ends(parse_range(words, now=micros(now), zone=zone))


def test_the_epoch_is_nothing_and_a_second_is_a_million() -> None:
    assert micros(datetime(1970, 1, 1, tzinfo=UTC)) == 0
    assert micros(datetime(1970, 1, 1, 1, 0, 1, 5, tzinfo=ZoneInfo("Etc/GMT-1"))) == SECOND + 5
    assert micros(datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)) == -1
    assert (MINUTE, HOUR) == (60_000_000, 3_600_000_000)


@given(st.datetimes(datetime(1971, 1, 1), datetime(9000, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001  made aware
def test_a_time_comes_back_to_the_microsecond_in_every_zone(when: datetime) -> None:
    at = micros(when)
    assert moment(at) == when
    # Not compared as they are: Python calls two zones' times unequal in the hour that comes twice.
    for zone in (BERLIN, LINE_ISLANDS, LOS_ANGELES):
        assert moment(at, zone).astimezone(UTC) == when
        assert micros(moment(at, zone)) == at


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        (UTC, "2026-11-01T12:00:00.250+00:00"),
        (BERLIN, "2026-11-01T13:00:00.250+01:00"),
        (LOS_ANGELES, "2026-11-01T04:00:00.250-08:00"),
    ],
    ids=str,
)
def test_a_time_is_written_with_its_offset_and_milliseconds(zone: ZoneInfo, expected: str) -> None:
    assert iso(utc("2026-11-01T12:00:00.250999"), zone) == expected


def test_a_time_that_is_not_known_is_not_written() -> None:
    assert iso(None) is None
    assert iso(0) == "1970-01-01T00:00:00.000+00:00"


@pytest.mark.parametrize(
    ("day", "zone", "begins", "hours"),
    [
        (date(2026, 11, 18), BERLIN, "2026-11-17T23:00", 24),
        (date(2026, 3, 29), BERLIN, "2026-03-28T23:00", 23),
        (date(2026, 10, 25), BERLIN, "2026-10-24T22:00", 25),
        (date(2026, 3, 8), LOS_ANGELES, "2026-03-08T08:00", 23),
        (date(2026, 11, 1), LOS_ANGELES, "2026-11-01T07:00", 25),
        (date(2026, 4, 24), CAIRO, "2026-04-23T22:00", 23),
        (date(2026, 11, 1), HAVANA, "2026-11-01T04:00", 25),
        (date(2026, 11, 18), LINE_ISLANDS, "2026-11-17T10:00", 24),
    ],
    ids=str,
)
def test_a_day_begins_at_its_own_midnight(day: date, zone: ZoneInfo, begins: str, hours: int) -> None:
    """Cairo's clocks go from midnight to one, so that day begins at one; Havana's midnight comes twice."""
    assert midnight(day, zone) == utc(begins)
    assert midnight(day + timedelta(days=1), zone) - midnight(day, zone) == hours * HOUR


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-01", "2026-10-31T23:00"),
        ("20261101", "2026-10-31T23:00"),
        ("2026-11-01T14:30", "2026-11-01T13:30"),
        ("2026-11-01 14:30", "2026-11-01T13:30"),
        ("2026-11-01T14", "2026-11-01T13:00"),
        ("2026-11-01T14:30:15.5", "2026-11-01T13:30:15.500000"),
        ("2026-11-01T14:30Z", "2026-11-01T14:30"),
        ("2026-11-01T14:30-08:00", "2026-11-01T22:30"),
        ("2026-03-29T02:30", "2026-03-29T01:30"),
        ("2026-10-25T02:30", "2026-10-25T00:30"),
        ("2026-10-25T02:30+01:00", "2026-10-25T01:30"),
        ("1970-01-01", "1969-12-31T23:00"),
        ("9998-12-31", "9998-12-30T23:00"),
    ],
)
def test_a_date_or_time_without_offset_is_local(text: str, expected: str) -> None:
    """A time that the clocks skip is as much later; of one that they show twice the first is meant."""
    assert parse_moment(text, BERLIN) == utc(expected)


@pytest.mark.parametrize(
    "text",
    [
        *("", "now", "1793534400", "2026", "2026-11", "2026-11-31", "2026-13-01", "01.11.2026", "11/01/2026"),
        *("2026-11-1", "2026-11-01T25:00", "2026-11-01T14:30 CET", "2026-W45", "2026-W45-1", "20261101T1"),
        *("0001-01-01", "1969-12-31", "9999-12-31", "10000-01-01"),
    ],
)
def test_what_is_no_date_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(BadInput, match="is not a date or time") as caught:
        parse_moment(text, BERLIN)
    assert (caught.value.message, "2026-11-01T14:30" in caught.value.hint) == (f"'{text}' is not a date or time", True)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("today", ("2026-11-17T23:00", "2026-11-18T23:00")),
        ("yesterday", ("2026-11-16T23:00", "2026-11-17T23:00")),
        ("thisweek", ("2026-11-15T23:00", "2026-11-22T23:00")),
        ("thismonth", ("2026-10-31T23:00", "2026-11-30T23:00")),
        ("lastmonth", ("2026-09-30T22:00", "2026-10-31T23:00")),
        ("all", (None, None)),
        ("30m", ("2026-11-18T14:00", None)),
        ("1h", ("2026-11-18T13:30", None)),
        ("8h", ("2026-11-18T06:30", None)),
        ("24h", ("2026-11-17T14:30", None)),
        ("2d", ("2026-11-16T14:30", None)),
        ("7d", ("2026-11-11T14:30", None)),
        ("1w", ("2026-11-11T14:30", None)),
        ("week", ("2026-11-11T14:30", None)),
        ("30d", ("2026-10-19T14:30", None)),
        ("month", ("2026-10-19T14:30", None)),
        ("0h", ("2026-11-18T14:30", None)),
        ("999999999w", ("1970-01-01T00:00", None)),
    ],
)
def test_each_word_of_a_range(words: str, expected: Ends) -> None:
    assert read(words) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("2026-11-01..2026-11-15", ("2026-10-31T23:00", "2026-11-15T23:00")),
        ("2026-11-01..2026-11-01", ("2026-10-31T23:00", "2026-11-01T23:00")),
        ("20261101..20261115", ("2026-10-31T23:00", "2026-11-15T23:00")),
        ("2026-11-01 .. 2026-11-15", ("2026-10-31T23:00", "2026-11-15T23:00")),
        ("2026-11-01..", ("2026-10-31T23:00", None)),
        ("..2026-11-15", (None, "2026-11-15T23:00")),
        ("..", (None, None)),
        ("2026-11-01T10:00..2026-11-01T12:00", ("2026-11-01T09:00", "2026-11-01T11:00")),
        ("2026-11-01T10:00z..2026-11-02", ("2026-11-01T10:00", "2026-11-02T23:00")),
        ("2026-10-25..2026-10-25", ("2026-10-24T22:00", "2026-10-25T23:00")),
        ("2026-03-29..2026-03-29", ("2026-03-28T23:00", "2026-03-29T22:00")),
        ("2026-11-01..9998-12-31", ("2026-10-31T23:00", "9998-12-31T23:00")),
    ],
)
def test_two_dates_hold_both_days_and_two_times_end_before_the_last(words: str, expected: Ends) -> None:
    assert read(words) == expected


@pytest.mark.parametrize("words", ["Today", " today ", "TODAY\n"])
def test_case_and_space_around_a_word_do_not_matter(words: str) -> None:
    assert read(words) == read("today")


def test_all_is_the_open_range() -> None:
    assert parse_range("all", now=0, zone=BERLIN) == ALL_TIME == Range(since=None, until=None)


@pytest.mark.parametrize(
    ("now", "zone", "expected"),
    [
        ("2026-11-18T22:59", BERLIN, ("2026-11-17T23:00", "2026-11-18T23:00")),
        ("2026-11-18T23:00", BERLIN, ("2026-11-18T23:00", "2026-11-19T23:00")),
        ("2026-11-18T14:30", LOS_ANGELES, ("2026-11-18T08:00", "2026-11-19T08:00")),
        ("2026-11-18T14:30", LINE_ISLANDS, ("2026-11-18T10:00", "2026-11-19T10:00")),
        ("2026-03-29T12:00", BERLIN, ("2026-03-28T23:00", "2026-03-29T22:00")),
        ("2026-10-25T12:00", BERLIN, ("2026-10-24T22:00", "2026-10-25T23:00")),
    ],
)
def test_today_is_the_day_that_the_zone_has(now: str, zone: ZoneInfo, expected: Ends) -> None:
    assert read("today", now=datetime.fromisoformat(now).replace(tzinfo=UTC), zone=zone) == expected


@pytest.mark.parametrize(
    ("now", "words", "expected"),
    [
        ("2026-11-16T12:00", "thisweek", ("2026-11-15T23:00", "2026-11-22T23:00")),
        ("2026-11-22T12:00", "thisweek", ("2026-11-15T23:00", "2026-11-22T23:00")),
        ("2026-03-25T12:00", "thisweek", ("2026-03-22T23:00", "2026-03-29T22:00")),
        ("2026-12-31T12:00", "thismonth", ("2026-11-30T23:00", "2026-12-31T23:00")),
        ("2028-02-29T12:00", "thismonth", ("2028-01-31T23:00", "2028-02-29T23:00")),
        ("2027-01-31T12:00", "lastmonth", ("2026-11-30T23:00", "2026-12-31T23:00")),
        ("2026-03-31T12:00", "lastmonth", ("2026-01-31T23:00", "2026-02-28T23:00")),
        ("2026-01-01T12:00", "yesterday", ("2025-12-30T23:00", "2025-12-31T23:00")),
    ],
)
def test_weeks_begin_on_monday_and_months_have_their_own_length(now: str, words: str, expected: Ends) -> None:
    assert read(words, now=datetime.fromisoformat(now).replace(tzinfo=UTC)) == expected


def test_hours_and_days_that_roll_are_of_a_fixed_length_over_a_change_of_clocks() -> None:
    now = datetime(2026, 10, 25, 12, tzinfo=UTC)
    assert read("24h", now=now) == read("1d", now=now) == ("2026-10-24T12:00", None)


@pytest.mark.parametrize(
    "words",
    ["", "lastweek", "7days", "-7d", "1.5h", "7", "d", "1y", "2026-11-01", "2026-11", "1234567890d", "9" * 5_000 + "d"],
)
def test_what_is_no_range_is_refused_and_the_words_are_named(words: str) -> None:
    with pytest.raises(BadInput, match="is not a range") as caught:
        read(words)
    assert caught.value.hint == RANGE_HINT


@pytest.mark.parametrize(
    "words",
    ["2026-11-01..soon", "x..", "2026-11-01...2026-11-15", "2026-W45..2026-W46", "..9999-12-31", "0001-01-01.."],
)
def test_a_range_of_no_dates_is_refused(words: str) -> None:
    with pytest.raises(BadInput, match="is not a date or time"):
        read(words)


@pytest.mark.parametrize(
    "words", ["2026-11-15..2026-11-01", "2026-11-01T12:00..2026-11-01T12:00", "2026-11-02..2026-11-01T23:00"]
)
def test_a_range_that_ends_before_it_begins_is_refused(words: str) -> None:
    with pytest.raises(BadInput, match="ends before it begins"):
        read(words)


@given(st.text(max_size=30), st.sampled_from([BERLIN, LINE_ISLANDS, LOS_ANGELES]))
def test_any_words_are_a_range_or_refused(words: str, zone: ZoneInfo) -> None:
    try:
        found = parse_range(words, now=micros(NOW), zone=zone)
    except BadInput:
        return
    assert found.since is None or found.until is None or found.since < found.until


@given(st.dates(date(1970, 1, 1), date(9998, 12, 31)), st.integers(0, 400), st.sampled_from([BERLIN, CAIRO, HAVANA]))
def test_a_range_of_days_is_those_days_and_no_more(first: date, more: int, zone: ZoneInfo) -> None:
    last = min(first + timedelta(days=more), date(9998, 12, 31))
    found = parse_range(f"{first}..{last}", now=0, zone=zone)
    assert found == Range(since=midnight(first, zone), until=midnight(last + timedelta(days=1), zone))
    days = (last - first).days + 1
    assert found.since is not None
    assert found.until is not None
    assert abs(found.until - found.since - days * DAY) <= 2 * HOUR


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("UTC", [("2026-01-01T00:00", 0)]),
        ("Asia/Kolkata", [("2026-01-01T00:00", 5.5)]),
        (
            "Europe/Berlin",
            [("2026-01-01T00:00", 1), ("2026-03-29T01:00", 2), ("2026-10-25T01:00", 1)],
        ),
        (
            "America/St_Johns",
            [("2026-01-01T00:00", -3.5), ("2026-03-08T05:30", -2.5), ("2026-11-01T04:30", -3.5)],
        ),
    ],
)
def test_a_zone_is_ahead_of_utc_by_so_much_from_when_on(zone: str, expected: list[tuple[str, float]]) -> None:
    year = parse_range("2026-01-01..2026-12-31", now=0, zone=UTC)
    assert year.since is not None
    assert year.until is not None
    found = offsets(ZoneInfo(zone), year.since, year.until)
    assert [((iso(at) or "")[:16], ahead / HOUR) for at, ahead in found] == expected


def test_a_stretch_without_length_has_its_own_offset_alone() -> None:
    assert offsets(ZoneInfo("Europe/Berlin"), 0, 0) == [(0, HOUR)]
