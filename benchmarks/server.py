"""`python -m benchmarks.server`: the server at rest, and with 200 followers, a load and a scan at once.

What a stranger would get wrong: one machine bears the server, its clients and the load, so the figures under load are
of all of them together. An error is any answer but 200 and any stream that ends before it is told to. Linux only.
"""

import argparse
import asyncio
import contextlib
import http.client
import json
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import msgspec

from benchmarks.corpus import generate, read_size
from benchmarks.measure import resident, spent
from benchmarks.report import cells, mebibytes, table

LISTING = "/api/sessions?limit=100"
APPEND_SECONDS = 0.5
PATIENCE_SECONDS = 300
CONNECTIONS = 8
"""How many ask for the list at once."""
WRK = """
done = function(summary, latency)
  local e = summary.errors
  print(string.format("RESULT %d %d %f %f %f", summary.requests,
    e.connect + e.read + e.write + e.status + e.timeout,
    latency:percentile(50) / 1000, latency:percentile(95) / 1000, latency.max / 1000))
end
"""


class Loaded(msgspec.Struct, frozen=True, kw_only=True):
    """What the load on the list of sessions saw. Times are milliseconds."""

    requests: int
    errors: int
    middle: float
    p95: float
    longest: float


class Server:
    """A server over a home, with what the system says of its process."""

    def __init__(self, home: Path) -> None:
        place = {"PATH": os.environ["PATH"], "HOME": str(home), "DASHCAM_HOME": str(home / "dashcam"), "TZ": "UTC"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "dashcam.cli.main", "serve", "--port", "0"],
            env=place,
            stdout=subprocess.PIPE,
            text=True,
        )
        if self.process.stdout is None:
            raise RuntimeError("a pipe was asked for and not given")
        self.address = self.process.stdout.readline().split()[1]
        self.port = int(self.address.rpartition(":")[2])

    @property
    def memory(self) -> int:
        """Resident bytes now."""
        return resident(self.process.pid)

    @property
    def cpu(self) -> float:
        """CPU seconds so far, those of scans that have ended included."""
        return spent(self.process.pid)

    def ask(self, path: str, body: bytes | None = None) -> Any:  # noqa: ANN401  what JSON holds
        """Ask, or tell where there is a body. Raises OSError and ValueError."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        with contextlib.closing(connection):
            headers = {"Content-Type": "application/json"} if body else {}
            connection.request("POST" if body else "GET", path, body, headers)
            answer = connection.getresponse()
            words = answer.read()
        if answer.status >= http.HTTPStatus.BAD_REQUEST:
            raise ValueError(f"{path}: {answer.status} {words[:200]!r}")
        return json.loads(words)

    def wait_for_scan(self, sessions: int = 0) -> None:
        """Wait until nothing is read any more, and so many sessions are known."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            status = self.ask("/api/status")
            if status["sessions"] >= sessions and not status["work"]["doing"]:
                return
            time.sleep(0.2)
        raise TimeoutError("the scan did not end")

    def stop(self) -> tuple[int, float]:
        """Stop it; say how it ended and in how many seconds."""
        begun = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60), time.monotonic() - begun


class Session:
    """A session that grows by one model call at a time."""

    def __init__(self, home: Path) -> None:
        self.id = str(uuid.uuid4())
        self.path = home / ".claude" / "projects" / "-home-ada-bench" / f"{self.id}.jsonl"
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.written: dict[int, float] = {}
        """When each call was written, by its number from 1."""

    def append(self) -> None:
        """Write one more answer of the model."""
        number = len(self.written) + 1
        line = {
            "type": "assistant",
            "sessionId": self.id,
            "uuid": str(uuid.uuid4()),
            "timestamp": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "cwd": "/home/ada/bench",
            "version": "2.1.329",
            "requestId": f"req_{self.id}_{number}",
            "message": {
                "id": f"msg_{self.id}_{number}",
                "role": "assistant",
                "model": "claude-sonnet-5",
                "content": [{"type": "text", "text": "Done."}],
                "usage": {"input_tokens": 10, "output_tokens": 100},
            },
        }
        self.written[number] = time.monotonic()
        with self.path.open("a") as file:
            file.write(json.dumps(line) + "\n")

    def heard(self, event: bytes, latencies: list[float]) -> None:
        """Note how long the calls took that an event tells of."""
        for row in json.loads(event).get("sessions", ()):
            if row["session_id"] == self.id:
                now = time.monotonic()
                told = [number for number in self.written if number <= row["calls"]]
                latencies += [1_000 * (now - self.written.pop(number)) for number in told if self.written[number]]
                self.written |= dict.fromkeys(told, 0.0)


