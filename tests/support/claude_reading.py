"""Read made-up Claude Code lines, whole or in pieces, and keep what is left at the end.

The last account of a call or a session wins, as it does in the store.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

import msgspec

from dashcam.agents.claude_code import AGENT
from dashcam.records.call import ModelCall
from dashcam.records.event import Event
from dashcam.records.session import ReportedTotal, SessionFacts, TitleHint
from dashcam.records.source import Diagnostic
from tests.support.build import SESSION, source

PROJECTS = "/home/ada/.claude/projects/-home-ada-app"
MAIN = f"{PROJECTS}/{SESSION}.jsonl"


class Told(msgspec.Struct):
    """All that was told of some lines."""

    events: list[Event] = []
    calls: dict[tuple[str, str], ModelCall] = {}
    facts: dict[str, SessionFacts] = {}
    titles: list[TitleHint] = []
    totals: list[ReportedTotal] = []
    diagnostics: dict[tuple[str, str], int] = {}

    @property
    def call(self) -> ModelCall:
        (only,) = self.calls.values()
        return only

    @property
    def session(self) -> SessionFacts:
        (only,) = self.facts.values()
        return only

    @property
    def codes(self) -> set[str]:
        return {code for code, _ in self.diagnostics}


def told(
    lines: Iterable[bytes | dict[str, Any]],
    *,
    path: str = MAIN,
    cuts: Sequence[int] = (),
    **of_source: Any,
) -> Told:
    """Read lines, cut before the given numbers; the memory is saved and loaded at each cut."""
    raw = [line if isinstance(line, bytes) else msgspec.json.encode(line) for line in lines]
    numbered = list(enumerate(raw))
    result = Told()
    memory = AGENT.remember(source(path=path, **of_source))
    edges = [0, *sorted(min(cut, len(raw)) for cut in cuts), len(raw)]
    for start, end in pairwise(edges):
        _keep(result, AGENT.read(numbered[start:end], memory))
        memory = msgspec.msgpack.decode(msgspec.msgpack.encode(memory), type=AGENT.memory)
    return result


def _keep(result: Told, records: Iterable[object]) -> None:
    for record in records:
        match record:
            case Event():
                result.events.append(record)
            case ModelCall():
                result.calls[record.key, record.variant] = record
            case SessionFacts():
                result.facts[record.session] = record
            case TitleHint():
                result.titles.append(record)
            case ReportedTotal():
                result.totals.append(record)
            case Diagnostic():
                key = (record.code, record.why)
                result.diagnostics[key] = result.diagnostics.get(key, 0) + record.count
