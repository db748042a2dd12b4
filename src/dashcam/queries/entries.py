"""A conversation's events as every interface gives them, each with what it says."""

import re
from datetime import tzinfo

import msgspec

from dashcam.agents.patches import cut
from dashcam.queries.transcript import Entry
from dashcam.records.clock import SECOND, iso
from dashcam.records.errors import BadInput
from dashcam.records.event import Compaction, FileChange, Image, Todo

_ID = re.compile(r"([0-9]{1,18})\.([0-9]{1,18})\.([0-9]{1,18})")


class EntryAnswer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One event of a conversation. What it does not have (changes, tasks, images) is left out."""

    id: str
    """Names it in this database: `source.line.part`, the line counted from 0 in the file that it was read from."""
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
    changes: tuple[FileChange, ...] = ()
    """Files that a call means to change, or that a result says were changed; of the two the result's are the truth."""
    todos: tuple[Todo, ...] = ()
    images: tuple[Image, ...] = ()
    """Without their data: an image is asked for by this event's id and its place here, counted from 0."""
    subagent_session_id: str = ""
    """The subagent that this event started or heard of. It may stand in several events, and its session be unknown."""
    compaction: Compaction | None = None
    """There for the notice at which a summary took the place of the history."""
    text_length: int | None = None
    """Characters of the whole `text`, where only its beginning is given."""
    tool_input_length: int | None = None


def entry_answer(entry: Entry, zone: tzinfo, *, longest: int | None = None) -> EntryAnswer:
    """Give an event its outside names and units.

    At most `longest` characters are given of its text, of its tool's input and of all its patches together.
    """
    event, body = entry.event, entry.body
    text, tool_input = body.text[:longest], body.tool_input[:longest]
    return EntryAnswer(
        id=event_id(event.source, event.line, event.part),
        at=iso(event.at or None, zone),
        kind=event.kind,
        name=event.name,
        text=text,
        tool=body.tool,
        tool_input=tool_input,
        call_id=body.call_id,
        ok=event.ok,
        duration_seconds=None if event.duration_us is None else event.duration_us / SECOND,
        lines_added=event.lines_added,
        lines_removed=event.lines_removed,
        inherited=not event.counted,
        changes=body.changes if longest is None else _within(body.changes, longest),
        todos=body.todos,
        images=body.images,
        subagent_session_id=body.session,
        compaction=body.compaction,
        text_length=len(body.text) if len(text) < len(body.text) else None,
        tool_input_length=len(body.tool_input) if len(tool_input) < len(body.tool_input) else None,
    )


def _within(changes: tuple[FileChange, ...], longest: int) -> tuple[FileChange, ...]:
    kept: list[FileChange] = []
    for change in changes:
        kept.append(cut(change, longest))
        longest -= len(kept[-1].patch)
    return tuple(kept)


def event_id(source: int, line: int, part: int) -> str:
    """Name an event as the outside does."""
    return f"{source}.{line}.{part}"


def read_event_id(text: str) -> tuple[int, int, int]:
    """Read an event's name as source, line and part. Raises BadInput."""
    found = _ID.fullmatch(text)
    if not found:
        raise BadInput(f"'{text[:60]}' is not the id of an event", "It looks like 12.345.0.")
    return int(found[1]), int(found[2]), int(found[3])
