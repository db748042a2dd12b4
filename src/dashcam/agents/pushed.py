"""What was pushed to us, read: lines of the inbox, each a small object around what an agent sent.

What a stranger would get wrong: a file holds the lines of many sessions, in the order of their arrival and not of
what happened, some of them twice. So a reading only gathers: the first and the last of each session, its latest words.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Literal

import msgspec

from dashcam.agents.lenient import MOST, Tally, clean, decode_leniently, plausible
from dashcam.records.counter import CounterPoint
from dashcam.records.event import Body, Event
from dashcam.records.identity import key64
from dashcam.records.session import TITLE_FIRST_PROMPT, TITLE_NONE, SessionFacts, State
from dashcam.records.source import Record, Source, SourceKind

MOST_SESSIONS = 2048
"""Sessions that a reading remembers: a file is of an hour. Who was not heard of for longest is forgotten first."""
LONGEST_WORDS = 2000
LONGEST_TITLE = 200
LONGEST_NAME = 200
LONGEST_WAIT_MS = 1e12
MOST_DOLLARS = 1e6
"""No request and no session costs more; a larger number is damage."""
MOST_COUNTED = 1e12
"""What a counter may have come to in the life of a process."""
NEVER = 1 << 62
FIRMNESS: tuple[State, ...] = ("open", "waiting", "stopped", "completed", "failed")
"""Of two states of the same moment the later one here counts, whichever was told first."""

Object = dict[str, Any]


class Told(msgspec.Struct, kw_only=True, array_like=True):
    """What a file's lines told of one session so far."""

    first_at: int
    last_at: int
    project: str = ""
    version: str = ""
    entrypoint: str = ""
    branch: str = ""
    title: str = ""
    title_rank: int = TITLE_NONE
    first_prompt: str = ""
    state: State = "open"
    error: str = ""
    times: dict[str, int] = {}
    """When what is said of it was so, by field."""


class Memory(msgspec.Struct, kw_only=True):
    """The state of a reading."""

    kind: SourceKind
    sessions: dict[str, Told] = {}
    """By id, the one heard of longest ago first."""


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
            try:
                yield from read(reading, found)
            except RecursionError:
                reading.tally.add(number, "bad-json", "the line is nested too deeply")
        yield from reading.facts()
        yield from reading.tally.diagnostics()

    def body(self, kind: str, raw: bytes, event: Event) -> Body:
        """Say what an event says, from its line."""
        found = decode_leniently(raw, Tally(), event.line)
        words = self.bodies.get(kind)
        try:
            return words(found) if found is not None and words is not None else Body()
        except RecursionError:
            return Body(text=clean(raw.decode("utf-8", "replace")))


class Reading:
    """One reading of some lines: what a reader needs beside the line itself."""

    def __init__(self, memory: Memory) -> None:
        self.memory = memory
        self.tally = Tally()
        self.line = 0
        self._heard: dict[str, None] = {}
        self._forgotten: list[SessionFacts] = []

    def session(self, ident: str, at: int) -> Told:
        """Give what is known of a session, which was just heard of."""
        known = self.memory.sessions
        told = known.pop(ident, None) or Told(first_at=at, last_at=at)
        told.first_at, told.last_at = min(told.first_at, at), max(told.last_at, at)
        known[ident] = told
        self._heard[ident] = None
        if len(known) > MOST_SESSIONS:
            oldest = next(iter(known))
            forgotten = known.pop(oldest)
            if oldest in self._heard:
                del self._heard[oldest]
                self._forgotten.append(_facts(oldest, forgotten))
        return told

    def event(self, session: str, at: int, **more: Any) -> Event:
        """Make an event of this line; it stands where its time puts it."""
        return Event(session=session, line=self.line, at=at, order=at, **more)

    def point(self, session: str, at: int, found: Object, *, model: str, part: str, value: float) -> Record:
        """Make a point of a counter of this line; all its attributes together name the series."""
        name = words(found.get("metric"), LONGEST_NAME)
        return CounterPoint(
            session=session,
            line=self.line,
            at=at,
            since=when(found.get("start")) or 0,
            cumulative=found.get("temporality") == "cumulative",
            series=key64("counter", name, *spelled(attributes_of(found))),
            name=name,
            model=model,
            part=part,
            value=value,
        )

    def facts(self) -> Iterator[SessionFacts]:
        """Tell of the sessions that were heard of."""
        yield from self._forgotten
        for ident in self._heard:
            yield _facts(ident, self.memory.sessions[ident])


