"""What several sessions add up to, where not all of it is known."""

import pytest

from dashcam.pricing.currency import DOLLAR
from dashcam.queries.answers import UsageAnswer, usage_answer
from dashcam.records.rows import Sums
from dashcam.writing.sums import cost_of_all, is_partial, known_of, share_of, tokens_of_all


def total(*tokens: int, unpriced: int = 0) -> UsageAnswer:
    """Calls of so many tokens of input, each token a thousandth of a dollar, and some without a price."""
    whole = sum(tokens)
    calls = sum(bool(one) for one in tokens) + unpriced
    return usage_answer({}, Sums(calls=calls, unpriced_calls=unpriced, input=whole, cost_nano=whole * 1_000_000))


@pytest.mark.parametrize(
    ("tokens", "unknown", "known", "said", "cost"),
    [
        ((), 0, "all", "0", "$0.00"),
        ((0,), 0, "all", "0", "$0.00"),
        ((1_000, 500), 0, "all", "1,500", "$1.50"),
        ((1_000,), 1, "some", "≥ 1,000", "≥ $1.00"),
        ((0,), 1, "none", "N/A", "N/A"),
        ((), 2, "none", "N/A", "N/A"),
    ],
)
def test_what_sessions_add_up_to_is_as_much_as_is_known_of_them(
    tokens: tuple[int, ...], unknown: int, known: str, said: str, cost: str
) -> None:
    whole = total(*tokens)
    found = known_of(whole, unknown)
    assert found == known
    assert tokens_of_all(whole.total_tokens, found) == said
    assert cost_of_all(whole, found, DOLLAR) == cost


def test_what_has_no_price_makes_a_cost_partial() -> None:
    assert [is_partial(total(10)), is_partial(total(10, unpriced=1)), is_partial(total(unpriced=1))] == [
        False,
        True,
        True,
    ]
    assert cost_of_all(total(1_000, unpriced=1), "all", DOLLAR) == "≥ $1.00"


@pytest.mark.parametrize(
    ("worth", "whole", "mine", "others", "said"),
    [
        (1.0, 4.0, False, 0, "25%"),
        (1.0, 4.0, False, 1, "≤ 25%"),
        (1.0, 4.0, True, 0, "≥ 25%"),
        (1.0, 4.0, True, 2, "~ 25%"),
        (4.0, 4.0, True, 0, "100%"),
        (None, 4.0, True, 0, "N/A"),
        (None, None, True, 0, "N/A"),
        (0.0, 0.0, False, 0, ""),
    ],
)
def test_a_share_says_how_sure_it_is(
    worth: float | None, whole: float | None, *, mine: bool, others: int, said: str
) -> None:
    assert share_of(worth, whole, is_partial=mine, others=others) == said
