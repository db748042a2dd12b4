"""What tokens of one model cost on one day. Money is integer nano-dollars, rates are per million tokens."""

from hashlib import blake2b

import msgspec


class TokenRates(msgspec.Struct, frozen=True, kw_only=True):
    """Nano-dollars per million tokens: $3 per million is 3,000,000,000. None where no price is known."""

    input: int
    output: int
    cache_read: int | None = None
    cache_write_5m: int | None = None
    cache_write_1h: int | None = None


class Tier(msgspec.Struct, frozen=True, kw_only=True):
    """The rates of a whole request whose prompt is strictly larger than `above` tokens."""

    above: int
    rates: TokenRates


class Factor(msgspec.Struct, frozen=True, kw_only=True):
    """An exact multiplier, such as 11/10."""

    numerator: int = 1
    denominator: int = 1


class Rate(msgspec.Struct, frozen=True, kw_only=True):
    """All that is needed to price a call of one model, kept with the calls that it priced."""

    provider: str
    model: str
    """The name in the price list, which may differ from the name that the agent wrote."""
    source: str
    """Where it comes from, such as `genai-prices 0.2.3`, `dashcam` or `settings`."""
    since: str = ""
    """The first day it holds, as an ISO date; empty when it always held."""
    base: TokenRates
    tiers: tuple[Tier, ...] = ()
    """Ascending by `above`."""
    fast: Factor = Factor()
    geo_us: Factor = Factor()
    batch: Factor = Factor()
    flex: Factor = Factor()
    priority: Factor = Factor()
    web_search_nano: int = 0
    """Nano-dollars for one web search."""


def rate_id(rate: Rate) -> str:
    """Name a rate by its contents: 12 hex digits, the same in every database."""
    return blake2b(msgspec.json.encode(rate), digest_size=6).hexdigest()
