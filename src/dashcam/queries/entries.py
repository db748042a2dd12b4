"""A conversation's events as every interface gives them, each with what it says."""

from datetime import tzinfo

import msgspec

from dashcam.queries.transcript import Entry
from dashcam.records.clock import SECOND, iso


class EntryAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """One event of a conversation."""

    at: str | None
    kind: str
    name: str
    text: str
    tool: str
    tool_input: str
    """What a tool was called with, as the agent wrote it; JSON as a rule."""
    call_id: str
    """Joins a tool call and its result."""
    ok: bool | None
    duration_seconds: float | None
    lines_added: int | None
    lines_removed: int | None
    inherited: bool
    """Whether it was copied from another session, which it counts for."""


def entry_answer(entry: Entry, zone: tzinfo) -> EntryAnswer:
    """Give an event its outside names and units."""
    event, body = entry.event, entry.body
    return EntryAnswer(
        at=iso(event.at, zone),
        kind=event.kind,
        name=event.name,
        text=body.text,
        tool=body.tool,
        tool_input=body.tool_input,
        call_id=body.call_id,
        ok=event.ok,
        duration_seconds=None if event.duration_us is None else event.duration_us / SECOND,
        lines_added=event.lines_added,
        lines_removed=event.lines_removed,
        inherited=not event.counted,
    )
