"""Launched sessions, as they go on: what is recorded of them is followed, and told to everyone who looks.

What a stranger would get wrong: nothing is run here. Each launch is a process of its own, which this server may have
started or not, and which outlives it; the server reads what is recorded, as it reads everything.
"""

import logging
import os
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from time import monotonic

import msgspec

from dashcam.agents.agent import Agent
from dashcam.agents.launching import OVER, Ask, Happening, LaunchState, Partial, Standing
from dashcam.ingest.launch.places import LAUNCHES, unfinished
from dashcam.ingest.launch.standing import Watched, close_dead
from dashcam.records.errors import DashcamError, NotFound
from dashcam.server.hub import Hub

log = logging.getLogger(__name__)

STEP_SECONDS = 0.02
IDLE_SECONDS = 0.25
DEAD_SECONDS = 2.0
STOP_SECONDS = 5.0
REMEMBERED = 100
"""Launches that are over and still shown."""


class NotAllowed(DashcamError):
    """Who asks may not do this."""


class Writing(msgspec.Struct, frozen=True, kw_only=True):
    """A block that is being written."""

    block: str
    kind: str
    """`text` or `thinking`."""
    text: str


class LaunchAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """One launch as it stands."""

    id: str
    agent: str
    session_id: str
    """The agent's own; empty until it is known."""
    prompt: str
    directory: str
    model: str
    permission_mode: str
    state: LaunchState
    error: str
    created: int
    """Milliseconds since 1970."""
    ended: int | None
    cost_nano: int | None
    """What the agent says, in billionths of a dollar."""
    tokens: int | None
    duration_ms: int | None
    turns: int | None
    can: list[str]
    """What may be done with it: `interrupt`, `message`, `permissions`."""
    asked: list[Ask]
    """Permissions that it waits for."""
    writing: list[Writing]
    """What is being written now."""


class Piece(msgspec.Struct, frozen=True, kw_only=True):
    """The event `piece`: more of a block that is being written, or its end."""

    launch: str
    session_id: str
    block: str
    kind: str
    start: int
    """How many signs stood before it: who has fewer has missed something, and asks for the launch anew."""
    text: str
    done: bool
    """The block is whole: it is an event of the session from now on."""


class Launches:
    """Follows every launch of this machine in a thread of its own."""

    def __init__(self, home: Callable[[], Path], agents: Callable[[], Mapping[str, Agent]], hub: Hub) -> None:
        self._home = home
        self._agents = agents
        self._hub = hub
        self._known: dict[str, Watched] = {}
        self._changing = threading.Lock()
        self._stop = threading.Event()
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None
        self._looked_for_dead = 0.0

    def start(self) -> None:
        """Begin to follow."""
        self._stop.clear()
        self._thread = threading.Thread(target=self._run, name="launches", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Follow no longer; what runs goes on."""
        self._stop.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join(STOP_SECONDS)

    def look(self) -> None:
        """Look for new ones at once."""
        self._step(search=True)
        self._wake.set()

    def listing(self) -> list[LaunchAnswer]:
        """List what goes on and what was over lately, the newest first."""
        with self._changing:
            found = [answer(one) for one in self._known.values() if one.following.standing is not None]
        return sorted(found, key=lambda one: -one.created)

    def find(self, ident: str) -> Watched | None:
        """Find a launch by its id."""
        with self._changing:
            return self._known.get(ident)

    def _run(self) -> None:
        searched = 0.0
        while not self._stop.is_set():
            try:
                search = monotonic() - searched >= IDLE_SECONDS
                searched = monotonic() if search else searched
                is_busy = self._step(search=search)
            except OSError as error:
                log.warning("launches cannot be looked for: %s", error)
                is_busy = False
            self._wake.wait(STEP_SECONDS if is_busy else IDLE_SECONDS)
            self._wake.clear()

    def _step(self, *, search: bool) -> bool:
        """Take in what is new; says whether anything runs."""
        with self._changing:
            if search:
                self._search()
            live = [one for one in self._known.values() if not _is_over(one)]
            for one in live:
                self._tell(one)
        return bool(live)

    def _search(self) -> None:
        home = self._home()
        if not os.path.isdir(home / LAUNCHES):  # noqa: PTH112  four times a second, for ever
            return
        for place in unfinished(home):
            agent = self._agents().get(place.agent)
            if place.id not in self._known and agent is not None and agent.launching is not None:
                self._known[place.id] = Watched(place, agent)
        if monotonic() - self._looked_for_dead >= DEAD_SECONDS:
            self._looked_for_dead = monotonic()
            close_dead(home, self._agents())
        over = [ident for ident, one in self._known.items() if _is_over(one)]
        for ident in over[:-REMEMBERED]:
            del self._known[ident]

    def _tell(self, one: Watched) -> None:
        before = {name: len(part.text) for name, part in _partial(one).items()}
        happened = one.fresh()
        if not happened:
            return
        for piece in pieces(one, happened, before):
            self._hub.tell("piece", piece)
        if any(told.whole for told in happened):
            self._hub.tell("launch", msgspec.structs.replace(answer(one), writing=[]))


def pieces(one: Watched, happened: list[Happening], before: Mapping[str, int]) -> list[Piece]:
    """Put together what came of each block, in its order."""
    standing = _standing(one)
    known = dict(before)
    made: dict[tuple[str, bool], Piece] = {}
    for told in happened:
        if told.kind not in {"text", "thinking"} or not told.block:
            continue
        key = told.block, told.whole
        text = "" if told.whole else told.text
        start = known.get(told.block, 0)
        earlier = made.get(key)
        made[key] = Piece(
            launch=one.place.id,
            session_id=standing.session_id,
            block=told.block,
            kind=told.kind,
            start=earlier.start if earlier else start,
            text=(earlier.text if earlier else "") + text,
            done=told.whole,
        )
        known[told.block] = start + len(text)
    return list(made.values())


def answer(one: Watched) -> LaunchAnswer:
    """Say how a launch stands."""
    standing = _standing(one)
    order = standing.order
    return LaunchAnswer(
        id=order.id,
        agent=order.agent,
        session_id=standing.session_id,
        prompt=order.prompt,
        directory=order.directory,
        model=order.model,
        permission_mode=order.permission_mode,
        state=standing.state,
        error=standing.error,
        created=order.created // 1000,
        ended=None if standing.ended is None else standing.ended // 1000,
        cost_nano=standing.cost_nano,
        tokens=standing.tokens,
        duration_ms=None if standing.duration_us is None else standing.duration_us // 1000,
        turns=standing.turns,
        can=sorted(one.launching.can & {"interrupt", "message", "permissions"}),
        asked=list(standing.asked.values()),
        writing=[Writing(block=name, kind=part.kind, text=part.text) for name, part in standing.partial.items()],
    )


def _standing(one: Watched) -> Standing:
    found = one.following.standing
    if found is None:
        raise NotFound(f"nothing is recorded of the launch {one.place.id} yet", "Ask again in a moment.")
    return found


def _partial(one: Watched) -> Mapping[str, Partial]:
    return one.following.standing.partial if one.following.standing else {}


def _is_over(one: Watched) -> bool:
    standing = one.following.standing
    return standing is not None and standing.state in OVER
