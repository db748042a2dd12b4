"""`/api/live`: what is new, as server-sent events whose id is the revision."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Annotated, Any

from litestar import Request, get
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import Parameter
from litestar.response import Stream

from dashcam.server.desk import Desk
from dashcam.server.hub import Message
from dashcam.server.streams import closing_stream

HEADERS = {"cache-control": "no-store", "x-accel-buffering": "no"}
RETRY_MS = 1_000
ALIVE = b"event: alive\ndata: {}\n\n"


@get(
    "/api/live",
    summary="What is new",
    responses={200: ResponseSpec(str, media_type="text/event-stream", description="Server-sent events.")},
)
async def live(
    request: Request[Any, Any, Any],
    desk: NamedDependency[Desk],
    after: Annotated[
        int | None, Parameter(ge=0, le=1 << 62, description="The last revision seen, unless Last-Event-ID says.")
    ] = None,
) -> Stream:
    """Stream `changed` (sessions that have something new) and `work` (what goes on in the background).

    The id of an event is the revision of the database, so a client that comes back with Last-Event-ID misses nothing.
    In silence, `alive` every 15 seconds says that the connection is: who hears nothing for long has lost it.
    """
    last = request.headers.get("last-event-id", "")
    seen = int(last) if last.isascii() and last.isdigit() and len(last) < len(str(1 << 63)) else after
    return closing_stream(_events(desk, seen), "text/event-stream", HEADERS)


async def _events(desk: Desk, seen: int | None) -> AsyncGenerator[bytes]:
    yield f"retry: {RETRY_MS}\n\n".encode()
    async with aclosing(desk.hub.follow(seen)) as news:
        async for message in news:
            yield ALIVE if message is None else written(message)


def written(message: Message) -> bytes:
    """Write one event; JSON holds no line end, so its data is one line."""
    return b"id: %d\nevent: %s\ndata: %s\n\n" % (message.revision, message.event.encode(), message.data)
