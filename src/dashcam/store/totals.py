"""What a session adds up to: kept with it, and recomputed from what counts whenever that changes.

Sums are kept by quarters of an hour, since every time zone's day begins on one; so a range or a day of any zone is a
sum of few rows. Only the quarters from the first change on are computed again.
"""

from collections.abc import Mapping

from dashcam.records.clock import MINUTE
from dashcam.records.source import PUSHED
from dashcam.store import billing, counters, facts
from dashcam.store.billing import Bill
from dashcam.store.database import Database, Row, upsert

QUARTER = 15 * MINUTE
DEFAULT_ACTIVE_GAP = 5 * MINUTE
ACTIVE_GAP = "active_gap_us"
"""Key in `meta`: the longest silence between two events that still counts as activity, in microseconds."""

_OF_CALLS = {
    "calls": "count(*)",
    "input": "sum(input)",
    "output": "sum(output)",
    "cache_read": "sum(cache_read)",
    "cache_write_5m": "sum(cache_write_5m)",
    "cache_write_1h": "sum(cache_write_1h)",
    "reasoning": "sum(reasoning)",
    "web_searches": "sum(web_searches)",
    "cost_nano": "sum(coalesce(cost_nano, 0))",
    "estimate_extra_nano": "sum(coalesce(estimate_nano - cost_nano, 0))",
    "unpriced_calls": "sum(CASE WHEN cost_nano IS NULL THEN 1 ELSE 0 END)",
    "inexact_calls": "sum(1 - exact)",
    "reported_nano": "sum(reported_nano)",
}
USAGE = tuple(_OF_CALLS)
ACTIVITY = (
    "events",
    "prompts",
    "answers",
    "tool_calls",
    "tool_failures",
    "errors",
    "active_us",
    "lines_added",
    "lines_removed",
)

SUM_CALLS = ", ".join(f"{expression} AS {name}" for name, expression in _OF_CALLS.items())
"""The columns of USAGE from rows of `call`."""

_USAGE = (
    f"INSERT INTO usage_bucket (session, bucket, model, {', '.join(USAGE)}) "
    f"SELECT session, at / {QUARTER}, model, {SUM_CALLS} FROM call "
    f"WHERE session = ? AND counted = 1 AND at >= ? GROUP BY session, at / {QUARTER}, model"
)
_INHERITED = (
    "SELECT count(*) FROM call AS copy WHERE copy.session = ? AND copy.counted = 0 AND NOT EXISTS (SELECT 1 FROM call "
    "AS own WHERE own.key = copy.key AND own.counted = 1 AND own.session = copy.session) "
    "AND EXISTS (SELECT 1 FROM call AS other WHERE other.key = copy.key AND other.session <> copy.session)"
)
"""Calls that another session owns; a second copy of a call of its own is no inheritance."""
_PUSHED = ", ".join(f"'{kind}'" for kind in PUSHED)
_TELLS_FIRST = f"(? = 0 OR source NOT IN (SELECT id FROM source WHERE kind IN ({_PUSHED})))"
"""What happened as a session's own lines tell it, if there are any: not a second time as somebody else saw it."""
_ACTIVITY = f"""
INSERT INTO activity_bucket (session, bucket, {", ".join(ACTIVITY)})
SELECT session, place / {QUARTER}, count(*), sum(CASE WHEN kind = 'user' THEN 1 ELSE 0 END),
    sum(CASE WHEN kind = 'assistant' THEN 1 ELSE 0 END),
    sum(CASE WHEN kind = 'tool_call' THEN 1 ELSE 0 END),
    sum(CASE WHEN kind = 'tool_result' AND ok = 0 THEN 1 ELSE 0 END),
    sum(CASE WHEN kind = 'error' THEN 1 ELSE 0 END),
    sum(CASE WHEN gap IS NULL THEN 0 WHEN gap > ? THEN ? ELSE gap END),
    sum(coalesce(lines_added, 0)), sum(coalesce(lines_removed, 0))
FROM (
    SELECT session, place, kind, ok, lines_added, lines_removed,
        place - lag(nullif(place, 0)) OVER (ORDER BY place, source, line, part) AS gap
    FROM event WHERE session = ? AND counted = 1 AND place >= ? AND {_TELLS_FIRST}
) AS counted_event
WHERE place >= ? GROUP BY session, place / {QUARTER}
"""


