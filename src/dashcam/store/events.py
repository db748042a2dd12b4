"""Reading what happened in a session, its calls, and the lines behind them."""

from collections.abc import Sequence

import msgspec

from dashcam.records.call import ModelCall, Priced
from dashcam.records.event import EVENT_KINDS
from dashcam.records.rows import DiagnosticRow, EventRow, ToolRow
from dashcam.store.conditions import Where
from dashcam.store.database import Database, Row, Value, marks
from dashcam.store.settle import AGAIN, COUNTS

EVENT_COLUMNS = (
    "source", "line", "part", "at", "place", "kind", "name", "ok", "duration_us", "lines_added", "lines_removed",
    "counted",
)  # fmt: skip
CALL_COLUMNS = (
    "key", "variant", "at", "line", "model", "provider", "rank", "sidechain", "input", "output", "cache_read",
    "cache_write_5m", "cache_write_1h", "reasoning", "web_searches", "speed", "geo", "tier", "duration_us", "tools",
    "exact", "estimated_output", "model_inferred", "reported_nano",
)  # fmt: skip
_EVENT = ", ".join(EVENT_COLUMNS)
_CALL = ", ".join(CALL_COLUMNS)
IN_THE_ORDER_OF_FILES = "source IN (SELECT DISTINCT source FROM event WHERE session = ?) AND +session = ?"
"""Selects all events of a session; its two values are the session's row.

The sign keeps SQLite from taking the index of the session's own order, and so from looking every event up by itself:
where all are wanted, reading the files' events one behind the other takes half the time.
"""
Place = tuple[int, int, int, int]
"""Where an event stands in its session: place, source, line, part."""
CallPlace = tuple[int, str, str, int]
"""Where a call stands in its session: time, key, variant, source."""


class StoredCall(msgspec.Struct, frozen=True, kw_only=True):
    """A call with its price, and where its account stands."""

    call: ModelCall
    priced: Priced
    source: int
    counted: bool


def of_session(
    database: Database,
    session: int,
    *,
    after: Place | None = None,
    before: Place | None = None,
    limit: int | None = None,
    kinds: Sequence[str] = (),
) -> list[EventRow]:
    """List a session's events in their order: those after a place, or the last ones before a place."""
    where = Where(conditions=[], values=[])
    where.add("session = ?", session)
    where.add(f"counted > {AGAIN}")
    for sign, place in ((">", after), ("<", before)):
        if place is not None:
            where.add(f"(place, source, line, part) {sign} (?, ?, ?, ?)", *place)
    _of_kinds(where, kinds)
    order = "DESC" if before is not None else "ASC"
    cut = f"LIMIT {int(limit)}" if limit is not None else ""
    rows = database.rows(
        f"SELECT {_EVENT} FROM event WHERE {where} "
        f"ORDER BY place {order}, source {order}, line {order}, part {order} {cut}",
        where.values,
    )
    found = [event_row(row) for row in rows]
    return found[::-1] if before is not None else found


def from_position(
    database: Database, session: int, position: int, *, limit: int, kinds: Sequence[str]
) -> list[EventRow]:
    """List a session's events of some kinds from the one on that so many stand before."""
    where = Where(conditions=[], values=[])
    where.add("session = ?", session)
    where.add(f"counted > {AGAIN}")
    _of_kinds(where, kinds)
    rows = database.rows(
        f"SELECT {_EVENT} FROM event WHERE {where} ORDER BY place, source, line, part LIMIT ? OFFSET ?",
        [*where.values, limit, position],
    )
    return [event_row(row) for row in rows]


def _of_kinds(where: Where, kinds: Sequence[str]) -> None:
    """Add the kinds, unless they are all there are: their index alone answers then."""
    if kinds and not set(kinds) >= set(EVENT_KINDS):
        where.add(f"kind IN ({marks(len(kinds))})", *kinds)


