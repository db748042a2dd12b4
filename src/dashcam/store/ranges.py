"""Sums over any range, exact to the microsecond: whole quarters from their kept sums, the edges from the calls."""

from dashcam.records.clock import Range
from dashcam.store.conditions import Where
from dashcam.store.totals import QUARTER, SUM_CALLS, USAGE

_NAMES = ", ".join(USAGE)
SUMS = ", ".join(f"CAST(sum({name}) AS bigint) AS {name}" for name in USAGE)
"""Adds up the columns of USAGE; a plain sum of bigints would be a decimal in PostgreSQL."""


def usage_in(asked: Range, *, only: str = "") -> tuple[str, list[int]]:
    """Write a subquery of (session, bucket, model, USAGE...) rows that cover exactly the range, and its values.

    `only` is a condition on `session`, the row, that few of them fulfil.
    """
    first, last = _whole_quarters(asked)
    where = Where(conditions=[only or "1 = 1"], values=[])
    # The sign keeps SQLite from the index by time, where that by session is the shorter way.
    bucket = "+bucket" if only else "bucket"
    if first is not None:
        where.add(f"{bucket} >= ?", first)
    if last is not None:
        where.add(f"{bucket} < ?", last)
    parts = [f"SELECT session, bucket, model, {_NAMES} FROM usage_bucket WHERE {where}"]
    values = [int(str(value)) for value in where.values]
    for since, until in _edges(asked, first, last):
        parts.append(
            f"SELECT session, at / {QUARTER}, model, {SUM_CALLS} FROM call "
            f"WHERE counted = 1 AND at >= ? AND at < ? AND {only or '1 = 1'} GROUP BY session, at / {QUARTER}, model"
        )
        values += [since, until]
    return "(" + " UNION ALL ".join(parts) + ")", values


def lines_in(asked: Range) -> tuple[str, list[int]]:
    """Write a subquery of (session, lines_added, lines_removed) rows that cover exactly the range, and its values."""
    first, last = _whole_quarters(asked)
    where = Where(conditions=[], values=[])
    if first is not None:
        where.add("bucket >= ?", first)
    if last is not None:
        where.add("bucket < ?", last)
    parts = [f"SELECT session, lines_added, lines_removed FROM activity_bucket WHERE {where}"]
    values = [int(str(value)) for value in where.values]
    for since, until in _edges(asked, first, last):
        # The quarter says which sessions to look into: events have no index by time alone.
        parts.append(
            "SELECT event.session, coalesce(event.lines_added, 0), coalesce(event.lines_removed, 0) "
            "FROM activity_bucket AS edge JOIN event ON event.session = edge.session AND event.counted = 1 "
            "AND event.place >= ? AND event.place < ? WHERE edge.bucket = ?"
        )
        values += [since, until, since // QUARTER]
    return "(" + " UNION ALL ".join(parts) + ")", values


def _whole_quarters(asked: Range) -> tuple[int | None, int | None]:
    """The first whole quarter of a range, and the one behind its last."""
    first = None if asked.since is None else -(-asked.since // QUARTER)
    last = None if asked.until is None else asked.until // QUARTER
    if first is not None and last is not None and last < first:
        last = first
    return first, last


def _edges(asked: Range, first: int | None, last: int | None) -> list[tuple[int, int]]:
    """The stretches of a range that are no whole quarter."""
    edges = []
    if asked.since is not None and first is not None and asked.since < first * QUARTER:
        end = first * QUARTER
        edges.append((asked.since, end if asked.until is None else min(end, asked.until)))
    if asked.until is not None and last is not None:
        start = last * QUARTER
        if asked.since is not None and first is not None:
            start = max(start, first * QUARTER)
        if start < asked.until:
            edges.append((start, asked.until))
    return edges
