"""Figures that Claude Code 2.1.329 wrote for made-up usage, and what our rules say of the same.

The CLI guesses where we do not: it prices an unknown model, and models that it remaps, as its default one,
and it knows no batch. Those figures are left out.
"""

import pytest

from dashcam.pricing.price import price
from dashcam.pricing.prices import Prices
from tests.support.build import START, model_call

PRICES = Prices({})


def cost(model: str, **usage: object) -> int | None:
    nothing = {"input": 0, "output": 0, "cache_read": 0, "cache_write_5m": 0, "cache_write_1h": 0}
    call = model_call(model=model, **{**nothing, **usage})
    return price(call, PRICES.rate("anthropic", model, START)).cost_nano


@pytest.mark.parametrize(
    ("model", "dollars"),
    [
        ("claude-opus-5-5", (4.0, 20.0, 0.2, 5.0, 8.0)),
        ("claude-opus-5", (5.0, 25.0, 0.5, 6.25, 10.0)),
        ("claude-opus-5-20260801", (5.0, 25.0, 0.5, 6.25, 10.0)),
        ("claude-opus-4-8", (5.0, 25.0, 0.5, 6.25, 10.0)),
        ("claude-opus-4-7", (5.0, 25.0, 0.5, 6.25, 10.0)),
        ("claude-opus-4-6", (5.0, 25.0, 0.5, 6.25, 10.0)),
        ("claude-opus-4-5", (5.0, 25.0, 0.5, 6.25, 10.0)),
        ("claude-sonnet-5-5", (2.0, 10.0, 0.1, 2.5, 4.0)),
        ("claude-sonnet-5", (2.0, 10.0, 0.2, 2.5, 4.0)),
        ("claude-sonnet-4-6", (3.0, 15.0, 0.3, 3.75, 6.0)),
        ("claude-sonnet-4-5", (3.0, 15.0, 0.3, 3.75, 6.0)),
        ("claude-sonnet-4-20250514", (3.0, 15.0, 0.3, 3.75, 6.0)),
        ("claude-3-7-sonnet-20250219", (3.0, 15.0, 0.3, 3.75, 6.0)),
        ("claude-3-5-sonnet-20241022", (3.0, 15.0, 0.3, 3.75, 6.0)),
        ("claude-haiku-5-5", (0.1, 0.5, 0.01, 0.125, 0.2)),
        ("claude-haiku-4-5", (1.0, 5.0, 0.1, 1.25, 2.0)),
        ("claude-3-5-haiku-20241022", (0.8, 4.0, 0.08, 1.0, 1.6)),
        ("claude-fable-5-2", (8.0, 40.0, 0.2, 10.0, 16.0)),
        ("claude-mythos-5-2", (8.0, 40.0, 0.2, 10.0, 16.0)),
        ("claude-fable-5-1", (10.0, 50.0, 0.25, 12.5, 20.0)),
        ("claude-fable-5", (10.0, 50.0, 1.0, 12.5, 20.0)),
        ("claude-mythos-5", (10.0, 50.0, 1.0, 12.5, 20.0)),
    ],
)
def test_a_thousand_tokens_of_each_kind(model: str, dollars: tuple[float, ...]) -> None:
    kinds = ("input", "output", "cache_read", "cache_write_5m", "cache_write_1h")
    asked = [cost(model, **{kind: 1_000}) for kind in kinds]
    assert asked == [round(each * 1_000_000) for each in dollars]


