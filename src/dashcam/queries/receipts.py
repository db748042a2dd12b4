"""Why a session costs what it costs: the receipts of all its calls, added up line by line.

The lines add up to the session's cost exactly. Calls of one model that were priced by different rates (another day, a
longer prompt) stand in lines of their own.
"""

from collections.abc import Iterable

import msgspec

from dashcam.pricing.price import Charge
from dashcam.pricing.receipt import lines_of
from dashcam.pricing.worth import Like, charge_of_sums
from dashcam.queries.answers import model_name
from dashcam.records.call import TOKEN_FIELDS, Tokens
from dashcam.records.money import dollars
from dashcam.records.rate import Rate
from dashcam.store import rates, work
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
    known = rates.known(database)
    thresholds = sorted({tier.above for rate in known.values() for tier in rate.tiers})
    sums: dict[Line, list[int]] = {}
    for one in work.alike(database, sessions, thresholds):
        _add(sums, one, known.get(one.rate))
    cost: dict[str, int] = {}
    for line, (_, _, amount) in sums.items():
        cost[line[0]] = cost.get(line[0], 0) + amount
    ordered = sorted(sums, key=lambda line: (-cost[line[0]], line[0], line[2], line[5], line[3] or 0))
    return [_answer(line, *sums[line]) for line in ordered]


def _add(sums: dict[Line, list[int]], one: work.Alike, rate: Rate | None) -> None:
    charged = None if rate is None else _charge(one, rate)
    if rate is None or charged is None:
        total = sum(count for name, count in one.sums.items() if name != "web_searches")
        _count(sums, (one.model, "not priced", len(_ORDER), None, 1, ""), one.calls, total, 0)
        return
    source = rate.source + (f", from {rate.since}" if rate.since else "")
    lines = lines_of(charged)
    amounts = [line.amount_nano for line in lines]
    rounding = one.cost_nano - sum(amounts)
    if amounts and abs(rounding) <= one.calls:
        # Each call's cost was rounded by itself; the largest line takes up what that makes, a nano-dollar a call.
        amounts[amounts.index(max(amounts))] += rounding
    for line, amount in zip(lines, amounts, strict=True):
        place = _ORDER.get(line.label, _ORDER[""])
        calls = one.calls_with.get(_FIELDS.get(line.label, ""), one.calls)
        _count(sums, (one.model, line.label, place, line.rate_nano, line.per, source), calls, line.count or 0, amount)


def _charge(one: work.Alike, rate: Rate) -> Charge | None:
    tokens = Tokens(**{name: one.sums[name] for name in TOKEN_FIELDS})
    like = Like(above=one.above, speed=one.speed, geo=one.geo, tier=one.tier)
    return charge_of_sums(tokens, rate, like, one.sums["web_searches"])


def _count(sums: dict[Line, list[int]], line: Line, calls: int, count: int, amount: int) -> None:
    held = sums.setdefault(line, [0, 0, 0])
    held[0] += calls
    held[1] += count
    held[2] += amount


_ORDER = {
    label: at
    for at, label in enumerate(("input", "output", "cache read", "cache write 5m", "cache write 1h", "", "web search"))
}
"""The empty label stands where multipliers go."""
_FIELDS = {label: label.replace(" ", "_") for label in _ORDER if label} | {"web search": "web_searches"}
"""What a line counts, as the store names it."""


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
