"""Read made-up lines of the inbox, whole or in pieces, and keep what is left at the end.

The last account of a call or a session wins, as it does in the store.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import msgspec

from dashcam.agents.pushed import Memory
from dashcam.agents.registry import AGENTS
from dashcam.records.event import Body, Event
from dashcam.records.source import SourceKind
from tests.support.build import SESSION, START, source
from tests.support.told import Told, keep

Json = dict[str, Any]


def told(kind: SourceKind, *lines: bytes | Json, agent: str = "claude-code", cuts: Sequence[int] = ()) -> Told:
    """Read lines, cut before the given numbers; the memory is saved and loaded at each cut."""
    pushed = AGENTS[agent].pushed
    assert pushed is not None
    numbered = list(enumerate(line if isinstance(line, bytes) else msgspec.json.encode(line) for line in lines))
    result = Told()
    memory = pushed.remember(source(kind=kind, agent=agent))
    edges = [0, *sorted(min(cut, len(lines)) for cut in cuts), len(lines)]
    for start, end in pairwise(edges):
        keep(result, pushed.read(numbered[start:end], memory))
        memory = msgspec.msgpack.decode(msgspec.msgpack.encode(memory), type=Memory)
    return result


def body(kind: SourceKind, line: bytes | Json, agent: str = "claude-code") -> Body:
    """Say what the event of a line says."""
    pushed = AGENTS[agent].pushed
    assert pushed is not None
    raw = line if isinstance(line, bytes) else msgspec.json.encode(line)
    return pushed.body(kind, raw, Event(session=SESSION, line=0, at=START, order=START, kind="telemetry"))


def hook(name: str = "PreToolUse", **more: Any) -> Json:
    """Build the line of a hook that came `at` a time."""
    at = more.pop("at", START)
    return {"received": at, "payload": {"session_id": SESSION, "hook_event_name": name, **more}}


def record(name: str, **attributes: Any) -> Json:
    """Build the line of a log record of a time, `at`."""
    at = attributes.pop("at", START)
    given = {"event.name": name, "session.id": SESSION, **attributes}
    told_of = {"service.version": "2.1.329"}
    return {"received": at, "signal": "log", "name": name, "at": at, "attributes": given, "resource": told_of}


def span(name: str, *, at: int = START, took: int = 0, ident: str = "5e", **more: Any) -> Json:
    """Build the line of a span that ended at a time; `attributes` are its own, `more` goes beside them."""
    attributes = {"session.id": SESSION, **more.pop("attributes", {})}
    line = {"received": at, "signal": "span", "name": name, "at": at, "start": at - took, "trace": "7e", "span": ident}
    return line | {"attributes": attributes, "resource": {}} | more


def point(name: str, value: object, **attributes: Any) -> Json:
    """Build the line of a data point that was measured `at` a time and counts what came `since` another."""
    at, since = attributes.pop("at", START), attributes.pop("since", START)
    line = {"received": at, "metric": name, "value": value, "at": at, "start": since, "temporality": "delta"}
    return line | {"attributes": {"session.id": SESSION, **attributes}, "resource": {}}