def refresh(database: Database, sessions: Mapping[int, int | None], bills: Mapping[int, Bill] | None = None) -> int:
    """Add up sessions again, each from a time on (None: wholly), and return the new revision.

    `bills` say who bills them, unless that is to be looked up.
    """
    if bills is None:
        bills = billing.bills(database, sessions)
    gap = active_gap(database)
    database.run("UPDATE meta SET value = CAST(CAST(value AS bigint) + 1 AS text) WHERE key = 'revision'")
    revision = revision_of(database)
    for session, since in sorted(sessions.items()):
        first = 0 if since is None else since // QUARTER * QUARTER
        bill = bills[session]
        is_metered = _refresh_buckets(database, session, first, gap, bill)
        biller = "counter" if is_metered else bill.kind if bill.is_mixed else ""
        _refresh_session(database, session, revision, biller)
    return revision


def revision_of(database: Database) -> int:
    """Say how many saves the database has seen."""
    return int(database.one("SELECT value FROM meta WHERE key = 'revision'")[0])


def active_gap(database: Database) -> int:
    """Read the longest silence that counts as activity, in microseconds."""
    found = database.rows("SELECT value FROM meta WHERE key = ?", (ACTIVE_GAP,))
    return int(found[0][0]) if found else DEFAULT_ACTIVE_GAP


def keep_active_gap(database: Database, gap: int) -> bool:
    """Keep another longest silence and add all sessions up again by it; returns False if it is the one already kept."""
    if gap == active_gap(database):
        return False
    with database.writing():
        database.run(upsert("meta", ("key", "value"), ("key",)), (ACTIVE_GAP, str(gap)))
        refresh(database, {row[0]: None for row in database.rows("SELECT id FROM session")})
    return True


