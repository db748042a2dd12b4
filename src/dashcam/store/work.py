"""Calls added up so that they can be priced another way: by the length of their prompts and all else a price hangs on.

What a stranger would get wrong: nothing keeps these sums, so they are read from the calls themselves; over all time
of a large history that takes seconds, not milliseconds.
"""

from collections.abc import Iterable, Sequence
from datetime import tzinfo

import msgspec

from dashcam.records.call import Tokens
from dashcam.records.clock import ALL_TIME, HOUR, MINUTE
from dashcam.records.filters import Filter
from dashcam.records.rows import SUM_FIELDS, Sums
from dashcam.store.conditions import Where, contains, of_sessions, pattern
from dashcam.store.database import Database
from dashcam.store.days import QUARTERS_A_DAY, day_of
from dashcam.store.ranges import SUMS, usage_in
from dashcam.store.sessions import sums_of
from dashcam.store.totals import QUARTER, SUM_CALLS

_PROMPT = "input + cache_read + cache_write_5m + cache_write_1h"
_LONG, _SHORT = HOUR, 5 * MINUTE


class ModelDay(msgspec.Struct, frozen=True, kw_only=True):
    """The calls of one model on one day, with prompts of about one length."""

    model: str
    day: int
    """Of UTC, counted from 1970."""
    above: int
    """The greatest of the thresholds that the prompts are above; 0 for none."""
    sums: Sums


class CacheUse(msgspec.Struct, frozen=True, kw_only=True):
    """The calls of a day and a project whose tokens have one price."""

    day: int
    """Of the zone asked for, counted from 1970."""
    project: str
    rate: str
    """Empty for calls that are not priced."""
    speed: str
    geo: str
    tier: str
    above: int
    calls: int
    tokens: Tokens


class Alike(msgspec.Struct, frozen=True, kw_only=True):
    """The calls of one model whose tokens have one price."""

    model: str
    rate: str
    """Empty for calls that are not priced."""
    speed: str
    geo: str
    tier: str
    above: int
    calls: int
    cost_nano: int
    sums: dict[str, int]
    """Tokens by their type, and web searches."""
    calls_with: dict[str, int]
    """How many of the calls have any of them."""


class Rewrite(msgspec.Struct, frozen=True, kw_only=True):
    """A call that wrote anew what a cache had held until it expired."""

    day: int
    project: str
    rate: str
    speed: str
    geo: str
    tier: str
    above: int
    lost: int
    """Tokens that had been cached and were written again."""
    write_5m: int
    """All tokens that the call wrote."""
    write_1h: int


def days_used(database: Database) -> list[int]:
    """List the days of UTC, counted from 1970, on which calls were made."""
    found = database.rows(f"SELECT DISTINCT bucket / {QUARTERS_A_DAY} FROM usage_bucket")
    return sorted(row[0] for row in found)


def by_model_and_day(
    database: Database, asked: Filter, thresholds: Sequence[int], *, quiet_since: int
) -> list[ModelDay]:
    """Add up calls by model, day and length: all from the kept sums, the long ones among them from the calls."""
    source, values = usage_in(asked.range)
    whole = _model_days(database, asked, f"(SELECT *, 0 AS above FROM {source} AS kept)", values, quiet_since)
    if not thresholds:
        return whole
    inside = _inside(asked)
    inside.add(f"{_PROMPT} > {min(thresholds)}")
    source = (
        f"(SELECT session, at / {QUARTER} AS bucket, model, {_above(thresholds)} AS above, {SUM_CALLS} FROM call "
        f"WHERE {inside} GROUP BY session, at / {QUARTER}, model, {_above(thresholds)})"
    )
    long = _model_days(database, asked, source, [int(str(value)) for value in inside.values], quiet_since)
    of_day: dict[tuple[str, int], Sums] = {}
    for one in long:
        of_day[one.model, one.day] = of_day.get((one.model, one.day), Sums()) + one.sums
    short = [
        msgspec.structs.replace(one, sums=_less(one.sums, of_day.get((one.model, one.day), Sums()))) for one in whole
    ]
    return [*(one for one in short if one.sums.calls), *long]


def _model_days(
    database: Database, asked: Filter, source: str, values: Sequence[int], quiet_since: int
) -> list[ModelDay]:
    where = of_sessions(asked, quiet_since=quiet_since)
    _of_models(where, asked, "used.model")
    rows = database.rows(
        f"SELECT used.model, used.bucket / {QUARTERS_A_DAY}, used.above, {SUMS.replace('sum(', 'sum(used.')} "
        f"FROM {source} AS used JOIN session ON session.id = used.session WHERE {where} "
        "GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
        [*values, *where.values],
    )
    return [ModelDay(model=row[0], day=row[1], above=row[2], sums=sums_of(row[3:])) for row in rows]


def _less(whole: Sums, part: Sums) -> Sums:
    """Take a part away; what agents reported is left aside."""
    return Sums(**{name: getattr(whole, name) - getattr(part, name) for name in SUM_FIELDS[:-1]})


