"""What many calls at once would cost, or have saved: rates applied to sums of tokens.

What a stranger would get wrong: a rate's tier is chosen by the length of one request, so only calls on the same side
of every threshold may be added up before they are priced. Each call's own cost is rounded, these sums are rounded once:
they may be off by a nano-dollar a call.
"""

from fractions import Fraction

import msgspec

from dashcam.pricing.price import MILLION, Charge, Multiplier, cost_of, multipliers, tier_of, token_parts
from dashcam.pricing.table import SHORT_PROMPTS_ONLY
from dashcam.records.call import ModelCall, Tokens
from dashcam.records.rate import Rate, TokenRates


class Like(msgspec.Struct, frozen=True, kw_only=True):
    """What calls that are added up have in common: all that their price depends on but their tokens."""

    above: int = 0
    """The greatest of all thresholds that the prompts are above; 0 for none."""
    speed: str = ""
    geo: str = ""
    tier: str = ""


PLAIN = Like()


def charge_of_sums(tokens: Tokens, rate: Rate, like: Like = PLAIN, searches: int = 0) -> Charge | None:
    """Take sums of tokens apart as one call is; None where the rate has no price for a part of them."""
    call = _call(like, tokens)
    above, rates = tier_of(rate, _length(like))
    parts = token_parts(call, rates, tokens.output)
    if parts is None or (searches and not rate.web_search_nano):
        return None
    return Charge(
        parts=parts,
        multipliers=tuple(_multipliers(call, rate, above)),
        searches=searches,
        search_nano=rate.web_search_nano,
        above=above,
    )


def cost_of_sums(tokens: Tokens, rate: Rate, like: Like = PLAIN) -> int | None:
    """Price sums of tokens, in nano-dollars; None where the rate has no price for a part of them."""
    return cost_of(charge_of_sums(tokens, rate, like))


def as_input(tokens: int, rate: Rate, like: Like = PLAIN) -> int:
    """Price tokens as plain input, in nano-dollars."""
    rates, factor = _rates(rate, like)
    return round(factor * tokens * rates.input / MILLION)


def saved_by_reads(tokens: int, rate: Rate, like: Like = PLAIN) -> int:
    """Say how much less cache reads cost than as plain input, in nano-dollars."""
    rates, factor = _rates(rate, like)
    return 0 if rates.cache_read is None else round(factor * tokens * (rates.input - rates.cache_read) / MILLION)


def premium_of_writes(write_5m: int, write_1h: int, rate: Rate, like: Like = PLAIN) -> int:
    """Say how much more cache writes cost than as plain input, in nano-dollars; writes without a price add nothing."""
    rates, factor = _rates(rate, like)
    more = sum(
        count * (price - rates.input)
        for count, price in ((write_5m, rates.cache_write_5m), (write_1h, rates.cache_write_1h))
        if price is not None
    )
    return round(factor * more / MILLION)


def _rates(rate: Rate, like: Like) -> tuple[TokenRates, Fraction]:
    """The rates of a request of this length, and the factor on their sum."""
    above, rates = tier_of(rate, _length(like))
    factor = Fraction(1)
    for one in _multipliers(_call(like, Tokens()), rate, above):
        factor *= Fraction(one.factor.numerator, one.factor.denominator)
    return rates, factor


def _multipliers(call: ModelCall, rate: Rate, above: int | None) -> list[Multiplier]:
    """What multiplies the sum; some models offer no hurry for long prompts."""
    unhurried = above is not None and (rate.provider, rate.model) in SHORT_PROMPTS_ONLY
    return [one for one in multipliers(call, rate) if not (unhurried and one.name in {"fast", "priority"})]


def _length(like: Like) -> int:
    """A length of prompt that is above the same thresholds."""
    return like.above + 1 if like.above else 0


def _call(like: Like, tokens: Tokens) -> ModelCall:
    counts = {name: getattr(tokens, name) for name in Tokens.__struct_fields__}
    return ModelCall(
        key="", session="", at=0, line=0, model="", speed=like.speed, geo=like.geo, tier=like.tier, **counts
    )