def one_of_session(database: Database, session: int, source: int, line: int, part: int) -> EventRow | None:
    """Find the event of a session that stands at a part of a source's line."""
    rows = database.rows(
        f"SELECT {_EVENT} FROM event WHERE source = ? AND line = ? AND part = ? AND session = ?",
        (source, line, part, session),
    )
    return event_row(rows[0]) if rows else None


def place_of(event: EventRow) -> Place:
    """Say where an event stands in its session."""
    return (event.place, event.source, event.line, event.part)


def counts(database: Database, session: int, place: Place | None, *, kinds: Sequence[str]) -> tuple[int, int]:
    """Count a session's events of some kinds: those before a place (None: none), and all."""
    where = Where(conditions=[], values=[])
    where.add("session = ?", session)
    where.add(f"counted > {AGAIN}")
    _of_kinds(where, kinds)
    before = "0" if place is None else "CASE WHEN (place, source, line, part) < (?, ?, ?, ?) THEN 1 ELSE 0 END"
    row = database.one(
        f"SELECT CAST(coalesce(sum({before}), 0) AS bigint), count(*) FROM event WHERE {where}",
        [*(place or ()), *where.values],
    )
    return row[0], row[1]


def event_row(row: Row) -> EventRow:
    """Make an event of the columns of EVENT_COLUMNS."""
    source, line, part, at, place, kind, name, ok, duration_us, lines_added, lines_removed, counted = row
    return EventRow(
        source=source,
        line=line,
        part=part,
        at=at,
        place=place,
        kind=kind,
        name=name,
        ok=None if ok is None else bool(ok),
        duration_us=duration_us,
        lines_added=lines_added,
        lines_removed=lines_removed,
        counted=counted == COUNTS,
    )


def names_in_lines(database: Database, source: int, first: int, last: int) -> list[str]:
    """List the different names of the events in a stretch of a source's lines."""
    rows = database.rows(
        "SELECT DISTINCT name FROM event WHERE source = ? AND line BETWEEN ? AND ? ORDER BY name", (source, first, last)
    )
    return [row[0] for row in rows]


def on_lines(database: Database, source: int, lines: Sequence[int]) -> list[tuple[int, EventRow]]:
    """List the events on some of a source's lines, given in their order, each with the row of its session."""
    rows = database.rows_in(
        f"SELECT session, {_EVENT} FROM event WHERE source = {int(source)} AND line IN (??) ORDER BY line, part", lines
    )
    return [(row[0], event_row(row[1:])) for row in rows]


def calls_of(database: Database, session: int, *, with_inherited: bool = False) -> list[StoredCall]:
    """List a session's calls in the order of their times."""
    which = "" if with_inherited else "AND counted = 1"
    return _calls(database, f"session = ? {which}", (session,))


class PlacedCall(msgspec.Struct, frozen=True, kw_only=True):
    """A call of a session, and the event that it stands with."""

    stored: StoredCall
    event: tuple[int, int, int] | None
    """Source, line and part: the first event of its line, or of the nearest line before; None where there is none."""


_NEAREST = (
    "SELECT event.line FROM event WHERE event.source = call.source AND event.line <= call.line "
    "AND event.session = call.session ORDER BY event.line DESC LIMIT 1"
)
_FIRST_PART = (
    "SELECT min(event.part) FROM event WHERE event.source = found.source AND event.line = found.event_line "
    "AND event.session = found.session"
)


def calls_behind(database: Database, session: int, after: CallPlace | None, *, limit: int) -> list[PlacedCall]:
    """List calls that count for a session in the order of time: those behind one of them, or the first ones."""
    behind = "AND (at, key, variant, source) > (?, ?, ?, ?)" if after else ""
    rows = database.rows(
        f"SELECT found.*, ({_FIRST_PART}) FROM (SELECT {_CALL}, source, counted, cost_nano, estimate_nano, rate, "
        f"session, ({_NEAREST}) AS event_line FROM call WHERE session = ? AND counted = 1 {behind} "
        "ORDER BY at, key, variant, source LIMIT ?) AS found ORDER BY at, key, variant, source",
        [session, *(after or ()), limit],
    )
    return [
        PlacedCall(stored=one, event=None if row[-1] is None else (one.source, row[-2], row[-1]))
        for one, row in zip(_stored(database, [row[:-2] for row in rows]), rows, strict=True)
    ]


