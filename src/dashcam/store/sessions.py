"""Reading sessions: listings by filter, range and sort, and single ones by their id."""

from collections.abc import Sequence

import msgspec

from dashcam.records.clock import ALL_TIME, Range
from dashcam.records.filters import Filter, SortKey
from dashcam.records.rows import SessionRow, Sums
from dashcam.store.conditions import STATUS, Where, of_sessions
from dashcam.store.database import Database, Row, Value
from dashcam.store.ranges import SUMS, usage_in
from dashcam.store.totals import USAGE

_OWN = (
    "id", "native_id", "agent", "agent_name", "machine", "project", "branch", "title", "first_prompt", "model",
    "models", "first_at", "last_at", "active_us", "inherited_calls", "source_kind", "parent", "relation", "agent_type",
    "parent_call", "version", "entrypoint", "error", "pull_requests", "prompts", "answers", "events", "tool_calls",
    "tool_failures", "errors", "lines_added", "lines_removed", "revision",
)  # fmt: skip

_TOKENS = "{0}.input + {0}.output + {0}.cache_read + {0}.cache_write_5m + {0}.cache_write_1h"
_KNOWN = (
    f"(session.calls > 0 OR {_TOKENS.format('session')} > 0 "
    "OR (session.answers = 0 AND session.source_kind IN ('transcript', 'stream')))"
)
"""Whether a session's tokens and cost are known: answers without any call on record cost nobody knows what.

Only a session's own lines can tell that nothing was used.
"""
_UNKNOWN = f"coalesce(sum(CASE WHEN {_KNOWN} THEN 0 ELSE 1 END), 0)"
# A cost that is not known stands behind all others; `queries.answers.cost_of` says by the same rule which one that is.
_SORT: dict[SortKey, str] = {
    "started": "coalesce(session.first_at, 0)",
    "ended": "coalesce(session.last_at, 0)",
    "duration": "coalesce(session.last_at - session.first_at, -1)",
    "active": "session.active_us",
    "tokens": f"CASE WHEN {_KNOWN} THEN coalesce({_TOKENS.format('{sums}')}, 0) ELSE -1 END",
    "cost": f"CASE WHEN NOT {_KNOWN} OR ({{sums}}.unpriced_calls > 0 AND {{sums}}.unpriced_calls >= {{sums}}.calls "
    "AND {sums}.cost_nano = 0) THEN -1 ELSE coalesce({sums}.cost_nano, 0) END",
    "calls": "coalesce({sums}.calls, 0)",
    "project": "session.project",
    "title": "session.title",
    "model": "session.model",
    "agent": "session.agent",
    "status": "CASE {status} WHEN 'running' THEN 0 WHEN 'waiting' THEN 1 WHEN 'failed' THEN 2 WHEN 'stopped' THEN 3 "
    "ELSE 4 END",
    "source": "session.source_kind",
    "branch": "session.branch",
}


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """Which rows of a listing: at most `limit`, those behind `after`."""

    sort: SortKey = "started"
    descending: bool = True
    limit: int | None = None
    after: tuple[int | str, int] | None = None
    """The sort value and row id of the last row seen; stays right while rows are added."""


def listing(
    database: Database, asked: Filter, page: Page, *, quiet_since: int
) -> tuple[list[SessionRow], list[int | str]]:
    """List sessions; the second list holds each row's sort value, to page on from."""
    source, values, sums, where = joined(asked, quiet_since)
    key = _SORT[page.sort].format(sums=sums, status=STATUS.replace("?", str(int(quiet_since))))
    order = "DESC" if page.descending else "ASC"
    if page.after is not None:
        sign = "<" if page.descending else ">"
        where.add(f"({key} {sign} ? OR ({key} = ? AND session.id {sign} ?))", page.after[0], *page.after)
    limit = f"LIMIT {int(page.limit)}" if page.limit is not None else ""
    inner = ["session.id AS id", f"{key} AS sort_value", *(f"{sums}.{name} AS {name}" for name in USAGE)]
    outer = [
        "page.sort_value",
        STATUS,
        _KNOWN,
        *(f"session.{name}" for name in _OWN),
        *(f"page.{name}" for name in USAGE),
    ]
    # The page is chosen by narrow rows: to sort whole ones takes several times as long.
    rows = database.rows(
        f"SELECT {', '.join(outer)} FROM (SELECT {', '.join(inner)} FROM {source} WHERE {where} "
        f"ORDER BY sort_value {order}, session.id {order} {limit}) AS page JOIN session ON session.id = page.id "
        f"ORDER BY page.sort_value {order}, page.id {order}",
        [quiet_since, *values, *where.values],
    )
    return [_session(row[1:]) for row in rows], [row[0] for row in rows]


def selected(database: Database, asked: Filter, row: int, *, quiet_since: int) -> SessionRow | None:
    """Find a session by its row; None if a filter leaves it out, whose range does not matter."""
    *_, where = joined(msgspec.structs.replace(asked, range=ALL_TIME), quiet_since)
    where.add("session.id = ?", row)
    found = _where(database, where, quiet_since=quiet_since)
    return found[0] if found else None


