"""Names that a person may filter by, as far as the database knows them."""

from dashcam.store.database import Database


def agent_names(database: Database) -> list[str]:
    """List the instances of agents that have sessions, those of other machines too."""
    return [str(row[0]) for row in database.rows("SELECT DISTINCT agent_name FROM session ORDER BY agent_name")]
