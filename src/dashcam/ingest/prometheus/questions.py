"""What is asked, in PromQL.

What a stranger would get wrong: of the names that a counter may have the first that knows a session answers for it, and
they are never added up, or a session that reaches the server on two ways would cost twice.
"""

from collections.abc import Sequence
from typing import Literal, get_args

from dashcam.records.clock import HOUR, MINUTE, SECOND

RangeWords = Literal["1h", "8h", "24h", "2d", "7d", "30d"]
RANGES: tuple[RangeWords, ...] = get_args(RangeWords)
USUAL: RangeWords = "24h"
SECONDS: dict[RangeWords, int] = {
    "1h": HOUR // SECOND,
    "8h": 8 * HOUR // SECOND,
    "24h": 24 * HOUR // SECOND,
    "2d": 48 * HOUR // SECOND,
    "7d": 7 * 24 * HOUR // SECOND,
    "30d": 30 * 24 * HOUR // SECOND,
}
STEPS: dict[RangeWords, int] = {
    "1h": 5 * MINUTE // SECOND,
    "8h": 15 * MINUTE // SECOND,
    "24h": 30 * MINUTE // SECOND,
    "2d": HOUR // SECOND,
    "7d": 3 * HOUR // SECOND,
    "30d": 12 * HOUR // SECOND,
}
"""How long each slice of a series is. A server that scrapes once a minute has five samples in the shortest: with fewer
`increase` would guess more than it knows."""

SESSION, MODEL, TYPE = "session_id", "model", "type"


def added(
    names: Sequence[str], window: str, by: Sequence[str], *, delta: bool = False, session: str | None = None
) -> str:
    """Ask how much counters grew in a window such as `24h`, of all sessions or one.

    With `delta` every sample is taken as what came since the one before.
    """
    over = "sum_over_time" if delta else "increase"
    chosen = "" if session is None else f"{{{SESSION}={quoted(session)}}}"
    keys = f" by ({', '.join(by)})" if by else ""
    return " or ".join(f"sum{keys} ({over}({name}{chosen}[{window}]))" for name in names)


def count_of_sessions(names: Sequence[str], window: str) -> str:
    """Ask how many sessions left a sample in a window, whether they cost anything or not."""
    named = f'{{{SESSION}!=""}}'
    seen = " or ".join(f"count by ({SESSION}) (last_over_time({name}{named}[{window}]))" for name in names)
    return f"count({seen})"


def falls(names: Sequence[str], window: str) -> tuple[str, str]:
    """Ask how often counters fell, and how often they changed: a total seldom falls, a delta every other time."""
    return (
        " or ".join(f"sum(resets({name}[{window}]))" for name in names),
        " or ".join(f"sum(changes({name}[{window}]))" for name in names),
    )


def any_of(names: Sequence[str]) -> str:
    """Select the series of all these names."""
    return f'{{__name__=~"{"|".join(names)}"}}'


def quoted(text: str) -> str:
    """Write a text as PromQL does, so that no id can end it and go on as a question of its own."""
    plain = text.encode("utf-8", "replace").decode()
    escaped = plain.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
