"""How the server takes what is pushed: log records and hooks at a steady rate, with followers of the news beside them.

`python -m benchmarks.receiving [--seconds 60] [--records 10000] [--hooks 500] [--kill] [--database URL]` starts
`dashcam serve` on an empty home, sends OTLP log records (protobuf, 100 a request) and hooks at those rates, and
measures each answer. Beside them a screen follows the news and asks for the live page when something changed, as the
web app does. With `--kill` the server is killed half-way and started again on the same port: senders try again what was
not acknowledged. At the end every record that was acknowledged has to be in the database.

What a stranger would get wrong: the senders share the machine with the server, so their bodies are made once, and only
the ids in them are written anew.
"""

import argparse
import asyncio
import json
import signal
import socket
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

import msgspec
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest

from benchmarks.report import table
from tests.support.serving import Started

BATCH = 100
AT_ONCE = 16
SESSIONS = 50
SESSION, REQUEST = "SSSSSSSS", "RRRRRRRR"
"""As long as the ids that are written in their place."""
RETRY_SECONDS = 0.2
SCREEN_SECONDS, SCREEN_SHARE = 0.25, 3
"""A screen asks again after this time, or after this many times as long as the last answer took."""
PATIENCE_SECONDS = 600.0
"""For the reading that goes on after the last answer."""


class Tally:
    """What was acknowledged, and how long each answer took."""

    def __init__(self) -> None:
        self.taken: dict[str, list[float]] = {"records": [], "hooks": [], "the live page": []}
        self.acknowledged = {"records": 0, "hooks": 0}
        self.failures = 0
        self.late = 0.0
        """Seconds by which the senders fell behind their rate at most."""


@cache
def _template() -> bytes:
    """Make a request of BATCH log records, each a request to a model with an id of its own."""
    sent = ExportLogsServiceRequest()
    group = sent.resource_logs.add()
    for key, value in (("service.name", "claude-code"), ("service.version", "2.1.329"), ("host.arch", "amd64")):
        pair = group.resource.attributes.add()
        pair.key, pair.value.string_value = key, value
    records = group.scope_logs.add().log_records
    now = time.time_ns()
    for place in range(BATCH):
        record = records.add()
        record.time_unix_nano = now
        record.body.string_value = "claude_code.api_request"
        said: dict[str, Any] = {
            "session.id": SESSION,
            "event.name": "api_request",
            "event.sequence": place,
            "request_id": f"req_{REQUEST}_{place}",
            "prompt.id": "e06fa4c5-13ae-45c6-973a-416b6e88a099",
            "user.id": "3057ee2a2d240d008292e66352eac3c9d574925621adec0a471d81acf5ca3102",
            "terminal.type": "xterm-256color",
            "model": "claude-sonnet-4-5",
            "query_source": "sdk",
            "speed": "normal",
            "input_tokens": 10,
            "output_tokens": 5,
            "cache_read_tokens": 1_000,
            "cache_creation_tokens": 100,
            "duration_ms": 1_200,
            "cost_usd": 0.0009,
        }
        for key, value in said.items():
            pair = record.attributes.add()
            pair.key = key
            if isinstance(value, str):
                pair.value.string_value = value
            elif isinstance(value, int):
                pair.value.int_value = value
            else:
                pair.value.double_value = value
    return bytes(sent.SerializeToString())


def request(number: int) -> bytes:
    """Make one request of log records."""
    ids = (b"%08d" % (number % SESSIONS), b"%08d" % number)
    return _template().replace(SESSION.encode(), ids[0]).replace(REQUEST.encode(), ids[1])


def hook(number: int) -> bytes:
    """Make a hook's payload: tools are begun and done by turns."""
    call, is_done = divmod(number, 2)
    said = {
        "session_id": f"{call % SESSIONS:08}",
        "hook_event_name": "PostToolUse" if is_done else "PreToolUse",
        "tool_name": "Bash",
        "tool_use_id": f"toolu_{call}",
        "tool_input": {"command": "ls -la"},
        "cwd": "/work/shop",
    }
    return json.dumps(said).encode()


