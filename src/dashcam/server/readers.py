"""Connections for reading, lent to one request at a time. A connection that failed is not lent again.

Who reads for as long as a client likes to listen must not take those that everyone else waits for: downloads have a few
of their own.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import Empty, LifoQueue

from dashcam.records.errors import DatabaseError, DatabaseLocked
from dashcam.store.database import Database

READERS = 4
"""Requests that read at the same time; more would only wait for the processor."""
PATIENCE_SECONDS = 30.0


class Readers:
    """A few connections. The last one given back is lent first, so that an idle server holds one warm."""

    def __init__(self, connect: Callable[[], Database], count: int = READERS) -> None:
        self._connect = connect
        self._free: LifoQueue[Database | None] = LifoQueue()
        for _ in range(count):
            self._free.put(None)

    @contextmanager
    def lend(self) -> Iterator[Database]:
        """Lend a connection whose reads all see one state, once one is free. Raises DatabaseError."""
        try:
            database = self._free.get(timeout=PATIENCE_SECONDS)
        except Empty:
            raise DatabaseLocked("others read all the time", "Ask again in a while.") from None
        try:
            database = database or self._connect()
            with database.reading():
                yield database
        except DatabaseError:
            # The server may have gone away, or the file been replaced: the next request connects anew.
            if database is not None:
                database.close()
            database = None
            raise
        finally:
            self._free.put(database)

    def close(self) -> None:
        """Close every connection that is not lent; who asks for one after that connects anew."""
        idle = [self._free.get() for _ in range(self._free.qsize())]
        for database in idle:
            if database is not None:
                database.close()
            self._free.put(None)
