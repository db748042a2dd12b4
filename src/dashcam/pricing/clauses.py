"""How nearly a price list's matching rule fits a name.

The list's own rules are generous (a name that only begins like a known one matches). What stands around the
matched words may only be a date, a version or a release word here, so that an unknown relative such as
`claude-opus-4-8-turbo` stays unpriced instead of getting its cousin's price.
"""

import re

from genai_prices.types import (
    ClauseContains,
    ClauseEndsWith,
    ClauseEquals,
    ClauseOr,
    ClauseRegex,
    ClauseStartsWith,
    MatchLogic,
)

EXACT = 1_000_000
_TAIL = (
    r"(?:[-@:](?:\d{8}|\d{4}-\d{2}-\d{2}|\d{2}-\d{4}|\d{2}-\d{2}|\d{3,4}|v\d+(?::\d+)?"
    r"|latest|preview|exp|beta|thinking))*"
)
_CUT = re.compile(r"[-@:]+(?:20\d\d[-]?)?$")
_HEAD = r"(?:.*[./:~])?"


def fit(clause: MatchLogic, name: str) -> int:
    """Say how nearly a rule fits a lower-case name: 0 not at all, else more for longer matched words."""
    match clause:
        case ClauseEquals() | ClauseRegex():
            return EXACT if clause.is_match(name) else 0
        case ClauseStartsWith(starts_with=words):
            return _around(words.lower(), name, "")
        case ClauseContains(contains=words):
            return _around(words.lower(), name, _HEAD)
        case ClauseEndsWith(ends_with=words):
            return len(words) if re.fullmatch(_HEAD + re.escape(words.lower()), name) else 0
        case ClauseOr(or_=clauses):
            return max(fit(each, name) for each in clauses)
        case _:
            return min(fit(each, name) for each in clause.and_)


def _around(words: str, name: str, head: str) -> int:
    """Fit words that others may stand around; if they stop inside a date, its rest stands behind them."""
    if words not in name:
        return 0
    stem = re.escape(_CUT.sub("", words))
    return len(words) if re.fullmatch(head + stem + _TAIL, name) else 0
