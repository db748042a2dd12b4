"""The values that a person may filter by: what stands in the menus, the latest used first."""

from datetime import tzinfo

import msgspec

from dashcam.queries.moment import Moment
from dashcam.records.clock import iso
from dashcam.store import names as stored
from dashcam.store.database import Database
from dashcam.store.names import Name

MOST_MIXES = 10_000
"""Different lists of models that sessions have; there are few, since a session seldom has more than two."""


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """A value to filter by."""

    value: str
    sessions: int
    """How many sessions have it, subagents among them."""
    last_at: str | None
    """When the last of them was heard of."""


class Choices(msgspec.Struct, frozen=True, kw_only=True):
    """What there is to filter by, each list with the latest used first, and cut to the limit that was asked for."""

    agents: list[Choice]
    """Types of agents."""
    agent_names: list[Choice]
    """Agents in one place each."""
    projects: list[Choice]
    """Paths."""
    models: list[Choice]
    branches: list[Choice]


def choices(database: Database, at: Moment, *, limit: int = 200) -> Choices:
    """List the values that sessions have in common."""
    with database.reading():
        found = {
            column: stored.used(database, column, limit=MOST_MIXES if column == "models" else limit)
            for column in stored.COLUMNS
        }
    listed = {column: [_choice(name, at.zone) for name in names] for column, names in found.items()}
    return Choices(
        agents=listed["agent"],
        agent_names=listed["agent_name"],
        projects=listed["project"],
        models=[_choice(name, at.zone) for name in _single(found["models"])[:limit]],
        branches=listed["branch"],
    )


def _choice(name: Name, zone: tzinfo) -> Choice:
    return Choice(value=name.name, sessions=name.sessions, last_at=iso(name.last_at, zone))


def _single(mixes: list[Name]) -> list[Name]:
    """Count each model by itself."""
    found: dict[str, Name] = {}
    for mix in mixes:
        for model in filter(None, mix.name.split("\n")):
            known = found.get(model, Name(name=model, sessions=0, last_at=None))
            last = max(known.last_at or 0, mix.last_at or 0) or None
            found[model] = Name(name=model, sessions=known.sessions + mix.sessions, last_at=last)
    return sorted(found.values(), key=lambda name: (-(name.last_at or 0), name.name))
