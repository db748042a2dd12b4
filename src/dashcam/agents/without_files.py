"""Agents of whose files nothing is read: all that is known of them is what they send by telemetry.

What a stranger would get wrong: such an agent has no roots, so that nowhere is looked for it, and nothing is missing.
"""

from collections.abc import Iterable, Iterator

from dashcam.agents.agent import Agent, Candidate, Capabilities, Environment, Line, Root, Trouble
from dashcam.agents.dialect import Dialect, pushed_by
from dashcam.agents.faces import Face
from dashcam.agents.pushed import Memory
from dashcam.records.call import ModelCall
from dashcam.records.event import Body, Event
from dashcam.records.session import SessionFacts
from dashcam.records.source import Record, Source

TOLD = Capabilities(tokens="yes", cache="yes", reasoning="yes", tools="partial", title="partial")
"""What an agent's telemetry tells that says how many tokens each request used."""


def agent_without_files(
    *,
    face: Face,
    dialect: Dialect,
    services: tuple[str, ...],
    gives: Capabilities = TOLD,
    reader: int = 1,
) -> Agent:
    """Make the row of an agent that is known by its telemetry alone."""
    return Agent(
        face=face,
        reader=reader,
        gives=gives,
        roots=_roots,
        discover=_discover,
        watched=(),
        remember=_remember,
        memory=Memory,
        read=_read,
        body=_body,
        image=_image,
        first_look=_first_look,
        pushed=pushed_by(dialect),
        services=services,
    )


# Functions with names: an agent is sent to other processes.


def _roots(_environment: Environment) -> list[Root]:
    return []


def _discover(_root: Root) -> Iterator[Candidate | Trouble]:
    return iter(())


def _read(_lines: Iterable[Line], _memory: Memory) -> Iterator[Record]:
    return iter(())


def _remember(source: Source) -> Memory:
    return Memory(kind=source.kind)


def _body(_line: bytes, _event: Event) -> Body:
    return Body()


def _image(_line: bytes, _event: Event, _number: int) -> None:
    return None


def _first_look(_raw: bytes, _memory: Memory) -> Iterator[ModelCall | SessionFacts]:
    return iter(())
