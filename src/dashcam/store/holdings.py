"""Reading what the database holds: its sources, its sizes, what is unread, what would be lost."""

import msgspec

from dashcam.store.database import Database

_GONE = (
    "SELECT 1 FROM session_fact JOIN source ON source.id = session_fact.source "
    "WHERE session_fact.session = session.id AND source.kind = 'transcript' AND source.current = 1"
)


class SourceGroup(msgspec.Struct, frozen=True, kw_only=True):
    """The sources of one agent in one place, of one kind."""

    agent: str
    agent_name: str
    machine: str
    kind: str
    files: int
    vanished: int
    """Files that are no longer on disk; the journal has them."""
    bytes: int
    lines: int


class SessionGroup(msgspec.Struct, frozen=True, kw_only=True):
    """The sessions of one agent in one place."""

    agent: str
    agent_name: str
    sessions: int
    subagents: int
    calls: int
    last_at: int | None


class Sizes(msgspec.Struct, frozen=True, kw_only=True):
    """What the database takes, in bytes, and what it holds."""

    database: int
    raw: int
    """The journal's lines as the agents wrote them."""
    journal: int
    """The same, compressed."""
    rows: dict[str, int]


def source_groups(database: Database) -> list[SourceGroup]:
    """Add up the sources by agent, place, machine and kind."""
    rows = database.rows(
        "SELECT agent, agent_name, machine, kind, count(*), CAST(sum(missing) AS bigint), "
        'CAST(sum("offset") AS bigint), CAST(sum(lines) AS bigint) FROM source WHERE current = 1 '
        "GROUP BY agent, agent_name, machine, kind ORDER BY 1, 2, 3, 4"
    )
    return [SourceGroup(**dict(zip(SourceGroup.__struct_fields__, row, strict=True))) for row in rows]


def session_groups(database: Database) -> list[SessionGroup]:
    """Count the sessions by agent and place."""
    rows = database.rows(
        "SELECT agent, agent_name, CAST(sum(CASE WHEN relation = 'subagent' THEN 0 ELSE 1 END) AS bigint), "
        "CAST(sum(CASE WHEN relation = 'subagent' THEN 1 ELSE 0 END) AS bigint), CAST(sum(calls) AS bigint), "
        "max(last_at) FROM session GROUP BY agent, agent_name ORDER BY 1, 2"
    )
    return [SessionGroup(**dict(zip(SessionGroup.__struct_fields__, row, strict=True))) for row in rows]


def sizes(database: Database) -> Sizes:
    """Measure the database and its journal."""
    raw, packed = database.one("SELECT CAST(sum(size) AS bigint), CAST(sum(length(data)) AS bigint) FROM frame")
    tables = ("source", "frame", "session", "event", "call", "chunk", "diagnostic", "rate")
    counts = {table: int(database.one(f"SELECT count(*) FROM {table}")[0]) for table in tables}
    return Sizes(database=database.size(), raw=raw or 0, journal=packed or 0, rows=counts)


def quick_check(database: Database) -> list[str]:
    """Look for damage without reading everything; an empty list means that none was found."""
    if database.dialect != "sqlite":
        return []
    found = [str(row[0]) for row in database.rows("PRAGMA quick_check")]
    return [] if found == ["ok"] else found


def counts_of_sessions(database: Database) -> dict[str, int]:
    """Count the sessions whose numbers need a word.

    `vanished`: no transcript is on disk any more; `known_by_name`: their transcripts were never seen;
    `without_usage`: the agent answered, but no source says what that used.
    """
    told = "relation <> 'subagent'"
    where = {
        "vanished": f"{told} AND EXISTS ({_GONE}) AND NOT EXISTS ({_GONE} AND source.missing = 0)",
        "known_by_name": f"{told} AND source_kind = 'sidecar' AND commands_only = 0",
        "without_usage": "answers > 0 AND calls = 0 AND inherited_calls = 0",
    }
    return {
        name: int(database.one(f"SELECT count(*) FROM session WHERE {condition}")[0])
        for name, condition in where.items()
    }


def paths(database: Database, *, machine: str) -> list[tuple[str, str]]:
    """List the agent and the path of every source of a machine that is on disk."""
    rows = database.rows(
        "SELECT agent, path FROM source WHERE machine = ? AND current = 1 AND missing = 0 ORDER BY path",
        (machine,),
    )
    return [(str(agent), str(path)) for agent, path in rows]


def readers(database: Database) -> list[tuple[str, str, int, int, int]]:
    """Count sources by agent, machine, version of their reader, and whether all their lines were read."""
    rows = database.rows(
        "SELECT agent, machine, reader, CASE WHEN lines_read < lines THEN 1 ELSE 0 END AS unfinished, count(*) "
        "FROM source GROUP BY agent, machine, reader, unfinished ORDER BY 1, 2, 3, 4"
    )
    return [(str(row[0]), str(row[1]), int(row[2]), int(row[3]), int(row[4])) for row in rows]


def sources_of(database: Database, session_rows: list[int]) -> list[int]:
    """List the current sources that tell of these sessions, and of no other unless they are transcripts."""
    found = {
        row[0]
        for row in database.rows_in(
            "SELECT DISTINCT session_fact.source FROM session_fact JOIN source ON source.id = session_fact.source "
            "WHERE source.current = 1 AND session_fact.session IN (??)",
            session_rows,
        )
    }
    chosen = set(session_rows)
    shared = {
        source
        for source, session in database.rows_in(
            "SELECT session_fact.source, session_fact.session FROM session_fact JOIN source "
            "ON source.id = session_fact.source WHERE source.kind = 'sidecar' AND source.id IN (??)",
            sorted(found),
        )
        if session not in chosen
    }
    return sorted(found - shared)
