"""Proving that the database is sound: its files, its journal, and that every total equals a recount.

What a stranger would get wrong: the journal's frames are checked by unpacking each of them, so a check of a large
history takes as long as reading it.
"""

from collections.abc import Callable, Iterator

import msgspec

from dashcam.store import journal
from dashcam.store.database import Database, Row
from dashcam.store.totals import ACTIVITY, SUM_CALLS, USAGE

SHOWN = 20
"""How many faults of one kind are told; a broken table would else fill the screen."""

Tick = Callable[[int], None]


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is not as it must be."""

    where: str
    why: str
    in_journal: bool = False
    """True where the journal itself is hurt; all else `rebuild` mends."""


def journal_bytes(database: Database) -> int:
    """Say how many bytes of lines a check has to unpack."""
    return int(database.one("SELECT coalesce(CAST(sum(size) AS bigint), 0) FROM frame")[0])


def verify(database: Database, tick: Tick = lambda _bytes: None) -> Iterator[Fault]:
    """Yield every fault: of the files first, then of the journal, then of the totals."""
    for said in database.check():
        yield Fault(where="database", why=said, in_journal=True)
    yield from _journal(database, tick)
    yield from _ownership(database)
    yield from _totals(database)


def _journal(database: Database, tick: Tick) -> Iterator[Fault]:
    sources = database.rows('SELECT id, path, shape, "offset", lines, lines_read FROM source ORDER BY id')
    for ident, path, shape, offset, lines, lines_read in sources:
        size, count = 0, 0
        for fault in _frames(database, ident, path, shape, tick):
            if isinstance(fault, Fault):
                yield fault
            else:
                size, count = fault
        if (size, count) != (offset, lines):
            why = f"the journal holds {size:,} bytes in {count:,} lines, the bookmark says {offset:,} in {lines:,}"
            yield Fault(where=path, why=why, in_journal=True)
        if lines_read > lines:
            yield Fault(where=path, why=f"{lines_read:,} lines are said to be read, but there are {lines:,}")
    known = {row[0] for row in sources}
    for (ident,) in database.rows("SELECT DISTINCT source FROM frame"):
        if ident not in known:
            yield Fault(
                where=f"source {ident}",
                why="the journal holds lines of a source that is not known",
                in_journal=True,
            )


def _frames(database: Database, source: int, path: str, shape: str, tick: Tick) -> Iterator[Fault | tuple[int, int]]:
    """Unpack a source's frames one by one; the last thing yielded is its bytes and lines."""
    size = count = 0
    listed = database.rows("SELECT first_line, lines, size FROM frame WHERE source = ? ORDER BY first_line", (source,))
    for first_line, lines, said in listed:
        if first_line != count:
            yield Fault(
                where=path,
                why=f"lines {count:,} to {first_line - 1:,} are missing from the journal",
                in_journal=True,
            )
        try:
            data = database.one("SELECT data FROM frame WHERE source = ? AND first_line = ?", (source, first_line))[0]
            raw = journal.expand(data)
        except journal.FrameDamaged as error:
            yield Fault(
                where=path,
                why=f"the frame at line {first_line:,} cannot be unpacked: {error.message}",
                in_journal=True,
            )
            raw = b""
        found = len(journal.split_lines(raw)) if shape == "lines" else 1
        if raw and (len(raw), found) != (said, lines):
            holds = f"{len(raw):,} bytes in {found:,} lines, not {said:,} in {lines:,}"
            why = f"the frame at line {first_line:,} holds {holds}"
            yield Fault(where=path, why=why, in_journal=True)
        size, count = size + len(raw), first_line + lines
        tick(said)
    yield size, count


def _ownership(database: Database) -> Iterator[Fault]:
    for (key,) in database.rows(f"SELECT key FROM call GROUP BY key HAVING max(counted) = 0 LIMIT {SHOWN}"):
        yield Fault(where=f"call {key}", why="no account of it counts")
    for key, variant in database.rows(
        f"SELECT key, variant FROM call GROUP BY key, variant HAVING sum(counted) > 1 LIMIT {SHOWN}"
    ):
        yield Fault(where=f"call {key} {variant}".rstrip(), why="it is counted more than once")


def _totals(database: Database) -> Iterator[Fault]:
    """Compare each session's row and buckets with a recount from its calls and events."""
    usage = ", ".join(f"CAST(sum({name}) AS bigint)" for name in USAGE)
    activity = ", ".join(f"CAST(sum({name}) AS bigint)" for name in ACTIVITY)
    counted = f"(SELECT session, {SUM_CALLS} FROM call WHERE counted = 1 GROUP BY session)"
    recount = _by_session(database, f"SELECT session, {usage} FROM {counted} AS found GROUP BY session")
    buckets = _by_session(database, f"SELECT session, {usage} FROM usage_bucket GROUP BY session")
    doings = _by_session(database, f"SELECT session, {activity} FROM activity_bucket GROUP BY session")
    events = _by_session(database, "SELECT session, count(*) FROM event WHERE counted = 1 GROUP BY session")
    columns = ", ".join(USAGE[:-1] + ACTIVITY)
    shown = 0
    for ident, native_id, *row in database.rows(f"SELECT id, native_id, {columns} FROM session ORDER BY id"):
        kept, done = tuple(row[: len(USAGE) - 1]), tuple(row[len(USAGE) - 1 :])
        for why in (
            _difference("the session's row", USAGE[:-1], kept, recount.get(ident)),
            _difference("the sums by time", USAGE, buckets.get(ident), recount.get(ident)),
            _difference("the session's row", ACTIVITY, done, doings.get(ident)),
            _difference("the sums by time", ("events",), doings.get(ident), events.get(ident)),
        ):
            if why and shown < SHOWN:
                shown += 1
                yield Fault(where=f"session {native_id}", why=why)


def _by_session(database: Database, statement: str) -> dict[int, Row]:
    return {int(row[0]): tuple(row[1:]) for row in database.rows(statement)}


def _difference(what: str, names: tuple[str, ...], kept: Row | None, recount: Row | None) -> str:
    """Say which numbers differ; nothing to add up is 0."""
    said = kept or (0,) * len(names)
    found = recount or (0,) * len(names)
    wrong = [
        f"{name} {one or 0:,} instead of {other or 0:,}"
        for name, one, other in zip(names, said, found, strict=False)
        if (one or 0) != (other or 0)
    ]
    return f"{what} says {', '.join(wrong)}" if wrong else ""
