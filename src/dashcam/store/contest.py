"""Settling what several sources tell: finds the accounts that share a key, and writes down what was decided."""

from collections.abc import Callable, Iterable
from itertools import groupby

from dashcam.records.call import ModelCall, Priced
from dashcam.records.rate import Rate
from dashcam.store import rates
from dashcam.store.database import Database
from dashcam.store.settle import TOKENS, Account, EventAccount, Verdict, counted_of, owner_of, settle

_STREAMED = "CASE WHEN source.kind = 'stream' THEN 1 ELSE 0 END"
_ACCOUNTS = (
    "SELECT call.key, call.variant, call.source, call.session, call.rank, call.sidechain, session.born, "
    f"session.native_id, {_STREAMED}, source.path, source.generation, call.counted, "
    + ", ".join(f"call.{name}" for name in TOKENS)
    + " FROM call JOIN session ON session.id = call.session JOIN source ON source.id = call.source "
    "WHERE call.key IN (??)"
)
_EVENT_ACCOUNTS = (
    "SELECT event.key, event.source, event.line, event.part, event.session, session.born, session.native_id, "
    f"{_STREAMED}, source.path, source.generation, event.counted FROM event "
    "JOIN session ON session.id = event.session JOIN source ON source.id = event.source WHERE event.key IN (??)"
)
_SHARED_CALLS = "SELECT key FROM call WHERE key IN (??) GROUP BY key HAVING count(*) > 1 OR min(counted) <= 0"
_SHARED_EVENTS = "SELECT key FROM event WHERE key IN (??) GROUP BY key HAVING count(*) > 1 OR min(counted) <= 0"


def settle_calls(
    database: Database, keys: Iterable[str], reprice: Callable[[ModelCall, Rate | None], Priced]
) -> set[int]:
    """Decide which accounts of these calls count. Returns the rows of the sessions whose totals changed by it."""
    shared = sorted(key for (key,) in database.rows_in(_SHARED_CALLS, keys))
    accounts = [
        Account(
            key=row[0], variant=row[1], source=row[2], session=row[3], rank=row[4], sidechain=row[5], born=row[6],
            native_id=row[7], is_streamed=row[8], path=row[9], generation=row[10], counted=row[11], tokens=row[12:],
        )
        for row in database.rows_in(_ACCOUNTS, shared)
    ]  # fmt: skip
    accounts.sort(key=lambda account: account.key)
    changed: set[int] = set()
    for _, group in groupby(accounts, key=lambda account: account.key):
        verdicts = settle(list(group))
        if any(verdict.changes for verdict in verdicts):
            # A new owner also changes which session those that lost were forked from.
            changed.update(verdict.account.session for verdict in verdicts)
        for verdict in verdicts:
            if verdict.changes:
                _write(database, verdict, reprice)
    return changed


def _write(database: Database, verdict: Verdict, reprice: Callable[[ModelCall, Rate | None], Priced]) -> None:
    account = verdict.account
    here = (account.key, account.variant, account.source)
    database.run(
        "UPDATE call SET counted = ?, " + ", ".join(f"{name} = ?" for name in TOKENS)
        + " WHERE key = ? AND variant = ? AND source = ?",
        (verdict.counted, *verdict.tokens, *here),
    )  # fmt: skip
    if verdict.tokens == account.tokens:
        return
    call, rate = _call(database, here)
    priced = reprice(call, rate)
    database.run(
        "UPDATE call SET cost_nano = ?, estimate_nano = ? WHERE key = ? AND variant = ? AND source = ?",
        (priced.cost_nano, priced.estimate_nano, *here),
    )


def _call(database: Database, here: tuple[str, str, int]) -> tuple[ModelCall, Rate | None]:
    """Read a call back as far as its price depends on it, with the rate that it keeps."""
    row = database.one(
        "SELECT at, line, model, provider, input, output, cache_read, cache_write_5m, cache_write_1h, reasoning, "
        "web_searches, speed, geo, tier, exact, estimated_output, rate FROM call "
        "WHERE key = ? AND variant = ? AND source = ?",
        here,
    )
    (at, line, model, provider, input_, output, read, write_5m, write_1h, reasoning, searches, *rest) = row
    speed, geo, tier, exact, estimated_output, ident = rest
    call = ModelCall(
        key=here[0], variant=here[1], session="", at=at, line=line, model=model, provider=provider, input=input_,
        output=output, cache_read=read, cache_write_5m=write_5m, cache_write_1h=write_1h, reasoning=reasoning,
        web_searches=searches, speed=speed, geo=geo, tier=tier, exact=bool(exact), estimated_output=estimated_output,
    )  # fmt: skip
    return call, rates.by_id(database, ident) if ident else None


def settle_events(database: Database, keys: Iterable[int]) -> set[int]:
    """Decide which copies of these events count. Returns the rows of the sessions whose totals changed by it."""
    shared = sorted(key for (key,) in database.rows_in(_SHARED_EVENTS, keys))
    found = sorted(database.rows_in(_EVENT_ACCOUNTS, shared), key=lambda row: int(row[0]))
    changed: set[int] = set()
    updates: list[tuple[int, int, int, int]] = []
    for _, group in groupby(found, key=lambda row: int(row[0])):
        accounts = [
            EventAccount(
                source=row[1], line=row[2], part=row[3], session=row[4], born=row[5], native_id=row[6],
                is_streamed=row[7], path=row[8], generation=row[9], counted=row[10],
            )
            for row in group
        ]  # fmt: skip
        owner = owner_of(accounts)
        for account in accounts:
            if account.counted != (counted := counted_of(account, owner)):
                updates.append((counted, account.source, account.line, account.part))
                changed.add(account.session)
    database.run_many("UPDATE event SET counted = ? WHERE source = ? AND line = ? AND part = ?", updates)
    return changed
