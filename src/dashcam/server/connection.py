"""An HTTP connection that has to say what it wants in time and in few words.

What a stranger would get wrong: neither uvicorn nor its parser limits either. A sender of a byte now and then holds a
connection for ever, and one whose headers never end fills the memory, before anybody has looked at a token.
"""

import asyncio
from http import HTTPStatus
from typing import ClassVar, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

try:
    import resource
except ImportError:  # Windows has no such limit.
    resource = None  # type: ignore[assignment]

HEAD_SECONDS = 10.0
"""From the connection, or the first byte of a further request, to the end of its headers."""
BODY_SECONDS = 120.0
"""From the end of the headers to the end of the body: 16 MiB take that long at 1 Mbit a second."""
MOST_HEAD_BYTES = 64 * 1024
MOST_CONNECTIONS = 50_000
SPARE_FILES = 256
"""Open files that are none of the connections': the database, the inbox, what is read."""


class Connection(HttpToolsProtocol):
    """Closes itself when a request takes too long to come; of too many, the one that waits longest goes first."""

    most: ClassVar[int] = MOST_CONNECTIONS
    waiting: ClassVar["dict[Connection, None]"] = {}
    """Those that have not said yet what they want, the oldest first."""
    _deadline: asyncio.TimerHandle | None = None
    _head_bytes = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request."""
        super().connection_made(transport)
        self._await_head()
        if len(self.connections) > self.most:
            next(iter(self.waiting)).transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._await_nothing()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take a piece, unless the headers grow beyond their limit."""
        super().data_received(data)
        if self in self.waiting:
            self._head_bytes += len(data)
            if self._head_bytes > MOST_HEAD_BYTES:
                self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)

    def on_message_begin(self) -> None:
        """Count a request's time from its first byte; the first one's is counted from the connection."""
        super().on_message_begin()
        if self not in self.waiting:
            self._await_head()

    def on_headers_complete(self) -> None:
        """Give the body its own time."""
        self._await_nothing()
        self._deadline = self.loop.call_later(BODY_SECONDS, self._refuse, HTTPStatus.REQUEST_TIMEOUT)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Have it all."""
        self._await_nothing()
        super().on_message_complete()

    def handle_websocket_upgrade(self) -> None:
        """Hand over to WebSocket, which has times of its own."""
        self._await_nothing()
        super().handle_websocket_upgrade()

    def _await_head(self) -> None:
        self._await_nothing()
        self.waiting[self] = None
        self._head_bytes = 0
        self._deadline = self.loop.call_later(HEAD_SECONDS, self._refuse, HTTPStatus.REQUEST_TIMEOUT)

    def _await_nothing(self) -> None:
        self.waiting.pop(self, None)
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _refuse(self, status: HTTPStatus) -> None:
        """Answer with why, where nothing was answered yet; who said nothing at all is told nothing."""
        cycle = cast("RequestResponseCycle | None", self.cycle)
        is_between = cycle is None or cycle.response_complete
        if self._head_bytes if is_between else cycle and not cycle.response_started:
            head = f"HTTP/1.1 {status.value} {status.phrase}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
            self.transport.write(head.encode())
        self._await_nothing()
        self.transport.close()


def open_many() -> None:
    """Let this process hold as many connections as the system allows it; many systems begin with a few hundred."""
    if resource is not None:
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = MOST_CONNECTIONS + SPARE_FILES
        wanted = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        if soft != resource.RLIM_INFINITY and soft < wanted:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            soft = wanted
        Connection.most = MOST_CONNECTIONS if soft == resource.RLIM_INFINITY else max(1, soft - SPARE_FILES)
