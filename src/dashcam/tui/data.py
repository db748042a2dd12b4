"""The way from a screen to the database: questions are asked in a thread.

What a stranger would get wrong: nothing may be asked on the way to a key's answer. A screen shows what it has, asks,
and shows what comes; and a database that is locked or gone for a while is asked again, not given up.
"""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import Future, wait
from contextlib import AbstractContextManager
from queue import SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import msgspec

from dashcam.records.errors import DashcamError
from dashcam.store.totals import revision_of

if TYPE_CHECKING:
    from textual.widget import Widget

    from dashcam.queries.moment import Moment
    from dashcam.store.database import Database
    from dashcam.store.store import Store
    from dashcam.tui.machine import Machine

Answer = TypeVar("Answer")
Question = Callable[["Database", "Moment"], Answer]

CACHE_KIB = 16 * 1024
CLOSE_SECONDS = 1.0
REST_SHARE = 2
"""How many times as long as an answer took nothing is asked because of news."""


class Begun(msgspec.Struct, Generic[Answer], frozen=True, kw_only=True):
    """What was asked before there was a screen."""

    opened: "Future[None]"
    """Done when the database is open; it raises DatabaseError or BadSettings."""
    answer: "Future[Answer]"


class Questions:
    """One thread that answers one after the other; unlike a pool's it keeps no program from ending."""

    def __init__(self) -> None:
        self._asked: SimpleQueue[tuple[Future[Any], Callable[..., Any], tuple[Any, ...]] | None] = SimpleQueue()
        Thread(target=self._run, name="questions", daemon=True).start()

    def submit(self, function: "Callable[..., Answer]", *given: object) -> "Future[Answer]":
        """Have something called; its answer, or what it raises, comes with the future."""
        future: Future[Answer] = Future()
        self._asked.put((future, function, given))
        return future

    def end(self) -> None:
        """Answer what was asked so far, and then nothing more."""
        self._asked.put(None)

    def _run(self) -> None:
        while (asked := self._asked.get()) is not None:
            future, function, given = asked
            if not future.set_running_or_notify_cancel():
                continue
            try:
                answer = function(*given)
            except BaseException as error:  # noqa: BLE001  it is raised where the answer is waited for
                future.set_exception(error)
            else:
                future.set_result(answer)


class Data:
    """Asks the database in one thread, with a connection that is opened anew when it fails."""

    def __init__(self, machine: "Machine") -> None:
        self.machine = machine
        self._thread = Questions()
        self._store: Store | None = None
        self._rests_until = 0.0

    def begin(
        self, make_ready: "Callable[[], AbstractContextManager[object]]", question: Question[Answer]
    ) -> Begun[Answer]:
        """Open the database, make it ready, and ask: all in the thread, while the caller does something else."""
        opened = self._thread.submit(_enter, make_ready)
        return Begun(opened=opened, answer=self._thread.submit(self._answer, question))

    async def ask(self, question: Question[Answer], asker: "Widget | None" = None) -> Answer:
        """Ask a question. Raises what it raises, and CancelledError where the asker has left the screen meanwhile."""
        try:
            return await asyncio.wrap_future(self._thread.submit(self._answer, question))
        finally:
            if asker is not None and is_gone(asker):
                raise asyncio.CancelledError

    @property
    def rests(self) -> bool:
        """Whether news can wait: questions about them take a third of the time at most."""
        return time.monotonic() < self._rests_until

    async def revision(self) -> int:
        """Say how many saves the database has seen. Raises DatabaseError."""
        return await self.ask(lambda database, _: revision_of(database))

    def close(self) -> None:
        """Close the connection. A question that is not answered in a moment is left behind: nobody waits for it."""
        wait([self._thread.submit(self._forget)], timeout=CLOSE_SECONDS)
        self._thread.end()

    def _answer(self, question: Question[Answer]) -> Answer:
        if self._store is None:
            self._store = self.machine.connect(cache_kib=CACHE_KIB)
        began = time.monotonic()
        try:
            answer = question(self._store.database, self.machine.moment())
        except DashcamError:
            # The server may have been started again: the next question gets a connection of its own.
            self._forget()
            raise
        ended = time.monotonic()
        self._rests_until = max(self._rests_until, ended + REST_SHARE * (ended - began))
        return answer

    def _forget(self) -> None:
        store, self._store = self._store, None
        if store is not None:
            store.close()


def is_gone(asker: "Widget") -> bool:
    """Whether nothing of a widget can be found any more: its screen was left, or the program ends."""
    from textual.dom import NoScreen

    try:
        is_left = asker.screen not in asker.app.screen_stack
    except NoScreen:
        return True
    return is_left or not asker.children or not asker.is_attached or not asker.app.is_running


def _enter(make: "Callable[[], AbstractContextManager[object]]") -> None:
    with make():
        pass
