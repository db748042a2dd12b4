"""Names that a person may filter by, as far as the database knows them."""

import msgspec

from dashcam.store.database import Database

COLUMNS = ("agent", "agent_name", "project", "branch", "models")


class Name(msgspec.Struct, frozen=True, kw_only=True):
    """A value that sessions have in common."""

    name: str
    sessions: int
    last_at: int | None


def used(database: Database, column: str, *, limit: int) -> list[Name]:
    """List the values of one of COLUMNS, those of the latest sessions first. `models` are lists of names in a text."""
    rows = database.rows(
        f"SELECT {column}, count(*), max(last_at) FROM session WHERE {column} <> '' GROUP BY {column} "
        f"ORDER BY coalesce(max(last_at), 0) DESC, {column} LIMIT ?",
        (limit,),
    )
    return [Name(name=row[0], sessions=row[1], last_at=row[2]) for row in rows]


def agent_names(database: Database) -> list[str]:
    """List the instances of agents that have sessions, those of other machines too."""
    return [str(row[0]) for row in database.rows("SELECT DISTINCT agent_name FROM session ORDER BY agent_name")]
