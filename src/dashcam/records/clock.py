"""Time: integer microseconds UTC inside, a person's own zone at the window.

A range is half-open: `since` belongs to it, `until` does not.
"""

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo

import msgspec

from dashcam.records.errors import BadInput

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_ROLLING = re.compile(r"(\d{1,9})\s*(m|h|d|w)")
_UNIT = {"m": MINUTE, "h": HOUR, "d": 24 * HOUR, "w": 7 * 24 * HOUR}
_DAY_ALONE = re.compile(r"\d{4}-?\d\d-?\d\d")
_FIRST_YEAR, _LAST_YEAR = 1970, 9998
"""So that the day behind can still be written, and the moment in any zone."""
_NAMED = {"week": "7d", "month": "30d"}
RANGE_HINT = (
    "Use 1h, 8h, 24h, 2d, 7d, 30d, today, yesterday, thisweek, thismonth, lastmonth, all, "
    "or two dates such as 2026-11-01..2026-11-15."
)


class Range(msgspec.Struct, frozen=True, kw_only=True):
    """From `since` up to but without `until`, in microseconds UTC; None is open."""

    since: int | None = None
    until: int | None = None


ALL_TIME = Range()


def micros(moment: datetime) -> int:
    """Turn an aware datetime into microseconds UTC."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def moment(at: int, zone: tzinfo = UTC) -> datetime:
    """Turn microseconds UTC into a datetime of a zone."""
    return (EPOCH + timedelta(microseconds=at)).astimezone(zone)


def iso(at: int | None, zone: tzinfo = UTC) -> str | None:
    """Write a time as ISO 8601 with offset and milliseconds."""
    return None if at is None else moment(at, zone).isoformat(timespec="milliseconds")


def midnight(day: date, zone: tzinfo) -> int:
    """Say when a local day begins; days of 23 and 25 hours included."""
    return micros(datetime.combine(day, time(), zone))


def offsets(zone: tzinfo, since: int, until: int) -> list[tuple[int, int]]:
    """List how far a zone is ahead of UTC from when on, in microseconds, over a stretch of time.

    The first row begins with the stretch, each other one where the clocks change.
    """
    found = [(since, _ahead(zone, since))]
    at = since
    while at < until:
        later = min(at + _LOOK, until)
        if _ahead(zone, later) != found[-1][1]:
            found.append(_change(zone, at, later))
            later = found[-1][0]
        at = later
    return found


_LOOK = 7 * 24 * HOUR
"""No zone has changed its clocks and changed them back within a week."""


def _ahead(zone: tzinfo, at: int) -> int:
    ahead = moment(at, zone).utcoffset() or timedelta()
    return ahead // timedelta(microseconds=1)


def _change(zone: tzinfo, before: int, after: int) -> tuple[int, int]:
    """Find when the clocks change between two times, to the minute, and how far ahead they are then."""
    old, low, high = _ahead(zone, before), before // MINUTE, -(-after // MINUTE)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _ahead(zone, middle * MINUTE) == old else (low, middle)
    return high * MINUTE, _ahead(zone, high * MINUTE)


def parse_moment(text: str, zone: tzinfo) -> int:
    """Read a date or an ISO 8601 time; one without offset is in `zone`. Raises BadInput."""
    value = _written(text)
    if value is None:
        raise BadInput(f"'{text}' is not a date or time", "Write it as 2026-11-01 or 2026-11-01T14:30.")
    return micros(value if value.tzinfo else value.replace(tzinfo=zone))


def _written(text: str) -> datetime | None:
    """Read ISO 8601. Weeks are left out: whether 2026-W45 means a day or seven is not said."""
    try:
        value = datetime.fromisoformat(text)
    except ValueError:
        return None
    return value if _FIRST_YEAR <= value.year <= _LAST_YEAR and "W" not in text else None


def parse_range(text: str, *, now: int, zone: tzinfo) -> Range:
    """Read a range in the words of the command line. Raises BadInput with a hint."""
    words = _NAMED.get(text.strip().lower(), text.strip().lower())
    today = moment(now, zone).date()
    if named := _named_days(words, today):
        first, last = named
        return Range(since=midnight(first, zone), until=midnight(last, zone))
    if words == "all":
        return ALL_TIME
    if match := _ROLLING.fullmatch(words):
        return Range(since=max(now - int(match[1]) * _UNIT[match[2]], 0), until=None)
    if ".." in words:
        return _two_dates(words, zone)
    raise BadInput(f"'{text}' is not a range", RANGE_HINT)


def _named_days(words: str, today: date) -> tuple[date, date] | None:
    """Say which local days a name means: the first, and the one after the last."""
    day = timedelta(days=1)
    month = today.replace(day=1)
    match words:
        case "today":
            return today, today + day
        case "yesterday":
            return today - day, today
        case "thisweek":
            monday = today - timedelta(days=today.weekday())
            return monday, monday + 7 * day
        case "thismonth":
            return month, (month + 31 * day).replace(day=1)
        case "lastmonth":
            return (month - day).replace(day=1), month
    return None


def _two_dates(words: str, zone: tzinfo) -> Range:
    """Read `A..B`: both days belong to it, either may be left out."""
    first, last = (part.strip() for part in words.split("..", 1))
    since = parse_moment(first.upper(), zone) if first else None
    until = None
    if last:
        until = parse_moment(last.upper(), zone)
        if _DAY_ALONE.fullmatch(last):
            until = midnight(moment(until, zone).date() + timedelta(days=1), zone)
    if since is not None and until is not None and since >= until:
        raise BadInput(f"the range '{words}' ends before it begins", RANGE_HINT)
    return Range(since=since, until=until)
