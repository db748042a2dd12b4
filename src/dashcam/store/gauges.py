"""Counting for whoever watches dashcam itself: sessions by status, and lines that could not be read."""

from dashcam.records.filters import Filter
from dashcam.store.conditions import STATUS
from dashcam.store.database import Database
from dashcam.store.sessions import joined


def sessions_by_status(database: Database, *, quiet_since: int) -> list[tuple[str, str, int]]:
    """Count the sessions that are listed by agent and status; subagents are part of the sessions that started them."""
    source, values, _, where = joined(Filter(top_level=True), quiet_since, with_sums=False)
    rows = database.rows(
        f"SELECT session.agent, {STATUS}, count(*) FROM {source} WHERE {where} GROUP BY 1, 2 ORDER BY 1, 2",
        [quiet_since, *values, *where.values],
    )
    return [(str(agent), str(status), int(count)) for agent, status, count in rows]


def diagnostics_by_code(database: Database) -> list[tuple[str, str, int]]:
    """Add up what could not be read by agent and kind of trouble."""
    rows = database.rows(
        "SELECT source.agent, diagnostic.code, CAST(sum(diagnostic.count) AS bigint) "
        "FROM diagnostic JOIN source ON source.id = diagnostic.source GROUP BY 1, 2 ORDER BY 1, 2"
    )
    return [(str(agent), str(code), int(count)) for agent, code, count in rows]