class Followers:
    """Clients that follow the news, in a thread of their own; the first also tells how late it hears of a session."""

    def __init__(self, port: int, count: int, session: Session) -> None:
        self.port, self.count, self.session = port, count, session
        self.events = self.errors = self.connected = 0
        self.latencies: list[float] = []
        self._stopping = False
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        deadline = time.monotonic() + 60
        while self.connected < self.count and time.monotonic() < deadline:
            time.sleep(0.05)
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping = True
        self._thread.join()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._follow_all())
        self._loop.close()

    async def _follow_all(self) -> None:
        tasks = [asyncio.create_task(self._follow(number)) for number in range(self.count)]
        while not self._stopping:  # noqa: ASYNC110  another thread says so
            await asyncio.sleep(0.1)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _follow(self, number: int) -> None:
        """Follow once; whoever is let go comes back, and is counted as an error here."""
        while True:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port, limit=1 << 24)
            writer.write(b"GET /api/live HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            try:
                if b" 200 " not in await reader.readline():
                    raise ConnectionError
                self.connected += 1
                while line := await reader.readline():
                    if line.startswith(b"data: "):
                        self.events += 1
                        if number == 0:
                            self.session.heard(line[6:], self.latencies)
                self.errors += 1
            except OSError:
                self.errors += 1
            finally:
                writer.close()


@contextlib.contextmanager
def busy(server: Server, session: Session) -> Iterator[list[int]]:
    """Append to a session, and have everything read anew again and again; yields what was done."""
    over = threading.Event()
    scans = [0]

    def append() -> None:
        while not over.wait(APPEND_SECONDS):
            session.append()

    def scan() -> None:
        while not over.is_set():
            scans[0] += server.ask("/api/scan", b'{"full": true}')["begun"]
            over.wait(1)

    threads = [threading.Thread(target=append), threading.Thread(target=scan)]
    for thread in threads:
        thread.start()
    try:
        yield scans
    finally:
        over.set()
        for thread in threads:
            thread.join()


def load(server: Server, seconds: int, scratch: Path) -> Loaded:
    """Ask for the list of sessions without a pause, by wrk where it is installed."""
    if not shutil.which("wrk"):
        return plain_load(server, seconds)
    script = scratch / "done.lua"
    script.write_text(WRK)
    address = f"http://127.0.0.1:{server.port}{LISTING}"
    words = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", str(script), address]
    told = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    found = re.search(r"RESULT (\d+) (\d+) (\S+) (\S+) (\S+)", told)
    if found is None:
        raise RuntimeError(f"wrk said nothing of use: {told}")
    requests, errors, middle, p95, longest = found.groups()
    return Loaded(
        requests=int(requests), errors=int(errors), middle=float(middle), p95=float(p95), longest=float(longest)
    )


def plain_load(server: Server, seconds: int) -> Loaded:
    """Do the same with threads of this process."""
    end = time.monotonic() + seconds
    times: list[float] = []
    errors: list[str] = []

    def ask() -> None:
        while time.monotonic() < end:
            begun = time.monotonic()
            try:
                server.ask(LISTING)
            except (OSError, ValueError) as error:
                errors.append(str(error))
            times.append(1_000 * (time.monotonic() - begun))

    threads = [threading.Thread(target=ask) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Loaded(
        requests=len(times), errors=len(errors), middle=part(times, 50), p95=part(times, 95), longest=max(times)
    )


def part(values: Sequence[float], percent: int) -> float:
    """Give the value that so many percent do not exceed; not a number where there are none."""
    if len(values) < 2:  # noqa: PLR2004  quantiles need two
        return values[0] if values else float("nan")
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def latency_row(name: str, latencies: Sequence[float]) -> tuple[str, str]:
    """Say how long it took from a line's end to the event."""
    return name, f"p50 {part(latencies, 50):.0f} ms, p95 {part(latencies, 95):.0f} ms, {len(latencies)} lines"


def at_rest(server: Server, session: Session, seconds: int) -> list[tuple[str, str]]:
    """Measure a server that nobody asks, and then how soon it tells of a line."""
    before = server.cpu
    time.sleep(seconds)
    share = 100 * (server.cpu - before) / seconds
    memory = server.memory
    with Followers(server.port, 1, session) as followers:
        for _ in range(20):
            session.append()
            time.sleep(APPEND_SECONDS)
    return [
        (f"at rest: CPU over {seconds} s", f"{share:.2f} %"),
        ("at rest: memory", mebibytes(memory)),
        latency_row("at rest: line to event", followers.latencies),
    ]


def under_load(server: Server, session: Session, asked: argparse.Namespace, scratch: Path) -> list[tuple[str, str]]:
    """Measure it with followers, a load and scans."""
    before = server.memory
    with Followers(server.port, asked.followers, session) as followers:
        connected = server.memory
        with busy(server, session) as scans:
            found = load(server, asked.seconds, scratch)
        server.wait_for_scan()
        time.sleep(1)
    time.sleep(1)
    rows = [
        ("followers", f"{cells(asked.followers)}, {cells(followers.events)} events, {followers.errors} errors"),
        (
            f"list of sessions over {asked.seconds} s",
            f"{cells(found.requests)} answers ({found.requests / asked.seconds:.0f}/s), {found.errors} errors",
        ),
        ("list of sessions", f"p50 {found.middle:.0f} ms, p95 {found.p95:.0f} ms, longest {found.longest:.0f} ms"),
        latency_row("under load: line to event", followers.latencies),
        ("full scans meanwhile", f"{scans[0]}"),
        ("memory before, with followers, after", " -> ".join(map(mebibytes, (before, connected, server.memory)))),
    ]
    if followers.errors or found.errors:
        rows.append(("FAILED", "there were errors"))
    return rows


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.server", description=__doc__)
    parser.add_argument("--seconds", type=int, default=60, help="how long the load goes on")
    parser.add_argument("--rest", type=int, default=20, help="how long the server is left alone")
    parser.add_argument("--followers", type=int, default=200)
    parser.add_argument("--size", type=read_size, default="64MiB", help="how large the history is")
    parser.add_argument("--seed", type=int, default=7)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="dashcam-bench-") as folder:
        home = Path(folder)
        generate(home, asked.size, asked.seed, os.cpu_count() or 1)
        session = Session(home)
        server = Server(home)
        try:
            server.wait_for_scan(json.loads((home / "expected.json").read_bytes())["sessions"])
            first = at_rest(server, session, asked.rest)
            session.written.clear()
            rows = [*first, *under_load(server, Session(home), asked, home)]
        finally:
            code, seconds = server.stop()
    rows.append(("stopped", f"exit {code} after {seconds:.1f} s"))
    print(table(("what", "figure"), rows))
    if code or any(name == "FAILED" for name, _ in rows):
        sys.exit(1)


if __name__ == "__main__":
    main()
