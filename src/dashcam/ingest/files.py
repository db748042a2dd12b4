"""Reading what is new in a file: whole lines only, from the bookmark, in pieces of a bounded size.

A file is recognised by the first and the last bytes that were read of it. If they are no longer there the file was
replaced, and all of it is new.
"""

from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO

import msgspec
import zstandard

from dashcam.agents.agent import Candidate
from dashcam.records.source import Bookmark

PIECE_BYTES = 8 << 20
MARK_BYTES = 1024


class Piece(msgspec.Struct, frozen=True, kw_only=True):
    """New whole lines, and the bookmark behind them (without the reader's memory)."""

    raw: bytes
    last_line_end: bytes
    """The newline of the line before, where it was read without."""
    bookmark: Bookmark


def digest(data: bytes) -> bytes:
    """Make the mark that a stretch of a file is recognised by."""
    return blake2b(data, digest_size=16).digest()


def open_lines(candidate: Candidate) -> BinaryIO:
    """Open a file for reading, unpacking it on the way if it is compressed. Raises OSError."""
    plain = Path(candidate.file).open("rb")  # noqa: SIM115  the caller closes it
    if not candidate.compressed:
        return plain
    return zstandard.ZstdDecompressor().stream_reader(plain, closefd=True, read_across_frames=True)


def is_continued(candidate: Candidate, bookmark: Bookmark) -> bool:
    """Whether the file still begins with what was read of it. Raises OSError."""
    try:
        with open_lines(candidate) as file:
            head = _read_fully(file, min(bookmark.offset, MARK_BYTES))
            if digest(head) != bookmark.head:
                return False
            tail = _skip_to(file, len(head), bookmark.offset, head)
            return tail is not None and digest(tail) == bookmark.tail and not _is_joined(tail, file.read(MARK_BYTES))
    except zstandard.ZstdError as error:
        raise OSError(f"damaged compression: {error}") from error


def _is_joined(before: bytes, behind: bytes) -> bool:
    """Whether a line that was read as whole has gone on: a writer was killed, and the next wrote right behind it."""
    return bool(before) and not before.endswith(b"\n") and bool(behind.partition(b"\n")[0].strip())


def _skip_to(file: BinaryIO, position: int, offset: int, read: bytes) -> bytes | None:
    """Go on to an offset and return the last bytes before it; None if the file ends before."""
    start = max(offset - MARK_BYTES, 0)
    if start > position and _skip(file, start - position):
        read, position = b"", start
    elif start > position:
        return None
    read += _read_fully(file, offset - position)
    return read[-MARK_BYTES:] if len(read) >= min(offset, MARK_BYTES) and position + len(read) >= offset else None


def _skip(file: BinaryIO, count: int) -> bool:
    if file.seekable() and not isinstance(file, zstandard.ZstdDecompressionReader):
        file.seek(count, 1)
        return True
    while count:
        read = file.read(min(count, PIECE_BYTES))
        if not read:
            return False
        count -= len(read)
    return True


def _read_fully(file: BinaryIO, count: int) -> bytes:
    """Read a number of bytes, or all there are: one read of a compressed stream may give fewer."""
    parts = []
    while count > 0 and (part := file.read(count)):
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


def pieces(candidate: Candidate, bookmark: Bookmark, *, piece_bytes: int = PIECE_BYTES) -> Iterator[Piece]:
    """Yield the new whole lines of a file behind a bookmark that it continues. Raises OSError.

    A last line without its newline is held back, unless it is a whole JSON object: that cannot grow any more.
    """
    try:
        with open_lines(candidate) as file:
            before = b""
            if bookmark.offset and not _skip(file, max(bookmark.offset - MARK_BYTES, 0)):
                return
            before = _read_fully(file, min(bookmark.offset, MARK_BYTES))
            yield from _pieces(file, candidate, bookmark, before, piece_bytes)
    except zstandard.ZstdError as error:
        raise OSError(f"damaged compression: {error}") from error


def _pieces(file: BinaryIO, candidate: Candidate, mark: Bookmark, before: bytes, piece_bytes: int) -> Iterator[Piece]:
    rest: list[bytes] = []
    while True:
        block = _read_fully(file, piece_bytes)
        at_end = len(block) < piece_bytes
        raw = b""
        if cut := block.rfind(b"\n") + 1:
            raw = b"".join([*rest, block[:cut]])
            rest = [block[cut:]]
        else:
            rest.append(block)
        if at_end and _is_whole(last := b"".join(rest)):
            raw = raw + last if raw else last
        if raw and _is_joined(before, raw[:MARK_BYTES]):
            return
        if raw:
            piece = _piece(candidate, mark, before, raw)
            before = (before + raw[-MARK_BYTES:])[-MARK_BYTES:]
            mark = piece.bookmark
            yield piece
        if at_end:
            return


def _piece(candidate: Candidate, mark: Bookmark, before: bytes, raw: bytes) -> Piece:
    offset = mark.offset + len(raw)
    end = b""
    head = mark.head if mark.offset >= MARK_BYTES else digest((before + raw[:MARK_BYTES])[:MARK_BYTES])
    tail = digest((before + raw[-MARK_BYTES:])[-MARK_BYTES:])
    if before and not before.endswith(b"\n"):
        end = raw[: raw.find(b"\n") + 1]
        raw = raw[len(end) :]
    lines = raw.count(b"\n") + bool(raw and not raw.endswith(b"\n"))
    bookmark = Bookmark(
        size=candidate.size,
        mtime_ns=candidate.mtime_ns,
        inode=candidate.inode,
        device=candidate.device,
        offset=offset,
        lines=mark.lines + lines,
        head=head,
        tail=tail,
    )
    return Piece(raw=raw, last_line_end=end, bookmark=bookmark)


def _is_whole(line: bytes) -> bool:
    """Whether a line without a newline is a JSON object already, so that nothing can follow it."""
    if not line.rstrip().endswith(b"}"):
        return False
    try:
        msgspec.json.decode(line, type=dict[str, msgspec.Raw])
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False
    return True


def versions(candidate: Candidate, bookmark: Bookmark) -> Iterator[Piece]:
    """Yield a document whole, as one more version, unless it is the version that was read last. Raises OSError."""
    with open_lines(candidate) as file:
        raw = file.read()
    mark = digest(raw)
    if not raw.strip() or mark == bookmark.tail:
        return
    moved = Bookmark(
        size=candidate.size,
        mtime_ns=candidate.mtime_ns,
        inode=candidate.inode,
        device=candidate.device,
        offset=bookmark.offset + len(raw),
        lines=bookmark.lines + 1,
        head=bookmark.head or digest(raw[:MARK_BYTES]),
        tail=mark,
    )
    yield Piece(raw=raw, last_line_end=b"", bookmark=moved)
