"""Whole lines from a file, whatever it holds and however it is cut into pieces."""

from collections.abc import Sequence
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from dashcam.agents.agent import Candidate
from dashcam.ingest import files
from dashcam.ingest.files import Piece
from dashcam.records.source import Bookmark
from dashcam.store.journal import split_lines

MIB = 1 << 20


def candidate(path: Path, *, compressed: bool = False) -> Candidate:
    status = path.stat()
    return Candidate(
        path=str(path),
        file=str(path),
        kind="transcript",
        shape="lines",
        size=status.st_size,
        mtime_ns=status.st_mtime_ns,
        inode=status.st_ino,
        device=status.st_dev,
        compressed=compressed,
    )


class Reader:
    """Reads a file again and again from its bookmark, and remembers bytes and lines as the journal would."""

    def __init__(self, path: Path, *, piece_bytes: int = files.PIECE_BYTES, compressed: bool = False) -> None:
        self.path, self.piece_bytes, self.compressed = path, piece_bytes, compressed
        self.mark = Bookmark()
        self.raw = b""
        self.pieces: list[Piece] = []

    def read(self) -> bytes:
        found = candidate(self.path, compressed=self.compressed)
        for piece in files.pieces(found, self.mark, piece_bytes=self.piece_bytes):
            self.raw += piece.last_line_end + piece.raw
            self.mark = piece.bookmark
            self.pieces.append(piece)
            assert self.mark.offset == len(self.raw)
            assert self.mark.lines == len(split_lines(self.raw))
        return self.raw

    def is_continued(self) -> bool:
        return files.is_continued(candidate(self.path, compressed=self.compressed), self.mark)


def written(folder: Path, content: bytes) -> Path:
    path = folder / "x.jsonl"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("content", "kept"),
    [
        (b"", b""),
        (b"\n", b"\n"),
        (b"{}\n", b"{}\n"),
        (b'{"a":1}\n{"b":', b'{"a":1}\n'),
        (b'{"a":1}\n{"b":2}', b'{"a":1}\n{"b":2}'),
        (b'{"a":1}\n{"b":2}  ', b'{"a":1}\n{"b":2}  '),
        (b'{"a":1}\r\n{"b":2}\r\n', b'{"a":1}\r\n{"b":2}\r\n'),
        (b'{"a":1}{"b":2}', b""),
        (b"7", b""),
        (b"[1]", b""),
        (b'"text"', b""),
        (b"\n\n\n{}", b"\n\n\n{}"),
        (b"\xff\xfe\n\0\n", b"\xff\xfe\n\0\n"),
        (b"{", b""),
        (b"}", b""),
    ],
)
@pytest.mark.parametrize("piece_bytes", [1, 2, 3, 8, files.PIECE_BYTES])
def test_whole_lines_are_read_and_a_torn_one_waits(
    tmp_path: Path, content: bytes, kept: bytes, piece_bytes: int
) -> None:
    assert Reader(written(tmp_path, content), piece_bytes=piece_bytes).read() == kept


def test_a_torn_line_is_read_once_it_is_whole(tmp_path: Path) -> None:
    path = written(tmp_path, b'{"a":1}\n{"b"')
    reader = Reader(path)
    assert reader.read() == b'{"a":1}\n'
    path.write_bytes(b'{"a":1}\n{"b":2}\n')
    assert reader.is_continued()
    assert reader.read() == b'{"a":1}\n{"b":2}\n'


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b" \n"])
def test_the_newline_that_a_whole_line_lacked_is_handed_over_later(tmp_path: Path, end: bytes) -> None:
    path = written(tmp_path, b'{"a":1}')
    reader = Reader(path)
    reader.read()
    path.write_bytes(b'{"a":1}' + end + b'{"b":2}\n')
    assert reader.is_continued()
    assert reader.read() == b'{"a":1}' + end + b'{"b":2}\n'
    assert [(piece.last_line_end, piece.raw) for piece in reader.pieces] == [(b"", b'{"a":1}'), (end, b'{"b":2}\n')]


@pytest.mark.parametrize("more", [b'{"b":2}\n', b'{"b":2}', b'{"b"', b' {"b":2}\n', b"x"])
def test_a_whole_line_that_goes_on_after_all_makes_another_file(tmp_path: Path, more: bytes) -> None:
    path = written(tmp_path, b'{"a":1}')
    reader = Reader(path)
    reader.read()
    path.write_bytes(b'{"a":1}' + more)
    assert not reader.is_continued()
    assert reader.read() == b'{"a":1}'


@pytest.mark.parametrize(
    "change",
    [
        lambda raw: raw[:-1],
        lambda raw: raw[:10],
        lambda _raw: b"",
        lambda raw: b"X" + raw[1:],
        lambda raw: raw[:-2] + b"X\n",
        lambda raw: raw[1:] + b"\n\n",
    ],
)
def test_a_file_whose_ends_have_changed_is_another_one(tmp_path: Path, change: object) -> None:
    assert callable(change)
    path = written(tmp_path, b"".join(b'{"number":%d}\n' % number for number in range(500)))
    reader = Reader(path)
    whole = reader.read()
    assert reader.is_continued()
    path.write_bytes(change(whole))
    assert not reader.is_continued()


