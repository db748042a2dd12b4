"""Calls added up by the minute, or by slices of a session: what charts are drawn from.

What a stranger would get wrong: a call belongs to the minute in which it happened, not to that in which it was read.
"""

from collections.abc import Iterable

import msgspec

from dashcam.records.call import TOKEN_FIELDS
from dashcam.records.clock import MINUTE
from dashcam.records.rows import Sums
from dashcam.store.database import Database, marks
from dashcam.store.ranges import SUMS
from dashcam.store.sessions import sums_of
from dashcam.store.totals import SUM_CALLS

_PROMPT = "input + cache_read + cache_write_5m + cache_write_1h"


class Minute(msgspec.Struct, frozen=True, kw_only=True):
    """What the calls of one minute add up to."""

    minute: int
    """Minutes since 1970 in UTC."""
    sums: Sums
    context: int | None
    """Tokens of the largest prompt of the main thread; None where it made no call."""


class SessionMinute(msgspec.Struct, frozen=True, kw_only=True):
    """What one session used in one minute."""

    session: int
    minute: int
    input: int
    output: int
    cache_read: int


def minutes(database: Database, main: int, subagents: Iterable[int] = ()) -> list[Minute]:
    """Add up the calls of a session and of some of its subagents, by their rows, in the order of time.

    Calls whose time nobody knows are left out.
    """
    rows = [main, *subagents]
    context = f"max(CASE WHEN session = ? AND sidechain = 0 THEN {_PROMPT} END) AS context"
    found = database.rows(
        f"SELECT minute, max(context), {SUMS} FROM (SELECT at / {MINUTE} AS minute, {context}, {SUM_CALLS} FROM call "
        f"WHERE session IN ({marks(len(rows))}) AND counted = 1 AND at > 0 GROUP BY at / {MINUTE}) AS one "
        "GROUP BY minute ORDER BY minute",
        [main, *rows],
    )
    return [Minute(minute=row[0], context=row[1], sums=sums_of(row[2:])) for row in found]


def minutes_since(database: Database, since: int, session_id: str | None = None) -> list[SessionMinute]:
    """Add up what each session, or the one of this id, used since a time, minute by minute."""
    which, values = "", [since]
    if session_id is not None:
        which = "AND session IN (SELECT id FROM session WHERE native_id = ?)"
    sums = ", ".join(f"CAST(sum({name}) AS bigint)" for name in ("input", "output", "cache_read"))
    found = database.rows(
        f"SELECT session, at / {MINUTE} AS minute, {sums} FROM call "
        f"WHERE counted = 1 AND at >= ? {which} GROUP BY session, minute ORDER BY session, minute",
        values if session_id is None else [*values, session_id],
    )
    return [SessionMinute(**dict(zip(SessionMinute.__struct_fields__, row, strict=True))) for row in found]


def native_ids(database: Database, sessions: Iterable[int]) -> dict[int, str]:
    """Name sessions by the agents' own ids."""
    return dict(database.rows_in("SELECT id, native_id FROM session WHERE id IN (??)", sessions))


def slices(database: Database, session_ids: Iterable[str], parts: int) -> list[tuple[str, int, int]]:
    """Add up the tokens of each equal part of each session's time, as (session, part, tokens).

    Parts without a call are left out. A call outside its session's times falls into the first part or the last.
    """
    length = "session.last_at - session.first_at + 1"
    place = f"(call.at - session.first_at) * {int(parts)} / ({length})"
    part = f"CASE WHEN {place} < 0 THEN 0 WHEN {place} >= {int(parts)} THEN {int(parts) - 1} ELSE {place} END"
    total = " + ".join(f"call.{name}" for name in TOKEN_FIELDS)
    rows = database.rows_in(
        f"SELECT session.native_id, {part} AS part, CAST(sum({total}) AS bigint) FROM call "
        "JOIN session ON session.id = call.session "
        "WHERE session.native_id IN (??) AND call.counted = 1 AND session.first_at IS NOT NULL "
        "GROUP BY session.native_id, part",
        session_ids,
    )
    return [(row[0], row[1], row[2]) for row in rows]
