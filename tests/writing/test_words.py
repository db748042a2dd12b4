"""Numbers as words: each of them can be read aloud, and what is unknown never looks like nothing."""

import pytest

from dashcam.pricing.currency import Currency
from dashcam.writing import words

SECOND = 1_000_000
EURO = Currency(code="EUR", per_dollar="0.92", symbol="€")
YEN = Currency(code="JPY", per_dollar="150", digits=0)


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (None, "N/A"),
        (0, "0"),
        (12_345, "12,345"),
        (999_999, "999,999"),
        (1_000_000, "1.00M"),
        (9_994_999, "9.99M"),
        (9_996_000, "10.0M"),
        (234_567_890, "235M"),
        (1_234_567_890, "1.23B"),
        (5_000_000_000_000, "5.00T"),
    ],
)
def test_tokens_take_at_most_seven_signs(number: int | None, written: str) -> None:
    assert words.tokens(number) == written
    assert len(written) <= 7


@pytest.mark.parametrize(
    ("nano", "written"),
    [
        (None, "N/A"),
        (0, "$0.00"),
        (1_234_560_000_000, "$1,234.56"),
        (100_000_000, "$0.10"),
        (28_157_500, "$0.0282"),
        (42_000, "<$0.0001"),
        (-1_500_000_000, "-$1.50"),
    ],
)
def test_money_is_rounded_but_never_to_nothing(nano: int | None, written: str) -> None:
    assert words.money(nano) == written


def test_a_partial_sum_and_an_estimate_are_marked() -> None:
    assert words.money(1_000_000_000, at_least=True) == "≥ $1.00"
    assert words.money(1_000_000_000, estimate=True) == "~ $1.00"
    assert words.money(None, at_least=True) == "N/A"


def test_money_is_shown_in_the_users_currency() -> None:
    assert words.money(2_000_000_000, EURO) == "€1.84"
    assert words.money(2_000_000_000, YEN) == "300 JPY"


def test_the_dollars_of_an_answer_become_exact_nano_dollars_again() -> None:
    assert words.nano(0.648420951) == 648_420_951
    assert words.nano(None) is None


@pytest.mark.parametrize(
    ("micros", "written"),
    [
        (None, "N/A"),
        (0, "0ms"),
        (14, "<1ms"),
        (230_400, "230ms"),
        (1_449_000, "1.4s"),
        (12 * SECOND, "12s"),
        (185 * SECOND, "3m 05s"),
        (3_780 * SECOND, "1h 03m"),
        (187_200 * SECOND, "2d 04h"),
    ],
)
def test_a_span_is_written_by_its_two_largest_units(micros: int | None, written: str) -> None:
    assert words.duration(micros) == written


def test_a_time_is_written_as_it_is_on_the_wall() -> None:
    assert words.time("2026-11-21T14:03:59.123+01:00") == "2026-11-21 14:03"
    assert words.time("2026-11-21T14:03:59.123+01:00", with_seconds=True) == "2026-11-21 14:03:59"
    assert words.time(None) == "N/A"


@pytest.mark.parametrize(
    ("part", "whole", "written"), [(1, 2, "50%"), (0, 2, "0%"), (1, 1_000, "<1%"), (1, 0, ""), (2, 2, "100%")]
)
def test_a_share_is_written_in_percent(part: float, whole: float, written: str) -> None:
    assert words.share(part, whole) == written


@pytest.mark.parametrize(
    ("part", "drawn"), [(0, ""), (0.001, "▏"), (1, "██"), (0.5, "█"), (0.75, "█▌"), (0.8125, "█▋"), (3, "██")]
)
def test_a_bar_grows_by_eighths_and_never_leaves_its_room(part: float, drawn: str) -> None:
    assert words.bar(part, 1, 2) == drawn


def test_bytes_are_written_by_their_largest_unit() -> None:
    assert [words.size(number) for number in (812, 1_536, 3 << 20, 5 << 30)] == [
        "812 B",
        "1.5 KiB",
        "3.0 MiB",
        "5.0 GiB",
    ]


def test_one_thing_is_not_several() -> None:
    assert (words.some(1, "file"), words.some(1_200, "file")) == ("1 file", "1,200 files")
