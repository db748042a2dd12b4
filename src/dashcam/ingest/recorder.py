"""The one way into the store: lines are read, priced and kept. What another process kept first is not kept twice."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext

import msgspec

from dashcam.agents.agent import Agent
from dashcam.ingest import files
from dashcam.ingest.files import Piece
from dashcam.ingest.fold import ReaderFailed, Reading
from dashcam.ingest.plan import Task
from dashcam.pricing.price import price
from dashcam.pricing.prices import Prices
from dashcam.records.source import Bookmark
from dashcam.store import journal, sources
from dashcam.store.batch import Advance, Batch, KnownSource
from dashcam.store.save import forget_derived
from dashcam.store.store import Store

BATCH_BYTES = files.PIECE_BYTES
ATTEMPTS = 5

Tick = Callable[[int, int], None]
"""Told how many bytes and files were kept since the last time."""


class Outcome(msgspec.Struct, kw_only=True):
    """What became of some tasks."""

    files: int = 0
    """Files that had something new."""
    bytes: int = 0
    lines: int = 0
    troubles: list[tuple[str, str]] = []
    """Files that could not be read, and why."""

    def add(self, other: "Outcome") -> None:
        """Count another outcome in."""
        self.files += other.files
        self.bytes += other.bytes
        self.lines += other.lines
        self.troubles += other.troubles


class Recorder:
    """Reads sources and saves what they say, several small ones in one transaction."""

    def __init__(
        self,
        store: Store,
        agents: Mapping[str, Agent],
        prices: Prices,
        *,
        turn: AbstractContextManager[object] | None = None,
    ) -> None:
        """`turn` is entered around each save, so that processes which scan together wait in line for the database."""
        self.store = store
        self.agents = agents
        self.prices = prices
        self.turn = turn or nullcontext()
        self._held: list[tuple[Task, Advance]] = []
        self._held_bytes = 0
        self._late: dict[str, Task] = {}
        self._told: set[str] = set()
        """Files already counted: a long one is kept in several saves."""

    def record(self, tasks: Iterable[Task], tick: Tick = lambda _bytes, _files: None) -> Outcome:
        """Read the files of tasks and keep what is new. Raises DatabaseError; a file's own trouble is only noted.

        A file of which another process was faster to keep something is read again from where that one stopped.
        """
        done = Outcome(troubles=[])
        for _ in range(ATTEMPTS):
            self._late = {}
            for task in tasks:
                self._record(task, done, tick)
            self._flush(done, tick)
            tasks = [self._again(task) for task in self._late.values()]
            if not tasks:
                break
        return done

    def _record(self, task: Task, done: Outcome, tick: Tick) -> None:
        try:
            for news in self._advances(task, done):
                news.pack()
                self._held.append((task, news))
                self._held_bytes += len(news.raw)
                if self._held_bytes >= BATCH_BYTES:
                    self._flush(done, tick)
                if task.candidate.path in self._late:
                    return
        except OSError as error:
            done.troubles.append((task.candidate.file, error.strerror or str(error)))
            self._held = [(held, news) for held, news in self._held if held is not task]

    def _flush(self, done: Outcome, tick: Tick) -> None:
        """Save what is held; whatever came too late is noted, to be read again."""
        held, self._held, self._held_bytes = self._held, [], 0
        if not held:
            return
        with self.turn:
            saved = self.store.save(Batch(advances=[news for _, news in held], pins=self.prices.newly_pinned()), price)
        stale = {id(news) for news in saved.stale}
        self._late |= {task.candidate.path: task for task, news in held if id(news) in stale}
        kept = [(task, news) for task, news in held if id(news) not in stale]
        done.lines += sum(news.lines_read - news.first_line for _, news in kept)
        count = sum(len(news.raw) for _, news in kept)
        finished = {task.candidate.path for task, _ in kept} - self._told
        self._told |= finished
        done.bytes += count
        done.files += len(finished)
        tick(count, len(finished))

    def _again(self, task: Task) -> Task:
        known = sources.find(self.store.database, task.source.machine, task.source.path)
        return msgspec.structs.replace(task, known=known)

    def _advances(self, task: Task, done: Outcome) -> Iterator[Advance]:
        """Read what is new in one file, piece by piece. Raises OSError.

        Lines that no reader can take now go into the journal alone, and wait there to be read again.
        """
        agent = self.agents[task.source.agent]
        expected = self._bookmark(task.known) if task.known else Bookmark()
        is_lines = task.source.shape == "lines"
        replaced = is_lines and bool(expected.offset) and not files.is_continued(task.candidate, expected)
        start = Bookmark() if replaced else expected
        lines_read = task.known.lines_read if task.known and not replaced else 0
        waits = lines_read < start.lines or (start.lines > 0 and start.reader != agent.reader)
        reading = Reading(agent, task.source, start, lines_read)
        found = False
        for piece in files.pieces(task.candidate, start) if is_lines else files.versions(task.candidate, start):
            found = True
            news = _unread(task, piece, expected, reading)
            if not waits:
                try:
                    news = reading.read(piece.raw, self.prices, expected=expected, bookmark=piece.bookmark)
                except ReaderFailed as error:
                    done.troubles.append((task.candidate.file, error.message))
                    waits = True
            news.last_line_end = piece.last_line_end
            news.replaced, replaced = replaced, False
            expected = news.bookmark
            yield news
        if task.known and not found:
            with self.turn, self.store.database.writing():
                sources.touch(self.store.database, task.known.id, _stat(task))

    def _bookmark(self, known: KnownSource) -> Bookmark:
        """Give a source's bookmark with the reader's memory, which lists of sources leave out."""
        return known.bookmark if known.bookmark.memory else sources.bookmark_of(self.store.database, known)

    def forget_outdated(self, source: KnownSource) -> KnownSource:
        """Forget what an older reader told of a source; all are forgotten before the first is read again.

        Else a count that the older reader took too high would live on in another source's account of the same call.
        Raises FrameDamaged, and then what the older reader told stays: it could not be read again.
        """
        if source.bookmark.reader in {0, self.agents[source.source.agent].reader}:
            return source
        journal.check(self.store.database, source.id)
        with self.turn:
            forget_derived(self.store.database, source.id, price)
        return sources.by_ids(self.store.database, [source.id])[source.id]

    def reread(self, source: KnownSource, tick: Tick = lambda _bytes, _files: None) -> None:
        """Read a source's journal again with the reader of today, once `forget_outdated` has made room for it.

        A process that dies in between leaves the source partly read; the next one goes on from there.
        Raises DatabaseError and ReaderFailed.
        """
        agent = self.agents[source.source.agent]
        expected = self._bookmark(source)
        reading = Reading(agent, source.source, expected, source.lines_read)
        for first_line, raw in list_pieces(self.store, source):
            fresh = raw if first_line >= reading.lines_read else _behind(raw, reading.lines_read - first_line)
            news = reading.read(fresh, self.prices, expected=expected, bookmark=expected)
            size, news.raw, news.row = len(news.raw), b"", source.id
            if not source.current:
                news.events, news.hints, news.samples, news.diagnostics, news.chunks = [], [], [], [], []
                news.points = []
            with self.turn:
                saved = self.store.save(Batch(advances=[news], pins=self.prices.newly_pinned()), price)
            if saved.stale:
                return
            expected = news.bookmark
            tick(size, 0)
        tick(0, 1)


def reread_all(recorder: Recorder, unread: Iterable[KnownSource], tick: Tick, troubles: list[tuple[str, str]]) -> int:
    """Read sources again from the journal; what is wrong with one of them is noted. Returns how many were read."""
    ready, count = [], 0
    for source in unread:
        try:
            ready.append(recorder.forget_outdated(source))
        except journal.FrameDamaged as error:
            troubles.append((source.source.path, f"{error.message}; what an older version read of it stays"))
    for source in ready:
        try:
            recorder.reread(source, tick)
            count += 1
        except (journal.FrameDamaged, ReaderFailed) as error:
            troubles.append((source.source.path, error.message))
    return count


def _unread(task: Task, piece: Piece, expected: Bookmark, reading: Reading) -> Advance:
    """Make an advance of the journal alone: the reader's memory stays where it was."""
    told = {"reader": expected.reader, "memory": expected.memory} if reading.lines_read else {}
    return Advance(
        source=task.source,
        expected=expected,
        bookmark=msgspec.structs.replace(piece.bookmark, **told),
        first_line=reading.lines_read,
        lines_read=reading.lines_read,
        raw=piece.raw,
    )


def list_pieces(store: Store, source: KnownSource) -> Iterator[tuple[int, bytes]]:
    """Yield the journal of a source from the first line that its records do not account for."""
    return journal.pieces(store.database, source.id, first_line=source.lines_read)


def _behind(raw: bytes, lines: int) -> bytes:
    """Leave out the first lines of a frame."""
    at = 0
    for _ in range(lines):
        at = raw.index(b"\n", at) + 1
    return raw[at:]


def _stat(task: Task) -> Bookmark:
    file = task.candidate
    return Bookmark(size=file.size, mtime_ns=file.mtime_ns, inode=file.inode, device=file.device)