def _facts(ident: str, told: Told) -> SessionFacts:
    prompt = told.first_prompt.strip().partition("\n")[0][:LONGEST_TITLE]
    return SessionFacts(
        session=ident,
        born=told.first_at,
        first_at=told.first_at,
        last_at=told.last_at,
        project=told.project,
        branch=told.branch,
        version=told.version,
        entrypoint=told.entrypoint,
        title=told.title or prompt,
        title_rank=told.title_rank or (TITLE_FIRST_PROMPT if prompt else TITLE_NONE),
        first_prompt=told.first_prompt,
        state=told.state,
        error=told.error,
    )


Said = Literal["project", "branch", "version", "entrypoint", "first_prompt"]


def set_first(told: Told, name: Said, said: str, at: int) -> None:
    """Take in what is said of a session, unless something earlier is known; of one moment the lesser counts."""
    if said and (at, said) < (told.times.get(name, NEVER), getattr(told, name)):
        setattr(told, name, said)
        told.times[name] = at


def set_last(told: Told, name: Said, said: str, at: int) -> None:
    """Take in what is said of a session, unless something later is known; of one moment the greater counts."""
    if said and (at, said) > (told.times.get(name, 0), getattr(told, name)):
        setattr(told, name, said)
        told.times[name] = at


def set_title(told: Told, title: str, rank: int, at: int) -> None:
    """Take in a title, unless a better or a later one is known."""
    if title and (rank, at, title) > (told.title_rank, told.times.get("title", 0), told.title):
        told.title, told.title_rank, told.times["title"] = title, rank, at


def set_state(told: Told, state: State, at: int, error: str = "") -> None:
    """Take in how a session stands, unless something later is known."""
    known = (told.times.get("state", 0), FIRMNESS.index(told.state), told.error)
    if (at, FIRMNESS.index(state), error) > known:
        told.state, told.error, told.times["state"] = state, error, at


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


def first_number(attributes: Object, *names: str, most: float = MOST) -> float | None:
    """Take the first of some attributes that is a number."""
    return next((found for name in names if (found := number(attributes.get(name), most)) is not None), None)


def first_words(attributes: Object, *names: str, most: int = LONGEST_WORDS) -> str:
    """Take the first of some attributes that says something."""
    return next((said for name in names if (said := words(attributes.get(name), most))), "")


def is_said(attributes: Object, name: str, *, truth: bool) -> bool:
    """Whether an attribute says yes, or no: as JSON or in words. One that is not there says neither."""
    return str(attributes.get(name)).lower() == str(truth).lower()


def attributes_of(found: Object) -> Object:
    """Give all attributes of a line of telemetry; those of its resource stand below its own."""
    resource, own = found.get("resource"), found.get("attributes")
    return {**(resource if isinstance(resource, dict) else {}), **(own if isinstance(own, dict) else {})}


def spelled(attributes: Object) -> Iterator[str]:
    """Spell attributes out, which a repeated delivery does again."""
    return (f"{name}={attributes[name]}" for name in sorted(attributes))


def envelope_of(found: Object) -> tuple[Object, Object | None]:
    """Take a hook's line apart: the envelope of another observer, empty where there is none, and the payload."""
    envelope = found.get("envelope")
    payload = (envelope if isinstance(envelope, dict) and envelope else found).get("payload")
    return envelope if isinstance(envelope, dict) else {}, payload if isinstance(payload, dict) else None


def part_of(record: Object, name: str) -> Object:
    """Take an object within an object; empty for anything else."""
    value = record.get(name)
    return value if isinstance(value, dict) else {}


def words(value: object, most: int = LONGEST_WORDS) -> str:
    """Take a text, cut to a length; empty for anything else."""
    return clean(value[:most]) if type(value) is str else ""
