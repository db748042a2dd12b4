"""Where cost is going: hour by hour or day by day, added up as it goes, beside the period before.

What a stranger would get wrong: a range that is not over yet ends now, not at its last midnight, or every average and
every pace would come out too low.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, time, timedelta
from typing import Literal

import msgspec

from dashcam.queries import notes
from dashcam.queries.answers import UNKNOWN_TIME, cost_of
from dashcam.queries.moment import Moment
from dashcam.queries.periods import period_before
from dashcam.queries.usage import time_label, total_of, usage
from dashcam.records.clock import HOUR, Range, iso, micros, moment
from dashcam.records.filters import CostBasis, Filter
from dashcam.records.money import dollars
from dashcam.records.rows import Sums, UsageRow
from dashcam.store.database import Database

Step = Literal["hour", "day"]
DAY = 24 * HOUR
_BY_HOUR_UP_TO = 2 * DAY
_MONTH = 30
_MOST_DAYS = 4_000


class TrendRow(msgspec.Struct, frozen=True, kw_only=True):
    """One hour or day of the range, beside the one at the same place in the period before."""

    at: str
    """An hour or a day, as usage names it."""
    cost_usd: float
    running_cost_usd: float
    """All of the range up to its end."""
    previous_cost_usd: float | None
    """Null where there is no period before, or it ends earlier."""
    previous_running_cost_usd: float | None


class Trend(msgspec.Struct, frozen=True, kw_only=True):
    """How cost grew over a range, and how fast."""

    by: Step
    rows: list[TrendRow]
    since: str | None
    """When the first of the rows begins; null where nothing was ever used."""
    until: str | None
    days: float
    """How long that is."""
    cost_per_day_usd: float | None
    previous_cost_per_day_usd: float | None
    month_at_this_pace_usd: float | None
    """What 30 days would cost at the range's average; null for less than an hour."""
    notes: list[str]


def trend(database: Database, asked: Filter, at: Moment, basis: CostBasis = "calculated") -> Trend:
    """Answer how cost grew in a range up to now, and in the period before it."""
    before = period_before(asked.range, at)
    step: Step = "hour" if _is_short(asked.range, at) else "day"
    with database.reading():
        rows = usage(database, asked, (step,), at)
        earlier = [] if before is None else usage(database, msgspec.structs.replace(asked, range=before), (step,), at)
    span = _span(asked.range, rows, at)
    total = total_of(rows)
    if span is None:
        return _of_nothing(step, total)
    since, until = span
    days = (until - since) / DAY
    per_day = _per_day(total, days, basis)
    return Trend(
        by=step,
        rows=list(_rows(_labels(span, step, at), rows, _labels(_ends(before), step, at), earlier, basis)),
        since=iso(since, at.zone),
        until=iso(until, at.zone),
        days=days,
        cost_per_day_usd=per_day,
        previous_cost_per_day_usd=None if before is None else _per_day(total_of(earlier), _days(before), basis),
        month_at_this_pace_usd=None if per_day is None or until - since < HOUR else per_day * _MONTH,
        notes=notes.of_sums(total),
    )


def _is_short(asked: Range, at: Moment) -> bool:
    if asked.since is None:
        return False
    return (at.now if asked.until is None else asked.until) - asked.since <= _BY_HOUR_UP_TO


def _span(asked: Range, rows: list[UsageRow], at: Moment) -> tuple[int, int] | None:
    """From when to when there is something to tell: an open beginning is the first day of use, the end is now."""
    until = at.now if asked.until is None else min(asked.until, at.now)
    since = asked.since
    if since is None:
        first = next((row.keys[0] for row in rows if row.keys[0] != UNKNOWN_TIME), None)
        if first is None:
            return None
        since = micros(datetime.fromisoformat(first).replace(tzinfo=at.zone))
    return (since, until) if since < until else None


def _ends(before: Range | None) -> tuple[int, int] | None:
    if before is None or before.since is None or before.until is None:
        return None
    return before.since, before.until


def _days(before: Range) -> float:
    ends = _ends(before)
    return (ends[1] - ends[0]) / DAY if ends else 0


def _labels(span: tuple[int, int] | None, step: Step, at: Moment) -> list[str]:
    """Name every hour or day of a span, also those in which nothing happened."""
    if span is None or span[0] >= span[1]:
        return []
    since, until = span
    if step == "hour":
        return [time_label("hour", moment(hour, at.zone)) for hour in range(_hour_of(since, at), until, HOUR)]
    first, last = moment(since, at.zone).date(), moment(until - 1, at.zone).date()
    days = min((last - first).days + 1, _MOST_DAYS)
    return [time_label("day", datetime.combine(first + timedelta(days=day), time())) for day in range(days)]


def _hour_of(when: int, at: Moment) -> int:
    """Say when the local hour of a time begins: in some zones not with one of UTC."""
    ahead = (moment(when, at.zone).utcoffset() or timedelta()) // timedelta(microseconds=1)
    return when - (when + ahead) % HOUR


def _rows(
    labels: list[str], now: list[UsageRow], labels_before: list[str], before: list[UsageRow], basis: CostBasis
) -> Iterator[TrendRow]:
    costs, earlier = _costs(now, basis), _costs(before, basis)
    running = running_before = 0
    for place, label in enumerate(labels):
        cost = costs.get(label, 0)
        running += cost
        then = earlier.get(labels_before[place], 0) if place < len(labels_before) else None
        running_before += then or 0
        yield TrendRow(
            at=label,
            cost_usd=cost / 1e9,
            running_cost_usd=running / 1e9,
            previous_cost_usd=dollars(then),
            previous_running_cost_usd=None if then is None else running_before / 1e9,
        )


def _costs(rows: list[UsageRow], basis: CostBasis) -> Mapping[str, int]:
    return {row.keys[0]: cost_of(row.sums, basis) or 0 for row in rows}


def _per_day(total: Sums, days: float, basis: CostBasis) -> float | None:
    cost = dollars(cost_of(total, basis))
    return None if cost is None or days <= 0 else cost / days


def _of_nothing(step: Step, total: Sums) -> Trend:
    return Trend(
        by=step, rows=[], since=None, until=None, days=0, cost_per_day_usd=None, previous_cost_per_day_usd=None,
        month_at_this_pace_usd=None, notes=notes.of_sums(total),
    )  # fmt: skip
