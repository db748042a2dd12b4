"""A client that hangs up once it has heard enough, which no test client of a library does."""

import asyncio
from collections.abc import Callable
from typing import Any

from litestar.types import Message

from dashcam.server.hub import Hub
from tests.support.serving import PATIENCE_SECONDS, Server


class Caller:
    """Asks a server for one address, and hangs up when `enough` says so of what it has heard."""

    def __init__(self, path: str, query: bytes = b"", **headers: str) -> None:
        named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
        self.scope: Any = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "root_path": "",
            "query_string": query,
            "headers": [(b"host", b"127.0.0.1:4747"), *named],
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 4747),
            "state": {},
        }
        self.status = 0
        self.headers: dict[bytes, bytes] = {}
        self.heard = b""
        self.followers = -1
        """How many still followed the news once this one had hung up."""

    def call(self, server: Server, enough: Callable[[bytes], bool]) -> None:
        """Ask, with the server's hub at work."""
        asyncio.run(self._call(server, enough))

    async def _call(self, server: Server, enough: Callable[[bytes], bool]) -> None:
        gone = asyncio.Event()

        async def receive() -> Any:  # noqa: ANN401  one of ASGI's many messages
            if self.status:
                await gone.wait()
                return {"type": "http.disconnect"}
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.status, self.headers = message["status"], dict(message["headers"])
            elif message["type"] == "http.response.body":
                self.heard += message["body"]
            if enough(self.heard):
                gone.set()
                await asyncio.sleep(0)

        before = server.desk.hub
        hub = server.desk.hub = Hub(server.desk.readers, server.desk.moment)  # one belongs to one loop
        await hub.begin()
        following = asyncio.create_task(hub.run())
        try:
            await asyncio.wait_for(server.app()(self.scope, receive, send), PATIENCE_SECONDS)
        finally:
            self.followers = hub.followers
            hub.close()
            await following
            server.desk.hub = before
            server.desk.readers.close()
