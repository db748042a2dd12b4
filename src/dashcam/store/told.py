"""Reading what each kind of source tells of sessions, counted or not: the material of the audit."""

from collections.abc import Iterable

import msgspec

from dashcam.records.call import Tokens
from dashcam.records.money import NANO
from dashcam.store import counters
from dashcam.store.database import Database, Row

_CALLS = (
    "SELECT source.kind, call.key, call.variant, call.model, call.at, call.input, call.output, call.cache_read, "
    "call.cache_write_5m, call.cache_write_1h, call.cost_nano, call.reported_nano, call.purpose, call.exact, "
    "call.counted, call.rank, call.sidechain FROM call JOIN source ON source.id = call.source "
    "WHERE call.session IN (??) ORDER BY call.key, call.rank, call.sidechain, call.at"
)
_GAUGE = "SELECT at, value FROM sample WHERE session = ? AND name = 'cost_usd' ORDER BY at DESC, value DESC LIMIT 1"
_HEARD = (
    "SELECT source.kind, min(fact.first_at), max(fact.last_at), count(DISTINCT fact.source) FROM session_fact AS fact "
    "JOIN source ON source.id = fact.source WHERE fact.session IN (??) GROUP BY source.kind"
)


class ToldCall(msgspec.Struct, frozen=True, kw_only=True):
    """A call as one kind of source tells it."""

    kind: str
    key: str
    variant: str
    model: str
    at: int
    tokens: Tokens
    cost_nano: int | None
    reported_nano: int | None
    purpose: str
    exact: bool

    @property
    def names(self) -> tuple[str, ...]:
        """What other kinds may know it by: the request's id, and the message's."""
        own = self.key.partition(":")[2] if self.key.startswith(("otlp:", "hook:")) else self.key
        return tuple(name for name in (self.variant, own) if name)


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """From when to when a kind of source told of a session, and in how many files."""

    first_at: int | None
    last_at: int | None
    files: int


def calls(database: Database, sessions: Iterable[int]) -> list[ToldCall]:
    """List what every kind of source tells, each call once a kind, in the order of time.

    A copy of a call that another session owns is no account of this one.
    """
    found: dict[tuple[str, str, str], ToldCall] = {}
    for kind, key, variant, model, at, *rest in database.rows_in(_CALLS, sessions):
        given, output, read, write_5m, write_1h, cost, reported, purpose, exact, counted, *_ = rest
        if kind in {"transcript", "stream"}:
            name = (kind, key, variant)
            if not counted:
                continue
        else:
            name = (kind, key, "")
        if name in found and not counted:
            continue
        found[name] = ToldCall(
            kind=kind,
            key=key,
            variant="" if variant == "span" else variant,
            model=model,
            at=at,
            tokens=Tokens(
                input=given, output=output, cache_read=read, cache_write_5m=write_5m, cache_write_1h=write_1h
            ),
            cost_nano=cost,
            reported_nano=reported,
            purpose=purpose,
            exact=bool(exact),
        )
    return sorted(found.values(), key=lambda call: (call.at, call.key))


def heard(database: Database, sessions: Iterable[int]) -> dict[str, Heard]:
    """Say when each kind of source told of these sessions."""
    told: dict[str, Heard] = {}
    for kind, first, last, files in database.rows_in(_HEARD, sessions):
        before = told.get(kind, Heard(first_at=None, last_at=None, files=0))
        told[kind] = Heard(
            first_at=min((at for at in (before.first_at, first) if at is not None), default=None),
            last_at=max((at for at in (before.last_at, last) if at is not None), default=None),
            files=before.files + files,
        )
    return told


def last_gauge(database: Database, session: int) -> tuple[int, float] | None:
    """Give the latest running total that a status line was told, in dollars, with its time."""
    return next(((at, value) for at, value in database.rows(_GAUGE, (session,))), None)


_SECOND_CALLS = (
    "SELECT call.session, CAST(sum(call.cost_nano) AS bigint) FROM source "
    "JOIN session_fact AS fact ON fact.source = source.id JOIN session ON session.id = fact.session "
    "JOIN call ON call.session = fact.session AND call.source = source.id "
    "WHERE source.kind IN ('otlp_log', 'hook') AND call.sidechain = 0 AND source.kind <> session.source_kind "
    "GROUP BY call.session, source.kind"
)
_METERED = (
    "SELECT DISTINCT counter_point.session FROM counter_point JOIN session ON session.id = counter_point.session "
    "WHERE session.source_kind <> 'counter'"
)
_COSTS = (
    "SELECT id, native_id, parent, relation, cost_nano, reported_nano, EXISTS (SELECT 1 FROM reported_total "
    "WHERE reported_total.session = session.id) FROM session WHERE cost_nano > 0"
)
_GAUGED = "SELECT session, max(value) FROM sample WHERE name = 'cost_usd' GROUP BY session"


def second_tellers(database: Database) -> dict[str, float]:
    """Say which part of each session's cost the best other source tells, by its id; those without any are left out.

    Totals of the agent, telemetry, counters and status lines are of a session with its subagents.
    """
    rows = database.rows(_COSTS)
    ids = {row[0]: row[1] for row in rows}
    most: dict[int, int] = {}

    def tell(session: int, nano: float) -> None:
        most[session] = max(most.get(session, 0), round(nano))

    for session, _, _, _, _, reported, has_total in rows:
        if has_total and reported is not None:
            tell(session, reported)
    for session, nano in database.rows(_SECOND_CALLS):
        tell(session, nano or 0)
    for (session,) in database.rows(_METERED):
        uses = counters.use_by(counters.increases(database, session), 0)
        tell(session, sum(use.cost_nano for use in uses.values()))
    for session, value in database.rows(_GAUGED):
        tell(session, value * NANO)
    return _shares(rows, {ids[session]: nano for session, nano in most.items() if session in ids})


def _shares(rows: Iterable[Row], most: dict[str, int]) -> dict[str, float]:
    """Spread what is told of whole families over their members."""
    parents = {row[1]: row[2] for row in rows if row[3] == "subagent"}
    families: dict[str, int] = {}
    tops: dict[str, str] = {}
    for row in rows:
        top, seen = row[1], {row[1]}
        while top in parents and parents[top] not in seen:
            top = parents[top]
            seen.add(top)
        tops[row[1]] = top
        families[top] = families.get(top, 0) + row[4]
    shares = {top: most[top] / cost for top, cost in families.items() if top in most and cost}
    return {session: shares[top] for session, top in tops.items() if top in shares}