class Totals(msgspec.Struct, frozen=True, kw_only=True):
    """What the sessions that a filter selects add up to."""

    sessions: int
    """Subagents among them."""
    unknown: int
    """Those of them whose tokens and cost are not known: the sums leave them out."""
    sums: Sums


def totals(database: Database, asked: Filter, *, quiet_since: int) -> Totals:
    """Count all sessions that a filter selects, and add them up."""
    source, values, sums, where = joined(asked, quiet_since)
    columns = ", ".join(f"CAST(sum({sums}.{name}) AS bigint)" for name in USAGE)
    row = database.one(f"SELECT count(*), {_UNKNOWN}, {columns} FROM {source} WHERE {where}", [*values, *where.values])
    return Totals(sessions=row[0], unknown=int(row[1]), sums=sums_of(row[2:]))


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """How many sessions a filter selects, and of how many projects."""

    sessions: int
    subagents: int
    projects: int
    unknown: int
    """Sessions and subagents whose tokens and cost are not known."""


def counted(database: Database, asked: Filter, *, quiet_since: int) -> Counted:
    """Count the sessions that a filter selects, subagents apart, and their projects."""
    source, values, _, where = joined(asked, quiet_since, with_sums=False)
    row = database.one(
        "SELECT coalesce(sum(CASE WHEN session.relation = 'subagent' THEN 0 ELSE 1 END), 0), count(*), "
        f"count(DISTINCT CASE WHEN session.project <> '' THEN session.project END), {_UNKNOWN} "
        f"FROM {source} WHERE {where}",
        [*values, *where.values],
    )
    return Counted(sessions=int(row[0]), subagents=row[1] - int(row[0]), projects=row[2], unknown=int(row[3]))


def joined(asked: Filter, quiet_since: int, *, with_sums: bool = True) -> tuple[str, list[Value], str, Where]:
    """Write the FROM of a listing, its values, the name of the table whose sums count, and the WHERE.

    Without `with_sums` that table is there only if the filter asks for it.
    """
    where = of_sessions(asked, quiet_since=quiet_since)
    if not _takes_in_commands_only(asked):
        where.add(_MODEL_ASKED)
    source, values, sums = "session", list[Value](), "session"
    if asked.range != ALL_TIME:
        _happened_in(where, asked.range)
    if asked.range != ALL_TIME and (with_sums or asked.minimum_cost_nano is not None):
        used, values = _used_in(asked.range)
        source, sums = f"session LEFT JOIN {used} AS used ON used.session = session.id", "used"
    if asked.minimum_cost_nano is not None:
        where.add(f"coalesce({sums}.cost_nano, 0) >= ?", asked.minimum_cost_nano)
    return source, values, sums, where


def _used_in(asked: Range) -> tuple[str, list[Value]]:
    """Write a subquery of (session, USAGE...), the sums of what was used in a range, and its values.

    Of a session that lies wholly in the range its own sums are taken; only of the few that begin before it or go on
    behind it has anything to be added up.
    """
    touched, whole = _edges(asked)
    partly = f"session IN (SELECT id FROM session WHERE {touched} AND NOT ({whole}))"
    usage, values = usage_in(asked, only=partly)
    names = ", ".join(USAGE)
    text = (
        f"(SELECT id AS session, {names} FROM session WHERE {touched} AND {whole} "
        f"UNION ALL SELECT session, {SUMS} FROM {usage} AS one GROUP BY session)"
    )
    return text, list[Value](values)


def _edges(asked: Range) -> tuple[str, str]:
    """Write which sessions may have to do with a range, and which of these lie wholly in it."""
    touched, whole = [], []
    if asked.since is not None:
        touched.append(f"session.last_at >= {int(asked.since)}")
        whole.append(f"coalesce(session.first_at, -1) >= {int(asked.since)}")
    if asked.until is not None:
        touched.append(f"session.first_at < {int(asked.until)}")
        whole.append(f"coalesce(session.last_at, {int(asked.until)}) < {int(asked.until)}")
    return " AND ".join(touched), " AND ".join(whole)


_MODEL_ASKED = "session.commands_only = 0"


def _takes_in_commands_only(asked: Filter) -> bool:
    return asked.commands_only or bool(asked.sessions or asked.exact_sessions)


def count_of_commands_only(database: Database, asked: Filter, *, quiet_since: int) -> int:
    """Count the sessions that a filter leaves out only because no model was asked anything in them."""
    none = not database.rows("SELECT 1 FROM session WHERE commands_only = 1 LIMIT 1")
    if none or _takes_in_commands_only(asked):
        return 0
    source, values, _, where = joined(msgspec.structs.replace(asked, commands_only=True), quiet_since)
    where.add("session.commands_only = 1")
    return int(database.one(f"SELECT count(*) FROM {source} WHERE {where}", [*values, *where.values])[0])


