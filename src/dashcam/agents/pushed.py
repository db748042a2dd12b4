"""What was pushed to us, read: lines of the inbox, each a small object around what an agent sent.

What a stranger would get wrong: a file holds the lines of many sessions, in the order of their arrival and not of
what happened, some of them twice. So a reading only gathers: the first and the last of each session, its latest words.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec

from dashcam.agents.lenient import MOST, Tally, clean, decode_leniently, plausible
from dashcam.records.event import Body, Event
from dashcam.records.session import TITLE_NONE, SessionFacts, State
from dashcam.records.source import Record, Source, SourceKind

PUSHED: tuple[SourceKind, ...] = ("otlp_log", "hook", "counter", "statusline")
MOST_SESSIONS = 2048
"""Sessions that one file's reading remembers: a file is of an hour, and who is forgotten is only gathered anew."""
LONGEST_WORDS = 2000
LONGEST_WAIT_MS = 1e12

Object = dict[str, Any]


class Told(msgspec.Struct, kw_only=True, array_like=True):
    """What a file's lines told of one session so far."""

    first_at: int
    last_at: int
    project: str = ""
    version: str = ""
    entrypoint: str = ""
    title: str = ""
    title_rank: int = TITLE_NONE
    first_prompt: str = ""
    prompted_at: int = 0
    state: State = "open"
    state_at: int = 0
    error: str = ""


class Memory(msgspec.Struct, kw_only=True):
    """The state of a reading."""

    kind: SourceKind
    sessions: dict[str, Told] = {}
    """By id, the one heard of longest ago first."""
    latest: int = 0


class Pushed(msgspec.Struct, frozen=True, kw_only=True):
    """How an agent's pushed lines are read: one function a kind, which gathers into what was told of the session."""

    readers: dict[str, Callable[["Reading", Object], Iterable[Record]]]
    """By kind. A reader gets each line's object, and gives records with `order` as `Reading.event` makes it."""
    bodies: dict[str, Callable[[Object], Body]] = {}

    def remember(self, source: Source) -> Memory:
        """Begin a source."""
        return Memory(kind=source.kind)

    def read(self, lines: Iterable[tuple[int, bytes]], memory: Memory) -> Iterator[Record]:
        """Fold lines into records; the sessions that they tell of come last."""
        reading = Reading(memory)
        read = self.readers.get(memory.kind)
        for number, raw in lines:
            reading.line = number
            found = decode_leniently(raw, reading.tally, number)
            if found is None or read is None:
                continue
            if "text" in found:
                reading.tally.add(number, "bad-json", "what was sent is not JSON")
                continue
            yield from read(reading, found)
        yield from reading.facts()
        yield from reading.tally.diagnostics()

    def body(self, kind: str, raw: bytes, event: Event) -> Body:
        """Say what an event says, from its line."""
        found = decode_leniently(raw, Tally(), event.line)
        words = self.bodies.get(kind)
        return words(found) if found is not None and words is not None else Body()


class Reading:
    """One reading of some lines: what a reader needs beside the line itself."""

    def __init__(self, memory: Memory) -> None:
        self.memory = memory
        self.tally = Tally()
        self.line = 0
        self._heard: dict[str, None] = {}

    def session(self, ident: str, at: int) -> Told:
        """Give what is known of a session, which was just heard of."""
        known = self.memory.sessions
        told = known.pop(ident, None) or Told(first_at=at, last_at=at)
        told.first_at, told.last_at = min(told.first_at, at), max(told.last_at, at)
        known[ident] = told
        self._heard[ident] = None
        if len(known) > MOST_SESSIONS:
            oldest = next(iter(known))
            if oldest not in self._heard:
                del known[oldest]
        return told

    def event(self, session: str, at: int, **more: Any) -> Event:
        """Make an event of this line; it stands where its time puts it."""
        return Event(session=session, line=self.line, at=at, order=at, **more)

    def facts(self) -> Iterator[SessionFacts]:
        """Tell of the sessions that were heard of."""
        for ident in self._heard:
            told = self.memory.sessions[ident]
            yield SessionFacts(
                session=ident,
                born=told.first_at,
                first_at=told.first_at,
                last_at=told.last_at,
                project=told.project,
                version=told.version,
                entrypoint=told.entrypoint,
                title=told.title,
                title_rank=told.title_rank,
                first_prompt=told.first_prompt,
                state=told.state,
                error=told.error,
            )


def set_state(told: Told, state: State, at: int, error: str = "") -> None:
    """Take in how a session stands, unless something later is known."""
    if at >= told.state_at:
        told.state, told.state_at, told.error = state, at, error


def when(*candidates: object) -> int | None:
    """Take the first of several times in microseconds that is one."""
    for one in candidates:
        if type(one) is int and (found := plausible(one)) is not None:
            return found
    return None


def number(value: object, most: float = MOST) -> float | None:
    """Take a number from 0 to `most`, also one in text; None for anything else."""
    if type(value) is str:
        try:
            value = float(value)
        except ValueError:
            return None
    return float(value) if (type(value) is int or type(value) is float) and 0 <= value <= most else None


def words(value: object, most: int = LONGEST_WORDS) -> str:
    """Take a text, cut to a length; empty for anything else."""
    return clean(value[:most]) if type(value) is str else ""