class Lines:
    """Kept connections to the server. A client library takes as long for a request as the server for its answer."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._free: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def post(self, path: str, media: str, body: bytes) -> int:
        """Post a body, and give the status. Raises OSError and EOFError."""
        head = f"POST {path} HTTP/1.1\r\nhost: 127.0.0.1:{self._port}\r\ncontent-type: {media}\r\n"
        return await self.ask(f"{head}content-length: {len(body)}\r\n\r\n".encode() + body)

    async def ask(self, request: bytes) -> int:
        """Send a request, and give the status. Raises OSError and EOFError."""
        reader, writer = self._free.pop() if self._free else await asyncio.open_connection("127.0.0.1", self._port)
        try:
            writer.write(request)
            told = (await reader.readuntil(b"\r\n\r\n")).lower()
            size = next(line for line in told.split(b"\r\n") if line.startswith(b"content-length:"))
            await reader.readexactly(int(size.partition(b":")[2]))
        except BaseException:
            writer.close()
            raise
        self._free.append((reader, writer))
        return int(told.split(b" ", 2)[1])

    def close(self) -> None:
        """Close all of them."""
        for _, writer in self._free:
            writer.close()


async def send(lines: Lines, tally: Tally, flow: "Flow", body: bytes) -> None:
    """Send until it is acknowledged; the time is that of the answer which did."""
    media = "application/x-protobuf" if flow.kind == "records" else "application/json"
    while True:
        began = time.perf_counter()
        try:
            if await lines.post(flow.path, media, body) == HTTPStatus.OK:
                tally.taken[flow.kind].append((time.perf_counter() - began) * 1_000)
                tally.acknowledged[flow.kind] += flow.worth
                return
        except (OSError, EOFError):
            pass
        tally.failures += 1
        await asyncio.sleep(RETRY_SECONDS)


class Flow(msgspec.Struct, frozen=True, kw_only=True):
    """What is sent, and how often a second."""

    kind: str
    path: str
    make: Callable[[int], bytes]
    rate: float
    worth: int


async def steadily(lines: Lines, tally: Tally, flow: Flow, seconds: float) -> None:
    """Send at a rate, however long the answers take, but never more than AT_ONCE at a time."""
    door = asyncio.Semaphore(AT_ONCE)
    running: set[asyncio.Task[None]] = set()
    began = time.perf_counter()
    for number in range(int(flow.rate * seconds)):
        due = began + number / flow.rate
        wait = due - time.perf_counter()
        if wait > 0:
            await asyncio.sleep(wait)
        tally.late = max(tally.late, -wait)
        await door.acquire()
        task = asyncio.create_task(send(lines, tally, flow, flow.make(number)))
        running.add(task)
        task.add_done_callback(running.discard)
        task.add_done_callback(lambda _: door.release())
    await asyncio.gather(*running)


async def screen(port: int, tally: Tally) -> None:
    """Follow the news as the live page does, again and again until it is cancelled."""
    lines = Lines(port)
    while True:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(f"GET /api/live HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\n\r\n".encode())
            while await reader.readuntil(b"event: changed"):
                began = time.perf_counter()
                if (
                    await lines.ask(f"GET /api/now HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\n\r\n".encode())
                    == HTTPStatus.OK
                ):
                    tally.taken["the live page"].append((time.perf_counter() - began) * 1_000)
                await asyncio.sleep(max(SCREEN_SECONDS, SCREEN_SHARE * (time.perf_counter() - began)))
        except (OSError, EOFError):
            await asyncio.sleep(RETRY_SECONDS)


async def load(port: int, seconds: float, records: int, hooks: int, tally: Tally) -> None:
    """Send both at once."""
    lines = Lines(port)
    flows = (
        Flow(kind="records", path="/v1/logs", make=request, rate=records / BATCH, worth=BATCH),
        Flow(kind="hooks", path="/hooks/claude-code", make=hook, rate=hooks, worth=1),
    )
    watching = asyncio.create_task(screen(port, tally))
    await asyncio.gather(*(steadily(lines, tally, flow, seconds) for flow in flows))
    watching.cancel()
    lines.close()


def free_port() -> int:
    """Find a port that nobody has."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def kept(server: Started) -> int:
    """Say how many calls the database holds."""
    return int(server.ask("/api/overview?range=all")["current"]["calls"])


async def killed_half_way(home: Path, port: int, chosen: argparse.Namespace, tally: Tally) -> Started:
    """Send for the first half, kill, start again, send the second half; gives the server that lives at the end."""
    place = {"DASHCAM_DATABASE_URL": chosen.database} if chosen.database else {}
    server = Started(home, "--port", str(port), **place).__enter__()
    sending = asyncio.create_task(load(port, chosen.seconds, chosen.records, chosen.hooks, tally))
    if chosen.kill:
        await asyncio.sleep(chosen.seconds / 2)
        await asyncio.to_thread(server.stop, signal.SIGKILL)
        server = await asyncio.to_thread(lambda: Started(home, "--port", str(port), **place).__enter__())
    await sending
    return server


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--records", type=int, default=10_000, help="log records a second")
    parser.add_argument("--hooks", type=int, default=500, help="hooks a second")
    parser.add_argument("--kill", action="store_true", help="kill the server half-way")
    parser.add_argument("--database", default="", help="an empty PostgreSQL database in SQLite's place")
    chosen = parser.parse_args()
    tally = Tally()
    with tempfile.TemporaryDirectory() as scratch:
        server = asyncio.run(killed_half_way(Path(scratch), free_port(), chosen, tally))
        ended = time.monotonic()
        found = kept(server)
        while found < tally.acknowledged["records"] and time.monotonic() - ended < PATIENCE_SECONDS:
            time.sleep(1)
            found = kept(server)
        reading = time.monotonic() - ended
        server.stop()
    rows = [
        ["log records acknowledged", f"{tally.acknowledged['records']:,}"],
        ["hooks acknowledged", f"{tally.acknowledged['hooks']:,}"],
        *([f"an answer, {kind}", told(tally.taken[kind])] for kind in tally.taken),
        ["tried again", f"{tally.failures:,}"],
        ["behind the rate at most", f"{tally.late:.1f} s"],
        ["calls in the database", f"{found:,}"],
        ["read to the end after the last answer", f"{reading:.0f} s"],
    ]
    print(table(("what", "figure"), rows))
    if found != tally.acknowledged["records"]:
        sys.exit("what was acknowledged is not what is kept")


def told(taken: list[float]) -> str:
    """Say how long answers took."""
    if len(taken) < 2:  # noqa: PLR2004  a quantile needs two
        return "-"
    parts = statistics.quantiles(taken, n=100)
    return f"p50 {statistics.median(taken):.0f} ms, p99 {parts[98]:.0f} ms, longest {max(taken):.0f} ms"


if __name__ == "__main__":
    main()
