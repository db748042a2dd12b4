"""Answers that are made while they are sent, and let go of what they hold as soon as somebody hangs up.

What a stranger would get wrong: Litestar closes no generator of its own accord. What one holds, a connection to the
database for example, would wait for the garbage collector.
"""

from collections.abc import AsyncGenerator, Generator, Mapping

from anyio import to_thread
from litestar.background_tasks import BackgroundTask
from litestar.response import Stream


def closing_stream(pieces: AsyncGenerator[bytes], media: str, headers: Mapping[str, str]) -> Stream:
    """Stream what a generator makes, and close it at the end, whoever brought that about."""
    return Stream(pieces, media_type=media, headers=headers, background=BackgroundTask(_close, pieces))


async def in_threads(pieces: Generator[bytes]) -> AsyncGenerator[bytes]:
    """Make each piece in a thread. Unlike in Litestar's own way, a ValueError is no end of the stream."""
    try:
        while (piece := await to_thread.run_sync(next, pieces, None)) is not None:
            yield piece
    finally:
        pieces.close()


async def _close(pieces: AsyncGenerator[bytes]) -> None:
    await pieces.aclose()
