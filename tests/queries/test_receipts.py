"""The receipt of a session: its lines add up to what its calls cost, to the nano-dollar."""

from pathlib import Path

import pytest

from dashcam.pricing.price import price
from dashcam.queries.receipts import ReceiptAnswer, receipt_of
from dashcam.records.rate import Factor, Rate, Tier, TokenRates
from dashcam.store.store import Store
from tests.support import build
from tests.support.saving import news, save, session_row

DOLLAR = 1_000_000_000
RATES = TokenRates(
    input=3 * DOLLAR,
    output=15 * DOLLAR,
    cache_read=DOLLAR // 3,
    cache_write_5m=DOLLAR * 15 // 4,
    cache_write_1h=6 * DOLLAR,
)
LONG = TokenRates(**{name: 2 * getattr(RATES, name) for name in TokenRates.__struct_fields__})
RATE = Rate(
    provider="anthropic",
    model="claude-sonnet-5",
    source="test",
    since="2026-10-01",
    base=RATES,
    tiers=(Tier(above=200_000, rates=LONG),),
    fast=Factor(numerator=6),
    geo_us=Factor(numerator=11, denominator=10),
    web_search_nano=DOLLAR // 100,
)
CALLS = [
    build.model_call(
        key=f"call-{nth}", input=nth * 7 + 1, output=nth % 5, cache_read=(nth % 3) * 99_999 + 1, cache_write_5m=nth % 2,
        cache_write_1h=0, speed="fast" if nth % 7 == 0 else "", geo="us" if nth % 11 == 0 else "",
        web_searches=int(nth % 13 == 0), model="mystery" if nth % 17 == 16 else "claude-sonnet-5",
    )
    for nth in range(60)
]  # fmt: skip


@pytest.fixture
def receipt(store_url: str) -> list[ReceiptAnswer]:
    one = news()
    one.calls = [(call, price(call, None if call.model == "mystery" else RATE)) for call in CALLS]
    with Store.open(store_url) as store:
        save(store, one, pins={("anthropic", "claude-sonnet-5", "2026-11-01"): RATE})
        return receipt_of(store.database, [session_row(store.database, "id")[0]])


def test_the_lines_add_up_to_the_cost_of_the_calls(receipt: list[ReceiptAnswer]) -> None:
    cost = sum(price(call, RATE).cost_nano or 0 for call in CALLS if call.model != "mystery")
    assert sum(round((line.cost_usd or 0) * DOLLAR) for line in receipt) == cost


def test_a_line_counts_the_tokens_and_the_calls_that_have_any(receipt: list[ReceiptAnswer]) -> None:
    known = [call for call in CALLS if call.model != "mystery"]
    for label, field in (("input", "input"), ("output", "output"), ("cache write 5m", "cache_write_5m")):
        lines = [line for line in receipt if line.label == label]
        assert sum(line.count or 0 for line in lines) == sum(getattr(call, field) for call in known)
        assert sum(line.calls for line in lines) == sum(getattr(call, field) > 0 for call in known)
    searches = [line for line in receipt if line.label == "web search"]
    assert [(line.count, line.usd_each, line.cost_usd) for line in searches] == [(5, 0.01, 0.05)]


def test_each_rate_has_lines_of_its_own(receipt: list[ReceiptAnswer]) -> None:
    rates = {label: {line.usd_per_million for line in receipt if line.label == label} for label in ("input", "output")}
    assert rates == {"input": {3.0, 6.0}, "output": {15.0, 30.0}}
    assert {line.rate for line in receipt if line.label == "input"} == {"test, from 2026-10-01"}
    multiplied = {line.label for line in receipt if line.count is None}
    assert multiplied == {"fast \N{MULTIPLICATION SIGN}6", "inference in the US \N{MULTIPLICATION SIGN}11/10"}


def test_what_is_not_priced_stands_at_the_end(receipt: list[ReceiptAnswer]) -> None:
    last = receipt[-1]
    unknown = [call for call in CALLS if call.model == "mystery"]
    assert (last.model, last.label, last.cost_usd) == ("mystery", "not priced", None)
    assert (last.calls, last.count) == (len(unknown), sum(call.total for call in unknown))


def test_a_call_without_tokens_has_no_line(tmp_path: Path) -> None:
    nothing = build.model_call(input=0, output=0, cache_read=0, cache_write_5m=0, cache_write_1h=0)
    one = news()
    one.calls = [(nothing, price(nothing, RATE))]
    with Store.open(f"sqlite:///{tmp_path / 'dashcam.db'}") as store:
        save(store, one, pins={("anthropic", "claude-sonnet-5", "2026-11-01"): RATE})
        assert receipt_of(store.database, [session_row(store.database, "id")[0]]) == []