def calls_by_key(database: Database, key: str) -> list[StoredCall]:
    """Find all accounts of the calls that have a key or request id, else those whose key begins so; the counted first.

    Only a whole key has an index: what is none takes as long as the database is large.
    """
    return (
        calls_of_key(database, key)
        or _calls(database, "variant = ?", (key,))
        or _calls(database, "substr(key, 1, ?) = ? LIMIT 20", (len(key), key))
    )


def calls_of_key(database: Database, key: str) -> list[StoredCall]:
    """Find all accounts of the calls that have a key; the counted ones first."""
    return _calls(database, "key = ?", (key,))


def _calls(database: Database, where: str, values: Sequence[Value]) -> list[StoredCall]:
    statement = (
        f"SELECT * FROM (SELECT {_CALL}, source, counted, cost_nano, estimate_nano, rate, session FROM call "
        f"WHERE {where}) AS found ORDER BY counted DESC, at, key, variant"
    )
    return _stored(database, database.rows(statement, values))


def _stored(database: Database, rows: Sequence[Row]) -> list[StoredCall]:
    """Make calls of the columns of CALL_COLUMNS and those of their prices."""
    sessions: dict[int, str] = dict(
        database.rows_in("SELECT id, native_id FROM session WHERE id IN (??)", {row[-1] for row in rows})
    )
    made = []
    for row in rows:
        source, counted, cost, estimate, rate, session = row[len(CALL_COLUMNS) :]
        made.append(
            StoredCall(
                call=call_of(row, session=sessions[session]),
                priced=Priced(cost_nano=cost, estimate_nano=estimate, rate=rate),
                source=source,
                counted=counted == COUNTS,
            )
        )
    return made


def call_of(row: Row, *, session: str) -> ModelCall:
    """Make a call of the columns of CALL_COLUMNS; what stands behind them is left alone."""
    named = dict(zip(CALL_COLUMNS, row, strict=False))
    for name in ("sidechain", "exact", "model_inferred"):
        named[name] = bool(named[name])
    return ModelCall(**named, session=session)


def tools_of(database: Database, session: int) -> list[ToolRow]:
    """Count a session's tool calls by tool, the most used first."""
    rows = database.rows(
        "SELECT name, sum(CASE WHEN kind = 'tool_call' THEN 1 ELSE 0 END), "
        "sum(CASE WHEN kind = 'tool_result' AND ok = 0 THEN 1 ELSE 0 END), "
        "CAST(sum(coalesce(duration_us, 0)) AS bigint) "
        f"FROM event WHERE {IN_THE_ORDER_OF_FILES} AND counted = 1 AND kind IN ('tool_call', 'tool_result') "
        "GROUP BY name",
        (session, session),
    )
    found = [
        ToolRow(tool=name, calls=calls, failures=failures, duration_us=took) for name, calls, failures, took in rows
    ]
    return sorted(found, key=lambda row: (-row.calls, row.tool))


def diagnostics(database: Database, *, limit: int | None = None) -> list[DiagnosticRow]:
    """List what could not be read, by agent and path."""
    cut = f"LIMIT {int(limit)}" if limit is not None else ""
    rows = database.rows(
        "SELECT source.agent, source.path, diagnostic.line, diagnostic.code, diagnostic.why, diagnostic.count "
        f"FROM diagnostic JOIN source ON source.id = diagnostic.source ORDER BY 1, 2, 3, 4, 5 {cut}"
    )
    return [
        DiagnosticRow(agent=row[0], path=row[1], line=row[2], code=row[3], why=row[4], count=row[5]) for row in rows
    ]
