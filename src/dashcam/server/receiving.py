"""Taking in what is pushed: whatever arrives goes into the inbox as it came, and is acknowledged once it stands there.

What a stranger would get wrong: nothing is read, priced or saved here. A sender is answered in the time that a file
takes; the watcher hears of the file and reads it as it reads every transcript.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import time_ns
from typing import Any, TypeVar

import msgspec

from dashcam.agents.agent import Agent
from dashcam.ingest import inbox
from dashcam.ingest.otlp import Signal, decoded, unpacked
from dashcam.records.errors import BadInput, DashcamError
from dashcam.records.source import SourceKind

MOST_BODY_BYTES = 16 << 20
MOST_UNPACKED_BYTES = 64 << 20
MOST_AT_ONCE = 32
"""Requests that share a write: who came first is answered when the last of them is read."""


class NoRoom(DashcamError):
    """The inbox cannot be written."""


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a request."""

    lines: int
    rejected: int = 0
    why: str = ""


Lines = dict[tuple[str, SourceKind], list[bytes]]
"""Lines for the inbox, by agent and kind of source."""
Told = TypeVar("Told")
Read = Callable[[], tuple[Lines, Told]]
"""Makes lines of what was sent, and the answer to it; raises DashcamError where it makes no sense."""


class Intake:
    """Takes in what requests bring: all that wait together are put into the inbox by one write for each file.

    What a stranger would get wrong: one thread does it, not one for each request. Those would wait for each other, the
    file locked, and at each call of the system for the interpreter too: ten times as long as the work itself.
    """

    def __init__(self, home: Callable[[], Path], name: str) -> None:
        self._home = home
        self._name = name
        self._thread: ThreadPoolExecutor | None = None
        self._waiting: list[tuple[Read[Any], asyncio.Future[Any]]] = []
        self._taking: asyncio.Task[None] | None = None

    async def take(self, read: Read[Told]) -> Told:
        """Answer once it is on disk. Raises what `read` raises, and NoRoom; then nothing of it has to be kept."""
        told: asyncio.Future[Told] = asyncio.get_running_loop().create_future()
        self._waiting.append((read, told))
        if self._taking is None or self._taking.done():
            self._taking = asyncio.create_task(self._take_all())
        return await told

    def close(self) -> None:
        """End the thread, once it is done with what it has begun; a further request begins another."""
        if self._thread is not None:
            self._thread.shutdown()
            self._thread = None

    async def _take_all(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:MOST_AT_ONCE], self._waiting[MOST_AT_ONCE:]
            reads = [read for read, _ in batch]
            if self._thread is None:
                self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=self._name)
            results = await asyncio.get_running_loop().run_in_executor(self._thread, _kept, self._home(), reads)
            for (_, told), result in zip(batch, results, strict=True):
                if told.cancelled():
                    continue
                if isinstance(result, Exception):
                    told.set_exception(result)
                else:
                    told.set_result(result)


def _kept(home: Path, reads: Sequence[Read[Any]]) -> list[Any]:
    """Put what all of these make into the inbox; for each give its answer, or the error that is its answer."""
    results: list[Any] = []
    together: Lines = {}
    places: list[Lines] = []
    for read in reads:
        try:
            lines, result = read()
        except Exception as error:  # noqa: BLE001  whoever sent this is told, and nobody else
            lines, result = {}, error
        results.append(result)
        places.append(lines)
        for place, made in lines.items():
            together.setdefault(place, []).extend(made)
    for (agent, kind), made in together.items():
        try:
            inbox.append(home, agent, kind, made)
        except OSError as error:
            for number, lines in enumerate(places):
                if (agent, kind) in lines:
                    results[number] = _no_room(error)
    return results


def _no_room(error: OSError) -> NoRoom:
    made = NoRoom(f"the inbox cannot be written: {error.strerror}", "Not all of it was kept: send it again.")
    made.__cause__ = error
    return made


def read_telemetry(
    agents: Mapping[str, Agent], signal: Signal, body: bytes, *, encoding: str, is_json: bool
) -> tuple[Lines, Taken]:
    """Make lines of an OTLP request. Raises BadTelemetry and TooLarge."""
    raw = unpacked(body, encoding, MOST_UNPACKED_BYTES)
    found = decoded(signal, raw, is_json=is_json, received=time_ns() // 1000)
    lines: Lines = {}
    of_service = services(agents)
    for service, kind, line in found.lines:
        agent = of_service.get(service) or of_service[""]
        lines.setdefault((agent, kind), []).append(msgspec.json.encode(line))
    return lines, Taken(lines=len(found.lines), rejected=found.rejected, why=found.why)


def services(agents: Mapping[str, Agent]) -> dict[str, str]:
    """Say which agent a service of telemetry is; an empty name stands for all that nobody claims."""
    return {service: agent.name for agent in agents.values() for service in agent.services}


def read_hook(agent: str, payload: bytes) -> tuple[Lines, str]:
    """Make a line of an agent's own payload, and give the path of the transcript that it names. Raises BadInput."""
    said = _object(payload)
    path = said.get("transcript_path")
    return {(agent, "hook"): [inbox.payload_line(payload)]}, path if isinstance(path, str) else ""


ENVELOPE = ("source_app", "session_id", "hook_event_type", "payload")


def read_envelope(agent: str, body: bytes) -> tuple[Lines, dict[str, object]]:
    """Make a line of another observer's envelope, and give it back as it is kept. Raises BadInput."""
    said = _object(body)
    if not all(said.get(name) for name in ENVELOPE):
        raise BadInput("Missing required fields", f"Send {', '.join(ENVELOPE)}.")
    if not isinstance(said["payload"], dict):
        raise BadInput("Invalid request", "payload is an object.")
    received = time_ns() // 1000
    line = msgspec.json.encode({"received": received, "envelope": said})
    return {(agent, "hook"): [line]}, {**said, "id": received, "timestamp": said.get("timestamp") or received // 1000}


def _object(body: bytes) -> dict[str, object]:
    try:
        said = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadInput("Invalid request", "Send one JSON object.") from error
    if not isinstance(said, dict):
        raise BadInput("Invalid request", "Send one JSON object.")
    return said