def _happened_in(where: Where, asked: Range) -> None:
    """Only sessions of which something happened in the range."""
    touched, whole = _edges(asked)
    event, call = Where(conditions=[], values=[]), Where(conditions=[], values=[])
    if asked.since is not None:
        event.add("event.place >= ?", asked.since)
        call.add("call.at >= ?", asked.since)
    if asked.until is not None:
        event.add("event.place < ?", asked.until)
        call.add("call.at < ?", asked.until)
    where.add(touched)
    # Only where a session goes beyond the range has it to be looked into.
    where.add(
        f"((session.events = 0 AND session.calls = 0) OR ({whole}) "
        f"OR EXISTS (SELECT 1 FROM event WHERE event.session = session.id AND {event}) "
        f"OR EXISTS (SELECT 1 FROM call WHERE call.session = session.id AND {call}))",
        *event.values,
        *call.values,
    )


def sums_of(values: Sequence[int | None]) -> Sums:
    """Make sums of the columns of USAGE; nothing to add up is 0, but an unknown reported cost stays unknown."""
    counts = {name: value or 0 for name, value in zip(USAGE[:-1], values[:-1], strict=True)}
    return Sums(**counts, reported_nano=values[-1])


def _session(row: Row) -> SessionRow:
    status, has_usage, *own = row[: len(_OWN) + 2]
    named = dict(zip(_OWN, own, strict=True))
    for name in ("models", "pull_requests"):
        # Of several models one may be unknown: a part is empty then.
        named[name] = tuple(str(named[name]).split("\n")) if named[name] else ()
    for ours, theirs in (
        ("row", "id"),
        ("session_id", "native_id"),
        ("started_at", "first_at"),
        ("ended_at", "last_at"),
        ("source", "source_kind"),
    ):
        named[ours] = named.pop(theirs)
    return SessionRow(**named, status=status, has_usage=bool(has_usage), sums=sums_of(row[len(_OWN) + 2 :]))


def by_prefix(
    database: Database, prefix: str, *, quiet_since: int, agent: str = "", limit: int = 10
) -> list[SessionRow]:
    """Find sessions, of one agent if it is named, whose id begins with a text; an exact match is the only answer.

    A subagent's id is `<parent>:<own>`; both parts may be cut, the first one wholly.
    """
    plain = prefix.replace("!", "!!").replace("%", "!%").replace("_", "!_")
    for operator, wanted in (("=", prefix), ("LIKE", plain.replace(":", "%:") + "%")):
        escape = " ESCAPE '!'" if operator == "LIKE" else ""
        where = Where(conditions=[], values=[])
        where.add(f"session.native_id {operator} ?{escape}", wanted)
        if agent:
            where.add("session.agent = ?", agent)
        found = _where(database, where, quiet_since=quiet_since, limit=limit)
        if found:
            return found
    return []


def children(database: Database, native_id: str, agent: str, *, quiet_since: int) -> list[SessionRow]:
    """List the subagents and forks of an agent's session, the earliest first."""
    where = Where(conditions=[], values=[])
    where.add("session.parent = ? AND session.agent = ?", native_id, agent)
    return _where(database, where, quiet_since=quiet_since)


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """Sessions that changed, and up to where these are all."""

    rows: list[SessionRow]
    complete: bool
    """False where more of them changed than the limit allows: who follows has to ask for all anew."""


def changed_since(database: Database, revision: int, *, limit: int, quiet_since: int) -> Changes:
    """List the sessions that were saved after a revision, in the order of their latest one."""
    where = Where(conditions=[], values=[])
    where.add("session.revision > ?", revision)
    where.add(_MODEL_ASKED)
    rows = _where(database, where, quiet_since=quiet_since, limit=limit + 1, order="session.revision, session.id")
    return Changes(rows=rows[:limit], complete=len(rows) <= limit)


def quieted(database: Database, since: int, until: int, *, quiet_since: int) -> list[SessionRow]:
    """List the sessions that are not over by their own word and were last heard of from `since` up to `until`."""
    where = Where(conditions=[], values=[])
    where.add("session.last_at >= ? AND session.last_at < ?", since, until)
    where.add("session.state IN ('open', 'waiting')")
    where.add(_MODEL_ASKED)
    return _where(database, where, quiet_since=quiet_since, order="session.last_at, session.id")


_BY_BEGINNING = "coalesce(session.first_at, 0), session.native_id"


def _where(
    database: Database, where: Where, *, quiet_since: int, limit: int | None = None, order: str = _BY_BEGINNING
) -> list[SessionRow]:
    columns = ", ".join([STATUS, _KNOWN, *(f"session.{name}" for name in (*_OWN, *USAGE))])
    cut = f"LIMIT {limit}" if limit else ""
    rows = database.rows(
        f"SELECT {columns} FROM session WHERE {where} ORDER BY {order} {cut}",
        [quiet_since, *where.values],
    )
    return [_session(row) for row in rows]
