"""Projects: the places that sessions worked in, what they cost, and all about one of them.

What a stranger would get wrong: a project is a path as the agent wrote it, on whichever machine. Its id is a hash of
that path, the same in every database; what happened on two machines under one path is one project.
"""

from pathlib import PurePath, PureWindowsPath
from typing import Any

import msgspec

from dashcam.queries import notes
from dashcam.queries.answers import Listing, UsageAnswer, usage_fields, usage_row_answer
from dashcam.queries.cards import cache_hit_rate
from dashcam.queries.moment import Moment
from dashcam.queries.usage import total_of, usage
from dashcam.records.clock import iso
from dashcam.records.errors import NotFound
from dashcam.records.filters import CostBasis, Filter
from dashcam.records.identity import key64
from dashcam.records.rows import Sums
from dashcam.store import projects as stored
from dashcam.store import sessions as stored_sessions
from dashcam.store.database import Database
from dashcam.store.projects import ProjectRow

MASK = (1 << 64) - 1


class ProjectAnswer(UsageAnswer, frozen=True, kw_only=True, omit_defaults=True):
    """One project. With a range: what happened in it, but `first_at` and `last_at` are of its sessions as a whole."""

    project_id: str
    """16 hex digits, the same for one path in every database."""
    name: str
    """The last part of the path; empty for the sessions that name no project."""
    agents: list[str]
    """Types of agents."""
    sessions: int
    """Subagents are no sessions here; what they used is in the sums."""
    subagents: int
    branches: int
    """Different branches that its sessions were on."""
    first_at: str | None
    last_at: str | None
    lines_added: int
    lines_removed: int
    cache_hit_rate: float | None
    """Cache reads as a part of all that models were sent, from 0 to 1; null where they were sent nothing."""


class ProjectTotals(UsageAnswer, frozen=True, kw_only=True, omit_defaults=True):
    """What all projects of a listing add up to."""

    projects: int
    sessions: int
    subagents: int
    lines_added: int
    lines_removed: int


class UsageSummary(UsageAnswer, frozen=True, kw_only=True, omit_defaults=True):
    """What some sessions used, taken apart."""

    sessions: int
    """Subagents are no sessions here; what they used is in the sums."""
    subagents: int
    cache_hit_rate: float | None
    """Cache reads as a part of all that models were sent, from 0 to 1; null where they were sent nothing."""
    by_model: list[UsageAnswer]
    """What cost most first, as in all that follow but the days."""
    by_agent: list[UsageAnswer]
    by_day: list[UsageAnswer]
    """In the order of time; days of the asker's zone on which nothing was used are left out."""
    notes: list[str]


class ProjectUsage(UsageSummary, frozen=True, kw_only=True, omit_defaults=True):
    """What was used in one project."""

    project_id: str
    name: str


class GlobalUsage(UsageSummary, frozen=True, kw_only=True, omit_defaults=True):
    """What was used in all projects together."""

    projects: int
    by_project: list[UsageAnswer]


def project_id(path: str) -> str:
    """Name a project by a hash of its path."""
    return f"{key64(path) & MASK:016x}"


def project_name(path: str) -> str:
    """Give the last part of a path, whichever way its machine writes paths."""
    pure = PureWindowsPath(path) if "\\" in path and "/" not in path else PurePath(path)
    return pure.name or path


def project_by_id(database: Database, ident: str) -> str:
    """Find the path of a project. Raises NotFound."""
    for path in stored.paths(database):
        if project_id(path) == ident.lower():
            return path
    raise NotFound(f"there is no project '{ident[:60]}'", "The list of projects has the ids of all there are.")


class ProjectListing(Listing[ProjectAnswer], frozen=True, kw_only=True):
    """The projects of the sessions that fit, the dearest first."""

    rows: list[ProjectAnswer]
    totals: ProjectTotals


def project_listing(database: Database, asked: Filter, at: Moment, basis: CostBasis = "calculated") -> ProjectListing:
    """List the projects of the sessions that a filter selects, what cost most first."""
    with database.reading():
        rows = stored.listing(database, asked, quiet_since=at.quiet_since)
        agents = stored.agents(database, asked, quiet_since=at.quiet_since)
        used = {row.keys[0]: row.sums for row in usage(database, asked, ("project",), at)}
    sums = {row.project: used.get(row.project, Sums()) for row in rows}
    rows = sorted(rows, key=lambda row: (-sums[row.project].cost_nano, -sums[row.project].total, row.project))
    total = sum(sums.values(), Sums())
    return ProjectListing(
        rows=[_answer(row, sums[row.project], agents.get(row.project, []), at, basis) for row in rows],
        totals=_totals(rows, total, basis),
        notes=notes.of_sums(total),
    )


def _answer(row: ProjectRow, sums: Sums, agents: list[str], at: Moment, basis: CostBasis) -> ProjectAnswer:
    return ProjectAnswer(
        **usage_fields({"project": row.project}, sums, basis),
        project_id=project_id(row.project),
        name=project_name(row.project),
        agents=agents,
        sessions=row.sessions,
        subagents=row.subagents,
        branches=row.branches,
        first_at=iso(row.first_at, at.zone),
        last_at=iso(row.last_at, at.zone),
        lines_added=row.lines_added,
        lines_removed=row.lines_removed,
        cache_hit_rate=cache_hit_rate(sums),
    )


def _totals(rows: list[ProjectRow], total: Sums, basis: CostBasis) -> ProjectTotals:
    counts = ("sessions", "subagents", "lines_added", "lines_removed")
    return ProjectTotals(
        **usage_fields({}, total, basis),
        projects=len(rows),
        **{name: sum(getattr(row, name) for row in rows) for name in counts},
    )


def project_usage(
    database: Database, ident: str, asked: Filter, at: Moment, basis: CostBasis = "calculated"
) -> ProjectUsage:
    """Answer with what was used in one project. Raises NotFound."""
    with database.reading():
        path = project_by_id(database, ident)
        asked = msgspec.structs.replace(asked, whole_projects=(path,))
        return ProjectUsage(
            **_summary(database, asked, at, basis) | {"project": path},
            project_id=project_id(path),
            name=project_name(path),
        )


def global_usage(database: Database, asked: Filter, at: Moment, basis: CostBasis = "calculated") -> GlobalUsage:
    """Answer with what was used in all."""
    with database.reading():
        return GlobalUsage(
            **_summary(database, asked, at, basis),
            projects=stored_sessions.counted(database, asked, quiet_since=at.quiet_since).projects,
            by_project=_by(database, asked, "project", at, basis),
        )


def _summary(database: Database, asked: Filter, at: Moment, basis: CostBasis) -> dict[str, Any]:
    counted = stored_sessions.counted(database, asked, quiet_since=at.quiet_since)
    models = usage(database, asked, ("model",), at)
    total = total_of(models)
    return {
        **usage_fields({}, total, basis),
        "sessions": counted.sessions,
        "subagents": counted.subagents,
        "cache_hit_rate": cache_hit_rate(total),
        "by_model": [usage_row_answer(("model",), row, basis) for row in models],
        "by_agent": _by(database, asked, "agent", at, basis),
        "by_day": _by(database, asked, "day", at, basis),
        "notes": notes.of_sums(total),
    }


def _by(database: Database, asked: Filter, dimension: str, at: Moment, basis: CostBasis) -> list[UsageAnswer]:
    return [usage_row_answer((dimension,), row, basis) for row in usage(database, asked, (dimension,), at)]