def test_a_file_may_have_grown_since_it_was_looked_at(tmp_path: Path) -> None:
    path = written(tmp_path, b"{}\n")
    early = candidate(path)
    path.write_bytes(b"{}\n" * 1_000)
    reader = Reader(path)
    reader.read()
    assert files.is_continued(early, reader.mark)


def test_a_line_of_5_mb_is_read_in_small_pieces(tmp_path: Path) -> None:
    content = b"{}\n" + b'{"x":"' + b"y" * 5_000_000 + b'"}\n' + b"{}\n"
    reader = Reader(written(tmp_path, content), piece_bytes=64 << 10)
    assert reader.read() == content
    assert reader.mark.lines == 3


def test_pieces_of_a_long_file_are_bounded(tmp_path: Path) -> None:
    reader = Reader(written(tmp_path, b"x" * 99 + b"\n" * 1 + (b"y" * 99 + b"\n") * 50_000), piece_bytes=100_000)
    reader.read()
    assert max(len(piece.raw) for piece in reader.pieces) <= 100_000 + 99


def test_a_packed_file_is_read_as_what_it_packs(tmp_path: Path) -> None:
    content = b"".join(b'{"number":%d}\n' % number for number in range(5_000))
    path = tmp_path / "x.jsonl.zst"
    half = len(content) // 2
    path.write_bytes(zstandard.compress(content[:half]) + zstandard.compress(content[half:]))
    reader = Reader(path, piece_bytes=1_000, compressed=True)
    assert reader.read() == content
    assert reader.is_continued()
    path.write_bytes(zstandard.compress(content + b"{}\n"))
    assert reader.is_continued()
    assert reader.read() == content + b"{}\n"
    path.write_bytes(zstandard.compress(content[:-5]))
    assert not reader.is_continued()


def test_a_packed_file_that_is_cut_off_gives_its_whole_lines(tmp_path: Path) -> None:
    content = b"".join(b'{"number":%d}\n' % (number * 7919) for number in range(50_000))
    path = tmp_path / "x.jsonl.zst"
    packed = zstandard.compress(content)
    path.write_bytes(packed[: len(packed) // 2])
    kept = Reader(path, compressed=True).read()
    assert len(kept) > len(content) // 10
    assert content.startswith(kept)
    assert kept[-1:] in {b"\n", b"}"}


def test_a_damaged_packed_file_is_an_error_of_the_system(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl.zst"
    path.write_bytes(b"this is no zstd at all")
    with pytest.raises(OSError, match="damaged compression"):
        Reader(path, compressed=True).read()
    with pytest.raises(OSError, match="damaged compression"):
        files.is_continued(candidate(path, compressed=True), Bookmark(offset=5))


def test_a_document_is_one_version_after_the_other(tmp_path: Path) -> None:
    path = written(tmp_path, b'{"title":\n"one"}')
    (first,) = files.versions(candidate(path), Bookmark())
    assert list(files.versions(candidate(path), first.bookmark)) == []
    path.write_bytes(b"{}")
    (second,) = files.versions(candidate(path), first.bookmark)
    assert (second.raw, second.bookmark.lines, second.bookmark.offset) == (b"{}", 2, 18)
    path.write_bytes(b"  \n")
    assert list(files.versions(candidate(path), second.bookmark)) == []


contents = st.lists(
    st.one_of(
        st.sampled_from([b"\n", b"\r\n", b'{"a":1}', b'{"a":1}\n', b"{", b"}", b"\0", b"\xff", b"  "]),
        st.binary(max_size=40),
    ),
    max_size=20,
).map(b"".join)


@given(content=contents, piece_bytes=st.integers(1, 64))
def test_any_content_cut_at_any_size_gives_the_same_lines(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, piece_bytes: int
) -> None:
    path = written(tmp_path_factory.mktemp("any"), content)
    whole = Reader(path)
    whole.read()
    cut = Reader(path, piece_bytes=piece_bytes)
    cut.read()
    assert cut.raw == whole.raw
    assert (cut.mark.offset, cut.mark.lines) == (whole.mark.offset, whole.mark.lines)
    assert (cut.mark.head, cut.mark.tail) == (whole.mark.head, whole.mark.tail)
    assert content.startswith(cut.raw)
    assert b"\n" not in content[len(cut.raw) :]


@given(parts=st.lists(contents, max_size=6), piece_bytes=st.integers(1, 64))
def test_a_file_that_grows_anyhow_is_read_to_the_same_lines(
    tmp_path_factory: pytest.TempPathFactory, parts: Sequence[bytes], piece_bytes: int
) -> None:
    path = written(tmp_path_factory.mktemp("grown"), b"")
    reader = Reader(path, piece_bytes=piece_bytes)
    for part in parts:
        with path.open("ab") as file:
            file.write(part)
        if reader.mark.offset and not reader.is_continued():
            reader = Reader(path, piece_bytes=piece_bytes)
        reader.read()
    at_once = Reader(path)
    at_once.read()
    assert split_lines(at_once.raw)[: reader.mark.lines] == split_lines(reader.raw)
    assert b"\n" not in path.read_bytes()[len(reader.raw) :]