@pytest.mark.parametrize(
    ("model", "usage", "nano"),
    [
        ("claude-sonnet-4-5", {"input": 200_000}, 600_000_000),
        ("claude-sonnet-4-5", {"input": 200_001}, 600_003_000),
        ("claude-sonnet-4-20250514", {"input": 250_000}, 750_000_000),
        ("claude-sonnet-4-6", {"input": 250_000, "output": 1_000}, 765_000_000),
        ("claude-opus-4-6", {"input": 200_001}, 1_000_005_000),
        ("claude-opus-4-6", {"input": 100_000, "cache_read": 150_000}, 575_000_000),
        ("claude-opus-5-5", {"input": 100_000, "cache_read": 150_000}, 430_000_000),
        ("claude-haiku-5-5", {"input": 99_999}, 9_999_900),
        ("claude-haiku-5-5", {"input": 100_000}, 10_000_000),
        ("claude-haiku-5-5", {"input": 100_001}, 50_000_500),
        ("claude-haiku-5-5", {"input": 128_001}, 64_000_500),
        ("claude-haiku-5-5", {"input": 1, "cache_read": 128_001}, 6_400_550),
        ("claude-haiku-5-5", {"input": 60_000, "cache_read": 60_000}, 33_000_000),
        ("claude-haiku-5-5", {"input": 99_000, "output": 50_000}, 34_900_000),
        ("claude-haiku-5-5", {"input": 250_000, "output": 1_000}, 127_500_000),
    ],
)
def test_long_prompts(model: str, usage: dict[str, int], nano: int) -> None:
    assert cost(model, **usage) == nano


@pytest.mark.parametrize(
    ("model", "mode", "nano"),
    [
        ("claude-sonnet-5", {"geo": "us"}, 2_200_000),
        ("claude-sonnet-5", {"geo": "eu"}, 2_000_000),
        ("claude-sonnet-5", {"geo": "global"}, 2_000_000),
        ("claude-sonnet-5", {"speed": "fast"}, 2_000_000),
        ("claude-sonnet-5", {"tier": "priority"}, 2_000_000),
        ("claude-opus-5-5", {"geo": "us"}, 4_400_000),
        ("claude-opus-5-5", {"speed": "fast"}, 8_000_000),
        ("claude-opus-5-5", {"speed": "fast", "geo": "us"}, 8_800_000),
        ("claude-opus-5-5", {"tier": "priority"}, 4_000_000),
        ("claude-opus-4-6", {"geo": "us"}, 5_500_000),
        ("claude-opus-4-6", {"speed": "fast"}, 30_000_000),
        ("claude-opus-4-5", {"speed": "fast"}, 5_000_000),
        ("claude-fable-5-2", {"speed": "fast"}, 16_000_000),
        ("claude-fable-5-2", {"geo": "us"}, 8_800_000),
        ("claude-haiku-4-5", {"geo": "us"}, 1_100_000),
        ("claude-sonnet-4-5", {"geo": "us"}, 3_300_000),
        ("claude-haiku-5-5", {"geo": "us"}, 110_000),
        ("claude-haiku-5-5", {"speed": "fast"}, 100_000),
    ],
)
def test_a_thousand_input_tokens_in_a_mode(model: str, mode: dict[str, str], nano: int) -> None:
    assert cost(model, input=1_000, **mode) == nano


@pytest.mark.parametrize(
    ("usage", "nano"),
    [
        ({"cache_read": 1_000, "speed": "fast"}, 400_000),
        ({"cache_write_5m": 1_000, "speed": "fast"}, 10_000_000),
        ({"cache_write_1h": 1_000, "speed": "fast"}, 16_000_000),
        ({"output": 1_000, "speed": "fast"}, 40_000_000),
        ({"web_searches": 1}, 10_000_000),
        ({"web_searches": 1, "geo": "us"}, 10_000_000),
    ],
)
def test_opus_5_5_in_fast_mode_and_with_searches(usage: dict[str, object], nano: int) -> None:
    assert cost("claude-opus-5-5", **usage) == nano


@pytest.mark.parametrize("model", ["claude-fable-4", "claude-haiku-5", "some-unknown-model", "opus"])
def test_what_the_cli_only_guesses_is_not_priced(model: str) -> None:
    assert cost(model, input=1_000) is None


def test_what_the_cli_remaps_keeps_its_own_price() -> None:
    assert cost("claude-opus-4-1", input=1_000, output=1_000) == 15_000_000 + 75_000_000


def test_a_batch_which_the_cli_does_not_know_costs_half() -> None:
    assert cost("claude-sonnet-5", input=1_000, tier="batch") == 1_000_000
