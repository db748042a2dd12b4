"""How launches stand, by what is recorded of them; and the end of those that died without a word."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from dashcam.agents.agent import Agent
from dashcam.agents.launching import Following, Happening, LaunchState, cut_off
from dashcam.ingest.launch.places import Place, hold, unfinished
from dashcam.ingest.launch.tape import Reel, Tape
from dashcam.records.errors import NotFound

DIED = "the process of this launch ended without a word; what it wrote until then is kept"


class Watched:
    """One launch, followed line by line. Raises NotFound for an agent that cannot be launched."""

    def __init__(self, place: Place, agent: Agent) -> None:
        self.place = place
        if agent.launching is None:
            raise NotFound(f"dashcam cannot launch {agent.name}")
        self.launching = agent.launching
        self.following = Following(agent.launching)
        self._reel = Reel(place.lines)

    def fresh(self) -> list[Happening]:
        """Take in what came since the last time."""
        return [one for line in self._reel.fresh() for one in self.following.take(line)]


def close_dead(home: Path, agents: Mapping[str, Agent]) -> list[Place]:
    """Write the end of every launch whose process is gone: it failed, and when it was heard last is in its lines."""
    closed = []
    for place in unfinished(home):
        agent = agents.get(place.agent)
        held = hold(place.lock) if agent is not None and agent.launching is not None else None
        if held is None or agent is None:
            continue
        try:
            finish(Watched(place, agent), "failed", DIED)
        finally:
            os.close(held)
        closed.append(place)
    return closed


def going_on(home: Path, agents: Mapping[str, Agent]) -> Iterator[Watched]:
    """Give the launches that go on, each as it stands; those that died without a word are closed first."""
    close_dead(home, agents)
    for place in unfinished(home):
        agent = agents.get(place.agent)
        if agent is None or agent.launching is None:
            continue
        watched = Watched(place, agent)
        watched.fresh()
        if watched.following.standing is not None:
            yield watched


def finish(watched: Watched, state: LaunchState, error: str) -> None:
    """Write the end of a launch, with what was being written when it came; one that is written already stays."""
    watched.fresh()
    standing = watched.following.standing
    if standing is None or standing.ended is None:
        tape = Tape(watched.place.lines)
        tape.say(ended={"state": state, "error": error, "cut": cut_off(watched.following)})
        tape.close()
    watched.place.sweep()
