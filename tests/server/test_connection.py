"""Connections that say too little, too slowly or too much; the server listens on a real socket."""

import asyncio
import resource
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import pytest
import uvicorn

from dashcam.server import connection
from dashcam.server.connection import SPARE_FILES, Connection, open_many
from tests.support.serving import Started

SLOW = 10_000
HEAD = b"POST /v1/logs HTTP/1.1\r\nhost: 127.0.0.1\r\n"
Answer = TypeVar("Answer")
Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def echo(scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401  ASGI's many messages
    """Answer with the size of what was sent; over WebSocket, with each word that is said."""
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.accept"})
        while (said := await receive())["type"] == "websocket.receive":
            await send({"type": "websocket.send", "text": said["text"]})
        return
    size, more = 0, True
    while more:
        message = await receive()
        size += len(message.get("body", b""))
        more = message.get("more_body", False)
    body = str(size).encode()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(body))]})
    await send({"type": "http.response.body", "body": body})


@asynccontextmanager
async def serving() -> AsyncIterator[int]:
    """Serve, and lend the port."""
    with socket.create_server(("127.0.0.1", 0), backlog=4096) as listener:
        server = uvicorn.Server(uvicorn.Config(echo, http=Connection, log_level="error", lifespan="off"))
        running = asyncio.create_task(server.serve([listener]))
        while not server.started:  # noqa: ASYNC110  uvicorn tells it by nothing else
            await asyncio.sleep(0.01)
        try:
            yield listener.getsockname()[1]
        finally:
            server.should_exit = True
            await running
    assert Connection.waiting == {}


def asked(ask: Callable[[int], Awaitable[Answer]]) -> Answer:
    """Ask a server that serves only this."""

    async def all_of_it() -> Answer:
        async with serving() as port:
            return await asyncio.wait_for(ask(port), 30)

    return asyncio.run(all_of_it())


async def hung_up(*lines: Line) -> None:
    """Close connections, and see them closed."""
    for _, writer in lines:
        writer.close()
    await asyncio.gather(*(writer.wait_closed() for _, writer in lines), return_exceptions=True)


async def said(port: int, *pieces: bytes, pause: float = 0.0) -> bytes:
    """Send some pieces, and read until the server closes; what it said before it hung up counts."""
    line = await asyncio.open_connection("127.0.0.1", port)
    heard = asyncio.create_task(_heard(line[0]))
    for piece in pieces:
        line[1].write(piece)
        await asyncio.sleep(pause)
    answer = await heard
    await hung_up(line)
    return answer


async def _heard(reader: asyncio.StreamReader) -> bytes:
    answer = b""
    try:
        while piece := await reader.read(4_096):
            answer += piece
    except ConnectionError:
        pass
    return answer


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "HEAD_SECONDS", 0.2)
    monkeypatch.setattr(connection, "BODY_SECONDS", 0.4)


def test_a_request_is_answered_and_the_connection_kept() -> None:
    async def ask(port: int) -> bytes:
        return await said(
            port,
            HEAD + b"content-length: 5\r\n\r\nhello" + HEAD + b"content-length: 2\r\n\r\nhi",
            HEAD + b"connection: close\r\n\r\n",
        )

    answer = asked(ask)
    assert [part.rpartition(b"\r\n\r\n")[2] for part in answer.split(b"HTTP/1.1 200 OK")[1:]] == [b"5", b"2", b"0"]


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize(
    ("pieces", "status"),
    [
        pytest.param([b""], b"", id="nothing is said"),
        pytest.param([b"POST /v1/"], b"HTTP/1.1 408", id="a head that stops"),
        pytest.param([b"P", b"O", b"S", b"T", b" ", b"/"], b"HTTP/1.1 408", id="a head by single signs"),
        pytest.param([HEAD + b"content-length: 9\r\n\r\nhel"], b"HTTP/1.1 408", id="a body that stops"),
        pytest.param(
            [HEAD + b"content-length: 9\r\n\r\n", *(b"x" for _ in range(6))],
            b"HTTP/1.1 408",
            id="a body by single signs",
        ),
    ],
)
def test_who_takes_too_long_is_told_so_and_let_go(pieces: list[bytes], status: bytes) -> None:
    answer = asked(lambda port: said(port, *pieces, pause=0.1))
    assert answer[:12] == status


