"""What is new, for everyone who follows: one message for each revision, made once, however many follow.

A follower has no queue: it holds the number of the last message that it was sent and takes the next from a short
memory. Who falls behind that memory is let go and comes back by Last-Event-ID, so a slow client costs nothing.
"""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import contextmanager, suppress

import msgspec

from dashcam.queries.answers import SessionAnswer
from dashcam.queries.moment import Moment
from dashcam.queries.sessions import changed_since, quieted
from dashcam.records.errors import DashcamError
from dashcam.server.readers import Readers
from dashcam.store.totals import revision_of

log = logging.getLogger(__name__)

POLL_SECONDS = 0.5
"""How often other processes' writes are looked for; our own are told at once."""
QUIET_SECONDS = 5.0
HEARTBEAT_SECONDS = 15.0
REMEMBERED = 256
MOST_SESSIONS = 100


class ChangedNews(msgspec.Struct, frozen=True, kw_only=True):
    """The event `changed`: sessions that have new lines or another status."""

    revision: int
    sessions: list[SessionAnswer]
    complete: bool
    """False where too many changed to name them, or it is not known which: ask anew for all that is shown."""


class WorkNews(msgspec.Struct, frozen=True, kw_only=True):
    """The event `work`: what is going on in the background."""

    doing: str
    """`scan`, `rebuild` or `reprice`; empty while there is nothing to do."""
    bytes_done: int
    bytes_total: int
    files_done: int
    error: str
    """Why the last work failed; empty where it did not."""


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """One event of the stream."""

    number: int
    """In the order of this process, from 1."""
    revision: int
    event: str
    data: bytes


class Hub:
    """Follows the database's revision and tells everyone."""

    def __init__(self, readers: Readers, moment: Callable[[], Moment]) -> None:
        self._readers = readers
        self._moment = moment
        self._messages: deque[Message] = deque(maxlen=REMEMBERED)
        self._number = 0
        self._revision = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._news = asyncio.Condition()
        self._wake = asyncio.Event()
        self._closed = False
        self.followers = 0

    @property
    def revision(self) -> int:
        """The revision that was last told."""
        return self._revision

    @property
    def number(self) -> int:
        """How many events were told, of whatever kind."""
        return self._number

    def poke(self) -> None:
        """Say, from any thread, that something was saved: it is looked for at once."""
        if self._loop is not None and not self._loop.is_closed():
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._wake.set)

    def tell(self, event: str, news: msgspec.Struct) -> None:
        """Send an event that is no revision to everyone, from any thread."""
        if self._loop is not None and not self._loop.is_closed():
            data = msgspec.json.encode(news)
            with suppress(RuntimeError):
                asyncio.run_coroutine_threadsafe(self._add(event, data), self._loop)

    def close(self) -> None:
        """Let every follower go, from any thread."""
        self._closed = True
        self.poke()
        if self._loop is not None and not self._loop.is_closed():
            with suppress(RuntimeError):
                asyncio.run_coroutine_threadsafe(self._notify(), self._loop)

    async def begin(self) -> None:
        """Learn where the database stands, so that only what comes later is news."""
        self._loop = asyncio.get_running_loop()
        with self._unless_it_fails():
            self._revision = await asyncio.to_thread(self._stand)

    async def run(self) -> None:
        """Follow the revision until closed or cancelled."""
        self._loop = asyncio.get_running_loop()
        quiet_since, looked_at = self._moment().quiet_since, self._loop.time()
        while not self._closed:
            with self._unless_it_fails():
                await self._add_change(await asyncio.to_thread(self._look_for_news))
                if self._loop.time() - looked_at >= QUIET_SECONDS:
                    looked_at = self._loop.time()
                    quiet_since, news = await asyncio.to_thread(self._look_for_silence, quiet_since)
                    await self._add_change(news)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), POLL_SECONDS)
            self._wake.clear()

    @contextmanager
    def _unless_it_fails(self) -> Iterator[None]:
        try:
            yield
        except DashcamError as error:
            log.warning("cannot look for news: %s", error.message)

    def _stand(self) -> int:
        with self._readers.lend() as database:
            return revision_of(database)

    def _look_for_news(self) -> ChangedNews | None:
        with self._readers.lend() as database:
            if revision_of(database) == self._revision:
                return None
            found = changed_since(database, self._revision, self._moment(), limit=MOST_SESSIONS)
        is_later = found.revision > self._revision
        return ChangedNews(
            revision=found.revision, sessions=found.rows if is_later else [], complete=found.complete and is_later
        )

    def _look_for_silence(self, before: int) -> tuple[int, ChangedNews | None]:
        at = self._moment()
        with self._readers.lend() as database:
            rows = quieted(database, before, at.quiet_since, at)
        news = ChangedNews(revision=self._revision, sessions=rows, complete=True)
        return at.quiet_since, news if rows else None

    async def _add_change(self, news: ChangedNews | None) -> None:
        """Tell of a revision and go on from it in one step, or who comes back in between would miss it."""
        if news is not None:
            self._revision = news.revision
            await self._add("changed", msgspec.json.encode(news))

    async def _add(self, event: str, data: bytes) -> None:
        self._number += 1
        self._messages.append(Message(number=self._number, revision=self._revision, event=event, data=data))
        await self._notify()

    async def _notify(self) -> None:
        async with self._news:
            self._news.notify_all()

    async def follow(self, last_revision: int | None) -> AsyncGenerator[Message | None]:
        """Yield what is new behind a revision, and None as a heartbeat; ends for who falls behind, and at the close."""
        self.followers += 1
        try:
            number = self._number
            if last_revision is not None and last_revision != self._revision:
                yield await asyncio.to_thread(self._since, last_revision)
            while not self._closed:
                if self._messages and self._messages[0].number > number + 1:
                    return
                fresh = [message for message in self._messages if message.number > number]
                for message in fresh:
                    number = message.number
                    yield message
                if not fresh:
                    async with self._news:
                        try:
                            await asyncio.wait_for(self._news.wait(), HEARTBEAT_SECONDS)
                        except TimeoutError:
                            pass
                        else:
                            continue
                    yield None
        finally:
            self.followers -= 1

    def _since(self, last_revision: int) -> Message:
        """Make the one message for who comes back: all that has changed meanwhile."""
        with self._readers.lend() as database:
            found = changed_since(database, last_revision, self._moment(), limit=MOST_SESSIONS)
        known = last_revision <= found.revision
        news = ChangedNews(
            revision=found.revision, sessions=found.rows if known else [], complete=found.complete and known
        )
        return Message(number=0, revision=found.revision, event="changed", data=msgspec.json.encode(news))
