"""The file that a session was written in, byte for byte, out of the journal."""

from dashcam.records.errors import NotFound
from dashcam.records.rows import SessionRow
from dashcam.store import holdings, sources
from dashcam.store.batch import KnownSource
from dashcam.store.database import Database


def original_of(database: Database, session: SessionRow) -> KnownSource:
    """Find the session's own file; of several, the one read last. Raises NotFound."""
    found = sources.by_ids(database, holdings.sources_of(database, [session.row]))
    own = [source for source in found.values() if source.source.kind != "sidecar"]
    if not own:
        raise NotFound(
            f"the journal has no file of session {session.session_id}",
            "It is only known by what other files say of it.",
        )
    return max(own, key=lambda source: (source.current, source.source.kind == "transcript", source.bookmark.mtime_ns))