def cache_uses(
    database: Database, asked: Filter, thresholds: Sequence[int], *, quiet_since: int, zone: tzinfo
) -> list[CacheUse]:
    """Add up calls by day, project, and all that the price of their tokens depends on."""
    where = of_sessions(asked, quiet_since=quiet_since)
    inside = _inside(asked)
    _of_models(inside, asked, "model")
    sums = ", ".join(f"sum({name}) AS {name}" for name in _COUNTS)
    columns = ", ".join(f"CAST(sum(used.{name}) AS bigint)" for name in ("calls", *_COUNTS))
    day = day_of(database, "used.bucket", zone, asked.range)
    keys = f"session, at / {QUARTER}, rate, speed, geo, tier, {_above(thresholds)}"
    rows = database.rows(
        f"SELECT {day}, session.project, used.rate, used.speed, used.geo, used.tier, used.above, {columns} FROM ("
        f"SELECT session, at / {QUARTER} AS bucket, rate, speed, geo, tier, {_above(thresholds)} AS above, "
        f"count(*) AS calls, {sums} FROM call WHERE {inside} GROUP BY {keys}) AS used "
        f"JOIN session ON session.id = used.session WHERE {where} GROUP BY 1, 2, 3, 4, 5, 6, 7",
        [*inside.values, *where.values],
    )
    return [
        CacheUse(
            **dict(zip(_KEYS, row[:7], strict=True)),
            calls=row[7],
            tokens=Tokens(**dict(zip(_COUNTS, row[8:], strict=True))),
        )
        for row in rows
    ]


_KEYS = ("day", "project", "rate", "speed", "geo", "tier", "above")
_COUNTS = ("input", "output", "cache_read", "cache_write_5m", "cache_write_1h")


def alike(database: Database, sessions: Iterable[int], thresholds: Sequence[int]) -> list[Alike]:
    """Add up the calls of some sessions, given by their rows, by model and all that the price of tokens depends on."""
    counts = (*_COUNTS, "web_searches")
    sums = ", ".join(f"CAST(sum({name}) AS bigint)" for name in counts)
    some = ", ".join(f"sum(CASE WHEN {name} > 0 THEN 1 ELSE 0 END)" for name in counts)
    keys = "model, rate, speed, geo, tier"
    rows = database.rows_in(
        f"SELECT {keys}, {_above(thresholds)} AS above, count(*), CAST(sum(coalesce(cost_nano, 0)) AS bigint), {sums}, "
        f"{some} FROM call WHERE session IN (??) AND counted = 1 GROUP BY {keys}, {_above(thresholds)} "
        f"ORDER BY {keys}, above",
        sessions,
    )
    fixed = ("model", "rate", "speed", "geo", "tier", "above", "calls", "cost_nano")
    behind = len(fixed) + len(counts)
    return [
        Alike(
            **dict(zip(fixed, row, strict=False)),
            sums=dict(zip(counts, row[len(fixed) : behind], strict=True)),
            calls_with=dict(zip(counts, row[behind:], strict=True)),
        )
        for row in rows
    ]


def rewrites(
    database: Database, asked: Filter, thresholds: Sequence[int], *, quiet_since: int, zone: tzinfo
) -> list[Rewrite]:
    """List the calls that wrote anew what a cache had held until it expired.

    Such a call is one of the main thread, by the same model as the one before it. It reads less from the cache than
    the one before had read and written, writes at least what is missing, and comes later than the cache that it
    writes lives: more than an hour where it writes more for one hour than for five minutes, else more than five.
    """
    where = of_sessions(asked, quiet_since=quiet_since)
    inside = _inside(asked, "used.at")
    _of_models(inside, asked, "used.model")
    missing = "used.cached - used.cache_read"
    day = day_of(database, f"(used.at / {QUARTER})", zone, asked.range)
    columns = ", ".join(f"used.{name}" for name in ("rate", "speed", "geo", "tier"))
    rows = database.rows(
        f"SELECT {day}, session.project, {columns}, {_above(thresholds, 'used.')}, {missing}, used.cache_write_5m, "
        f"used.cache_write_1h FROM ({_with_the_one_before(asked)}) AS used "
        f"JOIN session ON session.id = used.session WHERE {inside} AND {where} "
        f"AND used.model = used.model_before AND {missing} > 0 "
        f"AND used.cache_write_5m + used.cache_write_1h >= {missing} AND used.at - used.at_before > "
        f"CASE WHEN used.cache_write_1h > used.cache_write_5m THEN {_LONG} ELSE {_SHORT} END",
        [*inside.values, *where.values],
    )
    return [Rewrite(**dict(zip((*_KEYS, "lost", "write_5m", "write_1h"), row, strict=True))) for row in rows]


def _with_the_one_before(asked: Filter) -> str:
    """Calls of the main thread, each with what is to be known of the one before it."""
    chosen = ""
    if asked.range.since is not None:
        chosen = f"AND session IN (SELECT session FROM usage_bucket WHERE bucket >= {asked.range.since // QUARTER})"
    return (
        "SELECT session, at, model, rate, speed, geo, tier, counted, input, cache_read, cache_write_5m, "
        "cache_write_1h, lag(at) OVER thread AS at_before, lag(model) OVER thread AS model_before, "
        "lag(cache_read + cache_write_5m + cache_write_1h) OVER thread AS cached FROM call "
        f"WHERE counted = 1 AND sidechain = 0 {chosen} "
        "WINDOW thread AS (PARTITION BY session ORDER BY at, key, variant, source)"
    )


def _inside(asked: Filter, at: str = "at") -> Where:
    where = Where(conditions=[], values=[])
    where.add("counted = 1")
    if asked.range != ALL_TIME:
        for sign, edge in ((">=", asked.range.since), ("<", asked.range.until)):
            if edge is not None:
                where.add(f"{at} {sign} ?", edge)
    return where


def _of_models(where: Where, asked: Filter, column: str) -> None:
    if asked.models:
        where.add("(" + " OR ".join(contains(column) for _ in asked.models) + ")", *map(pattern, asked.models))


def _above(thresholds: Sequence[int], table: str = "") -> str:
    """The greatest threshold that a call's prompt is above; 0 for none."""
    prompt = " + ".join(f"{table}{name}" for name in _PROMPT.split(" + "))
    text = "".join(f" WHEN {prompt} > {each} THEN {each}" for each in sorted(thresholds, reverse=True))
    # A bare 0 among the groups would be the number of a column.
    return f"CASE{text} ELSE 0 END" if text else "0 + 0"
