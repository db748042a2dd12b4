"""Which rate a call gets (its day's pinned one, the user's, the list's) and what is handed back to pin."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from dashcam.pricing.overrides import Override
from dashcam.pricing.prices import Prices, iso_day
from dashcam.records.errors import BadSettings
from dashcam.records.rate import Rate, TokenRates
from tests.support.build import DAY, START

DOLLAR = 1_000_000_000
OLD = Rate(
    provider="anthropic",
    model="claude-opus-5",
    source="an older list",
    base=TokenRates(input=9 * DOLLAR, output=45 * DOLLAR),
)
OPUS = ("anthropic", "claude-opus-5", "2026-11-01")
HOUSE = ("house", "house-model", "2026-11-01")
STATED = Override(model="house-model", input="1", output="2")


def dollars(rate: Rate | None) -> int | None:
    return None if rate is None else rate.base.input // DOLLAR


def test_a_model_gets_the_lists_rate() -> None:
    assert dollars(Prices({}).rate("anthropic", "claude-opus-5", START)) == 5


def test_a_pinned_rate_goes_before_the_list() -> None:
    prices = Prices({OPUS: OLD})
    assert prices.rate("anthropic", "claude-opus-5", START) == OLD
    assert prices.newly_pinned() == {}


def test_another_day_is_not_pinned_by_it() -> None:
    assert dollars(Prices({OPUS: OLD}).rate("anthropic", "claude-opus-5", START + DAY)) == 5


def test_a_model_that_was_unknown_is_looked_up_again() -> None:
    prices = Prices({OPUS: None, HOUSE: None})
    rate = prices.rate("anthropic", "claude-opus-5", START)
    assert prices.rate("house", "house-model", START) is None
    assert dollars(rate) == 5
    assert prices.newly_pinned() == {OPUS: rate}


def test_what_was_looked_up_is_handed_over_once() -> None:
    prices = Prices({})
    rate = prices.rate("anthropic", "claude-opus-5", START)
    prices.rate("house", "house-model", START)
    assert prices.newly_pinned() == {OPUS: rate, HOUSE: None}
    prices.rate("anthropic", "claude-opus-5", START + 1)
    assert prices.newly_pinned() == {}


def test_a_rate_is_looked_up_once_for_a_day() -> None:
    prices = Prices({})
    assert prices.rate("anthropic", "claude-opus-5", START) is prices.rate(
        "anthropic", "claude-opus-5", START + 11 * 60 * 60 * 1_000_000
    )


def test_the_users_price_goes_before_the_list_and_before_what_was_pinned() -> None:
    stated = Override(model="claude-opus-5", input="1", output="2")
    prices = Prices({OPUS: OLD}, (stated,))
    rate = prices.rate("anthropic", "claude-opus-5", START)
    assert rate is not None
    assert (dollars(rate), rate.source) == (1, "settings")
    assert prices.newly_pinned() == {OPUS: rate}


def test_the_users_price_makes_a_model_known() -> None:
    assert dollars(Prices({}, (STATED,)).rate("house", "house-model", START)) == 1


def test_the_users_price_counts_from_its_day() -> None:
    later = Override(model="house-model", since="2026-11-02", input="1", output="2")
    prices = Prices({}, (later,))
    assert prices.rate("house", "house-model", START) is None
    assert dollars(prices.rate("house", "house-model", START + DAY)) == 1


@pytest.mark.parametrize(
    ("target", "expected"), [("claude-opus-5", 5), ("openai/gpt-5.5-pro", 30), ("aws/claude-opus-5", 5)]
)
def test_an_alias_gives_a_name_another_models_price(target: str, expected: int) -> None:
    prices = Prices({}, aliases={"My-Model": target})
    assert dollars(prices.rate("anthropic", "my-model", START)) == expected


@pytest.mark.parametrize(("name", "target"), [(" ", "claude-opus-5"), ("mine", ""), ("mine", "aws/")])
def test_an_alias_must_name_a_model(name: str, target: str) -> None:
    with pytest.raises(BadSettings, match="names no model"):
        Prices({}, aliases={name: target})


def test_a_senseless_override_is_found_at_once() -> None:
    with pytest.raises(BadSettings):
        Prices({}, (Override(model="house-model", input="free", output="2"),))


def test_a_known_model_is_known_and_pins_nothing() -> None:
    prices = Prices({}, (STATED,))
    asked = [("anthropic", "claude-opus-5"), ("house", "house-model"), ("house", "other-model")]
    assert [prices.known(*each) for each in asked] == [True, True, False]
    assert prices.newly_pinned() == {}


def test_the_listing_names_the_models_and_their_rates_of_a_day() -> None:
    rows = {(row.provider, row.model): row.rate for row in Prices({}).listing("2026-03-12")}
    assert [tier.above for tier in rows["anthropic", "claude-opus-4-6"].tiers] == [200_000]
    assert len(rows) > 1_000


@pytest.mark.parametrize(
    ("at", "day"), [(0, "1970-01-01"), (DAY - 1, "1970-01-01"), (DAY, "1970-01-02"), (-1, "1969-12-31")]
)
def test_a_day_is_a_day_of_utc(at: int, day: str) -> None:
    assert iso_day(at) == day


def test_pinned_rates_need_no_price_list_at_all(tmp_path: Path) -> None:
    program = (
        "import sys\n"
        "import dashcam.pricing.price, dashcam.pricing.receipt, dashcam.pricing.currency\n"
        "from dashcam.pricing.prices import Prices\n"
        "from dashcam.records.rate import Rate, TokenRates\n"
        "rate = Rate(provider='a', model='b', source='c', base=TokenRates(input=1, output=1))\n"
        "Prices({('a', 'b', '1970-01-01'): rate}).rate('a', 'b', 0)\n"
        "print('genai_prices' in sys.modules, 'pydantic' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (ran.stdout.strip(), ran.stderr) == ("False False", "")


def test_looking_a_price_up_starts_no_thread_and_calls_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    import httpx2

    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("a look-up called out")

    monkeypatch.setattr(httpx2, "get", refuse)
    monkeypatch.setattr("threading.Thread.start", refuse)
    assert Prices({}).rate("anthropic", "claude-opus-5", START) is not None
