"""Models side by side, and the same work on another one, day by day at the rate of the day."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from dashcam.pricing.price import price
from dashcam.pricing.prices import Prices
from dashcam.queries.comparison import AsModel, as_model, model_comparison
from dashcam.queries.moment import Moment
from dashcam.records.errors import NotFound
from dashcam.records.filters import Filter
from dashcam.records.rate import Rate, Tier, TokenRates
from dashcam.store.store import Store
from tests.support import build
from tests.support.build import DAY, START
from tests.support.saving import DOLLAR_A_MILLION, news, save

AT = Moment(now=START + 9 * DAY)
DOLLAR = 1_000_000_000
BIG = "claude-opus-5"


def rate(dollars: int, **more: Any) -> Rate:
    every = dict.fromkeys(TokenRates.__struct_fields__, dollars * DOLLAR)
    return Rate(
        provider="acme", model="acme-1", source="test", base=TokenRates(**every | more.pop("rates", {})), **more
    )


def prices(*days: Rate | None) -> Prices:
    """Prices of a model that is called acme-1, for the days from the first on."""
    return Prices({("acme", "acme-1", f"2026-11-0{nth}"): one for nth, one in enumerate(days, 1)})


def work(store: Store, name: str, *outputs: int, day: int = 0, model: str = "claude-sonnet-5", **facts: Any) -> None:
    at = START + day * DAY
    told = build.session_facts(session=name, **{"born": at, "first_at": at, "last_at": at} | facts)
    one = news(name, facts=told)
    calls = [
        build.model_call(
            key=f"{name}-{nth}", session=name, at=at, model=model, output=output, input=1_000_000 - output,
            cache_read=0, cache_write_5m=0, cache_write_1h=0,
        )
        for nth, output in enumerate(outputs)
    ]  # fmt: skip
    known = None if model == "mystery" else DOLLAR_A_MILLION
    one.calls = [(call, price(call, known)) for call in calls]
    save(store, one)


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """Every call has a million tokens and cost a dollar: three of a small model in two sessions, one of a big one."""
    with Store.open(store_url) as opened:
        work(opened, "one", 2_000, 4_000)
        work(opened, "two", 6_000, day=1)
        work(opened, "one:helper", 10_000, model=BIG, relation="subagent", parent="one")
        yield opened


def asked(store: Store, known: Prices, model: str = "acme/acme-1", **filters: Any) -> AsModel:
    return as_model(store.database, known, Filter(**filters), model, AT)


def test_models_side_by_side(store: Store) -> None:
    found = model_comparison(store.database, Filter(), AT)
    small, big = found.rows
    assert (small.model, small.calls, small.sessions, small.cost_usd) == ("claude-sonnet-5", 3, 2, 3.0)
    assert (small.cost_per_session_usd, small.cost_per_1000_output_tokens_usd) == (1.5, 0.25)
    assert (small.output_tokens_per_call, small.cache_hit_rate) == (4_000, 0.0)
    assert (big.model, big.sessions, big.cost_per_1000_output_tokens_usd) == (BIG, 1, 0.1)
    assert found.totals.calls == 4


def test_a_subagent_counts_as_the_session_that_started_it(store: Store) -> None:
    work(store, "one:another", 10_000, model=BIG, relation="subagent", parent="one")
    assert [row.sessions for row in model_comparison(store.database, Filter(models=("opus",)), AT).rows] == [1]


def test_a_model_without_a_price_or_output_has_no_cost_per_anything(store: Store) -> None:
    work(store, "odd", 0, model="mystery")
    row = model_comparison(store.database, Filter(models=("mystery",)), AT).rows[0]
    assert (row.cost_per_session_usd, row.cost_per_1000_output_tokens_usd) == (None, None)


def test_the_same_work_costs_what_the_other_model_cost_on_that_day(store: Store) -> None:
    found = asked(store, prices(rate(2), rate(5)))
    assert [(row.model, row.cost_usd, row.as_model_cost_usd) for row in found.rows] == [
        ("claude-sonnet-5", 3.0, 9.0),
        (BIG, 1.0, 2.0),
    ]
    assert (found.totals.cost_usd, found.totals.as_model_cost_usd, found.totals.difference_usd) == (4.0, 11.0, 7.0)
    assert (found.model, found.provider) == ("acme-1", "acme")


def test_filters_select_the_work(store: Store) -> None:
    found = asked(store, prices(rate(2), rate(5)), models=("opus",))
    assert [(row.model, row.as_model_cost_usd) for row in found.rows] == [(BIG, 2.0)]


def test_long_prompts_are_told_apart_from_short_ones(store: Store) -> None:
    dear = TokenRates(input=20 * DOLLAR, output=20 * DOLLAR)
    tiered = rate(2, tiers=(Tier(above=995_000, rates=dear),))
    found = asked(store, prices(tiered, tiered))
    assert [(row.model, row.as_model_cost_usd) for row in found.rows] == [("claude-sonnet-5", 42.0), (BIG, 2.0)]


def test_work_on_a_day_without_a_price_is_left_out_and_named(store: Store) -> None:
    found = asked(store, prices(rate(2)))
    assert [(row.model, row.as_model_cost_usd) for row in found.rows] == [("claude-sonnet-5", None), (BIG, 2.0)]
    assert (found.totals.calls, found.totals.cost_usd, found.totals.difference_usd) == (1, 1.0, 1.0)
    assert "No price of acme-1 is known for 1 of the days, the first of them 2026-11-02." in found.notes
    assert any("leave out 3 calls" in note for note in found.notes)


def test_work_whose_own_cost_is_unknown_is_left_out_of_the_totals(store: Store) -> None:
    work(store, "odd", 0, model="mystery")
    found = asked(store, prices(rate(2), rate(5)))
    assert [(row.model, row.cost_usd, row.as_model_cost_usd) for row in found.rows][-1] == ("mystery", None, 2.0)
    assert found.totals.calls == 4


def test_a_cache_that_the_other_provider_has_no_price_for_is_named(store: Store) -> None:
    cached = build.model_call(key="c", input=0, output=0, cache_read=1_000_000, cache_write_5m=1_000_000, at=START)
    cached = msgspec.structs.replace(cached, cache_write_1h=0)
    save(store, news("cached", calls=(cached,)))
    plain = rate(2, rates=dict.fromkeys(("cache_read", "cache_write_5m", "cache_write_1h")))
    found = asked(store, prices(plain, plain), sessions=("cached",))
    assert [row.as_model_cost_usd for row in found.rows] == [4.0]
    assert "acme-1 has no price for cache reads: they are priced as plain input." in found.notes
    assert "acme-1 has no price for cache writes: they are priced as plain input." in found.notes


def test_what_nobody_can_know_is_said(store: Store) -> None:
    assert "other tokens" in asked(store, prices(rate(2))).notes[0]


def test_a_model_without_any_price_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound, match="no price is known for 'acme/acme-1'"):
        asked(store, prices())


def test_a_model_that_was_called_before_needs_no_provider(store: Store) -> None:
    known = {("acme", "acme-1", "2026-11-01"): rate(3), ("acme", "acme-1", "2026-11-02"): rate(3)}
    save(store, news("called"), pins=known)
    assert asked(store, Prices(known), "ACME-1").totals.as_model_cost_usd == 12.0


def test_without_any_work_there_are_no_totals(store: Store) -> None:
    found = asked(store, prices(rate(2)), agents=("nobody",))
    assert (found.rows, found.totals.cost_usd) == ([], None)
