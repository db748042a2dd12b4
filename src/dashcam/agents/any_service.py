"""Whatever sends OpenTelemetry and is nobody that dashcam knows: its records are kept, and read by the GenAI words.

What a stranger would get wrong: this is no coding agent. It stands in the registry so that nothing that was sent is
lost, and so that a later version, which knows the sender, can read it again from the journal.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from dashcam.agents.agent import Agent, Candidate, Capabilities, Environment, Root, Trouble
from dashcam.agents.pushed import Memory, Object, Pushed, Reading, when, words
from dashcam.records.event import Body, Event
from dashcam.records.identity import key64
from dashcam.records.session import Sample
from dashcam.records.source import Record, Source

SESSION = ("session.id", "gen_ai.conversation.id", "conversation.id", "thread.id")


def _session(found: Object) -> str:
    own, resource = found.get("attributes"), found.get("resource")
    told = {**(resource if isinstance(resource, dict) else {}), **(own if isinstance(own, dict) else {})}
    named = next((said for name in SESSION if (said := words(told.get(name), 200))), "")
    return named or words(told.get("service.name"), 200) or "unnamed"


def read_log(reading: Reading, found: Object) -> Iterable[Record]:
    """Keep a log record or span as an event."""
    at = when(found.get("at"), found.get("observed"), found.get("received"))
    if at is None:
        return
    session = _session(found)
    reading.session(session, at)
    name = words(found.get("name"), 200)
    place = (words(found.get("trace"), 64), words(found.get("span"), 64))
    yield reading.event(session, at, kind="telemetry", name=name, key=key64("any", session, name, str(at), *place))


def read_counter(reading: Reading, found: Object) -> Iterable[Record]:
    """Keep a data point as a sample."""
    at, value = when(found.get("at"), found.get("received")), found.get("value")
    if at is None or (type(value) is not int and type(value) is not float):
        return
    session = _session(found)
    reading.session(session, at)
    name = words(found.get("metric"), 200)
    yield Sample(session=session, line=reading.line, at=at, name=name, value=float(value))


def _none(_environment: Environment) -> list[Root]:
    return []


def _no_files(_root: Root) -> Iterator[Candidate | Trouble]:
    return iter(())


def _remember(source: Source) -> Memory:
    return Memory(kind=source.kind)


def _nothing(_lines: object, _memory: object) -> Iterator[Any]:
    return iter(())


def _no_words(_line: bytes, _event: Event) -> Body:
    return Body()


def _no_image(_line: bytes, _event: Event, _number: int) -> None:
    return None


AGENT = Agent(
    name="opentelemetry",
    title="OpenTelemetry",
    sign="◌",
    color="#7b8794",
    reader=1,
    gives=Capabilities(),
    roots=_none,
    discover=_no_files,
    watched=(),
    remember=_remember,
    memory=Memory,
    read=_nothing,
    body=_no_words,
    image=_no_image,
    first_look=_nothing,
    pushed=Pushed(readers={"otlp_log": read_log, "counter": read_counter}),
    services=("",),
)
