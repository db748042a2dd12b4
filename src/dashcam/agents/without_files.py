"""Agents of whose files nothing is read: all that is known of them is what they send by telemetry.

What a stranger would get wrong: such an agent has no roots, so that nowhere is looked for it, and nothing is missing.
"""

from collections.abc import Iterable, Iterator

from dashcam.agents.agent import Agent, Candidate, Capabilities, Line, Root, Trouble
from dashcam.agents.dialect import Dialect, pushed_by
from dashcam.agents.pushed import Memory
from dashcam.records.call import ModelCall
from dashcam.records.event import Body
from dashcam.records.session import SessionFacts
from dashcam.records.source import Record

TOLD = Capabilities(tokens="yes", cache="yes", reasoning="yes", tools="partial", title="partial")
"""What an agent's telemetry tells that says how many tokens each request used."""


def agent_without_files(  # noqa: PLR0913  one word for each thing that the agents differ in
    *,
    name: str,
    title: str,
    sign: str,
    color: str,
    dialect: Dialect,
    services: tuple[str, ...],
    gives: Capabilities = TOLD,
    reader: int = 1,
) -> Agent:
    """Make the row of an agent that is known by its telemetry alone."""
    return Agent(
        name=name,
        title=title,
        sign=sign,
        color=color,
        reader=reader,
        gives=gives,
        roots=lambda _environment: [],
        discover=_discover,
        watched=(),
        remember=lambda source: Memory(kind=source.kind),
        memory=Memory,
        read=_read,
        body=lambda _line, _event: Body(),
        image=lambda _line, _event, _number: None,
        first_look=_first_look,
        pushed=pushed_by(dialect),
        services=services,
    )


def _discover(_root: Root) -> Iterator[Candidate | Trouble]:
    return iter(())


def _read(_lines: Iterable[Line], _memory: Memory) -> Iterator[Record]:
    return iter(())


def _first_look(_raw: bytes, _memory: Memory) -> Iterator[ModelCall | SessionFacts]:
    return iter(())
