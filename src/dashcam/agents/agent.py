"""The seam: what every coding agent's module tells the rest of dashcam."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

import msgspec

from dashcam.agents.faces import Face
from dashcam.agents.launching import Launching
from dashcam.agents.pictures import Picture
from dashcam.agents.pushed import Pushed
from dashcam.records.call import ModelCall
from dashcam.records.event import Body, Event
from dashcam.records.session import SessionFacts
from dashcam.records.source import Record, Shape, Source, SourceKind

Gives = Literal["yes", "partial", "no"]
Line = tuple[int, bytes]
"""A line's number in its source, counted from 0, and its bytes without the newline."""


class Environment(msgspec.Struct, frozen=True, kw_only=True):
    """The machine as an agent's module may see it: nothing is read from the process itself."""

    home: Path
    variables: Mapping[str, str] = {}
    platform: str = "linux"


class Root(msgspec.Struct, frozen=True, kw_only=True):
    """A directory in which an agent leaves its files."""

    path: Path
    why: str
    """What named it: an environment variable, or `default`."""


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """A file that may hold lines, found by name and stat alone."""

    path: str
    """Its identity: absolute, without the suffix of a compression."""
    file: str
    """What to open; differs from `path` for a compressed file."""
    kind: SourceKind
    shape: Shape
    size: int
    mtime_ns: int
    inode: int
    device: int
    compressed: bool = False


class Trouble(msgspec.Struct, frozen=True, kw_only=True):
    """A file or directory that could not be looked at."""

    path: str
    why: str


class Capabilities(msgspec.Struct, frozen=True, kw_only=True):
    """What this agent can tell: its files, or what it sends where no files of it are read."""

    conversation: Gives = "no"
    thinking: Gives = "no"
    tools: Gives = "no"
    tokens: Gives = "no"
    cache: Gives = "no"
    reasoning: Gives = "no"
    cost: Gives = "no"
    title: Gives = "no"


class Agent(msgspec.Struct, frozen=True, kw_only=True):
    """One coding agent: a row of the registry."""

    face: Face
    """How it is called and shown."""
    reader: int
    """Version of its reading; raising it re-reads the journal."""
    gives: Capabilities
    roots: Callable[[Environment], list[Root]]
    discover: Callable[[Root], Iterator[Candidate | Trouble]]
    watched: tuple[str, ...]
    """Where below a root `discover` looks: directories with all below them, and single files."""
    remember: Callable[[Source], Any]
    """The memory with which a source is begun: what its path tells. No I/O."""
    memory: type
    """The Struct that `remember` returns; it is saved with the bookmark."""
    read: Callable[[Iterable[Line], Any], Iterator[Record]]
    """A fold: it touches only `memory`, and reading in pieces gives what reading whole gives."""
    body: Callable[[bytes, Event], Body]
    """What an event says, from its line."""
    image: Callable[[bytes, Event, int], Picture | None]
    """One of the images that an event's body lists, counted from 0, from its line; None for one not given out."""
    pushed: Pushed | None = None
    """How what it pushes to us is read; None where it pushes nothing."""
    launching: Launching | None = None
    """How it is launched; None where it cannot be."""
    services: tuple[str, ...] = ()
    """What it calls itself as the `service.name` of its telemetry."""
    changing: frozenset[str] = frozenset()
    """Tools that change files without telling how many lines, so that their calls must be asked."""
    first_look: Callable[[bytes, Any], Iterator[ModelCall | SessionFacts]]
    """The model calls in the content of a whole file, as `read` would give them but for lines, tools and ranks; and of
    its sessions what places a call: id, birth, project, branch."""

    @property
    def name(self) -> str:
        """As users type it, such as `claude-code`."""
        return self.face.name

    @property
    def title(self) -> str:
        """As people read it."""
        return self.face.title

    def __reduce__(self) -> str | tuple[Any, ...]:
        """Go to another process by name, as a row of the registry that is there too: rows hold closures."""
        from dashcam.agents.registry import AGENTS, agent

        return (agent, (self.name,)) if AGENTS.get(self.name) is self else super().__reduce__()
