"""The user's own prices, from the settings: dollars per million tokens as decimal words.

What an override does not name is taken from the price list where the model is known there (a negotiated rate
keeps its fast mode and its cache prices); tiers are the exception: an override without tiers is flat.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation

import msgspec

from dashcam.pricing.names import provider_id, read_name, spellings
from dashcam.records.errors import BadSettings
from dashcam.records.rate import Rate, Tier, TokenRates

NANO = 10**9


class OverrideTier(msgspec.Struct, frozen=True, kw_only=True):
    """Prices of a whole request whose prompt is larger than `above` tokens."""

    above: int
    input: str
    output: str
    cache_read: str | None = None
    cache_write_5m: str | None = None
    cache_write_1h: str | None = None


class Override(msgspec.Struct, frozen=True, kw_only=True):
    """A price that the user states. `provider` empty means any, `since` empty means always."""

    model: str
    provider: str = ""
    since: str = ""
    input: str
    output: str
    cache_read: str | None = None
    cache_write_5m: str | None = None
    cache_write_1h: str | None = None
    tiers: tuple[OverrideTier, ...] = ()
    web_search: str | None = None
    """Dollars for one search."""


def checked(override: Override) -> Override:
    """Return the override as it is, or raise BadSettings where it makes no sense."""
    override_rate(override, None)
    return override


def override_rate(override: Override, listed: Rate | None) -> Rate:
    """Turn an override into a rate, over the listed one where there is one. Raises BadSettings."""
    if not override.model.strip() or not override.model.isprintable():
        raise BadSettings("a price in the settings names no model", "Write it as `dashcam prices list` shows it.")
    _check_day(override)
    base = _token_rates(override, override, None if listed is None else listed.base)
    rate = listed or Rate(provider=override.provider, model=override.model, source="", base=base)
    search = override.web_search
    return msgspec.structs.replace(
        rate,
        source="settings",
        since=override.since,
        base=base,
        tiers=_tiers(override, listed),
        web_search_nano=rate.web_search_nano if search is None else _nano(override, "web_search", search),
    )


def choose(overrides: Sequence[Override], provider: str, model: str, day: str) -> Override | None:
    """Find the override that holds: the nearest spelling, then one for the provider, then the latest.

    An override for `claude-opus-5` also holds for `claude-opus-5-20260801` and `claude-opus-5[1m]`.
    """
    if not overrides:
        return None
    spelled = (model.strip().lower(), *spellings(read_name(model, ()).whole))
    held = [
        (-spelled.index(name), bool(each.provider), each.since, each)
        for each in overrides
        if (name := each.model.strip().lower()) in spelled
        and (not each.provider or provider_id(each.provider) == provider_id(provider))
        and each.since <= day
    ]
    return max(held, key=lambda row: row[:3])[3] if held else None


def _tiers(override: Override, listed: Rate | None) -> tuple[Tier, ...]:
    above = [tier.above for tier in override.tiers]
    if any(each <= 0 for each in above) or above != sorted(set(above)):
        raise BadSettings(
            f"the tiers of the price of {override.model} must rise: {above}", "`above` is a number of tokens"
        )
    under = {tier.above: tier.rates for tier in listed.tiers} if listed else {}
    return tuple(
        Tier(above=tier.above, rates=_token_rates(override, tier, under.get(tier.above))) for tier in override.tiers
    )


def _token_rates(override: Override, said: Override | OverrideTier, listed: TokenRates | None) -> TokenRates:
    cached = {}
    for name in ("cache_read", "cache_write_5m", "cache_write_1h"):
        dollars: str | None = getattr(said, name)
        inherited: int | None = getattr(listed, name, None)
        cached[name] = inherited if dollars is None else _nano(override, name, dollars)
    return TokenRates(
        input=_nano(override, "input", said.input), output=_nano(override, "output", said.output), **cached
    )


def _nano(override: Override, field: str, dollars: str) -> int:
    try:
        nano = Decimal(dollars) * NANO
    except InvalidOperation:
        nano = Decimal("NaN")
    if not nano.is_finite() or nano < 0 or nano != nano.to_integral_value():
        raise BadSettings(
            f"the {field} price of {override.model} is not a price: {dollars!r}",
            'write dollars per million tokens with at most 9 decimals, such as "0.25"',
        )
    return int(nano)


def _check_day(override: Override) -> None:
    try:
        plain = not override.since or date.fromisoformat(override.since).isoformat() == override.since
    except ValueError:
        plain = False
    if not plain:
        raise BadSettings(
            f"the price of {override.model} begins on {override.since!r}", "write a day such as 2026-11-01"
        )
