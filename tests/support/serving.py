"""The server as its application: on a home of the test's own, asked in this process or followed over a real socket."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any, Self

import msgspec
from litestar.testing import TestClient
from litestar.types import ASGIApp

from dashcam.cli.setup import Setup
from dashcam.ingest.scan import Scanned
from dashcam.records.settings import Settings
from dashcam.server.app import guarded, make_app
from dashcam.server.desk import Desk
from dashcam.server.guard import Rules
from dashcam.server.run import desk_of
from dashcam.store.store import Store
from tests.support.build import SECOND
from tests.support.claude_lines import Transcript, text, tool_use, usage
from tests.support.codex_lines import Rollout
from tests.support.sources import REPOSITORY

ADDRESS = "http://127.0.0.1:4747"
PATIENCE_SECONDS = 30.0
Client = TestClient[ASGIApp]


class Server:
    """A person's machine with a database, and the server's desk on it. Nothing runs until it is asked."""

    def __init__(self, home: Path, database_url: str, settings: Settings | None = None) -> None:
        self.home = home
        self.claude = home / ".claude"
        self.codex = home / ".codex"
        self.built = home / "built"
        variables = {"HOME": str(home), "DASHCAM_DATABASE_URL": database_url}
        self.setup = Setup(home / "dashcam", settings or Settings(time_zone="UTC", scan_processes=1), variables)
        with self.setup.store():
            pass
        self.desk: Desk = desk_of(self.setup)

    def scan(self) -> Scanned:
        """Scan, as another process would."""
        scanner = self.setup.scanner()
        with Store.open(self.setup.database_url) as store:
            return scanner.scan(store, scanner.plan(store))

    def app(self, *, watch: bool = False, rules: Rules | None = None) -> ASGIApp:
        return guarded(make_app(self.desk, watch=watch, built=self.built), self.desk, rules or Rules())

    @contextmanager
    def asked(self, *, watch: bool = False, rules: Rules | None = None) -> Iterator[Client]:
        """Start the application and lend what asks it; redirects are not followed."""
        with TestClient(self.app(watch=watch, rules=rules), base_url=ADDRESS) as client:
            client.follow_redirects = False
            yield client


def seed(server: Server) -> None:
    """Two sessions on record: three priced calls by Claude Code with one of an unknown model, and a Codex rollout."""
    talk = Transcript()
    talk.model = "claude-sonnet-4-5"
    talk.prompt("Add a test for the parser")
    for number in range(3):
        talk.answer(
            text(f"Answer {number}"),
            tool_use(call=f"toolu_{number}"),
            message_id=f"msg_{number}00",
            spent=usage(given=1_000, output=100),
        )
        talk.tool_result(f"toolu_{number}")
    talk.answer(message_id="msg_strange", model="acme-1")
    talk.title("Tests for the parser")
    talk.write(server.claude)
    rollout = Rollout()
    rollout.turn()
    rollout.prompt()
    rollout.tokens()
    rollout.write(server.codex)
    server.scan()


def running(words: str = "Go on") -> Transcript:
    """A transcript whose first line is of this very second."""
    talk = Transcript(at=int(time.time()) * SECOND)
    talk.prompt(words)
    return talk


def append(path: Path, talk: Transcript, *, since: int) -> None:
    """Append the lines of a transcript from a number on, as the agent does."""
    with path.open("ab") as file:
        file.write(b"".join(line + b"\n" for line in talk.encoded()[since:]))


def wait_until(question: Any, seconds: float = PATIENCE_SECONDS) -> Any:  # noqa: ANN401  whatever it answers
    """Ask until the answer is true, and give it."""
    deadline = time.monotonic() + seconds
    while not (answer := question()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)
    return answer


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One event of the stream, as a browser reads it."""

    id: str
    event: str
    data: Any


class Started:
    """`dashcam serve` in a process of its own."""

    def __init__(self, home: Path, *words: str, **variables: str) -> None:
        place = {name: value for name, value in os.environ.items() if not name.startswith(("CLAUDE", "CODEX"))}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "dashcam.cli.main", "serve", *words],
            cwd=REPOSITORY,
            env=place | {"HOME": str(home), "DASHCAM_HOME": str(home / "dashcam"), "TZ": "UTC"} | variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._following: list[tuple[HTTPConnection, HTTPResponse]] = []

    def __enter__(self) -> Self:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line.startswith("dashcam: http://"), line + (self.process.stderr.read() if self.process.stderr else "")
        self.address = line.split()[1]
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self, sign: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
        """Stop it; give its exit code and what it said on standard error."""
        if self.process.poll() is None:
            self.process.send_signal(sign)
        _, errors = self.process.communicate(timeout=PATIENCE_SECONDS)
        for connection, answer in self._following:
            answer.close()
            connection.close()
        return self.process.returncode, errors

    def connection(self) -> HTTPConnection:
        host, _, port = self.address.removeprefix("http://").rpartition(":")
        return HTTPConnection(host.strip("[]"), int(port), timeout=PATIENCE_SECONDS)

    def ask(self, path: str) -> Any:  # noqa: ANN401  what JSON holds
        connection = self.connection()
        connection.request("GET", path)
        answer = json.loads(connection.getresponse().read())
        connection.close()
        return answer

    def follow(self, last: str = "") -> Iterator[Event]:
        """Follow the news until it is stopped; the first answer has come when this returns."""
        connection = self.connection()
        connection.request("GET", "/api/live", headers={"Last-Event-ID": last} if last else {})
        answer = connection.getresponse()
        assert answer.status == 200
        self._following.append((connection, answer))
        return events(answer)


def events(lines: Any) -> Iterator[Event]:  # noqa: ANN401  anything that yields lines of bytes
    """Read server-sent events; times to retry and signs of life, which have no id, are left out."""
    said: dict[str, str] = {}
    for raw in lines:
        line = raw.decode().rstrip("\n")
        name, _, value = line.partition(": ")
        if name:
            said[name] = value
        elif not line:
            if "data" in said and "id" in said:
                yield Event(id=said["id"], event=said["event"], data=json.loads(said["data"]))
            said = {}
