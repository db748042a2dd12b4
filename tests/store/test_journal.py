"""The journal: what goes in comes out, byte for byte, however it was cut and merged."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashcam.store import journal
from dashcam.store.journal import FRAME_BYTES, SMALL_FRAME_BYTES, FrameDamaged
from dashcam.store.store import Store

SOURCE = 7


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    with Store.open(store_url) as opened:
        yield opened


class Writer:
    """Appends to the journal of one source, and remembers what was written."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.written = b""
        self.lines = 0

    def append(self, raw: bytes, *, merge: bool = True) -> None:
        frames = journal.frames_of(raw, self.lines)
        with self.store.database.writing():
            journal.append(self.store.database, SOURCE, frames, merge=merge)
        self.written += raw
        self.lines += sum(frame[1] for frame in frames)

    def frames(self) -> list[tuple[int, int, int]]:
        rows = self.store.database.rows(
            "SELECT first_line, lines, size FROM frame WHERE source = ? ORDER BY first_line", (SOURCE,)
        )
        return [(int(first), int(lines), int(size)) for first, lines, size in rows]

    def read(self, first_line: int = 0) -> bytes:
        return b"".join(raw for _, raw in journal.pieces(self.store.database, SOURCE, first_line=first_line))


@pytest.fixture
def writer(store: Store) -> Writer:
    return Writer(store)


def line(size: int) -> bytes:
    return b"x" * (size - 1) + b"\n"


def test_what_is_appended_comes_back_byte_for_byte(writer: Writer) -> None:
    for raw in (b'{"a":1}\n', b"\r\n\n", b"\xff\x00\n", b"no newline"):
        writer.append(raw)
    assert writer.read() == b'{"a":1}\n\r\n\n\xff\x00\nno newline'
    assert writer.lines == 5


def test_small_appends_are_frames_of_their_own_until_they_make_64_kib(writer: Writer) -> None:
    for _ in range(15):
        writer.append(line(4096))
    assert len(writer.frames()) == 15
    writer.append(line(4096))
    assert writer.frames() == [(0, 16, SMALL_FRAME_BYTES)]
    assert writer.read() == writer.written


def test_frames_of_64_kib_are_joined_once_they_make_1_mib(writer: Writer) -> None:
    for _ in range(15):
        writer.append(line(SMALL_FRAME_BYTES))
    assert len(writer.frames()) == 15
    writer.append(line(SMALL_FRAME_BYTES))
    assert writer.frames() == [(0, 16, FRAME_BYTES)]
    writer.append(line(100))
    assert writer.frames() == [(0, 16, FRAME_BYTES), (16, 1, 100)]
    assert writer.read() == writer.written


def test_no_byte_is_written_more_than_three_times(writer: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    packed: list[int] = []
    plain = journal.compress

    def counted(raw: bytes) -> bytes:
        packed.append(len(raw))
        return plain(raw)

    monkeypatch.setattr(journal, "compress", counted)
    for _ in range(600):
        writer.append(line(4096))
    assert writer.read() == writer.written
    assert sum(packed) <= 3 * len(writer.written)


def test_a_line_longer_than_a_frame_is_not_cut(writer: Writer) -> None:
    long = line(3 * FRAME_BYTES)
    writer.append(b"before\n" + long + b"behind\n")
    assert [lines for _, lines, _ in writer.frames()] == [1, 1, 1]
    assert writer.read(1) == long + b"behind\n"
    assert len(journal.compress(long)) < len(long) // 100


def test_many_lines_are_cut_into_frames_of_whole_lines(writer: Writer) -> None:
    writer.append(line(1000) * 3000)
    assert all(size <= FRAME_BYTES for _, _, size in writer.frames())
    assert sum(lines for _, lines, _ in writer.frames()) == 3000
    assert writer.read() == writer.written


def test_the_newline_of_the_last_line_is_added_where_it_belongs(writer: Writer) -> None:
    writer.append(b'{"a":1}\n{"b":2}')
    with writer.store.database.writing():
        journal.end_last_line(writer.store.database, SOURCE, b"\r\n")
    writer.append(b'{"c":3}\n')
    assert writer.read() == b'{"a":1}\n{"b":2}\r\n{"c":3}\n'
    assert [frame[2] for frame in writer.frames()] == [17, 8]


def test_the_frame_of_a_line_is_found(writer: Writer) -> None:
    writer.append(b"0\n1\n", merge=False)
    writer.append(b"2\n", merge=False)
    database = writer.store.database
    assert journal.frame_at(database, SOURCE, 1) == (0, 2, b"0\n1\n")
    assert journal.frame_at(database, SOURCE, 2) == (2, 1, b"2\n")
    assert journal.frame_at(database, SOURCE, 3) is None
    assert journal.frame_at(database, SOURCE + 1, 0) is None


def hurt(writer: Writer, first_line: int) -> None:
    with writer.store.database.writing():
        writer.store.database.run(
            "UPDATE frame SET data = ? WHERE source = ? AND first_line = ?", (b"no zstd", SOURCE, first_line)
        )


def test_a_damaged_frame_is_a_clear_error_and_its_neighbours_can_be_read(writer: Writer) -> None:
    writer.append(b"0\n", merge=False)
    writer.append(b"1\n", merge=False)
    hurt(writer, 0)
    with pytest.raises(FrameDamaged, match="a frame of the journal is damaged"):
        writer.read()
    assert writer.read(1) == b"1\n"


def test_new_lines_can_be_appended_behind_a_damaged_frame(writer: Writer) -> None:
    writer.append(b"0\n" * 100)
    hurt(writer, 0)
    with writer.store.database.writing():
        journal.end_last_line(writer.store.database, SOURCE, b"\n")
    for _ in range(20):
        writer.append(line(4096))
    assert writer.read(100) == line(4096) * 20


@given(st.lists(st.binary(max_size=200).map(lambda raw: raw.replace(b"\n", b"") + b"\n"), min_size=1, max_size=30))
def test_frames_cover_all_lines_and_bytes(lines: list[bytes]) -> None:
    raw = b"".join(lines)
    frames = journal.frames_of(raw, 5)
    assert b"".join(journal.expand(data) for *_, data in frames) == raw
    assert [frame[0] for frame in frames] == [5]
    assert frames[0][1] == len(lines) == len(journal.split_lines(raw))


def test_many_threads_pack_and_unpack_at_once() -> None:
    raws = [bytes([number]) * 700_000 + b"%d" % number * 40_000 for number in range(8)]

    def there_and_back(raw: bytes) -> bool:
        return all(journal.expand(journal.compress(raw)) == raw for _ in range(20))

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(there_and_back, raws))
