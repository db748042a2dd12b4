"""What sessions of one project have in common, project by project."""

import msgspec

from dashcam.records.clock import ALL_TIME
from dashcam.records.filters import Filter
from dashcam.store.database import Database
from dashcam.store.ranges import lines_in
from dashcam.store.sessions import joined

_ONE_EACH = "CASE WHEN session.relation = 'subagent' THEN {} ELSE {} END"


class ProjectRow(msgspec.Struct, frozen=True, kw_only=True):
    """The sessions of one project that a filter selects."""

    project: str
    sessions: int
    subagents: int
    branches: int
    first_at: int | None
    last_at: int | None
    lines_added: int
    lines_removed: int


def listing(database: Database, asked: Filter, *, quiet_since: int) -> list[ProjectRow]:
    """Count the sessions that a filter selects by project, with the lines that they changed in the range."""
    source, values, _, where = joined(asked, quiet_since, with_sums=False)
    lines = ("session.lines_added", "session.lines_removed")
    if asked.range != ALL_TIME:
        changed, numbers = lines_in(asked.range)
        source += (
            " LEFT JOIN (SELECT session, sum(lines_added) AS added, sum(lines_removed) AS removed "
            f"FROM {changed} AS stretch GROUP BY session) AS changed ON changed.session = session.id"
        )
        values += numbers
        lines = ("changed.added", "changed.removed")
    rows = database.rows(
        f"SELECT session.project, CAST(sum({_ONE_EACH.format(0, 1)}) AS bigint), "
        f"CAST(sum({_ONE_EACH.format(1, 0)}) AS bigint), "
        "count(DISTINCT CASE WHEN session.branch <> '' THEN session.branch END), "
        "min(session.first_at), max(session.last_at), "
        + ", ".join(f"CAST(coalesce(sum({name}), 0) AS bigint)" for name in lines)
        + f" FROM {source} WHERE {where} GROUP BY session.project ORDER BY session.project",
        [*values, *where.values],
    )
    return [ProjectRow(**dict(zip(ProjectRow.__struct_fields__, row, strict=True))) for row in rows]


def agents(database: Database, asked: Filter, *, quiet_since: int) -> dict[str, list[str]]:
    """List the types of agents at work in each project."""
    source, values, _, where = joined(asked, quiet_since, with_sums=False)
    found: dict[str, list[str]] = {}
    for project, agent in database.rows(
        f"SELECT DISTINCT session.project, session.agent FROM {source} WHERE {where} ORDER BY 1, 2",
        [*values, *where.values],
    ):
        found.setdefault(project, []).append(agent)
    return found


def paths(database: Database) -> list[str]:
    """List the paths of all projects; an empty one if some session names none."""
    return [row[0] for row in database.rows("SELECT DISTINCT project FROM session ORDER BY project")]


def recent_projects(database: Database, *, limit: int) -> list[str]:
    """List projects by their latest session, the latest first."""
    rows = database.rows(
        "SELECT project, max(last_at) FROM session WHERE project <> '' AND last_at IS NOT NULL "
        "GROUP BY project ORDER BY max(last_at) DESC, project LIMIT ?",
        (limit,),
    )
    return [str(project) for project, _ in rows]
