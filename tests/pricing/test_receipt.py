"""A receipt's lines say what was billed, and add up to the price exactly."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from dashcam.pricing.price import price
from dashcam.pricing.receipt import Receipt, explain
from dashcam.records.rate import Factor, Rate, Tier, TokenRates, rate_id
from tests.support.build import model_call

DOLLAR = 1_000_000_000
TIMES = "\N{MULTIPLICATION SIGN}"
HAIKU = Rate(
    provider="anthropic",
    model="claude-haiku-5-5",
    source="a test",
    since="2026-10-01",
    base=TokenRates(input=DOLLAR // 10, output=DOLLAR // 2, cache_read=DOLLAR // 100),
    tiers=(Tier(above=100_000, rates=TokenRates(input=DOLLAR // 2, output=5 * DOLLAR // 2)),),
    fast=Factor(numerator=2),
    geo_us=Factor(numerator=11, denominator=10),
    batch=Factor(denominator=2),
    web_search_nano=10_000_000,
)


def shown(receipt: Receipt) -> list[tuple[str, int | None, int]]:
    return [(line.label, line.count, line.amount_nano) for line in receipt.lines]


def test_a_receipt_lists_what_was_billed_in_order() -> None:
    call = model_call(
        model="claude-haiku-5-5-20261001",
        input=1_000,
        output=200,
        cache_read=3_000,
        cache_write_5m=0,
        cache_write_1h=0,
        reasoning=150,
        speed="fast",
        geo="us",
        web_searches=2,
        reported_nano=7,
    )
    receipt = explain(call, HAIKU)
    # Tokens: 1,000 * $0.10 + 200 * $0.50 + 3,000 * $0.01 per million = $0.00023; twice that; a tenth more.
    assert shown(receipt) == [
        ("input", 1_000, 100_000),
        ("output", 200, 100_000),
        ("cache read", 3_000, 30_000),
        (f"fast {TIMES}2", None, 230_000),
        (f"inference in the US {TIMES}11/10", None, 46_000),
        ("web search", 2, 20_000_000),
    ]
    assert receipt.cost_nano == 20_506_000
    assert receipt.lines[1].note == "150 of them reasoning"
    assert (receipt.lines[0].rate_nano, receipt.lines[0].per) == (DOLLAR // 10, 1_000_000)
    assert (receipt.lines[5].rate_nano, receipt.lines[5].per) == (10_000_000, 1)
    assert (receipt.rate_model, receipt.model) == ("claude-haiku-5-5", "claude-haiku-5-5-20261001")
    assert (receipt.rate, receipt.source, receipt.since) == (rate_id(HAIKU), "a test", "2026-10-01")
    assert (receipt.reported_nano, receipt.notes) == (7, ())


def test_a_receipt_says_why_a_tiers_rates_were_used() -> None:
    receipt = explain(model_call(input=100_001, output=0, cache_read=0, cache_write_5m=0, cache_write_1h=0), HAIKU)
    assert receipt.notes == ("the prompt of 100,001 tokens is above 100,000: every token at the rates of that tier",)


def test_a_receipt_says_what_a_long_prompt_excludes() -> None:
    rate = msgspec.structs.replace(HAIKU, provider="openai", model="gpt-5.4")
    receipt = explain(model_call(input=100_001, speed="fast"), rate)
    assert receipt.notes[1] == "fast is not offered above that, so it is not applied"


def test_a_receipt_says_what_was_billed_as_input() -> None:
    receipt = explain(model_call(cache_write_5m=7, cache_write_1h=0), HAIKU)
    assert receipt.lines[-1].note == "no price of its own: billed as input"


def test_a_receipt_says_what_the_call_does_not_know() -> None:
    receipt = explain(model_call(exact=False, estimated_output=300, model_inferred=True), HAIKU)
    assert receipt.notes == (
        "the output count is a placeholder that the agent wrote before it knew the real one",
        "the source names no model; a rule filled it in",
    )
    assert receipt.estimate_nano is not None


def test_a_receipt_without_a_rate_says_so_and_has_no_lines() -> None:
    receipt = explain(model_call(model="nobody-knows", reported_nano=5), None)
    assert (receipt.cost_nano, receipt.lines, receipt.reported_nano) == (None, (), 5)
    assert receipt.notes == ("no rate is known for nobody-knows",)


def test_a_receipt_of_an_unpriced_part_says_so_and_has_no_lines() -> None:
    rate = msgspec.structs.replace(HAIKU, web_search_nano=0)
    receipt = explain(model_call(web_searches=1), rate)
    assert (receipt.cost_nano, receipt.lines) == (None, ())
    assert receipt.notes == ("a test has no price for a part of this call, so the whole is not priced",)


amounts = st.integers(0, 5_000_000)
rates = st.builds(
    TokenRates,
    input=st.integers(1, 10**12),
    output=st.integers(1, 10**12),
    cache_read=st.none() | amounts,
    cache_write_5m=amounts,
    cache_write_1h=amounts,
)
factors = st.builds(Factor, numerator=st.integers(1, 60), denominator=st.integers(1, 60))


@given(
    rate=st.builds(
        Rate,
        provider=st.just("anthropic"),
        model=st.just("a"),
        source=st.just("a test"),
        base=rates,
        tiers=st.builds(lambda above, tier: (Tier(above=above, rates=tier),), amounts, rates),
        fast=factors,
        geo_us=factors,
        batch=factors,
        web_search_nano=st.integers(1, 10**9),
    ),
    call=st.builds(
        model_call,
        input=amounts,
        output=amounts,
        cache_read=amounts,
        cache_write_5m=amounts,
        cache_write_1h=amounts,
        speed=st.sampled_from(["", "fast"]),
        geo=st.sampled_from(["", "us"]),
        tier=st.sampled_from(["", "batch"]),
        web_searches=st.integers(0, 9),
    ),
)
def test_the_lines_add_up_to_the_price(rate: Rate, call: msgspec.Struct) -> None:
    receipt = explain(call, rate)  # type: ignore[arg-type]
    assert sum(line.amount_nano for line in receipt.lines) == receipt.cost_nano
    assert receipt.cost_nano == price(call, rate).cost_nano  # type: ignore[arg-type]
