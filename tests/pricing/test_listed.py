"""A model of the price list becomes the rate of one day."""

from datetime import UTC, date, time
from decimal import Decimal

import pytest
from genai_prices.types import (
    ClauseEquals,
    ConditionalPrice,
    ModelInfo,
    ModelPrice,
    PriceVariant,
    StartDateConstraint,
    TieredPrices,
    TimeOfDateConstraint,
)
from genai_prices.types import Tier as ListedTier

from dashcam.pricing.listed import rate_on
from dashcam.records.rate import Factor, Rate, Tier, TokenRates

DOLLAR = 1_000_000_000
TODAY = "2026-11-01"


def prices(**dollars: str) -> ModelPrice:
    return ModelPrice(**{name: Decimal(value) for name, value in dollars.items()})


def since(day: str, **dollars: str) -> ConditionalPrice:
    return ConditionalPrice(
        constraint=StartDateConstraint(start_date=date.fromisoformat(day)), prices=prices(**dollars)
    )


def model(listed: ModelPrice | list[ConditionalPrice], *variants: PriceVariant) -> ModelInfo:
    return ModelInfo(
        id="Some-Model",
        match=ClauseEquals(equals="some-model"),
        prices=listed,
        price_variants=list(variants) or None,
    )


def rate(listed: ModelInfo, day: str = TODAY) -> Rate:
    found = rate_on("somebody", listed, day, "a list")
    assert found is not None
    return found


FLAT = prices(input_mtok="2", output_mtok="10")


def test_dollars_become_nano_dollars_for_a_million() -> None:
    listed = prices(
        input_mtok="0.25",
        output_mtok="1.5",
        cache_read_mtok="0.003625",
        cache_write_mtok="0.3125",
        cache_write_1h_mtok="0.5",
        web_searches_kcount="10",
    )
    assert rate(model(listed)) == Rate(
        provider="somebody",
        model="some-model",
        source="a list",
        base=TokenRates(
            input=DOLLAR // 4,
            output=3 * DOLLAR // 2,
            cache_read=3_625_000,
            cache_write_5m=312_500_000,
            cache_write_1h=DOLLAR // 2,
        ),
        web_search_nano=10_000_000,
    )


def test_a_price_of_its_own_for_five_minute_writes_goes_first() -> None:
    listed = prices(input_mtok="1", output_mtok="1", cache_write_mtok="3", cache_write_5m_mtok="2")
    assert rate(model(listed)).base.cache_write_5m == 2 * DOLLAR


def test_binary_noise_in_a_price_is_rounded_to_a_nano_dollar() -> None:
    listed = prices(input_mtok="0.18000000000000002", output_mtok="1")
    assert rate(model(listed)).base.input == 180_000_000


