"""Changing the prices of calls that are already kept.

What a stranger would get wrong: every account of a call is priced, also those that do not count now, since the one
that counts may change when an older session turns up.
"""

from collections.abc import Callable, Iterator, Sequence

import msgspec

from dashcam.records.call import ModelCall, Priced
from dashcam.records.rate import Rate
from dashcam.store import rates, totals
from dashcam.store.conditions import Where
from dashcam.store.database import Database, Row, Value, marks

PAGE = 5_000
_PRICED_BY = (
    "key", "variant", "source", "session", "at", "line", "model", "provider", "input", "output", "cache_read",
    "cache_write_5m", "cache_write_1h", "reasoning", "web_searches", "speed", "geo", "tier", "exact",
    "estimated_output",
)  # fmt: skip
_PRICE = ("cost_nano", "estimate_nano", "rate")

Decide = Callable[[ModelCall], Priced]


class Repriced(msgspec.Struct, kw_only=True):
    """What became of a repricing. The costs are of the calls that count."""

    calls: int = 0
    """Calls that were looked at."""
    changed: int = 0
    before_nano: int = 0
    after_nano: int = 0
    sessions: int = 0


def reprice(
    database: Database,
    decide: Decide,
    new_pins: Callable[[], dict[tuple[str, str, str], Rate | None]],
    *,
    models: Sequence[str] | None,
    only_unpriced: bool,
) -> Repriced:
    """Price calls anew and add their sessions up again, in one transaction. Raises DatabaseError.

    `models` are names in any case; None means all. Unless `only_unpriced`, their pinned rates are forgotten first.
    """
    done = Repriced()
    touched: dict[int, int | None] = {}
    with database.writing():
        where = _which(models, only_unpriced=only_unpriced)
        if not only_unpriced:
            rates.unpin(database, None if models is None else _spellings(database, models))
        for page in _pages(database, where):
            _page(database, page, decide, done, touched)
        rates.pin(database, new_pins())
        if touched:
            totals.refresh(database, touched)
    done.sessions = len(touched)
    return done


def _which(models: Sequence[str] | None, *, only_unpriced: bool) -> Where:
    where = Where(conditions=[], values=[])
    if models is not None:
        names = [model.strip().lower() for model in models]
        where.add(f"lower(model) IN ({marks(len(names))})", *names)
    if only_unpriced:
        where.add("cost_nano IS NULL")
    return where


def _spellings(database: Database, models: Sequence[str]) -> set[str]:
    """The names as the agents wrote them, which the pins are kept by."""
    wanted = {model.strip().lower() for model in models}
    return {model for (model,) in database.rows("SELECT DISTINCT model FROM rate_pin") if model.lower() in wanted}


def _pages(database: Database, where: Where) -> Iterator[list[Row]]:
    """Walk by the primary key, so that what changes on the way is neither met twice nor left out."""
    after: tuple[Value, ...] = ()
    columns = ", ".join((*_PRICED_BY, *_PRICE, "counted"))
    while True:
        behind = " AND (key, variant, source) > (?, ?, ?)" if after else ""
        page = database.rows(
            f"SELECT {columns} FROM call WHERE {where}{behind} ORDER BY key, variant, source LIMIT {PAGE}",
            [*where.values, *after],
        )
        if page:
            yield page
        if len(page) < PAGE:
            return
        after = page[-1][:3]


def _page(database: Database, page: list[Row], decide: Decide, done: Repriced, touched: dict[int, int | None]) -> None:
    updates: list[tuple[Value, ...]] = []
    for row in page:
        named = dict(zip(_PRICED_BY, row, strict=False))
        source, session = named.pop("source"), named.pop("session")
        named["exact"] = bool(named["exact"])
        call = ModelCall(session="", **named)
        cost, estimate, rate, counted = row[len(_PRICED_BY) :]
        priced = decide(call)
        done.calls += counted
        if (priced.cost_nano, priced.estimate_nano, priced.rate) == (cost, estimate, rate):
            continue
        updates.append((priced.cost_nano, priced.estimate_nano, priced.rate, call.key, call.variant, source))
        if counted:
            done.changed += 1
            done.before_nano += cost or 0
            done.after_nano += priced.cost_nano or 0
            touched[session] = min(touched.get(session) or call.at, call.at)
    database.run_many(
        "UPDATE call SET cost_nano = ?, estimate_nano = ?, rate = ? WHERE key = ? AND variant = ? AND source = ?",
        updates,
    )
