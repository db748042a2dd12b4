"""A whole session in columns: every event and every call of it, quick enough for tens of thousands."""

from collections.abc import Sequence

from dashcam.records.event import EVENT_KINDS
from dashcam.store.conditions import Where
from dashcam.store.database import Database, Row, marks
from dashcam.store.settle import AGAIN

EVENT = ("source", "line", "part", "at", "kind", "name", "ok", "duration_us", "lines_added", "lines_removed", "counted")
CALL = ("source", "line", "key", "at", "model", "cost_nano", "input", "output", "cache_read", "cache_write")


def event_rows(database: Database, session: int, kinds: Sequence[str]) -> list[Row]:
    """List a session's events of some kinds in their order, each as the columns of EVENT."""
    where = Where(conditions=[], values=[])
    where.add("session = ?", session)
    where.add(f"counted > {AGAIN}")
    if not set(kinds) >= set(EVENT_KINDS):
        where.add(f"kind IN ({marks(len(kinds))})", *kinds)
    return database.rows(
        f"SELECT {', '.join(EVENT)} FROM event WHERE {where} ORDER BY place, source, line, part", where.values
    )


def call_rows(database: Database, session: int) -> list[Row]:
    """List the calls that count for a session in the order of time, each as the columns of CALL."""
    columns = ", ".join(CALL).replace("cache_write", "cache_write_5m + cache_write_1h")
    return database.rows(
        f"SELECT {columns} FROM call WHERE session = ? AND counted = 1 ORDER BY at, key, variant", (session,)
    )
