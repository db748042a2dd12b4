"""Counting tool calls: how often, how they went, how long they took.

What a stranger would get wrong: several sources tell of one call. A session's own lines count; only of a session
without any is taken what telemetry says of its tools, or else what hooks say.
"""

from dashcam.records.clock import ALL_TIME, Range
from dashcam.records.filters import Filter
from dashcam.store.conditions import Where, of_sessions
from dashcam.store.database import Database, Row
from dashcam.store.totals import QUARTER

GROUPS = ("tool", "session")
_COUNTED = (
    "(event.kind IN ('tool_call', 'tool_result') "
    "OR (event.kind = 'telemetry' AND session.source_kind = 'otlp_log' AND substr(event.name, 1, 12) = 'tool_result:') "
    "OR (event.kind = 'hook' AND session.source_kind IN ('hook', 'counter', 'statusline') "
    "AND (substr(event.name, 1, 12) = 'PostToolUse:' OR substr(event.name, 1, 19) = 'PostToolUseFailure:')))"
)
_STARTED = "CASE WHEN session.relation = 'subagent' THEN session.parent ELSE session.native_id END"
_KEYS = {"tool": "event.name", "session": f"{_STARTED}, session.agent"}
_DIGITS = 3
_LONGEST = 13


def _rounded(column: str) -> str:
    """Cut a number to its first digits, so that there are few different ones of it, each at most 1% too small."""
    steps = [
        f"WHEN {column} < {10**size} THEN {column} / {10 ** (size - _DIGITS)} * {10 ** (size - _DIGITS)}"
        for size in range(_DIGITS + 1, _LONGEST)
    ]
    return f"CASE WHEN {column} < {10**_DIGITS} THEN {column} {' '.join(steps)} ELSE {column} END"


def counted(database: Database, asked: Filter, by: str, *, quiet_since: int) -> list[Row]:
    """Count the tool events that a filter selects, by one of GROUPS.

    A row is (kind, the group's key or keys, how it went, how long it took to about 1%, how many of these). The key of a
    tool is the event's name, in which a pushed event's own word stands before the tool; those of a session are its id
    and its agent, a subagent's those of the session that started it.
    """
    where = of_sessions(asked, quiet_since=quiet_since)
    where.add("event.counted = 1")
    where.add(_COUNTED)
    _in_range(where, asked.range)
    took = _rounded("event.duration_us")
    places = "1, 2, 3, 4" if by == "tool" else "1, 2, 3, 4, 5"
    return database.rows(
        f"SELECT event.kind, {_KEYS[by]}, event.ok, {took}, count(*) "
        f"FROM session JOIN event ON event.session = session.id WHERE {where} GROUP BY {places}",
        where.values,
    )


def _in_range(where: Where, asked: Range) -> None:
    """Only what happened in the range; the kept sums of each quarter say which sessions to look into at all."""
    if asked == ALL_TIME:
        return
    quarters = Where(conditions=[], values=[])
    if asked.since is not None:
        where.add("event.place >= ?", asked.since)
        quarters.add("bucket >= ?", asked.since // QUARTER)
    if asked.until is not None:
        where.add("event.place < ?", asked.until)
        quarters.add("bucket <= ?", asked.until // QUARTER)
    where.add(f"session.id IN (SELECT session FROM activity_bucket WHERE {quarters})", *quarters.values)


def titles(database: Database, session_ids: list[str]) -> dict[tuple[str, str], tuple[str, str]]:
    """Find title and project of sessions by their ids, as {(id, agent): (title, project)}."""
    rows = database.rows_in("SELECT native_id, agent, title, project FROM session WHERE native_id IN (??)", session_ids)
    return {(row[0], row[1]): (row[2], row[3]) for row in rows}
