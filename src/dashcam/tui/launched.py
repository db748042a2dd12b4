"""The launch that a session runs in: found by the session, followed to its end, and told what a person says.

What a stranger would get wrong: every call here reads or writes a file, so none is made on the way to a key's answer.
And a launch whose files are gone has ended, though nothing says how.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from time import monotonic

import msgspec

from dashcam.agents.agent import Agent
from dashcam.agents.launching import OVER, Ability, Ask, Happening, LaunchState
from dashcam.ingest.launch import start
from dashcam.ingest.launch.places import Place, is_alive, order_of, unfinished
from dashcam.ingest.launch.standing import Watched, close_dead
from dashcam.records.errors import NotFound

ALIVE_SECONDS = 1.0
ARRIVES_SECONDS = 6.0
"""How long a block that is whole waits for its entry of the conversation."""


class Writing(msgspec.Struct, frozen=True, kw_only=True):
    """A block that is being written."""

    kind: str
    """`text` or `thinking`."""
    text: str


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """How a launch stood when it was looked at."""

    id: str
    prompt: str
    state: LaunchState
    error: str
    turns: int | None
    tokens: int | None
    cost_nano: int | None
    """What the agent says."""
    can: frozenset[Ability]
    asked: tuple[Ask, ...]
    writing: dict[str, Writing]
    """By block."""
    whole: dict[str, Writing]
    """Blocks that came whole since it was looked at before."""
    is_over: bool
    is_lost: bool
    """Its record is gone, so nobody can see what it does."""


class Block(msgspec.Struct, frozen=True, kw_only=True):
    """A block on the screen."""

    writing: Writing
    whole_at: float = 0.0
    """When it was whole, and began to wait for its entry; 0 before that."""


class Blocks:
    """What is being written, and what is whole but no entry of the conversation yet: it may not flicker between."""

    def __init__(self) -> None:
        self._known: dict[str, Block] = {}

    def take(self, told: Told | None) -> None:
        """Take in what is written now."""
        now = monotonic()
        writing, whole = (told.writing, told.whole) if told is not None else ({}, {})
        self._known |= {
            name: Block(writing=whole.get(name, block.writing), whole_at=now)
            for name, block in self._known.items()
            if name not in writing and not block.whole_at
        }
        self._known |= {name: Block(writing=one) for name, one in writing.items()}
        self._known = {
            name: block
            for name, block in self._known.items()
            if not block.whole_at or now - block.whole_at < ARRIVES_SECONDS
        }

    def arrived(self, texts: Iterable[str]) -> None:
        """Let go of what the conversation holds by now."""
        held = {text.strip() for text in texts}
        self._known = {
            name: block
            for name, block in self._known.items()
            if not block.whole_at or block.writing.text.strip() not in held
        }

    def shown(self) -> list[Writing]:
        """List what there is to show, in its order."""
        return [block.writing for block in self._known.values()]


class Launched:
    """Looks for the launch of one session, and at it. One thread at a time."""

    def __init__(self, home: Path, agents: Mapping[str, Agent], address: str) -> None:
        self._home = home
        self._agents = agents
        self._agent, _, self._session = address.partition(":")
        self._watched: Watched | None = None
        self._others: set[str] = set()
        """Launches that are known to be of other sessions."""
        self._whole: dict[str, Writing] = {}
        self._looked = 0.0
        self._is_over = False

    def look(self) -> Told | None:
        """Say how the launch stands; None where none is known. Raises OSError and msgspec.MsgspecError."""
        if self._watched is None or self._is_over:
            self._watched = self._found() or self._watched
        if self._watched is None:
            return None
        if monotonic() - self._looked >= ALIVE_SECONDS and not self._is_over:
            self._looked = monotonic()
            if not is_alive(self._watched.place):
                close_dead(self._home, self._agents)
        return self._told(self._watched)

    def say(self, **said: object) -> None:
        """Say something to it. Raises NotFound where it is over, and OSError."""
        if self._watched is None:
            raise NotFound("nothing of this session runs", "Resume it.")
        start.say(self._watched.place, **said)

    def _found(self) -> Watched | None:
        agent = self._agents.get(self._agent)
        if agent is None or agent.launching is None:
            return None
        known = self._watched.place.id if self._watched is not None else ""
        for place in unfinished(self._home):
            if place.agent == self._agent and place.id not in {known, *self._others}:
                watched = self._ours(place, agent)
                if watched is not None:
                    self._is_over = False
                    return watched
        return None

    def _ours(self, place: Place, agent: Agent) -> Watched | None:
        """Follow a launch if it is of our session; which one it is of, some agents say only when they have begun."""
        order = order_of(place)
        if order is not None and order.session_id not in {"", self._session}:
            self._others.add(place.id)
            return None
        watched = Watched(place, agent)
        self._take(watched.fresh())
        standing = watched.following.standing
        if standing is None or not standing.session_id:
            return None
        if standing.session_id != self._session:
            self._others.add(place.id)
            return None
        return watched

    def _take(self, happened: list[Happening]) -> None:
        self._whole |= {
            one.block: Writing(kind=one.kind, text=one.text)
            for one in happened
            if one.kind in {"text", "thinking"} and one.whole and one.block
        }

    def _told(self, watched: Watched) -> Told | None:
        # What sweeps the order away has written the end before, so this is asked first.
        is_there = watched.place.order.exists()
        self._take(watched.fresh())
        standing = watched.following.standing
        if standing is None:
            return None
        has_ended = standing.state in OVER
        self._is_over = has_ended or not is_there
        whole, self._whole = self._whole, {}
        return Told(
            id=watched.place.id,
            prompt=standing.order.prompt,
            state=standing.state,
            error=standing.error,
            turns=standing.turns,
            tokens=standing.tokens,
            cost_nano=standing.cost_nano,
            can=watched.launching.can,
            asked=tuple(standing.asked.values()),
            writing={name: Writing(kind=one.kind, text=one.text) for name, one in standing.partial.items()},
            whole=whole,
            is_over=self._is_over,
            is_lost=not has_ended and not (is_there and watched.place.lines.exists()),
        )
