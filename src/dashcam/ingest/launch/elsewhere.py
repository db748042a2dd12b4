"""Sessions that a person started in a terminal or an editor of this machine, and that are alive."""

import os
import shlex
from collections.abc import Mapping
from pathlib import Path

import msgspec

from dashcam.agents.agent import Agent, Environment
from dashcam.agents.habits import HABITS
from dashcam.ingest.launch.places import order_of, unfinished


class Elsewhere(msgspec.Struct, frozen=True, kw_only=True):
    """One process that works on a session."""

    agent: str
    session_id: str
    pid: int
    directory: str
    busy: bool | None
    """Whether it works just now; null where it does not say."""
    resume: str
    """The line for a shell that takes the session up."""


def elsewhere(agents: Mapping[str, Agent], environment: Environment, home: Path) -> list[Elsewhere]:
    """List the sessions that are alive on this machine, but for those that dashcam launched."""
    ours = _ours(home)
    found = []
    for agent in agents.values():
        habits = HABITS.get(agent.name)
        if habits is None:
            continue
        for root in agent.roots(environment):
            for session, pid, directory, busy in habits.alive(root.path):
                if session in ours or not _is_there(pid):
                    continue
                place = f"cd {shlex.quote(directory)} && " if directory else ""
                line = place + shlex.join(habits.resume(session))
                found.append(
                    Elsewhere(
                        agent=agent.name, session_id=session, pid=pid, directory=directory, busy=busy, resume=line
                    )
                )
    return found


def _ours(home: Path) -> set[str]:
    return {order.session_id for place in unfinished(home) if (order := order_of(place)) is not None}


def _is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True  # It is somebody else's.
    return True
