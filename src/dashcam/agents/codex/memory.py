"""What the reader of one file must still know when more lines come.

What a stranger would get wrong: it is saved with every bookmark, so nothing in it may grow with the file.
"""

import re
from pathlib import PurePath
from typing import TypeVar

import msgspec

from dashcam.agents.codex.places import HISTORY, INDEX
from dashcam.agents.launching import STREAM
from dashcam.agents.lenient import plausible
from dashcam.records.call import ModelCall
from dashcam.records.event import Event
from dashcam.records.session import SessionFacts
from dashcam.records.source import Source

Vector = tuple[int, int, int, int, int]
"""One account of tokens as Codex counts them: input, cached of it, written of it, output, reasoning of it."""

_Row = TypeVar("_Row")

CALLS, EVENTS, KEYS, PROMPTS, LIMITS, TOOLS = 128, 512, 32, 128, 16, 64
"""How many of each are kept; the oldest goes first."""

_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_THREAD = re.compile(rf"rollout-.*?-({_UUID})(?:_.*)?")
_TIMED_UUID = re.compile(r"([0-9a-f]{8})-([0-9a-f]{4})-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """How a tool call ended, as far as one record says."""

    ok: bool | None = None
    duration_us: int | None = None
    added: int | None = None
    removed: int | None = None


class OpenTool(msgspec.Struct, frozen=True, kw_only=True):
    """A tool call of the model; `outcome` is what is known of its end before or beside its output."""

    name: str
    outcome: Outcome = Outcome()
    done: bool = False


class Launch(msgspec.Struct, kw_only=True):
    """What the reader of a launch knows, beside the session's facts."""

    known: bool = False
    """Whether it is known which session this is: the thread was named, or the launch is over without one."""
    failure: str = ""
    """What the last turn failed with: the rollout tells it too."""
    held: list[Event] = []
    """What happened before it was known of which session."""


class Memory(msgspec.Struct, kw_only=True):
    """Everything the fold touches."""

    sidecar: str = ""
    """`index` or `history` for the two lists; empty for a rollout."""
    named: str = ""
    """The thread's id that stands in the file's name."""
    launch: Launch | None = None
    """Of a launch; None for all that the agent itself leaves."""
    stem: str = ""
    facts: SessionFacts
    begun: bool = False
    """The thread's own header was read."""
    recognised: int = 0

    clock: int = 0
    """The last time that a line told; 0 before there was one."""
    order: int = 0
    first_at: int | None = None
    last_at: int | None = None

    ancestor: str = ""
    """The oldest thread whose history this file holds; itself if it holds no other's."""
    ancestor_born: int | None = None
    inherited: bool = False
    """The lines now read are another thread's history, copied when this thread was forked."""
    own_from: int | None = None
    """The first `ordinal` that is this thread's own, where the header says so."""

    model: str = ""
    provider: str = ""
    speed: str = ""
    tier: str = ""
    turn: str = ""
    chain: str = ""
    """Digest of the prompts so far: it stands in for a turn's id in versions that wrote none."""
    turns: bool = False
    """This file tells when turns begin and end."""

    seen_turn: str = ""
    seen: dict[int, int] = {}
    """How often each event was seen in this turn, by its identity."""
    items: bool = False
    """This file holds the messages themselves, so that their echoes are passed over."""
    echoed: int | None = None
    """Identity of the last message that was taken from an echo."""
    compacted: bool = False
    """A compaction was told whose echo has not come yet."""
    silent: bool = False
    """The last thought had no words of its own."""

    previous: Vector | None = None
    """The running total of the last counted record."""
    twin: Vector | None = None
    """Usage of a `token_usage_record` whose `token_count` is still to come."""
    counted: int = 0
    keys: list[str] = []
    """The last calls told, so that a copy inside this file is passed over."""
    tools: list[str] = []
    searches: int = 0
    open_call: ModelCall | None = None
    """The last call, while tool calls written after its count may still be its own."""
    late_tools: bool = False
    """This version writes the count of a response before its tool calls."""

    calls: dict[str, OpenTool] = {}
    limits: dict[str, float] = {}
    prompts: dict[str, SessionFacts] = {}


def remember(source: Source) -> Memory:
    """Begin a source: the file's name tells its thread, and by a UUIDv7 when the thread began."""
    path = PurePath(source.path)
    stem = path.name.removesuffix(".jsonl").removesuffix(".json")
    match = _THREAD.fullmatch(stem)
    named = match[1] if match else ""
    session = named or stem
    return Memory(
        sidecar={INDEX: "index", HISTORY: "history"}.get(path.name, "") if source.kind == "sidecar" else "",
        named=named,
        launch=Launch() if source.kind == STREAM else None,
        stem=stem,
        facts=SessionFacts(session=session),
        ancestor=session,
        clock=time_in(named) or 0,
    )


def time_in(identifier: str) -> int | None:
    """Read the time inside a UUIDv7 in microseconds; None for any other id."""
    match = _TIMED_UUID.fullmatch(identifier)
    return plausible(int(match[1] + match[2], 16) * 1000) if match else None


def keep(kept: dict[str, _Row], name: str, value: _Row, most: int) -> None:
    """Add to a table of at most `most` rows; the oldest makes room."""
    kept.pop(name, None)
    while len(kept) >= most:
        del kept[next(iter(kept))]
    kept[name] = value
