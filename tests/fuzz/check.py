"""What must hold for any lines at all: nothing raises, pieces equal the whole, and the store can keep every record."""

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import Any

import msgspec

from dashcam.agents.agent import Agent
from dashcam.agents.registry import AGENTS
from dashcam.records.call import TOKEN_FIELDS, ModelCall
from dashcam.records.event import EVENT_KINDS, Event
from dashcam.records.session import ReportedTotal, Sample, SessionFacts, TitleHint
from dashcam.records.source import Diagnostic, Record, Source
from tests.fuzz.lines import claude_lines, codex_lines
from tests.support.build import SESSION, source
from tests.support.claude_reading import MAIN, PROJECTS
from tests.support.codex_lines import THREAD
from tests.support.codex_reading import NAME

LARGEST = 10**15
"""Sums of a thousand of these still fit 64 bits."""

LINES: dict[str, Callable[[], list[Any]]] = {"claude-code": claude_lines, "codex": codex_lines}
CODEX = NAME.partition("/sessions/")[0]
SOURCES: dict[str, tuple[Source, ...]] = {
    "claude-code": (
        source(path=MAIN),
        source(path=f"{PROJECTS}/chat.jsonl"),
        source(path=f"{PROJECTS}/{SESSION}/subagents/agent-a1.jsonl"),
        source(path=f"{PROJECTS}/{SESSION}/subagents/agent-a1.meta.json", kind="sidecar", shape="document"),
        source(path=f"{PROJECTS}/{SESSION}/custom-title.json", kind="sidecar", shape="document"),
        source(path="/home/ada/.claude/history.jsonl", kind="sidecar"),
    ),
    "codex": (
        source(agent="codex", path=NAME),
        source(agent="codex", path=f"{CODEX}/sessions/rollout-{THREAD}.json", shape="document"),
        source(agent="codex", path=f"{CODEX}/session_index.jsonl", kind="sidecar"),
        source(agent="codex", path=f"{CODEX}/history.jsonl", kind="sidecar"),
    ),
}
KINDS = (Event, ModelCall, SessionFacts, TitleHint, ReportedTotal, Sample, Diagnostic)


def check(lines: Sequence[bytes], cuts: Iterable[int], read_from: Source) -> None:
    """Read lines whole and in pieces, and look at all that is told."""
    agent = AGENTS[read_from.agent]
    whole = read(agent, read_from, lines, ())
    for record in whole:
        check_record(record)
    events = [record for record in whole if isinstance(record, Event)]
    assert len({(event.line, event.part) for event in events}) == len(events), "two events at one place"
    for event in events:
        body = agent.body(lines[event.line], event)
        check_texts(body)
        for number, image in enumerate(body.images):
            assert image.media_type or agent.image(lines[event.line], event, number) is None
    assert last_accounts(read(agent, read_from, lines, cuts)) == last_accounts(whole), "pieces differ from the whole"


def read(agent: Agent, read_from: Source, lines: Sequence[bytes], cuts: Iterable[int]) -> list[Record]:
    """Read lines, cut before the given numbers; the memory is saved and loaded at each cut."""
    numbered = list(enumerate(lines))
    memory = agent.remember(read_from)
    told: list[Record] = []
    for start, end in pairwise([0, *sorted(min(cut, len(lines)) for cut in cuts), len(lines)]):
        told += agent.read(numbered[start:end], memory)
        memory = msgspec.msgpack.decode(msgspec.msgpack.encode(memory), type=agent.memory)
    return told


def last_accounts(told: Iterable[Record]) -> dict[Any, Any]:
    """Keep what a store would: the last account of a call, of a session; diagnostics added up."""
    kept: dict[Any, Any] = {}
    for record in told:
        match record:
            case ModelCall():
                kept["call", record.key, record.variant] = record
            case SessionFacts():
                kept["session", record.session] = record
            case Sample():
                kept["sample", record.line, record.name, record.label] = record
            case ReportedTotal():
                kept["total", record.session, record.line, record.model] = record
            case TitleHint():
                kept["hint", record.line] = record
            case Event():
                kept["event", record.line, record.part] = record
            case Diagnostic() if record.code != "nothing-recognised":
                line, count = kept.get((record.code, record.why), (record.line, 0))
                kept[record.code, record.why] = (line, count + record.count)
    return kept


def check_record(record: Record) -> None:
    """Whether a record is of the types that it says, and of values that both databases hold."""
    kind = type(record)
    assert kind in KINDS
    msgspec.convert(msgspec.to_builtins(record), kind)
    check_texts(record)
    for name in kind.__struct_fields__:
        value = getattr(record, name)
        if type(value) is int and name != "key":
            assert -LARGEST <= value <= LARGEST * 10, f"{kind.__name__}.{name} is {value}"
    if isinstance(record, ModelCall):
        assert all(0 <= getattr(record, name) <= 10**10 for name in (*TOKEN_FIELDS, "reasoning", "web_searches"))
        assert record.reported_nano is None or 0 <= record.reported_nano <= LARGEST
    if isinstance(record, Event):
        assert record.kind in EVENT_KINDS
        assert 0 <= record.at <= record.order
        assert record.key is None or -(2**63) <= record.key < 2**63


def check_texts(record: msgspec.Struct) -> None:
    """Whether every text is one that PostgreSQL takes: UTF-8 without U+0000."""
    for name in record.__struct_fields__:
        value = getattr(record, name)
        for text in value if type(value) is tuple else (value,):
            if isinstance(text, msgspec.Struct):
                check_texts(text)
            if type(text) is str:
                text.encode()
                assert "\0" not in text, f"{type(record).__name__}.{name} holds U+0000"
