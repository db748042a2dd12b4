"""Dollars in another currency, at the user's own rate."""

import pytest

from dashcam.pricing.currency import DOLLAR, Currency, checked, convert
from dashcam.records.errors import BadSettings

EURO = Currency(code="EUR", per_dollar="0.92", symbol="€")


def test_a_dollar_is_a_hundred_cents() -> None:
    assert convert(1_000_000_000, DOLLAR) == 100


def test_a_dollar_buys_what_the_user_says() -> None:
    assert convert(1_000_000_000, EURO) == 92
    assert convert(2_500_000_000, Currency(code="JPY", per_dollar="150.5", digits=0)) == 376


def test_half_a_cent_goes_to_the_even_cent() -> None:
    assert [convert(nano, DOLLAR) for nano in (5_000_000, 15_000_000, 25_000_000)] == [0, 2, 2]


def test_a_sound_currency_is_taken_as_it_is() -> None:
    assert checked(EURO) is EURO


@pytest.mark.parametrize("rate", ["", "much", "0", "-1", "NaN", "Infinity"])
def test_a_rate_must_be_a_number_above_zero(rate: str) -> None:
    with pytest.raises(BadSettings, match="the rate of EUR is not a number above zero"):
        checked(Currency(code="EUR", per_dollar=rate))


@pytest.mark.parametrize(
    "currency", [Currency(code=" ", per_dollar="1"), Currency(code="EUR", per_dollar="1", digits=-1)]
)
def test_a_currency_has_a_code_and_digits(currency: Currency) -> None:
    with pytest.raises(BadSettings, match="a currency needs a code"):
        checked(currency)
