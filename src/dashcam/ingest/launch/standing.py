"""How launches stand, by what is recorded of them; and the end of those that died without a word."""

from collections.abc import Mapping
from pathlib import Path

from dashcam.agents.agent import Agent
from dashcam.agents.launching import Following, Happening, cut_off
from dashcam.ingest.launch.places import Place, hold, unfinished
from dashcam.ingest.launch.tape import Reel, Tape
from dashcam.records.errors import NotFound

DIED = "the process of this launch ended without a word; what it wrote until then is kept"


class Watched:
    """One launch, followed line by line."""

    def __init__(self, place: Place, agent: Agent) -> None:
        self.place = place
        self.following = following_of(agent)
        self.launching = self.following.launching
        self._reel = Reel(place.lines)

    def fresh(self) -> list[Happening]:
        """Take in what came since the last time."""
        return [one for line in self._reel.fresh() for one in self.following.take(line)]


def following_of(agent: Agent) -> Following:
    """Begin to follow a launch. Raises NotFound for an agent that cannot be launched."""
    if agent.launching is None:
        raise NotFound(f"dashcam cannot launch {agent.name}")
    return Following(agent.launching)


def close_dead(home: Path, agents: Mapping[str, Agent]) -> list[Place]:
    """Write the end of every launch whose process is gone: it failed, and when it was heard last is in its lines."""
    closed = []
    for place in unfinished(home):
        agent = agents.get(place.agent)
        held = hold(place.lock) if agent is not None and agent.launching is not None else None
        if held is None or agent is None:
            continue
        watched = Watched(place, agent)
        watched.fresh()
        standing = watched.following.standing
        if standing is None or standing.ended is None:
            tape = Tape(place.lines)
            tape.say(ended={"state": "failed", "error": DIED, "cut": cut_off(watched.following)})
            tape.close()
        place.sweep()
        closed.append(place)
    return closed
