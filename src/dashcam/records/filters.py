"""The one vocabulary of filters, sort keys and dimensions that every interface speaks."""

from typing import Literal, get_args

import msgspec

from dashcam.records.clock import ALL_TIME, Range

SortKey = Literal[
    "started",
    "ended",
    "duration",
    "active",
    "tokens",
    "cost",
    "calls",
    "project",
    "title",
    "model",
    "agent",
    "status",
    "source",
    "branch",
]
SORT_KEYS: tuple[str, ...] = get_args(SortKey)
WORD_SORT_KEYS = frozenset({"project", "title", "model", "agent", "source", "branch"})
"""Keys whose values are words; those of all others are numbers."""
ASCENDING_SORT_KEYS = WORD_SORT_KEYS | {"status"}
"""Keys whose order begins with the smallest unless turned: words with A, statuses with what is going on."""

Dimension = Literal["day", "hour", "week", "month", "model", "project", "agent", "branch", "tool", "source", "session"]
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
    whole_projects: tuple[str, ...] = ()
    """Whole paths of projects; an empty one stands for sessions that name none."""
    models: tuple[str, ...] = ()
    """Part of a model's name, in any case."""
    branches: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    sessions: tuple[str, ...] = ()
    """Full ids; a session's subagents belong to it."""
    exact_sessions: tuple[str, ...] = ()
    """Full ids of just the sessions wanted, without their subagents."""
    text: str = ""
    """Part of the title, first prompt, project or id, in any case."""
    minimum_cost_nano: int | None = None
    range: Range = ALL_TIME
    top_level: bool = False
    """Leave subagents out."""
    commands_only: bool = False
    """Take in also the sessions in which no model was asked anything. Those named by `sessions` are always taken in."""
