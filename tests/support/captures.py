"""Replaying what genuine agents sent, in any order, into the inbox of a machine of a test's own."""

import json
import random
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from dashcam.agents.agent import Environment
from dashcam.agents.registry import AGENTS
from dashcam.ingest import inbox
from dashcam.ingest.otlp import Signal, decoded
from dashcam.ingest.scan import Scanner
from dashcam.records.settings import Settings
from dashcam.server.receiving import services
from dashcam.store.store import Store
from tests.support.machine import make_prices

Push = tuple[str, str, bytes]
"""The agent, the kind, and the line."""
SIGNALS: dict[str, Signal] = {"logs": "logs", "metrics": "metrics", "traces": "traces"}
RECEIVED = 1_795_230_000_000_000
"""2026-11-21T03:00:00Z in microseconds, later than anything in the captures."""


class Use(msgspec.Struct, frozen=True, kw_only=True):
    """What a session used."""

    source: str
    calls: int
    input: int
    output: int
    cache_read: int
    cache_write: int
    reasoning: int
    cost_nano: int
    reported_nano: int | None

    @property
    def tokens(self) -> tuple[int, int, int, int]:
        return (self.input, self.output, self.cache_read, self.cache_write)


def telemetry(folder: Path, *signals: str) -> list[Push]:
    """Read the requests of a capture as the server would."""
    agent_of = services(AGENTS)
    pushes: list[Push] = []
    for path in sorted(folder.glob("[0-9]*-*")):
        signal = path.stem.split("-")[-1]
        if signal not in signals:
            continue
        found = decoded(SIGNALS[signal], path.read_bytes(), is_json=path.suffix == ".json", received=RECEIVED)
        assert found.rejected == 0
        for service, kind, line in found.lines:
            pushes.append((agent_of.get(service, agent_of[""]), kind, msgspec.json.encode(line)))
    return pushes


def hooks(capture: Path, agent: str = "claude-code") -> list[Push]:
    """Read the payloads of a capture's hooks, received when they were."""
    told = [json.loads(line) for line in (capture / "hooks.jsonl").read_bytes().splitlines()]
    return [
        (agent, "hook", inbox.payload_line(json.dumps(one["payload"]).encode(), received=int(one["t"] * 1e6)))
        for one in told
    ]


def shuffled(pushes: Iterable[Push], seed: int) -> list[Push]:
    mixed = list(pushes)
    random.Random(seed).shuffle(mixed)
    return mixed


class Replay:
    """A machine to which things are pushed, with a home in which agents may leave their files."""

    def __init__(self, place: Path) -> None:
        self.user, self.data = place / "user", place / "data"
        for folder in (self.user, self.data):
            folder.mkdir(parents=True)
        self.url = f"sqlite:///{self.data / 'dashcam.db'}"
        self._scanner = Scanner(
            self.url,
            AGENTS,
            Environment(home=self.user),
            Settings(scan_processes=1),
            machine="desk",
            make_prices=make_prices,
            inbox=self.data / inbox.FOLDER,
        )

    def leave(self, files: Path, name: str) -> None:
        """Put an agent's files into the home, under the name that it gives the folder."""
        shutil.copytree(files, self.user / name)

    def push(self, pushes: Iterable[Push]) -> None:
        by_file: dict[tuple[str, str], list[bytes]] = {}
        for agent, kind, line in pushes:
            by_file.setdefault((agent, kind), []).append(line)
        for (agent, kind), lines in by_file.items():
            inbox.append(self.data, agent, kind, lines)

    def scan(self) -> "Replay":
        with Store.open(self.url) as store:
            done = self._scanner.scan(store, self._scanner.plan(store))
        assert done.read.troubles == []
        return self

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        with Store.open(self.url) as store:
            return store.database.rows(statement)

    def uses(self) -> dict[str, Use]:
        """What each session used, by its id."""
        return {
            name: Use(
                source=kind,
                calls=calls,
                input=given,
                output=output,
                cache_read=read,
                cache_write=written,
                reasoning=reasoning,
                cost_nano=cost,
                reported_nano=reported,
            )
            for name, kind, calls, given, output, read, written, reasoning, cost, reported in self.rows(
                "SELECT native_id, source_kind, calls, input, output, cache_read, cache_write_5m + cache_write_1h, "
                "reasoning, cost_nano, reported_nano FROM session"
            )
        }

    def events(self) -> list[tuple[Any, ...]]:
        """What happened, each thing once."""
        return self.rows(
            "SELECT session.native_id, event.at, event.kind, event.name, event.ok FROM event "
            "JOIN session ON session.id = event.session WHERE event.counted = 1 ORDER BY 1, 2, 3, 4, 5"
        )