def test_tiers_keep_the_lists_own_thresholds() -> None:
    listed = ModelPrice(
        input_mtok=TieredPrices(
            base=Decimal(1),
            tiers=[ListedTier(start=300, price=Decimal(3)), ListedTier(start=100, price=Decimal(2))],
        ),
        output_mtok=TieredPrices(base=Decimal(5), tiers=[ListedTier(start=300, price=Decimal(6))]),
        cache_read_mtok=Decimal("0.5"),
    )
    found = rate(model(listed))
    assert found.base == TokenRates(input=DOLLAR, output=5 * DOLLAR, cache_read=DOLLAR // 2)
    assert found.tiers == (
        Tier(above=100, rates=TokenRates(input=2 * DOLLAR, output=5 * DOLLAR, cache_read=DOLLAR // 2)),
        Tier(above=300, rates=TokenRates(input=3 * DOLLAR, output=6 * DOLLAR, cache_read=DOLLAR // 2)),
    )


@pytest.mark.parametrize(
    "listed",
    [
        prices(input_mtok="1"),
        prices(output_mtok="1"),
        prices(input_mtok="1", output_mtok="1", requests_kcount="5"),
        prices(input_mtok="1", output_mtok="1", output_citation_mtok="5"),
        prices(input_mtok="1", output_mtok="1", output_reasoning_mtok="5"),
        [],
    ],
)
def test_a_model_that_our_counts_cannot_price_has_no_rate(
    listed: ModelPrice | list[ConditionalPrice],
) -> None:
    assert rate_on("somebody", model(listed), TODAY, "a list") is None


DATED = [
    ConditionalPrice(prices=prices(input_mtok="10", output_mtok="40")),
    since("2026-03-13", input_mtok="5", output_mtok="20"),
    since("2026-08-01", input_mtok="4", output_mtok="16"),
]


@pytest.mark.parametrize(
    ("day", "dollars", "begun"),
    [
        ("2025-01-01", 10, ""),
        ("2026-03-12", 10, ""),
        ("2026-03-13", 5, "2026-03-13"),
        ("2026-07-31", 5, "2026-03-13"),
        ("2026-08-01", 4, "2026-08-01"),
    ],
)
def test_a_day_has_the_price_of_that_day(day: str, dollars: int, begun: str) -> None:
    found = rate(model(DATED), day)
    assert (found.base.input, found.since) == (dollars * DOLLAR, begun)


def test_before_the_first_dated_price_the_first_one_counts() -> None:
    assert rate(model([since("2026-03-13", input_mtok="5", output_mtok="20")]), "2025-01-01").since


def hours(start: int, end: int, **dollars: str) -> ConditionalPrice:
    limit = TimeOfDateConstraint(start_time=time(start, tzinfo=UTC), end_time=time(end, tzinfo=UTC))
    return ConditionalPrice(constraint=limit, prices=prices(**dollars))


@pytest.mark.parametrize(("end", "dollars"), [(4, 2), (20, 9)])
def test_where_hours_matter_the_price_of_most_hours_counts_and_says_so(end: int, dollars: int) -> None:
    listed = [ConditionalPrice(prices=FLAT), hours(1, end, input_mtok="9", output_mtok="30")]
    found = rate(model(listed))
    assert (found.base.input, found.source) == (dollars * DOLLAR, "a list (its usual hours)")


def variant(
    when: dict[str, str], limit: StartDateConstraint | TimeOfDateConstraint | None = None, **dollars: str
) -> PriceVariant:
    return PriceVariant(when=when, prices=prices(**dollars), constraint=limit)


def test_modes_become_multiples_of_the_standard_price() -> None:
    found = rate(
        model(
            FLAT,
            variant({"processing": "batch"}, input_mtok="1", output_mtok="5"),
            variant({"service_tier": "flex"}, input_mtok="0.5", output_mtok="2.5"),
            variant({"service_tier": "priority"}, input_mtok="3.5", output_mtok="17.5"),
            variant({"speed": "fast"}, input_mtok="4", output_mtok="20"),
        )
    )
    assert (found.batch, found.flex) == (Factor(denominator=2), Factor(denominator=4))
    assert (found.priority, found.fast) == (Factor(numerator=7, denominator=4), Factor(numerator=2))


def test_a_service_tier_may_be_called_fast() -> None:
    listed = model(FLAT, variant({"service_tier": "fast"}, input_mtok="5", output_mtok="25"))
    assert rate(listed).fast == Factor(numerator=5, denominator=2)


@pytest.mark.parametrize(
    "changed",
    [
        {"input_mtok": "1", "output_mtok": "9"},
        {"input_mtok": "1"},
        {"cache_read_mtok": "1"},
        {"input_mtok": "0", "output_mtok": "0"},
    ],
)
def test_a_mode_that_is_no_multiple_multiplies_nothing(changed: dict[str, str]) -> None:
    assert rate(model(FLAT, variant({"processing": "batch"}, None, **changed))).batch == Factor()


def test_a_mode_of_a_free_model_multiplies_nothing() -> None:
    free = prices(input_mtok="0", output_mtok="0")
    listed = model(free, variant({"processing": "batch"}, input_mtok="1", output_mtok="1"))
    assert rate(listed).batch == Factor()


def test_a_mode_that_depends_on_the_hour_is_left_out() -> None:
    limit = TimeOfDateConstraint(start_time=time(1, tzinfo=UTC), end_time=time(4, tzinfo=UTC))
    listed = model(FLAT, variant({"processing": "batch"}, limit, input_mtok="1", output_mtok="5"))
    assert rate(listed).batch == Factor()


def test_a_mode_has_the_multiple_of_its_day_and_before_its_first_day_the_first_one() -> None:
    # $20 while the model cost $5 is 4 times; $12 while it cost $4 is 3 times.
    spring = StartDateConstraint(start_date=date(2026, 4, 1))
    autumn = StartDateConstraint(start_date=date(2026, 9, 1))
    listed = model(
        DATED,
        variant({"speed": "fast"}, autumn, input_mtok="12", output_mtok="48"),
        variant({"speed": "fast"}, spring, input_mtok="20", output_mtok="80"),
    )
    days = ("2026-01-01", "2026-04-01", "2026-08-31", "2026-09-01")
    # On 2026-08-31 the spring row still counts, against the $4 of that day.
    assert [rate(listed, day).fast.numerator for day in days] == [4, 4, 5, 3]
