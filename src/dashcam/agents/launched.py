"""What only a launch tells of its session, as records: what its person did and said, and how it ended.

What a stranger would get wrong: the conversation is none of it. That stands in what the agent itself writes, on its
output or beside it, and is read by the agent's own module.
"""

from collections.abc import Iterator

import msgspec

from dashcam.agents.launching import LONGEST_PIECE
from dashcam.agents.pushed import Object, part_of, words
from dashcam.records.event import Event, EventKind
from dashcam.records.identity import key64
from dashcam.records.session import State

PREFIX = b'{"received":'
"""How a line of a launch begins; none of a transcript does."""

FAILURE = "launch"
"""The name of the error with which a launch ended."""

_Happened = tuple[EventKind, str, str]
"""A kind, a name and words."""


def events(found: Object, session: str, line: int, at: int, order: int) -> Iterator[Event]:
    """Tell what happened in a line that is no part of the conversation."""
    for part, (kind, name, text) in enumerate(events_of(found)):
        yield Event(
            session=session,
            line=line,
            part=part,
            at=at,
            order=order,
            kind=kind,
            name=name,
            ok=False if kind == "error" else None,
            key=_key(session, at, name, part),
            text=text,
        )


def belonging(event: Event, session: str) -> Event:
    """Give an event to a session that was not known when it happened."""
    key = _key(session, event.at, event.name, event.part)
    return msgspec.structs.replace(event, session=session, key=key)


def _key(session: str, at: int, name: str, part: int) -> int:
    return key64("launch", session, str(at), name, str(part))


def events_of(found: Object) -> list[_Happened]:
    """List what happened in a line that is no part of the conversation: its kind, its name and its words."""
    if asked := part_of(found, "asked"):
        wanted = f"asks to use {words(asked.get('tool'))}: {words(asked.get('tool_input'))}"
        return [("system", "permission_asked", wanted)]
    if answered := part_of(found, "answered"):
        said = words(answered.get("message"))
        verdict = "denied" if answered.get("behavior") == "deny" else "allowed"
        return [("system", "permission_answered", verdict + (f": {said}" if said else ""))]
    if command := part_of(found, "command"):
        done = words(command.get("do"), 40)
        return [("system", f"person_{done}", f"a person said {done}")]
    if "cut" in found:
        return list(_cut_off(found))
    if ended := part_of(found, "ended"):
        told = list(_cut_off(ended))
        if error := words(ended.get("error")):
            told.append(("error", FAILURE, error))
        return told
    return []


def _cut_off(ended: Object) -> Iterator[_Happened]:
    """Tell what was being written when the end came, of a turn or of all."""
    cut = ended.get("cut")
    for one in cut if isinstance(cut, list) else ():
        if isinstance(one, dict):
            kind: EventKind = "thinking" if one.get("kind") == "thinking" else "assistant"
            yield kind, "cut_off", words(one.get("text"), LONGEST_PIECE)


def state_after(found: Object) -> State | None:
    """Say how a line that every launch has leaves the session; None where it says nothing of that."""
    if part_of(found, "asked"):
        return "waiting"
    if part_of(found, "answered"):
        return "open"
    if ended := part_of(found, "ended"):
        state = ended.get("state")
        return "completed" if state == "completed" else "stopped" if state == "stopped" else "failed"
    return None
