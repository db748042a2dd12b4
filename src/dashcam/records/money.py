"""Money: integer nano-dollars inside, words at the window."""

from decimal import ROUND_HALF_EVEN, Decimal

NANO = 1_000_000_000


def dollars(nano: int | None) -> float | None:
    """Give dollars as a number for JSON; the value is exact to nine places as Python writes it."""
    return None if nano is None else nano / NANO


def amount(nano: int, places: int) -> Decimal:
    """Round to a number of decimal places, half to even."""
    return (Decimal(nano) / NANO).quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN)
