"""Money in another currency, for the eye alone.

The rate is the user's and is not dated: totals are kept and compared in nano-dollars, never in this.
"""

from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation

import msgspec

from dashcam.records.errors import BadSettings

NANO = 10**9


class Currency(msgspec.Struct, frozen=True, kw_only=True):
    """How many units of a currency a dollar buys."""

    code: str
    per_dollar: str
    """A decimal word, such as `0.92`."""
    symbol: str = ""
    digits: int = 2
    """How many decimals it is written with: 2 for euro and cent, 0 for yen."""


DOLLAR = Currency(code="USD", per_dollar="1", symbol="$")


def checked(currency: Currency) -> Currency:
    """Return the currency as it is, or raise BadSettings where it makes no sense."""
    try:
        worth = Decimal(currency.per_dollar)
    except InvalidOperation:
        worth = Decimal("NaN")
    if not worth.is_finite() or worth <= 0:
        raise BadSettings(
            f"the rate of {currency.code} is not a number above zero: {currency.per_dollar!r}",
            'write how much a dollar buys, such as "0.92"',
        )
    if not currency.code.strip() or currency.digits < 0:
        raise BadSettings("a currency needs a code, such as EUR, and no fewer than 0 digits")
    return currency


def convert(nano: int, currency: Currency) -> int:
    """Turn nano-dollars into the smallest written unit (cents), to the nearest, a tie to the even one."""
    exact = Decimal(nano) * Decimal(currency.per_dollar) * 10**currency.digits / NANO
    return int(exact.to_integral_value(ROUND_HALF_EVEN))
