"""A server that stands before ours and holds its answers back, as a slow database or a long way would.

Only the API waits; pages, scripts and the live stream pass at once. It runs on a thread of its own, since the test
blocks its own.
"""

import asyncio
import threading
from types import TracebackType
from typing import Self

PIECE = 65_536
END_OF_HEAD = b"\r\n\r\n"


class SlowProxy:
    """While it is closed, answers of the API wait until it is opened."""

    def __init__(self, host: str, port: int) -> None:
        self._upstream = (host, port)
        self._loop = asyncio.new_event_loop()
        self._open = asyncio.Event()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._tasks: set[asyncio.Task[None]] = set()

    def __enter__(self) -> Self:
        self._thread.start()
        self._listener = asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result()
        host, port = self._listener.sockets[0].getsockname()
        self.address = f"http://{host}:{port}"
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        asyncio.run_coroutine_threadsafe(self._leave(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def open(self) -> None:
        """Let all answers pass, those that wait and those to come."""
        self._loop.call_soon_threadsafe(self._open.set)

    def close(self) -> None:
        """Hold answers from now on."""
        self._loop.call_soon_threadsafe(self._open.clear)

    async def _listen(self) -> asyncio.Server:
        return await asyncio.start_server(self._meet, "127.0.0.1", 0)

    async def _leave(self) -> None:
        self._listener.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is None:
            return
        self._tasks.add(task)
        try:
            await self._pass_on(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # Either side went away, which is its right.
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(END_OF_HEAD)
        path = head.split(b" ", 2)[1]
        if path.startswith(b"/api/") and not path.startswith(b"/api/live"):
            await self._open.wait()
        lines = [line for line in head.split(b"\r\n") if line and not line.lower().startswith(b"connection:")]
        answer, asking = await asyncio.open_connection(*self._upstream)
        try:
            # One request a connection: then an answer ends where its connection does.
            asking.write(b"\r\n".join([*lines, b"Connection: close"]) + END_OF_HEAD)
            sending = asyncio.create_task(_copy(reader, asking))
            await _copy(answer, writer)
            sending.cancel()
        finally:
            asking.close()


async def _copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    while piece := await source.read(PIECE):
        target.write(piece)
        await target.drain()
