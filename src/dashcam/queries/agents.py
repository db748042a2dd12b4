"""The coding agents that are known: where their files were looked for, what was found, what they can tell."""

from collections.abc import Mapping
from datetime import tzinfo

import msgspec

from dashcam.agents.agent import Agent, Environment, Gives
from dashcam.queries.answers import Listing
from dashcam.records.clock import iso
from dashcam.records.settings import Settings
from dashcam.records.source import PUSHED
from dashcam.store import holdings
from dashcam.store.database import Database
from dashcam.store.holdings import SessionGroup, SourceGroup

TELLS = ("conversation", "tools", "tokens", "cost", "thinking", "cache", "reasoning", "title")
"""What an agent's files may tell, what matters most first."""


class RootAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A directory that was looked into."""

    path: str
    why: str
    exists: bool
    files: int


class AgentAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """One agent in one place, what was found of it, and what its files can tell."""

    agent: str
    title: str
    sign: str
    color: str
    agent_name: str
    roots: list[RootAnswer]
    files: int
    vanished_files: int
    bytes: int
    sessions: int
    subagents: int
    calls: int
    last_at: str | None
    tells: dict[str, Gives]


class AgentListing(Listing[AgentAnswer], frozen=True, kw_only=True):
    """Every known agent; the totals are of the numbers of the rows."""

    rows: list[AgentAnswer]
    totals: dict[str, int]


def agent_listing(
    database: Database,
    agents: Mapping[str, Agent],
    environment: Environment,
    settings: Settings,
    *,
    machine: str,
    zone: tzinfo,
) -> AgentListing:
    """List every known agent, each place of it in a row of its own."""
    groups = holdings.source_groups(database)
    sessions = {(one.agent, one.agent_name): one for one in holdings.session_groups(database)}
    paths = holdings.paths(database, machine=machine)
    rows = []
    for agent in agents.values():
        default = f"{agent.name}-default"
        extra = [root for root in settings.roots if root.agent == agent.name]
        names = {default, *(root.name or default for root in extra)}
        names |= {group.agent_name for group in groups if group.agent == agent.name}
        for name in sorted(names, key=lambda name: (name != default, name)):
            looked = [(root.path, "settings") for root in extra if (root.name or default) == name]
            if name == default:
                looked += [(str(root.path), root.why) for root in agent.roots(environment)]
            here = [group for group in groups if (group.agent, group.agent_name) == (agent.name, name)]
            roots = [_root_answer(agent.name, path, why, paths, environment) for path, why in looked]
            rows.append(_agent_answer(agent, name, roots, here, sessions.get((agent.name, name)), zone))
    totals = {
        name: sum(getattr(row, name) for row in rows)
        for name in ("files", "vanished_files", "bytes", "sessions", "calls")
    }
    return AgentListing(rows=rows, totals=totals, notes=_notes(rows, agents, environment))


def _root_answer(agent: str, path: str, why: str, paths: list[tuple[str, str]], environment: Environment) -> RootAnswer:
    folder = environment.home / path.removeprefix("~/") if path.startswith("~/") else environment.home / path
    below = f"{folder}/"
    files = sum(whose == agent and file.startswith(below) for whose, file in paths)
    return RootAnswer(path=str(folder), why=why, exists=folder.is_dir(), files=files)


def _agent_answer(
    agent: Agent,
    name: str,
    roots: list[RootAnswer],
    here: list[SourceGroup],
    told: SessionGroup | None,
    zone: tzinfo,
) -> AgentAnswer:
    return AgentAnswer(
        agent=agent.name,
        title=agent.title,
        sign=agent.face.sign,
        color=agent.face.color,
        agent_name=name,
        roots=roots,
        files=sum(group.files for group in here if group.kind not in PUSHED),
        vanished_files=sum(group.vanished for group in here if group.kind not in PUSHED),
        bytes=sum(group.bytes for group in here),
        sessions=told.sessions if told else 0,
        subagents=told.subagents if told else 0,
        calls=told.calls if told else 0,
        last_at=iso(told.last_at, zone) if told else None,
        tells={tell: getattr(agent.gives, tell) for tell in TELLS},
    )


def _notes(rows: list[AgentAnswer], agents: Mapping[str, Agent], environment: Environment) -> list[str]:
    notes = []
    if not any(row.files for row in rows):
        notes.append("Nothing was found. Files that stand elsewhere are named under [[roots]] in the settings.")
    if senders := without_roots(agents, environment):
        notes.append(f"Known only by what they send by telemetry: {', '.join(agent.title for agent in senders)}.")
    return notes


def without_roots(agents: Mapping[str, Agent], environment: Environment) -> list[Agent]:
    """List the agents of which no files are read."""
    return [agent for agent in agents.values() if not agent.roots(environment)]
