"""The one vocabulary of filters, sort keys and dimensions that every interface speaks."""

from typing import Literal, get_args

import msgspec

from dashcam.records.clock import ALL_TIME, Range

SortKey = Literal[
    "started", "ended", "duration", "active", "tokens", "cost", "calls", "project", "title", "model", "agent"
]
SORT_KEYS: tuple[str, ...] = get_args(SortKey)

Dimension = Literal["day", "hour", "week", "month", "model", "project", "agent", "branch", "tool", "session"]
DIMENSIONS: tuple[str, ...] = get_args(Dimension)
TIME_DIMENSIONS = ("hour", "day", "week", "month")

CostBasis = Literal["calculated", "reported", "both"]
COST_BASES: tuple[str, ...] = get_args(CostBasis)


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """Which sessions, and which of what happened in them. Several values of one field are alternatives."""

    agents: tuple[str, ...] = ()
    """Types, such as `codex`."""
    agent_names: tuple[str, ...] = ()
    """Instances, such as `codex-default`."""
    projects: tuple[str, ...] = ()
    """Part of a project's path, in any case."""
    models: tuple[str, ...] = ()
    """Part of a model's name, in any case."""
    branches: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    sessions: tuple[str, ...] = ()
    """Full ids; a session's subagents belong to it."""
    text: str = ""
    """Part of the title, first prompt, project or id, in any case."""
    minimum_cost_nano: int | None = None
    range: Range = ALL_TIME
    top_level: bool = False
    """Leave subagents out."""
