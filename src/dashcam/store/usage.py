"""Reading usage: sums by quarter of an hour and by what sessions and calls are known by."""

from collections.abc import Sequence
from datetime import UTC, tzinfo

from dashcam.records.clock import ALL_TIME
from dashcam.records.filters import Filter
from dashcam.records.rows import Sums
from dashcam.store.conditions import Where, contains, of_sessions, pattern
from dashcam.store.database import Database
from dashcam.store.days import day_of
from dashcam.store.ranges import SUMS, usage_in
from dashcam.store.sessions import sums_of
from dashcam.store.totals import QUARTER, SUM_CALLS

_COLUMNS = {
    "bucket": "used.bucket",
    "model": "used.model",
    "project": "session.project",
    "agent": "session.agent",
    "branch": "session.branch",
    "source": "session.source_kind",
    "session": "session.native_id",
    "tool": "used.tools",
}
GROUPS = (*_COLUMNS, "day")
_SUMS = SUMS.replace("sum(", "sum(used.")


def grouped(
    database: Database, asked: Filter, groups: Sequence[str], *, quiet_since: int, zone: tzinfo = UTC
) -> list[tuple[tuple[int | str, ...], Sums]]:
    """Add up calls by some of GROUPS.

    `bucket` is a quarter of an hour, counted from 1970 in UTC; `day` a day of the zone, also counted from 1970.
    """
    where = of_sessions(asked, quiet_since=quiet_since)
    _of_models(where, asked)
    source, values = _by_tool(asked) if "tool" in groups else usage_in(asked.range)
    columns = ", ".join(
        day_of(database, "used.bucket", zone, asked.range) if group == "day" else _COLUMNS[group] for group in groups
    )
    places = ", ".join(str(place) for place, _ in enumerate(groups, 1))
    order = f"GROUP BY {places} ORDER BY {places}" if groups else ""
    rows = database.rows(
        f"SELECT {columns + ', ' if columns else ''}{_SUMS} FROM {source} AS used "
        f"JOIN session ON session.id = used.session WHERE {where} {order}",
        [*values, *where.values],
    )
    return [(row[: len(groups)], sums_of(row[len(groups) :])) for row in rows if row[len(groups)]]


def sessions_by(database: Database, asked: Filter, group: str, *, quiet_since: int) -> dict[str, int]:
    """Count the sessions that each of one of GROUPS occurs in; a subagent counts as the session that started it."""
    where = of_sessions(asked, quiet_since=quiet_since)
    _of_models(where, asked)
    source, values = _by_tool(asked) if group == "tool" else usage_in(asked.range)
    started = "CASE WHEN session.relation = 'subagent' THEN session.parent ELSE session.native_id END"
    rows = database.rows(
        f"SELECT {_COLUMNS[group]}, count(DISTINCT {started}) FROM {source} AS used "
        f"JOIN session ON session.id = used.session WHERE {where} GROUP BY 1",
        [*values, *where.values],
    )
    return {row[0]: row[1] for row in rows}


def _of_models(where: Where, asked: Filter) -> None:
    if asked.models:
        where.add("(" + " OR ".join(contains("used.model") for _ in asked.models) + ")", *map(pattern, asked.models))


def _by_tool(asked: Filter) -> tuple[str, list[int]]:
    """Like `usage_in`, but with the tools that each call asked for; read from the calls themselves."""
    where = Where(conditions=[], values=[])
    where.add("counted = 1")
    values = []
    if asked.range != ALL_TIME:
        for sign, at in ((">=", asked.range.since), ("<", asked.range.until)):
            if at is not None:
                where.add(f"at {sign} ?", at)
                values.append(at)
    group = f"session, at / {QUARTER}, model, tools"
    columns = f"session, at / {QUARTER} AS bucket, model, tools, {SUM_CALLS}"
    text = f"(SELECT {columns} FROM call WHERE {where} GROUP BY {group})"
    return text, values
