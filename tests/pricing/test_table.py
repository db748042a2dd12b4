"""Our own rows: what they change, when, and that each still says something that the list does not."""

import re

import msgspec
import pytest

from dashcam.pricing.listed import rate_on
from dashcam.pricing.sync import bundled
from dashcam.pricing.table import ADDITIONS, AMENDMENTS, SHORT_PROMPTS_ONLY, amend, like
from dashcam.records.rate import Factor, Rate, Tier, TokenRates

DOLLAR = 1_000_000_000
PLAIN = Rate(
    provider="anthropic",
    model="claude-opus-4-6",
    source="a list",
    base=TokenRates(input=5 * DOLLAR, output=25 * DOLLAR),
)


def renamed(model: str, provider: str = "anthropic") -> Rate:
    return msgspec.structs.replace(PLAIN, model=model, provider=provider)


def test_anthropic_is_dearer_in_the_us_and_half_in_a_batch() -> None:
    rate = amend(PLAIN, "2025-01-01")
    assert rate.geo_us == Factor(numerator=11, denominator=10)
    assert rate.batch == Factor(denominator=2)
    assert rate.source == "a list + dashcam"


@pytest.mark.parametrize(("model", "times"), [("claude-opus-4-6", 6), ("claude-opus-4-7", 6), ("claude-opus-4-5", 1)])
def test_fast_mode_of_two_models_costs_six_times(model: str, times: int) -> None:
    assert amend(renamed(model), "2026-11-01").fast == Factor(numerator=times)


@pytest.mark.parametrize("provider", ["anthropic", "openai"])
def test_a_search_costs_a_cent_where_the_list_does_not_say(provider: str) -> None:
    rate = renamed("a-model", provider)
    dearer = msgspec.structs.replace(rate, web_search_nano=25_000_000)
    assert amend(rate, "2026-11-01").web_search_nano == 10_000_000
    assert amend(dearer, "2026-11-01").web_search_nano == 25_000_000


@pytest.mark.parametrize(("day", "above"), [("2026-04-30", [200_000]), ("2026-05-01", [])])
def test_sonnet_4_had_a_tier_until_its_beta_was_retired(day: str, above: list[int]) -> None:
    assert [tier.above for tier in amend(renamed("claude-sonnet-4-0"), day).tiers] == above


@pytest.mark.parametrize(("day", "above", "since"), [("2026-04-30", [7], ""), ("2026-05-01", [], "2026-05-01")])
def test_the_tier_of_sonnet_4_5_ended_with_the_beta(day: str, above: list[int], since: str) -> None:
    tiers = (Tier(above=7, rates=PLAIN.base),)
    rate = amend(msgspec.structs.replace(renamed("claude-sonnet-4-5"), tiers=tiers), day)
    assert ([tier.above for tier in rate.tiers], rate.since) == (above, since)


def test_one_hour_writes_of_claude_cost_twice_the_input_on_every_platform() -> None:
    base = TokenRates(input=3 * DOLLAR, output=15 * DOLLAR, cache_write_5m=375 * DOLLAR // 100)
    long = TokenRates(input=6 * DOLLAR, output=15 * DOLLAR, cache_write_5m=DOLLAR)
    rate = msgspec.structs.replace(
        renamed("regional.anthropic.claude-sonnet-4-20250514-v1:0", "aws"),
        base=base,
        tiers=(Tier(above=7, rates=long),),
    )
    amended = amend(rate, "2026-11-01")
    assert amended.base.cache_write_1h == 6 * DOLLAR
    assert amended.tiers[0].rates.cache_write_1h == 12 * DOLLAR


@pytest.mark.parametrize("writes", [(None, None), (DOLLAR, DOLLAR)])
def test_one_hour_writes_stay_where_the_list_says_all_or_nothing(
    writes: tuple[int | None, int | None],
) -> None:
    base = TokenRates(input=1, output=1, cache_write_5m=writes[0], cache_write_1h=writes[1])
    rate = msgspec.structs.replace(renamed("claude-opus-5", "aws"), base=base)
    assert amend(rate, "2026-11-01") is rate


def test_a_rate_that_no_row_is_about_stays_as_it_is() -> None:
    rate = renamed("some-model", "deepseek")
    assert amend(rate, "2026-11-01") is rate


def test_an_unlisted_model_may_be_billed_like_a_listed_one() -> None:
    assert like("anthropic", "claude-mythos-5") == "claude-fable-5"
    assert like("anthropic", "claude-mythos-5-20260801") == "claude-fable-5"
    assert like("anthropic", "claude-mythos-5-2") == ""
    assert like("openai", "claude-mythos-5") == ""


def test_every_row_gives_a_reason_and_reads_as_a_pattern() -> None:
    assert all(row.why and re.compile(row.model) for row in AMENDMENTS)
    assert all(row.why for row in ADDITIONS)


def test_the_list_agrees_which_models_are_fast_for_short_prompts_only() -> None:
    (openai,) = [provider for provider in bundled().providers if provider.id == "openai"]
    flat = set()
    for model in openai.models:
        rate = rate_on("openai", model, "2026-11-01", "a list")
        rows = [row for row in model.price_variants or () if row.when == {"service_tier": "priority"}]
        tiered = any("tiers" in str(row.prices.__dict__) for row in rows)
        if rate is not None and rate.tiers and rows and not tiered:
            flat.add(("openai", model.id))
    assert flat == SHORT_PROMPTS_ONLY
