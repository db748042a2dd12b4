"""Codex's files read outside a store: all records of some lines, and who is billed for what.

`billed` is the store's rule in a few lines, so that a reader's keys can be tested without a database.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TypeVar

import zstandard

from dashcam.agents.agent import Candidate, Environment, Trouble
from dashcam.agents.codex import AGENT
from dashcam.agents.codex.memory import Memory
from dashcam.records.call import ModelCall
from dashcam.records.event import Event
from dashcam.records.session import SessionFacts
from dashcam.records.source import Diagnostic, Record, Shape, Source, SourceKind
from tests.support.codex_lines import THREAD

NAME = f"/home/ada/.codex/sessions/2026/11/01/rollout-2026-11-01T12-00-00-{THREAD}.jsonl"
Kind = TypeVar("Kind", ModelCall, Event, SessionFacts, Diagnostic)


def begin(path: str = NAME, kind: SourceKind = "transcript") -> Memory:
    """Give the memory with which a file is begun."""
    shape: Shape = "document" if path.endswith(".json") else "lines"
    source = Source(agent="codex", agent_name="codex-default", kind=kind, shape=shape, path=path)
    memory: Memory = AGENT.remember(source)
    return memory


def records(lines: Sequence[bytes], path: str = NAME, kind: SourceKind = "transcript") -> list[Record]:
    """Read lines as a whole file."""
    return list(AGENT.read(enumerate(lines), begin(path, kind)))


def only(kind: type[Kind], told: Iterable[Record]) -> list[Kind]:
    return [record for record in told if isinstance(record, kind)]


def calls(lines: Sequence[bytes], path: str = NAME) -> list[ModelCall]:
    """Read the calls of a file, each as it was told last."""
    return list({call.key: call for call in only(ModelCall, records(lines, path))}.values())


def events(lines: Sequence[bytes], path: str = NAME) -> list[Event]:
    return only(Event, records(lines, path))


def facts(lines: Sequence[bytes], path: str = NAME) -> SessionFacts:
    return only(SessionFacts, records(lines, path))[-1]


def troubles(lines: Sequence[bytes], path: str = NAME) -> list[tuple[str, int]]:
    """Tell what could not be read: code and how often."""
    return [(told.code, told.count) for told in only(Diagnostic, records(lines, path))]


def billed(told: Iterable[Record]) -> list[ModelCall]:
    """Keep one account of each call: the lowest rank, then the session that was born first."""
    known = list(told)
    born = {one.session: one.born for one in only(SessionFacts, known) if one.born is not None}
    best: dict[str, ModelCall] = {}

    def place(call: ModelCall) -> tuple[int, int, str]:
        return call.rank, born.get(call.session, 2**62), call.session

    for call in only(ModelCall, known):
        if call.key not in best or place(call) <= place(best[call.key]):
            best[call.key] = call
    return list(best.values())


def found(home: Path) -> list[Candidate]:
    """Find the files of a Codex home; trouble fails the test."""
    environment = Environment(home=home.parent, variables={"CODEX_HOME": str(home)})
    seen = [each for root in AGENT.roots(environment) for each in AGENT.discover(root)]
    assert not [each for each in seen if isinstance(each, Trouble)]
    return [each for each in seen if isinstance(each, Candidate)]


def whole_lines(file: Path, *, compressed: bool = False) -> list[bytes]:
    """Read a file's lines, without a torn last one."""
    data = file.read_bytes()
    if compressed:
        data = zstandard.ZstdDecompressor().decompressobj().decompress(data)
    return data[: data.rfind(b"\n") + 1].split(b"\n")[:-1]


def all_records(home: Path) -> list[Record]:
    """Read every file of a Codex home."""
    return [
        record
        for each in found(home)
        for record in records(whole_lines(Path(each.file), compressed=each.compressed), each.path, each.kind)
    ]
