"""Taking in what is pushed: whatever arrives goes into the inbox as it came, and is acknowledged once it stands there.

What a stranger would get wrong: nothing is read, priced or saved here. A sender is answered in the time that a file
takes; the watcher hears of the file and reads it as it reads every transcript.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from time import time_ns

import msgspec

from dashcam.agents.agent import Agent
from dashcam.ingest import inbox
from dashcam.ingest.otlp import Signal, decoded, unpacked
from dashcam.records.errors import BadInput, DashcamError

MOST_BODY_BYTES = 16 << 20
MOST_UNPACKED_BYTES = 64 << 20


class NoRoom(DashcamError):
    """The inbox cannot be written."""


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a request."""

    lines: int
    rejected: int = 0
    why: str = ""


def take_lines(home: Path, agent: str, kind: str, lines: Iterable[bytes]) -> None:
    """Put lines into the inbox. Raises NoRoom."""
    try:
        inbox.append(home, agent, kind, lines)
    except OSError as error:
        raise NoRoom(f"the inbox cannot be written: {error.strerror}", "Nothing was kept: send it again.") from error


def take_telemetry(
    home: Path, agents: Mapping[str, Agent], signal: Signal, body: bytes, *, encoding: str, is_json: bool
) -> Taken:
    """Take an OTLP request. Raises BadTelemetry, TooLarge and NoRoom; then nothing of it was kept."""
    raw = unpacked(body, encoding, MOST_UNPACKED_BYTES)
    found = decoded(signal, raw, is_json=is_json, received=time_ns() // 1000)
    groups: dict[tuple[str, str], list[bytes]] = {}
    of_service = services(agents)
    for service, kind, line in found.lines:
        agent = of_service.get(service) or of_service[""]
        groups.setdefault((agent, kind), []).append(msgspec.json.encode(line))
    for (agent, place), lines in groups.items():
        take_lines(home, agent, place, lines)
    return Taken(lines=len(found.lines), rejected=found.rejected, why=found.why)


def services(agents: Mapping[str, Agent]) -> dict[str, str]:
    """Say which agent a service of telemetry is; an empty name stands for all that nobody claims."""
    return {service: agent.name for agent in agents.values() for service in agent.services}


def take_hook(home: Path, agent: str, payload: bytes) -> str:
    """Take an agent's own payload, and give the path of the transcript that it names. Raises BadInput and NoRoom."""
    said = _object(payload)
    take_lines(home, agent, "hook", [inbox.payload_line(payload)])
    path = said.get("transcript_path")
    return path if isinstance(path, str) else ""


ENVELOPE = ("source_app", "session_id", "hook_event_type", "payload")


def take_envelope(home: Path, agent: str, body: bytes) -> dict[str, object]:
    """Take the envelope of another observer, and give it back as it is kept. Raises BadInput and NoRoom."""
    said = _object(body)
    if not all(said.get(name) for name in ENVELOPE):
        raise BadInput("Missing required fields", f"Send {', '.join(ENVELOPE)}.")
    if not isinstance(said["payload"], dict):
        raise BadInput("Invalid request", "payload is an object.")
    received = time_ns() // 1000
    take_lines(home, agent, "hook", [msgspec.json.encode({"received": received, "envelope": said})])
    return {**said, "id": received, "timestamp": said.get("timestamp") or received // 1000}


def _object(body: bytes) -> dict[str, object]:
    try:
        said = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadInput("Invalid request", "Send one JSON object.") from error
    if not isinstance(said, dict):
        raise BadInput("Invalid request", "Send one JSON object.")
    return said
