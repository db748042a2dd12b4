"""The envelope of a line: what type of record it is, when it happened, and its payload.

What a stranger would get wrong: there is no version in a file, and three envelopes are in use. A line of
today is `{timestamp, type, payload}`; in mid 2025 it was the bare item, and before that a session was one
JSON document.
"""

from collections.abc import Iterator
from typing import Any

import msgspec

from dashcam.agents.codex.memory import Memory
from dashcam.agents.lenient import Tally, items, mapping, micros, text

_ENVELOPES = frozenset(
    {
        "session_meta",
        "turn_context",
        "response_item",
        "event_msg",
        "token_usage_record",
        "compacted",
        "world_state",
        "retained_context",
        "inter_agent_communication",
        "inter_agent_communication_metadata",
        "realtime_item",
        "security_risk_score",
        "ghost_snapshot",
    }
)
_MATTERS_TO_USAGE = (
    b"token_",
    b"turn_context",
    b"session_meta",
    b"_started",
    b"thread_settings_applied",
    b'"instructions"',
)


class Entry(msgspec.Struct, kw_only=True):
    """One record with what is needed to read it."""

    line: int
    type: str
    payload: dict[str, Any]
    at: int = 0
    """When it happened; 0 where neither it nor any line before it says."""
    turn: str = ""
    ordinal: int | None = None
    tally: Tally

    def text(self, name: str, record: dict[str, Any] | None = None) -> str:
        """Take a text of the payload, or of a record inside it."""
        return text(self.payload if record is None else record, name, self.tally, self.line)

    def mapping(self, name: str, record: dict[str, Any] | None = None) -> dict[str, Any] | None:
        """Take an object of the payload, or of a record inside it."""
        return mapping(self.payload if record is None else record, name, self.tally, self.line)

    def items(self, name: str, record: dict[str, Any] | None = None) -> list[Any]:
        """Take a list of the payload, or of a record inside it."""
        return items(self.payload if record is None else record, name, self.tally, self.line)

    def complain(self, code: str, why: str) -> None:
        """Count a diagnostic."""
        self.tally.add(self.line, code, why)


def matters_to_usage(line: bytes) -> bool:
    """Say whether a line may matter to usage: counts, models, turns and headers. It may say yes too often."""
    return any(word in line for word in _MATTERS_TO_USAGE)


def unfold(record: dict[str, Any], line: int, tally: Tally) -> Iterator[Entry]:
    """Take a line out of its envelope. Only a document holds more than one record."""
    payload = record.get("payload")
    kind = record.get("type")
    if type(payload) is dict and type(kind) is str:
        ordinal = record.get("ordinal")
        yield Entry(
            line=line,
            type=kind,
            payload=payload,
            turn=_turn_of(payload),
            ordinal=ordinal if type(ordinal) is int else None,
            tally=tally,
        )
    elif "session" in record and "items" in record:
        yield from _document(record, line, tally)
    elif type(kind) is str and kind in _ENVELOPES:
        tally.add(line, "wrong-type", f"{kind}: the payload is no object")
    elif "record_type" not in record:
        bare = "session_meta" if _is_header(record) else "item"
        yield Entry(line=line, type=bare, payload=record, tally=tally)


def _document(record: dict[str, Any], line: int, tally: Tally) -> Iterator[Entry]:
    header = mapping(record, "session", tally, line)
    if header is not None:
        yield Entry(line=line, type="session_meta", payload=header, tally=tally)
    for item in items(record, "items", tally, line):
        if type(item) is dict:
            yield Entry(line=line, type="item", payload=item, tally=tally)
        else:
            tally.add(line, "wrong-type", "an item is no object")


def _is_header(record: dict[str, Any]) -> bool:
    return "id" in record and "timestamp" in record and "type" not in record and "role" not in record


def _turn_of(payload: dict[str, Any]) -> str:
    """Find the id of the turn that a record itself names."""
    passed = payload.get("internal_chat_message_metadata_passthrough")
    for holder in (payload, passed, payload.get("metadata")):
        if type(holder) is dict:
            turn = holder.get("turn_id")
            if type(turn) is str and turn:
                return turn
    return ""


def time_of(record: dict[str, Any], line: int, memory: Memory, tally: Tally) -> int:
    """Say when a line happened, and move the source's clock; without a time of its own the last holds."""
    written = record.get("timestamp", record.get("created_at"))
    if written is None and "session" in record:
        written = (mapping(record, "session", tally, line) or {}).get("timestamp")
    at = micros(written)
    if at is not None:
        memory.clock = at
        memory.first_at = at if memory.first_at is None else min(memory.first_at, at)
        memory.last_at = at if memory.last_at is None else max(memory.last_at, at)
    elif written is not None or "payload" in record:
        tally.add(line, "bad-time", "the time is missing or absurd; the last known time stands for it")
    memory.order = max(memory.order, memory.clock)
    return memory.clock


def named_type(entry: Entry) -> str:
    """Name a record by its envelope's type and its own, such as `event_msg/token_count`."""
    own = entry.text("type")
    return f"{entry.type}/{own}" if own else entry.type
