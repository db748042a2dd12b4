"""Reading hook events across all sessions, in the order in which they arrived."""

from collections.abc import Sequence

import msgspec

from dashcam.store.database import Database, Row

Place = tuple[int, int]
"""Source and line of an event: later ones arrived later, for a file of hooks is of one hour."""

_EVENT = (
    "SELECT event.source, event.line, event.at, event.name, session.native_id, session.project, session.agent "
    "FROM event JOIN session ON session.id = event.session WHERE event.kind = 'hook' AND event.source IN ({marks}) "
)
_SOURCES = "SELECT id, lines FROM source WHERE kind = 'hook' ORDER BY id DESC"


class HookRow(msgspec.Struct, frozen=True, kw_only=True):
    """One hook event, and where its line stands."""

    source: int
    line: int
    at: int
    name: str
    session: str
    project: str
    agent: str


def latest(database: Database, limit: int) -> list[HookRow]:
    """List the events that arrived last, the oldest of them first."""
    sources: list[int] = []
    lines = 0
    for source, count in database.rows(_SOURCES):
        sources.append(source)
        lines += count
        # Some of the lines are no events, or told twice: a spare file does no harm.
        if lines >= 2 * limit:
            break
    if not sources:
        return []
    order = "ORDER BY event.source DESC, event.line DESC LIMIT ?"
    return _rows(database.rows(_of(sources) + order, [*sources, limit]))[::-1]


def behind(database: Database, place: Place, limit: int) -> list[HookRow]:
    """List the events that arrived behind a place, the oldest first."""
    sources = [source for source, _ in database.rows(_SOURCES) if source >= place[0]]
    if not sources:
        return []
    more = "AND (event.source > ? OR event.line > ?) ORDER BY event.source, event.line LIMIT ?"
    return _rows(database.rows(_of(sources) + more, [*sources, *place, limit]))


def _of(sources: Sequence[int]) -> str:
    return _EVENT.format(marks=", ".join("?" for _ in sources))


def _rows(rows: Sequence[Row]) -> list[HookRow]:
    names = HookRow.__struct_fields__
    return [HookRow(**dict(zip(names, row, strict=True))) for row in rows]
