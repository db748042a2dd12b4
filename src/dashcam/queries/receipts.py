"""Why a session costs what it costs: the receipts of all its calls, added up line by line.

Each call's lines add up to its cost exactly, so these add up to the session's. Calls of one model that were priced by
different rates (another day, a longer prompt) stand in lines of their own.
"""

from collections.abc import Iterable

import msgspec

from dashcam.pricing.receipt import explain
from dashcam.queries.answers import model_name
from dashcam.records.money import dollars
from dashcam.records.rate import Rate
from dashcam.store import events, rates
from dashcam.store.database import Database

MILLION = 1_000_000


class ReceiptAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that a model's calls were billed for."""

    model: str
    label: str
    """`input`, `output`, `cache read`, the name of a multiplier, `web search`, or `not priced`."""
    calls: int
    count: int | None
    """Tokens or searches; None for a multiplier."""
    usd_per_million: float | None
    usd_each: float | None
    cost_usd: float | None
    rate: str
    """Where the rate comes from, and from which day on it holds."""


Line = tuple[str, str, int, int | None, int, str]
"""What lines are told apart by: model, label, its place in a receipt, rate, what that is for, where it comes from."""


def receipt_of(database: Database, sessions: Iterable[int]) -> list[ReceiptAnswer]:
    """Add up the receipts of all calls of some sessions, given by their rows; the dearest model first."""
    known: dict[str, Rate | None] = {}
    sums: dict[Line, list[int]] = {}
    for session in sessions:
        for stored in events.calls_of(database, session):
            name = stored.priced.rate
            if name not in known:
                known[name] = rates.by_id(database, name) if name else None
            _add(sums, stored, known[name])
    cost: dict[str, int] = {}
    for line, (_, _, amount) in sums.items():
        cost[line[0]] = cost.get(line[0], 0) + amount
    ordered = sorted(sums, key=lambda line: (-cost[line[0]], line[0], line[2], line[5], line[3] or 0))
    return [_answer(line, *sums[line]) for line in ordered]


def _add(sums: dict[Line, list[int]], stored: events.StoredCall, rate: Rate | None) -> None:
    receipt = explain(stored.call, rate)
    if stored.priced.cost_nano is None or receipt.cost_nano is None:
        line: Line = (receipt.model, "not priced", len(_ORDER), None, 1, "")
        held = sums.setdefault(line, [0, 0, 0])
        held[0] += 1
        held[1] += stored.call.total
        return
    source = receipt.source + (f", from {receipt.since}" if receipt.since else "")
    for one in receipt.lines:
        place = _ORDER.get(one.label, _ORDER[""])
        held = sums.setdefault((receipt.model, one.label, place, one.rate_nano, one.per, source), [0, 0, 0])
        held[0] += 1
        held[1] += one.count or 0
        held[2] += one.amount_nano


_ORDER = {
    label: at
    for at, label in enumerate(("input", "output", "cache read", "cache write 5m", "cache write 1h", "", "web search"))
}
"""The empty label stands where multipliers go."""


def _answer(line: Line, calls: int, count: int, amount: int) -> ReceiptAnswer:
    model, label, _, rate_nano, per, source = line
    priced = label != "not priced"
    return ReceiptAnswer(
        model=model_name(model),
        label=label,
        calls=calls,
        count=count if rate_nano is not None or not priced else None,
        usd_per_million=dollars(rate_nano) if per == MILLION else None,
        usd_each=dollars(rate_nano) if per == 1 and priced else None,
        cost_usd=dollars(amount) if priced else None,
        rate=source,
    )
