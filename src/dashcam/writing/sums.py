"""What several sessions add up to, as words: a sum is worth as much as is known of its parts."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from dashcam.pricing.currency import Currency
from dashcam.queries.answers import SessionAnswer, UsageAnswer
from dashcam.records.filters import CostBasis
from dashcam.writing import words

if TYPE_CHECKING:
    from dashcam.queries.details import DetailAnswer

Known = Literal["all", "some", "none"]
"""How much is on record of what is shown."""
AT_MOST = "≤ "


def is_partial(row: UsageAnswer) -> bool:
    """Whether the true cost is more than what is known of it."""
    return bool(row.cost_usd is None or row.unpriced_calls or row.inexact_calls)


def known_of(total: UsageAnswer, unknown: int) -> Known:
    """Say how much is on record of a total, to which so many sessions add what nobody knows."""
    if not unknown:
        return "all"
    return "some" if total.calls or total.total_tokens or total.cost_usd else "none"


def known_together(row: "DetailAnswer") -> Known:
    """Say how much is on record of what a session and its subagents used."""
    return known_of(row.together, sum(one.total_tokens is None for one in (row, *row.subagents)))


def tokens_of_all(count: int, known: Known, write: Callable[[int | None], str] = words.tokens) -> str:
    """Tokens that some sessions add up to: at least so many where not all are known."""
    if known == "all":
        return write(count)
    return words.AT_LEAST + write(count) if count and known == "some" else words.UNKNOWN


def cost_of_all(total: UsageAnswer, known: Known, currency: Currency, basis: CostBasis = "calculated") -> str:
    """What some sessions cost together: at least so much where not all is known; what agents reported as they did."""
    if basis == "reported":
        return words.money(words.nano(total.cost_usd), currency)
    amount = None if known == "none" else words.nano(total.cost_usd)
    return words.money(amount, currency, at_least=known == "some" or is_partial(total))


def reported_cost(row: UsageAnswer | SessionAnswer, currency: Currency) -> str:
    """What the agents say that it cost."""
    known = row.reported_cost_usd
    return words.money(words.nano(known if isinstance(known, float) else None), currency)


def share_of(worth: float | None, whole: float | None, *, is_partial: bool, others: int) -> str:
    """Write a row's part of a whole, where the row or so many `others` are more than what is known of them.

    Of a whole that is more than is known it is at most so much, at least so much, or about.
    """
    if worth is None:
        return words.UNKNOWN
    said = words.share(worth, whole or 0)
    if not said or not (is_partial or others) or (not others and worth == whole):
        return said
    return f"{AT_MOST if not is_partial else words.ABOUT if others else words.AT_LEAST}{said}"
