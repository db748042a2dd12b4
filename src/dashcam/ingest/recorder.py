"""The one way into the store: lines are read, priced and kept. What another process kept first is not kept twice."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext

import msgspec

from dashcam.agents.agent import Agent
from dashcam.ingest import files
from dashcam.ingest.fold import Reading
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

    def record(self, tasks: Iterable[Task], tick: Tick = lambda _bytes, _files: None) -> Outcome:
        """Read the files of tasks and keep what is new. Raises DatabaseError; a file's own trouble is only noted."""
        done = Outcome(troubles=[])
        for task in tasks:
            try:
                for news in self._advances(task):
                    self._hold(task, news, done, tick)
            except OSError as error:
                done.troubles.append((task.candidate.file, error.strerror or str(error)))
                self._drop_unsaved(task)
        self._flush(done, tick)
        return done

    def _hold(self, task: Task, news: Advance, done: Outcome, tick: Tick) -> None:
        self._held.append((task, news))
        self._held_bytes += len(news.raw)
        if self._held_bytes >= BATCH_BYTES:
            self._flush(done, tick)

    def _drop_unsaved(self, task: Task) -> None:
        self._held = [(held, news) for held, news in self._held if held is not task]

    def _flush(self, done: Outcome, tick: Tick) -> None:
        """Save what is held. News that came too late are read again from where the other process stopped."""
        held, self._held, self._held_bytes = self._held, [], 0
        for _ in range(ATTEMPTS):
            if not held:
                return
            with self.turn:
                saved = self.store.save(
                    Batch(advances=[news for _, news in held], pins=self.prices.newly_pinned()), price
                )
            stale = {id(news) for news in saved.stale}
            kept = [(task, news) for task, news in held if id(news) not in stale]
            for _, news in kept:
                done.lines += news.lines_read - news.first_line
            count = sum(len(news.raw) for _, news in kept)
            finished = len({task.candidate.path for task, _ in kept})
            done.bytes += count
            done.files += finished
            tick(count, finished)
            late = {task.candidate.path: task for task, news in held if id(news) in stale}
            held = [(task, news) for task in late.values() for news in self._advances(self._again(task))]

    def _again(self, task: Task) -> Task:
        known = sources.find(self.store.database, task.source.machine, task.source.path)
        return msgspec.structs.replace(task, known=known)

    def _advances(self, task: Task) -> Iterator[Advance]:
        """Read what is new in one file, piece by piece. Raises OSError."""
        agent = self.agents[task.source.agent]
        known = task.known
        expected = known.bookmark if known else Bookmark()
        lines_read = known.lines_read if known else 0
        if task.source.shape == "document":
            yield from self._document(agent, task, expected, lines_read)
            return
        replaced = bool(expected.offset) and not files.is_continued(task.candidate, expected)
        if not replaced and known and known.lines_read < expected.lines:
            return
        start = Bookmark() if replaced else expected
        reading = Reading(agent, task.source, start, 0 if replaced else lines_read)
        found = False
        for piece in files.pieces(task.candidate, start):
            found = True
            news = reading.read(piece.raw, self.prices, expected=expected, bookmark=piece.bookmark)
            news.last_line_end = piece.last_line_end
            news.replaced, replaced = replaced, False
            expected = news.bookmark
            yield news
        if known and not found:
            with self.turn, self.store.database.writing():
                sources.touch(self.store.database, known.id, _stat(task))

    def _document(self, agent: Agent, task: Task, expected: Bookmark, lines_read: int) -> Iterator[Advance]:
        piece = files.document(task.candidate, expected)
        if piece is None:
            if task.known:
                with self.turn, self.store.database.writing():
                    sources.touch(self.store.database, task.known.id, _stat(task))
            return
        reading = Reading(agent, task.source, expected, lines_read)
        yield reading.read(piece.raw, self.prices, expected=expected, bookmark=piece.bookmark)

    def reread(self, source: KnownSource, tick: Tick = lambda _bytes, _files: None) -> None:
        """Read a source's journal again with the reader of today. Raises DatabaseError.

        A process that dies in between leaves the source partly read; the next one goes on from there.
        """
        agent = self.agents[source.source.agent]
        database = self.store.database
        if source.bookmark.reader not in {0, agent.reader}:
            with self.turn:
                forget_derived(database, source.id, price)
            source = sources.by_ids(database, [source.id])[source.id]
        reading = Reading(agent, source.source, source.bookmark, source.lines_read)
        expected = source.bookmark
        for first_line, raw in list_pieces(self.store, source):
            fresh = raw if first_line >= reading.lines_read else _behind(raw, reading.lines_read - first_line)
            news = reading.read(fresh, self.prices, expected=expected, bookmark=expected)
            size, news.raw, news.row = len(news.raw), b"", source.id
            if not source.current:
                news.events, news.hints, news.samples, news.diagnostics, news.chunks = [], [], [], [], []
            with self.turn:
                saved = self.store.save(Batch(advances=[news], pins=self.prices.newly_pinned()), price)
            if saved.stale:
                return
            expected = news.bookmark
            tick(size, 0)
        tick(0, 1)


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
