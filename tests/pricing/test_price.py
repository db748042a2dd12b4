"""One call's price, worked out by hand: tokens by rate, one tier, multipliers, searches, one rounding."""

from fractions import Fraction
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashcam.pricing.price import UNPRICED, charge, cost_of, nearest, price
from dashcam.records.rate import Factor, Rate, Tier, TokenRates, rate_id
from tests.support.build import model_call

DOLLAR = 1_000_000_000
CENT = DOLLAR // 100

SONNET = Rate(
    provider="anthropic",
    model="claude-sonnet-4-5",
    source="a test",
    base=TokenRates(
        input=3 * DOLLAR,
        output=15 * DOLLAR,
        cache_read=30 * CENT,
        cache_write_5m=375 * CENT,
        cache_write_1h=6 * DOLLAR,
    ),
    tiers=(
        Tier(
            above=200_000,
            rates=TokenRates(
                input=6 * DOLLAR,
                output=2250 * CENT,
                cache_read=60 * CENT,
                cache_write_5m=750 * CENT,
                cache_write_1h=12 * DOLLAR,
            ),
        ),
    ),
    fast=Factor(numerator=6),
    geo_us=Factor(numerator=11, denominator=10),
    batch=Factor(denominator=2),
    flex=Factor(denominator=4),
    priority=Factor(numerator=2),
    web_search_nano=CENT,
)
BARE = Rate(
    provider="openai",
    model="gpt-5.5-pro",
    source="a test",
    base=TokenRates(input=30 * DOLLAR, output=180 * DOLLAR),
)
NOTHING = {"input": 0, "output": 0, "cache_read": 0, "cache_write_5m": 0, "cache_write_1h": 0}


def cost(rate: Rate = SONNET, **changes: Any) -> int | None:
    return price(model_call(**{**NOTHING, **changes}), rate).cost_nano


def test_every_kind_of_token_has_its_own_rate() -> None:
    # 100 * $3 + 200 * $15 + 3,000 * $0.30 + 400 * $3.75 + 50 * $6, each for a million:
    # $0.0003 + $0.0030 + $0.0009 + $0.0015 + $0.0003 = $0.0060
    counts = {"input": 100, "output": 200, "cache_read": 3000, "cache_write_5m": 400, "cache_write_1h": 50}
    assert cost(SONNET, **counts) == 300_000 + 3_000_000 + 900_000 + 1_500_000 + 300_000


def test_reasoning_is_already_inside_output() -> None:
    assert cost(output=200, reasoning=150) == cost(output=200)


def test_a_call_of_no_tokens_costs_nothing() -> None:
    assert cost() == 0


def test_a_prompt_of_exactly_the_threshold_stays_at_the_base_rate() -> None:
    assert cost(input=200_000) == 200_000 * 3_000


def test_one_token_more_reprices_the_whole_request_output_too() -> None:
    # 200,001 * $6 + 1,000 * $22.50, each for a million
    assert cost(input=200_001, output=1_000) == 200_001 * 6_000 + 1_000 * 22_500


def test_cached_tokens_count_towards_the_tier_and_output_does_not() -> None:
    assert cost(input=100_000, cache_read=100_001) == 100_000 * 6_000 + 100_001 * 600
    assert cost(input=199_999, output=50_000) == 199_999 * 3_000 + 50_000 * 15_000


def test_the_highest_tier_that_the_prompt_is_above_counts() -> None:
    higher = Tier(above=400_000, rates=TokenRates(input=10 * DOLLAR, output=50 * DOLLAR))
    steep = msgspec.structs.replace(SONNET, tiers=(*SONNET.tiers, higher))
    assert cost(steep, input=400_000) == 400_000 * 6_000
    assert cost(steep, input=400_001) == 400_001 * 10_000


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ({}, 3_000_000),
        ({"speed": "fast"}, 18_000_000),
        ({"geo": "us"}, 3_300_000),
        ({"geo": "eu"}, 3_000_000),
        ({"tier": "batch"}, 1_500_000),
        ({"tier": "flex"}, 750_000),
        ({"tier": "priority"}, 6_000_000),
        ({"tier": "standard"}, 3_000_000),
        ({"speed": "fast", "geo": "us"}, 19_800_000),
        ({"speed": "fast", "tier": "priority"}, 18_000_000),
    ],
)
def test_a_mode_multiplies_the_sum_of_all_tokens(mode: dict[str, str], expected: int) -> None:
    assert cost(SONNET, input=1_000, **mode) == expected


def test_cached_tokens_are_multiplied_too() -> None:
    assert cost(cache_read=1_000, speed="fast") == 6 * 300_000


def test_searches_are_added_last_and_never_multiplied() -> None:
    # 1,000 * $3 per million * 6 * 1.1 = $0.0198, and two searches at a cent
    assert cost(input=1_000, speed="fast", geo="us", web_searches=2) == 19_800_000 + 2 * CENT


