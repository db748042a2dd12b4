"""Prices that the user states, in dollars for a million tokens."""

from typing import Any

import msgspec
import pytest

from dashcam.pricing.overrides import Override, OverrideTier, checked, choose, override_rate
from dashcam.records.errors import BadSettings
from dashcam.records.rate import Factor, Rate, Tier, TokenRates

DOLLAR = 1_000_000_000
PLAIN = Override(model="house-model", input="0.25", output="1")
LISTED = Rate(
    provider="anthropic",
    model="claude-opus-5",
    source="a list",
    since="2026-01-01",
    base=TokenRates(input=5 * DOLLAR, output=25 * DOLLAR, cache_read=DOLLAR // 2, cache_write_1h=10 * DOLLAR),
    tiers=(Tier(above=100, rates=TokenRates(input=7, output=8, cache_read=9)),),
    fast=Factor(numerator=2),
    web_search_nano=DOLLAR // 100,
)


def stated(**changes: Any) -> Override:
    return msgspec.structs.replace(PLAIN, **changes)


def test_dollars_for_a_million_become_nano_dollars() -> None:
    rate = override_rate(stated(cache_read="0.025", provider="house", since="2026-11-01"), None)
    assert rate == Rate(
        provider="house",
        model="house-model",
        source="settings",
        since="2026-11-01",
        base=TokenRates(input=DOLLAR // 4, output=DOLLAR, cache_read=DOLLAR // 40),
    )


def test_a_price_may_have_nine_decimals() -> None:
    assert override_rate(stated(input="0.000000001"), None).base.input == 1


def test_what_an_override_does_not_name_comes_from_the_list() -> None:
    rate = override_rate(stated(cache_write_5m="6"), LISTED)
    assert rate.base == TokenRates(
        input=DOLLAR // 4,
        output=DOLLAR,
        cache_read=DOLLAR // 2,
        cache_write_5m=6 * DOLLAR,
        cache_write_1h=10 * DOLLAR,
    )
    assert (rate.fast, rate.web_search_nano, rate.source) == (Factor(numerator=2), DOLLAR // 100, "settings")


def test_an_override_without_tiers_is_flat() -> None:
    assert override_rate(PLAIN, LISTED).tiers == ()


def test_an_override_may_have_tiers_of_its_own() -> None:
    tiers = (OverrideTier(above=100, input="1", output="2"), OverrideTier(above=200, input="3", output="4"))
    rate = override_rate(stated(tiers=tiers), LISTED)
    assert rate.tiers == (
        Tier(above=100, rates=TokenRates(input=DOLLAR, output=2 * DOLLAR, cache_read=9)),
        Tier(above=200, rates=TokenRates(input=3 * DOLLAR, output=4 * DOLLAR)),
    )


def test_a_search_may_have_a_price() -> None:
    assert override_rate(stated(web_search="0.02"), LISTED).web_search_nano == DOLLAR // 50


@pytest.mark.parametrize("words", ["", "free", "-1", "NaN", "Infinity", "0.0000000001"])
def test_a_price_must_be_one(words: str) -> None:
    with pytest.raises(BadSettings, match="the output price of house-model is not a price"):
        checked(stated(output=words))


@pytest.mark.parametrize("day", ["yesterday", "20261101", "2026-13-01"])
def test_a_day_must_be_one(day: str) -> None:
    with pytest.raises(BadSettings, match="the price of house-model begins on"):
        checked(stated(since=day))


@pytest.mark.parametrize("above", [(0,), (200, 100), (100, 100)])
def test_tiers_must_rise(above: tuple[int, ...]) -> None:
    tiers = tuple(OverrideTier(above=each, input="1", output="2") for each in above)
    with pytest.raises(BadSettings, match="the tiers of the price of house-model must rise"):
        checked(stated(tiers=tiers))


def test_an_override_must_name_a_model() -> None:
    with pytest.raises(BadSettings, match="names no model"):
        checked(stated(model=" "))


def test_a_sound_override_is_taken_as_it_is() -> None:
    assert checked(PLAIN) is PLAIN


def test_the_latest_override_that_has_begun_counts() -> None:
    old, new = stated(since="2026-01-01"), stated(since="2026-06-01")
    assert choose((new, old), "any", "House-Model", "2026-05-31") == old
    assert choose((old, new), "any", "house-model", "2026-06-01") == new
    assert choose((old, new), "any", "house-model", "2025-12-31") is None


def test_an_override_for_a_provider_goes_before_one_for_all() -> None:
    named, general = stated(provider="gemini"), stated(since="2026-01-01")
    assert choose((named, general), "google", "house-model", "2026-05-31") == named
    assert choose((named, general), "openai", "house-model", "2026-05-31") == general


@pytest.mark.parametrize("spelled", ["claude-opus-5-20260801", "Claude-Opus-5[1m]", "claude-opus-5@20260801"])
def test_an_override_holds_for_every_spelling_of_its_model(spelled: str) -> None:
    general, dated = stated(model="claude-opus-5"), stated(model="claude-opus-5-20260801", since="2026-01-01")
    assert choose((general,), "anthropic", spelled, "2026-11-01") == general
    assert choose((general, dated), "anthropic", "claude-opus-5-20260801", "2026-11-01") == dated
    assert choose((general, dated), "anthropic", "claude-opus-5-20260801", "2025-11-01") == general


def test_an_override_of_another_model_does_not_count() -> None:
    assert choose((PLAIN,), "any", "other-model", "2026-05-31") is None
