"""One model of genai-prices, on one day, as a rate.

genai-prices keeps decimal dollars with conditions; we keep integers of one day. A model that charges for
something that our counts do not hold (a fee for each request, citations) has no rate here.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

from genai_prices.types import (
    ConditionalPrice,
    ModelInfo,
    ModelPrice,
    PriceVariant,
    StartDateConstraint,
    TieredPrices,
    TimeOfDateConstraint,
)

from dashcam.records.rate import Factor, Rate, Tier, TokenRates

NANO = 10**9
INEXPRESSIBLE = ("output_reasoning_mtok", "output_citation_mtok", "requests_kcount")
MODES: Mapping[str, Mapping[str, str]] = {
    "batch": {"processing": "batch"},
    "flex": {"service_tier": "flex"},
    "priority": {"service_tier": "priority"},
}
FAST: tuple[Mapping[str, str], ...] = ({"speed": "fast"}, {"service_tier": "fast"})
HALF_HOURS = 48


def rate_on(provider: str, model: ModelInfo, day: str, source: str) -> Rate | None:
    """Read the rate of a model on a day; None where the list has no price that we can use."""
    when = date.fromisoformat(day)
    row = _row_on(model, when)
    if row is None or any(_has(row.prices, name) for name in INEXPRESSIBLE):
        return None
    base = _token_rates(row.prices, None)
    if base is None:
        return None
    hourly = " (its usual hours)" if _varies_within_a_day(model) else ""
    return Rate(
        provider=provider,
        model=model.id.lower(),
        source=source + hourly,
        since=_start(row.constraint).isoformat() if _start(row.constraint) > date.min else "",
        base=base,
        tiers=_tiers(row.prices),
        fast=_fast(model, when),
        batch=_factor(model, MODES["batch"], when) or Factor(),
        flex=_factor(model, MODES["flex"], when) or Factor(),
        priority=_factor(model, MODES["priority"], when) or Factor(),
        web_search_nano=_nano(_at(_value(row.prices, "web_searches_kcount"), None)) // 1000,
    )


def _row_on(model: ModelInfo, day: date) -> ConditionalPrice | None:
    """Take the last row that is in force, as genai-prices does; where hours matter, the one of most hours."""
    if isinstance(model.prices, ModelPrice):
        return ConditionalPrice(prices=model.prices)
    if not model.prices:
        return None
    steps = HALF_HOURS if _varies_within_a_day(model) else 1
    noon = time(12) if steps == 1 else time(0, 15)
    moments = [datetime.combine(day, noon, UTC) + timedelta(minutes=30 * step) for step in range(steps)]
    held = Counter(_in_force(model.prices, moment) for moment in moments)
    return model.prices[held.most_common(1)[0][0]]


def _in_force(rows: list[ConditionalPrice], moment: datetime) -> int:
    held = (
        index
        for index in reversed(range(len(rows)))
        if (limit := rows[index].constraint) is None or limit.active(moment)
    )
    return next(held, 0)


def _varies_within_a_day(model: ModelInfo) -> bool:
    return isinstance(model.prices, list) and any(
        isinstance(row.constraint, TimeOfDateConstraint) for row in model.prices
    )


def _token_rates(prices: ModelPrice, prompt: int | None) -> TokenRates | None:
    """Read the rates for a prompt above this threshold; None for the base."""
    found = {
        name: _at(value, prompt)
        for name in ("input", "output", "cache_read", "cache_write", "cache_write_5m", "cache_write_1h")
        if (value := _value(prices, f"{name}_mtok")) is not None
    }
    if "input" not in found or "output" not in found:
        return None
    nano = {name: _nano(value) for name, value in found.items()}
    return TokenRates(
        input=nano["input"],
        output=nano["output"],
        cache_read=nano.get("cache_read"),
        cache_write_5m=nano.get("cache_write_5m", nano.get("cache_write")),
        cache_write_1h=nano.get("cache_write_1h"),
    )


def _tiers(prices: ModelPrice) -> tuple[Tier, ...]:
    values = (_value(prices, f"{name}_mtok") for name in ("input", "output", "cache_read", "cache_write"))
    starts = {tier.start for value in values if isinstance(value, TieredPrices) for tier in value.tiers}
    tiers = [(start, _token_rates(prices, start)) for start in sorted(starts)]
    return tuple(Tier(above=start, rates=rates) for start, rates in tiers if rates is not None)


def _fast(model: ModelInfo, day: date) -> Factor:
    found = (_factor(model, when, day) for when in FAST)
    return next((factor for factor in found if factor is not None), Factor())


def _factor(model: ModelInfo, when: Mapping[str, str], day: date) -> Factor | None:
    """Read a mode's price as a multiple of the standard one.

    The list says what it saw when it looked, not since when it held: before the first such row, that row's
    multiple counts. Where input and output disagree there is no multiple.
    """
    rows = [each for each in model.price_variants or () if each.when == when and _is_dated(each)]
    begun = [each for each in rows if _start(each.constraint) <= day]
    row = max(begun, key=_begin, default=None) or min(rows, key=_begin, default=None)
    standard = None if row is None else _row_on(model, max(day, _begin(row)))
    if row is None or standard is None:
        return None
    ratios = {_ratio(row.prices, standard.prices, name) for name in ("input_mtok", "output_mtok")}
    ratio = ratios.pop()
    if ratios or not ratio:
        return None
    return Factor(numerator=ratio.numerator, denominator=ratio.denominator)


def _ratio(mode: ModelPrice, standard: ModelPrice, name: str) -> Fraction | None:
    over, under = _value(mode, name), _value(standard, name)
    if over is None or under is None or not _at(under, None):
        return None
    return Fraction(_at(over, None)) / Fraction(_at(under, None))


def _is_dated(row: PriceVariant) -> bool:
    return not isinstance(row.constraint, TimeOfDateConstraint)


def _begin(row: PriceVariant) -> date:
    return _start(row.constraint)


def _start(limit: StartDateConstraint | TimeOfDateConstraint | None) -> date:
    return limit.start_date if isinstance(limit, StartDateConstraint) else date.min


def _has(prices: ModelPrice, name: str) -> bool:
    return _value(prices, name) is not None


def _value(prices: ModelPrice, name: str) -> Decimal | TieredPrices | None:
    value: Decimal | TieredPrices | None = prices.__dict__.get(name)
    return value


def _at(value: Decimal | TieredPrices | None, prompt: int | None) -> Decimal:
    """Read a price for a prompt just above `prompt` tokens, or the base price."""
    if value is None:
        return Decimal(0)
    if not isinstance(value, TieredPrices):
        return value
    reached = [tier.price for tier in value.tiers if prompt is not None and tier.start <= prompt]
    return reached[-1] if reached else value.base


def _nano(dollars: Decimal) -> int:
    """Every price of the makers' own lists is whole nano-dollars; a few resellers' rows are binary noise."""
    return int((dollars * NANO).to_integral_value(ROUND_HALF_EVEN))
