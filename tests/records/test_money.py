"""Money: whole nano-dollars, and what is written of them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashcam.records.money import NANO, amount, dollars


@pytest.mark.parametrize(
    ("nano", "written"),
    [
        (0, "0.0"),
        (1, "1e-09"),
        (4_500_000, "0.0045"),
        (100_000_000, "0.1"),
        (300_000_000, "0.3"),
        (1_234_567_891, "1.234567891"),
        (-50_000_000, "-0.05"),
        (987_654_123_456_789, "987654.123456789"),
    ],
)
def test_dollars_are_written_to_the_nano_dollar(nano: int, written: str) -> None:
    assert repr(dollars(nano)) == written


def test_a_price_that_is_not_known_is_no_number() -> None:
    assert dollars(None) is None


@given(st.integers(-(10**15), 10**15))
def test_no_nano_dollar_is_lost_up_to_a_million_dollars(nano: int) -> None:
    assert Decimal(repr(dollars(nano))) * NANO == nano


@pytest.mark.parametrize(
    ("nano", "places", "expected"),
    [
        (0, 2, "0.00"),
        (1_234_567_891, 2, "1.23"),
        (1_235_000_000, 2, "1.24"),
        (1_245_000_000, 2, "1.24"),
        (1_245_000_001, 2, "1.25"),
        (5_000_000, 2, "0.00"),
        (15_000_000, 2, "0.02"),
        (-15_000_000, 2, "-0.02"),
        (1_500_000_000, 0, "2"),
        (2_500_000_000, 0, "2"),
        (123, 9, "1.23E-7"),
        (1_000_000 * NANO, 4, "1000000.0000"),
    ],
)
def test_an_amount_is_rounded_half_to_even(nano: int, places: int, expected: str) -> None:
    assert str(amount(nano, places)) == expected


@given(st.integers(0, 10**18), st.integers(0, 9))
def test_an_amount_is_never_further_off_than_half_its_last_place(nano: int, places: int) -> None:
    assert abs(amount(nano, places) * NANO - nano) * 2 <= 10 ** (9 - places)
