"""A filter as the WHERE of a statement over `session`. Text from a person only ever travels as a value."""

import msgspec

from dashcam.records.filters import Filter
from dashcam.store.database import Value, marks


class Where(msgspec.Struct, kw_only=True):
    """Conditions that all must hold, and their values in order."""

    conditions: list[str] = []
    values: list[Value] = []

    def add(self, condition: str, *values: Value) -> None:
        """Add a condition."""
        self.conditions.append(condition)
        self.values += values

    def __str__(self) -> str:
        return " AND ".join(self.conditions) or "1 = 1"


STATUS = (
    "CASE WHEN session.state IN ('failed', 'stopped', 'completed') THEN session.state "
    "WHEN session.last_at IS NULL OR session.last_at < ? THEN 'completed' "
    "WHEN session.state = 'waiting' THEN 'waiting' ELSE 'running' END"
)
"""A session's status; its one value is the time before which silence means that a session is over."""


def of_sessions(asked: Filter, *, quiet_since: int) -> Where:
    """Write the conditions on the session itself: all but the range, which selects what happened in it."""
    where = Where(conditions=[], values=[])
    for column, wanted in (
        ("agent", asked.agents),
        ("agent_name", asked.agent_names),
        ("branch", asked.branches),
        ("project", asked.whole_projects),
        ("native_id", asked.exact_sessions),
    ):
        if wanted:
            where.add(f"session.{column} IN ({marks(len(wanted))})", *wanted)
    for column, parts in (("project", asked.projects), ("models", asked.models)):
        if parts:
            where.add("(" + " OR ".join(contains(f"session.{column}") for _ in parts) + ")", *map(pattern, parts))
    if asked.sessions:
        some = marks(len(asked.sessions))
        where.add(
            f"(session.native_id IN ({some}) OR (session.relation = 'subagent' AND session.parent IN ({some})))",
            *asked.sessions,
            *asked.sessions,
        )
    if asked.statuses:
        where.add(f"{STATUS} IN ({marks(len(asked.statuses))})", quiet_since, *asked.statuses)
    if asked.text:
        columns = ("title", "first_prompt", "project", "native_id")
        where.add(
            "(" + " OR ".join(contains(f"session.{name}") for name in columns) + ")",
            *[pattern(asked.text)] * 4,
        )
    if asked.top_level:
        where.add("session.relation <> 'subagent'")
    return where


def contains(column: str) -> str:
    """Write a test for a part of a text in any case; its value is a `pattern`.

    The database makes both sides small letters, as far as it can: SQLite knows only those of ASCII.
    """
    return f"lower({column}) LIKE lower(?) ESCAPE '!'"


def pattern(part: str) -> str:
    """Make the LIKE pattern of a part: its own wildcards are plain signs."""
    plain = part.replace("!", "!!").replace("%", "!%").replace("_", "!_")
    return f"%{plain}%"
