"""What caches saved and what expired ones cost again, worked out by hand.

The rate: $3 for a million tokens of input, $0.30 for reads, $3.75 for writes of five minutes, $6 for those of an hour;
above 200,000 tokens of prompt, twice as much.
"""

from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from dashcam.pricing.price import price
from dashcam.queries.caching import cache_efficiency
from dashcam.queries.moment import Moment
from dashcam.records.call import ModelCall
from dashcam.records.clock import Range
from dashcam.records.filters import Filter
from dashcam.records.rate import Factor, Rate, Tier, TokenRates
from dashcam.store.store import Store
from tests.support import build
from tests.support.build import HOUR, MINUTE, SECOND, START
from tests.support.saving import news, save

AT = Moment(now=START + HOUR)
DOLLAR = 1_000_000_000
RATES = TokenRates(
    input=3 * DOLLAR,
    output=15 * DOLLAR,
    cache_read=DOLLAR * 3 // 10,
    cache_write_5m=DOLLAR * 15 // 4,
    cache_write_1h=6 * DOLLAR,
)
TWICE = TokenRates(**{name: 2 * getattr(RATES, name) for name in TokenRates.__struct_fields__})
RATE = Rate(
    provider="anthropic",
    model="claude-sonnet-5",
    source="test",
    base=RATES,
    tiers=(Tier(above=200_000, rates=TWICE),),
    fast=Factor(numerator=6),
)


def call(at: int, *, read: int = 0, short: int = 0, long: int = 0, **more: Any) -> ModelCall:
    tokens = {"input": 0, "output": 0, "cache_read": read, "cache_write_5m": short, "cache_write_1h": long}
    return build.model_call(**tokens | {"key": f"call-{at}", "at": START + at} | more)


def keep(store: Store, *calls: ModelCall, session: str = "talk", rate: Rate | None = RATE, **facts: Any) -> None:
    one = news(session, facts=build.session_facts(session=session, **facts))
    one.calls = [(msgspec.structs.replace(each, session=session), price(each, rate)) for each in calls]
    save(store, one, pins={("anthropic", "claude-sonnet-5", "2026-11-01"): rate})


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    with Store.open(store_url) as opened:
        yield opened


def test_an_expired_cache_is_told_by_what_is_written_again(store: Store) -> None:
    keep(
        store,
        call(0, short=100_000, input=1_000),
        call(1 * MINUTE, read=100_000, short=10_000),
        call(10 * MINUTE, short=115_000),
    )
    found = cache_efficiency(store.database, Filter(), AT).totals
    assert (found.calls, found.cache_read_tokens, found.cache_write_5m_tokens) == (3, 100_000, 225_000)
    assert found.hit_rate == 100_000 / 326_000
    assert (found.saved_by_reads_usd, found.write_premium_usd, found.saved_usd) == (0.27, 0.16875, 0.10125)
    assert (found.expired, found.rewritten_tokens) == (1, 110_000)
    assert (found.rewritten_usd, found.expired_extra_usd) == (0.4125, 0.3795)


@pytest.mark.parametrize(
    ("second", "expired"),
    [
        (call(5 * MINUTE + SECOND, short=100), True),
        (call(5 * MINUTE, short=100), False),
        (call(59 * MINUTE, long=100), False),
        (call(61 * MINUTE, long=100), True),
        (call(10 * MINUTE, short=99), False),
        (call(10 * MINUTE, read=100), False),
        (call(10 * MINUTE, read=60, short=40), True),
        (call(10 * MINUTE, short=100, model="claude-opus-5"), False),
        (call(10 * MINUTE, short=100, sidechain=True), False),
    ],
)
def test_a_cache_expired_where_a_silence_was_longer_than_it_lives(
    store: Store, second: ModelCall, *, expired: bool
) -> None:
    keep(store, call(0, short=100), second)
    assert cache_efficiency(store.database, Filter(), AT).totals.expired == int(expired)


def test_a_call_beside_the_main_thread_does_not_stand_between(store: Store) -> None:
    keep(store, call(0, short=100), call(9 * MINUTE, sidechain=True), call(10 * MINUTE, short=100))
    assert cache_efficiency(store.database, Filter(), AT).totals.expired == 1


def test_another_session_has_another_cache(store: Store) -> None:
    keep(store, call(0, short=100))
    keep(store, call(10 * MINUTE, short=100), session="other")
    assert cache_efficiency(store.database, Filter(), AT).totals.expired == 0


def test_a_call_before_the_range_still_says_what_was_cached(store: Store) -> None:
    keep(store, call(0, short=100), call(10 * MINUTE, short=100))
    found = cache_efficiency(store.database, Filter(range=Range(since=START + MINUTE)), AT).totals
    assert (found.calls, found.expired, found.rewritten_tokens) == (1, 1, 100)


def test_a_long_prompt_and_fast_mode_have_their_own_prices(store: Store) -> None:
    keep(store, call(0, read=200_001), call(1, read=1_000, speed="fast"))
    found = cache_efficiency(store.database, Filter(), AT).totals
    assert found.saved_by_reads_usd == pytest.approx(200_001 * 5.4e-6 + 1_000 * 16.2e-6, abs=2e-9)


def test_one_hour_writes_cost_more_on_top(store: Store) -> None:
    keep(store, call(0, long=1_000), call(2 * HOUR, long=1_000))
    found = cache_efficiency(store.database, Filter(), AT).totals
    assert (found.write_premium_usd, found.saved_usd) == (0.006, -0.006)
    assert (found.rewritten_usd, found.expired_extra_usd) == (0.006, 0.0057)


def test_calls_without_a_rate_are_counted_and_named(store: Store) -> None:
    keep(store, call(0, read=100, short=1), rate=None)
    found = cache_efficiency(store.database, Filter(), AT)
    assert (found.totals.unpriced_calls, found.totals.cache_read_tokens, found.totals.saved_usd) == (1, 100, 0)
    assert found.notes == ["1 call has no known rate: what caches saved or cost there is left out."]


def test_days_and_projects_add_up_to_the_whole(store: Store) -> None:
    keep(store, call(0, short=100_000), call(10 * MINUTE, short=100_000), project="/a")
    keep(store, call(12 * HOUR, read=1_000_000), session="other", project="/b")
    found = cache_efficiency(store.database, Filter(), msgspec.structs.replace(AT, zone=ZoneInfo("Asia/Tokyo")))
    assert [(one.day, one.calls, one.expired) for one in found.by_day] == [("2026-11-01", 2, 1), ("2026-11-02", 1, 0)]
    assert [(one.project, one.saved_usd) for one in found.by_project] == [("/b", 5.4), ("/a", -0.15)]
    assert found.totals.saved_usd == 5.25


def test_filters_select_calls(store: Store) -> None:
    keep(store, call(0, read=100), call(1, read=50, model="claude-opus-5"), project="/a")
    assert cache_efficiency(store.database, Filter(models=("opus",)), AT).totals.cache_read_tokens == 50
    assert cache_efficiency(store.database, Filter(projects=("nowhere",)), AT).totals.calls == 0


def test_nothing_has_no_rate_of_hits(store: Store) -> None:
    found = cache_efficiency(store.database, Filter(), AT)
    assert (found.totals.hit_rate, found.by_day, found.by_project, found.notes) == (None, [], [], [])
