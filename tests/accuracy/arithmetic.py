"""Reads and checks the hand arithmetic of a case, in exact decimals and without any of dashcam's code.

What a stranger would get wrong: a rate is dollars for a million tokens, but a web search has its price for one.
"""

import re
from decimal import ROUND_CEILING, Decimal

MILLION = 1_000_000
KINDS = ("input", "output", "cache read", "cache write 5m", "cache write 1h")

_TOKENS = re.compile(r"([\d,]+) ([a-z0-9 ]+) x (?:\$([\d.]+) = \$([\d.]+)|unknown)")
_TIMES = re.compile(r"\$([\d.]+) x ([\d.]+) [A-Za-z]+ = \$([\d.]+)")
_SEARCHES = re.compile(r"([\d,]+) web search x \$([\d.]+) = \$([\d.]+)")
_ESTIMATE = re.compile(r"([\d,]+) characters / ([\d.]+) = ([\d,]+) output")
_SUM = re.compile(r"(\$[\d.]+(?: [+-] \$[\d.]+)*) = \$([\d.]+)")


def whole(text: str) -> int:
    """Read a number with commas."""
    return int(text.replace(",", ""))


def tokens_in(lines: tuple[str, ...]) -> dict[str, int]:
    """Give the tokens of each kind that the lines name; kinds that they leave out are 0."""
    found = dict.fromkeys(KINDS, 0)
    for line in lines:
        if (match := _TOKENS.fullmatch(line)) and match[2] in KINDS:
            found[match[2]] += whole(match[1])
    return found


def searches_in(lines: tuple[str, ...]) -> int:
    """Give the number of web searches that the lines name."""
    return sum(whole(match[1]) for line in lines if (match := _SEARCHES.fullmatch(line)))


def worked(lines: tuple[str, ...]) -> Decimal | None:
    """Work the lines through and give their result; None where a price is unknown. Fails where a line is wrong."""
    total: Decimal | None = Decimal(0)
    for line in lines:
        total = _after(total, line)
    return total


def _after(total: Decimal | None, line: str) -> Decimal | None:
    if match := _SEARCHES.fullmatch(line):
        amount = whole(match[1]) * Decimal(match[2])
        assert amount == Decimal(match[3]), line
        return None if total is None else total + amount
    if match := _TIMES.fullmatch(line):
        assert Decimal(match[1]) == total, line
        assert Decimal(match[1]) * Decimal(match[2]) == Decimal(match[3]), line
        return Decimal(match[3])
    if match := _ESTIMATE.fullmatch(line):
        tokens = (whole(match[1]) / Decimal(match[2])).to_integral_value(ROUND_CEILING)
        assert tokens == whole(match[3]), line
        return total
    match = _TOKENS.fullmatch(line)
    assert match, f"no arithmetic: {line}"
    assert match[2] in KINDS, line
    if match[3] is None or total is None:
        return None
    amount = whole(match[1]) * Decimal(match[3]) / MILLION
    assert amount == Decimal(match[4]), line
    return total + amount


def added(text: str) -> Decimal:
    """Work through a sum such as `$0.03 + $0.01 = $0.04`. Fails where it is wrong."""
    match = _SUM.fullmatch(text)
    assert match, f"no sum: {text}"
    terms = re.findall(r"([+-]?) ?\$([\d.]+)", match[1])
    total = sum((Decimal(number) * (-1 if sign == "-" else 1) for sign, number in terms), Decimal(0))
    assert total == Decimal(match[2]), text
    return total