def _refresh_buckets(database: Database, session: int, first: int, gap: int, bill: Bill) -> bool:
    """Make a session's quarters anew from one on. Says whether its usage is what metrics say, for want of calls."""
    is_metered = "counter" in bill.own and _is_metered(database, session)
    if is_metered:
        _refresh_metered(database, session)
        first = 0
    else:
        _refresh_usage(database, session, first)
    tells_itself = int(bool(bill.own.difference(PUSHED, {"sidecar"}) and bill.own.intersection(PUSHED)))
    database.run("DELETE FROM activity_bucket WHERE session = ? AND bucket >= ?", (session, first // QUARTER))
    before = database.one(
        f"SELECT coalesce(max(place), ?) FROM event WHERE session = ? AND counted = 1 AND place < ? AND {_TELLS_FIRST}",
        (first, session, first, tells_itself),
    )[0]
    database.run(_ACTIVITY, (gap, gap, session, before, tells_itself, first))
    return is_metered


def _refresh_usage(database: Database, session: int, first: int) -> None:
    database.run("DELETE FROM usage_bucket WHERE session = ? AND bucket >= ?", (session, first // QUARTER))
    database.run(_USAGE, (session, first))


def _is_metered(database: Database, session: int) -> bool:
    if not counters.is_any(database, session):
        return False
    if database.rows("SELECT 1 FROM call WHERE session = ? LIMIT 1", (session,)):
        return False
    return not billing.is_told_below(database, session)


def _refresh_metered(database: Database, session: int) -> None:
    """Take what metrics say: tokens and the agent's own cost, of no known number of calls.

    What has no cost is unpriced: each quarter of it counts as one.
    """
    database.run("DELETE FROM usage_bucket WHERE session = ?", (session,))
    rises = counters.increases(database, session)
    unpriced = {model for (_, model), use in counters.use_by(rises, 0).items() if use.is_unpriced}
    uses = counters.use_by(rises, QUARTER)
    database.run_many(
        "INSERT INTO usage_bucket (session, bucket, model, calls, input, output, cache_read, cache_write_5m, "
        "cache_write_1h, reasoning, web_searches, cost_nano, estimate_extra_nano, unpriced_calls, inexact_calls, "
        "reported_nano) VALUES (?, ?, ?, 0, ?, ?, ?, ?, 0, 0, 0, ?, 0, ?, 0, ?)",
        [
            (session, bucket, model, use.input, use.output, use.cache_read, use.cache_write_5m, use.cost_nano,
             int(model in unpriced), None if model in unpriced else use.cost_nano)
            for (bucket, model), use in sorted(uses.items())
        ],
    )  # fmt: skip


def _refresh_session(database: Database, session: int, revision: int, biller: str) -> None:
    usage = _sums(database, session, "usage_bucket", USAGE)
    activity = _sums(database, session, "activity_bucket", ACTIVITY)
    models = database.rows(
        "SELECT model, sum(input + output + cache_read + cache_write_5m + cache_write_1h) FROM usage_bucket "
        "WHERE session = ? GROUP BY model",
        (session,),
    )
    ranked = sorted(models, key=lambda row: (-row[1], row[0]))
    inherited = database.one(_INHERITED, (session,))[0]
    said = facts.merged(database, session, has_inherited=inherited > 0)
    values: dict[str, object] = {
        **{name: value or 0 for name, value in zip(USAGE, usage, strict=True)},
        "reported_nano": _reported(
            database, session, said["born"], usage[-1], str(said["parent"]), str(said["relation"])
        ),
        **{name: value or 0 for name, value in zip(ACTIVITY, activity, strict=True)},
        **said,
        **({"source_kind": biller} if biller else {}),
        "commands_only": int(said["commands_only"] and not (usage[0] or inherited)),
        "model": ranked[0][0] if ranked else "",
        "models": "\n".join(row[0] for row in ranked),
        "inherited_calls": inherited,
        "total": sum(value or 0 for value in usage[1:6]),
        "revision": revision,
    }
    names = ", ".join(f"{name} = ?" for name in values)
    database.run(f"UPDATE session SET {names} WHERE id = ?", (*values.values(), session))  # type: ignore[arg-type]


def _sums(database: Database, session: int, table: str, columns: tuple[str, ...]) -> Row:
    sums = ", ".join(f"CAST(sum({name}) AS bigint)" for name in columns)
    return database.one(f"SELECT {sums} FROM {table} WHERE session = ?", (session,))


def _reported(
    database: Database, session: int, born: object, of_calls: int | None, parent: str, relation: str
) -> int | None:
    """The agent's own cost: its total if it wrote one, less what a fork took over; else that of its calls."""
    last = _last_total(database, session, None)
    if last is None:
        return of_calls
    if relation != "fork" or not isinstance(born, int):
        return last
    found = database.rows("SELECT id FROM session WHERE native_id = ?", (parent,))
    base = _last_total(database, found[0][0], born) if found else None
    return last - min(base or 0, last)


def _last_total(database: Database, session: int, until: int | None) -> int | None:
    """The last cumulative cost that a session's agent wrote, up to a time."""
    values: tuple[int, ...] = (session,) if until is None else (session, until)
    last = database.rows(
        "SELECT source, line FROM reported_total WHERE session = ? "
        + ("" if until is None else "AND at <= ? ")
        + "ORDER BY at DESC, line DESC LIMIT 1",
        values,
    )
    if not last:
        return None
    row = database.one(
        "SELECT CAST(sum(cost_nano) AS bigint) FROM reported_total WHERE session = ? AND source = ? AND line = ?",
        (session, *last[0]),
    )
    return row[0] if row[0] is None else int(row[0])
