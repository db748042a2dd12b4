"""Reading what the agents themselves say a session used.

What a stranger would get wrong: an agent's total is cumulative, so only its last one counts, and a fork's begins
where its parent's stood.
"""

from itertools import groupby

import msgspec

from dashcam.store.database import Database, Row

_TOTAL = (
    "session, source, line, at, model, input, output, cache_read, cache_write_5m, cache_write_1h, web_searches, "
    "cost_nano"
)


class AgentTotal(msgspec.Struct, frozen=True, kw_only=True):
    """The last total that an agent wrote for one model of a session."""

    session: int
    source: int
    line: int
    at: int
    model: str
    input: int
    output: int
    cache_read: int
    cache_write_5m: int
    cache_write_1h: int
    web_searches: int
    cost_nano: int | None


def last_totals(database: Database) -> dict[int, list[AgentTotal]]:
    """Give the last total of every session that has one, by the session's row."""
    rows = database.rows(f"SELECT {_TOTAL} FROM reported_total ORDER BY session, at, line, source, model")
    return {int(session): _last(list(group)) for session, group in groupby(rows, key=lambda row: row[0])}


def last_total(database: Database, session: int, *, until: int | None = None) -> list[AgentTotal]:
    """Give the last total of one session, up to a time; empty where there is none."""
    before, values = ("", [session]) if until is None else (" AND at <= ?", [session, until])
    rows = database.rows(
        f"SELECT {_TOTAL} FROM reported_total WHERE session = ?{before} ORDER BY at, line, source, model",
        values,
    )
    return _last(rows) if rows else []


def _last(rows: list[Row]) -> list[AgentTotal]:
    place = rows[-1][1:3]
    names = AgentTotal.__struct_fields__
    return [AgentTotal(**dict(zip(names, row, strict=True))) for row in rows if row[1:3] == place]


def births_of_forks(database: Database) -> dict[int, int]:
    """Say when each fork began, by its row: its parent's total of that time is no spending of its own."""
    return dict(database.rows("SELECT id, born FROM session WHERE relation = 'fork' AND born IS NOT NULL"))


def parent_of(database: Database, session: int) -> int | None:
    """Find the session that a fork was made from; None where it is not known."""
    found = database.rows(
        "SELECT parent.id FROM session AS child JOIN session AS parent ON parent.native_id = child.parent "
        "AND parent.agent = child.agent WHERE child.id = ?",
        (session,),
    )
    return found[0][0] if found else None
