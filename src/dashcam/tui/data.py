"""The way from a screen to the database: questions are asked in a thread, and a change of the database is heard of.

What a stranger would get wrong: nothing may be asked on the way to a key's answer. A screen shows what it has, asks,
and shows what comes; and a database that is locked or gone for a while is asked again, not given up.
"""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from dashcam.ingest import watch
from dashcam.ingest.follow import Follower
from dashcam.queries.moment import Moment
from dashcam.records.errors import DashcamError
from dashcam.store.database import Database
from dashcam.store.store import Store
from dashcam.store.totals import revision_of
from dashcam.tui.machine import Machine

Answer = TypeVar("Answer")
Question = Callable[[Database, Moment], Answer]

CACHE_KIB = 16 * 1024
STOP_SECONDS = 3.0
AGAIN_SECONDS = 5.0


class Data:
    """Asks the database in one thread, with a connection that is opened anew when it fails."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="questions")
        self._store: Store | None = None

    async def ask(self, question: Question[Answer]) -> Answer:
        """Ask a question. Raises what it raises."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._answer, question)

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


class Watching:
    """Reads what agents write while the screens are open, as the server does."""

    def __init__(self, machine: Machine, tell: Callable[[str], None]) -> None:
        self._machine = machine
        self._tell = tell
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watch", daemon=True)

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def stop(self) -> None:
        """Watch no longer; what was kept stays kept."""
        self._stop.set()
        self._thread.join(STOP_SECONDS)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._follow()
            except (DashcamError, OSError) as error:
                self._tell(error.message if isinstance(error, DashcamError) else str(error))
                self._stop.wait(AGAIN_SECONDS)

    def _follow(self) -> None:
        follower = Follower(self._machine.scanner())
        with self._machine.connect() as store:
            for changed in watch.changes(follower.places, self._stop):
                made = follower.plan(store, changed)
                if made.tasks or made.missing or made.unread or made.spent:
                    follower.scan(store, made)
                    self._tell("")
