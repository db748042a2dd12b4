"""Read made-up lines of the inbox, whole or in pieces, and keep what is left at the end.

The last account of a call or a session wins, as it does in the store.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

import msgspec

from dashcam.agents.pushed import Memory
from dashcam.agents.registry import AGENTS
from dashcam.records.call import ModelCall
from dashcam.records.counter import CounterPoint
from dashcam.records.event import Body, Event
from dashcam.records.session import Sample, SessionFacts
from dashcam.records.source import Diagnostic, SourceKind
from tests.support.build import SESSION, START, source

Json = dict[str, Any]


class Told(msgspec.Struct):
    """All that was told of some lines."""

    events: list[Event] = []
    calls: dict[tuple[str, str], ModelCall] = {}
    facts: dict[str, SessionFacts] = {}
    samples: list[Sample] = []
    points: list[CounterPoint] = []
    diagnostics: dict[tuple[str, str], int] = {}

    @property
    def call(self) -> ModelCall:
        (only,) = self.calls.values()
        return only

    @property
    def event(self) -> Event:
        (only,) = self.events
        return only

    @property
    def session(self) -> SessionFacts:
        (only,) = self.facts.values()
        return only

    @property
    def point(self) -> CounterPoint:
        (only,) = self.points
        return only

    @property
    def gauges(self) -> dict[tuple[str, str], float]:
        return {(sample.name, sample.label): sample.value for sample in self.samples}

    @property
    def codes(self) -> set[str]:
        return {code for code, _ in self.diagnostics}

    @property
    def tokens(self) -> tuple[int, int, int, int, int, int]:
        """Of the one call: input, cache read, both cache writes, output, reasoning."""
        call = self.call
        return (call.input, call.cache_read, call.cache_write_5m, call.cache_write_1h, call.output, call.reasoning)


def told(kind: SourceKind, *lines: bytes | Json, agent: str = "claude-code", cuts: Sequence[int] = ()) -> Told:
    """Read lines, cut before the given numbers; the memory is saved and loaded at each cut."""
    pushed = AGENTS[agent].pushed
    assert pushed is not None
    numbered = list(enumerate(line if isinstance(line, bytes) else msgspec.json.encode(line) for line in lines))
    result = Told()
    memory = pushed.remember(source(kind=kind, agent=agent))
    edges = [0, *sorted(min(cut, len(lines)) for cut in cuts), len(lines)]
    for start, end in pairwise(edges):
        _keep(result, pushed.read(numbered[start:end], memory))
        memory = msgspec.msgpack.decode(msgspec.msgpack.encode(memory), type=Memory)
    return result


def body(kind: SourceKind, line: bytes | Json, agent: str = "claude-code") -> Body:
    """Say what the event of a line says."""
    pushed = AGENTS[agent].pushed
    assert pushed is not None
    raw = line if isinstance(line, bytes) else msgspec.json.encode(line)
    return pushed.body(kind, raw, Event(session=SESSION, line=0, at=START, order=START, kind="telemetry"))


def _keep(result: Told, records: Iterable[object]) -> None:
    for record in records:
        match record:
            case Event():
                result.events.append(record)
            case ModelCall():
                result.calls[record.key, record.variant] = record
            case SessionFacts():
                result.facts[record.session] = record
            case Sample():
                result.samples.append(record)
            case CounterPoint():
                result.points.append(record)
            case Diagnostic():
                key = (record.code, record.why)
                result.diagnostics[key] = result.diagnostics.get(key, 0) + record.count


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
