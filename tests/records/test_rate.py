"""A rate is named by what it says: the same in every database, another wherever a price differs."""

import msgspec
import pytest

from dashcam.records.rate import Factor, Rate, Tier, TokenRates, rate_id

SONNET = Rate(
    provider="anthropic",
    model="claude-sonnet-5",
    source="test",
    since="2026-11-01",
    base=TokenRates(input=3_000_000_000, output=15_000_000_000, cache_read=300_000_000),
)
"""$3 and $15 for a million tokens, $0.30 from the cache; writing to it is not known."""

LONG = Tier(above=200_000, rates=TokenRates(input=6_000_000_000, output=22_500_000_000))


def test_the_name_of_a_rate_is_the_same_in_every_version() -> None:
    assert rate_id(SONNET) == "b60f00a03c35"


def test_equal_rates_have_one_name() -> None:
    assert rate_id(msgspec.json.decode(msgspec.json.encode(SONNET), type=Rate)) == rate_id(SONNET)


@pytest.mark.parametrize(
    "change",
    [
        {"provider": "bedrock"},
        {"model": "claude-sonnet-4-5"},
        {"source": "settings"},
        {"since": "2026-11-02"},
        {"base": TokenRates(input=3_000_000_001, output=15_000_000_000, cache_read=300_000_000)},
        {"base": TokenRates(input=3_000_000_000, output=15_000_000_000, cache_read=0)},
        {"tiers": (LONG,)},
        {"fast": Factor(numerator=6)},
        {"geo_us": Factor(numerator=11, denominator=10)},
        {"batch": Factor(denominator=2)},
        {"flex": Factor(denominator=2)},
        {"priority": Factor(numerator=2)},
        {"web_search_nano": 10_000_000},
    ],
    ids=lambda change: next(iter(change)),
)
def test_whatever_differs_gives_another_name(change: dict[str, object]) -> None:
    assert rate_id(msgspec.structs.replace(SONNET, **change)) != rate_id(SONNET)


def test_every_field_of_a_rate_is_in_its_name() -> None:
    named = set(msgspec.json.decode(msgspec.json.encode(SONNET)))
    assert named == set(Rate.__struct_fields__)


def test_a_multiple_is_one_unless_told() -> None:
    assert Factor() == Factor(numerator=1, denominator=1)
    assert {SONNET.fast, SONNET.geo_us, SONNET.batch, SONNET.flex, SONNET.priority} == {Factor()}
