"""Sums of tokens cost what their calls cost one by one."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashcam.pricing.price import price
from dashcam.pricing.worth import Like, as_input, cost_of_sums, premium_of_writes, saved_by_reads
from dashcam.records.call import Tokens
from dashcam.records.rate import Factor, Rate, Tier, TokenRates
from tests.support import build

BASE = TokenRates(input=3_000, output=15_000, cache_read=300, cache_write_5m=3_750, cache_write_1h=6_000)
LONG = TokenRates(input=6_000, output=22_500, cache_read=600, cache_write_5m=7_500, cache_write_1h=12_000)
RATE = Rate(
    provider="openai",
    model="gpt-5.5",
    source="test",
    base=BASE,
    tiers=(Tier(above=100, rates=LONG),),
    fast=Factor(numerator=5, denominator=2),
    batch=Factor(denominator=2),
)
"""Of a model whose fast mode excludes long prompts."""
COUNTS = st.integers(0, 40)


@given(st.lists(st.tuples(COUNTS, COUNTS, COUNTS, COUNTS, COUNTS), max_size=5), st.sampled_from(["", "fast"]))
def test_a_sum_costs_what_its_calls_cost(counts: list[tuple[int, ...]], speed: str) -> None:
    names = ("input", "output", "cache_read", "cache_write_5m", "cache_write_1h")
    calls = [build.model_call(speed=speed, **dict(zip(names, each, strict=True))) for each in counts]
    for above in (0, 100):
        some = [call for call in calls if (call.prompt > 100) == bool(above)]
        sums = Tokens(**{name: sum(getattr(call, name) for call in some) for name in names})
        whole = cost_of_sums(sums, RATE, Like(above=above, speed=speed))
        assert whole is not None
        assert abs(whole - sum(price(call, RATE).cost_nano or 0 for call in some)) <= len(calls)


@pytest.mark.parametrize(
    ("like", "factor"),
    [
        (Like(), Fraction(1)),
        (Like(speed="fast"), Fraction(5, 2)),
        (Like(tier="batch"), Fraction(1, 2)),
        (Like(above=100), Fraction(2)),
        (Like(above=100, speed="fast"), Fraction(2)),
        (Like(above=99, tier="batch"), Fraction(1, 2)),
    ],
)
def test_what_caches_saved_and_cost(like: Like, factor: Fraction) -> None:
    million = 1_000_000
    assert as_input(million, RATE, like) == 3_000 * factor
    assert saved_by_reads(million, RATE, like) == 2_700 * factor
    assert premium_of_writes(million, million, RATE, like) == 3_750 * factor


def test_caches_without_a_price_save_and_cost_nothing() -> None:
    plain = Rate(provider="acme", model="acme-1", source="test", base=TokenRates(input=3_000, output=1))
    assert (saved_by_reads(10**6, plain), premium_of_writes(10**6, 10**6, plain)) == (0, 0)
    assert cost_of_sums(Tokens(cache_read=10**6), plain) == 3_000


def test_a_sum_with_a_part_of_unknown_price_has_none() -> None:
    half = Rate(provider="a", model="a", source="test", base=TokenRates(input=1, output=1, cache_write_5m=1))
    assert cost_of_sums(Tokens(cache_write_1h=1), half) is None
