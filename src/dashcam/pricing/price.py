"""What one call costs: exact integer arithmetic over its tokens and its rate.

Nothing is rounded until the end, and then once, half to even, to a nano-dollar. A count that the rate has no
price for makes the whole call unpriced; it is never counted as free.
"""

import msgspec

from dashcam.pricing.table import SHORT_PROMPTS_ONLY
from dashcam.records.call import ModelCall, Priced
from dashcam.records.rate import Factor, Rate, TokenRates, rate_id

MILLION = 1_000_000
UNPRICED = Priced(cost_nano=None)


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """Some tokens of a call and the nano-dollars per million of them."""

    name: str
    count: int
    rate: int
    as_input: bool = False
    """True where the list has no price for them, so that they are billed as what they also are: input."""


class Multiplier(msgspec.Struct, frozen=True, kw_only=True):
    """A factor on the sum of all tokens, and what it is for."""

    name: str
    factor: Factor


class Charge(msgspec.Struct, frozen=True, kw_only=True):
    """A call taken apart: the token parts, the multipliers on their sum, and the searches added last."""

    parts: tuple[Part, ...]
    multipliers: tuple[Multiplier, ...]
    searches: int
    search_nano: int
    above: int | None
    """The threshold that the prompt is above, where a tier's rates were used."""
    only_short: tuple[str, ...] = ()
    """Multipliers that were asked for but are not offered for a prompt of this length."""

    def steps(self) -> list[tuple[int, int]]:
        """List the running totals in nano-dollars as (numerator, denominator), one for each line."""
        total, denominator = 0, MILLION
        steps = []
        for part in self.parts:
            total += part.count * part.rate
            steps.append((total, denominator))
        for multiplier in self.multipliers:
            total *= multiplier.factor.numerator
            denominator *= multiplier.factor.denominator
            steps.append((total, denominator))
        if self.searches:
            steps.append((total + self.searches * self.search_nano * denominator, denominator))
        return steps


def price(call: ModelCall, rate: Rate | None, rate_name: str = "") -> Priced:
    """Price one call. `rate_name` saves hashing the rate again where its id is known."""
    cost, estimate = costs(call, rate)
    if rate is None or cost is None:
        return UNPRICED
    return Priced(cost_nano=cost, estimate_nano=estimate, rate=rate_name or rate_id(rate))


def costs(call: ModelCall, rate: Rate | None) -> tuple[int | None, int | None]:
    """Say what a call costs, and what it would cost by its estimated output where it has one."""
    cost = None if rate is None else _cost(call, rate, call.output)
    if rate is None or cost is None or call.exact or call.estimated_output is None:
        return cost, None
    return cost, _cost(call, rate, call.estimated_output)


def _cost(call: ModelCall, rate: Rate, output: int) -> int | None:
    """Add up most calls at once; one with a multiplier, searches or a missing rate is taken apart first."""
    _, rates = tier_of(rate, call.prompt)
    read, short, long = rates.cache_read, rates.cache_write_5m, rates.cache_write_1h
    if call.speed or call.geo or call.tier or call.web_searches or read is None or short is None or long is None:
        return cost_of(charge(call, rate, output))
    tokens = call.input * rates.input + output * rates.output + call.cache_read * read
    return nearest(tokens + call.cache_write_5m * short + call.cache_write_1h * long, MILLION)


def cost_of(charged: Charge | None) -> int | None:
    """Add a charge up; None stays unknown."""
    if charged is None:
        return None
    steps = charged.steps()
    return nearest(*steps[-1]) if steps else 0


def nearest(numerator: int, denominator: int) -> int:
    """Divide to the nearest integer, a tie to the even one; neither may be negative."""
    quotient, rest = divmod(numerator, denominator)
    twice = 2 * rest
    return quotient + (twice > denominator or (twice == denominator and quotient % 2 == 1))


def charge(call: ModelCall, rate: Rate, output: int) -> Charge | None:
    """Take a call apart by a rate, with `output` as its output tokens; None where a price is missing."""
    above, rates = tier_of(rate, call.prompt)
    parts = token_parts(call, rates, output)
    if parts is None or (call.web_searches and not rate.web_search_nano):
        return None
    asked = multipliers(call, rate)
    long_excluded = above is not None and (rate.provider, rate.model) in SHORT_PROMPTS_ONLY
    hurried = tuple(m for m in asked if long_excluded and m.name in {"fast", "priority"})
    return Charge(
        parts=parts,
        multipliers=tuple(m for m in asked if m not in hurried),
        searches=call.web_searches,
        search_nano=rate.web_search_nano,
        above=above,
        only_short=tuple(m.name for m in hurried),
    )


def tier_of(rate: Rate, prompt: int) -> tuple[int | None, TokenRates]:
    """Find the rates of the whole request: those of the highest tier that the prompt is strictly above."""
    for tier in reversed(rate.tiers):
        if prompt > tier.above:
            return tier.above, tier.rates
    return None, rate.base


def token_parts(call: ModelCall, rates: TokenRates, output: int) -> tuple[Part, ...] | None:
    """Pair every nonzero count with its rate.

    A provider without a price for cached tokens bills them as the input that they are. A provider that has a
    price for writes, but none for those of one hour, leaves those unknown.
    """
    no_writes = rates.cache_write_5m is None and rates.cache_write_1h is None
    plain = rates.input
    counted = (
        ("input", call.input, plain, plain),
        ("output", output, rates.output, None),
        ("cache read", call.cache_read, rates.cache_read, plain),
        ("cache write 5m", call.cache_write_5m, rates.cache_write_5m, plain if no_writes else None),
        ("cache write 1h", call.cache_write_1h, rates.cache_write_1h, plain if no_writes else None),
    )
    parts = []
    for name, count, listed, instead in counted:
        if not count:
            continue
        used = instead if listed is None else listed
        if used is None:
            return None
        parts.append(Part(name=name, count=count, rate=used, as_input=listed is None))
    return tuple(parts)


def multipliers(call: ModelCall, rate: Rate) -> list[Multiplier]:
    """List what multiplies the token sum, in the order of the receipt.

    OpenAI's fast mode is its priority tier under another name, so of those two only the larger counts.
    """
    if not (call.speed or call.tier or call.geo):
        return []
    fast = rate.fast if call.speed == "fast" else Factor()
    priority = rate.priority if call.tier == "priority" else Factor()
    hurry = ("fast", fast) if _is_at_least(fast, priority) else ("priority", priority)
    named = (
        hurry,
        ("batch", rate.batch if call.tier == "batch" else Factor()),
        ("flex", rate.flex if call.tier == "flex" else Factor()),
        ("inference in the US", rate.geo_us if call.geo == "us" else Factor()),
    )
    return [Multiplier(name=name, factor=factor) for name, factor in named if factor != Factor()]


def _is_at_least(one: Factor, other: Factor) -> bool:
    return one.numerator * other.denominator >= other.numerator * one.denominator
