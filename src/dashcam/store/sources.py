"""The table of sources: what was read, and how far."""

from collections.abc import Iterable, Iterator

import msgspec

from dashcam.records.source import Bookmark, Source
from dashcam.store import journal
from dashcam.store.batch import Advance, KnownSource
from dashcam.store.database import Database, Row, Value

_COLUMNS = (
    "id, machine, agent, agent_name, kind, shape, path, generation, current, missing, size, mtime_ns, inode, device, "
    '"offset", lines, head, tail, reader, memory, lines_read'
)
_BOOKMARK = (
    "size",
    "mtime_ns",
    "inode",
    "device",
    "offset",
    "lines",
    "head",
    "tail",
    "reader",
    "memory",
    "lines_read",
)
_NEW = (
    "machine",
    "agent",
    "agent_name",
    "kind",
    "shape",
    "path",
    "generation",
    "current",
    "missing",
    *_BOOKMARK,
)
_UPDATE = ", ".join(f'"{name}" = ?' for name in _BOOKMARK)


def known(database: Database, *, machine: str | None = None) -> list[KnownSource]:
    """List all sources in the order of their paths, without the readers' memories: they are many, and seldom needed."""
    columns = _COLUMNS.replace("memory", "NULL")
    where, values = ("WHERE machine = ?", [machine]) if machine is not None else ("", [])
    return [
        _known(row) for row in database.rows(f"SELECT {columns} FROM source {where} ORDER BY path, generation", values)
    ]


def is_any_known(database: Database) -> bool:
    """Whether anything was ever read."""
    return bool(database.rows("SELECT 1 FROM source LIMIT 1"))


def by_ids(database: Database, ids: Iterable[int]) -> dict[int, KnownSource]:
    """Find sources by their row ids."""
    return {row[0]: _known(row) for row in database.rows_in(f"SELECT {_COLUMNS} FROM source WHERE id IN (??)", ids)}


def bookmark_of(database: Database, known: KnownSource) -> Bookmark:
    """Give the bookmark that a list of sources told, with the reader's memory of that moment.

    Where another process has moved the bookmark meanwhile the memory is left out: what is read by it comes too late.
    """
    found = database.rows(
        'SELECT memory FROM source WHERE id = ? AND "offset" = ? AND lines_read = ? AND reader = ?',
        (known.id, known.bookmark.offset, known.lines_read, known.bookmark.reader),
    )
    return msgspec.structs.replace(known.bookmark, memory=bytes(found[0][0])) if found else known.bookmark


def contents(database: Database, known: KnownSource) -> Iterator[bytes]:
    """Yield a source's bytes from the journal; of a document its last version. Raises FrameDamaged."""
    first = max(known.bookmark.lines - 1, 0) if known.source.shape == "document" else 0
    for _, raw in journal.pieces(database, known.id, first_line=first):
        yield raw


def find(database: Database, machine: str, path: str) -> KnownSource | None:
    """Find the current generation of a source."""
    found = database.rows(
        f"SELECT {_COLUMNS} FROM source WHERE machine = ? AND path = ? AND current = 1 "
        "ORDER BY generation DESC LIMIT 1",
        (machine, path),
    )
    return _known(found[0]) if found else None


def _known(row: Row) -> KnownSource:
    (ident, machine, agent, agent_name, kind, shape, path, generation, current, missing, *rest) = row
    size, mtime_ns, inode, device, offset, lines, head, tail, reader, memory, lines_read = rest
    return KnownSource(
        id=ident,
        source=Source(agent=agent, agent_name=agent_name, kind=kind, shape=shape, path=path, machine=machine),
        generation=generation,
        current=bool(current),
        missing=bool(missing),
        bookmark=Bookmark(
            size=size,
            mtime_ns=mtime_ns,
            inode=inode,
            device=device,
            offset=offset,
            lines=lines,
            head=bytes(head),
            tail=bytes(tail),
            memory=bytes(memory or b""),
            reader=reader,
        ),
        lines_read=lines_read,
    )


def advance(database: Database, news: Advance) -> tuple[int, int | None] | None:
    """Move a source's bookmark; begin the source or a new generation of it where there is none.

    Returns the source's row id and, for a replaced file, the row id of the generation before.
    Returns None if the bookmark is no longer the one that the reading began from.
    """
    if news.row is None:
        held = find(database, news.source.machine, news.source.path)
    else:
        held = by_ids(database, [news.row]).get(news.row)
    if held is None:
        return (_begin(database, news), None) if news.expected.offset == 0 else None
    if (held.bookmark.offset, held.lines_read) != (
        news.expected.offset,
        news.first_line,
    ) and not news.replaced:
        return None
    if news.replaced:
        if (held.bookmark.offset, held.bookmark.tail) != (news.expected.offset, news.expected.tail):
            return None
        database.run("UPDATE source SET current = 0 WHERE id = ?", (held.id,))
        return _begin(database, news), held.id
    database.run(f"UPDATE source SET {_UPDATE}, missing = 0 WHERE id = ?", (*_marks(news), held.id))
    return held.id, None


def _begin(database: Database, news: Advance) -> int:
    source = news.source
    generation = _next_generation(database, source.machine, source.path)
    names: tuple[Value, ...] = (
        source.machine, source.agent, source.agent_name, source.kind, source.shape, source.path, generation, 1, 0,
    )  # fmt: skip
    return database.insert_one("source", _NEW, (*names, *_marks(news)))


def _next_generation(database: Database, machine: str, path: str) -> int:
    """Count on from all files that ever stood at a path: a moved one leaves its older generations behind."""
    asked = "SELECT coalesce(max(generation), -1) + 1 FROM source WHERE machine = ? AND path = ?"
    return int(database.one(asked, (machine, path))[0])


def _marks(news: Advance) -> tuple[Value, ...]:
    mark = news.bookmark
    return (
        mark.size, mark.mtime_ns, mark.inode, mark.device, mark.offset, mark.lines, mark.head, mark.tail, mark.reader,
        mark.memory, news.lines_read,
    )  # fmt: skip


def touch(database: Database, ident: int, mark: Bookmark) -> None:
    """Remember a file's new stat, its lines being the same."""
    database.run(
        "UPDATE source SET size = ?, mtime_ns = ?, inode = ?, device = ?, missing = 0 WHERE id = ?",
        (mark.size, mark.mtime_ns, mark.inode, mark.device, ident),
    )


def set_missing(database: Database, idents: Iterable[int]) -> None:
    """Remember that files have vanished. What was read of them stays."""
    database.run_in("UPDATE source SET missing = 1 WHERE id IN (??)", idents)


def move(database: Database, ident: int, path: str) -> None:
    """Remember that a file was renamed."""
    machine = str(database.one("SELECT machine FROM source WHERE id = ?", (ident,))[0])
    generation = _next_generation(database, machine, path)
    database.run("UPDATE source SET path = ?, generation = ?, missing = 0 WHERE id = ?", (path, generation, ident))
