"""Finding the stretches of lines that may hold what is searched for; what exactly matches, their lines tell."""

from collections.abc import Sequence

import msgspec

from dashcam.records.clock import ALL_TIME
from dashcam.records.filters import Filter
from dashcam.store import words
from dashcam.store.conditions import of_sessions
from dashcam.store.database import Database


class Stretch(msgspec.Struct, frozen=True, kw_only=True):
    """Some lines of a source in which all wanted words stand."""

    source: int
    first_line: int
    last_line: int
    last_at: int


def stretches(
    database: Database, terms: Sequence[str], asked: Filter, *, quiet_since: int, offset: int, limit: int
) -> list[Stretch]:
    """List stretches that hold words beginning with all that the terms consist of, the newest first."""
    condition, values = words.condition(database, words.matching(terms))
    where = of_sessions(asked, quiet_since=quiet_since)
    if where.conditions:
        inside = (
            "chunk.source IN (SELECT session_fact.source FROM session_fact JOIN session "
            f"ON session.id = session_fact.session WHERE {where})"
        )
    else:
        inside = "1 = 1"
    span, spanned = "1 = 1", []
    if asked.range != ALL_TIME and asked.range.since is not None:
        span, spanned = "chunk.last_at >= ?", [asked.range.since]
    rows = database.rows(
        "SELECT chunk.source, chunk.first_line, chunk.last_line, chunk.last_at FROM chunk "
        "JOIN source ON source.id = chunk.source "
        f"WHERE source.current = 1 AND {condition} AND {inside} AND {span} "
        "ORDER BY chunk.last_at DESC, chunk.id DESC LIMIT ? OFFSET ?",
        [*values, *where.values, *spanned, limit, offset],
    )
    return [Stretch(source=row[0], first_line=row[1], last_line=row[2], last_at=row[3]) for row in rows]
