"""Answers that a browser may keep: each is named by the revision of the database, by the news told, and by the minute.

The minute is for what time alone changes. A name may be older than what it stands on, never newer; so an answer is
asked for once too often, but none is stale. What looks at the clock, the disk or the work in the background
has no name.
"""

from datetime import UTC, datetime
from typing import Any

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send

from dashcam.server.desk import Desk

UNNAMED = frozenset(("/api/agents", "/api/doctor", "/api/live", "/api/now", "/api/status"))
ELSEWHERE = "/api/prometheus/"
"""What comes from another server changes as it likes."""
_HEADERS = (b"cache-control", b"private, no-cache"), (b"vary", b"Accept-Encoding, Cookie, Authorization")


class Freshness:
    """ASGI middleware that names the answers of the API, and answers 304 to whoever holds one already."""

    def __init__(self, app: ASGIApp, desk: Desk) -> None:
        self.app = app
        self.desk = desk

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 304, or let the request through and name its answer."""
        if scope["type"] != ScopeType.HTTP or not _is_named(scope["method"], scope["path"]):
            await self.app(scope, receive, send)
            return
        name = self._name()
        held = b",".join(value for header, value in scope["headers"] if header == b"if-none-match")
        if name in (one.strip() for one in held.split(b",")):
            headers = [(b"etag", name), *_HEADERS]
            await send({"type": "http.response.start", "status": 304, "headers": headers})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
            return

        async def named(message: Any) -> None:  # noqa: ANN401  one of ASGI's many messages
            if message["type"] == "http.response.start" and message["status"] == 200:  # noqa: PLR2004
                known = {header.lower() for header, _ in message["headers"]}
                added = [(b"etag", name), *_HEADERS] if b"cache-control" not in known else []
                message = {**message, "headers": [*message["headers"], *added]}
            await send(message)

        await self.app(scope, receive, named)

    def _name(self) -> bytes:
        minute = int(datetime.now(UTC).timestamp()) // 60
        desk = self.desk
        parts = (desk.started, desk.settings_version, desk.hub.revision, desk.hub.number, minute)
        return f'W/"{".".join(f"{part:x}" for part in parts)}"'.encode()


def _is_named(method: str, path: str) -> bool:
    return method == "GET" and path.startswith("/api/") and path not in UNNAMED and not path.startswith(ELSEWHERE)
