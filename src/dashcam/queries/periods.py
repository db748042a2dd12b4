"""The period before a range: what a figure is compared with.

What a stranger would get wrong: a period that is not over yet is compared with as much of the one before, so today
until now with yesterday until the same time of day, and not with the whole of yesterday.
"""

from datetime import date, datetime, timedelta, tzinfo

from dashcam.queries.moment import Moment
from dashcam.records.clock import Range, micros, midnight, moment

DAY = timedelta(days=1)


def period_before(asked: Range, at: Moment) -> Range | None:
    """Say which period comes before a range; None for a range without a beginning, and for one in the future.

    Whole days are compared with as many days before, a whole month with the month before, anything else with as
    much time.
    """
    if asked.since is None or asked.since >= at.now:
        return None
    end = at.now if asked.until is None else min(asked.until, at.now)
    if asked.until is None or not _is_of_days(asked.since, asked.until, at.zone):
        return Range(since=max(asked.since - (end - asked.since), 0), until=asked.since)
    first, last = _day(asked.since, at.zone), _day(asked.until, at.zone)
    start = _month_before(first) if _is_month(first, last) else first - (last - first)
    since = midnight(start, at.zone)
    until = asked.since if end == asked.until else min(_moved(end, start - first, at.zone), asked.since)
    return Range(since=max(since, 0), until=until)


def _day(at: int, zone: tzinfo) -> date:
    return moment(at, zone).date()


def _is_of_days(since: int, until: int, zone: tzinfo) -> bool:
    return all(midnight(_day(edge, zone), zone) == edge for edge in (since, until))


def _is_month(first: date, last: date) -> bool:
    return first.day == 1 and last == (first + 31 * DAY).replace(day=1)


def _month_before(first: date) -> date:
    return (first - DAY).replace(day=1)


def _moved(at: int, days: timedelta, zone: tzinfo) -> int:
    """Move a time by days and keep the time of day, also over a change of clocks."""
    local = moment(at, zone).replace(tzinfo=None) + days
    return micros(datetime.combine(local.date(), local.time(), zone))
