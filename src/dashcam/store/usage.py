"""Reading usage: sums by quarter of an hour and by what sessions and calls are known by."""

from collections.abc import Sequence

from dashcam.records.clock import ALL_TIME
from dashcam.records.filters import Filter
from dashcam.records.rows import Sums
from dashcam.store.conditions import Where, contains, of_sessions, pattern
from dashcam.store.database import Database
from dashcam.store.ranges import SUMS, usage_in
from dashcam.store.sessions import sums_of
from dashcam.store.totals import QUARTER, SUM_CALLS

_COLUMNS = {
    "bucket": "used.bucket",
    "model": "used.model",
    "project": "session.project",
    "agent": "session.agent",
    "branch": "session.branch",
    "session": "session.native_id",
    "tool": "used.tools",
}
GROUPS = tuple(_COLUMNS)
_SUMS = SUMS.replace("sum(", "sum(used.")


def grouped(
    database: Database, asked: Filter, groups: Sequence[str], *, quiet_since: int
) -> list[tuple[tuple[int | str, ...], Sums]]:
    """Add up calls by some of GROUPS. `bucket` is a quarter of an hour, counted from 1970 in UTC."""
    where = of_sessions(asked, quiet_since=quiet_since)
    if asked.models:
        where.add("(" + " OR ".join(contains("used.model") for _ in asked.models) + ")", *map(pattern, asked.models))
    source, values = _by_tool(asked) if "tool" in groups else usage_in(asked.range)
    columns = ", ".join(_COLUMNS[group] for group in groups)
    order = f"GROUP BY {columns} ORDER BY {columns}" if groups else ""
    rows = database.rows(
        f"SELECT {columns + ', ' if columns else ''}{_SUMS} FROM {source} AS used "
        f"JOIN session ON session.id = used.session WHERE {where} {order}",
        [*values, *where.values],
    )
    return [(row[: len(groups)], sums_of(row[len(groups) :])) for row in rows if row[len(groups)]]


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
