"""Emptying all derived tables, so that everything is read again from the journal.

What a stranger would get wrong: the journal and the pinned rates are not touched, so old calls keep their prices.
"""

from dashcam.store import words
from dashcam.store.database import Database
from dashcam.store.schema import DERIVED_TABLES


def forget_all(database: Database) -> int:
    """Empty the derived tables and mark every source as unread, in one transaction. Returns how many sources."""
    with database.writing():
        for table in DERIVED_TABLES:
            if table != "chunk":
                database.run(f"DELETE FROM {table}")
        words.empty(database)
        return database.run("UPDATE source SET reader = 0, memory = ?, lines_read = 0", (b"",))