@pytest.mark.parametrize("model", ["gpt-5.4", "gpt-5.5"])
def test_a_long_prompt_is_not_served_fast_where_fast_excludes_it(model: str) -> None:
    rate = msgspec.structs.replace(SONNET, provider="openai", model=model)
    assert cost(rate, input=200_000, speed="fast") == 200_000 * 3_000 * 6
    assert cost(rate, input=200_001, speed="fast") == 200_001 * 6_000
    assert cost(rate, input=200_001, tier="priority") == 200_001 * 6_000
    assert cost(rate, input=200_001, tier="flex") == 200_001 * 6_000 // 4


def test_another_models_long_prompt_is_served_fast() -> None:
    assert cost(input=200_001, speed="fast") == 200_001 * 6_000 * 6


def test_an_unknown_model_has_no_price() -> None:
    assert price(model_call(model="nobody-knows"), None) == UNPRICED


def test_cached_tokens_without_a_price_of_their_own_are_billed_as_input() -> None:
    assert cost(BARE, cache_read=1_000) == 1_000 * 30_000
    assert cost(BARE, cache_write_5m=1_000) == 1_000 * 30_000
    assert cost(BARE, cache_write_1h=1_000) == 1_000 * 30_000


def test_one_hour_writes_are_unknown_where_only_five_minute_writes_have_a_price() -> None:
    base = TokenRates(input=3 * DOLLAR, output=15 * DOLLAR, cache_write_5m=375 * CENT)
    rate = msgspec.structs.replace(SONNET, base=base)
    assert price(model_call(cache_write_1h=1), rate) == UNPRICED
    assert cost(rate, cache_write_5m=1_000) == 3_750_000


def test_a_search_without_a_price_leaves_the_call_unpriced() -> None:
    assert price(model_call(web_searches=1), BARE) == UNPRICED


def test_a_placeholder_gets_an_estimate_beside_it_and_keeps_its_cost() -> None:
    call = model_call(**{**NOTHING, "input": 1_000, "output": 1, "exact": False, "estimated_output": 400})
    priced = price(call, SONNET)
    assert priced.cost_nano == 3_000_000 + 15_000
    assert priced.estimate_nano == 3_000_000 + 400 * 15_000


@pytest.mark.parametrize("facts", [{"estimated_output": 400}, {"exact": False}])
def test_there_is_no_estimate_of_an_exact_count_nor_out_of_nothing(facts: dict[str, object]) -> None:
    assert price(model_call(**facts), SONNET).estimate_nano is None


def test_the_price_names_the_rate_it_used() -> None:
    assert price(model_call(), SONNET).rate == rate_id(SONNET)
    assert price(model_call(), SONNET, "known").rate == "known"


def test_a_rates_name_is_short_and_follows_its_contents() -> None:
    other = msgspec.structs.replace(SONNET, since="2026-11-01")
    again: Rate = msgspec.json.decode(msgspec.json.encode(SONNET), type=Rate)
    assert len(rate_id(SONNET)) == 12
    assert rate_id(again) == rate_id(SONNET)
    assert rate_id(other) != rate_id(SONNET)


@pytest.mark.parametrize(("over", "under", "whole"), [(1, 2, 0), (3, 2, 2), (5, 2, 2), (4, 3, 1), (5, 3, 2), (0, 7, 0)])
def test_a_tie_goes_to_the_even_number(over: int, under: int, whole: int) -> None:
    assert nearest(over, under) == whole == round(Fraction(over, under))


def test_rounding_happens_once_and_at_the_end() -> None:
    # Three tokens at 0.5 nano-dollars each are 1.5: rounding each would give 0 or 3.
    rate = msgspec.structs.replace(BARE, base=TokenRates(input=500_000, output=500_000, cache_read=500_000), tiers=())
    assert cost(rate, input=1, output=1, cache_read=1) == 2


counts = st.integers(0, 3_000_000)


@given(tokens=st.fixed_dictionaries(dict.fromkeys(NOTHING, counts)), more=st.sampled_from(sorted(NOTHING)))
def test_more_tokens_never_cost_less(tokens: dict[str, int], more: str) -> None:
    fewer, greater = cost(SONNET, **tokens), cost(SONNET, **{**tokens, more: tokens[more] + 1})
    assert fewer is not None
    assert greater is not None
    assert fewer <= greater


@given(tokens=st.fixed_dictionaries(dict.fromkeys(NOTHING, counts)))
def test_the_integers_agree_with_exact_fractions(tokens: dict[str, int]) -> None:
    call = model_call(**tokens)
    rates = SONNET.tiers[0].rates if call.prompt > 200_000 else SONNET.base
    exact = sum(Fraction(count * getattr(rates, name), 1_000_000) for name, count in tokens.items())
    assert price(call, SONNET).cost_nano == round(exact)
    hurried = msgspec.structs.replace(call, speed="fast", geo="us", tier="batch")
    assert price(hurried, SONNET).cost_nano == round(exact * 6 * Fraction(11, 10) / 2)


@given(tokens=st.fixed_dictionaries(dict.fromkeys(NOTHING, counts)))
def test_a_price_is_what_its_receipt_adds_up_to(tokens: dict[str, int]) -> None:
    odd = msgspec.structs.replace(SONNET, base=TokenRates(**dict.fromkeys(NOTHING, 333_333)), tiers=())
    call = model_call(**tokens)
    assert price(call, odd).cost_nano == cost_of(charge(call, odd, call.output))
