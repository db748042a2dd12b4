"""What the price list lacks or has not dated, as rows with their reason; docs/pricing.md lists them too.

A row states only what it changes. Rows are applied in order to the rate of a day, after the list and before
the user's own prices.
"""

import re

import msgspec

from dashcam.records.rate import Factor, Rate, Tier, TokenRates

DOLLAR = 1_000_000_000
SEARCH = DOLLAR // 100

SHORT_PROMPTS_ONLY = frozenset({("openai", "gpt-5.4"), ("openai", "gpt-5.5")})
"""Models whose fast mode excludes long prompts: such a request is served, and billed, as a standard one at
the tier's rates (OpenAI, priority processing: "excludes long context"; GPT-5.6 and later offer both)."""


class Amendment(msgspec.Struct, frozen=True, kw_only=True):
    """A change to the rates of one list. Fields left None are left alone."""

    provider: str
    model: str
    """A regular expression that the whole name in the list must match."""
    since: str = ""
    until: str = ""
    """The last day it holds; empty for no end."""
    why: str
    fast: Factor | None = None
    geo_us: Factor | None = None
    batch: Factor | None = None
    tiers: tuple[Tier, ...] | None = None
    search_nano: int | None = None
    """Applied only where the list has no price for a search."""
    one_hour: Factor | None = None
    """One-hour cache writes as a multiple of input, only where the list prices five-minute writes alone."""


class SameAs(msgspec.Struct, frozen=True, kw_only=True):
    """A model that the list lacks and that is billed like another."""

    provider: str
    model: str
    like: str
    why: str


def _per_million(dollars: str) -> int:
    whole, _, fraction = dollars.partition(".")
    return int(whole) * DOLLAR + int(fraction.ljust(9, "0"))


LONG_SONNET_4 = Tier(
    above=200_000,
    rates=TokenRates(
        input=_per_million("6"),
        output=_per_million("22.5"),
        cache_read=_per_million("0.6"),
        cache_write_5m=_per_million("7.5"),
        cache_write_1h=_per_million("12"),
    ),
)

AMENDMENTS: tuple[Amendment, ...] = (
    Amendment(
        provider="anthropic",
        model=r".*",
        why="Anthropic, data residency: inference_geo `us` costs 1.1 times the list; the CLI 2.1.329 agrees",
        geo_us=Factor(numerator=11, denominator=10),
    ),
    Amendment(
        provider="anthropic",
        model=r".*",
        why="Anthropic, batch processing: half of every token price; the list dates it from 2026-10-14 only",
        batch=Factor(denominator=2),
    ),
    Amendment(
        provider="anthropic",
        model=r".*",
        why="Anthropic, pricing: $10 for 1,000 web searches",
        search_nano=SEARCH,
    ),
    Amendment(
        provider="openai",
        model=r".*",
        why="OpenAI, pricing: $10 for 1,000 web searches",
        search_nano=SEARCH,
    ),
    Amendment(
        provider="anthropic",
        model=r"claude-opus-4-[67]",
        why="Anthropic, fast mode: $30 and $150, 6 times the list; the CLI 2.1.329 agrees",
        fast=Factor(numerator=6),
    ),
    Amendment(
        provider="anthropic",
        model=r"claude-sonnet-4-0",
        until="2026-04-30",
        why="Anthropic, 1M context beta (retired 2026-04-30): a prompt above 200,000 at $6 and $22.50",
        tiers=(LONG_SONNET_4,),
    ),
    Amendment(
        provider="anthropic",
        model=r"claude-sonnet-4-5",
        since="2026-05-01",
        why="Anthropic, release notes: the 1M context beta was retired on 2026-04-30, its tier with it",
        tiers=(),
    ),
    Amendment(
        provider=r"",
        model=r"(.*[./])?claude-.*",
        why="Anthropic, prompt caching: a one-hour write costs twice the input price on every platform",
        one_hour=Factor(numerator=2),
    ),
)

ADDITIONS: tuple[SameAs, ...] = (
    SameAs(
        provider="anthropic",
        model="claude-mythos-5",
        like="claude-fable-5",
        why="the CLI 2.1.329 prices both alike: $10, $50, reads $1, writes $12.50 and $20",
    ),
)


def like(provider: str, model: str) -> str:
    """Find the listed model that an unlisted one is billed like; empty if there is none."""
    for row in ADDITIONS:
        if row.provider == provider and re.fullmatch(rf"{re.escape(row.model)}(-\d{{8}})?", model):
            return row.like
    return ""


def amend(rate: Rate, day: str) -> Rate:
    """Apply the rows that hold for this rate's list, model and day."""
    for row in AMENDMENTS:
        meant = row.provider in {"", rate.provider} and re.fullmatch(row.model, rate.model)
        if meant and row.since <= day and (not row.until or day <= row.until):
            rate = _changed(rate, row)
    return rate


def _changed(rate: Rate, row: Amendment) -> Rate:
    changes: dict[str, object] = {
        name: value
        for name in ("fast", "geo_us", "batch", "tiers")
        if (value := getattr(row, name)) is not None and value != getattr(rate, name)
    }
    if row.search_nano is not None and not rate.web_search_nano:
        changes["web_search_nano"] = row.search_nano
    if row.one_hour is not None:
        changes |= _with_one_hour(rate, row.one_hour)
    if not changes:
        return rate
    source = rate.source if rate.source.endswith("+ dashcam") else f"{rate.source} + dashcam"
    return msgspec.structs.replace(rate, source=source, since=max(rate.since, row.since), **changes)


def _with_one_hour(rate: Rate, factor: Factor) -> dict[str, object]:
    if rate.base.cache_write_5m is None or rate.base.cache_write_1h is not None:
        return {}
    return {
        "base": _one_hour(rate.base, factor),
        "tiers": tuple(Tier(above=tier.above, rates=_one_hour(tier.rates, factor)) for tier in rate.tiers),
    }


def _one_hour(rates: TokenRates, factor: Factor) -> TokenRates:
    return msgspec.structs.replace(rates, cache_write_1h=rates.input * factor.numerator // factor.denominator)
