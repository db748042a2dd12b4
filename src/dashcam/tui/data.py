"""The way from a screen to the database: questions are asked in a thread.

What a stranger would get wrong: nothing may be asked on the way to a key's answer. A screen shows what it has, asks,
and shows what comes; and a database that is locked or gone for a while is asked again, not given up.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Generic, TypeVar

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


class Begun(msgspec.Struct, Generic[Answer], frozen=True, kw_only=True):
    """What was asked before there was a screen."""

    opened: "Future[None]"
    """Done when the database is open; it raises DatabaseError or BadSettings."""
    answer: "Future[Answer]"


class Data:
    """Asks the database in one thread, with a connection that is opened anew when it fails."""

    def __init__(self, machine: "Machine") -> None:
        self.machine = machine
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="questions")
        self._store: Store | None = None

    def begin(
        self, make_ready: "Callable[[], AbstractContextManager[object]]", question: Question[Answer]
    ) -> Begun[Answer]:
        """Open the database, make it ready, and ask: all in the thread, while the caller does something else."""
        opened = self._thread.submit(_enter, make_ready)
        return Begun(opened=opened, answer=self._thread.submit(self._answer, question))

    async def ask(self, question: Question[Answer], asker: "Widget | None" = None) -> Answer:
        """Ask a question. Raises what it raises, and CancelledError where the asker has left the screen meanwhile."""
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, self._answer, question)
        finally:
            if asker is not None and _is_gone(asker):
                raise asyncio.CancelledError

    async def revision(self) -> int:
        """Say how many saves the database has seen. Raises DatabaseError."""
        return await self.ask(lambda database, _: revision_of(database))

    def close(self) -> None:
        """Close the connection, once the last question is answered."""
        self._thread.submit(self._forget)
        self._thread.shutdown()

    def _answer(self, question: Question[Answer]) -> Answer:
        if self._store is None:
            self._store = self.machine.connect(cache_kib=CACHE_KIB)
        try:
            return question(self._store.database, self.machine.moment())
        except DashcamError:
            # The server may have been started again: the next question gets a connection of its own.
            self._forget()
            raise

    def _forget(self) -> None:
        store, self._store = self._store, None
        if store is not None:
            store.close()


def _is_gone(asker: "Widget") -> bool:
    """Whether nothing of a widget can be found any more: its screen was left, or the program ends."""
    from textual.dom import NoScreen

    try:
        is_left = asker.screen not in asker.app.screen_stack
    except NoScreen:
        return True
    return is_left or not asker.children or not asker.is_attached


def _enter(make: "Callable[[], AbstractContextManager[object]]") -> None:
    with make():
        pass
