"""The journal: every line ever read, byte for byte, in compressed frames.

An append is a small frame of its own. Small frames are merged twice on their way to about 1 MiB, so that each byte is
written three times at most. Only the very last line of a source may lack its newline.
"""

from collections.abc import Iterator
from contextlib import suppress
from threading import local

import zstandard

from dashcam.records.errors import DatabaseDamaged
from dashcam.store.database import Database

FRAME_BYTES = 1 << 20
SMALL_FRAME_BYTES = 64 << 10
LEVEL = 3
FRAMES_AT_ONCE = 512
"""Looked at when small frames are merged; as many small ones are merged whatever their size."""

DAMAGE_HINT = "Run `dashcam db verify`; a copy made by `dashcam db backup` can take the database's place."

_COLUMNS = ("source", "first_line", "lines", "size", "data")


class FrameDamaged(DatabaseDamaged):
    """The bytes of one frame cannot be unpacked; all others may be sound."""


class _Codecs(local):
    """What packs and unpacks, for each thread its own: two that share one spoil each other's frames, or crash."""

    compressor: zstandard.ZstdCompressor | None = None
    decompressor: zstandard.ZstdDecompressor | None = None


_CODECS = _Codecs()


def _compressor() -> zstandard.ZstdCompressor:
    if _CODECS.compressor is None:
        _CODECS.compressor = zstandard.ZstdCompressor(level=LEVEL)
    return _CODECS.compressor


def _decompressor() -> zstandard.ZstdDecompressor:
    if _CODECS.decompressor is None:
        _CODECS.decompressor = zstandard.ZstdDecompressor()
    return _CODECS.decompressor


def compress(raw: bytes) -> bytes:
    """Make the data of a frame."""
    if len(raw) <= FRAME_BYTES:
        return _compressor().compress(raw)
    # At once it would take as much room for its answer as it was given.
    stream = _compressor().compressobj(size=len(raw))
    view = memoryview(raw)
    packed = [stream.compress(view[at : at + FRAME_BYTES]) for at in range(0, len(raw), FRAME_BYTES)]
    return b"".join([*packed, stream.flush()])


def expand(data: bytes) -> bytes:
    """Give back the bytes of a frame. Raises FrameDamaged."""
    try:
        return _decompressor().decompress(data)
    except zstandard.ZstdError as error:
        raise FrameDamaged(f"a frame of the journal is damaged: {error}", DAMAGE_HINT) from error


Frame = tuple[int, int, int, bytes]
"""First line, number of lines, size and data."""


def split_lines(raw: bytes) -> list[bytes]:
    """Cut bytes into lines without their newlines; what ends in a newline has no empty line behind it."""
    lines = raw.split(b"\n")
    if not lines[-1]:
        lines.pop()
    return lines


def whole_frame(raw: bytes, first_line: int) -> Frame:
    """Make one frame of a document, which is one line however many newlines it holds."""
    return first_line, 1, len(raw), compress(raw)


def frames_of(raw: bytes, first_line: int) -> list[Frame]:
    """Cut whole lines into frames: first line, number of lines, size and data of each. A long line is not cut."""
    frames = []
    start = 0
    while start < len(raw):
        end = len(raw)
        if end - start > FRAME_BYTES:
            cut = raw.rfind(b"\n", start, start + FRAME_BYTES) + 1 or raw.find(b"\n", start + FRAME_BYTES) + 1
            end = cut or end
        piece = raw[start:end]
        count = piece.count(b"\n") + (not piece.endswith(b"\n"))
        frames.append((first_line, count, len(piece), compress(piece)))
        first_line += count
        start = end
    return frames


def append(database: Database, source: int, frames: list[Frame], *, merge: bool) -> None:
    """Add frames behind the last one of a source, and merge small ones where asked to."""
    database.copy("frame", _COLUMNS, [(source, *frame) for frame in frames])
    first_line, _, size, _ = frames[-1]
    if merge and size < FRAME_BYTES and first_line > 0:
        _merge(database, source)


def end_last_line(database: Database, source: int, end: bytes) -> None:
    """Add the newline that the last line of a source was read without; a damaged frame is left as it is."""
    first_line, size, data = database.one(
        "SELECT first_line, size, data FROM frame WHERE source = ? ORDER BY first_line DESC LIMIT 1",
        (source,),
    )
    with suppress(FrameDamaged):
        database.run(
            "UPDATE frame SET size = ?, data = ? WHERE source = ? AND first_line = ?",
            (size + len(end), compress(expand(data) + end), source, first_line),
        )


def _merge(database: Database, source: int) -> None:
    """Join the small frames at the end of a source, once together they make a larger one."""
    for limit in (SMALL_FRAME_BYTES, FRAME_BYTES):
        sizes = database.rows(
            f"SELECT first_line, size FROM frame WHERE source = ? ORDER BY first_line DESC LIMIT {FRAMES_AT_ONCE}",
            (source,),
        )
        run: list[int] = []
        total = 0
        for first_line, size in sizes:
            if size >= limit or total + size > FRAME_BYTES:
                break
            run.append(first_line)
            total += size
        if len(run) > 1 and (total >= limit or (len(run) == len(sizes) == FRAMES_AT_ONCE)):
            _join(database, source, first=run[-1])


def _join(database: Database, source: int, *, first: int) -> None:
    found = database.rows(
        "SELECT lines, data FROM frame WHERE source = ? AND first_line >= ? ORDER BY first_line",
        (source, first),
    )
    try:
        raw = b"".join(expand(data) for _, data in found)
    except FrameDamaged:
        # One hurt frame must not keep new lines out: they stay unmerged behind it, and `verify` tells of it.
        return
    database.run("DELETE FROM frame WHERE source = ? AND first_line >= ?", (source, first))
    row = (source, first, sum(lines for lines, _ in found), len(raw), compress(raw))
    database.copy("frame", _COLUMNS, [row])


def pieces(database: Database, source: int, *, first_line: int = 0) -> Iterator[tuple[int, bytes]]:
    """Yield the bytes of a source frame by frame, each with its first line's number; one frame in memory.

    Raises FrameDamaged.
    """
    wanted = database.rows(
        "SELECT first_line FROM frame WHERE source = ? AND first_line + lines > ? ORDER BY first_line",
        (source, first_line),
    )
    for (first,) in wanted:
        data = database.one("SELECT data FROM frame WHERE source = ? AND first_line = ?", (source, first))[0]
        yield first, expand(data)


def check(database: Database, source: int) -> None:
    """Unpack every frame of a source, to know that it can be read again. Raises FrameDamaged."""
    for _ in pieces(database, source):
        pass


def frame_at(database: Database, source: int, line: int) -> tuple[int, int, bytes] | None:
    """Find the frame that holds a line: its first line, its number of lines, its bytes."""
    found = database.rows(
        "SELECT first_line, lines, data FROM frame WHERE source = ? AND first_line <= ? "
        "ORDER BY first_line DESC LIMIT 1",
        (source, line),
    )
    if not found or line >= found[0][0] + found[0][1]:
        return None
    first, lines, data = found[0]
    return first, lines, expand(data)