@pytest.mark.usefixtures("hurried")
def test_a_second_request_has_a_time_of_its_own() -> None:
    answer = asked(lambda port: said(port, HEAD + b"content-length: 0\r\n\r\n", b"GET /"))
    assert (answer.count(b"HTTP/1.1 200"), answer.count(b"HTTP/1.1 408")) == (1, 1)


@pytest.mark.parametrize("name", [b"x: ", b"x-%d: "], ids=["one header without end", "headers without end"])
def test_a_head_without_end_is_refused_before_it_fills_the_memory(name: bytes) -> None:
    pieces = [b"GET / HTTP/1.1\r\n", *(b"x-%d: %s" % (number, b"y" * 1_000) for number in range(1_000))]
    if b"%d" in name:
        pieces[1:] = [piece + b"\r\n" for piece in pieces[1:]]
    answer = asked(lambda port: said(port, *pieces))
    assert answer[:12] in {b"HTTP/1.1 431", b""}, "closed while more is still coming, the answer may be lost"


def test_garbage_is_refused() -> None:
    assert asked(lambda port: said(port, b"\x16\x03\x01\x02\x00 garbage\r\n\r\n"))[:12] == b"HTTP/1.1 400"


@pytest.mark.usefixtures("hurried")
def test_a_websocket_may_be_silent() -> None:
    from websockets.asyncio.client import connect

    async def talk(port: int) -> str | bytes:
        async with connect(f"ws://127.0.0.1:{port}/") as line:
            await asyncio.sleep(0.7)
            await line.send("still here")
            return await line.recv()

    assert asked(talk) == "still here"


def test_of_too_many_the_one_that_waits_longest_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Connection, "most", 3)

    async def ask(port: int) -> list[bytes]:
        lines = []
        for _ in range(5):
            lines.append(await asyncio.open_connection("127.0.0.1", port))
            await asyncio.sleep(0.05)
        for _, writer in lines[2:]:
            writer.write(HEAD + b"connection: close\r\n\r\n")
        answers = [(await _heard(reader))[:12] for reader, _ in lines]
        await hung_up(*lines)
        return answers

    assert asked(ask) == [b"", b"", *[b"HTTP/1.1 200"] * 3]


@pytest.mark.slow
def test_ten_thousand_slow_connections_keep_nobody_out(tmp_path: Path) -> None:
    """Each says a sign and stops; who asks properly meanwhile is answered, and in the end all of them are let go."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    if 0 <= before[1] < SLOW + SPARE_FILES:
        pytest.skip(f"{SLOW} connections need more files than the {before[1]} that a process may open here")

    async def ask(port: int) -> tuple[bytes, list[bytes]]:
        slow: list[Line] = []
        for _ in range(SLOW // 100):
            opened = await asyncio.gather(*(asyncio.open_connection("127.0.0.1", port) for _ in range(100)))
            for _, writer in opened:
                writer.write(b"P")
            slow += opened
        answer = await said(port, b"GET /api/status HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n")
        ends = await asyncio.gather(*(_heard(reader) for reader, _ in slow))
        await hung_up(*slow)
        return answer, ends

    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (SLOW + SPARE_FILES, before[1]))
        with Started(tmp_path) as server:
            answer, ends = asyncio.run(ask(server.connection().port))
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
    assert answer[:12] == b"HTTP/1.1 200"
    assert {end[:12] for end in ends} == {b"HTTP/1.1 408"}


def test_the_limit_of_open_files_is_raised() -> None:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = Connection.most
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(1_024, before[0]), before[1]))
    try:
        open_many()
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        assert soft == min(hard if hard >= 0 else 1 << 60, connection.MOST_CONNECTIONS + connection.SPARE_FILES)
        assert Connection.most == min(connection.MOST_CONNECTIONS, soft - connection.SPARE_FILES)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
        Connection.most = most
