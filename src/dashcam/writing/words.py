"""Numbers as words: the only place where tokens, money, durations and times become text for a person.

None is what is not known, and is written N/A: an unknown number is never 0.
"""

from datetime import datetime

from dashcam.pricing.currency import DOLLAR, Currency, convert
from dashcam.records.clock import HOUR, MINUTE, SECOND
from dashcam.records.money import NANO

UNKNOWN = "N/A"
AT_LEAST = "≥ "
ABOUT = "~ "
MILLISECOND = 1_000
DAY = 24 * HOUR
MILLION = 1_000_000
SMALL_MONEY_DIGITS = 2
"""How many more digits an amount gets that would else be written as nothing, or nearly so."""

SOURCES = {
    "transcript": "transcript",
    "stream": "stream",
    "otlp_log": "telemetry",
    "hook": "hooks",
    "counter": "counters",
    "statusline": "status line",
    "own_total": "agent's own total",
}
"""What kinds of source are called."""
_LARGE = ((10**12, "T"), (10**9, "B"), (10**6, "M"))
_SPANS = ((DAY, "d", HOUR, "h"), (HOUR, "h", MINUTE, "m"), (MINUTE, "m", SECOND, "s"))
_BYTES = ((1 << 40, "TiB"), (1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB"))
_EIGHTHS = " ▏▎▍▌▋▊▉█"


def count(number: int | None) -> str:
    """Write every digit: 1,234,567."""
    return UNKNOWN if number is None else f"{number:,}"


def tokens(number: int | None) -> str:
    """Write a token count in at most seven signs: 12,345, then 1.23M."""
    if number is None or abs(number) < MILLION:
        return count(number)
    unit, sign = next((unit, sign) for unit, sign in _LARGE if abs(number) >= unit)
    worth = number / unit
    return f"{worth:,.{_places(worth)}f}{sign}"


def _places(worth: float) -> int:
    return 2 if abs(worth) < 9.995 else 1 if abs(worth) < 99.95 else 0  # noqa: PLR2004  three signs of worth


def nano(dollars: float | None) -> int | None:
    """Turn the dollars of an answer back into exact nano-dollars."""
    return None if dollars is None else round(dollars * NANO)


def money(amount: int | None, currency: Currency = DOLLAR, *, at_least: bool = False, estimate: bool = False) -> str:
    """Write nano-dollars in a currency; small amounts with two more digits, so that they are not shown as nothing."""
    if amount is None:
        return UNKNOWN
    mark = AT_LEAST if at_least else ABOUT if estimate else ""
    digits = currency.digits
    if amount and abs(convert(amount, currency)) < 10:  # noqa: PLR2004  less than ten cents
        digits += SMALL_MONEY_DIGITS
    finer = Currency(code=currency.code, per_dollar=currency.per_dollar, symbol=currency.symbol, digits=digits)
    units = convert(abs(amount), finer)
    sign = "-" if amount < 0 else ""
    if amount and not units:
        return f"{mark}{sign}<{_with_symbol(1, digits, currency)}"
    return f"{mark}{sign}{_with_symbol(units, digits, currency)}"


def _with_symbol(units: int, digits: int, currency: Currency) -> str:
    whole, rest = divmod(units, 10**digits)
    written = f"{whole:,}" + (f".{rest:0{digits}d}" if digits else "")
    return f"{currency.symbol}{written}" if currency.symbol else f"{written} {currency.code}"


def duration(micros: int | None) -> str:
    """Write a span by its two largest units: 2d 04h, 1h 03m, 3m 05s, 12s, 1.4s, 230ms."""
    if micros is None:
        return UNKNOWN
    if abs(micros) < SECOND:
        return f"{round(micros / MILLISECOND)}ms" if abs(micros) >= MILLISECOND or not micros else "<1ms"
    if abs(micros) < 10 * SECOND:
        return f"{micros / SECOND:.1f}s"
    for unit, sign, smaller, its_sign in _SPANS:
        if micros >= unit:
            return f"{micros // unit}{sign} {micros % unit // smaller:02d}{its_sign}"
    return f"{micros // SECOND}s"


def seconds(span: float | None) -> str:
    """Write a span that an answer gives in seconds."""
    return duration(None if span is None else round(span * SECOND))


def time(iso: str | None, *, with_seconds: bool = False) -> str:
    """Write a time of an answer, which is local already: 2026-11-21 14:03."""
    if not iso:
        return UNKNOWN
    return datetime.fromisoformat(iso).strftime("%Y-%m-%d %H:%M:%S" if with_seconds else "%Y-%m-%d %H:%M")


def share(part: float, whole: float) -> str:
    """Write a part of a whole in percent; empty where there is no whole."""
    if not whole:
        return ""
    percent = 100 * part / whole
    return "<1%" if 0 < percent < 1 else f"{percent:.0f}%"


def bar(part: float, whole: float, width: int) -> str:
    """Draw a share as a bar in steps of an eighth of a sign; what is more than nothing is never drawn as nothing."""
    if whole <= 0 or part <= 0:
        return ""
    eighths = max(1, round(min(part / whole, 1) * width * 8))
    full, rest = divmod(eighths, 8)
    return _EIGHTHS[8] * full + (_EIGHTHS[rest] if rest else "")


def size(number: int) -> str:
    """Write a number of bytes: 812 B, 1.2 MiB."""
    for unit, sign in _BYTES:
        if number >= unit:
            return f"{number / unit:.1f} {sign}"
    return f"{number} B"


def some(number: int, one: str, many: str = "") -> str:
    """Write a number of things: 1 session, 2 sessions."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def rate(dollars: float | None, *, places: int = 2) -> str:
    """Write dollars per million tokens with all the digits they have, and at least so many: 3.00, 0.075."""
    if dollars is None:
        return UNKNOWN
    whole, _, rest = f"{dollars:,.9f}".rstrip("0").partition(".")
    return f"{whole}.{rest:0<{places}}"


def exact_money(dollars: float | None, *, places: int = 2) -> str:
    """Write dollars to the last nano-dollar, as a receipt does: $0.0222534."""
    if dollars is None:
        return UNKNOWN
    sign = "-" if dollars < 0 else ""
    return f"{sign}${rate(abs(dollars), places=places)}"
