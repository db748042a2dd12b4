"""Reading calls and events page by page, so that any number of them can be written out.

What a stranger would get wrong: a page begins behind the last row of the page before, never at a number of rows, so
that what is added meanwhile neither repeats nor hides a row.
"""

from collections.abc import Iterator

import msgspec

from dashcam.records.call import ModelCall, Priced
from dashcam.records.clock import Range
from dashcam.records.filters import Filter
from dashcam.records.rows import EventRow
from dashcam.store.conditions import Where, contains, of_sessions, pattern
from dashcam.store.database import Database, Value
from dashcam.store.events import CALL_COLUMNS, EVENT_COLUMNS, call_of, event_row

PAGE = 2_000


class CallRow(msgspec.Struct, frozen=True, kw_only=True):
    """A call with its price, its session and where its line stands."""

    call: ModelCall
    priced: Priced
    session_id: str
    agent: str
    agent_name: str
    project: str
    branch: str
    path: str


class SessionEvent(msgspec.Struct, frozen=True, kw_only=True):
    """An event, its session and where its line stands."""

    event: EventRow
    session_id: str
    agent: str
    project: str
    path: str


def calls(database: Database, asked: Filter, *, quiet_since: int) -> Iterator[CallRow]:
    """Yield the calls that count and that a filter selects, in the order of their times."""
    where = of_sessions(asked, quiet_since=quiet_since)
    where.add("call.counted = 1")
    if asked.models:
        where.add("(" + " OR ".join(contains("call.model") for _ in asked.models) + ")", *map(pattern, asked.models))
    _within(where, "call.at", asked.range)
    columns = ", ".join(f"call.{name}" for name in CALL_COLUMNS)
    statement = (
        f"SELECT call.source, {columns}, call.cost_nano, call.estimate_nano, call.rate, session.native_id, "
        "session.agent, session.agent_name, session.project, session.branch, source.path FROM call "
        "JOIN session ON session.id = call.session JOIN source ON source.id = call.source "
        "WHERE {where} ORDER BY call.at, call.key, call.variant, call.source LIMIT {page}"
    )
    after: list[Value] = []
    while True:
        text = f"{where} AND (call.at, call.key, call.variant, call.source) > (?, ?, ?, ?)" if after else str(where)
        page = database.rows(statement.format(where=text, page=PAGE), [*where.values, *after])
        for row in page:
            call = call_of(row[1:], session=row[-6])
            priced = Priced(cost_nano=row[-9], estimate_nano=row[-8], rate=row[-7])
            named = dict(zip(("session_id", "agent", "agent_name", "project", "branch", "path"), row[-6:], strict=True))
            yield CallRow(call=call, priced=priced, **named)
            after = [call.at, call.key, call.variant, row[0]]
        if len(page) < PAGE:
            return


def events(database: Database, asked: Filter, *, quiet_since: int) -> Iterator[SessionEvent]:
    """Yield the events that count and that a filter selects: session by session, each in its own order."""
    where = of_sessions(asked, quiet_since=quiet_since)
    where.add("event.counted = 1")
    _within(where, "event.at", asked.range)
    columns = ", ".join(f"event.{name}" for name in EVENT_COLUMNS)
    order = "event.session, event.place, event.source, event.line, event.part"
    statement = (
        f"SELECT event.session, {columns}, session.native_id, session.agent, session.project, source.path FROM event "
        "JOIN session ON session.id = event.session JOIN source ON source.id = event.source "
        f"WHERE {{where}} ORDER BY {order} LIMIT {PAGE}"
    )
    after: list[Value] = []
    while True:
        text = f"{where} AND ({order}) > (?, ?, ?, ?, ?)" if after else str(where)
        page = database.rows(statement.format(where=text), [*where.values, *after])
        for row in page:
            event = event_row(row[1 : 1 + len(EVENT_COLUMNS)])
            named = dict(zip(("session_id", "agent", "project", "path"), row[-4:], strict=True))
            yield SessionEvent(event=event, **named)
            after = [row[0], event.place, event.source, event.line, event.part]
        if len(page) < PAGE:
            return


def _within(where: Where, column: str, asked: Range) -> None:
    if asked.since is not None:
        where.add(f"{column} >= ?", asked.since)
    if asked.until is not None:
        where.add(f"{column} < ?", asked.until)
